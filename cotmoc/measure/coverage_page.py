"""What the coverage page shows: the four answers, the table of posts, the strip, the selection in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

import numpy as np
from django.utils.translation import gettext as _

from cotmoc.base import translated, wording
from cotmoc.base.figures import Figure, Question, figure
from cotmoc.geo.fixes import NO_TIME
from cotmoc.measure import layers
from cotmoc.measure.engine.values import DAY_MS
from cotmoc.measure.ground import CLASSES, NEVER, SLIVER_M, Ground
from cotmoc.measure.measures.answers import marker_url
from cotmoc.measure.measures.line import metres_where, no_limit, oldest_piece, runs_of
from cotmoc.measure.standing import Standing, standing_of
from cotmoc.measure.stored import millis
from cotmoc.measure.strip import Strip, month_ends, strip_of
from cotmoc.measure.words import stretch
from cotmoc.picture.extent import around

BAR = 100
"""Width of an age bar in its own units."""


@dataclass(frozen=True, slots=True)
class Post:
    """A row of the table: one unit's stretches of one line, or the sum of all."""

    name: str
    code: str
    km: str
    bar: tuple[tuple[float, float, str], ...]
    within: Figure
    overdue: Figure
    oldest: Figure
    never: Figure
    patrols: Figure
    url: str
    chosen: bool

    @property
    def overdue_bare(self) -> str:
        return _bare(self.overdue)

    @property
    def bar_words(self) -> str:
        """The bar for those who do not see it."""
        return ", ".join(
            f"{layers.WORDS[CLASSES.index(age)]} {wording.number(width, 0)} %" for _x, width, age in self.bar
        )


