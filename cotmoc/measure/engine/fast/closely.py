"""What the steps of a grain cover of one segment, exactly: bundle by bundle, the nearest one first."""

import math

from cotmoc.measure.engine.fast.bundles import SLACK_M, Fixes, Grain, at, flatten, step_count
from cotmoc.measure.engine.fast.geometry import bare, reached
from cotmoc.measure.engine.fast.index import LineIndex
from cotmoc.measure.engine.fast.stretches import Limits, Stretches, prolong, radius_of
from cotmoc.measure.engine.values import MERGE_M


@bare
def look_closely(
    index: LineIndex, limits: Limits, grain: Grain, st: Stretches, fixes: Fixes, i: int, columns: int, open_m: float
) -> bool:
    """What the grain covers of segment `i`, exactly, in the open columns.

    No column reaches farther than `open_m` from its middle.
    """
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
        for piece in range(st.pieces[column]):
            if not prolong(st, column, st.piece_m[column, piece, 0], st.piece_m[column, piece, 1], i, i + 1):
                return False
    return True


@bare
def is_whole(st: Stretches, column: int, from_m: float, to_m: float) -> bool:
    """Whether the column covers its segment wholly already."""
    return bool(st.pieces[column] == 1 and st.piece_m[column, 0, 0] <= from_m and st.piece_m[column, 0, 1] >= to_m)


@bare
def all_whole(st: Stretches, columns: int, from_m: float, to_m: float) -> bool:
    """Whether no open column waits for more."""
    for column in range(columns):  # noqa: SIM110  no generators here
        if st.open[column] and not is_whole(st, column, from_m, to_m):
            return False
    return True


@bare
def look_at(
    index: LineIndex, limits: Limits, grain: Grain, st: Stretches, fixes: Fixes, i: int, columns: int, bundle: int,
    open_m: float,
) -> bool:  # fmt: skip
    """Add what the steps of one bundle cover of segment `i`. False when out of room."""
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
            if not st.open[column] or is_whole(st, column, t.from_m[i], t.to_m[i]):
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
    pieces, count = st.piece_m, st.pieces[column]
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
    st.pieces[column] = kept + 1
    return True
