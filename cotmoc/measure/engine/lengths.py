"""How long the way of a chain is: not the length of the mean path, which is short, but the mean length of all paths.

Speed is a vector with a mean and a spread, the same on both axes; its size then has the distribution of Rice (1945),
whose mean is above the size of the mean vector. Averaged over each interval with three Gauss-Legendre points.
"""

from dataclasses import dataclass

import numpy as np

from cotmoc.measure.engine.chain import Block, Solved
from cotmoc.measure.engine.values import Flags, Floats

POINTS = ((0.5 - np.sqrt(0.15), 5 / 18), (0.5, 8 / 18), (0.5 + np.sqrt(0.15), 5 / 18))
TINY = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Ways:
    """Per interval, metres: expected length, length of the mean path, variance that is not told by the states' own
    errors; and how the length answers to the states (a right side of the chain)."""

    expected: Floats
    mean_path: Floats
    aside: Floats
    answer: Block


def ways(solved: Solved, h: Floats, pace: Floats, counted: Flags) -> Ways:
    """The lengths of all intervals, of `h` seconds and with accelerations of strength `pace`; 0 for those not counted."""
    (px, py, vx, vy), (pp, pv, _, vv), (pp1, pv1, vp1, vv1) = solved.mean, solved.spread, solved.link
    first, next_ = slice(None, -1), slice(1, None)
    hop = pp[..., first] + pp[..., next_] - 2 * pp1
    expected, mean_path, aside = np.zeros_like(h), np.zeros_like(h), np.zeros_like(h)
    answer = (np.zeros_like(px), np.zeros_like(px), np.zeros_like(px), np.zeros_like(px))
    for u, weight in POINTS:
        # the speed at u of the interval from both ends (Hermite), and what the path does freely between them
        a, b, c = (6 * u * u - 6 * u) / h, 3 * u * u - 4 * u + 1, 3 * u * u - 2 * u
        free = pace * h * (u - 4 * u**2 + 6 * u**3 - 3 * u**4)
        variance = a * a * hop + b * b * vv[..., first] + c * c * vv[..., next_] + 2 * b * c * vv1 + free
        variance += 2 * a * b * (pv[..., first] - vp1) + 2 * a * c * (pv1 - pv[..., next_])
        variance = np.maximum(variance, TINY)
        speeds = [
            a * (p[..., first] - p[..., next_]) + b * v[..., first] + c * v[..., next_] for p, v in ((px, vx), (py, vy))
        ]
        pace_of_mean = np.hypot(*speeds)
        mean, slope = rice(pace_of_mean, variance)
        share = np.where(counted, weight * h, 0.0)
        expected += share * mean
        mean_path += share * pace_of_mean
        aside += share * h * np.maximum(pace_of_mean**2 + 2 * variance - mean**2 - slope**2 * (variance - free), 0)
        for axis, speed in enumerate(speeds):
            pull = share * slope * speed / np.maximum(pace_of_mean, TINY)
            answer[axis][..., first] += a * pull
            answer[axis][..., next_] -= a * pull
            answer[axis + 2][..., first] += b * pull
            answer[axis + 2][..., next_] += c * pull
    return Ways(expected, mean_path, aside, answer)


def rice(size: Floats, variance: Floats) -> tuple[Floats, Floats]:
    """Mean size of a vector whose mean has this size and whose two entries have this variance, and its slope by size."""
    x = size**2 / (4 * variance)
    zero, one = _bessel(x)
    root = np.sqrt(np.pi / 2 * variance)
    return root * ((1 + 2 * x) * zero + 2 * x * one), np.sqrt(np.pi / 8 / variance) * size * (zero + one)


def _bessel(x: Floats) -> tuple[Floats, Floats]:
    """exp(-x) I0(x) and exp(-x) I1(x), right to 2e-7 (Abramowitz & Stegun 1964, 9.8.1 to 9.8.4)."""
    low, high = np.minimum(x, 3.75), np.maximum(x, 3.75)
    y, z, fading, root = (low / 3.75) ** 2, 3.75 / high, np.exp(-low), np.sqrt(high)
    near = (_polynomial(y, I0_NEAR) * fading, low * _polynomial(y, I1_NEAR) * fading)
    far = (_polynomial(z, I0_FAR) / root, _polynomial(z, I1_FAR) / root)
    return np.where(x < 3.75, near[0], far[0]), np.where(x < 3.75, near[1], far[1])


def _polynomial(x: Floats, coefficients: tuple[float, ...]) -> Floats:
    total = np.zeros_like(x)
    for coefficient in reversed(coefficients):
        total = total * x + coefficient
    return total


I0_NEAR = (1.0, 3.5156229, 3.0899424, 1.2067492, 0.2659732, 0.0360768, 0.0045813)
I1_NEAR = (0.5, 0.87890594, 0.51498869, 0.15084934, 0.02658733, 0.00301532, 0.00032411)
I0_FAR = (
    0.39894228, 0.01328592, 0.00225319, -0.00157565, 0.00916281, -0.02057706, 0.02635537, -0.01647633, 0.00392377,
)  # fmt: skip
I1_FAR = (
    0.39894228, -0.03988024, -0.00362018, 0.00163801, -0.01031555, 0.02282967, -0.02895312, 0.01787654, -0.00420059,
)  # fmt: skip
