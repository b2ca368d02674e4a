"""What came after a freeze, and what it would change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.db import models

from cotmoc.base import clock
from cotmoc.base.figures import Figure, Question
from cotmoc.record.areas.border.models import Patrol
from cotmoc.record.register import Record, registers
from cotmoc.review.models import ReviewFreeze
from cotmoc.review.run import Draft


@dataclass(frozen=True, slots=True)
class Late:
    """Records of the period that were written or amended after the freeze, per register."""

    total: int
    registers: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A figure that reads differently now, and the numbers of the sentences that show it."""

    name: str
    then: Figure
    now: Figure
    lines: tuple[int, ...]


def records(freeze: ReviewFreeze, question: Question, user: Any) -> Late:
    """Records in the user's reach that count in the period and came, or were amended, after the freeze."""
    found = []
    for register in registers().values():
        rows = register.objects.for_user(user).filter(revised_at__gt=freeze.at, **_in_period(register, question))
        count = rows.count()
        if count:
            found.append((str(register._meta.verbose_name), count))
    return Late(sum(count for _, count in found), tuple(found))


def _in_period(register: type[Record], question: Question) -> dict[str, Any]:
    field = register._meta.get_field(register.counted_on)
    since: Any = question.since
    until: Any = question.until
    if isinstance(field, models.DateTimeField):
        since, until = (datetime.combine(day, time(), tzinfo=clock.VIETNAM) for day in (since, until))
    return {f"{register.counted_on}__gte": since, f"{register.counted_on}__lt": until}


def changes(then: Draft, now: Draft) -> tuple[Change, ...]:
    """The figures that read differently in the two drafts."""
    found = []
    for id, figure in then.figures.items():
        if id in now.figures and now.figures[id].text != figure.text:
            lines = tuple(line.number for line in then.lines if _shows(line.sentence.figures, figure))
            name = then.facts[id].name_en if then.language == "en" else then.facts[id].name_vi
            found.append(Change(name, figure, now.figures[id], lines))
    return tuple(found)


def _shows(facts: Any, figure: Figure) -> bool:
    return any(fact.key == figure.url for fact in facts)


def first_year(user: Any) -> int | None:
    """The year of the first patrol in the user's reach."""
    first = Patrol.objects.for_user(user).in_force().order_by("started_at").values_list("started_at", flat=True).first()
    return clock.local(first).year if first else None
