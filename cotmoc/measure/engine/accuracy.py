"""How far off a fix may be when its file does not say: one figure per kind of source.

These are working assumptions, not measurements of this command's receivers: a receiver's own figure always goes first,
and whoever knows better passes `Rules.accuracy_m`.
"""

import numpy as np
from numpy.typing import NDArray

from cotmoc.measure.engine.values import GroupTrack, Rules

AS_OF = "2026-11-22"
"""The day these figures were written down; a run stores it with its parameters."""

ASSUMED_M: dict[str, float] = {
    "fit": 5.0,  # sport watches and hand-held receivers with a good antenna
    "igc": 5.0,
    "gpx": 10.0,  # any receiver, often under canopy
    "nmea": 10.0,
    "smart": 10.0,  # phones and hand-held receivers of patrols
    "phone": 15.0,
    "csv": 15.0,  # tables whose origin is not told
    "geojson": 15.0,
    "kml": 15.0,  # often drawn or edited by hand
}
OTHERWISE_M = 15.0


def filled(track: GroupTrack, rules: Rules) -> NDArray[np.float32]:
    """The accuracy of each fix in metres: its own, else that of the rules, else that of the kind of source."""
    assumed = ASSUMED_M.get(track.source.lower(), OTHERWISE_M) if rules.accuracy_m is None else rules.accuracy_m
    own = track.fixes.accuracy
    return np.where(np.isnan(own), np.float32(assumed), own)
