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
    """All walks: place in the arrays by key, group, patrol (None: of no patrol), span of knowledge in microseconds."""

    index: dict[int, int]
    groups: tuple[UUID, ...]
    patrols: tuple[UUID | None, ...]
    tracks: tuple[tuple[UUID, ...], ...]
    since: NDArray[np.int64]
    until: NDArray[np.int64]
    timed: NDArray[np.bool_]

    def known(self, at: datetime) -> NDArray[np.bool_]:
        """Which walks were known, as they are here, at a moment."""
        moment = micros(at)
        return (self.since <= moment) & (moment < self.until)


@lru_cache(maxsize=2)
def walks(run: UUID | None) -> Walks:
    rows = list(
        Walk.objects.order_by("pk").values_list(
            "pk", "group", "patrol_id", "track_ids", "known_from", "known_until", "timed"
        )
    )
    return Walks(
        {row[0]: place for place, row in enumerate(rows)},
        tuple(row[1] for row in rows),
        tuple(row[2] for row in rows),
        tuple(tuple(map(UUID, row[3])) for row in rows),
        np.array([micros(row[4]) for row in rows], np.int64),
        np.array([FOREVER if row[5] is None else micros(row[5]) for row in rows], np.int64),
        np.array([row[6] for row in rows], bool),
    )


@lru_cache(maxsize=16)
def intervals(run: UUID | None, version: UUID, reach_m: int) -> Intervals:
    """Every interval on a line version, of all times; `group` is the place of the walk in `walks`."""
    index = walks(run).index
    rows = CoverageInterval.objects.filter(version=version, reach_m=reach_m).order_by("pk")
    columns = list(zip(*rows.values_list("walk_id", "from_m", "to_m", "first", "last", "sure"), strict=True))
    if not columns:
        return Intervals.empty()
    walk, from_m, to_m, first, last, sure = columns
    return Intervals.of(
        (), [index[key] for key in walk], from_m, to_m,
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
        place = every.index[key]
        if known[place] and (enter is None or enter <= now):
            found.append(Visit(place, every.patrols[place], enter, leave, nearest, dwell, sure))
    return found
