"""The pass over the fixes: one walk after the other, fix by fix, in order of time.

For each step there are four answers, the cheapest first:

    1. nothing of the line is near the cell the step begins in           one look-up
    2. all that is near is covered already, and the step certainly       one look-up and two comparisons;
       reaches it                                                        only the last time moves on
    3. a short step: the segments listed for the cell that are not       the exact geometry, after a test of discs
       covered already
    4. a long step: the segments whose boxes it meets                    the tree

Only steps of the third and fourth kind are ever projected.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from cotmoc.geo.fixes import NO_TIME
from cotmoc.measure.engine.fast.geometry import Scratch, SegmentTable, bare, called, near_box, reached
from cotmoc.measure.engine.fast.index import (
    NO_CELL,
    SHORT_M,
    SHORT_UNITS,
    UNIT_M,
    Grid,
    LineIndex,
    cell_of,
    project,
)
from cotmoc.measure.engine.fast.runs import NOBODY, POSSIBLE, SURE, Rows, Runs, hand_out, prolong, touches
from cotmoc.measure.engine.fast.safe import Discs, forget, forget_turned, holds, look_around
from cotmoc.measure.engine.values import MERGE_M

BROKEN, SHORT, LONG = 0, 1, 2


class Limits(NamedTuple):
    """`Rules` as the kernel reads them."""

    reach_m: float
    max_gap_ms: float
    max_hop_m: float
    grain_ms: int


@bare
def length_of(dx: float, dy: float) -> float:
    """At least the length of a step; a quick one, for tests that may be a little wide."""
    return math.sqrt(dx * dx + dy * dy) * 1.000001


@bare
def gather(
    s: SegmentTable, scratch: Scratch, count: int, i: int,
    ax: float, ay: float, bx: float, by: float, radius: float, slack: float,
) -> int:  # fmt: skip
    """Add what the step covers of segment `i` to the stretches, the last one prolonged where they touch; how many."""
    dx, dy, wide = s.mx[i] - ax, s.my[i] - ay, radius + s.half[i] + slack
    if dx * dx + dy * dy > wide * wide:
        return count
    from_m, to_m = reached(s, i, ax, ay, bx, by, radius)
    if from_m > to_m:
        return count
    if count and from_m <= scratch.hit_m[count - 1, 1] + MERGE_M and from_m >= scratch.hit_m[count - 1, 0]:
        scratch.hit_m[count - 1, 1] = max(scratch.hit_m[count - 1, 1], to_m)
        return count
    scratch.hit_m[count, 0], scratch.hit_m[count, 1], scratch.hit_segment[count] = from_m, to_m, i
    return count + 1


@bare
def stays_inside(
    s: SegmentTable, runs: Runs, k: int, i: int, ax: float, ay: float, radius: float, slack: float
) -> bool:
    """Whether a step surely reaches segment `i`, and only where the run has covered it.

    All that a step from `a` reaches lies in the disc of the radius and the step's length (`slack`) around `a`.
    """
    if runs.from_m[k] > s.to_m[i] or runs.to_m[k] < s.from_m[i]:
        return False
    px, py = ax - s.ax[i], ay - s.ay[i]
    along, aside = px * s.ux[i] + py * s.uy[i], py * s.ux[i] - px * s.uy[i]
    if along < 0.0 or along > s.length[i] or abs(aside) > radius:
        return False
    half = math.sqrt((radius + slack) * (radius + slack) - aside * aside)
    low, high = max(0.0, along - half), min(s.length[i], along + half)
    return s.from_m[i] + low * s.scale[i] >= runs.from_m[k] and s.from_m[i] + high * s.scale[i] <= runs.to_m[k]


@bare
def settle(
    s: SegmentTable, runs: Runs, scratch: Scratch, k: int, count: int, held: bool, first: int, last: int
) -> bool:
    """Bring the runs up to date with a step: `held` says that it touches covered ground of the run it was on."""
    if held:
        runs.first[k], runs.last[k] = min(runs.first[k], first), max(runs.last[k], last)
    for h in range(count):
        if not prolong(runs, s, k, scratch.hit_m[h, 0], scratch.hit_m[h, 1], scratch.hit_segment[h], first, last):
            return False
    return True


@bare
def any_touches(runs: Runs, scratch: Scratch, k: int, count: int) -> bool:
    for h in range(count):  # noqa: SIM110  no generators here
        if touches(runs, k, scratch.hit_m[h, 0], scratch.hit_m[h, 1]):
            return True
    return False


@bare
def short_step(
    index: LineIndex, runs: Runs, scratch: Scratch, k: int, cell: int,
    ax: float, ay: float, bx: float, by: float, radius: float, first: int, last: int,
) -> bool:  # fmt: skip
    """A step that begins in `cell` and is short, against the segments listed for it."""
    s, grid = index.segments, index.grid
    on_run = runs.to_m[k] >= 0.0
    low, high = runs.inside_from[k], runs.inside_to[k]
    slack = length_of(bx - ax, by - ay)
    count, over_covered, held = 0, False, False
    for r in range(grid.first[cell], grid.first[cell + 1]):
        begin, end = grid.ranges[r, 0], grid.ranges[r, 1]
        covered_from, covered_to = max(begin, low), min(end, high)
        if not on_run or covered_from >= covered_to:
            covered_from = covered_to = end
        else:
            over_covered = True
        for i in range(begin, end):
            if covered_from <= i < covered_to:
                continue
            if on_run and stays_inside(s, runs, k, i, ax, ay, radius, slack):
                held = True
            else:
                count = gather(s, scratch, count, i, ax, ay, bx, by, radius, slack)
    if over_covered and not held and not any_touches(runs, scratch, k, count):
        nearest = grid.nearest[cell]
        from_m, to_m = (math.inf, -math.inf)
        if low <= nearest < high:
            from_m, to_m = reached(s, nearest, ax, ay, bx, by, radius)
        held = from_m <= to_m or reaches_covered(index, cell, low, high, ax, ay, bx, by, radius)
    return settle(s, runs, scratch, k, count, held, first, last)


@bare
def reaches_covered(
    index: LineIndex, cell: int, low: int, high: int, ax: float, ay: float, bx: float, by: float, radius: float
) -> bool:
    """Whether a short step reaches any of the segments low..high that are listed for its cell."""
    s, grid = index.segments, index.grid
    slack = length_of(bx - ax, by - ay)
    for r in range(grid.first[cell], grid.first[cell + 1]):
        for i in range(max(grid.ranges[r, 0], low), min(grid.ranges[r, 1], high)):
            dx, dy, wide = s.mx[i] - ax, s.my[i] - ay, radius + s.half[i] + slack
            if dx * dx + dy * dy <= wide * wide:
                from_m, to_m = reached(s, i, ax, ay, bx, by, radius)
                if from_m <= to_m:
                    return True
    return False


@called
def long_step(
    index: LineIndex, runs: Runs, scratch: Scratch, k: int,
    ax: float, ay: float, bx: float, by: float, radius: float, first: int, last: int,
) -> bool:  # fmt: skip
    """Any step, against the segments whose boxes come within the radius of its own."""
    s = index.segments
    left, bottom, right, top = min(ax, bx) - radius, min(ay, by) - radius, max(ax, bx) + radius, max(ay, by) + radius
    some = near_box(index.tree, scratch, left, bottom, right, top)
    slack = length_of(bx - ax, by - ay)
    count = 0
    for j in range(some):
        count = gather(s, scratch, count, scratch.found[j], ax, ay, bx, by, radius, slack)
    return settle(s, runs, scratch, k, count, False, first, last)


@bare
def is_settled(grid: Grid, runs: Runs, k: int, cell: int, radius: float, last: int) -> bool:
    """Whether the cell alone answers for a short step that begins in it: nothing in reach, or nothing new."""
    if grid.least_m[cell] > radius + SHORT_M or radius < 0.0:
        return True
    if grid.hull[cell, 0] >= runs.from_m[k] and grid.hull[cell, 1] <= runs.to_m[k] and grid.most_m[cell] <= radius:
        runs.last[k] = max(runs.last[k], last)
        return True
    return False


@bare
def link(grid: Grid, limits: Limits, u: NDArray, v: NDArray, time: NDArray, i: int) -> int:
    """How fix `i` goes on to the next one: not at all (the walk breaks), by a short step, or by a long one."""
    if time[i + 1] - time[i] > limits.max_gap_ms:
        return BROKEN
    if abs(u[i + 1] - u[i]) <= SHORT_UNITS and abs(v[i + 1] - v[i]) <= SHORT_UNITS and limits.max_hop_m >= SHORT_M:
        return SHORT
    known_a, ax, ay = project(grid, u[i], v[i])
    known_b, bx, by = project(grid, u[i + 1], v[i + 1])
    # Where an end is too far off to be known, so far that no step within the hop could reach the line, nothing depends on it.
    return LONG if known_a and known_b and math.hypot(bx - ax, by - ay) <= limits.max_hop_m else BROKEN


@bare
def take_step(
    index: LineIndex, limits: Limits, runs: Runs, scratch: Scratch, how: int, cell: int,
    u: NDArray, v: NDArray, time: NDArray, error: NDArray, a: int, b: int,
) -> bool:  # fmt: skip
    """The step from fix `a` to fix `b` (`a` itself where it is alone). False when out of room."""
    grid = index.grid
    worse = max(error[a], error[b])
    projected = False
    ax = ay = bx = by = 0.0
    for k in range(2):
        radius = limits.reach_m - worse if k == SURE else limits.reach_m + worse
        if how != LONG and is_settled(grid, runs, k, cell, radius, time[b]):
            continue
        if not projected:
            _, ax, ay = project(grid, u[a], v[a])
            _, bx, by = project(grid, u[b], v[b])
            projected = True
        if how == LONG:
            fits = long_step(index, runs, scratch, k, ax, ay, bx, by, radius, time[a], time[b])
        else:
            fits = short_step(index, runs, scratch, k, cell, ax, ay, bx, by, radius, time[a], time[b])
        if not fits:
            return False
    return True


@bare
def cover_walk(
    index: LineIndex, limits: Limits, runs: Runs, rows: Rows, scratch: Scratch, discs: Discs, walk: int,
    u: NDArray, v: NDArray, time: NDArray, error: NDArray, begin: int, end: int,
) -> bool:  # fmt: skip
    """All rows of the walk in fixes begin..end, whose times rise strictly; places in units. False when out of room.

    Within a grain the order of the steps means nothing, so every so often the walk looks some way ahead: what it covers
    there is then known when the steps up to it ask whether they add anything.
    """
    grid = index.grid
    forget(discs)
    grain_end = time[begin] if begin < end else 0
    led, inside, stride, ahead = False, False, 8, begin
    vouched = float(error[begin]) if begin < end else 0.0
    for i in range(begin, end):
        if inside and i + 1 < end and time[i + 1] - time[i] <= limits.max_gap_ms and time[i + 1] < grain_end:
            worse = max(error[i], error[i + 1])
            known = worse == vouched or in_discs(discs, u[i], v[i], worse)  # with another error the discs are others
            if known and adds_nothing(runs, discs, u[i + 1], v[i + 1], worse, time[i + 1]):
                led, vouched = True, float(worse)
                continue
        inside = False
        cell = cell_of(grid, u[i], v[i])
        how = link(grid, limits, u, v, time, i) if i + 1 < end else BROKEN
        lone = how == BROKEN and not led
        led = how != BROKEN
        if not (led or lone) or (cell == NO_CELL and how != LONG):
            continue
        b = i + 1 if led else i
        if time[b] >= grain_end:
            if not hand_out(runs, rows, walk):
                return False
            grain_end = (time[b] // limits.grain_ms + 1) * limits.grain_ms
            ahead = i
            forget(discs)
        if not take_step(index, limits, runs, scratch, how, cell, u, v, time, error, i, b):
            return False
        forget_turned(discs, runs)
        if i >= ahead:
            stride = fitting(stride, u, v, begin, i, limits.reach_m)
            ahead = i + max(4, stride // 2)
            there = min(i + stride, end - 2)
            if not look_ahead(index, limits, runs, scratch, discs, u, v, time, error, i, there, grain_end):
                return False
        inside, vouched = led and in_discs(discs, u[b], v[b], error[b]), float(error[b])
    return hand_out(runs, rows, walk)


@called
def look_ahead(
    index: LineIndex, limits: Limits, runs: Runs, scratch: Scratch, discs: Discs,
    u: NDArray, v: NDArray, time: NDArray, error: NDArray, i: int, ahead: int, grain_end: int,
) -> bool:  # fmt: skip
    """Take the step at fix `ahead`, and make the discs half way to it. False when out of room."""
    grid = index.grid
    if ahead <= i:
        return True
    there = cell_of(grid, u[ahead], v[ahead])
    seen = there != NO_CELL and time[ahead + 1] < grain_end and link(grid, limits, u, v, time, ahead) == SHORT
    if seen and not take_step(index, limits, runs, scratch, SHORT, there, u, v, time, error, ahead, ahead + 1):
        return False
    middle = (i + ahead) // 2
    known, x, y = project(grid, u[middle], v[middle])
    if known:
        look_around(
            index, runs, scratch, discs, x, y, float(u[middle]), float(v[middle]), limits.reach_m,
            float(error[middle]), limits.max_hop_m / 2,
        )  # fmt: skip
    return True


@bare
def in_discs(discs: Discs, u: float, v: float, error: float) -> bool:
    return holds(discs, POSSIBLE, u, v, error) and holds(discs, SURE, u, v, error)


@bare
def adds_nothing(runs: Runs, discs: Discs, u: float, v: float, error: float, last: int) -> bool:
    """Whether a step that begins inside the discs ends there, too; then only the last time moves on."""
    if not in_discs(discs, u, v, error):
        return False
    for k in range(2):
        if discs.held[k]:
            runs.last[k] = max(runs.last[k], last)
    return True


@bare
def fitting(stride: int, u: NDArray, v: NDArray, begin: int, i: int, reach_m: float) -> int:
    """So many fixes to look ahead that the walk moves about as far as it reaches; `stride` is what it was."""
    since = max(i - stride, begin)
    moved_m = max(abs(float(u[i]) - float(u[since])), abs(float(v[i]) - float(v[since]))) * UNIT_M
    if moved_m > 1.2 * reach_m:
        return max(4, stride // 2)
    return min(256, stride * 2) if moved_m < 0.5 * reach_m else stride


@bare
def cover_walks(
    index: LineIndex, limits: Limits, runs: Runs, rows: Rows, scratch: Scratch, discs: Discs, start: NDArray,
    u: NDArray, v: NDArray, time: NDArray, error: NDArray, since: int,
) -> int:  # fmt: skip
    """The walks from number `since` on, walk w in fixes start[w]..start[w + 1]; the number of the first one left undone."""
    for walk in range(since, len(start) - 1):
        before = rows.size[0]
        begin, end = start[walk], start[walk + 1]
        if not cover_walk(index, limits, runs, rows, scratch, discs, walk, u, v, time, error, begin, end):
            rows.size[0] = before
            for k in range(2):
                runs.left[k], runs.to_m[k] = 0, NOBODY
            return walk
    return len(start) - 1


@bare
def cover_steps(
    index: LineIndex, limits: Limits, runs: Runs, rows: Rows, scratch: Scratch, walk: int,
    ax: NDArray, ay: NDArray, bx: NDArray, by: NDArray, first: NDArray, last: NDArray, error: NDArray,
) -> bool:  # fmt: skip
    """All rows of a walk given as steps in flat metres, in the order of `last`. False when out of room."""
    grain = np.int64(0)
    for i in range(len(ax)):
        now = last[i] // limits.grain_ms
        if i == 0 or now != grain:
            if not hand_out(runs, rows, walk):
                return False
            grain = now
        for k in range(2):
            radius = limits.reach_m - error[i] if k == SURE else limits.reach_m + error[i]
            if radius >= 0.0 and not long_step(
                index, runs, scratch, k, ax[i], ay[i], bx[i], by[i], radius, first[i], last[i]
            ):
                return False
    return hand_out(runs, rows, walk)


@njit(cache=True, nogil=True)
def regular(start: NDArray, time: NDArray) -> NDArray:
    """Which walks can be taken as they are: every fix later than the one before it."""
    rising = np.ones(len(start) - 1, np.bool_)
    for walk in range(len(start) - 1):
        for i in range(start[walk] + 1, start[walk + 1]):
            if time[i] <= time[i - 1]:
                rising[walk] = False
                break
        if start[walk + 1] > start[walk] and time[start[walk]] == NO_TIME:
            rising[walk] = False
    return rising
