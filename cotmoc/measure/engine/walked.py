"""How far a track says that somebody walked: consecutive WGS84 geodesics over the distinct fixes, nothing smoothed.

Raw length grows with the noise of the fixes: 5 m of white noise makes a walk 1.7 times as long at a fix each 10 s. It
is what other systems report, and is named raw wherever it is shown.
"""

from collections.abc import Sequence

import numpy as np

from cotmoc.geo.fixes import Fixes
from cotmoc.geo.line import GEOD
from cotmoc.measure.engine.pieces import whole_walks
from cotmoc.measure.engine.values import GroupTrack, Rules


def walked_m(fixes: Fixes) -> float:
    """Raw length in metres of one track in time order; repeated fixes add nothing."""
    tidied, _ = fixes.tidy()
    if len(tidied) < 2:
        return 0.0
    _, _, metres = GEOD.inv(tidied.lon[:-1], tidied.lat[:-1], tidied.lon[1:], tidied.lat[1:])
    return float(np.sum(metres))


def group_walked_m(tracks: Sequence[GroupTrack]) -> float:
    """Raw length in metres of one group's walk: tracks that share fixes are one walk, the others are added.

    Two phones that share no fix are two walks here: give one of them where only one is meant.
    """
    return sum(walked_m(walk.fixes) for walk in whole_walks(tracks, Rules(cleaning=None)))
