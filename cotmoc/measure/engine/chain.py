"""Many small unknowns in a row, each tied to its two neighbours: solved all at once instead of one after the other.

A Gaussian chain has states of two numbers (place, speed); its precision matrix is block tridiagonal. Every second state
is eliminated, which leaves a chain of half the length, until one state is left; the way back gives the others. The
answer is that of a Kalman filter with the smoother of Rauch, Tung & Striebel (1965), got in about 2 log2(n) passes over
whole arrays instead of 2 n small steps (block cyclic reduction: Golub & Van Loan, Matrix Computations, 4.5.4).
"""

import numpy as np

from cotmoc.measure.engine.values import Floats

Block = tuple[Floats, Floats, Floats, Floats]
"""2 x 2 matrices by their entries (upper left, upper right, lower left, lower right), each an array (..., n)."""


def solve(diagonal: Block, coupling: Block, right: Block) -> tuple[Block, Floats]:
    """The states, and the logarithm of the determinant, shape (...).

    `diagonal` are the blocks of n states (..., n), `coupling` those between neighbours (..., n - 1); a right side and a
    state have two columns, one for each axis.
    """
    size = diagonal[0].shape[-1]
    if size == 1:
        inverse, log_det = _inverse(diagonal)
        return _times(inverse, right), log_det
    lacking = size % 2 == 0  # the last odd state has no right neighbour: give it one that is tied to nothing
    if lacking:
        diagonal = _longer(diagonal, (1.0, 0.0, 0.0, 1.0))
        coupling, right = _longer(coupling), _longer(right)
    even, odd, before, after = slice(0, None, 2), slice(1, None, 2), slice(None, -1), slice(1, None)
    left, next_ = _cut(coupling, even), _cut(coupling, odd)
    own, log_det = _inverse(_cut(diagonal, odd))
    back, ahead, alone = _times(own, _turned(left)), _times(own, next_), _times(own, _cut(right, odd))
    kept = _lowered(_cut(diagonal, even), _times(left, back), _times(_turned(next_), ahead))
    sides = _lowered(_cut(right, even), _times(left, alone), _times(_turned(next_), alone))
    ties = _minus(_times(left, ahead))
    if lacking:
        kept, sides, ties = (_cut(block, before) for block in (kept, sides, ties))
    states, of_half = solve(kept, ties, sides)
    if lacking:
        states = _longer(states)
    middle = _less(_less(alone, _times(back, _cut(states, before))), _times(ahead, _cut(states, after)))
    return _cut(_woven(states, middle), slice(0, size)), of_half + log_det


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
