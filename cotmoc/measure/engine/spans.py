"""Arithmetic of stretches along the line: unions, gaps, overlaps, shares, and how often each was visited."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cotmoc.geo.fixes import NO_TIME
from cotmoc.measure.engine.values import MERGE_M, Covered, Floats, Intervals, Spans, Times

Index = NDArray[np.int64]


def runs(key: Index, from_m: Floats, to_m: Floats) -> tuple[Index, Index]:
    """Put together what touches: the order that sorts by key and start, and where in it each new run begins."""
    order = np.lexsort((from_m, key))
    if not len(order):
        return order, order
    sorted_key, start = key[order], from_m[order]
    reach = running_max(sorted_key, to_m[order])
    new = (sorted_key[1:] != sorted_key[:-1]) | (start[1:] > reach[:-1] + MERGE_M)
    return order, np.concatenate([[0], np.flatnonzero(new) + 1])


def running_max(key: Index, values: NDArray) -> NDArray:
    """The largest value so far among those of one key; equal keys stand together.

    Each key is lifted above all values of the one before it, so that one pass serves all.
    """
    if not len(values):
        return values
    rank = np.concatenate([[0], np.cumsum(key[1:] != key[:-1])])
    lift = rank * (values.max() - values.min() + 1)
    return np.maximum.accumulate(values + lift) - lift


def union(from_m: ArrayLike, to_m: ArrayLike) -> Spans:
    """The union of intervals; touching ones are one."""
    start, stop = np.asarray(from_m, np.float64), np.asarray(to_m, np.float64)
    if not len(start):
        return Spans(start, stop)
    order = np.argsort(start)
    start, reach = start[order], np.maximum.accumulate(stop[order])
    new = np.flatnonzero(start[1:] > reach[:-1] + MERGE_M) + 1
    return Spans(start[np.append(0, new)], np.append(reach[new - 1], reach[-1]))


def gaps(spans: Spans, from_m: float, to_m: float) -> Spans:
    """What of from_m..to_m the spans leave out."""
    start = np.concatenate([[from_m], np.clip(spans.to_m, from_m, to_m)])
    stop = np.concatenate([np.clip(spans.from_m, from_m, to_m), [to_m]])
    some = stop - start > MERGE_M
    return Spans(start[some], stop[some])


def overlap(one: Spans, other: Spans) -> Spans:
    """What lies in both, without mere touches."""
    edges = np.unique(np.concatenate([one.from_m, one.to_m, other.from_m, other.to_m]))
    if len(edges) < 2:
        return Spans(edges[:0], edges[:0])
    middle = (edges[1:] + edges[:-1]) / 2
    both = _inside(one, middle) & _inside(other, middle)
    return union(edges[:-1][both], edges[1:][both])


def covered(intervals: Intervals, from_m: float, to_m: float) -> Covered:
    """Metres of from_m..to_m that were covered, by anybody, at any time of the rows given."""
    rows = intervals.within(from_m, to_m)
    sure, possible = rows.certain(True), rows.certain(False)
    return Covered(
        max(0.0, to_m - from_m),
        union(sure.from_m, sure.to_m).length_m,
        union(possible.from_m, possible.to_m).length_m,
    )


def covered_each(intervals: Intervals, stretches: Sequence[tuple[float, float]]) -> tuple[Covered, ...]:
    """`covered` for each stretch (from_m, to_m); the rows are put together once."""
    sure, possible = (union(rows.from_m, rows.to_m) for rows in (intervals.certain(True), intervals.certain(False)))
    return tuple(
        Covered(max(0.0, to_m - from_m), _metres_of(sure, from_m, to_m), _metres_of(possible, from_m, to_m))
        for from_m, to_m in stretches
    )


def _metres_of(spans: Spans, from_m: float, to_m: float) -> float:
    """How much of from_m..to_m the spans hold."""
    return float(np.sum(np.clip(spans.to_m, from_m, to_m) - np.clip(spans.from_m, from_m, to_m)))


@dataclass(frozen=True, slots=True, eq=False)
class VisitedSpans:
    """Spans with the first and last time anybody was there (`NO_TIME`: not told) and the number of visits."""

    spans: Spans
    first: Times
    last: Times
    visits: Index


def visited(intervals: Intervals, pause_s: float) -> VisitedSpans:
    """The union of rows of one certainty; a visit is one group's stay, interrupted no longer than the pause."""
    spans = union(intervals.from_m, intervals.to_m)
    cell = np.searchsorted(spans.from_m, intervals.from_m, side="right") - 1
    size = len(spans)
    first, last = np.full(size, np.iinfo(np.int64).max), np.full(size, NO_TIME)
    timed = intervals.first != NO_TIME
    np.minimum.at(first, cell[timed], intervals.first[timed])
    np.maximum.at(last, cell, intervals.last)
    first[first == np.iinfo(np.int64).max] = NO_TIME
    _, begins = visit_starts(cell, intervals.group, intervals.first, intervals.last, pause_s)
    return VisitedSpans(spans, first, last, np.bincount(cell[begins], minlength=size))


def elementary(intervals: Intervals, length_m: float, pause_s: float) -> tuple[Floats, Index]:
    """The line cut wherever a row begins or ends: edges (n + 1) and the number of visits to each piece (n)."""
    edges = np.unique(np.clip(np.concatenate([[0.0, length_m], intervals.from_m, intervals.to_m]), 0, length_m))
    row, cell = cells(edges, intervals)
    group, first, last = (column[row] for column in (intervals.group, intervals.first, intervals.last))
    _, begins = visit_starts(cell, group, first, last, pause_s)
    return edges, np.bincount(cell[begins], minlength=max(0, len(edges) - 1))


def cells(edges: Floats, intervals: Intervals) -> tuple[Index, Index]:
    """Pairs (row, cell) for every cell edges[i]..edges[i+1] that a row overlaps with some length."""
    low = np.searchsorted(edges, intervals.from_m, side="right") - 1
    high = np.searchsorted(edges, intervals.to_m, side="left")
    size = np.maximum(high - low, 0)
    row = np.repeat(np.arange(len(intervals)), size)
    return row, np.arange(len(row)) - np.repeat(np.cumsum(size) - size, size) + np.repeat(low, size)


def visit_starts(cell: Index, group: Index, first: Times, last: Times, pause_s: float) -> tuple[Index, Index]:
    """The order that sorts presences by cell, group and time, and the presences (positions) that begin a visit.

    Presence without time is one visit of its own per cell and group.
    """
    timed = first != NO_TIME
    pause = round(pause_s * 1000)
    zero = first[timed].min() if timed.any() else 0
    begin = np.where(timed, np.where(timed, first, zero) - zero, -2 * pause - 2)
    end = np.where(timed, np.where(timed, last, zero) - zero, -2 * pause - 2)
    order = np.lexsort((begin, group, cell))
    if not len(order):
        return order, order
    changed = (cell[order][1:] != cell[order][:-1]) | (group[order][1:] != group[order][:-1])
    key = np.concatenate([[0], np.cumsum(changed)])
    away = begin[order][1:] - running_max(key, end[order])[:-1]
    return order, order[np.concatenate([[True], changed | (away > pause)])]


def _inside(spans: Spans, places: Floats) -> NDArray[np.bool_]:
    index = np.searchsorted(spans.from_m, places, side="right") - 1
    return (index >= 0) & (places <= np.append(spans.to_m, -np.inf)[index])
