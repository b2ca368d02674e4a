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

from cotmoc.measure.engine.chain import Block, Solved, solve
from cotmoc.measure.engine.values import Flags, Floats

WALK, REST, BREAK = 0, 1, 2
ANY_PLACE_M = 1e4
ANY_SPEED = 30.0
"""m/s: says nothing about the speed after a break."""
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
    solved = solve(diagonal, coupling, right, spreads=False)
    explained = [(side * mean).sum(-1) for side, mean in zip(right, solved.mean, strict=True)]
    return misfit - np.sum(explained, axis=0), size + 2 * solved.log_det


def smoothed(fixed: Fixed, pace: Floats) -> Solved:
    """The states given all fixes."""
    diagonal, coupling, right, _, _ = _system(fixed, pace, ANY_SPEED)
    return solve(diagonal, coupling, right)


def answering(fixed: Fixed, pace: Floats, right: Block) -> Block:
    """The covariance of the states times a right side: what a change of it would move."""
    diagonal, coupling, _, _, _ = _system(fixed, pace, ANY_SPEED)
    return solve(diagonal, coupling, right, spreads=False).mean


def unrest(solved: Solved, h: Floats) -> Floats:
    """Expected energy of each interval's step, both axes: 4 q where it is a walk of strength q."""
    (px, py, vx, vy), (pp, pv, _, vv), (pp1, pv1, vp1, vv1) = solved.mean, solved.spread, solved.link
    far = pp[..., 1:] + pp[..., :-1] + h * h * vv[..., :-1] + 2 * h * pv[..., :-1] - 2 * pp1 - 2 * h * vp1
    both = pv[..., 1:] - vp1 - pv1 + pv[..., :-1] + h * (vv[..., :-1] - vv1)
    turn = vv[..., 1:] + vv[..., :-1] - 2 * vv1
    far, both, turn = 2 * far, 2 * both, 2 * turn
    for p, v in ((px, vx), (py, vy)):
        step, change = p[..., 1:] - p[..., :-1] - h * v[..., :-1], v[..., 1:] - v[..., :-1]
        far, both, turn = far + step**2, both + step * change, turn + change**2
    return 12 / h**3 * far - 12 / h**2 * both + 4 / h * turn


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
    own, before = sharp[..., 1:], fixed.alike * sharp[..., :-1]
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
