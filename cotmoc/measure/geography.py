"""The lines on a day as chainage: which version is in force, who holds what, where the markers stand, what is required."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Any
from uuid import UUID

import numpy as np

from cotmoc.base import clock
from cotmoc.base.models import (
    BorderLine,
    BorderMarker,
    LineStretch,
    LineVersion,
    MarkerPosition,
    Unit,
    UnitParent,
)
from cotmoc.geo.line import Line
from cotmoc.measure.load import Known, known
from cotmoc.record.areas.border.models import PatrolRequirement

TRUSTED_FIRST = (MarkerPosition.Source.SURVEY, MarkerPosition.Source.TREATY, MarkerPosition.Source.INVENTED)
"""Which statement of a marker's place is measured with."""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most this many days between two visits; `set_by` is the number of the requirement, empty for the default."""

    days: int
    set_by: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """A line in the version in force."""

    id: UUID
    version: UUID
    kind: str
    name: str
    line: Line
    source: str
    published_m: float | None

    @property
    def length_m(self) -> float:
        return self.line.length_m


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """A stretch of a line and the unit that holds it; [from_m, to_m) in chainage of the version in force."""

    id: UUID
    unit: UUID
    name: str
    code: str
    course: Course
    from_m: float
    to_m: float
    limit: Limit
    markers: str = ""
    """Numbers of its first and last marker, `676–683`."""

    @property
    def length_m(self) -> float:
        return self.to_m - self.from_m


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A marker or stake on its line. `holder` is the unit of the stretch it stands on."""

    id: UUID
    number: str
    kind: str
    size: str
    course: Course
    lon: float
    lat: float
    chainage_m: float
    holder: UUID | None
    holder_name: str
    limit: Limit

    @property
    def stake(self) -> bool:
        return self.kind == BorderMarker.Class.STAKE

    @property
    def name(self) -> str:
        return self.number if self.stake else f"Mốc {self.number}"


class Geography:
    """Lines, stretches and markers as known at `at`, on its local day."""

    def __init__(self, at: datetime, default_days: int) -> None:
        self.at, self.default_days = at, default_days
        self.day = clock.local(at).date()

    def _on_day(self, rows: Known) -> list[Any]:
        return [row for row in rows if holds(row, self.day)]

    @cached_property
    def units(self) -> dict[UUID, Any]:
        return {row.id: row for row in known(Unit, "code name short_name kind", self.at)}

    @cached_property
    def courses(self) -> dict[UUID, Course]:
        """Lines by id."""
        lines = {row.id: row for row in known(BorderLine, "code name kind", self.at)}
        versions = self._on_day(known(LineVersion, "line_id source published_m valid_from valid_to revision", self.at))
        versions.sort(key=lambda row: row.valid_from)  # of two that hold, the later one
        return {
            row.line_id: Course(
                row.line_id, row.id, lines[row.line_id].kind, lines[row.line_id].name,
                drawn_line(row.id, row.revised_at), row.source, row.published_m,
            )
            for row in versions
            if row.line_id in lines
        }  # fmt: skip

    @cached_property
    def _located(self) -> dict[UUID, tuple[Any, Course, float, float, float]]:
        """Marker row, its line, lon, lat and chainage, by marker id."""
        rows = {
            row.id: row
            for row in self._on_day(
                known(BorderMarker, "line_id number sort_key kind size valid_from valid_to", self.at)
            )
            if row.line_id in self.courses
        }
        best = self._positions()
        found: dict[UUID, tuple[Any, Course, float, float, float]] = {}
        for course in self.courses.values():
            here = [row for row in rows.values() if row.line_id == course.id and row.id in best]
            lon, lat = [best[row.id].lon for row in here], [best[row.id].lat for row in here]
            chainage, _ = course.line.locate(np.array(lon, float), np.array(lat, float))
            for row, x, y, along in zip(here, lon, lat, chainage, strict=True):
                found[row.id] = (row, course, x, y, float(along))
        return found

    def _positions(self) -> dict[UUID, Any]:
        positions = self._on_day(known(MarkerPosition, "marker_id source lon lat valid_from valid_to", self.at))
        positions.sort(key=lambda row: (-TRUSTED_FIRST.index(row.source), row.valid_from))
        return {row.marker_id: row for row in positions}

    @cached_property
    def unlocated(self) -> list[str]:
        """Numbers of markers in force that have no position, and so stand on no stretch."""
        every = self._on_day(known(BorderMarker, "line_id number sort_key kind size valid_from valid_to", self.at))
        return [row.number for row in every if row.id not in self._located]

    @cached_property
    def stretches(self) -> list[Held]:
        """Along each line, from its beginning."""
        columns = "line_id unit_id start_id end_id start_lon start_lat end_lon end_lat valid_from valid_to"
        rows = [row for row in self._on_day(known(LineStretch, columns, self.at)) if row.line_id in self.courses]
        held = [self._held(row) for row in rows]
        return sorted(held, key=lambda one: (one.course.kind != "land", one.course.name, one.from_m))

    def _held(self, row: Any) -> Held:
        course, unit = self.courses[row.line_id], self.units[row.unit_id]
        from_m = self._anchor(course, row.start_id, row.start_lon, row.start_lat, 0.0)
        to_m = max(from_m, self._anchor(course, row.end_id, row.end_lon, row.end_lat, course.length_m))
        limit = self.requirements.limit(PatrolRequirement.Subject.LINE, row.unit_id, row.id)
        inside = [m for m, where, _, _, along in self._located.values() if where is course and from_m <= along < to_m
                  and m.kind != BorderMarker.Class.STAKE]  # fmt: skip
        inside.sort(key=lambda m: m.sort_key)
        ends = f"{inside[0].number}–{inside[-1].number}" if inside else ""
        return Held(row.id, row.unit_id, unit.short_name, unit.code, course, from_m, to_m, limit, ends)

    def _anchor(self, course: Course, marker: UUID | None, lon: Any, lat: Any, otherwise: float) -> float:
        if marker in self._located:
            return self._located[marker][4]
        if lon is None or lat is None:
            return otherwise
        along, _ = course.line.locate(lon, lat)
        return float(along[0])

    @cached_property
    def requirements(self) -> Requirements:
        return Requirements(self)

    @cached_property
    def places(self) -> list[Place]:
        """All markers and stakes with a position, along their lines."""
        places = [self._place(*found) for found in self._located.values()]
        return sorted(places, key=lambda place: (place.course.name, place.chainage_m))

    def _place(self, row: Any, course: Course, lon: float, lat: float, along: float) -> Place:
        held = self.stretch_at(course, along)
        unit, stretch = (held.unit, held.id) if held else (None, None)
        limit = self.requirements.limit(PatrolRequirement.Subject.MARKER, unit, stretch)
        name = held.name if held else ""
        return Place(row.id, row.number, row.kind, row.size, course, lon, lat, along, unit, name, limit)

    def stretch_at(self, course: Course, chainage_m: float) -> Held | None:
        """The stretch that holds a place of a line; the line's very end belongs to its last stretch."""
        here = [held for held in self.stretches if held.course.id == course.id]
        inside = (held for held in here if held.from_m <= chainage_m < held.to_m)
        at_end = here[-1] if here and chainage_m >= here[-1].to_m >= course.length_m else None
        return next(inside, at_end)


