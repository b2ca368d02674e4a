"""Where a unit stands at a moment: everything the figures of one question share, computed once.

A page asks some ten figures of the same unit, period and moment. Each takes what it needs from the one `Standing`, which
loads and computes every part when it is first asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import cached_property, lru_cache
from typing import Any
from uuid import UUID

from cotmoc.base import clock
from cotmoc.base.figures import Question
from cotmoc.base.models import BorderLine
from cotmoc.base.problems import Problem
from cotmoc.base.units import command_of, units_below
from cotmoc.measure import effort, objects
from cotmoc.measure.engine.values import Intervals
from cotmoc.measure.geography import Geography, Held, Place, by_course
from cotmoc.measure.ground import Ground
from cotmoc.measure.kept import head
from cotmoc.measure.settings import Chosen, chosen, reach_of
from cotmoc.measure.stored import Walks, intervals_at, last_run, millis, walks


class Standing:
    """The parts of the answer to one question; see `standing_of`."""

    def __init__(self, question: Question, run: UUID | None) -> None:
        self.question, self.run = question, run
        self.at, self.day = question.at, clock.local(question.at).date()
        self._in_period: dict[tuple[UUID, bool], Intervals] = {}

    # --- the question

    @cached_property
    def chosen(self) -> Chosen:
        return chosen()

    @cached_property
    def reach_m(self) -> int:
        return reach_of(self.question.get("reach"), self.chosen.reach_m)

    @cached_property
    def units(self) -> frozenset[UUID]:
        """The unit asked for and all below it, on the day."""
        return units_below(self.question.unit.pk, self.day)

    @cached_property
    def span(self) -> tuple[int, int]:
        """The period in ms, cut at the moment asked for (which belongs to it)."""
        since, until = midnight(self.question.since), midnight(self.question.until)
        return since, min(until, millis(self.at) + 1)

    @cached_property
    def selected(self) -> tuple[float, float] | None:
        """The part of the line asked for (`from_m=134000&to_m=140000`). Problem `request.parameter` for anything else."""
        ends = [self.question.get(name) for name in ("from_m", "to_m")]
        if not all(ends):
            return None
        try:
            low, high = sorted(float(end) for end in ends)
        except ValueError:
            hint = "Viết lý trình bằng mét, dạng 134000. / Write the chainage in metres, as 134000."
            raise Problem("request.parameter", name="from_m, to_m", value=" ".join(ends), hint=hint) from None
        return low, high

    # --- the line

    @cached_property
    def geography(self) -> Geography:
        return Geography(self.at, self.chosen.interval_days)

    @cached_property
    def walks(self) -> Walks:
        return walks(self.run)

    def _grounds(self, kinds: Sequence[str], *, selected: tuple[float, float] | None = None) -> list[Ground]:
        held = [one for one in self.geography.stretches if one.unit in self.units and one.course.kind in kinds]
        return [
            Ground(mine[0].course, mine, self.presence(mine[0].course.version), millis(self.at), selected)
            for mine in by_course(held).values()
        ]

    def presence(self, version: UUID) -> Intervals:
        """What is known of a line version at the moment, within the reach asked for."""
        return intervals_at(self.run, version, self.reach_m, self.at)

    @cached_property
    def land(self) -> list[Ground]:
        """The land border held by the units, per line, within the selection."""
        return self._grounds([BorderLine.Kind.LAND], selected=self.selected)

    @cached_property
    def coast(self) -> list[Ground]:
        """Coast and island shores held by the units, per line."""
        return self._grounds([BorderLine.Kind.COAST, BorderLine.Kind.ISLAND])

    def in_period(self, ground: Ground, sure: bool) -> Intervals:
        """Presence on the ground's line that began in the period."""
        key = (ground.course.version, sure)
        if key not in self._in_period:
            self._in_period[key] = ground.known.certain(sure).during(*self.span)
        return self._in_period[key]

    @cached_property
    def held(self) -> list[Held]:
        return [one for ground in self.land for one in ground.held]

    @cached_property
    def days(self) -> list[int]:
        """The moments (ms) at which the days of the period are judged: the end of each day, the last one at `at`."""
        since, until = self.question.since, min(self.question.until, self.day + timedelta(days=1))
        ends = [midnight(since + timedelta(days=n + 1)) for n in range((until - since).days)]
        now = millis(self.at)
        return [end for end in ends if end <= now] + ([now] if ends and ends[-1] > now else [])

    # --- the markers

    @cached_property
    def places(self) -> list[Place]:
        """Markers and stakes held by the units, within the selection."""
        low, high = self.selected or (float("-inf"), float("inf"))
        return [p for p in self.geography.places if p.holder in self.units and low <= p.chainage_m <= high]

    @cached_property
    def places_of_command(self) -> list[Place]:
        """Markers and stakes on the lines of the command that the unit belongs to, whoever holds them."""
        command = units_below(command_of(self.question.unit.pk, self.day), self.day)
        lines = set(BorderLine.objects.filter(unit_id__in=command).values_list("pk", flat=True))
        return [place for place in self.geography.places if place.course.id in lines]

    @cached_property
    def things(self) -> list[objects.Thing]:
        return objects.things(self.places, self.at, self.chosen.freshness_days)

    @cached_property
    def inspections(self) -> list[tuple[objects.Thing, Any]]:
        """Inspections in the period of the things held, the newest first."""
        found = [(thing, row) for thing in self.things for row in thing.inspections if self._counts(row.seen_at)]
        return sorted(found, key=lambda pair: (pair[1].seen_at, pair[1].code), reverse=True)

    def _counts(self, moment: datetime) -> bool:
        return moment <= self.at and self.question.since <= clock.local(moment).date() < self.question.until

    # --- patrols and plan

    @cached_property
    def patrols(self) -> list[Any]:
        """Patrols led by the units that ended in the period, of the kind asked for (`kind=joint`), the newest first."""
        kind = self.question.get("kind")
        return [row for row in self.patrols_of_any_kind if not kind or row.kind == kind]

    @cached_property
    def patrols_of_any_kind(self) -> list[Any]:
        return effort.ended_in(self.at, self.units, self.question.since, self.question.until)

    @cached_property
    def tracks(self) -> dict[UUID, list[Any]]:
        return effort.tracks_by_patrol(self.at)

    @cached_property
    def minutes(self) -> dict[UUID, list[Any]]:
        return effort.minutes(self.at)

    @cached_property
    def plan(self) -> list[effort.Planned]:
        lines = effort.planned(self.at, self.units, self.question.since, self.question.until)
        kind = self.question.get("kind")
        return [line for line in lines if not kind or line.row.kind == kind]

    @cached_property
    def reported(self) -> tuple[int, int]:
        """Unit-months with at least one patrol, and unit-months of the units that hold a stretch."""
        units = {one.unit for one in self.geography.stretches if one.unit in self.units}
        months = effort.complete_months(self.question.since, self.question.until, self.day)
        every = effort.ended_in(self.at, self.units, months[0], self.question.until) if months else []
        active = {(row.unit_id, clock.local(row.ended_at).date().replace(day=1)) for row in every}
        return sum((unit, month) in active for unit in units for month in months), len(units) * len(months)

    # --- what is not known

    @cached_property
    def untimed(self) -> list[Any]:
        """Tracks without times: they prove presence, not when."""
        return [row for row in effort.tracks(self.at) if row.started_at is None and row.unit_id in self.units]

    @cached_property
    def unassigned(self) -> list[Any]:
        """Tracks of the units that belong to no patrol."""
        return [row for row in effort.tracks(self.at) if row.patrol_id is None and row.unit_id in self.units]

    @cached_property
    def unmeasured(self) -> list[Any]:
        """Tracks of the units known at the moment that were not measured yet."""
        known = self.walks.known(self.at)
        measured = {track for place, tracks in enumerate(self.walks.tracks) if known[place] for track in tracks}
        return [row for row in effort.tracks(self.at) if row.unit_id in self.units and row.id not in measured]


def midnight(day: date) -> int:
    """The beginning of a local day, ms UTC."""
    return millis(datetime.combine(day, time(), clock.VIETNAM))


def standing_of(question: Question) -> Standing:
    """The standing that answers a question; the same object as long as neither ledger nor measured rows change."""
    return _standing(question, head(), last_run())


@lru_cache(maxsize=24)
def _standing(question: Question, _: object, run: UUID | None) -> Standing:
    return Standing(question, run)
