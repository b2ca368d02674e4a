"""Places beside a line: (chainage, offset) to degrees, with the offset to the line's left, smoothly round its bends."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cotmoc.geo.line import Line

Floats = NDArray[np.float64]

GRID_M = 25.0
SMOOTH_M = 400.0
"""The heading is taken over twice this length: a path a kilometre beside the line must not swing with each small bend."""


@dataclass(frozen=True)
class Course:
    """A line as somebody walks or sails along it. Its left is home: Vietnam on the land border, the sea on a coast."""

    line: Line

    @property
    def length_m(self) -> float:
        return self.line.length_m

    @cached_property
    def _grid(self) -> tuple[Floats, Floats, Floats]:
        """Chainages and the unit vector to the left at each, in flat metres."""
        at = np.arange(0.0, self.length_m + GRID_M, GRID_M)
        behind = self._flat(np.clip(at - SMOOTH_M, 0, self.length_m))
        ahead = self._flat(np.clip(at + SMOOTH_M, 0, self.length_m))
        east, north = ahead[0] - behind[0], ahead[1] - behind[1]
        length = np.hypot(east, north)
        return at, -north / length, east / length

    def _flat(self, chainage: Floats) -> tuple[Floats, Floats]:
        return self.line.projection.to_metres(*self.line.point_at(chainage))

    def flat(self, chainage: ArrayLike, offset: ArrayLike) -> tuple[Floats, Floats]:
        """Flat metres (x, y) of points so far along the line and so far to its left."""
        along, left = np.atleast_1d(np.asarray(chainage, float)), np.asarray(offset, float)
        at, left_x, left_y = self._grid
        x, y = self._flat(np.clip(along, 0, self.length_m))
        return x + left * np.interp(along, at, left_x), y + left * np.interp(along, at, left_y)

    def degrees(self, chainage: ArrayLike, offset: ArrayLike) -> tuple[Floats, Floats]:
        """Longitude and latitude of the same."""
        return self.line.projection.to_degrees(*self.flat(chainage, offset))
