"""The pass over the fixes: one walk after the other, in order of time, a bundle of steps at a time.

    a fix           three comparisons: the gap, the hop, and whether it is still in the box of its bundle
    a bundle        one look-up; where things are listed, one projection and their distances to one place
    a grain         what was covered (`grain`), and who was met (`posts`)

Only where that leaves a thing open are the steps of a bundle projected and the exact geometry is asked.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from cotmoc.geo.fixes import NO_TIME
from cotmoc.measure.engine.fast.bundles import (
    BOX_UNITS,
    BUNDLES,
    MOST_STEPS,
    Fixes,
    Grain,
    add_long,
    add_short,
    at,
    forget,
)
from cotmoc.measure.engine.fast.geometry import bare, called, entered, woven
from cotmoc.measure.engine.fast.grain import close_grain
from cotmoc.measure.engine.fast.index import SHORT_M, SHORT_UNITS, Grid, LineIndex, project
from cotmoc.measure.engine.fast.posts import Open, Visits, end_visits, forget_visits, meet_posts
from cotmoc.measure.engine.fast.stretches import Limits, Rows, Stretches
from cotmoc.measure.engine.values import Floats, Times

BROKEN, SHORT, LONG = 0, 1, 2


class Bench(NamedTuple):
    """What one thread works with, and what it gave out."""

    grain: Grain
    stretches: Stretches
    rows: Rows
    visits: Visits
    still: Open


class Columns(NamedTuple):
    """Steps in flat metres, in the order of `last`; the columns of `Steps`."""

    ax: Floats
    ay: Floats
    bx: Floats
    by: Floats
    first: Times
    last: Times
    error: Floats


@bare
def link(grid: Grid, limits: Limits, fixes: Fixes, i: int) -> int:
    """How fix `i` goes on to the next one: not at all (the walk breaks), by a short step, or by a long one."""
    u, v = fixes.u, fixes.v
    if fixes.time[i + 1] - fixes.time[i] > limits.max_gap_ms:
        return BROKEN
    if abs(u[i + 1] - u[i]) <= SHORT_UNITS and abs(v[i + 1] - v[i]) <= SHORT_UNITS and limits.max_hop_m >= SHORT_M:
        return SHORT
    known_a, ax, ay = project(grid, u[i], v[i])
    known_b, bx, by = project(grid, u[i + 1], v[i + 1])
    # Where an end is too far off to be known, so far that no step within the hop could reach the line, nothing depends on it.
    return LONG if known_a and known_b and math.hypot(bx - ax, by - ay) <= limits.max_hop_m else BROKEN


@woven
def hand_out(index: LineIndex, limits: Limits, bench: Bench, fixes: Fixes, walk: int) -> bool:
    """End the running grain and begin a new one; steps that may overlap in time meet no posts. False when out of room."""
    if bench.grain.counts[BUNDLES]:
        if not close_grain(index, limits, bench.grain, bench.stretches, bench.rows, fixes, walk):
            return False
        if (
            not limits.overlap
            and len(bench.still.active)
            and not meet_posts(index, limits, bench.grain, bench.visits, bench.still, fixes, walk)
        ):
            return False
    forget(bench.grain)
    return True


@called
def take_long(index: LineIndex, limits: Limits, grain: Grain, fixes: Fixes, i: int) -> bool:
    """The long step from fix `i`. False when out of room."""
    _, ax, ay = project(index.grid, fixes.u[i], fixes.v[i])
    _, bx, by = project(index.grid, fixes.u[i + 1], fixes.v[i + 1])
    error = np.float64(max(fixes.error[i], fixes.error[i + 1]))
    return bool(
        add_long(index, grain, limits.widest_m, i, i + 1, ax, ay, bx, by, error, fixes.time[i], fixes.time[i + 1])
    )


@woven
def cover_walk(index: LineIndex, limits: Limits, bench: Bench, walk: int, fixes: Fixes, begin: int, end: int) -> bool:
    """All rows and visits of the walk in fixes begin..end, whose times rise strictly. False when out of room."""
    grain, u, v, time, error = bench.grain, fixes.u, fixes.v, fixes.time, fixes.error
    box = BOX_UNITS if limits.max_hop_m >= SHORT_M else 0.0
    grain_end = time[begin] if begin < end else 0
    led = False
    i = begin
    while i < end:
        how = link(index.grid, limits, fixes, i) if i + 1 < end else BROKEN
        lone = how == BROKEN and not led
        led = how != BROKEN
        if not (led or lone):
            i += 1
            continue
        b = i + 1 if led else i
        if time[b] >= grain_end:
            if not hand_out(index, limits, bench, fixes, walk):
                return False
            grain_end = (time[b] // limits.grain_ms + 1) * limits.grain_ms
        if how == LONG:
            if not take_long(index, limits, grain, fixes, i):
                return False
            i = b
            continue
        west, east, south, north = min(u[i], u[b]), max(u[i], u[b]), min(v[i], v[b]), max(v[i], v[b])
        least, most = min(error[i], error[b]), max(error[i], error[b])
        j, stop = b, min(end - 1, i + MOST_STEPS) if led else b
        last = min(time[b] + limits.max_gap_ms, grain_end - 1)
        while j < stop:
            p = at(j + 1)
            low_u, high_u, low_v, high_v = min(west, u[p]), max(east, u[p]), min(south, v[p]), max(north, v[p])
            if time[p] > last or high_u - low_u > box or high_v - low_v > box:
                break
            west, east, south, north = low_u, high_u, low_v, high_v
            least, most = min(least, error[p]), max(most, error[p])
            j += 1
            last = min(time[p] + limits.max_gap_ms, grain_end - 1)
        if not add_short(
            index, grain, fixes, limits.far_m, i, j, west, east, south, north, np.float64(least), np.float64(most)
        ):
            return False
        i = j if led else i + 1
    return hand_out(index, limits, bench, fixes, walk) and end_visits(bench.visits, bench.still, walk)


@entered
def cover_walks(index: LineIndex, limits: Limits, bench: Bench, start: NDArray, fixes: Fixes, since: int) -> int:
    """The walks from number `since` on, walk w in fixes start[w]..start[w + 1]; the number of the first one left undone."""
    for walk in range(since, len(start) - 1):
        rows, visits = bench.rows.size[0], bench.visits.size[0]
        if not cover_walk(index, limits, bench, walk, fixes, start[walk], start[walk + 1]):
            give_up(bench, rows, visits)
            return walk
    return len(start) - 1


@woven
def give_up(bench: Bench, rows: int, visits: int) -> None:
    """Forget what was begun of a walk."""
    bench.rows.size[0], bench.visits.size[0] = rows, visits
    forget(bench.grain)
    forget_visits(bench.still)


@entered
def cover_steps(index: LineIndex, limits: Limits, bench: Bench, walk: int, steps: Columns, fixes: Fixes) -> bool:
    """All rows of a walk given as steps; `fixes` are none. False when out of room."""
    now = np.int64(0)
    for i in range(len(steps.ax)):
        grain = steps.last[i] // limits.grain_ms
        if i and grain != now and not hand_out(index, limits, bench, fixes, walk):
            give_up(bench, 0, 0)
            return False
        now = grain
        if not add_long(
            index, bench.grain, limits.widest_m, i, i, steps.ax[i], steps.ay[i], steps.bx[i], steps.by[i],
            steps.error[i], steps.first[i], steps.last[i],
        ):  # fmt: skip
            give_up(bench, 0, 0)
            return False
    if not hand_out(index, limits, bench, fixes, walk):
        give_up(bench, 0, 0)
        return False
    return True


@njit(cache=True, nogil=True)
def regular(start: NDArray, time: NDArray, error: NDArray, most: float) -> NDArray:
    """Which walks can be taken as they are: every fix later than the one before it, and no error over `most`."""
    rising = np.ones(len(start) - 1, np.bool_)
    for walk in range(len(start) - 1):
        for i in range(start[walk], start[walk + 1]):
            if (i > start[walk] and time[i] <= time[i - 1]) or error[i] > most:
                rising[walk] = False
                break
        if start[walk + 1] > start[walk] and time[start[walk]] == NO_TIME:
            rising[walk] = False
    return rising
