"""The end of a grain of time: which stretches it covered, from when to when.

A *column* is one reach, possible (reach plus error) or sure (reach less error). For each column the things that were come
near are gone through in the order of chainage, once:

    certainly covered      its middle is so near to a place of the walk that all of it is within the radius
    certainly not          its middle is farther from all bundles than they spread
    neither                the exact geometry, bundle by bundle, the nearest one first

So the stretches come out in order. The first and the last step that reach each are then looked for from both ends.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cotmoc.measure.engine.fast.bundles import (
    BUNDLES,
    LEAST_ERROR,
    MOST_ERROR,
    NO_BUNDLE,
    SLACK_M,
    TOUCHED,
    WIDEST,
    Fixes,
    Grain,
    Whole,
    at,
    flatten,
    step_count,
)
from cotmoc.measure.engine.fast.geometry import Things, bare, called, reached, woven
from cotmoc.measure.engine.fast.index import LineIndex
from cotmoc.measure.engine.values import MERGE_M, Floats, Times

NO_STEP, OUT_OF_ROOM = -1, -2


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
    piece_m: Floats
    """Shape (columns, n, 2): what the steps cover of one segment."""
    pieces: Whole
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
    return Stretches(real[0], real[1], whole[0], whole[1], counts[0], pieces, counts[1], bounds[0], bounds[1])


def new_rows(capacity: int) -> Rows:
    whole, real = np.empty((4, capacity), np.int64), np.empty((2, capacity))
    return Rows(whole[0], real[0], real[1], whole[1], whole[2], whole[3], np.zeros(1, np.int64))


@bare
def radius_of(limits: Limits, column: int, error: float) -> float:
    reach = limits.reach_m[column // 2]
    return reach - error if column % 2 else reach + error


@called
def close_grain(
    index: LineIndex, limits: Limits, grain: Grain, st: Stretches, rows: Rows, fixes: Fixes, walk: int
) -> bool:
    """Give out the rows of the grain. False when out of room."""
    order_touched(grain)
    columns = 2 * len(limits.reach_m)
    least_inner_m = set_bounds(limits, grain, st, columns)
    t, near = index.things, grain.near_square
    for row in range(grain.counts[TOUCHED]):
        i, stop = grain.touched[row, 0], min(grain.touched[row, 1], len(t.ax))
        while i < stop:
            j = i
            while j < stop:
                within = least_inner_m - t.half[at(j)]
                if within <= 0.0 or near[at(j)] > within * within:
                    break
                j += 1
            if j > i:
                for column in range(columns):
                    if not prolong(st, column, t.from_m[i], t.to_m[j - 1], i, j):
                        return False
                i = j
                continue
            may_be = grain.first_bundle[at(i)] != NO_BUNDLE
            if may_be and not take_segment(index, limits, grain, st, fixes, i, columns):
                return False
            i += 1
    for column in range(columns):
        if rows.size[0] + st.size[column] > len(rows.walk):
            return False
        for stretch in range(st.size[column]):
            fits, first, last = times_of(index, limits, grain, st, fixes, column, stretch)
            if not fits:
                return False
            size = rows.size[0]
            rows.walk[size], rows.column[size] = walk, column
            rows.from_m[size], rows.to_m[size] = st.from_m[column, stretch], st.to_m[column, stretch]
            rows.first[size], rows.last[size] = first, last
            rows.size[0] = size + 1
    return True


@bare
def order_touched(grain: Grain) -> None:
    """Sort the ranges of `touched` and put together those that overlap (there are a few)."""
    touched, count = grain.touched, grain.counts[TOUCHED]
    for row in range(1, count):
        begin, end = touched[row, 0], touched[row, 1]
        place = row
        while place > 0 and touched[place - 1, 0] > begin:
            touched[place, 0], touched[place, 1] = touched[place - 1, 0], touched[place - 1, 1]
            place -= 1
        touched[place, 0], touched[place, 1] = begin, end
    size = 0
    for row in range(count):
        if size and touched[row, 0] <= touched[size - 1, 1]:
            touched[size - 1, 1] = max(touched[size - 1, 1], touched[row, 1])
        else:
            touched[size, 0], touched[size, 1] = touched[row, 0], touched[row, 1]
            size += 1
    grain.counts[TOUCHED] = size


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


@woven
def take_segment(
    index: LineIndex, limits: Limits, grain: Grain, st: Stretches, fixes: Fixes, i: int, columns: int
) -> bool:
    """Add what the grain covers of segment `i` to the stretches of each column. False when out of room."""
    t = index.things
    half, square, open_m = t.half[i], grain.near_square[i], -1.0
    for column in range(columns):
        within, beyond = st.inner_m[column] - half, st.outer_m[column] + half + grain.worst[WIDEST]
        st.pieces[column] = 0
        if within > 0.0 and square <= within * within:
            if not prolong(st, column, t.from_m[i], t.to_m[i], i, i + 1):
                return False
        elif st.outer_m[column] >= 0.0 and square <= beyond * beyond:
            st.pieces[column] = -1
            open_m = max(open_m, st.outer_m[column] + half)
    if open_m < 0.0:
        return True
    return look_closely(index, limits, grain, st, fixes, i, columns, open_m)


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


@bare
def look_closely(
    index: LineIndex, limits: Limits, grain: Grain, st: Stretches, fixes: Fixes, i: int, columns: int, open_m: float
) -> bool:
    """What the grain covers of segment `i`, exactly, in the columns marked by -1 in `st.pieces`."""
    t, x, y = index.things, grain.x, grain.y
    mx, my = t.mx[i], t.my[i]
    count, best, nearest = 0, math.inf, -1
    for number in range(grain.first_bundle[i], grain.last_bundle[i] + 1):
        bundle = at(number)
        dx, dy, wide = x[bundle] - mx, y[bundle] - my, open_m + grain.spread_m[bundle]
        square = dx * dx + dy * dy
        if square <= wide * wide:
            grain.close[at(count)] = number
            count += 1
            if square < best:
                best, nearest = square, number
    for j in range(-1, count):
        if j >= 0 and grain.close[j] == nearest:
            continue
        if nearest < 0 or all_whole(st, columns, t.from_m[i], t.to_m[i]):
            break
        if not look_at(index, limits, grain, st, fixes, i, columns, nearest if j < 0 else grain.close[j], open_m):
            return False
    for column in range(columns):
        for piece in range(~st.pieces[column]):
            if not prolong(st, column, st.piece_m[column, piece, 0], st.piece_m[column, piece, 1], i, i + 1):
                return False
    return True


@bare
def is_whole(st: Stretches, column: int, from_m: float, to_m: float) -> bool:
    """Whether the column covers its segment wholly already."""
    return bool(st.pieces[column] == ~1 and st.piece_m[column, 0, 0] <= from_m and st.piece_m[column, 0, 1] >= to_m)


@bare
def all_whole(st: Stretches, columns: int, from_m: float, to_m: float) -> bool:
    """Whether no column waits for more."""
    for column in range(columns):  # noqa: SIM110  no generators here
        if st.pieces[column] < 0 and not is_whole(st, column, from_m, to_m):
            return False
    return True


@bare
def look_at(
    index: LineIndex, limits: Limits, grain: Grain, st: Stretches, fixes: Fixes, i: int, columns: int, bundle: int,
    open_m: float,
) -> bool:  # fmt: skip
    """Add what the steps of one bundle cover of segment `i`; `st.pieces` counts downwards from -1.

    No column reaches farther than `open_m` from the middle of the segment.
    """
    t, steps = index.things, grain.steps
    if grain.flat_from[bundle] < 0 and not flatten(index, grain, fixes, bundle):
        return False
    begin = grain.flat_from[bundle]
    for j in range(begin, begin + step_count(grain, bundle)):
        ax, ay, bx, by = steps.ax[j], steps.ay[j], steps.bx[j], steps.by[j]
        dx, dy, spread = t.mx[i] - (ax + bx) / 2, t.my[i] - (ay + by) / 2, t.half[i] + steps.half[j] + SLACK_M
        square, wide = dx * dx + dy * dy, open_m + steps.half[j]
        if square > wide * wide:
            continue
        for column in range(columns):
            if st.pieces[column] >= 0 or is_whole(st, column, t.from_m[i], t.to_m[i]):
                continue
            radius = radius_of(limits, column, steps.error[j])
            wide = radius + spread
            if radius < 0.0 or square > wide * wide:
                continue
            from_m, to_m = reached(t, i, ax, ay, bx, by, radius)
            if from_m <= to_m and not add_piece(st, column, from_m, to_m):
                return False
    return True


@bare
def add_piece(st: Stretches, column: int, from_m: float, to_m: float) -> bool:
    """Put a piece to the others of the segment, which stay in order and apart. False when out of room."""
    pieces, count = st.piece_m, ~st.pieces[column]
    kept = 0
    for place in range(count):  # those it touches become part of it
        if from_m <= pieces[column, place, 1] + MERGE_M and to_m >= pieces[column, place, 0] - MERGE_M:
            from_m, to_m = min(from_m, pieces[column, place, 0]), max(to_m, pieces[column, place, 1])
        else:
            pieces[column, kept, 0], pieces[column, kept, 1] = pieces[column, place, 0], pieces[column, place, 1]
            kept += 1
    if kept == pieces.shape[1]:
        return False
    place = kept
    while place > 0 and pieces[column, place - 1, 0] > from_m:
        pieces[column, place, 0], pieces[column, place, 1] = pieces[column, place - 1, 0], pieces[column, place - 1, 1]
        place -= 1
    pieces[column, place, 0], pieces[column, place, 1] = from_m, to_m
    st.pieces[column] = ~(kept + 1)
    return True


@bare
def times_of(
    index: LineIndex,
    limits: Limits,
    grain: Grain,
    st: Stretches,
    fixes: Fixes,
    column: int,
    stretch: int,
) -> tuple[bool, int, int]:
    """When the first step that reaches a stretch began and the last one ended; False when out of room.

    Bundles stand in the order of their last moments; where walks overlap in time, their first moments need not.
    """
    moments = (0, 0)
    bundles = grain.counts[BUNDLES]
    for way in range(2):
        moment, some = 0, False
        for number in range(bundles):
            bundle = bundles - 1 - number if way else number
            step = touching(index, limits, grain, st, fixes, column, stretch, bundle, way == 0)
            if step == OUT_OF_ROOM:
                return False, 0, 0
            if step == NO_STEP:
                continue
            moment = (
                grain.steps.last[step]
                if way
                else min(moment, grain.steps.first[step])
                if some
                else grain.steps.first[step]
            )
            some = True
            if way or not limits.overlap:
                break
        moments = (moments[1], moment)
    return True, moments[0], moments[1]


@bare
def touching(
    index: LineIndex, limits: Limits, grain: Grain, st: Stretches, fixes: Fixes, column: int, stretch: int,
    bundle: int, forwards: bool,
) -> int:  # fmt: skip
    """The first (or last) step of a bundle that reaches a stretch; NO_STEP for none, OUT_OF_ROOM for no room."""
    t, steps = index.things, grain.steps
    count = within_stretch(index, grain, st, column, stretch, bundle)
    if not count:
        return NO_STEP
    if grain.flat_from[bundle] < 0 and not flatten(index, grain, fixes, bundle):
        return OUT_OF_ROOM
    size = step_count(grain, bundle)
    low, high = st.from_m[column, stretch] - MERGE_M, st.to_m[column, stretch] + MERGE_M
    for number in range(size):
        j = grain.flat_from[bundle] + (number if forwards else size - 1 - number)
        radius = radius_of(limits, column, steps.error[j])
        if radius >= 0.0 and (
            surely_touches(t, grain, count, j, radius - SLACK_M, low, high)
            or touches(t, grain, count, j, radius, low, high)
        ):
            return j
    return NO_STEP


@bare
def surely_touches(t: Things, grain: Grain, count: int, j: int, radius: float, low: float, high: float) -> bool:
    """Whether the middle of a step is near enough to the middle of a segment that lies in low..high wholly."""
    steps = grain.steps
    x, y = (steps.ax[j] + steps.bx[j]) / 2, (steps.ay[j] + steps.by[j]) / 2
    for k in range(count):
        i = at(grain.found[at(k)])
        dx, dy = t.mx[i] - x, t.my[i] - y
        if dx * dx + dy * dy <= radius * radius and t.from_m[i] >= low and t.to_m[i] <= high:
            return radius > 0.0
    return False


@bare
def touches(t: Things, grain: Grain, count: int, j: int, radius: float, low: float, high: float) -> bool:
    """Whether a step reaches any of the segments in `found` where they lie in low..high."""
    steps = grain.steps
    ax, ay, bx, by = steps.ax[j], steps.ay[j], steps.bx[j], steps.by[j]
    for k in range(count):
        i = grain.found[k]
        dx, dy = t.mx[i] - (ax + bx) / 2, t.my[i] - (ay + by) / 2
        wide = radius + t.half[i] + steps.half[j] + SLACK_M
        if dx * dx + dy * dy <= wide * wide:
            from_m, to_m = reached(t, i, ax, ay, bx, by, radius)
            if from_m <= to_m and from_m <= high and to_m >= low:
                return True
    return False


@woven
def within_stretch(index: LineIndex, grain: Grain, st: Stretches, column: int, stretch: int, bundle: int) -> int:
    """Put those segments of a stretch that a bundle may reach into `found`; how many."""
    t, count = index.things, np.int64(0)
    for row in range(grain.list_from[bundle], grain.list_to[bundle]):
        begin = max(grain.listed[row, 0], st.thing_from[column, stretch])
        for i in range(begin, min(grain.listed[row, 1], st.thing_to[column, stretch])):
            dx, dy = t.mx[i] - grain.x[bundle], t.my[i] - grain.y[bundle]
            wide = st.outer_m[column] + t.half[i] + grain.spread_m[bundle]
            if wide > 0.0 and dx * dx + dy * dy <= wide * wide:
                grain.found[count] = i
                count += 1
    return int(count)
