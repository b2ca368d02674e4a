"""The limits of a pass, and the stretches that a grain covers, column by column.

A *column* is one reach, possible (reach plus error) or sure (reach less error).
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cotmoc.measure.engine.fast.bundles import LEAST_ERROR, MOST_ERROR, SLACK_M, Grain, Whole
from cotmoc.measure.engine.fast.geometry import bare
from cotmoc.measure.engine.values import MERGE_M, Floats, Times


class Limits(NamedTuple):
    """`Rules` as the kernel reads them."""

    reach_m: Floats
    """Every reach asked for."""
    far_m: float
    """The largest of them, or that of the posts."""
    widest_m: float
    """No step reaches farther: the largest reach and error the cells are made for, or that of the posts."""
    max_gap_ms: int
    max_hop_m: float
    grain_ms: int
    post_m: float
    pause_ms: int
    overlap: bool
    """Whether steps may overlap in time: those of a group whose files are several walks."""


class Stretches(NamedTuple):
    """Per column the stretches of the grain in rising order; column 2 r is reach r possible, 2 r + 1 sure."""

    from_m: Floats
    to_m: Floats
    thing_from: Whole
    thing_to: Whole
    """Which segments the stretch lies on."""
    size: Whole
    """How many."""
    open: NDArray[np.bool_]
    """Which columns wait for the exact geometry of the segment that is looked at."""
    piece_m: Floats
    """Shape (columns, n, 2): what the steps cover of that segment, in rising order and apart."""
    pieces: Whole
    """How many of these."""
    inner_m: Floats
    """What lies within this of a place of the walk is certainly covered."""
    outer_m: Floats
    """No step of the grain reaches farther."""


class Rows(NamedTuple):
    """The rows given out: walk, from, to, first, last, column; `size[0]` of them are filled."""

    walk: Whole
    from_m: Floats
    to_m: Floats
    first: Times
    last: Times
    column: NDArray[np.int64]
    size: Whole


def new_stretches(columns: int, capacity: int) -> Stretches:
    real, whole = np.empty((2, columns, capacity)), np.empty((2, columns, capacity), np.int64)
    counts, bounds = np.zeros((2, columns), np.int64), np.zeros((2, columns))
    pieces = np.empty((columns, capacity, 2))
    return Stretches(
        real[0], real[1], whole[0], whole[1], counts[0], np.zeros(columns, np.bool_), pieces, counts[1], bounds[0],
        bounds[1],
    )  # fmt: skip


def new_rows(capacity: int) -> Rows:
    whole, real = np.empty((4, capacity), np.int64), np.empty((2, capacity))
    return Rows(whole[0], real[0], real[1], whole[1], whole[2], whole[3], np.zeros(1, np.int64))


@bare
def radius_of(limits: Limits, column: int, error: float) -> float:
    reach = limits.reach_m[column // 2]
    return reach - error if column % 2 else reach + error


@bare
def set_bounds(limits: Limits, grain: Grain, st: Stretches, columns: int) -> float:
    """Set the bounds of each column and begin its stretches; the least inner bound."""
    least_inner_m = math.inf
    for column in range(columns):
        near = radius_of(limits, column, grain.worst[MOST_ERROR if column % 2 else LEAST_ERROR])
        far = radius_of(limits, column, grain.worst[LEAST_ERROR if column % 2 else MOST_ERROR])
        st.inner_m[column], st.outer_m[column], st.size[column] = near - SLACK_M, far + SLACK_M, 0
        least_inner_m = min(least_inner_m, near - SLACK_M)
    return least_inner_m


@bare
def prolong(st: Stretches, column: int, from_m: float, to_m: float, begin: int, end: int) -> bool:
    """Add a piece of segments begin..end, not before the others: to the last stretch, where it touches that. False when
    out of room."""
    place = st.size[column] - 1
    if place >= 0 and from_m <= st.to_m[column, place] + MERGE_M:
        st.to_m[column, place] = max(st.to_m[column, place], to_m)
        st.thing_to[column, place] = end
        return True
    place += 1
    if place == st.from_m.shape[1]:
        return False
    st.from_m[column, place], st.to_m[column, place] = from_m, to_m
    st.thing_from[column, place], st.thing_to[column, place] = begin, end
    st.size[column] = place + 1
    return True
