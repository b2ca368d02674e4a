"""A line made ready, and walks measured against it: what the door `survey` and the archives call."""

import hashlib
import math
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cotmoc.geo.line import Line
from cotmoc.measure.engine.fast.bundles import Fixes, new_grain
from cotmoc.measure.engine.fast.index import LineIndex, is_gridded, line_index
from cotmoc.measure.engine.fast.kernel import Bench, Columns, cover_steps, cover_walks, regular
from cotmoc.measure.engine.fast.posts import new_open, new_visits
from cotmoc.measure.engine.fast.stretches import Limits, new_rows, new_stretches
from cotmoc.measure.engine.pieces import Steps
from cotmoc.measure.engine.survey import Posts, Survey
from cotmoc.measure.engine.values import Intervals, MarkerVisits, Rules

ERRORS_M = (8.0, 16.0, 64.0)
"""Cells are made for errors up to one of these; a walk with a larger one goes by its steps."""
BUNDLES = 1024


@dataclass(frozen=True, slots=True, eq=False)
class Walks:
    """Walks one after the other: walk w is fixes start[w]..start[w + 1]."""

    start: NDArray[np.int64]
    fixes: Fixes

    @classmethod
    def of(cls, start: ArrayLike, u: ArrayLike, v: ArrayLike, time: ArrayLike, error: ArrayLike) -> "Walks":
        """Places in units of 1e-7 degree, ms, metres. All of one type, and read-only: the pass is compiled for one kind."""
        columns = zip((start, u, v, time, error), (np.int64, np.float64, np.float64, np.int64, np.float32), strict=True)
        first, *fixes = (_read_only(np.asarray(column, kind)) for column, kind in columns)
        return cls(first, Fixes(*fixes))


def _read_only(column: NDArray) -> NDArray:
    seen = np.ascontiguousarray(column).view()
    seen.flags.writeable = False
    return seen


NONE = Walks.of([0], [], [], [], [])


