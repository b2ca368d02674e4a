"""What the pages of a unit and of a person show, as of a moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import cached_property

from cotmoc.base import clock
from cotmoc.base.border import Border, Held, borders
from cotmoc.base.figures import Question
from cotmoc.base.models import Person, Posting, Unit, UnitName, UnitParent
from cotmoc.picture.extent import Box, extent
from cotmoc.record.areas.border.models import Patrol

RECENT = 10
"""Patrols listed; the register has the rest."""


@dataclass(frozen=True, slots=True)
class Holding:
    """A stretch that the unit holds, with the markers that stand on it."""

    border: Border
    held: Held
    first: str
    last: str
    count: int


class UnitPage:
    """One unit, as seen by a user at a moment."""

    def __init__(self, unit: Unit, question: Question, user: Any) -> None:
        self.unit, self.question, self.user = unit, question, user
        self.at = question.at
        self.day: date = clock.local(self.at).date()

    @cached_property
    def names(self) -> list[UnitName]:
        """Every name it bore, the newest first."""
        rows = UnitName.objects.filter(unit=self.unit).known_at(self.at, lambda row: row.unit_id == self.unit.pk)
        return sorted(rows, key=lambda row: row.valid_from, reverse=True)

    @cached_property
    def name(self) -> str:
        """Its name on that day."""
        return next((row.name for row in self.names if row.holds_on(self.day)), self.unit.name)

    @cached_property
    def parents(self) -> list[tuple[str, list[Unit]]]:
        """On each of the three lines: whom it stands under, on that day."""
        rows = UnitParent.objects.on(self.day).filter(unit=self.unit, recorded_at__lte=self.at).select_related("parent")
        by_line: dict[str, list[Unit]] = {}
        for row in rows:
            by_line.setdefault(row.line, []).append(row.parent)
        return [(str(line.label), by_line.get(line, [])) for line in UnitParent.Line]

    @cached_property
    def below(self) -> list[Unit]:
        """The units directly under it on the command line."""
        rows = UnitParent.objects.on(self.day).filter(parent=self.unit, line="command", recorded_at__lte=self.at)
        return [row.unit for row in rows.select_related("unit").order_by("unit__code")]

    @cached_property
    def holdings(self) -> list[Holding]:
        known = borders(self.user, self.at)
        return [_holding(b, held) for b in known for held in b.held if held.unit.pk == self.unit.pk]

    @cached_property
    def bounds(self) -> Box:
        return extent(self.question, self.user)

    @cached_property
    def postings(self) -> list[Posting]:
        """Who serves here on that day, as the postings say."""
        rows = Posting.objects.for_user(self.user).on(self.day).filter(unit=self.unit, recorded_at__lte=self.at)
        return list(rows.select_related("person").order_by("person__code"))

    @cached_property
    def patrols(self) -> list[Patrol]:
        """The latest patrols that had started by the moment."""
        rows = Patrol.objects.for_user(self.user).filter(
            unit=self.unit, started_at__lte=self.at, recorded_at__lte=self.at
        )
        newest = rows.in_force().select_related("leader", "from_marker", "to_marker").order_by("-started_at")
        return list(newest[:RECENT])


def _holding(border: Border, held: Held) -> Holding:
    on_it = [
        row.marker
        for row in border.standing
        if (h := border.holder(row.chainage_m)) and h.stretch.pk == held.stretch.pk
    ]
    first, last = (on_it[0].number, on_it[-1].number) if on_it else ("", "")
    return Holding(border, held, first, last, len(on_it))


def postings_of(person: Person, question: Question, user: Any) -> list[Posting]:
    """Where a person served, the newest first."""
    rows = Posting.objects.for_user(user).in_force().filter(person=person, recorded_at__lte=question.at)
    return list(rows.select_related("unit").order_by("-valid_from"))


def patrols_of(person: Person, question: Question, user: Any) -> list[Patrol]:
    """The latest patrols that the person led or walked in."""
    rows = Patrol.objects.for_user(user).in_force().filter(started_at__lte=question.at, recorded_at__lte=question.at)
    mine = rows.filter(leader=person) | rows.filter(members=person)
    return list(mine.distinct().select_related("unit", "from_marker", "to_marker").order_by("-started_at")[:RECENT])
