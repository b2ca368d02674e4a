"""Which steps of a walk come near which things: an index first, boxes second, exact geometry afterwards."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from cotmoc.measure.engine.pieces import Steps
from cotmoc.measure.engine.values import Flags, Floats

CHUNK = 8
"""So many consecutive steps are asked for in the index together."""


@dataclass(frozen=True, slots=True, eq=False)
class Boxes:
    """Boxes in flat metres."""

    left: Floats
    bottom: Floats
    right: Floats
    top: Floats

    @classmethod
    def around(cls, ax: Floats, ay: Floats, bx: Floats, by: Floats) -> "Boxes":
        return cls(np.minimum(ax, bx), np.minimum(ay, by), np.maximum(ax, bx), np.maximum(ay, by))

    def grown(self, margin: Floats) -> "Boxes":
        return Boxes(self.left - margin, self.bottom - margin, self.right + margin, self.top + margin)

    def chunks(self, size: int) -> "Boxes":
        """One box around each `size` consecutive ones."""
        at = np.arange(0, len(self.left), size)
        low, high = np.minimum.reduceat, np.maximum.reduceat
        return Boxes(low(self.left, at), low(self.bottom, at), high(self.right, at), high(self.top, at))

    def meet(self, mine: NDArray[np.int64], others: "Boxes", theirs: NDArray[np.int64]) -> Flags:
        """Whether box `mine[i]` meets box `theirs[i]` of the others."""
        return (
            (self.left[mine] <= others.right[theirs])
            & (self.right[mine] >= others.left[theirs])
            & (self.bottom[mine] <= others.top[theirs])
            & (self.top[mine] >= others.bottom[theirs])
        )


class Things:
    """Things beside which one may walk (segments of a line, markers), by their boxes."""

    def __init__(self, boxes: Boxes) -> None:
        self.boxes = boxes
        self._tree = shapely.STRtree(shapely.box(boxes.left, boxes.bottom, boxes.right, boxes.top))

    def near(self, steps: Steps, reach: Floats) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Pairs (step, thing) whose boxes are within the step's reach; every truly near pair is among them."""
        if not len(steps) or not len(self.boxes.left):
            return np.empty(0, np.int64), np.empty(0, np.int64)
        around = Boxes.around(steps.ax, steps.ay, steps.bx, steps.by).grown(reach)
        chunks = around.chunks(CHUNK)
        chunk, thing = self._tree.query(shapely.box(chunks.left, chunks.bottom, chunks.right, chunks.top))
        step = (chunk[:, None] * CHUNK + np.arange(CHUNK)).ravel()
        thing = np.repeat(thing, CHUNK)
        inside = step < len(steps)
        step, thing = step[inside], thing[inside]
        meet = around.meet(step, self.boxes, thing)
        return step[meet], thing[meet]
