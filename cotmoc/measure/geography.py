"""The lines on a day as chainage: which version is in force, who holds what, where the markers stand, what is required."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from cotmoc.base import border, clock
from cotmoc.base.border import Border, border_of
from cotmoc.base.models import BorderLine, BorderMarker, Unit, UnitParent
from cotmoc.geo.line import Line
from cotmoc.measure.load import known
from cotmoc.record.areas.border.models import PatrolRequirement


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
        return self.number if self.stake else _("Mốc %(number)s") % {"number": self.number}


class Geography:
    """Lines, stretches and markers as known at `at`, on its local day."""

    def __init__(self, at: datetime, default_days: int) -> None:
        self.at, self.default_days = at, default_days
        self.day = clock.local(at).date()

    @cached_property
    def units(self) -> dict[UUID, Any]:
        return {row.id: row for row in known(Unit, "code name short_name kind", self.at)}

    @cached_property
    def _borders(self) -> dict[UUID, tuple[Course, Border]]:
        """Lines with a version in force, by line id."""
        found = {row.id: border_of(row.id, self.at) for row in known(BorderLine, "code", self.at)}
        return {line: (_course(border), border) for line, border in found.items() if border is not None}

    @cached_property
    def stretches(self) -> list[Held]:
        """Along each line, from its beginning; land first."""
        held = [self._held(course, one, border) for course, border in self._borders.values() for one in border.held]
        return sorted(held, key=lambda one: (one.course.kind != BorderLine.Kind.LAND, one.course.name, one.from_m))

    def _held(self, course: Course, one: border.Held, on: Border) -> Held:
        limit = self.requirements.limit(PatrolRequirement.Subject.LINE, one.unit.pk, one.stretch.pk)
        inside = [row.marker for row in on.standing if one.from_m <= row.chainage_m < one.to_m]
        markers = [marker.number for marker in inside if marker.kind != BorderMarker.Class.STAKE]
        ends = f"{markers[0]}–{markers[-1]}" if markers else ""
        to_m = max(one.from_m, one.to_m)
        unit = self.units[one.unit.pk]
        return Held(one.stretch.pk, unit.id, unit.short_name, unit.code, course, one.from_m, to_m, limit, ends)

    @cached_property
    def requirements(self) -> Requirements:
        return Requirements(self)

    @cached_property
    def places(self) -> list[Place]:
        """All markers and stakes with a position, along their lines."""
        return [self._place(course, row, on) for course, on in self._borders.values() for row in on.standing]

    def _place(self, course: Course, row: border.Standing, on: Border) -> Place:
        held, marker = on.holder(row.chainage_m), row.marker
        unit, stretch = (held.unit.pk, held.stretch.pk) if held else (None, None)
        limit = self.requirements.limit(PatrolRequirement.Subject.MARKER, unit, stretch)
        name = self.units[unit].short_name if unit else ""
        return Place(
            marker.pk, marker.number, marker.kind, marker.size, course, row.position.lon, row.position.lat,
            row.chainage_m, unit, name, limit,
        )  # fmt: skip

    @cached_property
    def unlocated(self) -> list[str]:
        """Numbers of markers in force that have no position, and so stand on no stretch."""
        every = known(BorderMarker, "number valid_from valid_to", self.at)
        located = {place.id for place in self.places}
        return [row.number for row in every if holds(row, self.day) and row.id not in located]


def _course(on: Border) -> Course:
    version = on.version
    return Course(on.line.pk, version.pk, on.line.kind, on.line.name, on.course, version.source, version.published_m)


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


def by_course(held: list[Held]) -> dict[UUID, list[Held]]:
    """Stretches by line."""
    found: dict[UUID, list[Held]] = defaultdict(list)
    for one in held:
        found[one.course.id].append(one)
    return dict(found)
