"""How somebody on foot moves between fixes, as a Gaussian chain: what `chain.solve` is given, and what its answer means.

The state of each axis is (place, speed). Along a *walk* the acceleration is white noise of strength q (m2/s3), so the
step of one interval of h seconds has the covariance q [[h3/3, h2/2], [h2/2, h]] (Bar-Shalom, Li & Kirubarajan 2001,
6.2.2). At a *rest* the place stays; after a rest or a *break* the speed is anything. A fix is the place plus noise of
its accuracy, correlated from fix to fix as exp(-h/tau): each fix less its share of the one before is a measurement with
fresh noise.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cotmoc.measure.engine.chain import Block, solve
from cotmoc.measure.engine.values import Flags, Floats

WALK, REST, BREAK = 0, 1, 2
ANY_PLACE_M = 1e4
ANY_SPEED = 30.0
"""m/s: says nothing about the speed after a break."""
GAUSS = ((0.5 - np.sqrt(0.15), 5 / 18), (0.5, 8 / 18), (0.5 + np.sqrt(0.15), 5 / 18))
TINY = 1e-12
UNLIKE = 2.0
"""What an error leaves to the next fix keeps its metres; where the stated accuracy changes by more, its share of that."""
STILL_M = 0.05
"""What the place may move from fix to fix at a rest."""


@dataclass(frozen=True, slots=True, eq=False)
class Fixed:
    """Places in a row: metres (..., n), one-sigma error per axis, seconds and kind of the intervals (..., n - 1).

    `known` is False for a place that only fills up the row.
    """

    x: Floats
    y: Floats
    error: Floats
    known: Flags
    seconds: Floats
    kind: NDArray[np.int8]
    alike: Floats
    """Correlation of the noise of a fix with that of the one before."""

    def take(self, index: NDArray[np.int64]) -> "Fixed":
        """The same rows at these places (..., m); the intervals are those from each to the next."""
        inner = index[..., :-1]
        return Fixed(
            self.x[index], self.y[index], self.error[index], self.known[index],
            self.seconds[inner], self.kind[inner], self.alike[inner],
        )  # fmt: skip

    def scaled(self, error: Floats, alike: Floats) -> "Fixed":
        return replace(self, error=self.error * error, alike=alike)


def likelihood(fixed: Fixed, pace: Floats, speed: float = ANY_SPEED) -> tuple[Floats, Floats]:
    """Misfit and size, shape (...): the log likelihood is -(misfit + size)/2, but for what kinds and pace do not change.

    `pace` is q of each interval.
    """
    diagonal, coupling, right, misfit, size = _system(fixed, pace, speed)
    states, log_det = solve(diagonal, coupling, right)
    explained = [(side * state).sum(-1) for side, state in zip(right, states, strict=True)]
    return misfit - np.sum(explained, axis=0), size + 2 * log_det


def smoothed(fixed: Fixed, pace: Floats) -> Block:
    """The likeliest states: x, y and both speeds."""
    diagonal, coupling, right, _, _ = _system(fixed, pace, ANY_SPEED)
    return solve(diagonal, coupling, right)[0]


def lengths(fixed: Fixed, states: Block) -> tuple[Floats, Block]:
    """Length of each walked interval (0 for the others), and how their sum answers to the states.

    Between two states the place is a cubic (Hermite); its speed is averaged at three points (Gauss & Legendre).
    """
    x, y, vx, vy = states
    h = fixed.seconds
    total = np.zeros_like(h)
    answer = (np.zeros_like(x), np.zeros_like(x), np.zeros_like(x), np.zeros_like(x))
    for u, share in GAUSS:
        a, b, c = (6 * u * u - 6 * u) / h, 3 * u * u - 4 * u + 1, 3 * u * u - 2 * u
        speeds = [a * (p[:-1] - p[1:]) + b * v[:-1] + c * v[1:] for p, v in ((x, vx), (y, vy))]
        size, part = np.hypot(*speeds), np.where(fixed.kind == WALK, share * h, 0.0)
        total += part * size
        for axis, speed in enumerate(speeds):
            pull = part * speed / np.maximum(size, TINY)
            answer[axis][:-1] += a * pull
            answer[axis][1:] -= a * pull
            answer[axis + 2][:-1] += b * pull
            answer[axis + 2][1:] += c * pull
    return total, answer


def variances(fixed: Fixed, pace: Floats, answer: Block) -> Floats:
    """What each state adds to the variance of a sum that answers so to the states."""
    diagonal, coupling, _, _, _ = _system(fixed, pace, ANY_SPEED)
    moved, _ = solve(diagonal, coupling, answer)
    return np.asarray(np.sum([a * m for a, m in zip(answer, moved, strict=True)], axis=0))


def _system(fixed: Fixed, pace: Floats, speed: float) -> tuple[Block, Block, Block, Floats, Floats]:
    """Diagonal, coupling and right side of the chain; square and size of what does not depend on the states."""
    h, walk, rest = fixed.seconds, fixed.kind == WALK, fixed.kind == REST
    shape = np.broadcast_shapes(h.shape, pace.shape, fixed.alike.shape)
    size = shape[-1] + 1
    pp, pv, vv = (np.zeros((*shape[:-1], size)) for _ in range(3))
    w = np.where(walk, 1 / pace, 0.0)
    cubed, squared, plain = 12 * w / h**3, 6 * w / h**2, 4 * w / h
    still = np.where(rest, STILL_M**-2, 0.0)
    pp[..., 0] += ANY_PLACE_M**-2
    pp[..., 1:] += cubed + np.where(fixed.kind == BREAK, ANY_PLACE_M**-2, still)
    pp[..., :-1] += cubed + still
    pv[..., :-1] += squared
    pv[..., 1:] -= squared
    vv[..., :-1] += plain
    vv[..., 1:] += plain + np.where(walk, 0.0, speed**-2)
    vv[..., 0] += speed**-2
    ties = [-cubed - still, squared, -squared, plain / 2]

    sharp = np.where(fixed.known, 1 / fixed.error, 0.0)
    fresh = 1 / (1 - fixed.alike**2)
    own, earlier = sharp[..., 1:], sharp[..., :-1]
    near = (own < UNLIKE * earlier) & (earlier < UNLIKE * own)
    before = fixed.alike * np.where(near, own, earlier)
    pp[..., 0] += sharp[..., 0] ** 2
    pp[..., 1:] += own * own * fresh
    pp[..., :-1] += before * before * fresh
    ties[0] = ties[0] - own * before * fresh
    sides, misfit = [], np.zeros(shape[:-1])
    for place in (fixed.x, fixed.y):
        seen = (own * place[..., 1:] - before * place[..., :-1]) * fresh
        side = np.zeros((*shape[:-1], size))
        side[..., 0] += sharp[..., 0] ** 2 * place[..., 0]
        side[..., 1:] += own * seen
        side[..., :-1] -= before * seen
        sides.append(side)
        misfit = misfit + (sharp[..., 0] * place[..., 0]) ** 2 + (seen**2 / fresh).sum(-1)
    none = np.zeros_like(sides[0])
    resting = 2 * np.log(STILL_M * speed)
    steps = np.where(walk, 2 * np.log(pace) + 4 * np.log(h) - np.log(12), np.where(rest, resting, 0.0)).sum(-1)
    noise = -2 * np.log(np.where(fixed.known, sharp, 1.0)).sum(-1) - np.log(fresh).sum(-1)
    a, b, c, d = (np.broadcast_to(tie, shape) for tie in ties)
    return (pp, pv, pv, vv), (a, b, c, d), (sides[0], sides[1], none, none), misfit, 2 * (steps + noise)
