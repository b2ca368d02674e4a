"""How far somebody walked, with a band: the expected length of the way, given fixes with errors.

In this order: the fixes of unbroken pieces become places at least 4 s apart; the noise of a group (its size against what
the accuracy says, and how alike it is from fix to fix) is the likeliest of a grid; rests are found where standing still
explains the fixes better than walking; the liveliness of the way (q) is found per stretch of 32 places by likelihood and
let loose where the way turns sharply; then one smoothing gives the expected length and its variance.

docs/explanation/walked.md tells why, and what it reaches.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cotmoc.geo.fixes import NO_TIME
from cotmoc.geo.line import LocalProjection
from cotmoc.measure.engine.lengths import ways
from cotmoc.measure.engine.movement import BREAK, REST, WALK, Fixed, answering, likelihood, smoothed, unrest
from cotmoc.measure.engine.pieces import Places, places_of, runs, whole_walks
from cotmoc.measure.engine.values import Flags, Floats, GroupTrack, Rules
from cotmoc.measure.engine.walked import walked_m

Index = NDArray[np.int64]

NODE_MS = 4000
"""Fixes that come faster are averaged: nobody on foot turns twice in that time, and their noise is alike anyway."""
SOONEST_S = 1.0
"""Places nearer in time count as this far apart."""
STRETCH = 32
"""Places that share one liveliness."""
AT_ONCE = 8_192
"""About so many places are smoothed at a time."""

ALIKE = np.array([0.0, 0.3, 0.6, 0.8, 0.9, 0.96])
"""Correlation of the noise of neighbouring places that are tried."""
SIZES = 2.0 ** np.arange(-3, 2.1, 0.25)
"""Noise against the stated accuracy that is tried, and its prior: the accuracy is right within about a factor of two."""
SIZE_PRIOR = -0.5 * (np.log(SIZES) / np.log(2.0)) ** 2
NOISE_PACES = 10.0 ** np.array([-6.0, -4.5, -3.0, -2.0, -1.0])
NOISE_STRETCHES = 16
"""So many stretches of a group tell its noise, evenly spread."""

REST_WINDOWS = (8, 16, 32)
REST_PACES = (1e-4, 1e-2)
REST_SPEED = 1.0
"""Speeds of walking in the test of rests, m/s per axis."""
SURELY_STILL = 4.0
"""Standing still must be e**4 times as likely as walking."""
SCATTER = 3.0
"""Fixes that scatter more than this times their noise (variances) are no rest: not looked at any closer."""

PACES = 10.0 ** np.arange(-6.0, 0.1, 0.5)
"""Liveliness q that is tried, m2/s3, each half a decade from the next."""
STEADY = 1.0
"""Neighbouring stretches differ by one step of PACES with exp(-1) of the likelihood of none."""
LOOSE = 3.0
"""Degrees of freedom of the liveliness within a stretch: few, so that a turn may stand out (Student's t)."""
LOOSENINGS = 3
CERTAINTY = 1.645
"""The band holds nine of ten."""


@dataclass(frozen=True, slots=True)
class Walked:
    """Distance walked in metres: the figure, its band, and the raw length of all fixes."""

    metres: float
    low: float
    high: float
    raw_m: float


@dataclass(frozen=True, slots=True, eq=False)
class _Row:
    """Places of one group one after the other, filled up to whole stretches; `paused` seconds of no interest."""

    fixed: Fixed
    median_s: float

    def __len__(self) -> int:
        return len(self.fixed.x)


def walked(tracks: Sequence[GroupTrack], rules: Rules) -> Walked:
    """What one group walked: ways between fixes that the rules join, each time once, whoever carried the receivers.

    A walk without times cannot be smoothed: its raw length stands in all figures.
    """
    return walked_each([tracks], rules)[0]


def walked_each(groups: Sequence[Sequence[GroupTrack]], rules: Rules) -> list[Walked]:
    """`walked` of several groups, faster than one by one and with the same figures."""
    rows: list[_Row | None] = []
    found: list[Walked] = []
    for tracks in groups:
        walks = whole_walks(tracks, rules)
        raw = [walked_m(walk.fixes) for walk in walks]
        untimed = sum(metres for metres, walk in zip(raw, walks, strict=True) if not walk.fixes.timed.any())
        found.append(Walked(untimed, untimed, untimed, sum(raw)))
        rows.append(_row([walk for walk in walks if walk.fixes.timed.any()], rules))
    for part in _batches(rows):
        done = _smoothed([row for number in part if (row := rows[number]) is not None])
        for number, (metres, deviation) in zip(part, done, strict=True):
            plain, off = found[number], CERTAINTY * deviation
            low, high = max(metres - off, 0.0), metres + off
            found[number] = replace(plain, metres=plain.metres + metres, low=plain.low + low, high=plain.high + high)
    return found


# --- places


def _row(walks: Sequence[GroupTrack], rules: Rules) -> _Row | None:
    """The places of one group; None where no two fixes are joined."""
    if not walks:
        return None
    centre = walks[0].fixes
    plane = LocalProjection(float(np.median(centre.lon)), float(np.median(centre.lat)))
    places = places_of(walks, plane)
    columns = [_averaged(places, run) for run in _once(places, runs(places, rules))]
    if not columns:
        return None
    x, y, error, time = (np.concatenate([column[i] for column in columns]) for i in range(4))
    size = len(x)
    filling = -size % STRETCH
    seconds = np.maximum(np.diff(time) / 1000, SOONEST_S)
    kind = np.full(size - 1, WALK, np.int8)
    kind[np.cumsum([len(column[0]) for column in columns])[:-1] - 1] = BREAK
    seconds[kind == BREAK] = SOONEST_S
    within = seconds[kind == WALK]
    fixed = Fixed(
        np.pad(x, (0, filling)), np.pad(y, (0, filling)), np.pad(error, (0, filling), constant_values=1.0),
        np.arange(size + filling) < size, np.pad(seconds, (0, filling), constant_values=SOONEST_S),
        np.pad(kind, (0, filling), constant_values=BREAK), np.zeros(size + filling - 1),
    )  # fmt: skip
    return _Row(fixed, float(np.median(within)) if within.size else 1.0)


def _once(places: Places, found: Sequence[Index]) -> Iterator[Index]:
    """The runs of two fixes or more, without the times that a longer run has: two phones side by side walk one way."""
    began, ended = np.empty(0, np.int64), np.empty(0, np.int64)
    for run in found:
        time = places.time[run]
        at = np.searchsorted(began, time, side="right") - 1
        free = (at < 0) | (time >= np.append(ended, NO_TIME)[at])
        for part in np.split(run, np.flatnonzero(free[1:] != free[:-1]) + 1):
            if free[np.searchsorted(run, part[0])] and len(part) > 1:
                yield part
        began, ended = _joined(np.append(began, time[0]), np.append(ended, time[-1]))


def _joined(began: Index, ended: Index) -> tuple[Index, Index]:
    """Spans of time put together where they overlap."""
    order = np.argsort(began, kind="stable")
    began, ended = began[order], np.maximum.accumulate(ended[order])
    new = np.append(True, began[1:] > ended[:-1])
    return began[new], ended[np.append(np.flatnonzero(new)[1:] - 1, len(ended) - 1)]


def _averaged(places: Places, run: Index) -> tuple[Floats, Floats, Floats, Index]:
    """x, y, error and time (ms) of a run, fixes of the same few seconds as one."""
    time = places.time[run]
    slot = (time - time[0]) // NODE_MS
    start = np.flatnonzero(np.append(True, slot[1:] != slot[:-1]))
    count = np.diff(np.append(start, len(run)))
    x, y, error = (np.add.reduceat(column[run], start) / count for column in (places.x, places.y, places.error))
    return x, y, np.maximum(error, 0.1), time[0] + np.add.reduceat(time - time[0], start) // count


def _batches(rows: Sequence[_Row | None]) -> Iterator[list[int]]:
    """Numbers of the groups that have places, some thousands of places at a time."""
    part: list[int] = []
    places = 0
    for number, row in enumerate(rows):
        if row is not None:
            part.append(number)
            places += len(row)
            if places >= AT_ONCE:
                yield part
                part, places = [], 0
    if part:
        yield part


# --- smoothing


def _smoothed(rows: Sequence[_Row]) -> list[tuple[float, float]]:
    """Metres and standard deviation of each row."""
    stretches = np.array([len(row) // STRETCH for row in rows])
    owner = np.repeat(np.arange(len(rows)), stretches)
    fixed = _with_noise(_joined_rows(rows), owner, np.array([row.median_s for row in rows]))
    fixed = replace(fixed, kind=_with_rests(fixed))
    pace, doubt = _paces(fixed, owner)
    loose = pace
    for _ in range(LOOSENINGS):
        energy = unrest(smoothed(fixed, loose), fixed.seconds)
        loose = np.where(fixed.kind == WALK, (LOOSE * pace + energy) / (LOOSE + 4), pace)
    return _lengths(fixed, loose, doubt, owner)


def _joined_rows(rows: Sequence[_Row]) -> Fixed:
    def column(name: str, between: float | None = None) -> NDArray:
        parts: list[NDArray] = []
        for row in rows:
            if between is not None and parts:
                parts.append(np.array([between], getattr(row.fixed, name).dtype))
            parts.append(getattr(row.fixed, name))
        return np.concatenate(parts)

    return Fixed(
        column("x"), column("y"), column("error"), column("known"), column("seconds", SOONEST_S),
        column("kind", BREAK), column("alike", 0.0),
    )  # fmt: skip


def _stretches(size: int) -> Index:
    return np.arange(size).reshape(-1, STRETCH)


def _with_noise(fixed: Fixed, owner: Index, median_s: Floats) -> Fixed:
    """The likeliest noise of each group, from some of its stretches."""
    chosen = np.concatenate([_spread_over(np.flatnonzero(owner == one)) for one in range(owner[-1] + 1)])
    part = fixed.take(_stretches(len(fixed.x))[chosen])
    decay = part.seconds / median_s[owner[chosen]][:, None]
    alike = np.where(part.kind == BREAK, 0.0, ALIKE[:, None, None] ** decay)
    misfit, size = likelihood(replace(part, alike=alike[:, None]), NOISE_PACES[:, None, None])
    free = 2.0 * np.maximum(part.known.sum(-1) - 2, 0)
    levels = SIZES[:, None, None, None]
    each = -0.5 * (misfit / levels**2 + size) - free * np.log(levels)  # size, alike, pace, stretch
    each = np.logaddexp.reduce(each, axis=2)
    begins = np.flatnonzero(np.append(True, owner[chosen][1:] != owner[chosen][:-1]))
    total = np.add.reduceat(each, begins, axis=-1) + SIZE_PRIOR[:, None, None]
    best = total.reshape(-1, total.shape[-1]).argmax(axis=0)
    size_of, alike_of = SIZES[best // len(ALIKE)], ALIKE[best % len(ALIKE)]
    node = np.repeat(owner, STRETCH)
    decay = fixed.seconds / median_s[node][:-1]
    return fixed.scaled(size_of[node], np.where(fixed.kind == BREAK, 0.0, alike_of[node][:-1] ** decay))


def _spread_over(stretches: Index) -> Index:
    return stretches[np.unique(np.linspace(0, len(stretches) - 1, NOISE_STRETCHES).astype(np.int64))]


def _with_rests(fixed: Fixed) -> NDArray[np.int8]:
    """The kinds of the intervals, rests among them."""
    kind = fixed.kind.copy()
    for width in REST_WINDOWS:
        for window in _quiet(fixed, width):
            kind[window[_still(fixed.take(window))][:, :-1]] = REST
    return kind


def _quiet(fixed: Fixed, width: int) -> Iterator[Index]:
    """Windows without a break whose places scatter as little as at a rest, some thousands of places at a time."""
    begin = np.arange(0, len(fixed.x) - width + 1, width // 8)
    end = begin + width
    breaks = np.append(0, np.cumsum(fixed.kind == BREAK))
    whole = breaks[end - 1] == breaks[begin]
    scatter, noise = np.zeros(len(begin)), np.zeros(len(begin))
    for place in (fixed.x, fixed.y):
        sums, squares = (np.append(0.0, np.cumsum(power)) for power in (place, place**2))
        scatter += (squares[end] - squares[begin]) / width - ((sums[end] - sums[begin]) / width) ** 2
        total = np.append(0.0, np.cumsum(fixed.error**2))
        noise += (total[end] - total[begin]) / width
    begin = begin[whole & (scatter <= SCATTER * noise)]
    for part in np.array_split(begin, max(1, -(-len(begin) * width // AT_ONCE))):
        if len(part):
            yield part[:, None] + np.arange(width)


def _still(window: Fixed) -> Flags:
    """Where standing still is likelier than walking."""
    window = replace(window, x=window.x - window.x[:, :1], y=window.y - window.y[:, :1])
    walking = np.array(REST_PACES)[:, None, None]
    still = replace(window, kind=np.full_like(window.kind, REST))
    walk, rest = (np.add(*likelihood(one, walking, REST_SPEED)) / -2 for one in (window, still))
    return rest[0] - np.logaddexp.reduce(walk, axis=0) + np.log(len(REST_PACES)) > SURELY_STILL


def _paces(fixed: Fixed, owner: Index) -> tuple[Floats, Floats]:
    """Liveliness of each interval, and per stretch its standard deviation in steps of PACES."""
    part = fixed.take(_stretches(len(fixed.x)))
    misfit, size = likelihood(part, PACES[:, None, None])
    each = -0.5 * (misfit + size).T
    step = np.arange(len(PACES))
    tie = np.exp(-STEADY * np.abs(step[:, None] - step))
    each = np.exp(each - each.max(axis=1, keepdims=True))
    weight = each * _passed_on(each, owner, tie) * _passed_on(each[::-1], owner[::-1], tie)[::-1]
    weight /= weight.sum(axis=1, keepdims=True)
    middle = weight @ step
    doubt = np.sqrt(np.maximum(weight @ step**2 - middle**2, 0))
    found = PACES[0] * (PACES[1] / PACES[0]) ** middle
    return np.repeat(found, STRETCH)[:-1], doubt


def _passed_on(each: Floats, owner: Index, tie: Floats) -> Floats:
    """What the stretches of the same group before one say about it."""
    told = np.ones_like(each)
    for i in range(1, len(each)):
        if owner[i] == owner[i - 1]:
            told[i] = tie @ (told[i - 1] * each[i - 1])
            told[i] /= told[i].sum()
    return told


def _lengths(fixed: Fixed, pace: Floats, doubt: Floats, owner: Index) -> list[tuple[float, float]]:
    """Metres and standard deviation of each group."""
    solved = smoothed(fixed, pace)
    walk = fixed.kind == WALK
    found = ways(solved, fixed.seconds, pace, walk)
    livelier = pace * (PACES[1] / PACES[0])
    other = ways(smoothed(fixed, livelier), fixed.seconds, livelier, walk)

    def per_stretch(amount: Floats) -> Floats:
        return np.append(amount, 0.0).reshape(-1, STRETCH).sum(axis=1)

    moved = answering(fixed, pace, found.answer)
    by_place = np.sum([a * m for a, m in zip(found.answer, moved, strict=True)], axis=0)
    variance = by_place.reshape(-1, STRETCH).sum(axis=1) + per_stretch(found.aside)
    variance += (per_stretch(other.expected - found.expected) * doubt) ** 2
    begins = np.flatnonzero(np.append(True, owner[1:] != owner[:-1]))
    metres = np.add.reduceat(per_stretch(found.expected), begins)
    deviation = np.sqrt(np.maximum(np.add.reduceat(variance, begins), 0))
    unseen = np.add.reduceat(per_stretch(found.expected - found.mean_path), begins)
    return list(zip(metres.tolist(), np.hypot(deviation, unseen / 2).tolist(), strict=True))
