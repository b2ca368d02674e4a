"""The exact geometry, one step and one segment at a time: `capsule` and `near` of the reference, compiled.

Every formula is that of the reference, in its order of operations, so that the same coordinates give the same ends.
"""

import math
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from cotmoc.geo.line import Segments
from cotmoc.measure.engine.compiled import use_folder
from cotmoc.measure.engine.values import Floats

use_folder()
_ALIKE: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy", "_nrt": False}
_INSIDE: dict[str, Any] = {**_ALIKE, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
"""For functions that only compiled ones call: no doors for Python are compiled, which is most of the compiler's time."""
bare = njit(**_INSIDE, forceinline=True)
"""Compiled without counting references: these functions make no arrays, and counting took nine tenths of the time."""
woven = njit(**_ALIKE, inline="always")
"""Put into its callers before these are compiled, never compiled by itself: for what is large and called in few places."""
called = njit(**_INSIDE)
"""Not inlined: for what is rarely needed, so that the pass stays small."""
entered = njit(**_ALIKE)
"""Called from Python."""
FAN = 8
"""So many boxes lie in one box of the next level of the tree."""
LEVELS = 16
LONGEST_M = 16.0
"""Longer segments of the line are taken in equal parts: a short one is mostly covered wholly or not at all."""


class Things(NamedTuple):
    """What one may pass by: the line's segments in short parts, then the posts (markers), which have no length.

    `mx`, `my` and `half` hold both; the other columns the segments only: frame (start, direction, length) and chainage.
    """

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
    """Half the length: the disc around the middle holds the thing."""


class BoxTree(NamedTuple):
    """Boxes around the things, boxes around each `FAN` of these, and so on to one; all levels in one table."""

    boxes: Floats
    """Shape (n, 4): left, bottom, right, top."""
    start: NDArray[np.int64]
    """Where each level begins in the table, the things' own boxes first; the last entry is its end."""


def things(s: Segments, post_x: Floats, post_y: Floats) -> Things:
    """The segments of a line, none longer than LONGEST_M, and the posts."""
    length = np.hypot(s.bx - s.ax, s.by - s.ay)
    pieces = np.maximum(1, np.ceil(length / LONGEST_M)).astype(np.int64)
    row = np.repeat(np.arange(len(s)), pieces)
    number = np.arange(len(row)) - np.repeat(np.cumsum(pieces) - pieces, pieces)

    def at(start: Floats, stop: Floats, share: Floats) -> Floats:
        return np.where(share == 1, stop[row], start[row] + (stop - start)[row] * share)

    low, high = number / pieces[row], (number + 1) / pieces[row]
    ax, ay, bx, by = at(s.ax, s.bx, low), at(s.ay, s.by, low), at(s.ax, s.bx, high), at(s.ay, s.by, high)
    from_m, to_m = at(s.from_m, s.to_m, low), at(s.from_m, s.to_m, high)
    ux, uy = ((s.bx - s.ax) / length)[row], ((s.by - s.ay) / length)[row]
    part = np.hypot(bx - ax, by - ay)
    scale = ((s.to_m - s.from_m) / length)[row]
    mx, my = np.concatenate([(ax + bx) / 2, post_x]), np.concatenate([(ay + by) / 2, post_y])
    half = np.concatenate([part / 2, np.zeros(len(post_x))])
    return Things(ax, ay, ux, uy, part, from_m, to_m, scale, mx, my, half)


def box_tree(t: Things) -> BoxTree:
    half_x, half_y = np.zeros(len(t.mx)), np.zeros(len(t.mx))
    half_x[: len(t.ax)], half_y[: len(t.ax)] = np.abs(t.ux) * t.length / 2, np.abs(t.uy) * t.length / 2
    level = np.column_stack([t.mx - half_x, t.my - half_y, t.mx + half_x, t.my + half_y])
    levels, start = [level], [0, len(level)]
    while len(level) > 1:
        at = np.arange(0, len(level), FAN)
        level = np.column_stack([np.minimum.reduceat(level[:, :2], at), np.maximum.reduceat(level[:, 2:], at)])
        levels.append(level)
        start.append(start[-1] + len(level))
    return BoxTree(np.ascontiguousarray(np.concatenate(levels)), np.array(start, np.int64))


@called
def near_box(
    tree: BoxTree, pending: NDArray[np.int64], found: NDArray[np.int64],
    left: float, bottom: float, right: float, top: float,
) -> int:  # fmt: skip
    """Write the things whose boxes meet the given one into `found`, in rising order; how many.

    `pending` is room for boxes still to be looked into and their level, shape (LEVELS * FAN, 2).
    """
    count, size = 0, 0
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
            found[count] = place
            count += 1
            continue
        below = tree.start[level] - tree.start[level - 1]
        for child in range(min(below, (place + 1) * FAN) - 1, place * FAN - 1, -1):  # the first one ends on top
            pending[size, 0], pending[size, 1] = child, level - 1
            size += 1
    return count


@bare
def between(slope: float, low: float, high: float) -> tuple[float, float]:
    """The solutions u of low <= slope * u <= high; all of them or none where the slope is 0."""
    if slope == 0.0:
        return (-math.inf, math.inf) if low <= 0.0 <= high else (math.inf, -math.inf)
    first, second = low / slope, high / slope
    return min(first, second), max(first, second)


@bare
def reached(t: Things, i: int, ax: float, ay: float, bx: float, by: float, radius: float) -> tuple[float, float]:
    """Chainage from and to of what of segment `i` lies within `radius` of the step a-b; from > to for nothing.

    The places within the radius of a step are a capsule: a disc around each end and a band between. It is convex, so
    what it cuts out of the segment is one interval, and its ends are ends of what the three cut out.
    """
    px, py, qx, qy = ax - t.ax[i], ay - t.ay[i], bx - t.ax[i], by - t.ay[i]
    s1, h1 = px * t.ux[i] + py * t.uy[i], py * t.ux[i] - px * t.uy[i]
    s2, h2 = qx * t.ux[i] + qy * t.uy[i], qy * t.ux[i] - qx * t.uy[i]
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
    low, high = max(low, 0.0), min(high, t.length[i])
    if low > high or radius < 0.0:
        return math.inf, -math.inf
    to_m = t.to_m[i] if high >= t.length[i] else t.from_m[i] + high * t.scale[i]
    return t.from_m[i] + low * t.scale[i], to_m


@bare
def to_step_m(x: float, y: float, ax: float, ay: float, bx: float, by: float) -> tuple[float, float, float]:
    """Distance from a place to a step in metres, and how far along and aside of the step's line the place lies."""
    ex, ey = bx - ax, by - ay
    length = math.hypot(ex, ey)
    if length <= 0.0:
        return math.hypot(x - ax, y - ay), 0.0, 0.0
    ex, ey = ex / length, ey / length
    along, aside = (x - ax) * ex + (y - ay) * ey, (x - ax) * ey - (y - ay) * ex
    foot = min(max(along, 0.0), length)
    return math.hypot(along - foot, aside), along, aside
