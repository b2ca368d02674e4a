"""How long ago each place of the line was visited: exact pieces, age classes, overdue stretches, 100 m bins."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cotmoc.geo.fixes import NO_TIME
from cotmoc.measure.engine.overdue import overdue
from cotmoc.measure.engine.spans import cells, overlap, running_max, runs, union, visit_starts
from cotmoc.measure.engine.values import Bins, Floats, Intervals, LastVisits, Spans

BIN_M = 100.0


def last_visits(intervals: Intervals, length_m: float, moment: int) -> LastVisits:
    """The line cut where the last visit known at `moment` changes; give rows of one certainty.

    A presence that goes on at `moment` was last seen then. Presence without time proves that the place was visited, not
    when, and is left out here.
    """
    rows = intervals.take((intervals.first != NO_TIME) & (intervals.first <= moment))
    edges = np.unique(np.clip(np.concatenate([[0.0, length_m], rows.from_m, rows.to_m]), 0, length_m))
    if len(edges) < 2:
        return LastVisits(edges, np.empty(0, np.int64))
    last = np.minimum(rows.last, moment)
    low, high = np.searchsorted(edges, rows.from_m), np.searchsorted(edges, rows.to_m)
    painted = np.full(len(edges) - 1, NO_TIME)
    for row in np.argsort(last, kind="stable"):  # later presences paint over earlier ones
        painted[low[row] : high[row]] = last[row]
    new = np.concatenate([[True], painted[1:] != painted[:-1]])
    return LastVisits(np.append(edges[:-1][new], length_m), painted[new])


def metres_by_age(visits: LastVisits, moment: int, bounds_ms: Sequence[int]) -> Floats:
    """Metres of line per age class: up to each bound (included), beyond the last bound, never visited."""
    age = np.where(visits.last == NO_TIME, 0, moment - np.where(visits.last == NO_TIME, moment, visits.last))
    group = np.searchsorted(np.asarray(bounds_ms, np.int64), age, side="left")
    group = np.where(visits.last == NO_TIME, len(bounds_ms) + 1, group)
    metres = np.zeros(len(bounds_ms) + 2)
    np.add.at(metres, group, np.diff(visits.edges))
    return metres


def overdue_spans(
    visits: LastVisits, moment: int, longest_ms: int, stretch: tuple[float, float] | None = None
) -> Spans:
    """Where the last visit is older than allowed, or there was none; of one stretch, or of the whole line."""
    late = overdue(visits.last, moment, longest_ms)
    spans = union(visits.edges[:-1][late], visits.edges[1:][late])
    return spans if stretch is None else overlap(spans, Spans(*(np.array([end], np.float64) for end in stretch)))


def month_edges(first: date, months: int, zone: str) -> NDArray[np.int64]:
    """The starts of `months` calendar months of a time zone from that of `first`, and the end of the last, ms UTC."""
    starts = [divmod(first.year * 12 + first.month - 1 + i, 12) for i in range(months + 1)]
    moments = [datetime(year, month + 1, 1, tzinfo=ZoneInfo(zone)) for year, month in starts]
    return np.array([round(moment.timestamp() * 1000) for moment in moments], np.int64)


def bins(
    intervals: Intervals, length_m: float, period_edges: ArrayLike, pause_s: float = 1800.0, width_m: float = BIN_M
) -> Bins:
    """Last visit, visits per period (e.g. month) and longest gap of each bin; give rows of one certainty.

    Only presence that began from the first to before the last of `period_edges` (ms) is looked at.
    """
    periods = np.asarray(period_edges, np.int64)
    edges = _bin_edges(length_m, width_m)
    cell, first, last = _bin_visits(intervals.during(int(periods[0]), int(periods[-1])), edges, pause_s)
    size = max(0, len(edges) - 1)
    latest = np.full(size, NO_TIME)
    np.maximum.at(latest, cell, last)
    visits = np.zeros((size, len(periods) - 1), np.int64)
    np.add.at(visits, (cell, np.searchsorted(periods, first, side="right") - 1), 1)
    return Bins(edges, latest, visits, _longest_gaps(cell, first, last, size, int(periods[0]), int(periods[-1])))


def _bin_edges(length_m: float, width_m: float) -> Floats:
    if length_m <= 0:
        return np.empty(0)
    inner = np.arange(0, length_m, width_m)
    return np.append(inner, length_m)


def _bin_visits(
    intervals: Intervals, edges: Floats, pause_s: float
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Bin, first and last time of each visit that covered at least half of its bin."""
    row, cell = cells(edges, intervals)
    first, last = intervals.first[row], intervals.last[row]
    order, begins = visit_starts(cell, intervals.group[row], first, last, pause_s)
    if not len(order):
        return cell, first, last
    is_start = np.zeros(len(order), np.int64)
    is_start[begins] = 1
    visit = np.empty(len(order), np.int64)
    visit[order] = np.cumsum(is_start[order]) - 1
    from_m = np.maximum(intervals.from_m[row], edges[cell])
    to_m = np.minimum(intervals.to_m[row], edges[cell + 1])
    run_order, run_starts = runs(visit, from_m, to_m)
    metres = np.maximum.reduceat(to_m[run_order], run_starts) - from_m[run_order][run_starts]
    covered = np.bincount(visit[run_order][run_starts], weights=metres)
    starts = np.searchsorted(visit[order], np.arange(len(covered)))
    bin_of = cell[order][starts]
    enough = covered >= (edges[bin_of + 1] - edges[bin_of]) / 2 - 1e-6  # half a bin is not lost to rounding
    earliest, latest = (
        np.minimum.reduceat(first[order], starts),
        np.maximum.reduceat(last[order], starts),
    )
    return bin_of[enough], earliest[enough], latest[enough]


def _longest_gaps(
    cell: NDArray[np.int64], first: NDArray[np.int64], last: NDArray[np.int64], size: int, since: int, until: int
) -> NDArray[np.int64]:
    """The longest time without presence in [since, until) per bin, the whole period where there was none."""
    every = np.arange(size)
    cell = np.concatenate([every, cell, every])
    begin = np.concatenate([np.full(size, since), first, np.full(size, until)])
    end = np.concatenate([np.full(size, since), np.minimum(last, until), np.full(size, until)])
    order = np.lexsort((end, begin, cell))
    seen = running_max(cell[order], end[order])
    gap = np.where(cell[order][1:] == cell[order][:-1], begin[order][1:] - seen[:-1], 0)
    longest = np.zeros(size, np.int64)
    np.maximum.at(longest, cell[order][1:], gap)
    return longest
