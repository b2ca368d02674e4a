"""What the coverage engines take and give.

All are plain frozen values; columns of one object have one length, and empty is an ordinary case everywhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cotmoc.geo.fixes import NO_TIME, Fixes

Floats = NDArray[np.float64]
Times = NDArray[np.int64]
"""Milliseconds since 1970-01-01 UTC, `NO_TIME` where unknown."""
Flags = NDArray[np.bool_]

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
MERGE_M = 1e-3
"""A gap of chainage under a millimetre is arithmetic, not ground: intervals on both sides of it are one."""

ROW_COLUMNS = ("group", "from_m", "to_m", "first", "last", "sure")
"""The columns of `Intervals`, in its order."""
VISIT_COLUMNS = ("marker", "group", "enter", "leave", "nearest_m", "dwell_s", "sure")
"""The columns of `MarkerVisits`, in its order."""


@dataclass(frozen=True, slots=True)
class Limits:
    """When a fix is taken for false (see `cleaning`). All are assumptions of this program, none a rule found in a text."""

    fastest_ms: float = 10.0
    """Metres per second, the errors of both fixes taken off: to a false fix and back one is faster than this."""
    impossible_ms: float = 50.0
    """Nothing that a patrol uses is faster."""
    times_around: float = 4.0
    """... and so many times as fast as just before, just after and past the false fix."""
    most_in_row: int = 3
    """So many fixes beside each other may be false."""
    most_share: float = 0.05
    """Where more than this share of a walk would be false, nothing is left out."""
    fewest: int = 20
    """A walk of fewer fixes tells too little to judge one of them."""


@dataclass(frozen=True, slots=True)
class Rules:
    """How fixes become coverage. Every default is to be set by the command, none is a rule found in a text."""

    reach_m: float = 100.0
    """A point of the line is covered when the track passes within this distance, limit included."""
    max_gap_s: float = 300.0
    """A longer time between two fixes breaks the track; exactly this long does not."""
    max_hop_m: float = 300.0
    """A longer distance between two fixes breaks the track; exactly this far does not."""
    accuracy_m: float | None = None
    """Assumed for fixes that carry none; None takes the default of the kind of source."""
    pause_s: float = 1800.0
    """Two presences of one group at one place, apart no longer than this, are one visit."""
    grain_s: float = 3600.0
    """One row of `Intervals` holds at most this much of a walk, so that times along the line are right to it."""
    cleaning: Limits | None = Limits()
    """When a fix is false and left out; None keeps every fix."""

    def __post_init__(self) -> None:
        named = [f.name for f in fields(self) if f.name != "cleaning" and getattr(self, f.name) is not None]
        amounts = {name: getattr(self, name) for name in named}
        wrong = [name for name, amount in amounts.items() if not (np.isfinite(amount) and amount >= 0)]
        if wrong or self.grain_s <= 0:
            raise ValueError(f"rules need finite amounts of zero or more: {', '.join(wrong) or 'grain_s'}")


@dataclass(frozen=True, slots=True, eq=False)
class GroupTrack:
    """One file's track and the group (patrol) whose presence it shows. `source` is the kind of file: gpx, fit, ..."""

    group: str
    fixes: Fixes
    source: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Intervals:
    """Rows of presence: the group with number `group` in `groups` covered `from_m..to_m` between `first` and `last`.

    Per group and certainty the union of the rows is exact. A row holds at most one grain of time (`Rules.grain_s`), so
    rows of one group touch and overlap. `sure` rows lie inside the possible ones, which are the rows where `sure` is
    False: every presence is in the table once as possible and, where the accuracy allows it, once as sure.
    """

    groups: tuple[str, ...]
    group: NDArray[np.int64]
    from_m: Floats
    to_m: Floats
    first: Times
    last: Times
    sure: Flags

    @classmethod
    def of(
        cls,
        groups: Sequence[str],
        group: ArrayLike,
        from_m: ArrayLike,
        to_m: ArrayLike,
        first: ArrayLike,
        last: ArrayLike,
        sure: ArrayLike,
    ) -> Self:
        """From anything numpy takes, e.g. stored rows."""
        return cls(
            tuple(groups),
            np.asarray(group, np.int64),
            np.asarray(from_m, np.float64),
            np.asarray(to_m, np.float64),
            np.asarray(first, np.int64),
            np.asarray(last, np.int64),
            np.asarray(sure, np.bool_),
        )

    @classmethod
    def empty(cls, groups: Sequence[str] = ()) -> Self:
        return cls.of(groups, [], [], [], [], [], [])

    @classmethod
    def join(cls, groups: Sequence[str], parts: Sequence["Intervals"]) -> Self:
        """The rows of all parts, one after the other, whose numbers are those of `groups`."""
        if not parts:
            return cls.empty(groups)
        columns = (np.concatenate([getattr(part, name) for part in parts]) for name in ROW_COLUMNS)
        return cls(tuple(groups), *columns)

    def __len__(self) -> int:
        return len(self.from_m)

    def take(self, index: ArrayLike) -> Self:
        """The rows at these positions, or where a mask is true; the group names stay as they are."""
        return replace(self, **{name: getattr(self, name)[index] for name in ROW_COLUMNS})

    def certain(self, sure: bool) -> Self:
        """Only the sure rows, or only the possible ones."""
        return self.take(self.sure == sure)

    def during(self, since: int | None = None, until: int | None = None) -> Self:
        """Rows whose presence began in [since, until), in ms; rows without time only when there is no bound."""
        if since is None and until is None:
            return self
        low = NO_TIME + 1 if since is None else since
        high = np.iinfo(np.int64).max if until is None else until
        return self.take((self.first >= low) & (self.first < high))

    def of_group(self, group: str) -> Self:
        """Only the rows of one group."""
        index = self.groups.index(group) if group in self.groups else -1
        return self.take(self.group == index)

    def within(self, from_m: float, to_m: float) -> Self:
        """What lies between two chainages, cut at them."""
        rows = self.take((self.to_m >= from_m) & (self.from_m <= to_m))
        return replace(rows, from_m=np.maximum(rows.from_m, from_m), to_m=np.minimum(rows.to_m, to_m))


