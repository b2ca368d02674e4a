"""Bundles: a few consecutive steps within a box of some 33 m, taken as one where that is enough.

A bundle knows a place of its walk in its middle and how far its steps are from there (`spread_m`). All that it comes near is
listed; of each thing the shortest distance to such a middle place is kept for the running grain of time. That alone tells
for most of the line whether the grain covers it (see `grain`).
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cotmoc.measure.engine.fast.geometry import FAN, LEVELS, LONGEST_M, Things, bare, called, near_box, to_step_m, woven
from cotmoc.measure.engine.fast.index import COLD, NO_CELL, LineIndex, cell_of, flat_in, project, tile_of
from cotmoc.measure.engine.values import Floats, Times

BOX_UNITS = 3000.0
SLACK_M = 1e-3
"""Whatever is decided without the exact geometry is decided by more than this."""
NO_BUNDLE = np.iinfo(np.int64).max
MOST_STEPS = 64
"""So many steps in a bundle, at most."""
WIDEST_UNIT_M = 0.0112
"""No unit of 1e-7 degree is longer than this, anywhere."""
BUNDLES, LISTED, TOUCHED, STEPS = 0, 1, 2, 3
LEAST_ERROR, MOST_ERROR, WIDEST = 0, 1, 2
Whole = NDArray[np.int64]
at = np.uint64
"""An index that cannot be negative: with others the compiler asks each time whether to count from the end."""


class Fixes(NamedTuple):
    """Walks one after the other: places in units of 1e-7 degree, ms, metres."""

    u: Floats
    v: Floats
    time: Times
    error: NDArray[np.float32]


class FlatSteps(NamedTuple):
    """Steps in flat metres: of those bundles that were looked at closely."""

    ax: Floats
    ay: Floats
    bx: Floats
    by: Floats
    error: Floats
    half: Floats
    """Half the length: the disc around the middle holds the step."""
    first: Times
    last: Times


class Grain(NamedTuple):
    """What happened in the running grain of time."""

    begin: Whole
    """Per bundle: its first fix."""
    end: Whole
    """Its last fix; the same one for a fix that stands alone."""
    x: Floats
    y: Floats
    spread_m: Floats
    list_from: Whole
    list_to: Whole
    """Per bundle: its rows in `listed`."""
    flat_from: Whole
    """Per bundle: its first step in `steps`, or -1 while nobody asked for it."""
    listed: Whole
    """Shape (n, 2): things from and up to that a bundle comes near."""
    touched: Whole
    """Shape (n, 2): the same for all bundles together."""
    steps: FlatSteps
    near_square: Floats
    """Per thing: the square of the shortest distance to the middle of a bundle (or to a long step), metres."""
    first_bundle: Whole
    last_bundle: Whole
    """Per thing: the bundles that may reach it lie between these."""
    worst: Floats
    """The least and the most error of a step, and the widest spread of a bundle of short ones."""
    counts: Whole
    """Bundles, rows of `listed` and of `touched`, steps."""
    found: Whole
    """Room for some of the things."""
    close: Whole
    """Room for some of the bundles."""
    pending: Whole


def new_grain(size: int, bundles: int) -> Grain:
    """For `size` things and so many bundles in one grain."""
    whole, real = np.empty((6, bundles), np.int64), np.empty((3, bundles))
    steps, times = np.empty((6, 8 * bundles)), np.empty((2, 8 * bundles), np.int64)
    return Grain(
        whole[0], whole[1], real[0], real[1], real[2], whole[2], whole[3], whole[4],
        np.empty((4 * bundles, 2), np.int64), np.empty((4 * bundles, 2), np.int64), FlatSteps(*steps, *times),
        np.full(size, np.inf), np.full(size, NO_BUNDLE), np.full(size, -1),
        np.array([np.inf, 0.0, 0.0]), np.zeros(4, np.int64), np.empty(size, np.int64),
        np.empty(bundles, np.int64), np.empty((LEVELS * FAN, 2), np.int64),
    )  # fmt: skip


@bare
def forget(grain: Grain) -> None:
    """Begin a new grain."""
    for row in range(grain.counts[TOUCHED]):
        for i in range(grain.touched[row, 0], grain.touched[row, 1]):
            grain.near_square[i], grain.first_bundle[i] = math.inf, NO_BUNDLE
    for count in range(len(grain.counts)):
        grain.counts[count] = 0
    grain.worst[LEAST_ERROR], grain.worst[MOST_ERROR], grain.worst[WIDEST] = math.inf, 0.0, 0.0


@bare
def approach(t: Things, grain: Grain, begin: int, end: int, x: float, y: float, wide: float) -> None:
    """Bring the shortest distances of things begin..end up to date with a bundle around a place; no step of it comes within
    reach of a thing whose middle is farther than `wide`."""
    near, mx, my, first, last = grain.near_square, t.mx, t.my, grain.first_bundle, grain.last_bundle
    bundle, wide_square = grain.counts[BUNDLES], wide * wide
    for i in range(at(begin), at(end)):
        dx, dy = mx[i] - x, my[i] - y
        square = dx * dx + dy * dy
        near[i] = square if square < near[i] else near[i]
        first[i] = bundle if square <= wide_square and bundle < first[i] else first[i]
        last[i] = bundle if square <= wide_square else last[i]


@bare
def touch(grain: Grain, begin: int, end: int) -> None:
    """Note that the things begin..end were come near; mostly this only prolongs a range."""
    size = grain.counts[TOUCHED]
    for row in range(size - 1, -1, -1):
        if begin <= grain.touched[row, 1] and end >= grain.touched[row, 0]:
            grain.touched[row, 0] = min(grain.touched[row, 0], begin)
            grain.touched[row, 1] = max(grain.touched[row, 1], end)
            return
    grain.touched[size, 0], grain.touched[size, 1] = begin, end
    grain.counts[TOUCHED] = size + 1


@bare
def has_room(grain: Grain, ranges: int) -> bool:
    """Whether one more bundle with so many ranges fits in, and a step."""
    counts = grain.counts
    return bool(
        counts[BUNDLES] < len(grain.begin)
        and counts[LISTED] + ranges <= len(grain.listed)
        and counts[TOUCHED] + ranges <= len(grain.touched)
        and counts[STEPS] < len(grain.steps.ax)
    )


@bare
def note(
    grain: Grain, begin: int, end: int, x: float, y: float, spread_m: float, rows: int, least: float, most: float
) -> None:
    """Write a bundle down; its `rows` ranges stand at the end of `listed` already."""
    place, listed = grain.counts[BUNDLES], grain.counts[LISTED]
    grain.begin[place], grain.end[place] = begin, end
    grain.x[place], grain.y[place], grain.spread_m[place] = x, y, spread_m
    grain.list_from[place], grain.list_to[place], grain.flat_from[place] = listed, listed + rows, -1
    grain.counts[BUNDLES], grain.counts[LISTED] = place + 1, listed + rows
    grain.worst[LEAST_ERROR] = min(grain.worst[LEAST_ERROR], least)
    grain.worst[MOST_ERROR] = max(grain.worst[MOST_ERROR], most)


@woven
def add_short(
    index: LineIndex, grain: Grain, fixes: Fixes, far_m: float, begin: int, end: int,
    west: float, east: float, south: float, north: float, least: float, most: float,
) -> bool:  # fmt: skip
    """The bundle of the short steps between fixes begin..end, which lie in the given box. False when out of room.

    Nothing is reached from farther than `far_m` and the error.
    """
    grid = index.grid
    if end - begin == 1:
        u, v = (fixes.u[begin] + fixes.u[end]) / 2, (fixes.v[begin] + fixes.v[end]) / 2
    else:
        middle = (begin + end) // 2
        u, v = fixes.u[middle], fixes.v[middle]
    tile = tile_of(grid, u, v)
    if tile == COLD:
        return True
    cell = cell_of(grid, tile, u, v)
    if cell == NO_CELL:
        return True
    first, stop = grid.first[at(cell)], grid.first[at(cell + 1)]
    if first == stop:
        return True
    if not has_room(grain, stop - first):
        return False
    x, y = flat_in(grid, tile, u, v)
    du, dv = max(east - u, u - west), max(north - v, v - south)
    spread_m = math.sqrt(du * du + dv * dv) * WIDEST_UNIT_M
    wide = far_m + most + LONGEST_M / 2 + spread_m + SLACK_M
    listed = grain.counts[LISTED]
    for row in range(first, stop):
        low, high = np.int64(grid.ranges[at(row), 0]), np.int64(grid.ranges[at(row), 1])
        approach(index.things, grain, low, high, x, y, wide)
        touch(grain, low, high)
        grain.listed[listed + row - first, 0], grain.listed[listed + row - first, 1] = low, high
    note(grain, begin, end, x, y, spread_m, stop - first, least, most)
    grain.worst[WIDEST] = max(grain.worst[WIDEST], spread_m)
    return True


@called
def add_long(
    index: LineIndex, grain: Grain, radius_m: float, begin: int, end: int,
    ax: float, ay: float, bx: float, by: float, error: float, first: int, last: int,
) -> bool:  # fmt: skip
    """A bundle of one step of any length, given in flat metres, by the tree. False when out of room."""
    t = index.things
    count = near_box(
        index.tree, grain.pending, grain.found, min(ax, bx) - radius_m, min(ay, by) - radius_m,
        max(ax, bx) + radius_m, max(ay, by) + radius_m,
    )  # fmt: skip
    if count == 0:
        return True
    if not has_room(grain, count):
        return False
    rows, listed = np.int64(0), grain.counts[LISTED]
    for j in range(count):
        i = grain.found[j]
        away, _, _ = to_step_m(t.mx[i], t.my[i], ax, ay, bx, by)
        grain.near_square[i] = min(grain.near_square[i], away * away)
        grain.first_bundle[i] = min(grain.first_bundle[i], grain.counts[BUNDLES])
        grain.last_bundle[i] = grain.counts[BUNDLES]
        if rows and grain.listed[listed + rows - 1, 1] == i:
            grain.listed[listed + rows - 1, 1] = i + 1
        else:
            grain.listed[listed + rows, 0], grain.listed[listed + rows, 1] = i, i + 1
            rows += 1
    for row in range(listed, listed + rows):
        touch(grain, grain.listed[row, 0], grain.listed[row, 1])
    place, half = grain.counts[BUNDLES], math.sqrt((bx - ax) * (bx - ax) + (by - ay) * (by - ay)) / 2
    note(grain, begin, end, (ax + bx) / 2, (ay + by) / 2, half, rows, error, error)
    grain.flat_from[place] = grain.counts[STEPS]
    put_step(grain, ax, ay, bx, by, error, first, last)
    return True


@bare
def put_step(grain: Grain, ax: float, ay: float, bx: float, by: float, error: float, first: int, last: int) -> None:
    steps, place = grain.steps, grain.counts[STEPS]
    steps.ax[place], steps.ay[place], steps.bx[place], steps.by[place] = ax, ay, bx, by
    steps.error[place], steps.half[place] = error, math.sqrt((bx - ax) * (bx - ax) + (by - ay) * (by - ay)) / 2
    steps.first[place], steps.last[place] = first, last
    grain.counts[STEPS] = place + 1


@bare
def step_count(grain: Grain, bundle: int) -> int:
    return max(1, grain.end[bundle] - grain.begin[bundle])


@bare
def flatten(index: LineIndex, grain: Grain, fixes: Fixes, bundle: int) -> bool:
    """Put the steps of a bundle into `steps`. False when out of room."""
    begin, end = grain.begin[bundle], grain.end[bundle]
    if grain.counts[STEPS] + step_count(grain, bundle) > len(grain.steps.ax):
        return False
    grain.flat_from[bundle] = grain.counts[STEPS]
    _, ax, ay = project(index.grid, fixes.u[begin], fixes.v[begin])
    if begin == end:
        put_step(grain, ax, ay, ax, ay, np.float64(fixes.error[begin]), fixes.time[begin], fixes.time[begin])
    for i in range(begin, end):
        _, bx, by = project(index.grid, fixes.u[i + 1], fixes.v[i + 1])
        error = np.float64(max(fixes.error[i], fixes.error[i + 1]))
        put_step(grain, ax, ay, bx, by, error, fixes.time[i], fixes.time[i + 1])
        ax, ay = bx, by
    return True
