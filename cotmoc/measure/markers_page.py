"""What the page of all markers shows: the counts, a strip of signs, one row per marker and stake."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from cotmoc.base import wording
from cotmoc.base.figures import Figure, Question, figure
from cotmoc.measure.engine.integrity import State
from cotmoc.measure.measures.answers import marker_url
from cotmoc.measure.objects import Thing
from cotmoc.measure.standing import Standing, standing_of
from cotmoc.measure.words import reason_text


@dataclass(frozen=True, slots=True)
class Shown:
    """A row of the table."""

    name: str
    number: str
    url: str
    where: float
    holder: str
    state: str
    reason: str
    last: datetime | None
    age_days: int | None
    limit_days: int
    limit_set: bool
    overdue: bool
    due: datetime | None
    """When the next inspection is due."""
    times: int
    """Inspections in the period."""


class MarkersPage:
    """`state` chooses rows: intact, damaged, unknown, overdue; empty for all."""

    def __init__(self, question: Question, state: str) -> None:
        self.question, self.state = question, state
        self.standing: Standing = standing_of(question)

    @cached_property
    def _times(self) -> Counter[Any]:
        return Counter(thing.place.id for thing, _ in self.standing.inspections)

    def _figure(self, measure: str, count: int) -> Figure:
        return figure(measure, self.question, count, wording.number(count, 0))

    @cached_property
    def counts(self) -> dict[str, Figure]:
        """Intact, damaged, unknown, overdue, total."""
        things = self.standing.things
        found = {state.value: self._figure(f"marker.{state}_count", self._of(state)) for state in State}
        found["overdue"] = self._figure("marker.overdue_count", sum(thing.overdue for thing in things))
        found["total"] = self._figure("object.total", len(things))
        pair = wording.pair(self._of(State.INTACT), len(things), 0)
        found["known"] = figure("marker.intact_count", self.question, self._of(State.INTACT), pair)
        return found

    def _of(self, state: State) -> int:
        return sum(thing.verdict.state is state for thing in self.standing.things)

    @cached_property
    def rows(self) -> list[Shown]:
        return [self._shown(thing) for thing in self.standing.things if self._chosen(thing)]

    @cached_property
    def signs(self) -> list[Shown]:
        """Every object, whatever the filter."""
        return [self._shown(thing) for thing in self.standing.things]

    def _chosen(self, thing: Thing) -> bool:
        if self.state == "overdue":
            return thing.overdue
        return not self.state or thing.verdict.state.value == self.state

    def _shown(self, thing: Thing) -> Shown:
        place, last = thing.place, thing.last
        due = last.seen_at + timedelta(days=place.limit.days) if last else None
        return Shown(
            place.name, place.number, marker_url(place.number), place.chainage_m, place.holder_name,
            thing.verdict.state.value, reason_text(thing, self.standing.at, self.standing.chosen.freshness_days),
            last.seen_at if last else None, thing.age_days(self.standing.at), place.limit.days, bool(place.limit.set_by),
            thing.overdue, due, self._times[place.id],
        )  # fmt: skip

    @property
    def sentence(self) -> str:
        """The answer of the page in words."""
        unknown, damaged = self._of(State.UNKNOWN), self._of(State.DAMAGED)
        if not self.standing.things:
            return _("Đơn vị không giữ mốc nào.")
        if not unknown and not damaged:
            return _("Mọi mốc, cọc dấu đủ căn cứ là nguyên trạng.")
        return _("%(damaged)s hư hỏng, %(unknown)s chưa đủ căn cứ kết luận.") % {"damaged": damaged, "unknown": unknown}
