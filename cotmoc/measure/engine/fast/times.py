"""From when to when a stretch was covered: the first and the last step that reach it, looked for from both ends."""

import numpy as np

from cotmoc.measure.engine.fast.bundles import BUNDLES, SLACK_M, Fixes, Grain, at, flatten, step_count
from cotmoc.measure.engine.fast.geometry import Things, bare, reached, woven
from cotmoc.measure.engine.fast.index import LineIndex
from cotmoc.measure.engine.fast.stretches import Limits, Stretches, radius_of
from cotmoc.measure.engine.values import MERGE_M

NO_STEP, OUT_OF_ROOM = -1, -2
LATEST = np.iinfo(np.int64).max


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
    first, last, bundles = LATEST, 0, grain.counts[BUNDLES]
    for way in range(2):  # one place that calls: what is called is large
        forwards = way == 0
        for number in range(bundles):
            bundle = number if forwards else bundles - 1 - number
            step = touching(index, limits, grain, st, fixes, column, stretch, bundle, forwards)
            if step == OUT_OF_ROOM:
                return False, 0, 0
            if step == NO_STEP:
                continue
            if not forwards:
                last = grain.steps.last[step]
                break
            first = min(first, grain.steps.first[step])
            if not limits.overlap:
                break
    return True, first, last


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
