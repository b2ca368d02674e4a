"""What one walk has covered within the running grain of time: the run it is on, and those it left.

The state has two columns, possible (0) and sure (1). A run is a stretch of chainage without a gap; most of the time a
walk only prolongs the one it is on.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cotmoc.measure.engine.fast.geometry import SegmentTable, bare
from cotmoc.measure.engine.values import MERGE_M, Floats, Times

POSSIBLE, SURE = 0, 1
NOBODY = -1.0
"""Stands in `to_m` while there is no run; chainage is never negative."""


class Runs(NamedTuple):
    """The run each column is on, and a table of the runs it left in this grain."""

    from_m: Floats
    to_m: Floats
    first: Times
    last: Times
    inside_from: NDArray[np.int64]
    """The first segment that begins inside the run."""
    inside_to: NDArray[np.int64]
    """One beyond the last segment that ends inside the run: those between are covered wholly."""
    turn: NDArray[np.int64]
    """Counts up whenever the column goes over to another run."""
    left: NDArray[np.int64]
    """How many runs were left, per column."""
    left_m: Floats
    """Shape (2, capacity, 2): from and to."""
    left_time: Times
    """Shape (2, capacity, 2): first and last."""


class Rows(NamedTuple):
    """The rows given out: walk, from, to, first, last, sure; `size[0]` of them are filled."""

    walk: NDArray[np.int64]
    from_m: Floats
    to_m: Floats
    first: Times
    last: Times
    sure: NDArray[np.bool_]
    size: NDArray[np.int64]


def new_runs(capacity: int) -> Runs:
    whole, real = np.zeros((4, 2), np.int64), np.zeros((2, 2))
    times = np.zeros((2, 2), np.int64)
    real[1] = NOBODY
    left_m, left_time = np.zeros((2, capacity, 2)), np.zeros((2, capacity, 2), np.int64)
    return Runs(real[0], real[1], times[0], times[1], whole[0], whole[1], whole[2], whole[3], left_m, left_time)


def new_rows(capacity: int) -> Rows:
    whole, real = (np.empty((3, capacity), np.int64), np.empty((2, capacity)))
    return Rows(whole[0], real[0], real[1], whole[1], whole[2], np.empty(capacity, np.bool_), np.zeros(1, np.int64))


@bare
def touches(runs: Runs, k: int, from_m: float, to_m: float) -> bool:
    """Whether a stretch meets the run that column `k` is on."""
    return runs.to_m[k] >= 0.0 and from_m <= runs.to_m[k] + MERGE_M and to_m >= runs.from_m[k] - MERGE_M


@bare
def prolong(
    runs: Runs, s: SegmentTable, k: int, from_m: float, to_m: float, segment: int, first: int, last: int
) -> bool:
    """Add a stretch that begins on `segment` to the run it touches, else make it a new one. False when out of room."""
    if not touches(runs, k, from_m, to_m):
        runs.turn[k] += 1
        if runs.to_m[k] >= 0.0 and not leave(runs, k):
            return False
        if not resume(runs, s, k, from_m, to_m):
            runs.from_m[k], runs.to_m[k], runs.first[k], runs.last[k] = from_m, to_m, first, last
            runs.inside_from[k] = segment if s.from_m[segment] >= from_m else segment + 1
            runs.inside_to[k] = segment
    runs.from_m[k], runs.to_m[k] = min(runs.from_m[k], from_m), max(runs.to_m[k], to_m)
    runs.first[k], runs.last[k] = min(runs.first[k], first), max(runs.last[k], last)
    widen(runs, s, k)
    return True


@bare
def widen(runs: Runs, s: SegmentTable, k: int) -> None:
    """Bring the wholly covered segments up to date with the ends of the run."""
    while runs.inside_from[k] > 0 and s.from_m[runs.inside_from[k] - 1] >= runs.from_m[k]:
        runs.inside_from[k] -= 1
    while runs.inside_to[k] < len(s.to_m) and s.to_m[runs.inside_to[k]] <= runs.to_m[k]:
        runs.inside_to[k] += 1


@bare
def leave(runs: Runs, k: int) -> bool:
    """Put the run aside. False when there is no room for it."""
    place = runs.left[k]
    if place == runs.left_m.shape[1]:
        return False
    runs.left_m[k, place, 0], runs.left_m[k, place, 1] = runs.from_m[k], runs.to_m[k]
    runs.left_time[k, place, 0], runs.left_time[k, place, 1] = runs.first[k], runs.last[k]
    runs.left[k] += 1
    runs.to_m[k] = NOBODY
    return True


@bare
def resume(runs: Runs, s: SegmentTable, k: int, from_m: float, to_m: float) -> bool:
    """Go on with a run left earlier that the stretch touches. False when there is none."""
    for place in range(runs.left[k] - 1, -1, -1):
        low, high = runs.left_m[k, place, 0], runs.left_m[k, place, 1]
        if from_m <= high + MERGE_M and to_m >= low - MERGE_M:
            runs.from_m[k], runs.to_m[k] = low, high
            runs.first[k], runs.last[k] = runs.left_time[k, place, 0], runs.left_time[k, place, 1]
            runs.inside_from[k] = first_above(s.from_m, low, True)
            runs.inside_to[k] = first_above(s.to_m, high, False)
            runs.left[k] -= 1
            move(runs, k, runs.left[k], place)
            return True
    return False


@bare
def first_above(rising: Floats, bound: float, itself: bool) -> int:
    """The place of the first value above the bound, or `itself` included; the length where there is none."""
    low, high = 0, len(rising)
    while low < high:
        middle = (low + high) // 2
        if rising[middle] > bound or (itself and rising[middle] == bound):
            high = middle
        else:
            low = middle + 1
    return low


@bare
def move(runs: Runs, k: int, place: int, to: int) -> None:
    """Copy a run that was left to another place of the table."""
    for j in range(2):
        runs.left_m[k, to, j] = runs.left_m[k, place, j]
        runs.left_time[k, to, j] = runs.left_time[k, place, j]


@bare
def sort_left(runs: Runs, k: int) -> None:
    """The runs that were left in the order of their beginning (by insertion: mostly there are one or two)."""
    for i in range(1, runs.left[k]):
        from_m, to_m = runs.left_m[k, i, 0], runs.left_m[k, i, 1]
        first, last = runs.left_time[k, i, 0], runs.left_time[k, i, 1]
        place = i
        while place > 0 and runs.left_m[k, place - 1, 0] > from_m:
            move(runs, k, place - 1, place)
            place -= 1
        runs.left_m[k, place, 0], runs.left_m[k, place, 1] = from_m, to_m
        runs.left_time[k, place, 0], runs.left_time[k, place, 1] = first, last


@bare
def hand_out(runs: Runs, rows: Rows, walk: int) -> bool:
    """Give out the runs of the grain, put together where they touch, and begin anew. False when out of room."""
    for k in range(2):
        if runs.to_m[k] >= 0.0 and not leave(runs, k):
            return False
        count = runs.left[k]
        if rows.size[0] + count > len(rows.walk):
            return False
        sort_left(runs, k)
        size = rows.size[0]
        for place in range(count):
            from_m, to_m = runs.left_m[k, place, 0], runs.left_m[k, place, 1]
            first, last = runs.left_time[k, place, 0], runs.left_time[k, place, 1]
            if size > rows.size[0] and from_m <= rows.to_m[size - 1] + MERGE_M:
                rows.to_m[size - 1] = max(rows.to_m[size - 1], to_m)
                rows.first[size - 1], rows.last[size - 1] = (
                    min(rows.first[size - 1], first),
                    max(rows.last[size - 1], last),
                )
                continue
            rows.walk[size], rows.from_m[size], rows.to_m[size] = walk, from_m, to_m
            rows.first[size], rows.last[size], rows.sure[size] = first, last, k == SURE
            size += 1
        rows.size[0] = size
        runs.left[k] = 0
    return True
