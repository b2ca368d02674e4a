"""The points of a straight segment that lie within a radius of a straight step.

The points within a radius of a step form a capsule, which is convex; so what it takes out of a segment is one interval,
known in closed form. No buffer polygons with facets, no sampling: the ends are right to rounding.
"""

import numpy as np

from cotmoc.geo.line import Segments
from cotmoc.measure.engine.pieces import Index, Steps
from cotmoc.measure.engine.values import Floats


def reached(segments: Segments, segment: Index, steps: Steps, step: Index, radius: Floats) -> tuple[Floats, Floats]:
    """Chainage from and to, per pair of a line segment and a step; from > to where nothing is within `radius`.

    A radius of 0 takes exact touching only; a negative radius takes nothing.
    """
    ax, ay = segments.ax[segment], segments.ay[segment]
    dx, dy = segments.bx[segment] - ax, segments.by[segment] - ay
    length = np.hypot(dx, dy)
    dx, dy = dx / length, dy / length
    # The step as seen from the segment: s runs along it from its start, h stands off to its left.
    px, py, qx, qy = steps.ax[step] - ax, steps.ay[step] - ay, steps.bx[step] - ax, steps.by[step] - ay
    s1, h1 = px * dx + py * dy, py * dx - px * dy
    s2, h2 = qx * dx + qy * dy, qy * dx - qx * dy
    ends = [_disc(s1, h1, radius), _disc(s2, h2, radius), _band(s1, h1, s2, h2, radius)]
    low = np.maximum(np.minimum.reduce([start for start, _ in ends]), 0.0)
    high = np.minimum(np.maximum.reduce([stop for _, stop in ends]), length)
    nothing = (low > high) | (radius < 0)
    start, size = segments.from_m[segment], segments.to_m[segment] - segments.from_m[segment]
    from_m = np.where(nothing, np.inf, start + low / length * size)
    to_m = np.where(nothing, -np.inf, np.where(high >= length, segments.to_m[segment], start + high / length * size))
    return from_m, to_m


def _disc(s: Floats, h: Floats, radius: Floats) -> tuple[Floats, Floats]:
    """The part of the axis within `radius` of the point (s, h); (inf, -inf) for none."""
    square = radius * radius - h * h
    half = np.sqrt(np.maximum(square, 0.0))
    return np.where(square >= 0, s - half, np.inf), np.where(square >= 0, s + half, -np.inf)


def _band(s1: Floats, h1: Floats, s2: Floats, h2: Floats, radius: Floats) -> tuple[Floats, Floats]:
    """The part of the axis within `radius` of the step, beside it (not beyond its ends); (inf, -inf) for none."""
    es, eh = s2 - s1, h2 - h1
    square = es * es + eh * eh
    wide = radius * np.sqrt(square)
    low_beside, high_beside = _between(es, h1 * eh, square + h1 * eh)
    low_within, high_within = _between(eh, -wide - h1 * es, wide - h1 * es)
    low = s1 + np.maximum(low_beside, low_within)
    high = s1 + np.minimum(high_beside, high_within)
    nothing = ~(low <= high) | (square == 0)
    return np.where(nothing, np.inf, low), np.where(nothing, -np.inf, high)


def _between(slope: Floats, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """The solutions u of low <= slope * u <= high; all of them or none where the slope is 0."""
    flat = slope == 0
    safe = np.where(flat, 1.0, slope)
    first, second = low / safe, high / safe
    everywhere = flat & (low <= 0) & (high >= 0)
    start = np.where(flat, np.where(everywhere, -np.inf, np.inf), np.minimum(first, second))
    stop = np.where(flat, np.where(everywhere, np.inf, -np.inf), np.maximum(first, second))
    return start, stop
