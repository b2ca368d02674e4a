"""The points of a straight segment that lie within a radius of a straight step.

The points within a radius of a step form a capsule, which is convex; so what it takes out of a segment is one interval,
known in closed form. No buffer polygons with facets, no sampling: the ends are right to rounding.
"""

from dataclasses import dataclass

import numpy as np

from cotmoc.geo.line import Segments
from cotmoc.measure.engine.pieces import Index, Steps
from cotmoc.measure.engine.values import Flags, Floats


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Steps as seen from segments: s runs along the segment from its start, h stands off to its left, both in metres.

    The step goes from (s1, h1) to (s2, h2), the segment from (0, 0) to (length, 0); chainage `from_m` to `to_m`.
    """

    s1: Floats
    h1: Floats
    s2: Floats
    h2: Floats
    length: Floats
    from_m: Floats
    to_m: Floats

    @classmethod
    def of(cls, segments: Segments, segment: Index, steps: Steps, step: Index) -> "Pairs":
        dx, dy = segments.bx - segments.ax, segments.by - segments.ay
        size = np.hypot(dx, dy)
        length, ax, ay = size[segment], segments.ax[segment], segments.ay[segment]
        dx, dy = (dx / size)[segment], (dy / size)[segment]
        px, py, qx, qy = steps.ax[step] - ax, steps.ay[step] - ay, steps.bx[step] - ax, steps.by[step] - ay
        return cls(
            px * dx + py * dy,
            py * dx - px * dy,
            qx * dx + qy * dy,
            qy * dx - qx * dy,
            length,
            segments.from_m[segment],
            segments.to_m[segment],
        )

    def take(self, mask: Flags) -> "Pairs":
        return Pairs(*(getattr(self, name)[mask] for name in self.__slots__))

    def reached(self, radius: Floats) -> tuple[Floats, Floats]:
        """Chainage from and to of what lies within `radius`; from > to where nothing does.

        A radius of 0 takes exact touching only; a negative radius takes nothing.
        """
        one, other, band = _disc(self.s1, self.h1, radius), _disc(self.s2, self.h2, radius), _band(self, radius)
        low = np.maximum(np.minimum(np.minimum(one[0], other[0]), band[0]), 0.0)
        high = np.minimum(np.maximum(np.maximum(one[1], other[1]), band[1]), self.length)
        nothing = (low > high) | (radius < 0)
        scale = (self.to_m - self.from_m) / self.length
        from_m = np.where(nothing, np.inf, self.from_m + low * scale)
        to_m = np.where(high >= self.length, self.to_m, self.from_m + high * scale)  # not lost to rounding
        return from_m, np.where(nothing, -np.inf, to_m)


def _disc(s: Floats, h: Floats, radius: Floats) -> tuple[Floats, Floats]:
    """The part of the axis within `radius` of the point (s, h); (inf, -inf) for none."""
    square = radius * radius - h * h
    half = np.where(square >= 0, np.sqrt(np.maximum(square, 0.0)), -np.inf)
    return s - half, s + half


def _band(pairs: Pairs, radius: Floats) -> tuple[Floats, Floats]:
    """The part of the axis within `radius` of the step, beside it (not beyond its ends); (inf, -inf) for none."""
    es, eh = pairs.s2 - pairs.s1, pairs.h2 - pairs.h1
    square = es * es + eh * eh
    wide, back, off = radius * np.sqrt(square), pairs.h1 * eh, pairs.h1 * es
    low_beside, high_beside = _between(es, back, square + back)
    low_within, high_within = _between(eh, -wide - off, wide - off)
    low = pairs.s1 + np.maximum(low_beside, low_within)
    high = pairs.s1 + np.minimum(high_beside, high_within)
    some = (low <= high) & (square > 0)
    return np.where(some, low, np.inf), np.where(some, high, -np.inf)


def _between(slope: Floats, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """The solutions u of low <= slope * u <= high; all of them or none where the slope is 0."""
    flat = slope == 0
    safe = np.where(flat, 1.0, slope) if flat.any() else slope
    with np.errstate(over="ignore"):  # hardly any slope: the solution is beyond all numbers, which is what inf says
        first, second = low / safe, high / safe
    if safe is slope:
        return np.minimum(first, second), np.maximum(first, second)
    everywhere = np.where(flat & (low <= 0) & (high >= 0), np.inf, -np.inf)
    start = np.where(flat, -everywhere, np.minimum(first, second))
    return start, np.where(flat, everywhere, np.maximum(first, second))
