"""What the rivals work on, all the same: an archive's fixes as unbroken lines in flat metres, the line in pieces.

Plain numpy, shapely and PROJ, nothing of our engines: reading, projecting and cutting are done for every rival by this
code and count in its time. `+approx` is PROJ's faster transverse Mercator: 1e-9 m from the other here.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import shapely
from numpy.typing import NDArray
from pyproj import Proj

from cotmoc.geo.line import Line

Floats = NDArray[np.float64]
Index = NDArray[np.int64]
Shapes = NDArray[np.object_]

MAX_GAP_MS = 300_000
MAX_HOP_M = 300.0
RADIUS_M = 105.0
"""The reach and the error of every fix of the generator: possible coverage."""
LADDER_M = (128.0, 16.0, 2.0)
"""Widths of the pieces the line is cut into, each a whole part of the one before; the last says how exact a rival is."""


@dataclass(frozen=True, slots=True)
class Part:
    """One row group of one file, the piece of work of every engine."""

    path: Path
    row_group: int


def parts_of(archive: Path) -> list[Part]:
    files = sorted(archive.glob("*.parquet"))
    return [Part(path, number) for path in files for number in range(pq.ParquetFile(path).num_row_groups)]


def patrol_count(path: Path) -> int:
    """How many patrols a file holds."""
    return len(json.loads(pq.ParquetFile(path).metadata.metadata[b"groups"]))


@dataclass(frozen=True, slots=True, eq=False)
class Ways:
    """The fixes of a part in flat metres; `piece` numbers the unbroken pieces, `first` and `last` are their fixes."""

    patrol: Index
    x: Floats
    y: Floats
    piece: Index
    first: Index
    last: Index

    def runs(self, steps: int) -> tuple[Index, Shapes]:
        """Patrol and line of every run of at most so many steps; a lone fix is a line from it to itself."""
        since = np.arange(len(self.x)) - self.first[self.piece]
        alone = self.first == self.last
        begin = np.flatnonzero(
            (since % steps == 0) & ((np.arange(len(self.x)) < self.last[self.piece]) | alone[self.piece])
        )
        end = np.minimum(begin + steps, self.last[self.piece[begin]])
        return self.patrol[begin], self._lines(begin, end)

    def patrols(self) -> tuple[Index, Shapes]:
        """Patrol and all of its pieces as one geometry."""
        owner = self.patrol[self.first]
        numbers, place = np.unique(owner, return_inverse=True)
        return numbers, shapely.multilinestrings(self._lines(self.first, self.last), indices=place)

    def _lines(self, begin: Index, end: Index) -> Shapes:
        size = np.maximum(end - begin + 1, 2)
        row = np.repeat(np.arange(len(begin)), size)
        at = np.arange(len(row)) - np.repeat(np.cumsum(size) - size, size) + begin[row]
        at = np.minimum(at, end[row])
        return np.asarray(shapely.linestrings(np.column_stack([self.x[at], self.y[at]]), indices=row))


def ways_of(line: Line, part: Part) -> Ways:
    """Read one row group, project it, break it at gaps and hops."""
    table = pq.ParquetFile(part.path).read_row_group(
        part.row_group, columns=["group", "time", "lon", "lat"], use_threads=False
    )
    patrol, time, u, v = (table.column(name).to_numpy() for name in ("group", "time", "lon", "lat"))
    lon, lat = line.projection.centre
    plane = Proj(proj="tmerc", lat_0=lat, lon_0=lon, k=1, ellps="WGS84", approx=True)
    x, y = plane(u / 1e7, v / 1e7)
    broken = (np.diff(time) > MAX_GAP_MS) | (np.hypot(np.diff(x), np.diff(y)) > MAX_HOP_M) | (np.diff(patrol) != 0)
    piece = np.concatenate([[0], np.cumsum(broken)])
    first = np.flatnonzero(np.diff(piece, prepend=-1))
    return Ways(patrol.astype(np.int64), x, y, piece, first, np.append(first[1:], len(x)) - 1)


@dataclass(frozen=True, slots=True, eq=False)
class Rung:
    """The line in pieces of one width: the place in the middle of each, half its length, its piece one rung up."""

    middle: Shapes
    half_m: Floats
    parent: Index

    def __len__(self) -> int:
        return len(self.middle)


def ladder(line: Line, widths: tuple[float, ...] = LADDER_M) -> list[Rung]:
    """A piece lies wholly within the radius when its middle is nearer than the radius less its half, wholly beyond it
    when its middle is further than the radius and its half: only the others are looked at by the next rung.
    """
    rungs = []
    for above, width in zip((widths[0], *widths), widths, strict=False):
        edges = [np.append(np.arange(begin, end, width), end) for begin, end in _part_ends(line)]
        low, high = np.concatenate([e[:-1] for e in edges]), np.concatenate([e[1:] for e in edges])
        coarser = np.cumsum([0, *(-(-(len(e) - 1) // round(above / width)) for e in edges)])
        parent = [
            first + np.arange(len(e) - 1) // round(above / width) for first, e in zip(coarser, edges, strict=False)
        ]
        middle = line.projection.to_metres(*line.point_at((low + high) / 2))
        rungs.append(Rung(shapely.points(*middle), (high - low) / 2, np.concatenate(parent)))
    return rungs


def _part_ends(line: Line) -> list[tuple[float, float]]:
    """From where to where each part of the line runs: no piece lies in two of them."""
    s = line.segments
    first = np.flatnonzero(np.diff(s.part, prepend=-1))
    last = np.append(first[1:], len(s)) - 1
    return list(zip(s.from_m[first].tolist(), s.to_m[last].tolist(), strict=True))
