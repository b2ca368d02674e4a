"""Which fixes of a walk cannot be true: left out of the figures with a reason, never out of the evidence.

- *duplicate*: the same time and place once more (`Fixes.tidy`).
- *outlier*: up to three fixes far off, at a speed to both neighbours that nobody has, while the neighbours agree with
  each other and the walk before and after is much slower. At an end of the walk, where there is one neighbour only, the
  speed must be beyond anything that moves. Where a track flies to and fro all the time nobody can say which side is
  true, and nothing is left out.
- *clock*: a time before 2000 or after the day of receipt. The place is kept, without its time. A time just 1024 weeks
  before the other fixes of the group is the GPS week counter that rolled over, and is put right.

*Jumps* (the track goes elsewhere at such a speed and stays) and *gaps* (no fix for longer than the rules join) leave
nothing out: the engine breaks the walk there. They are counted.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from cotmoc.geo.fixes import NO_TIME, Fixes
from cotmoc.measure.engine.values import DAY_MS, Flags, Floats, Limits, Times

ROLLOVER_MS = 1024 * 7 * DAY_MS
"""The GPS week counter has ten bits: 619,315,200 seconds."""
YEAR_2000 = round(datetime(2000, 1, 1, tzinfo=UTC).timestamp() * 1000)
EARTH_RADIUS_M = 6_371_008.8
DEGREE_M = 111_700.0
"""No degree is longer."""
TICK_S = 1.0
"""Fixes of one moment count as a second apart."""


class Reason(IntEnum):
    KEPT = 0
    DUPLICATE = 1
    OUTLIER = 2


@dataclass(frozen=True, slots=True, eq=False)
class Cleaned:
    """What is left, in order of time; how many of each kind; the `Reason` of each fix as it came.

    `counts` has `duplicates`, `outliers`, `clock` (times taken away), `rolled_over` (times put right), `jumps`, `gaps`
    and `gap_s` (their seconds together).
    """

    fixes: Fixes
    counts: Counter[str]
    reasons: NDArray[np.int8]


def clean(fixes: Fixes, limits: Limits, max_gap_s: float, received: int | None = None) -> Cleaned:
    """One walk, whatever its order. Every fix needs an accuracy; `received` is the moment (ms) it came in."""
    (right,), clock = right_times([fixes], received)
    numbers = np.arange(len(fixes), dtype=np.int32).view(
        np.float32
    )  # in place of the accuracy, to know them once tidied
    place = replace(right, accuracy=numbers).tidy()[0].accuracy.view(np.int32)
    true = ~false_fixes(right.take(place), limits)
    reasons = np.full(len(fixes), Reason.DUPLICATE, np.int8)
    reasons[place] = np.where(true, Reason.KEPT, Reason.OUTLIER)
    kept = right.take(place[true])
    counts = clock + Counter(
        duplicates=int(np.count_nonzero(reasons == Reason.DUPLICATE)), outliers=int(np.count_nonzero(~true))
    )
    return Cleaned(kept, counts + breaks_of(kept, limits, max_gap_s), reasons)


def right_times(tracks: Sequence[Fixes], received: int | None = None) -> tuple[list[Fixes], Counter[str]]:
    """The tracks of one group with impossible times taken away and those of a week counter that rolled over put right."""
    counts: Counter[str] = Counter()
    times = [fixes.time[fixes.timed] for fixes in tracks]
    lowest = min((int(time.min()) for time in times if len(time)), default=YEAR_2000)
    highest = max((int(time.max()) for time in times if len(time)), default=YEAR_2000)
    latest = np.iinfo(np.int64).max if received is None else received + DAY_MS
    if lowest >= YEAR_2000 and highest <= latest and highest - lowest < ROLLOVER_MS - DAY_MS:
        return list(tracks), counts
    every = np.unique(np.concatenate(times))
    found = []
    for fixes in tracks:
        time = fixes.time.copy()
        rolled = fixes.timed & _near(every, np.where(fixes.timed, time, 0) + ROLLOVER_MS)
        time[rolled] += ROLLOVER_MS
        wrong = (time != NO_TIME) & ((time < YEAR_2000) | (time > latest))
        time[wrong] = NO_TIME
        counts += Counter(rolled_over=int(rolled.sum()), clock=int(wrong.sum()))
        found.append(replace(fixes, time=time))
    return found, counts


def _near(every: Times, time: Times) -> Flags:
    """Where one of these sorted times lies within a day."""
    at = np.searchsorted(every, time - DAY_MS)
    return (at < len(every)) & (every[np.minimum(at, len(every) - 1)] <= time + DAY_MS)


def false_fixes(fixes: Fixes, limits: Limits) -> Flags:
    """True for the outliers of fixes in order of time; one without time is none."""
    false = np.zeros(len(fixes), np.bool_)
    timed = np.flatnonzero(fixes.timed)
    if len(timed) < max(limits.fewest, 3) or _is_calm(fixes, limits):
        return false
    left, found = timed, np.empty(0, np.int64)
    while True:
        out = _outliers(fixes.take(left), limits)
        if not out.any():
            break
        found, left = np.append(found, left[out]), left[~out]
        if len(found) > limits.most_share * len(timed):
            return false
    false[found] = True
    return false


def _is_calm(fixes: Fixes, limits: Limits) -> bool:
    """Whether no step can be too fast, by a glance at the degrees: most walks need no closer look."""
    degrees = np.abs(np.diff(fixes.lon)) + np.abs(np.diff(fixes.lat))
    milliseconds = np.maximum(np.diff(fixes.time), TICK_S * 1000)
    return bool(fixes.timed.all() and (degrees * (DEGREE_M * 1000) <= limits.fastest_ms * milliseconds).all())


def _outliers(fixes: Fixes, limits: Limits) -> Flags:
    """One round: the outliers that can be told while all other fixes are there."""
    size, out = len(fixes), np.zeros(len(fixes), np.bool_)
    step = _speed(fixes, np.arange(size - 1), np.arange(1, size))
    if not (step > limits.fastest_ms).any():
        return out
    slow = np.concatenate([[0.0], step, [0.0]])  # slow[i] leads to fix i, slow[i + 1] from it
    for many in range(1, limits.most_in_row + 1):
        first = np.flatnonzero(step[: max(size - 1 - many, 0)] > limits.fastest_ms) + 1
        after = first + many
        first, after = first[after < size], after[after < size]
        before = first - 1
        legs = np.minimum(slow[first], slow[after])
        around = np.maximum(np.maximum(slow[before], slow[after + 1]), _speed(fixes, before, after))
        spike = (legs > limits.fastest_ms) & (legs > limits.times_around * around)
        for i in first[spike].tolist():
            if not out[max(i - 1, 0) : i + many + 1].any():
                out[i : i + many] = True
    if not out[:2].any() and step[0] > limits.impossible_ms and (step[1:3] < limits.fastest_ms).all():
        out[0] = True
    if not out[-2:].any() and step[-1] > limits.impossible_ms and (step[-3:-1] < limits.fastest_ms).all():
        out[-1] = True
    return out


def _speed(fixes: Fixes, a: NDArray[np.int64], b: NDArray[np.int64]) -> Floats:
    """Least metres per second from fix to fix that their errors leave (three sigma)."""
    north = np.radians(fixes.lat[b] - fixes.lat[a])
    east = np.radians((fixes.lon[b] - fixes.lon[a] + 180) % 360 - 180) * np.cos(
        np.radians((fixes.lat[a] + fixes.lat[b]) / 2)
    )
    error = np.hypot(fixes.accuracy[a], fixes.accuracy[b])
    seconds = np.maximum((fixes.time[b] - fixes.time[a]) / 1000, TICK_S)
    return np.maximum(EARTH_RADIUS_M * np.hypot(north, east) - 3 * error, 0.0) / seconds


def breaks_of(fixes: Fixes, limits: Limits, max_gap_s: float) -> Counter[str]:
    """Jumps and gaps between the fixes that have a time."""
    timed = fixes.take(fixes.timed)
    if len(timed) < 2:
        return Counter()
    seconds = np.diff(timed.time) / 1000
    gaps = seconds > max_gap_s
    step = _speed(timed, np.arange(len(timed) - 1), np.arange(1, len(timed)))
    return Counter(
        jumps=int(np.count_nonzero(step > limits.impossible_ms)),
        gaps=int(np.count_nonzero(gaps)),
        gap_s=round(float(seconds[gaps].sum())),
    )
