"""The line in bins of 100 m: last visit, visits per month, longest gap, without looking at every bin of every row.

A row of presence covers many bins, nearly all of them whole and in one visit of its group. These stay together as a range
(`Visits`), and are counted and compared by the ends of the ranges. Bin by bin goes only where two rows of one group that
follow each other within the pause meet, and where the longest gaps begin and end.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cotmoc.geo.fixes import NO_TIME
from cotmoc.measure.engine.spans import running_max, runs
from cotmoc.measure.engine.values import Bins, Floats, Intervals, Times

Index = NDArray[np.int64]
BIN_M = 100.0
ROUNDING_M = 1e-6
"""Half a bin is not lost to rounding."""
BLOCKS = 400
"""Blocks of time in which the longest gaps are looked for."""
COLUMNS = BLOCKS + 2
"""With one before the period and one after it."""


def bins(
    intervals: Intervals, length_m: float, period_edges: ArrayLike, pause_s: float = 1800.0, width_m: float = BIN_M
) -> Bins:
    """Last visit, visits per period (e.g. month) and longest gap of each bin; give rows of one certainty.

    Only presence that began from the first to before the last of `period_edges` (ms) is looked at.
    """
    periods = np.asarray(period_edges, np.int64)
    since, until = int(periods[0]), int(periods[-1])
    edges = _edges(length_m, width_m)
    size = max(0, len(edges) - 1)
    visits = _visits(intervals.during(since, until), edges, round(pause_s * 1000))
    return Bins(edges, _latest(visits, size), _counts(visits, size, periods), _longest_gaps(visits, size, since, until))


def _edges(length_m: float, width_m: float) -> Floats:
    if length_m <= 0:
        return np.empty(0)
    return np.append(np.arange(0, length_m, width_m), length_m)


@dataclass(frozen=True, slots=True, eq=False)
class Visits:
    """Visits to ranges of bins: one to each of low..high - 1, from `first` to `last`."""

    low: Index
    high: Index
    first: Times
    last: Times

    def take(self, index: NDArray[np.bool_]) -> "Visits":
        return Visits(self.low[index], self.high[index], self.first[index], self.last[index])


def _visits(rows: Intervals, edges: Floats, pause_ms: int) -> Visits:
    """The visits that covered at least half of their bin."""
    order = np.lexsort((rows.first, rows.group))
    rows = rows if (order[1:] > order[:-1]).all() else rows.take(order)
    low, high = _bins_of(rows, edges)
    some = (high > low) & (rows.to_m > rows.from_m)  # a touch covers nothing
    if not some.all():
        rows, low, high = rows.take(some), low[some], high[some]
    own_low, own_high = _alone(rows, low, high, pause_ms)
    shared = _shared(rows, edges, pause_ms, (low, own_low), (own_high, high))
    for end in (own_low, own_high - 1):  # the bins at the ends may be covered by less than half
        here = np.clip(end, low, high - 1)
        short = (own_low < own_high) & ~_enough(_metres(rows, edges, slice(None), here), edges, here)
        own_low += short & (here == own_low)
        own_high -= short & (here == own_high - 1) & (own_low < own_high)
    some = own_low < own_high
    own = Visits(own_low, own_high, rows.first, rows.last).take(some)
    names = ("low", "high", "first", "last")
    return Visits(*(np.concatenate([getattr(own, name), getattr(shared, name)]) for name in names))


def _bins_of(rows: Intervals, edges: Floats) -> tuple[Index, Index]:
    """The bins that a row overlaps with some length: from `low` to before `high`. By division, then put right."""
    size = len(edges) - 1
    if size < 1:
        return np.zeros(len(rows), np.int64), np.zeros(len(rows), np.int64)
    width = edges[1] - edges[0]
    low = np.clip((rows.from_m / width).astype(np.int64), 0, size - 1)
    low -= rows.from_m < edges[low]
    low += rows.from_m >= edges[low + 1]
    high = np.clip(np.ceil(rows.to_m / width).astype(np.int64), 1, size)
    high -= rows.to_m <= edges[high - 1]
    high += (rows.to_m > edges[high]) & (high < size)
    return low, high


def _alone(rows: Intervals, low: Index, high: Index, pause_ms: int) -> tuple[Index, Index]:
    """The range of its bins in which a row surely is a visit of its own; rows by group and beginning."""
    own_low, own_high = low.copy(), high.copy()
    for one, other in _following(rows, pause_ms):
        start, stop = np.maximum(low[one], low[other]), np.minimum(high[one], high[other])
        meet = start < stop
        for row in (one[meet], other[meet]):
            below = start[meet] <= own_low[row]
            own_low[row] = np.where(below, np.maximum(own_low[row], stop[meet]), own_low[row])
            own_high[row] = np.where(below, own_high[row], np.minimum(own_high[row], start[meet]))
    none = own_low >= own_high
    return np.where(none, high, own_low), np.where(none, high, own_high)


def _following(rows: Intervals, pause_ms: int) -> Iterator[tuple[Index, Index]]:
    """Pairs of rows of one group that may be one visit: the next rows, the next but one, as far as there are any."""
    every = np.arange(len(rows))
    apart = 1
    while len(every):
        every = every[every + apart < len(rows)]
        other = every + apart
        every = every[(rows.group[every] == rows.group[other]) & (rows.first[other] - rows.last[every] <= pause_ms)]
        if len(every):
            yield every, every + apart
        apart += 1


def _shared(rows: Intervals, edges: Floats, pause_ms: int, *ranges: tuple[Index, Index]) -> Visits:
    """The visits in these ranges of each row's bins, bin by bin: rows of a group within the pause are one visit."""
    row, cell = _each(np.column_stack([low for low, _ in ranges]), np.column_stack([high for _, high in ranges]))
    order = np.argsort(cell.astype(np.min_scalar_type(len(edges))), kind="stable")  # few bins: sorted by counting
    row, cell = row[order], cell[order]
    if not len(row):
        return Visits(cell, cell, cell, cell)
    group, first, last = rows.group[row], rows.first[row], rows.last[row]
    changed = (cell[1:] != cell[:-1]) | (group[1:] != group[:-1])
    until = running_max(np.append(0, np.cumsum(changed)), last - first[0]) + first[0]
    starts = np.flatnonzero(np.append(True, changed | (first[1:] - until[:-1] > pause_ms)))
    metres = _together(starts, *_ends(rows, edges, row, cell))
    at = cell[starts]
    visits = Visits(at, at + 1, first[starts], np.maximum.reduceat(last, starts))
    return visits.take(_enough(metres, edges, at))


