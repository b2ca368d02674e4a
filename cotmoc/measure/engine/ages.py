"""How long ago each place of the line was visited: exact pieces, age classes, overdue stretches."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from cotmoc.geo.fixes import NO_TIME
from cotmoc.measure.engine.overdue import overdue
from cotmoc.measure.engine.spans import overlap, union
from cotmoc.measure.engine.values import Floats, Intervals, LastVisits, Spans

FIRST = 1024
"""So many of the newest rows are looked at first: those of a busy line's last weeks cover it."""


def last_visits(intervals: Intervals, length_m: float, moment: int) -> LastVisits:
    """The line cut where the last visit known at `moment` changes; give rows of one certainty.

    A presence that goes on at `moment` was last seen then. Presence without time proves that the place was visited, not
    when, and is left out here.
    """
    rows = intervals.take((intervals.first != NO_TIME) & (intervals.first <= moment))
    rows = rows.take(newest(rows))
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


def newest(rows: Intervals) -> NDArray[np.int64]:
    """Positions of the rows that may be the latest presence at some place, the oldest first; of equally late ones the
    last counts.

    From the newest back, in growing portions: a row on ground that newer ones cover adds nothing.
    """
    left = np.argsort(rows.last, kind="stable")[::-1]
    taken, size = left[:0], FIRST
    while len(left):
        taken, left, size = np.concatenate([taken, left[:size]]), left[size:], 2 * size
        covered = union(rows.from_m[taken], rows.to_m[taken])
        span = np.searchsorted(covered.from_m, rows.from_m[left], side="right") - 1
        inside = (span >= 0) & (rows.to_m[left] <= covered.to_m[span])
        left = left[~inside]
    return taken[::-1]


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
