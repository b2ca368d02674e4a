"""What a person should know about a track before it counts: told, never repaired here."""

from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from cotmoc.geo.faults import Fault
from cotmoc.geo.fixes import Fixes
from cotmoc.geo.readers.times import milliseconds
from cotmoc.geo.readers.tracks import ReadTrack

JUMP_MS = 50.0
"""Metres per second: faster than a vehicle or a patrol boat."""
GAP_S = 3_600
TICK_S = 1e-3
EARTH_RADIUS_M = 6_371_008.8
OLDEST = milliseconds(datetime(1995, 1, 1, tzinfo=UTC))
"""Older times come from receivers without a date or with a week counter that rolled over."""
LATEST_WITHOUT_CLOCK = milliseconds(datetime(2100, 1, 1, tzinfo=UTC))
TOLERANCE_MS = 86_400_000
"""A clock may be a day ahead."""


def track_faults(track: ReadTrack, where: str, now: datetime | None) -> list[Fault]:
    """The faults of one track with at least one fix; without `now` only absurdly late times are in the future."""
    fixes = track.fixes
    timed = fixes.take(fixes.timed)
    if not len(timed):
        return [Fault("track.no_time", where, {"count": len(fixes)}, "warning")]
    _, counts = fixes.tidy()
    latest = LATEST_WITHOUT_CLOCK if now is None else milliseconds(now) + TOLERANCE_MS
    seconds = np.diff(timed.time) / 1000
    found: list[tuple[str, int, dict[str, object]]] = [
        ("track.partly_timed", counts["untimed"], {"total": len(fixes)}),
        ("track.duplicates", counts["duplicates"], {"total": len(fixes)}),
        ("track.backward", counts["backward"], {}),
        ("track.future", int(np.count_nonzero(timed.time > latest)), {}),
        ("track.old", int(np.count_nonzero(timed.time < OLDEST)), {}),
        _gaps(seconds),
        _jumps(timed, seconds),
    ]
    return [
        Fault(code, where, {"count": count, **values}, "info" if code == "track.duplicates" else "warning")
        for code, count, values in found
        if count
    ]


def _gaps(seconds: NDArray[np.float64]) -> tuple[str, int, dict[str, object]]:
    longest = float(seconds.max(initial=0)) / 3600
    return "track.gaps", int(np.count_nonzero(seconds > GAP_S)), {"longest_h": f"{longest:.1f}"}


def _jumps(timed: Fixes, seconds: NDArray[np.float64]) -> tuple[str, int, dict[str, object]]:
    """Two fixes of one instant at two places are a jump, too; fixes in the wrong order are told as such, not here."""
    metres = _steps_m(timed)
    forward = seconds >= 0
    speed = metres[forward] / np.maximum(seconds[forward], TICK_S)
    speed = np.where((seconds[forward] == 0) & (metres[forward] <= JUMP_MS), 0, speed)
    jumps = speed > JUMP_MS
    return (
        "track.jumps",
        int(np.count_nonzero(jumps)),
        {"longest_m": round(float(metres[forward][jumps].max(initial=0)))},
    )


def _steps_m(fixes: Fixes) -> NDArray[np.float64]:
    """Metres on the sphere from fix to fix; half a percent off at most, enough for a warning."""
    lon, lat = np.radians(fixes.lon), np.radians(fixes.lat)
    half = np.sin(np.diff(lat) / 2) ** 2 + np.cos(lat[1:]) * np.cos(lat[:-1]) * np.sin(np.diff(lon) / 2) ** 2
    return 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(half, 1)))
