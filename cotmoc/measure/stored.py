"""The measured rows as arrays, read once per run and kept in the process."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from cotmoc.base.once import once
from cotmoc.geo.fixes import NO_TIME
from cotmoc.measure.engine.values import Intervals
from cotmoc.measure.models import CoverageInterval, MarkerVisit, Run, Walk

FOREVER = np.iinfo(np.int64).max


def micros(moment: datetime) -> int:
    """Microseconds since 1970 UTC: the precision in which the ledger keeps time."""
    past = moment.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return (past.days * 86_400 + past.seconds) * 1_000_000 + past.microseconds


def millis(moment: datetime) -> int:
    """Milliseconds since 1970 UTC, rounded down."""
    return micros(moment) // 1000


@once
def last_run() -> UUID | None:
    """The newest run that changed a figure: what the arrays below are kept by."""
    return Run.objects.filter(kind="coverage").order_by("-made_at", "-pk").values_list("pk", flat=True).first()


@dataclass(frozen=True, slots=True, eq=False)
class Walks:
    """All walks: place in the arrays by key, group, patrol (None: of no patrol), span of knowledge in microseconds.

    A walk that was measured anew keeps its place, as one that was never known: the places of the others stand.
    """

    index: dict[int, int]
    groups: tuple[UUID, ...]
    patrols: tuple[UUID | None, ...]
    tracks: tuple[tuple[UUID, ...], ...]
    since: NDArray[np.int64]
    until: NDArray[np.int64]
    timed: NDArray[np.bool_]
    run: UUID | None
    origin: object
    """The same for all that grew from one reading."""

    def known(self, at: datetime) -> NDArray[np.bool_]:
        """Which walks were known, as they are here, at a moment."""
        moment = micros(at)
        return (self.since <= moment) & (moment < self.until)


MANY = 500
"""With more new walks than this, everything is read anew."""
_newest: dict[str, Walks] = {}
_intervals: dict[tuple[UUID, int], tuple[object, int, Intervals]] = {}
"""Per line version and reach: the origin, the number of walks they were read of, and the rows."""


@lru_cache(maxsize=2)
def walks(run: UUID | None) -> Walks:
    """Read once; after a run only the new walks are read, unless it changed rows of those that were there."""
    before = _newest.get("walks")
    found = _grown(before, run) if before and before.run and _only_new_since(before.run) else None
    if found is None:
        found = _appended(None, run, set(), None)
        _intervals.clear()
    _newest["walks"] = found
    return found


def _only_new_since(run: UUID) -> bool:
    """Whether the runs after this one measured whole walks only. A walk measured anew is a new row."""
    made_at = Run.objects.filter(pk=run).values_list("made_at", flat=True).first()
    if made_at is None:
        return False
    return not Run.objects.filter(kind="coverage", made_at__gt=made_at, result__amended__gt=0).exists()


def _grown(before: Walks, run: UUID | None) -> Walks | None:
    """The walks known before and the new ones; None where these are many."""
    now = set(Walk.objects.values_list("pk", flat=True))
    new = now - before.index.keys()
    return _appended(before, run, before.index.keys() - now, new) if len(new) <= MANY else None


def _appended(before: Walks | None, run: UUID | None, gone: set[int], new: set[int] | None) -> Walks:
    found = Walk.objects.all() if new is None else Walk.objects.filter(pk__in=new)
    rows = list(
        found.order_by("pk").values_list("pk", "group", "patrol_id", "track_ids", "known_from", "known_until", "timed")
    )
    have = before or _NO_WALKS
    index = have.index | {row[0]: place for place, row in enumerate(rows, len(have.groups))}
    since = np.append(have.since, np.array([micros(row[4]) for row in rows], np.int64))
    since[[index.pop(key) for key in gone]] = FOREVER
    return Walks(
        index,
        have.groups + tuple(row[1] for row in rows),
        have.patrols + tuple(row[2] for row in rows),
        have.tracks + tuple(tuple(map(UUID, row[3])) for row in rows),
        since,
        np.append(have.until, np.array([FOREVER if row[5] is None else micros(row[5]) for row in rows], np.int64)),
        np.append(have.timed, np.array([row[6] for row in rows], bool)),
        run,
        before.origin if before else object(),
    )


_NO_WALKS = Walks({}, (), (), (), np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, bool), None, None)


def intervals(run: UUID | None, version: UUID, reach_m: int) -> Intervals:
    """Every interval on a line version, of all times; `group` is the place of the walk in `walks`."""
    every, count = walks(run), len(walks(run).groups)
    origin, read, rows = _intervals.get((version, reach_m), (None, 0, Intervals.empty()))
    if origin is every.origin and read == count:
        return rows
    if origin is every.origin and read < count:
        new = [key for key, place in every.index.items() if place >= read]
        rows = Intervals.join((), [rows, _read_intervals(every, version, reach_m, new)])
    else:
        rows = _read_intervals(every, version, reach_m, None)
    _intervals[version, reach_m] = (every.origin, count, rows)
    return rows


def _read_intervals(every: Walks, version: UUID, reach_m: int, walk_keys: list[int] | None) -> Intervals:
    """The intervals of these walks (None: of all)."""
    found = CoverageInterval.objects.filter(version=version, reach_m=reach_m)
    if walk_keys is not None:
        found = found.filter(walk__in=walk_keys)
    rows = found.order_by("pk").values_list("walk_id", "from_m", "to_m", "first", "last", "sure")
    columns = list(zip(*(row for row in rows if row[0] in every.index), strict=True))
    if not columns:
        return Intervals.empty()
    walk, from_m, to_m, first, last, sure = columns
    return Intervals.of(
        (), [every.index[key] for key in walk], from_m, to_m,
        [NO_TIME if time is None else time for time in first], [NO_TIME if time is None else time for time in last], sure,
    )  # fmt: skip


def intervals_at(run: UUID | None, version: UUID, reach_m: int, at: datetime) -> Intervals:
    """The intervals known at a moment, of presence that had begun by then or has no time."""
    every = intervals(run, version, reach_m)
    if not len(every):
        return every
    return every.take(walks(run).known(at)[every.group] & (every.first <= millis(at)))


@dataclass(frozen=True, slots=True)
class Visit:
    """A walk came within reach of a marker; times in ms UTC, None where the track has none."""

    walk: int
    patrol: UUID | None
    enter: int | None
    leave: int | None
    nearest_m: float
    dwell_s: float
    sure: bool


def visits_to(run: UUID | None, marker: UUID, at: datetime) -> list[Visit]:
    """The visits to a marker known and begun at a moment, oldest first."""
    every = walks(run)
    known, now = every.known(at), millis(at)
    columns = ("walk_id", "enter", "leave", "nearest_m", "dwell_s", "sure")
    rows = MarkerVisit.objects.filter(marker=marker).order_by("enter").values_list(*columns)
    found = []
    for key, enter, leave, nearest, dwell, sure in rows:
        place = every.index.get(key, -1)  # -1: a walk that is being measured at this moment
        if place >= 0 and known[place] and (enter is None or enter <= now):
            found.append(Visit(place, every.patrols[place], enter, leave, nearest, dwell, sure))
    return found