def _each(low: Index, high: Index) -> tuple[Index, Index]:
    """Pairs (row, one of low..high - 1) of the ranges of each row, row by row; ranges of shape (rows, n) or (rows,)."""
    count = (high - low).ravel()
    each = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count) + np.repeat(low.ravel(), count)
    return np.repeat(np.repeat(np.arange(len(low)), low.size // max(1, len(low))), count), each


def _ends(rows: Intervals, edges: Floats, row: Index | slice, cell: Index) -> tuple[Floats, Floats]:
    """What of a bin a row covers: from, to."""
    return np.maximum(rows.from_m[row], edges[cell]), np.minimum(rows.to_m[row], edges[cell + 1])


def _metres(rows: Intervals, edges: Floats, row: Index | slice, cell: Index) -> Floats:
    from_m, to_m = _ends(rows, edges, row, cell)
    return to_m - from_m


def _enough(metres: Floats, edges: Floats, cell: Index) -> NDArray[np.bool_]:
    return metres >= (edges[cell + 1] - edges[cell]) / 2 - ROUNDING_M


def _together(starts: Index, from_m: Floats, to_m: Floats) -> Floats:
    """Metres that the members of each visit cover together; visit i has those from starts[i] on."""
    count = np.diff(np.append(starts, len(from_m)))
    metres = to_m[starts] - from_m[starts]
    two = starts[count == 2]
    overlap = np.maximum(0, np.minimum(to_m[two], to_m[two + 1]) - np.maximum(from_m[two], from_m[two + 1]))
    metres[count == 2] += to_m[two + 1] - from_m[two + 1] - overlap
    many = np.repeat(np.where(count > 2, np.arange(len(starts)), -1), count)
    if (count > 2).any():
        visit, from_m, to_m = many[many >= 0], from_m[many >= 0], to_m[many >= 0]
        order, begins = runs(visit, from_m, to_m)
        pieces = np.maximum.reduceat(to_m[order], begins) - from_m[order][begins]
        metres[count > 2] = np.bincount(visit[order][begins], weights=pieces, minlength=len(starts))[count > 2]
    return metres


def _latest(visits: Visits, size: int) -> Times:
    """The last time of each bin. A range is laid over the bins as two of a power of two, and these are halved."""
    power = np.frexp(visits.high - visits.low)[1].astype(np.int64) - 1
    flat = np.full((int(power.max(initial=0)) + 1) * size, NO_TIME)
    for start in (visits.low, visits.high - (1 << power)):
        np.maximum.at(flat, power * size + start, visits.last)
    table = flat.reshape(-1, size) if size else flat[None]
    for level in range(len(table) - 1, 0, -1):
        half, whole = 1 << (level - 1), table[level]
        np.maximum(table[level - 1], whole, out=table[level - 1])
        np.maximum(table[level - 1][half:], whole[: size - half], out=table[level - 1][half:])
    return table[0]


def _counts(visits: Visits, size: int, periods: Times) -> Index:
    """Visits of each bin that began in each period: up where a range begins, down where it ends."""
    count = len(periods) - 1
    period = np.searchsorted(periods, visits.first, side="right") - 1
    up, down = (np.bincount(end * count + period, minlength=(size + 1) * count) for end in (visits.low, visits.high))
    return np.cumsum((up - down).reshape(-1, count), axis=0)[:size]


def _longest_gaps(visits: Visits, size: int, since: int, until: int) -> Index:
    """The longest time without presence in [since, until) per bin, the whole period where there was none.

    In blocks of time the longest runs of empty blocks are found first: the longest gap is one of them, to two blocks. Only
    presence beside these is then looked at; where presence is denser than the blocks, all of it.
    """
    if not size:
        return np.empty(0, np.int64)
    span = until - since
    block = max(1, -(-span // BLOCKS))
    begin, end = visits.first - since, np.minimum(visits.last, until) - since
    first, last = begin // block + 1, np.minimum(end // block, BLOCKS - 1) + 1
    place = np.flatnonzero(_taken(visits, first, last, size))
    empty = np.flatnonzero(place[1:] - place[:-1] > 1)  # blocks without presence follow
    before, after = place[empty], place[empty + 1]
    longest = np.ones(size, np.int64)
    np.maximum.at(longest, before // COLUMNS, after - before)
    dense = longest <= 2
    enough = np.where(dense, COLUMNS, longest - 1)
    wanted = after - before >= enough[before // COLUMNS]
    before, after = before[wanted], after[wanted]
    left = _at_places(visits, last, end, before, size)
    right = _at_places(visits, first, -begin, after, size)
    left[before % COLUMNS == 0] = 0
    right[after % COLUMNS == COLUMNS - 1] = -span
    gaps = np.zeros(size, np.int64)
    np.maximum.at(gaps, before // COLUMNS, -right - left)
    if dense.any():
        gaps[dense] = _gaps_of_all(visits, begin, end, span, dense)
    return gaps


def _taken(visits: Visits, first: Index, last: Index, size: int) -> NDArray[np.bool_]:
    """Which blocks (columns) of which bins (rows) have presence; with a column of presence before and one after all."""
    visit, column = _each(first, last + 1)
    change = np.zeros((size + 1) * COLUMNS, np.int32)  # small numbers: half of the time goes into touching memory
    np.add.at(change, visits.low[visit] * COLUMNS + column, np.int32(1))
    np.subtract.at(change, visits.high[visit] * COLUMNS + column, np.int32(1))
    by_bin = change.reshape(-1, COLUMNS)
    taken = np.cumsum(by_bin, axis=0, out=by_bin)[:size] > 0
    taken[:, [0, -1]] = True
    return taken


def _at_places(visits: Visits, column: Index, value: Index, places: Index, size: int) -> Index:
    """The largest value of the visits at each place, that is bin * COLUMNS + column; places rise."""
    wanted = np.zeros((size + 1, COLUMNS), np.int32)
    wanted.ravel()[places + COLUMNS] = 1
    before = np.cumsum(wanted, axis=0, out=wanted)
    near = np.flatnonzero(before[visits.high, column] > before[visits.low, column])
    visit, cell = _each(visits.low[near], visits.high[near])
    place = cell * COLUMNS + column[near][visit]
    at = np.minimum(np.searchsorted(places, place), len(places) - 1)
    here = places[at] == place
    best = np.full(len(places), np.iinfo(np.int64).min // 2)
    np.maximum.at(best, at[here], value[near][visit][here])
    return best


def _gaps_of_all(visits: Visits, begin: Index, end: Index, span: int, dense: NDArray[np.bool_]) -> Index:
    """The longest gap of each dense bin, from all its visits."""
    visit, cell = _each(visits.low, visits.high)
    visit, cell = visit[dense[cell]], cell[dense[cell]]
    number = np.cumsum(dense) - 1
    every = np.arange(number[-1] + 1)
    cell = np.concatenate([every, number[cell], every])
    begins = np.concatenate([np.zeros_like(every), begin[visit], np.full_like(every, span)])
    ends = np.concatenate([np.zeros_like(every), end[visit], np.full_like(every, span)])
    order = np.lexsort((begins, cell))
    cell, begins, seen = cell[order], begins[order], running_max(cell[order], ends[order])
    gap = np.where(cell[1:] == cell[:-1], begins[1:] - seen[:-1], 0)
    return np.maximum.reduceat(np.append(0, gap), np.searchsorted(cell, every))
