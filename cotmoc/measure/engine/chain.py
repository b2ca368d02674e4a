"""Many small unknowns in a row, each tied to its two neighbours: solved all at once instead of one after the other.

A Gaussian chain has states of two numbers (place, speed); its precision matrix is block tridiagonal. Every second state
is eliminated, which leaves a chain of half the length, until one state is left; then the way back gives the means,
the covariances of each state and of neighbours, and the determinant. The work is that of a Kalman filter with its
Rauch-Tung-Striebel smoother, but as about 2 log2(n) passes over whole arrays (block cyclic reduction: Golub & Van Loan,
Matrix Computations, 4.5.4; the covariances as Takahashi et al. 1973 take them from a sparse factor).
"""

from dataclasses import dataclass

import numpy as np

from cotmoc.measure.engine.values import Floats

Block = tuple[Floats, Floats, Floats, Floats]
"""2 x 2 matrices by their entries (upper left, upper right, lower left, lower right), each an array (..., n)."""


@dataclass(frozen=True, slots=True, eq=False)
class Solved:
    """`mean` of each state, `spread` its covariance, `link` the covariance of each state with the next one.

    `log_det` is that of the precision matrix, shape (...).
    """

    mean: Block
    spread: Block
    link: Block
    log_det: Floats


def solve(diagonal: Block, coupling: Block, right: Block, spreads: bool = True) -> Solved:
    """The chain with these diagonal blocks (..., n), blocks between neighbours (..., n - 1) and right sides.

    A right side has two columns, one for each axis. Without `spreads` only means and the determinant are right.
    """
    size = diagonal[0].shape[-1]
    if size == 1:
        inverse, log_det = _inverse(diagonal)
        return Solved(_times(inverse, right), inverse, _cut(inverse, slice(0, 0)), log_det)
    lacking = size % 2 == 0  # the last odd state has no right neighbour: give it one that is tied to nothing
    if lacking:
        diagonal = _longer(diagonal, (1.0, 0.0, 0.0, 1.0))
        coupling, right = _longer(coupling), _longer(right)
    left, rest = _cut(coupling, slice(0, None, 2)), _cut(coupling, slice(1, None, 2))
    own, log_det = _inverse(_cut(diagonal, slice(1, None, 2)))
    back, ahead = _times(own, _turned(left)), _times(own, rest)
    alone = _times(own, _cut(right, slice(1, None, 2)))
    even = slice(0, None, 2)
    kept = _lowered(_cut(diagonal, even), _times(left, back), _times(_turned(rest), ahead))
    sides = _lowered(_cut(right, even), _times(left, alone), _times(_turned(rest), alone))
    ties = _minus(_times(left, ahead))
    if lacking:
        kept, sides, ties = (_cut(block, slice(None, -1)) for block in (kept, sides, ties))
    half = solve(kept, ties, sides, spreads)
    mean, spread, link = half.mean, half.spread, half.link
    if lacking:
        mean, spread, link = _longer(mean), _longer(spread), _longer(link)
    before, after = slice(None, -1), slice(1, None)
    middle = _less(_less(alone, _times(back, _cut(mean, before))), _times(ahead, _cut(mean, after)))
    means = _cut(_woven(mean, middle), slice(0, size))
    if not spreads:
        return Solved(means, diagonal, coupling, half.log_det + log_det)
    with_left = _minus(_plus(_times(back, _cut(spread, before)), _times(ahead, _turned(link))))
    with_right = _minus(_plus(_times(back, link), _times(ahead, _cut(spread, after))))
    inner = _less(_less(own, _times(with_left, _turned(back))), _times(with_right, _turned(ahead)))
    return Solved(
        means,
        _cut(_woven(spread, inner), slice(0, size)),
        _cut(_woven(_turned(with_left), with_right), slice(0, size - 1)),
        half.log_det + log_det,
    )


def _times(a: Block, b: Block) -> Block:
    return (
        a[0] * b[0] + a[1] * b[2],
        a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3],
    )


def _inverse(a: Block) -> tuple[Block, Floats]:
    """The inverse and the summed logarithm of the determinants."""
    size = a[0] * a[3] - a[1] * a[2]
    return (a[3] / size, -a[1] / size, -a[2] / size, a[0] / size), np.log(size).sum(-1)


def _turned(a: Block) -> Block:
    return a[0], a[2], a[1], a[3]


def _plus(a: Block, b: Block) -> Block:
    return a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]


def _less(a: Block, b: Block) -> Block:
    return a[0] - b[0], a[1] - b[1], a[2] - b[2], a[3] - b[3]


def _minus(a: Block) -> Block:
    return -a[0], -a[1], -a[2], -a[3]


def _cut(a: Block, part: slice) -> Block:
    return a[0][..., part], a[1][..., part], a[2][..., part], a[3][..., part]


def _longer(a: Block, by: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)) -> Block:
    """One block more at the end."""
    p, q, r, s = (
        np.concatenate([entry, np.full((*entry.shape[:-1], 1), value)], axis=-1)
        for entry, value in zip(a, by, strict=True)
    )
    return p, q, r, s


def _lowered(a: Block, ahead: Block, behind: Block) -> Block:
    """Every state but the last less what its right neighbour brings, every state but the first less its left one's."""
    p, q, r, s = (entry.copy() for entry in a)
    for entry, right, left in zip((p, q, r, s), ahead, behind, strict=True):
        entry[..., :-1] -= right
        entry[..., 1:] -= left
    return p, q, r, s


def _woven(even: Block, odd: Block) -> Block:
    """Even and odd ones in their order again."""
    p, q, r, s = (np.empty((*e.shape[:-1], e.shape[-1] + o.shape[-1])) for e, o in zip(even, odd, strict=True))
    for out, e, o in zip((p, q, r, s), even, odd, strict=True):
        out[..., 0::2], out[..., 1::2] = e, o
    return p, q, r, s