class Requirements:
    """How often things are to be visited: the requirement of the stretch, else of its unit, else of the nearest unit above."""

    def __init__(self, geography: Geography) -> None:
        self.default_days = geography.default_days
        columns = "code unit_id subject stretch_id every_days valid_from valid_to"
        self._rows = [row for row in known(PatrolRequirement, columns, geography.at) if holds(row, geography.day)]
        self._rows.sort(key=lambda row: row.valid_from, reverse=True)
        edges = known(UnitParent, "unit_id parent_id line valid_from valid_to", geography.at)
        self._above = {
            row.unit_id: row.parent_id
            for row in edges
            if row.line == UnitParent.Line.COMMAND and holds(row, geography.day)
        }

    def limit(self, subject: str, unit: UUID | None, stretch: UUID | None) -> Limit:
        """The limit of a stretch (or of the markers on it) held by `unit`."""
        rows = [row for row in self._rows if row.subject == subject]
        own = next((row for row in rows if stretch is not None and row.stretch_id == stretch), None)
        if own is not None:
            return Limit(own.every_days, own.code)
        of_units = {row.unit_id: row for row in reversed(rows) if row.stretch_id is None}
        seen: set[UUID] = set()
        while unit is not None and unit not in seen:
            if unit in of_units:
                return Limit(of_units[unit].every_days, of_units[unit].code)
            seen.add(unit)
            unit = self._above.get(unit)
        return Limit(self.default_days)


def holds(row: Any, day: date) -> bool:
    """True where a dated row holds on the day."""
    valid: bool = row.valid_from <= day and (row.valid_to is None or day < row.valid_to)
    return valid


@lru_cache(maxsize=64)
def drawn_line(version: UUID, revised_at: datetime) -> Line:
    """The drawing of a line version; kept as long as the version is not revised."""
    return Line.from_geojson(LineVersion.objects.values_list("geometry", flat=True).get(pk=version))


def by_course(held: list[Held]) -> dict[UUID, list[Held]]:
    """Stretches by line."""
    found: dict[UUID, list[Held]] = defaultdict(list)
    for one in held:
        found[one.course.id].append(one)
    return dict(found)
