"""The exact geometry, one step and one segment at a time: `capsule` and `near` of the reference, compiled.

Every formula is that of the reference, in its order of operations, so that the same coordinates give the same ends.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from cotmoc.geo.line import Segments
from cotmoc.measure.engine.values import Floats

bare = njit(cache=True, nogil=True, error_model="numpy", _nrt=False, forceinline=True)  # type: ignore[call-overload]
"""Compiled without counting references: these functions make no arrays, and counting took nine tenths of the time."""
called = njit(cache=True, nogil=True, error_model="numpy", _nrt=False)  # type: ignore[call-overload]
"""The same, but not inlined: for what is rarely needed, so that the pass stays small."""
FAN = 8
"""So many boxes lie in one box of the next level of the tree."""
LEVELS = 16


class SegmentTable(NamedTuple):
    """The line's segments by columns: frame (start, direction, length), chainage, and the disc around each."""

    ax: Floats
    ay: Floats
    ux: Floats
    uy: Floats
    length: Floats
    from_m: Floats
    to_m: Floats
    scale: Floats
    """Metres of chainage per flat metre."""
    mx: Floats
    my: Floats
    half: Floats
    """Half the length: the disc around the middle holds the segment."""


class BoxTree(NamedTuple):
    """Boxes around the segments, boxes around each `FAN` of these, and so on to one; all levels in one table."""

    boxes: Floats
    """Shape (n, 4): left, bottom, right, top."""
    start: NDArray[np.int64]
    """Where each level begins in the table, the segments' own boxes first; the last entry is its end."""


class Scratch(NamedTuple):
    """Room for what one step needs, of one thread."""

    found: NDArray[np.int64]
    """Segments near a long step."""
    pending: NDArray[np.int64]
    """Shape (n, 2): boxes of the tree still to be looked into, and their level."""
    hit_m: Floats
    """Shape (n, 2): the stretches that one step covers."""
    hit_segment: NDArray[np.int64]


def new_scratch(segments: int) -> Scratch:
    pending = np.empty((LEVELS * FAN, 2), np.int64)
    return Scratch(np.empty(segments, np.int64), pending, np.empty((segments, 2)), np.empty(segments, np.int64))


def segment_table(s: Segments) -> SegmentTable:
    dx, dy = s.bx - s.ax, s.by - s.ay
    length = np.hypot(dx, dy)
    scale = (s.to_m - s.from_m) / length
    mx, my = (s.ax + s.bx) / 2, (s.ay + s.by) / 2
    return SegmentTable(s.ax, s.ay, dx / length, dy / length, length, s.from_m, s.to_m, scale, mx, my, length / 2)


def box_tree(s: Segments) -> BoxTree:
    level = np.column_stack(
        [np.minimum(s.ax, s.bx), np.minimum(s.ay, s.by), np.maximum(s.ax, s.bx), np.maximum(s.ay, s.by)]
    )
    levels, start = [level], [0, len(level)]
    while len(level) > 1:
        at = np.arange(0, len(level), FAN)
        level = np.column_stack([np.minimum.reduceat(level[:, :2], at), np.maximum.reduceat(level[:, 2:], at)])
        levels.append(level)
        start.append(start[-1] + len(level))
    return BoxTree(np.ascontiguousarray(np.concatenate(levels)), np.array(start, np.int64))


@bare
def near_box(tree: BoxTree, scratch: Scratch, left: float, bottom: float, right: float, top: float) -> int:
    """Write the segments whose boxes meet the given one into `scratch.found`, in rising order; how many."""
    pending, count, size = scratch.pending, 0, 0
    highest = len(tree.start) - 2
    if tree.start[highest + 1] > tree.start[highest]:
        pending[0, 0], pending[0, 1], size = 0, highest, 1
    while size:
        size -= 1
        place, level = pending[size, 0], pending[size, 1]
        box = tree.start[level] + place
        if (
            tree.boxes[box, 0] > right
            or tree.boxes[box, 2] < left
            or tree.boxes[box, 1] > top
            or tree.boxes[box, 3] < bottom
        ):
            continue
        if level == 0:
            scratch.found[count] = place
            count += 1
            continue
        below = tree.start[level] - tree.start[level - 1]
        for child in range(min(below, (place + 1) * FAN) - 1, place * FAN - 1, -1):  # the first one ends on top
            pending[size, 0], pending[size, 1] = child, level - 1
            size += 1
    return count


@bare
def away_m(s: SegmentTable, i: int, x: float, y: float) -> float:
    """Distance in metres from a place to segment `i`."""
    px, py = x - s.ax[i], y - s.ay[i]
    along = px * s.ux[i] + py * s.uy[i]
    beyond = max(-along, along - s.length[i], 0.0)
    return math.hypot(beyond, py * s.ux[i] - px * s.uy[i])


@bare
def between(slope: float, low: float, high: float) -> tuple[float, float]:
    """The solutions u of low <= slope * u <= high; all of them or none where the slope is 0."""
    if slope == 0.0:
        return (-math.inf, math.inf) if low <= 0.0 <= high else (math.inf, -math.inf)
    first, second = low / slope, high / slope
    return min(first, second), max(first, second)


@bare
def reached(s: SegmentTable, i: int, ax: float, ay: float, bx: float, by: float, radius: float) -> tuple[float, float]:
    """Chainage from and to of what of segment `i` lies within `radius` of the step a-b; from > to for nothing.

    The places within the radius of a step are a capsule: a disc around each end and a band between. It is convex, so
    what it cuts out of the segment is one interval, and its ends are ends of what the three cut out.
    """
    px, py, qx, qy = ax - s.ax[i], ay - s.ay[i], bx - s.ax[i], by - s.ay[i]
    s1, h1 = px * s.ux[i] + py * s.uy[i], py * s.ux[i] - px * s.uy[i]
    s2, h2 = qx * s.ux[i] + qy * s.uy[i], qy * s.ux[i] - qx * s.uy[i]
    low, high = math.inf, -math.inf
    square = radius * radius - h1 * h1
    if square >= 0.0:
        half = math.sqrt(square)
        low, high = s1 - half, s1 + half
    square = radius * radius - h2 * h2
    if square >= 0.0:
        half = math.sqrt(square)
        low, high = min(low, s2 - half), max(high, s2 + half)
    es, eh = s2 - s1, h2 - h1
    square = es * es + eh * eh
    if square > 0.0:
        wide, back, off = radius * math.sqrt(square), h1 * eh, h1 * es
        low_beside, high_beside = between(es, back, square + back)
        low_within, high_within = between(eh, -wide - off, wide - off)
        band_low, band_high = s1 + max(low_beside, low_within), s1 + min(high_beside, high_within)
        if band_low <= band_high:
            low, high = min(low, band_low), max(high, band_high)
    low, high = max(low, 0.0), min(high, s.length[i])
    if low > high or radius < 0.0:
        return math.inf, -math.inf
    to_m = s.to_m[i] if high >= s.length[i] else s.from_m[i] + high * s.scale[i]
    return s.from_m[i] + low * s.scale[i], to_m
