"""Whole tracks to intervals, through the door of the reference."""

import hashlib
from collections import OrderedDict, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cotmoc.geo.fixes import PLACE_UNITS
from cotmoc.geo.line import Line
from cotmoc.measure.engine.fast.geometry import Scratch, box_tree, new_scratch, segment_table
from cotmoc.measure.engine.fast.index import Grid, LineIndex, OutOfGrid, line_index
from cotmoc.measure.engine.fast.kernel import Limits, cover_steps, cover_walks, regular
from cotmoc.measure.engine.fast.runs import Rows, Runs, new_rows, new_runs
from cotmoc.measure.engine.fast.safe import Discs, new_discs
from cotmoc.measure.engine.pieces import Steps, steps, whole_walks
from cotmoc.measure.engine.values import GroupTrack, Intervals, Rules, Times

ERRORS_M = (8.0, 16.0, 64.0)
"""Cells are made for errors up to one of these; a walk with a larger one goes by its steps."""


@dataclass(frozen=True, slots=True, eq=False)
class Walks:
    """Walks one after the other: walk w is fixes start[w]..start[w + 1]; places in units of 1e-7 degree."""

    start: NDArray[np.int64]
    u: NDArray
    v: NDArray
    time: Times
    error: NDArray
    """Metres, known for every fix."""


@dataclass(slots=True)
class Engine:
    """A line made ready for one set of rules. Not for two threads at once: `fork` gives another one on the same index."""

    line: Line
    rules: Rules
    index: LineIndex
    gridded: bool
    error_m: float
    limits: Limits
    runs: Runs
    rows: Rows
    scratch: Scratch
    discs: Discs

    @classmethod
    def of(cls, line: Line, rules: Rules, error_m: float) -> "Engine":
        """Ready for errors up to `error_m`; larger ones are slower."""
        index, gridded = _index(line, rules, error_m)
        return cls._on(line, rules, index, gridded, error_m)

    @classmethod
    def _on(cls, line: Line, rules: Rules, index: LineIndex, gridded: bool, error_m: float) -> "Engine":
        limits = Limits(rules.reach_m, rules.max_gap_s * 1000, rules.max_hop_m, round(rules.grain_s * 1000))
        scratch = new_scratch(len(line.segments))
        return cls(line, rules, index, gridded, error_m, limits, new_runs(1024), new_rows(65_536), scratch, new_discs())

    def fork(self) -> "Engine":
        return Engine._on(self.line, self.rules, self.index, self.gridded, self.error_m)

    def walks(self, walks: Walks) -> Intervals:
        """The rows of regular walks (see `kernel.regular`), numbered by their place; the names are the caller's."""
        parts, done = [], 0
        while done < len(walks.start) - 1:
            began, self.rows.size[0] = done, 0
            done = cover_walks(
                self.index, self.limits, self.runs, self.rows, self.scratch, self.discs, walks.start,
                walks.u, walks.v, walks.time, walks.error, done,
            )  # fmt: skip
            parts.append(self._given())
            if done == began:
                self._grow()
        return Intervals.join((), parts)

    def steps(self, number: int, walked: Steps) -> Intervals:
        """The rows of one walk given as steps."""
        order = np.argsort(walked.last, kind="stable")
        columns = [getattr(walked, name)[order] for name in walked.__slots__]
        self.rows.size[0] = 0
        while not cover_steps(self.index, self.limits, self.runs, self.rows, self.scratch, number, *columns):
            self._grow()
        return self._given()

    def _given(self) -> Intervals:
        rows, size = self.rows, self.rows.size[0]
        columns = (rows.walk, rows.from_m, rows.to_m, rows.first, rows.last, rows.sure)
        return Intervals.of((), *(column[:size].copy() for column in columns))

    def _grow(self) -> None:
        self.runs, self.rows = new_runs(4 * self.runs.left_m.shape[1]), new_rows(4 * len(self.rows.walk))


