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
    before, after = _cut(coupling, slice(0, None, 2)), _cut(coupling, slice(1, None, 2))
    # every odd state has a neighbour before it; of an even number of states the last has none after it
    odd, both = before[0].shape[-1], after[0].shape[-1]
    own, log_det = _inverse(_cut(diagonal, slice(1, None, 2)))
    first = slice(0, both)
    back, ahead = _times(own, _turned(before)), _times(_cut(own, first), after)
    alone = _times(own, _cut(right, slice(1, None, 2)))
    kept, sides = _copied(_cut(diagonal, slice(0, None, 2))), _copied(_cut(right, slice(0, None, 2)))
    _lower(kept, slice(0, odd), _times(before, back))
    _lower(kept, slice(1, both + 1), _times(_turned(after), ahead))
    _lower(sides, slice(0, odd), _times(before, alone))
    _lower(sides, slice(1, both + 1), _times(_turned(after), _cut(alone, first)))
    p, q, r, s = _times(_cut(before, first), ahead)
    states, of_half = solve(kept, (-p, -q, -r, -s), sides)
    _lower(alone, slice(0, odd), _times(back, _cut(states, slice(0, odd))))
    _lower(alone, first, _times(ahead, _cut(states, slice(1, both + 1))))
    return _woven(states, alone), of_half + log_det


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


def _cut(a: Block, part: slice) -> Block:
    return a[0][..., part], a[1][..., part], a[2][..., part], a[3][..., part]


def _copied(a: Block) -> Block:
    return a[0].copy(), a[1].copy(), a[2].copy(), a[3].copy()


def _lower(a: Block, part: slice, by: Block) -> None:
    """Take something off some of the states, in place."""
    for entry, amount in zip(a, by, strict=True):
        entry[..., part] -= amount


def _woven(even: Block, odd: Block) -> Block:
    """Even and odd ones in their order again."""
    p, q, r, s = (np.empty((*e.shape[:-1], e.shape[-1] + o.shape[-1])) for e, o in zip(even, odd, strict=True))
    for out, e, o in zip((p, q, r, s), even, odd, strict=True):
        out[..., 0::2], out[..., 1::2] = e, o
    return p, q, r, s
