"""How the line stands: what was covered in a period, how long ago each piece was last visited, against its limit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from cotmoc.geo.fixes import NO_TIME
from cotmoc.measure.engine.spans import gaps, union
from cotmoc.measure.engine.through import Through, newest_rows
from cotmoc.measure.engine.values import DAY_MS, Floats, Intervals, Spans, Times
from cotmoc.measure.geography import Course, Held

CLASSES = ("a0", "a1", "a2", "a3", "a4", "never")
"""Age over limit: up to 1/2, 1, 3/2, 2, more; and never. The same names as in the legend and the stylesheet."""
BOUNDS = (0.5, 1.0, 1.5, 2.0)
NEVER = len(CLASSES) - 1
SLIVER_M = 1.0
"""A selection written in whole metres does not mean the neighbour that it touches by less."""


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """The held line in pieces of one last visit and one limit; `held` is the place of the stretch in the list."""

    from_m: Floats
    to_m: Floats
    last: Times
    walk: NDArray[np.int64]
    """The walk of the last visit, -1 for none."""
    limit_ms: NDArray[np.int64]
    held: NDArray[np.int64]
    moment: int

    def __len__(self) -> int:
        return len(self.from_m)

    @property
    def metres(self) -> Floats:
        return self.to_m - self.from_m

    @property
    def age_ms(self) -> NDArray[np.int64]:
        """Since the last visit; 0 where there was none: ask `classes` first."""
        return np.where(self.last == NO_TIME, 0, self.moment - np.where(self.last == NO_TIME, self.moment, self.last))

    @property
    def classes(self) -> NDArray[np.int64]:
        """Index into CLASSES; an age of exactly a bound is inside it."""
        return age_classes(self.last, self.moment, self.limit_ms)

    @property
    def late(self) -> NDArray[np.bool_]:
        """Older than the limit, or never visited."""
        return self.classes >= 2

    def take(self, mask: NDArray[np.bool_]) -> Pieces:
        return Pieces(
            self.from_m[mask], self.to_m[mask], self.last[mask], self.walk[mask], self.limit_ms[mask], self.held[mask],
            self.moment,
        )  # fmt: skip


def age_classes(last: Times, moment: int, limit_ms: NDArray[np.int64]) -> NDArray[np.int64]:
    """Index into CLASSES for visits last seen at `last`."""
    older = [last < moment - (limit_ms * bound).astype(np.int64) for bound in BOUNDS]
    return np.where(last == NO_TIME, NEVER, np.sum(older, axis=0, dtype=np.int64))


class Ground:
    """One line, the stretches of it that are asked for, and the presence known at `moment` (ms).

    `selected` cuts the stretches to a part of the line, in metres.
    """

    def __init__(
        self,
        course: Course,
        held: Sequence[Held],
        known: Intervals,
        moment: int,
        selected: tuple[float, float] | None = None,
    ) -> None:
        low, high = selected or (0.0, course.length_m)
        cut = [(one, max(low, one.from_m), min(high, one.to_m)) for one in held]
        self.course, self.moment, self.known = course, moment, known
        least = SLIVER_M if selected else 0.0
        self.held = [one for one, start, stop in cut if stop - start > least]
        self.ends = [(start, stop) for _, start, stop in cut if stop - start > least]

    @property
    def length_m(self) -> float:
        return sum(stop - start for start, stop in self.ends)

    @cached_property
    def limits_ms(self) -> NDArray[np.int64]:
        """The limit of each held stretch."""
        return np.array([one.limit.days * DAY_MS for one in self.held], np.int64)

    def inside(self, intervals: Intervals) -> Intervals:
        """What of the rows lies on the stretches asked for, cut at their ends."""
        parts = [intervals.within(start, stop) for start, stop in self.ends]
        if not parts:
            return Intervals.empty()
        columns = ("group", "from_m", "to_m", "first", "last", "sure")
        return Intervals.of((), *(np.concatenate([getattr(part, name) for part in parts]) for name in columns))

    def union_m(self, intervals: Intervals) -> float:
        """Metres of the stretches that the rows cover together."""
        return sum(self._cut(intervals, start, stop).length_m for start, stop in self.ends)

    @staticmethod
    def _cut(intervals: Intervals, start: float, stop: float) -> Spans:
        rows = intervals.within(start, stop)
        return union(rows.from_m, rows.to_m)

    def gaps(self, intervals: Intervals) -> Iterator[tuple[int, float, float]]:
        """Place of the stretch, from, to: what the rows leave out."""
        for place, (start, stop) in enumerate(self.ends):
            left = gaps(self._cut(intervals, start, stop), start, stop)
            yield from ((place, float(low), float(high)) for low, high in zip(left.from_m, left.to_m, strict=True))

    def shares(self, intervals: Intervals) -> dict[int, float]:
        """Metres that each walk adds to the union, counted from the newest backwards: they sum to `union_m`."""
        rows = self.inside(intervals)
        edges, owner = newest_rows(rows, self.course.length_m)
        added: dict[int, float] = {}
        for row, metres in zip(owner.tolist(), np.diff(edges).tolist(), strict=True):
            if row >= 0:
                walk = int(rows.group[row])
                added[walk] = added.get(walk, 0.0) + metres
        return added

    @cached_property
    def pieces(self) -> Pieces:
        """Ages at the moment, by sure presence."""
        rows = self.inside(self.known.certain(True))
        rows = rows.take(rows.first != NO_TIME)
        edges, owner = newest_rows(rows, self.course.length_m)
        boundaries = np.unique(np.concatenate([edges, *([*ends] for ends in self.ends)]))
        middle = (boundaries[1:] + boundaries[:-1]) / 2
        held = self.held_at(middle)
        walk_row = owner[np.searchsorted(edges, middle, side="right") - 1] if len(owner) else np.full(len(middle), -1)
        last = np.where(walk_row >= 0, np.append(rows.last, NO_TIME)[walk_row], NO_TIME)
        walk = np.where(walk_row >= 0, np.append(rows.group, -1)[walk_row], -1)
        ours = held >= 0
        limit = np.append(self.limits_ms, 0)[held]
        last = np.where(last == NO_TIME, NO_TIME, np.minimum(last, self.moment))
        every = Pieces(boundaries[:-1], boundaries[1:], last, walk, limit, held, self.moment)
        return merged(every.take(ours))

    def of_unit(self, unit: UUID) -> Ground:
        """The part that one unit holds; what is known of the whole is not worked out again."""
        places = [place for place, one in enumerate(self.held) if one.unit == unit]
        part = Ground(self.course, [self.held[place] for place in places], self.known, self.moment)
        renumbered = np.full(len(self.held), -1)
        renumbered[places] = np.arange(len(places))
        mine = self.pieces.take(np.isin(self.pieces.held, places))
        part.__dict__["pieces"] = replace(mine, held=renumbered[mine.held])
        return part

    def by_class(self, place: int) -> dict[str, float]:
        """Metres of one stretch per age class, all classes."""
        mine = self.pieces.take(self.pieces.held == place)
        metres = np.bincount(mine.classes, weights=mine.metres, minlength=len(CLASSES))
        return dict(zip(CLASSES, metres.tolist(), strict=True))

    def held_at(self, chainage: Floats) -> NDArray[np.int64]:
        """The place of the stretch that holds each chainage, -1 for none."""
        found = np.full(len(chainage), -1)
        for place, (start, stop) in enumerate(self.ends):
            found[(start <= chainage) & (chainage < stop)] = place
        return found

    def within_days(self, days: Sequence[int]) -> tuple[list[float], list[float]]:
        """Per stretch: metre-days within the limit, and metre-days in all, each day judged at the moment given (ms)."""
        if not days or not self.held:
            return [0.0] * len(self.held), [0.0] * len(self.held)
        through = self.through(days)
        times = np.zeros(len(through.held))
        for moment, last in zip(days, through.last, strict=True):
            times += last >= moment - through.limit_ms
        good = np.bincount(through.held, weights=through.metres * times, minlength=len(self.held))
        every = np.bincount(through.held, weights=through.metres, minlength=len(self.held)) * len(days)
        return good.tolist(), every.tolist()

    def late_m(self, moments: Sequence[int]) -> list[float]:
        """Metres over their limit, or never visited, at each of the rising moments (ms)."""
        through = self.through(moments)
        return [
            float(through.metres[last < moment - through.limit_ms].sum())
            for moment, last in zip(moments, through.last, strict=True)
        ]

    def through(self, moments: Sequence[int]) -> Followed:
        """The held line in pieces, with the last sure visit of each at each of the rising moments (ms)."""
        rows = self.known.certain(True)
        through = Through(rows.take(rows.first != NO_TIME), self.course.length_m, moments[0])
        edges = np.unique(np.concatenate([through.edges, *([*ends] for ends in self.ends)]))
        held = self.held_at((edges[1:] + edges[:-1]) / 2)
        ours = np.flatnonzero(held >= 0)
        source = np.searchsorted(through.edges, edges[ours], side="right") - 1
        last = (every[source] for every in through.at(moments))
        return Followed(edges[:-1][ours], edges[1:][ours], self.limits_ms[held[ours]], held[ours], last)


@dataclass(frozen=True, slots=True, eq=False)
class Followed:
    """Pieces of the held line; `last` yields their last visits at one moment after the other."""

    from_m: Floats
    to_m: Floats
    limit_ms: NDArray[np.int64]
    held: NDArray[np.int64]
    last: Iterator[Times]

    @property
    def metres(self) -> Floats:
        return self.to_m - self.from_m


def merged(pieces: Pieces) -> Pieces:
    """Neighbours with the same visit and stretch as one piece."""
    if len(pieces) < 2:
        return pieces
    keys = (pieces.last, pieces.walk, pieces.held)
    new = np.logical_or.reduce([key[1:] != key[:-1] for key in keys]) | (pieces.from_m[1:] > pieces.to_m[:-1])
    start = np.concatenate([[0], np.flatnonzero(new) + 1])
    stop = np.append(start[1:], len(pieces)) - 1
    return Pieces(
        pieces.from_m[start], pieces.to_m[stop], pieces.last[start], pieces.walk[start], pieces.limit_ms[start],
        pieces.held[start], pieces.moment,
    )  # fmt: skip
