"""How far somebody walked, with a band, from fixes with errors.

In this order: the fixes of unbroken pieces become places at least 4 s apart; the noise of a group (its size against what
the accuracy says, and how alike it is from fix to fix) is the likeliest of a grid; rests are found where standing still
explains the fixes better than walking; the liveliness of the way (q) is found per stretch of 32 places by likelihood; then the
length of the smoothed way is taken, and what it lacks is extrapolated from how it falls as the smoothing gets coarser.

docs/explanation/walked.md tells why, and what it reaches.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cotmoc.geo.fixes import NO_TIME, Fixes
from cotmoc.geo.line import LocalProjection
from cotmoc.measure.engine.movement import BREAK, REST, WALK, Fixed, lengths, likelihood, smoothed, variances
from cotmoc.measure.engine.pieces import Places, places_of, runs, whole_walks
from cotmoc.measure.engine.values import Flags, Floats, GroupTrack, Rules
from cotmoc.measure.engine.walked import group_walked_m, walked_m

Index = NDArray[np.int64]

ALGORITHM = "chain-1"
"""Stored with every result; a change of the figures needs a new name."""
NODE_MS = 4000
"""Fixes that come faster are averaged: nobody on foot turns twice in that time, and their noise is alike anyway."""
TINY = 1e-9
SOONEST_S = 1.0
"""Places nearer in time count as this far apart."""
STRETCH = 32
"""Places that share one liveliness."""
AT_ONCE = 8_192
"""About so many places are smoothed at a time."""

ALIKE = np.array([0.0, 0.3, 0.6, 0.8, 0.9, 0.96])
"""Correlation of the noise of neighbouring places that are tried."""
SIZES = 2.0 ** np.arange(-3, 0.1, 0.25)
"""Noise against the stated accuracy that is tried: a receiver that is worse than it says would make sweeps noise."""
SIZE_PRIOR = -0.5 * (np.log(SIZES) / 0.5) ** 2
"""Smaller by a factor of e**0.5 is one standard deviation from what is stated."""
NOISE_PACES = 10.0 ** np.array([-6.0, -4.5, -3.0, -2.0, -1.0])
NOISE_STRETCHES = 8
"""So many stretches of a group tell its noise, evenly spread."""

REST_WINDOWS = (8, 16, 32)
"""Intervals; an eighth of them at either end is left out, since a window still looks still with some steps in it."""
REST_PACES = (1e-4, 1e-2)
REST_SPEED = 1.0
"""Speeds of walking in the test of rests, m/s per axis."""
SURELY_STILL = 4.0
"""Standing still must be e**4 times as likely as walking."""
STIRRED = 6.0
"""Halves of a window further apart than this times what noise does (variances) are no rest: not looked at any closer."""

PACES = 10.0 ** np.arange(-6.0, 0.1, 1.0)
"""Liveliness q that is tried, m2/s3, each ten times the one before."""
STEADY = 2.0
"""Neighbouring stretches differ by one step of PACES with exp(-2) of the likelihood of none."""
COARSER = 4.0
"""The way is smoothed again with q divided by this, and once more: how much length does that lose?"""
FINEST_M = 2.5
"""Windings closer than this are no way that anybody counts: the extrapolation ends there."""
MOST_RATIO = 0.8
"""Of the length that one smoothing loses, the next finer one is taken to win back at most this share."""
MOST_UNSEEN = 0.15
"""No more of the length than this is ever added for windings that were not seen."""
DOUBT = 0.6
"""Standard deviation of what is added, as a share of it: so the band reaches from none of it to twice of it."""
EVEN_SO, EVEN_SO_M = 0.002, 5.0
"""Standard deviation of any length: a share of it, and metres."""
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
    """Places of one group one after the other, filled up to whole stretches; the usual seconds from place to place."""

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
        untimed = sum(walked_m(walk.fixes) for walk in walks if not walk.fixes.timed.any())
        found.append(Walked(untimed, untimed, untimed, group_walked_m(tracks)))
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
    everywhere = Fixes.join([walk.fixes for walk in walks])
    plane = LocalProjection(float(np.median(everywhere.lon)), float(np.median(everywhere.lat)))
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
        cuts = np.flatnonzero(free[1:] != free[:-1]) + 1
        for part, is_free in zip(np.split(run, cuts), np.split(free, cuts), strict=True):
            if is_free[0] and len(part) > 1:
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
    metres, variance = _lengths(fixed, _paces(fixed, owner), owner)
    return list(zip(metres.tolist(), np.sqrt(variance).tolist(), strict=True))


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
        edge = width // 8
        for window in _quiet(replace(fixed, kind=kind), width):
            kind[window[_still(fixed.take(window))][:, edge : width - edge]] = REST
    return kind


def _quiet(fixed: Fixed, width: int) -> Iterator[Index]:
    """Windows without a break whose two halves lie as near to each other as at a rest, some thousand places at a time."""
    begin = np.arange(0, len(fixed.kind) - width + 1, width // 8)
    middle, end = begin + width // 2, begin + width
    breaks, open_ = (np.append(0, np.cumsum(fixed.kind == one)) for one in (BREAK, WALK))
    lasting = (1 + fixed.alike) / (1 - fixed.alike)
    of_means = np.append(0.0, np.cumsum(fixed.error[1:] ** 2 * np.minimum(4 / width * lasting, 1.0)))
    apart = np.zeros(len(begin))
    for place in (fixed.x, fixed.y):
        sums = np.append(0.0, np.cumsum(place))
        apart += ((sums[end] - 2 * sums[middle] + sums[begin]) / (width / 2)) ** 2
    quiet = apart <= STIRRED * 2 * (of_means[end] - of_means[begin]) / width
    begin = begin[quiet & (breaks[end] == breaks[begin]) & (open_[end] > open_[begin])]
    for part in np.array_split(begin, max(1, -(-len(begin) * width // AT_ONCE))):
        if len(part):
            yield part[:, None] + np.arange(width + 1)


def _still(window: Fixed) -> Flags:
    """Where standing still is likelier than walking."""
    window = replace(window, x=window.x - window.x[:, :1], y=window.y - window.y[:, :1])
    walking = np.array(REST_PACES)[:, None, None]
    still = replace(window, kind=np.full_like(window.kind, REST))
    walk = np.logaddexp.reduce(np.add(*likelihood(window, walking, REST_SPEED)) / -2, axis=0) - np.log(len(REST_PACES))
    rest = np.add(*likelihood(still, walking[0], REST_SPEED)) / -2
    return np.asarray(rest - walk > SURELY_STILL)


def _paces(fixed: Fixed, owner: Index) -> Floats:
    """The liveliness of each stretch: the mean of the grid by likelihood and by what the neighbours are like."""
    part = fixed.take(_stretches(len(fixed.x)))
    misfit, size = likelihood(part, PACES[:, None, None])
    each = -0.5 * (misfit + size).T
    step = np.arange(len(PACES))
    tie = np.exp(-STEADY * np.abs(step[:, None] - step))
    each = np.exp(each - each.max(axis=1, keepdims=True))
    weight = each * _passed_on(each, owner, tie) * _passed_on(each[::-1], owner[::-1], tie)[::-1]
    weight /= weight.sum(axis=1, keepdims=True)
    return np.asarray(PACES[0] * (PACES[1] / PACES[0]) ** (weight @ step))


def _passed_on(each: Floats, owner: Index, tie: Floats) -> Floats:
    """What the stretches of the same group before one say about it."""
    told = np.ones_like(each)
    for i in range(1, len(each)):
        if owner[i] == owner[i - 1]:
            told[i] = tie @ (told[i - 1] * each[i - 1])
            told[i] /= told[i].sum()
    return told


def _lengths(fixed: Fixed, pace: Floats, owner: Index) -> tuple[Floats, Floats]:
    """Metres and variance of each group.

    A smoothed path is short by the windings that the noise hides. Smoothing twice more, each time coarser, shows how
    fast length is lost; as much is added as the same ratio gives back on the way to the finest windings (Richardson's
    extrapolation to the limit, 1911, with the order measured instead of known).
    """
    begins = np.flatnonzero(np.append(True, owner[1:] != owner[:-1]))

    def per_stretch(amount: Floats) -> Floats:
        return np.append(amount, 0.0).reshape(-1, STRETCH).sum(axis=1)

    def per_group(amount: Floats) -> Floats:
        return np.asarray(np.add.reduceat(amount, begins))

    each = np.repeat(pace, STRETCH)[:-1]
    fine, answer = lengths(fixed, smoothed(fixed, each))
    coarse, _ = lengths(fixed, smoothed(fixed, each / COARSER))
    coarsest, _ = lengths(fixed, smoothed(fixed, each / COARSER**2))
    seen, lost = per_stretch(fine), per_stretch(fine - coarse)
    before = np.maximum(per_group(per_stretch(coarse - coarsest)), TINY)
    ratio = np.clip(per_group(lost) / before, 0, MOST_RATIO)[owner]
    seconds = per_stretch(np.where(fixed.kind == WALK, fixed.seconds, 0.0))
    halvings = _halvings(fixed, pace, seen / np.maximum(seconds, SOONEST_S))
    unseen = lost * ratio * (1 - ratio**halvings) / (1 - ratio)
    variance = variances(fixed, each, answer).reshape(-1, STRETCH).sum(axis=1)
    metres, wished = per_group(seen), np.maximum(per_group(unseen), 0)
    added = np.minimum(wished, MOST_UNSEEN * metres)
    stops = per_stretch(np.append(fixed.kind[1:] != fixed.kind[:-1], False) & (fixed.kind != BREAK))
    borders = per_group(stops * (seen / np.maximum(per_stretch(fixed.kind == WALK), 1)) ** 2)
    doubt = (DOUBT * wished) ** 2 + (EVEN_SO * metres) ** 2 + EVEN_SO_M**2 + borders
    return metres + added, np.maximum(per_group(variance), 0) + doubt


def _halvings(fixed: Fixed, pace: Floats, speed: Floats) -> Floats:
    """So many times q can be made COARSER times as large until the smoothing is as fine as FINEST_M, per stretch.

    The smoother's time constant is (R/q)^(1/4), R the strength of the noise at just that frequency.
    """
    part = fixed.take(_stretches(len(fixed.x)))
    walk = part.kind == WALK
    count = np.maximum(walk.sum(-1), 1)
    h, alike, power = (
        np.where(walk, amount, 0.0).sum(-1) / count for amount in (part.seconds, part.alike, part.error[:, 1:] ** 2)
    )
    h = np.maximum(h, SOONEST_S)
    lasting = np.zeros_like(h) + np.inf
    for _ in range(4):
        noise = power * h * (1 - alike**2) / (1 + alike**2 - 2 * alike * np.cos(np.minimum(h / lasting, np.pi)))
        lasting = np.maximum(noise / pace, TINY) ** 0.25
    return np.maximum(4 / np.log2(COARSER) * np.log2(np.maximum(speed * lasting / FINEST_M, 1.0)), 0.0)