@dataclass(slots=True)
class Engine:
    """A line and posts made ready for one set of rules and reaches. Not for two threads at once: `fork` gives another one
    on the same index."""

    line: Line
    rules: Rules
    posts: Posts
    index: LineIndex
    limits: Limits
    error_m: float
    """Walks with a larger error go by their steps; so do all where this is below zero, for want of cells."""
    room: int
    bench: Bench

    @classmethod
    def of(cls, line: Line, rules: Rules, error_m: float, reaches_m: Sequence[float], posts: Posts) -> "Engine":
        """Ready for errors up to `error_m`; larger ones are slower."""
        reaches = np.array(reaches_m, np.float64)
        far = max(reaches.max(initial=0.0), posts.reach_m)
        widest = far + error_m
        index = _index(line, posts, widest, rules.max_hop_m)
        grain_ms, pause_ms = round(rules.grain_s * 1000), round(rules.pause_s * 1000)
        limits = Limits(
            reaches, float(far), float(widest), math.floor(rules.max_gap_s * 1000), float(rules.max_hop_m), grain_ms,
            float(posts.reach_m), pause_ms, False,
        )  # fmt: skip
        most = error_m if is_gridded(index) else -1.0
        return cls(line, rules, posts, index, limits, most, BUNDLES, _bench(index, limits, BUNDLES))

    def fork(self) -> "Engine":
        return replace(self, bench=_bench(self.index, self.limits, self.room))

    def regular(self, walks: Walks) -> NDArray[np.bool_]:
        """Which walks can be taken as they are; the others go by `steps`."""
        return regular(walks.start, walks.fixes.time, walks.fixes.error, self.error_m)

    def walks(self, walks: Walks) -> Survey:
        """What regular walks covered and met, numbered by their place; the names are the caller's."""
        parts, done = [], 0
        while done < len(walks.start) - 1:
            began, self.bench.rows.size[0], self.bench.visits.size[0] = done, 0, 0
            done = cover_walks(self.index, self.limits, self.bench, walks.start, walks.fixes, done)
            parts.append(self._given())
            if done == began:
                self._grow()
        return join((), parts) if parts else self.nothing()

    def steps(self, number: int, walked: Steps) -> tuple[Intervals, ...]:
        """The rows of one walk given as steps, for each reach."""
        order = np.argsort(walked.last, kind="stable")
        columns = Columns(*(getattr(walked, name)[order] for name in walked.__slots__))
        widest = float(self.limits.reach_m.max(initial=0.0) + walked.error.max(initial=0.0))
        limits = self.limits._replace(widest_m=widest, overlap=True)
        self.bench.rows.size[0] = self.bench.visits.size[0] = 0
        while not cover_steps(self.index, limits, self.bench, number, columns, NONE.fixes):
            self._grow()
        return self._given().intervals

    def _given(self) -> Survey:
        rows, size = self.bench.rows, self.bench.rows.size[0]
        by_reach = []
        for reach in range(len(self.limits.reach_m)):
            mine = np.flatnonzero(rows.column[:size] // 2 == reach)
            walk, first, last = rows.walk[mine], rows.first[mine], rows.last[mine]
            sure = rows.column[mine] % 2 == 1
            by_reach.append(Intervals((), walk, rows.from_m[mine], rows.to_m[mine], first, last, sure))
        met, size = self.bench.visits, self.bench.visits.size[0]
        some = slice(size)
        sure = met.sure_m[some] <= self.posts.reach_m
        visits = MarkerVisits(
            (), met.post[some].copy(), met.walk[some].copy(), met.enter[some].copy(), met.leave[some].copy(),
            met.nearest_m[some].copy(), met.inside_ms[some] / 1000, sure,
        )  # fmt: skip
        return Survey(tuple(by_reach), visits)

    def nothing(self) -> Survey:
        """What no walk covers and meets."""
        return Survey(tuple(Intervals.empty() for _ in self.limits.reach_m), MarkerVisits.empty(()))

    def _grow(self) -> None:
        self.room *= 4
        self.bench = _bench(self.index, self.limits, self.room)


def _bench(index: LineIndex, limits: Limits, room: int) -> Bench:
    things = index.things
    return Bench(
        new_grain(len(things.mx), room), new_stretches(2 * len(limits.reach_m), room), new_rows(64 * room),
        new_visits(room), new_open(len(things.mx) - len(things.ax)),
    )  # fmt: skip


def join(groups: tuple[str, ...], parts: Sequence[Survey]) -> Survey:
    """The rows and visits of all parts, one after the other, whose numbers are those of `groups`."""
    intervals = tuple(Intervals.join(groups, rows) for rows in zip(*(part.intervals for part in parts), strict=True))
    return Survey(intervals, MarkerVisits.join(groups, [part.visits for part in parts]))


def renumbered(found: Survey, number: NDArray[np.int64]) -> Survey:
    """The same, group g called number[g]."""
    intervals = tuple(replace(rows, group=number[rows.group]) for rows in found.intervals)
    return Survey(intervals, replace(found.visits, group=number[found.visits.group]))


_KEPT = 8
_indexes: OrderedDict[tuple[str, float, float], LineIndex] = OrderedDict()
_one_at_a_time = threading.Lock()


def _index(line: Line, posts: Posts, widest_m: float, hop_m: float) -> LineIndex:
    """The index of a line and posts, kept for the next call."""
    s = line.segments
    columns = (s.ax, s.ay, s.bx, s.by, s.from_m, s.to_m, np.asarray(posts.lon, float), np.asarray(posts.lat, float))
    digest = hashlib.sha256(b"".join(column.tobytes() for column in columns))
    digest.update(repr((line.projection.centre, len(posts))).encode())
    key = (digest.hexdigest(), float(widest_m), float(hop_m))
    with _one_at_a_time:
        if key not in _indexes:
            x, y = line.projection.to_metres(np.asarray(posts.lon, float), np.asarray(posts.lat, float))
            _indexes[key] = line_index(line, x, y, widest_m, hop_m)
            while len(_indexes) > _KEPT:
                _indexes.popitem(last=False)
        _indexes.move_to_end(key)
        return _indexes[key]
