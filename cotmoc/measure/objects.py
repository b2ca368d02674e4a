"""How the markers and stakes stand: verdict, last inspection, what is overdue, from the rows known at a moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from cotmoc.base import clock
from cotmoc.geo.line import GEOD
from cotmoc.measure.engine.integrity import DamageCase as Case
from cotmoc.measure.engine.integrity import Inspection, Verdict, verdict
from cotmoc.measure.geography import Place
from cotmoc.measure.kept import Kept, Stamp, stamp
from cotmoc.measure.load import known
from cotmoc.measure.stored import millis
from cotmoc.record.areas.border.models import DamageCase, MarkerInspection, Photo

State = MarkerInspection.State
BAD = frozenset({State.DAMAGED, State.DISPLACED})
COLUMNS = (
    "code unit_id marker_id patrol_id inspector_id seen_at state photo_count brush_cut_m damage_kind damage_degree note "
    "lat lon accuracy_m joint " + " ".join(MarkerInspection.CHECKS)
)


@dataclass(frozen=True, slots=True, eq=False)
class Thing:
    """A marker or stake with what is known of it. `inspections` are oldest first, without visits that did not reach it."""

    place: Place
    verdict: Verdict
    inspections: tuple[Any, ...]
    cases: tuple[Any, ...]
    overdue: bool

    @property
    def last(self) -> Any | None:
        return self.inspections[-1] if self.inspections else None

    def age_days(self, at: datetime) -> int | None:
        """Whole days since the last inspection."""
        return None if self.last is None else (at - self.last.seen_at).days


def seen(at: datetime, markers: Collection[UUID]) -> list[Any]:
    """The inspections of these markers known at a moment and made by then that reached them, oldest first."""
    every = known(MarkerInspection, COLUMNS, at)
    rows = [row for row in every if row.marker_id in markers and row.seen_at <= at and row.state != State.UNREACHED]
    rows.sort(key=lambda row: (row.seen_at, row.id))
    return rows


def damage(at: datetime) -> list[Any]:
    """All damage cases known at a moment and opened by then, oldest first."""
    columns = (
        "code unit_id marker_id kind cause degree opened_on repair repaired_on closed_on report_number inspection_id"
    )
    rows = [row for row in known(DamageCase, columns, at) if row.opened_on <= clock.local(at).date()]
    rows.sort(key=lambda row: (row.opened_on, row.code))
    return rows


def things(places: Iterable[Place], at: datetime, freshness_days: int) -> list[Thing]:
    """The things on these places as known at a moment, in the order given."""
    places = list(places)
    inspections: dict[UUID, list[Any]] = defaultdict(list)
    cases: dict[UUID, list[Any]] = defaultdict(list)
    for row in seen(at, {place.id for place in places}):
        inspections[row.marker_id].append(row)
    for row in damage(at):
        cases[row.marker_id].append(row)
    return [_thing(place, inspections[place.id], cases[place.id], at, freshness_days) for place in places]


def _thing(place: Place, rows: Sequence[Any], cases: Sequence[Any], at: datetime, freshness_days: int) -> Thing:
    judged = verdict(inspections_of(decisive(rows)), cases_of(cases), millis(at), freshness_days)
    late = not rows or at - rows[-1].seen_at > timedelta(days=place.limit.days)
    return Thing(place, judged, tuple(rows), tuple(cases), late)


def inspections_of(rows: Iterable[Any]) -> list[Inspection]:
    """Rows as the engine judges them."""
    return [
        Inspection(
            str(row.id), millis(row.seen_at), good(row), _checked(row), len(MarkerInspection.CHECKS), row.photo_count
        )
        for row in rows
    ]


def good(row: Any) -> bool:
    return row.state not in BAD


def _checked(row: Any) -> int:
    """How many points of the checklist were answered."""
    return sum(getattr(row, name) is not None for name in MarkerInspection.CHECKS)


def cases_of(rows: Iterable[Any]) -> list[Case]:
    """Cases are open from the morning of their day up to the morning of the day they were closed."""
    return [Case(str(row.id), _morning(row.opened_on), _morning(row.closed_on)) for row in rows]


def _morning(day: date | None) -> Any:
    return None if day is None else millis(datetime.combine(day, time(), clock.VIETNAM))


def decisive(rows: Sequence[Any]) -> list[Any]:
    """The inspections that decide the present state: the latest bad, the latest that proves, the latest of all.

    The state is that of all of them; only its beginning may be an earlier one.
    """
    bad = next((row for row in reversed(rows) if not good(row)), None)
    proof = next((row for row in reversed(rows) if good(row) and _complete(row)), None)
    deciding = {row.id: row for row in (bad, proof, rows[-1] if rows else None) if row is not None}
    return list(deciding.values())


def _complete(row: Any) -> bool:
    return all(one.complete for one in inspections_of([row]))


def present(row: Any, place: Place | None, reach_m: float, photographed: frozenset[UUID]) -> bool:
    """True where a fix within reach of the marker, or a photo with its time, proves that somebody was there."""
    if row.id in photographed:
        return True
    if place is None or row.lat is None or row.lon is None:
        return False
    _, _, away = GEOD.inv(place.lon, place.lat, row.lon, row.lat)
    return bool(away <= reach_m)


def photographed(at: datetime) -> frozenset[UUID]:
    """Inspections with at least one photo that carries its time, known at a moment."""
    return frozenset(key for key, known_from in _first_photos(stamp(Photo)).items() if known_from <= at)


@lru_cache(maxsize=2)
def _first_photos(_: Stamp) -> dict[UUID, datetime]:
    first: dict[UUID, datetime] = {}
    for inspection, known_from in _timed_photos.values().values():
        if inspection is not None and known_from < first.get(inspection, NEVER):
            first[inspection] = known_from
    return first


NEVER = datetime.max.replace(tzinfo=UTC)
_timed_photos: Kept[tuple[UUID | None, datetime]] = Kept(
    Photo,
    lambda rows: (
        (key, (None if gone or taken is None else inspection, known_from))
        for key, inspection, taken, known_from, gone in rows.values_list(
            "pk", "inspection_id", "taken_at", "recorded_at", "withdrawn"
        )
    ),
)