@dataclass(frozen=True, slots=True, eq=False)
class Spans:
    """Disjoint stretches of chainage in rising order, in metres; a span of no length is a touch."""

    from_m: Floats
    to_m: Floats

    def __len__(self) -> int:
        return len(self.from_m)

    @property
    def length_m(self) -> float:
        return float(np.sum(self.to_m - self.from_m))


@dataclass(frozen=True, slots=True, eq=False)
class Covered:
    """How much of a stretch was covered: metres and share of its length; share NaN where the stretch has none."""

    length_m: float
    sure_m: float
    possible_m: float

    @property
    def sure_share(self) -> float:
        return self.sure_m / self.length_m if self.length_m else float("nan")

    @property
    def possible_share(self) -> float:
        return self.possible_m / self.length_m if self.length_m else float("nan")


@dataclass(frozen=True, slots=True, eq=False)
class LastVisits:
    """The line from 0 to its length cut where the last visit changes: piece i runs edges[i]..edges[i+1].

    `last[i]` is the latest known time of presence on the whole piece, `NO_TIME` for never (or never with a time).
    """

    edges: Floats
    last: Times

    def __len__(self) -> int:
        return len(self.last)


@dataclass(frozen=True, slots=True, eq=False)
class Bins:
    """The line in bins of one width (the last one may be shorter), each with its visits.

    A bin counts as visited when a visit covered at least half of its length. `visits[i, j]` counts those that began in
    period j. `longest_gap_ms` is the longest time without a visit in the whole period, its two ends included.
    """

    edges: Floats
    last: Times
    visits: NDArray[np.int64]
    longest_gap_ms: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.last)


@dataclass(frozen=True, slots=True, eq=False)
class MarkerVisits:
    """One row per visit of a group to a marker, by marker and time.

    `enter` and `leave` are interpolated between fixes, `nearest_m` is the track's smallest distance to the marker,
    `dwell_s` the time inside the reach without the pauses outside (0 where there are no times), `sure` says that the
    accuracy of the fixes cannot move the nearest point out of the reach.
    """

    groups: tuple[str, ...]
    marker: NDArray[np.int64]
    group: NDArray[np.int64]
    enter: Times
    leave: Times
    nearest_m: Floats
    dwell_s: Floats
    sure: Flags

    @classmethod
    def empty(cls, groups: Sequence[str] = ()) -> Self:
        whole, real = np.empty(0, np.int64), np.empty(0, np.float64)
        return cls(tuple(groups), whole, whole, whole, whole, real, real, np.empty(0, np.bool_))

    @classmethod
    def join(cls, groups: Sequence[str], parts: Sequence["MarkerVisits"]) -> Self:
        """The rows of all parts, one after the other, whose numbers are those of `groups`."""
        if not parts:
            return cls.empty(groups)
        return cls(tuple(groups), *(np.concatenate([getattr(part, name) for part in parts]) for name in VISIT_COLUMNS))

    def __len__(self) -> int:
        return len(self.marker)

    def take(self, index: ArrayLike) -> Self:
        """The rows at these positions, or where a mask is true; the group names stay as they are."""
        return replace(self, **{name: getattr(self, name)[index] for name in VISIT_COLUMNS})
