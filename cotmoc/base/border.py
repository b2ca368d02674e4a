"""A guarded line with what stands on it: where each marker is, which unit holds which chainage.

Markers and stretches are few (tens per province) and every page asks for them, so they are kept in the process, keyed by the
number of ledger entries about them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Count, Max

from cotmoc.base import clock
from cotmoc.base.models import (
    BorderLine,
    BorderMarker,
    LedgerEntry,
    LineStretch,
    LineVersion,
    MarkerPosition,
    Unit,
)
from cotmoc.geo.line import Line

KINDS = (
    "base.borderline",
    "base.lineversion",
    "base.bordermarker",
    "base.markerposition",
    "base.linestretch",
    "base.unit",
)
BEST_FIRST = (MarkerPosition.Source.SURVEY, MarkerPosition.Source.TREATY, MarkerPosition.Source.INVENTED)
"""Which statement of a marker's place the map and the chainage use."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A marker at its best known place. `chainage_m` along the version in force, `offset_m` from it."""

    marker: BorderMarker
    position: MarkerPosition
    chainage_m: float
    offset_m: float


@dataclass(frozen=True, slots=True)
class Held:
    """The part of the line that a unit holds, `[from_m, to_m)`. `start`, `end`: the markers it hangs on, None at a line's end."""

    stretch: LineStretch
    unit: Unit
    from_m: float
    to_m: float
    start: BorderMarker | None
    end: BorderMarker | None

    @property
    def length_m(self) -> float:
        return self.to_m - self.from_m


@dataclass(frozen=True, slots=True, eq=False)
class Border:
    """One line on one day: its version, its markers in order of chainage, its stretches in order of chainage."""

    line: BorderLine
    version: LineVersion
    course: Line
    standing: tuple[Standing, ...]
    held: tuple[Held, ...]

    def holder(self, chainage_m: float) -> Held | None:
        """Who holds this place; at the line's very end the last stretch."""
        within = [held for held in self.held if held.from_m <= chainage_m < held.to_m]
        last = [held for held in self.held if held.to_m == chainage_m]
        return next(iter(within or last), None)

    def of(self, marker_id: UUID) -> Standing | None:
        return next((place for place in self.standing if place.marker.pk == marker_id), None)


def borders(user: Any, at: datetime | None = None) -> list[Border]:
    """The lines that the user may see, as they held on the day of `at` and as known then (None: now), land first."""
    lines = BorderLine.objects.for_user(user).in_force().order_by("kind", "code")
    found = [border_of(pk, at) for pk in lines.values_list("pk", flat=True)]
    return sorted((b for b in found if b is not None), key=lambda b: b.line.kind != BorderLine.Kind.LAND)


def border_of(line_id: UUID, at: datetime | None = None) -> Border | None:
    """One line as of a moment; None where no version of it was in force and known."""
    moment = at or clock.now()
    version, newest = _version()
    known = (
        moment if newest is not None and moment < newest else None
    )  # nothing changed since: all askers share one answer
    return _border(line_id, clock.local(moment).date(), known, version)


def _version() -> tuple[int, datetime | None]:
    """Number of the ledger entries about anything that `Border` holds, and the latest of their moments."""
    said = LedgerEntry.objects.filter(kind__in=KINDS).aggregate(entries=Count("seq"), newest=Max("at"))
    return said["entries"], said["newest"]


@lru_cache(maxsize=64)
def _border(line_id: UUID, day: date, known: datetime | None, version: int) -> Border | None:
    line = next(iter(_known(BorderLine, known, lambda row: row.pk == line_id, pk=line_id)), None)
    versions = _known(LineVersion, known, lambda row: row.line_id == line_id, line_id=line_id)
    drawn = max((row for row in versions if row.holds_on(day)), key=lambda row: row.valid_from, default=None)
    if line is None or drawn is None:
        return None
    course = Line.from_geojson(drawn.geometry)
    markers = _known(BorderMarker, known, lambda row: row.line_id == line_id, line_id=line_id)
    standing = _standing(course, [row for row in markers if row.holds_on(day)], day, known)
    stretches = _known(LineStretch, known, lambda row: row.line_id == line_id, line_id=line_id)
    held = _held(course, [row for row in stretches if row.holds_on(day)], standing)
    return Border(line, drawn, course, standing, held)


def _known(model: Any, known: datetime | None, where: Any, **filters: Any) -> list[Any]:
    return list(model.objects.filter(**filters).known_at(known, where))


def _standing(course: Line, markers: list[BorderMarker], day: date, known: datetime | None) -> tuple[Standing, ...]:
    ids = {marker.pk for marker in markers}
    positions = _known(MarkerPosition, known, lambda row: row.marker_id in ids, marker_id__in=ids)
    best: dict[UUID, MarkerPosition] = {}
    for row in sorted(positions, key=lambda row: (-BEST_FIRST.index(row.source), row.valid_from)):
        if row.holds_on(day):
            best[row.marker_id] = row
    placed = [marker for marker in markers if marker.pk in best]
    chainage, offset = course.locate([best[m.pk].lon for m in placed], [best[m.pk].lat for m in placed])
    rows = [Standing(m, best[m.pk], float(c), float(o)) for m, c, o in zip(placed, chainage, offset, strict=True)]
    return tuple(sorted(rows, key=lambda row: row.chainage_m))


def _held(course: Line, stretches: list[LineStretch], standing: tuple[Standing, ...]) -> tuple[Held, ...]:
    by_marker = {row.marker.pk: row for row in standing}
    units = Unit.objects.in_bulk([row.unit_id for row in stretches])
    rows = []
    for row in stretches:
        start = by_marker.get(row.start_id) if row.start_id else None
        end = by_marker.get(row.end_id) if row.end_id else None
        from_m = start.chainage_m if start else _anchor(course, row.start_lon, row.start_lat, 0.0)
        to_m = end.chainage_m if end else _anchor(course, row.end_lon, row.end_lat, course.length_m)
        rows.append(
            Held(row, units[row.unit_id], from_m, to_m, start.marker if start else None, end.marker if end else None)
        )
    return tuple(sorted(rows, key=lambda row: row.from_m))


def _anchor(course: Line, lon: float | None, lat: float | None, default: float) -> float:
    """Chainage of an anchor point of a coast; the line's end where there is none."""
    return default if lon is None or lat is None else float(course.locate(lon, lat)[0][0])