def cover(line: Line, tracks: Sequence[GroupTrack], rules: Rules) -> Intervals:
    """What `coverage.cover` gives: the same rows, in the same order of groups."""
    by_group: dict[str, list[GroupTrack]] = defaultdict(list)
    for track in tracks:
        by_group[track.group].append(track)
    walks = [whole_walks(members, rules) for members in by_group.values()]
    worst = max((float(w.fixes.accuracy.max()) for group in walks for w in group if len(w.fixes)), default=0.0)
    engine = Engine.of(line, rules, next((size for size in ERRORS_M if worst <= size), 0.0))
    whole = [number for number, group in enumerate(walks) if engine.gridded and _whole(group, engine.error_m)]
    found = engine.walks(_joined([walks[number][0] for number in whole]))
    rows = [Intervals.join((), [])] if not len(found) else [renumbered(found, np.array(whole, np.int64))]
    for number, members in enumerate(by_group.values()):
        if number not in set(whole):
            rows.append(engine.steps(number, steps(members, line.projection, rules)))
    joined = Intervals.join(tuple(by_group), rows)
    return joined.take(np.argsort(joined.group, kind="stable"))


def _whole(walks: Sequence[GroupTrack], error_m: float) -> bool:
    """Whether a group is one regular walk that the cells are made for."""
    if len(walks) != 1 or walks[0].fixes.accuracy.max(initial=0) > error_m:
        return False
    fixes = walks[0].fixes
    return bool(regular(np.array([0, len(fixes)]), fixes.time)[0])


def _joined(walks: Sequence[GroupTrack]) -> Walks:
    start = np.concatenate([[0], np.cumsum([len(walk.fixes) for walk in walks])]).astype(np.int64)
    columns = [np.concatenate([getattr(w.fixes, name) for w in walks] or [[]]) for name in ("lon", "lat")]
    time = np.concatenate([walk.fixes.time for walk in walks] or [np.empty(0, np.int64)])
    error = np.concatenate([walk.fixes.accuracy for walk in walks] or [np.empty(0, np.float32)]).astype(np.float64)
    return Walks(start, columns[0] * PLACE_UNITS, columns[1] * PLACE_UNITS, time, error)


def renumbered(rows: Intervals, number: NDArray[np.int64]) -> Intervals:
    """The same rows, group g called number[g]."""
    return Intervals(rows.groups, number[rows.group], rows.from_m, rows.to_m, rows.first, rows.last, rows.sure)


_KEPT = 8
_indexes: OrderedDict[tuple[str, float, float], tuple[LineIndex, bool]] = OrderedDict()


def _index(line: Line, rules: Rules, error_m: float) -> tuple[LineIndex, bool]:
    """The index of a line, kept for the next call; without cells where these do not suit (False)."""
    s = line.segments
    digest = hashlib.sha256(b"".join(column.tobytes() for column in (s.ax, s.ay, s.bx, s.by, s.from_m, s.to_m)))
    digest.update(repr(line.projection.centre).encode())
    key = (digest.hexdigest(), rules.reach_m + error_m, rules.max_hop_m)
    if key not in _indexes:
        try:
            _indexes[key] = line_index(line, rules.reach_m + error_m, rules.max_hop_m), True
        except OutOfGrid:
            _indexes[key] = LineIndex(segment_table(s), box_tree(s), _no_grid()), False
        while len(_indexes) > _KEPT:
            _indexes.popitem(last=False)
    _indexes.move_to_end(key)
    return _indexes[key]


def _no_grid() -> Grid:
    none, pairs, real = np.empty(0, np.int32), np.empty((0, 2), np.int32), np.empty(0)
    tiles, first = np.full((0, 0), -1, np.int32), np.zeros(1, np.int32)
    return Grid(
        0,
        0,
        tiles,
        np.empty((0, 20)),
        np.empty((0, 2), np.int64),
        none,
        first,
        pairs,
        none,
        np.empty((0, 2)),
        real,
        real,
    )
