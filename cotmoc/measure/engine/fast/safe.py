"""Discs in which a walk adds nothing: while it stays inside, no geometry is asked for.

Around a place lies a disc from which, at the reach, nothing can be seen of the line but what the run has covered, and
some of that surely; or nothing of the line at all. How far it goes is one search around the place, and a walk that goes
along the line then leaves it only after some tens of fixes.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cotmoc.measure.engine.fast.geometry import Scratch, SegmentTable, bare, near_box
from cotmoc.measure.engine.fast.index import LineIndex
from cotmoc.measure.engine.fast.runs import Runs
from cotmoc.measure.engine.values import Floats

WIDEST_UNIT_M = 0.0112
"""No unit of 1e-7 degree is longer than this, anywhere."""
FAR_M = 120.0
"""No disc is larger: the search around its middle must end somewhere."""


class Discs(NamedTuple):
    """The disc of each column (possible, sure) of `Runs`."""

    u: Floats
    v: Floats
    radius_m: Floats
    """Zero or less: no disc."""
    error_m: Floats
    """The error it was made for: with another one it is smaller by the difference."""
    turn: NDArray[np.int64]
    """The run they were made for (`Runs.turn`)."""
    held: NDArray[np.bool_]
    """Whether the run is touched everywhere in it (else nothing is)."""


def new_discs() -> Discs:
    real = np.zeros((4, 2))
    return Discs(real[0], real[1], real[2], real[3], np.zeros(2, np.int64), np.zeros(2, np.bool_))


@bare
def forget(discs: Discs) -> None:
    discs.radius_m[0] = discs.radius_m[1] = 0.0


@bare
def forget_turned(discs: Discs, runs: Runs) -> None:
    """No disc outlives the run it was made for."""
    if discs.turn[0] != runs.turn[0] or discs.turn[1] != runs.turn[1]:
        forget(discs)


@bare
def holds(discs: Discs, k: int, u: float, v: float, error: float) -> bool:
    """Whether a place lies in the disc of column `k`."""
    du, dv = u - discs.u[k], v - discs.v[k]
    radius = (discs.radius_m[k] - abs(error - discs.error_m[k])) / WIDEST_UNIT_M
    return radius > 0.0 and du * du + dv * dv <= radius * radius


@bare
def look_around(
    index: LineIndex, runs: Runs, scratch: Scratch, discs: Discs,
    x: float, y: float, u: float, v: float, reach_m: float, error: float, most_m: float,
) -> None:  # fmt: skip
    """Make the discs of both columns around a place, `most_m` or `FAR_M` large at most."""
    s = index.segments
    limit = min(FAR_M, most_m)
    around = reach_m + error + limit
    some = near_box(index.tree, scratch, x - around, y - around, x + around, y + around)
    for k in range(2):
        radius = reach_m + error if k == 0 else reach_m - error
        new, old = math.inf, math.inf
        for j in range(some):
            i = scratch.found[j]
            new, old = _nearer(s, runs, k, i, x, y, new, old)
        free = math.sqrt(new) - radius
        touch = radius - math.sqrt(old)
        discs.held[k] = touch > 0.0
        if touch <= 0.0:
            free = min(free, -touch)
        discs.u[k], discs.v[k], discs.error_m[k], discs.turn[k] = u, v, error, runs.turn[k]
        discs.radius_m[k] = min(limit, free, touch) if touch > 0.0 else min(limit, free)


@bare
def _nearer(
    s: SegmentTable, runs: Runs, k: int, i: int, x: float, y: float, new: float, old: float
) -> tuple[float, float]:
    """Squares of the distances to the nearest ground that is not on the run, and that is, with segment `i` looked at."""
    px, py = x - s.ax[i], y - s.ay[i]
    along, aside = px * s.ux[i] + py * s.uy[i], py * s.ux[i] - px * s.uy[i]
    length = s.length[i]
    if runs.inside_from[k] <= i < runs.inside_to[k]:
        return new, min(old, _square(along, aside, 0.0, length))
    low, high = (runs.from_m[k] - s.from_m[i]) / s.scale[i], (runs.to_m[k] - s.from_m[i]) / s.scale[i]
    if runs.to_m[k] < 0.0 or low > length or high < 0.0:
        return min(new, _square(along, aside, 0.0, length)), old
    if low > 0.0:
        new = min(new, _square(along, aside, 0.0, low))
    if high < length:
        new = min(new, _square(along, aside, high, length))
    return new, min(old, _square(along, aside, max(low, 0.0), min(high, length)))


@bare
def _square(along: float, aside: float, low: float, high: float) -> float:
    """Square of the distance to the part low..high of a segment."""
    beyond = max(low - along, along - high, 0.0)
    return beyond * beyond + aside * aside
