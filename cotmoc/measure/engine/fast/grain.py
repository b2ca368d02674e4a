"""The end of a grain of time: which stretches it covered.

For each column (`stretches`) the things that were come near are gone through in the order of chainage, once:

    certainly covered      its middle is so near to a place of the walk that all of it is within the radius
    certainly not          its middle is farther from all bundles than they spread
    neither                the exact geometry (`closely`)

So the stretches come out in order.
"""

from cotmoc.measure.engine.fast.bundles import NO_BUNDLE, TOUCHED, WIDEST, Fixes, Grain, at
from cotmoc.measure.engine.fast.closely import look_closely
from cotmoc.measure.engine.fast.geometry import bare, called, woven
from cotmoc.measure.engine.fast.index import LineIndex
from cotmoc.measure.engine.fast.stretches import Limits, Rows, Stretches, prolong, set_bounds
from cotmoc.measure.engine.fast.times import times_of


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


@woven
def take_segment(
    index: LineIndex, limits: Limits, grain: Grain, st: Stretches, fixes: Fixes, i: int, columns: int
) -> bool:
    """Add what the grain covers of segment `i` to the stretches of each column. False when out of room."""
    t = index.things
    half, square, open_m = t.half[i], grain.near_square[i], -1.0
    for column in range(columns):
        within, beyond = st.inner_m[column] - half, st.outer_m[column] + half + grain.worst[WIDEST]
        st.open[column], st.pieces[column] = False, 0
        if within > 0.0 and square <= within * within:
            if not prolong(st, column, t.from_m[i], t.to_m[i], i, i + 1):
                return False
        elif st.outer_m[column] >= 0.0 and square <= beyond * beyond:
            st.open[column] = True
            open_m = max(open_m, st.outer_m[column] + half)
    if open_m < 0.0:
        return True
    return look_closely(index, limits, grain, st, fixes, i, columns, open_m)