class CoveragePage:
    """The page's parts, each computed when the template asks; all from one `Standing` and the whole line's."""

    def __init__(self, question: Question, user: Any, past: bool) -> None:
        self.question, self.user, self.past = question, user, past
        self.standing: Standing = standing_of(question)
        bare = tuple(pair for pair in question.extra if pair[0] not in {"from_m", "to_m"})
        self.whole_question = replace(question, extra=bare)
        self.whole: Standing = standing_of(self.whole_question)

    @property
    def selected(self) -> bool:
        return self.standing.selected is not None

    def _address(self, **changed: str) -> str:
        """This page again, without a selection, with other parameters."""
        asked = {"unit": self.question.unit.code, "reach": str(self.standing.reach_m)} | changed
        if self.past:
            asked["at"] = self.question.at.isoformat(timespec="seconds")
        return f"?{urlencode(asked)}"

    @property
    def table_url(self) -> str:
        return self._address(view="table")

    # --- the four answers

    @cached_property
    def within(self) -> Figure:
        return _within(self.whole_question, self.whole.land, self.status)

    @cached_property
    def status(self) -> Any:
        return "lower_bound" if self.whole.unmeasured else "exact"

    @property
    def within_pair(self) -> str:
        length = sum(ground.length_m for ground in self.whole.land)
        good = length - metres_where(self.whole, lambda pieces: pieces.late)
        return f"{wording.kilometres(good, unit=False)}/{wording.kilometres(length)}"

    @cached_property
    def overdue(self) -> Figure:
        return _km(self.whole_question, "line.overdue_km", self.whole.land, lambda pieces: pieces.late)

    @property
    def overdue_bare(self) -> str:
        return _bare(self.overdue)

    @property
    def overdue_runs(self) -> int:
        return len(runs_of(self.whole, lambda pieces: pieces.late))

    @cached_property
    def oldest(self) -> Figure:
        return _oldest(self.whole_question, self.whole.land)

    @property
    def oldest_where(self) -> str:
        found = oldest_piece(self.whole)
        if found is None:
            return ""
        ground, place = found
        return stretch(float(ground.pieces.from_m[place]), float(ground.pieces.to_m[place]))

    @cached_property
    def never(self) -> Figure:
        return _km(self.whole_question, "line.never_km", self.whole.land, lambda pieces: pieces.classes == NEVER)

    @property
    def never_where(self) -> str:
        """The longest stretch without any track."""
        runs = runs_of(self.whole, lambda pieces: pieces.classes == NEVER)
        longest = max(runs, key=lambda run: run[2] - run[1], default=None)
        return stretch(longest[1], longest[2]) if longest else ""

    # --- the table

    @cached_property
    def posts(self) -> list[Post]:
        """One row per unit that holds some of the line, in the order of the line; shown parts add up."""
        parts = self._parts
        lengths = wording.parts([part.length_m / 1000 for part in parts])
        return [self._post(part, km) for part, km in zip(parts, lengths, strict=True)]

    @cached_property
    def _parts(self) -> list[Ground]:
        """The line cut by unit."""
        return [
            ground.of_unit(unit)
            for ground in self.whole.land
            for unit in dict.fromkeys(one.unit for one in ground.held)
        ]

    def _post(self, part: Ground, km: str) -> Post:
        held = part.held[0]
        unit = replace(self.whole_question, unit=self._units[held.unit])
        count = self._came([part])
        return Post(
            held.name, held.code, km, _bar(part), _within(unit, [part], self.status),
            _km(unit, "line.overdue_km", [part], lambda pieces: pieces.late), _oldest(unit, [part]),
            _km(unit, "line.never_km", [part], lambda pieces: pieces.classes == NEVER),
            figure("line.patrol_count", unit, count, wording.number(count, 0)), self._address(unit=held.code),
            self._is_chosen(part),
        )  # fmt: skip

    def _is_chosen(self, part: Ground) -> bool:
        if self.standing.selected is None:
            return False
        low, high = self.standing.selected
        return any(start < high - SLIVER_M and stop > low + SLIVER_M for start, stop in part.ends)

    @cached_property
    def _units(self) -> dict[Any, Any]:
        from cotmoc.base.models import Unit

        return Unit.objects.in_bulk([one.unit for one in self.whole.held])

    @property
    def length(self) -> str:
        return wording.kilometres(sum(ground.length_m for ground in self.whole.land), unit=False)

    def _came(self, grounds: Iterable[Ground]) -> int:
        """Walks that surely came to any of the grounds in the period."""
        walks = [ground.inside(self.whole.in_period(ground, True)).group for ground in grounds]
        return len(np.unique(np.concatenate([np.empty(0, np.int64), *walks])))

    @cached_property
    def total_patrols(self) -> Figure:
        """A patrol that came to two stretches is one here."""
        count = self._came(self.whole.land)
        return figure("line.patrol_count", self.whole_question, count, wording.number(count, 0))

    @property
    def notes(self) -> list[str]:
        """How the length was measured, and what is not set."""
        drawn = [
            _("Chiều dài theo bản vẽ “%(source)s”; số công bố là %(km)s.")
            % {"source": ground.course.source, "km": wording.kilometres(ground.course.published_m, 3)}
            for ground in self.whole.land
            if ground.course.published_m
        ]
        return [*dict.fromkeys(drawn), _("Vết GPS hở quá 5 phút không được tính là đã đi."), *no_limit(self.whole)]

    # --- the strip

    @cached_property
    def strips(self) -> list[Strip]:
        """One per line."""
        found = []
        for whole in self.whole.land:
            cut = next((ground for ground in self.standing.land if ground.course.id == whole.course.id), whole)
            things = [thing for thing in self.whole.things if thing.place.course.id == whole.course.id]
            found.append(strip_of(cut, things, self.question.since, self.question.at, marker_url, whole=whole))
        return found

    @cached_property
    def months(self) -> list[str]:
        """Heads of the table twin: the month ends and the day."""
        ends = month_ends(self.question.since, self.question.at)
        return [translated.month(first.month) for first, _ in ends] + [wording.day(self.question.at)]

    @cached_property
    def by_month(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """The table twin of the strip: per post, kilometres over the limit at each month's end."""
        moments = [end for _, end in month_ends(self.question.since, self.question.at)] + [millis(self.question.at)]
        late = {part.held[0].name: part.late_m(moments) for part in self._parts}
        return [
            (name, [(wording.kilometres(m, unit=False), month) for m, month in zip(metres, self.months, strict=True)])
            for name, metres in late.items()
        ]

    @cached_property
    def pieces(self) -> list[dict[str, Any]]:
        """The other twin: the line now, in runs of one age class, as the map shows it: `cells` and `evidence`."""
        return [row["properties"] for row in layers.ages(self.whole_question, self.user)["features"]]

    @property
    def box(self) -> tuple[float, float, float, float]:
        """West, south, east, north of the land border held: what the map opens with."""
        cut = [part for ground in self.whole.land for ends in ground.ends for part in ground.course.line.cut(*ends)]
        places = np.concatenate(cut)
        (west, south), (east, north) = places.min(axis=0), places.max(axis=0)
        return around(float(west), float(south), float(east), float(north))

    # --- the selection

    @property
    def ends_km(self) -> list[str]:
        """The selection's ends as the form shows them, `134,5`; empty without a selection."""
        shown = [f"{end / 1000:.3f}".rstrip("0").rstrip(".") for end in self.standing.selected or ()]
        return [text.replace(".", ",") for text in shown]

    @cached_property
    def selection(self) -> dict[str, Any]:
        """The selected stretch: where, who holds it, its oldest visit, and the patrols that came."""
        low, high = self.standing.selected or (0.0, 0.0)
        names = dict.fromkeys(one.name for one in self.standing.held)
        came = self._came(self.standing.land)
        covered = figure("line.patrol_count", self.question, came, wording.number(came, 0))
        return {
            "where": wording.chainage(low, high), "names": ", ".join(names), "oldest": _oldest(self.question, self.standing.land),
            "overdue": _km(self.question, "line.overdue_km", self.standing.land, lambda pieces: pieces.late),
            "patrols": covered,
        }  # fmt: skip


def _within(question: Question, grounds: list[Ground], status: Any) -> Figure:
    length = sum(ground.length_m for ground in grounds)
    good = sum(float(ground.pieces.metres[~ground.pieces.late].sum()) for ground in grounds)
    if not length:
        return figure("line.within_limit_pct", question, None, _("không áp dụng"), "not_applicable")
    return figure("line.within_limit_pct", question, 100 * good / length, wording.percent(good / length), status)


def _km(question: Question, measure: str, grounds: list[Ground], pick: Any) -> Figure:
    metres = sum(float(ground.pieces.metres[pick(ground.pieces)].sum()) for ground in grounds)
    return figure(measure, question, metres / 1000, wording.kilometres(metres))


def _oldest(question: Question, grounds: list[Ground]) -> Figure:
    visited = [ground.pieces.age_ms[ground.pieces.last != NO_TIME] for ground in grounds]
    ages = np.concatenate([*visited, np.empty(0, np.int64)])
    if not len(ages):
        return figure("line.oldest_days", question, None, wording.MISSING, "no_data")
    days = int(ages.max() // DAY_MS)
    return figure("line.oldest_days", question, days, translated.days(days))


def _bar(part: Ground) -> tuple[tuple[float, float, str], ...]:
    """x, width and class of each age in the bar, in the order of the ramp."""
    metres = [sum(part.by_class(place)[name] for place in range(len(part.held))) for name in CLASSES]
    total, at, found = sum(metres) or 1.0, 0.0, []
    for name, amount in zip(CLASSES, metres, strict=True):
        width = BAR * amount / total
        if width > 0.05:
            found.append((round(at, 2), round(width, 2), name))
        at += width
    return tuple(found)


def _bare(figure: Figure) -> str:
    """Kilometres where the head names the unit."""
    return wording.number(figure.value, 1)
