"""The last visit to each place of the line, followed through time: months of a strip, days of a year."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from cotmoc.geo.fixes import NO_TIME
from cotmoc.measure.engine.ages import last_visits, newest
from cotmoc.measure.engine.values import Floats, Intervals, LastVisits, Times


@dataclass(frozen=True, eq=False)
class Through:
    """Rows of one certainty along a line of `length_m`, asked for at rising moments (ms)."""

    intervals: Intervals
    length_m: float
    since: int
    """The first moment that will be asked for; what lies before is put together once."""

    @cached_property
    def _before(self) -> LastVisits:
        return last_visits(self.intervals, self.length_m, self.since)

    @cached_property
    def _coming(self) -> Intervals:
        """Rows that begin later, or that go on at the first moment, in the order of their beginning."""
        rows = self.intervals.take((self.intervals.last > self.since) & (self.intervals.first != NO_TIME))
        return rows.take(np.argsort(rows.first, kind="stable"))

    @cached_property
    def edges(self) -> Floats:
        """The line cut wherever the last visit can change at any of the moments."""
        ends = [self._before.edges, self._coming.from_m, self._coming.to_m]
        return np.unique(np.clip(np.concatenate(ends), 0, self.length_m))

    def at(self, moments: Sequence[int]) -> Iterator[Times]:
        """The last visit of each piece at each moment; give the moments in rising order, none before `since`.

        A presence that goes on at a moment was last seen then. The array is the iterator's own: copy what you keep.
        """
        if len(self.edges) < 2:
            yield from (np.empty(0, np.int64) for _ in moments)
            return
        before = self._before
        painted = before.last[np.searchsorted(before.edges, self.edges[:-1], side="right") - 1].copy()
        rows = self._coming
        low, high = np.searchsorted(self.edges, rows.from_m), np.searchsorted(self.edges, rows.to_m)
        done = 0
        for moment in moments:
            while done < len(rows) and rows.first[done] <= moment:
                cells = slice(low[done], high[done])
                np.maximum(painted[cells], rows.last[done], out=painted[cells])
                done += 1
            yield np.minimum(painted, moment)


def newest_rows(intervals: Intervals, length_m: float) -> tuple[Floats, np.ndarray]:
    """The line cut where that may change, and the row with the latest presence on each piece; -1 for none.

    What a row holds here is what it adds when rows are counted from the newest backwards, so that parts add up to the
    union. Rows without time come last.
    """
    rows = newest(intervals)
    from_m, to_m = intervals.from_m[rows], intervals.to_m[rows]
    edges = np.unique(np.clip(np.concatenate([[0.0, length_m], from_m, to_m]), 0, length_m))
    owner = np.full(max(0, len(edges) - 1), -1)
    for row, low, high in zip(rows, np.searchsorted(edges, from_m), np.searchsorted(edges, to_m), strict=True):
        owner[low:high] = row
    return edges, owner
