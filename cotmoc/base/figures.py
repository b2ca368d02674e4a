"""A figure is a question plus its rows.

A measure is declared once and answers questions. An answer carries the value *and* the records behind it. What is shown
on a page is a `Figure`: a value that knows its question, so that it can always be opened at `/e/<measure>?…`. The template
tag `fig` draws nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal, overload
from urllib.parse import urlencode

from django.utils import translation

from cotmoc.base.models import Unit

Status = Literal["exact", "lower_bound", "no_data", "not_applicable"]
RollUp = Literal["SUM", "RATIO", "DIST", "UNION", "STOCK", "MIN", "MAX", "MED"]
NoData = Literal["n", "e", "b"]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: a unit with all below it, a period of local days `[since, until)`, as known and seen at `at` (UTC).

    `extra` holds what a measure needs besides (`reach`, `marker`, `stretch` …), as text.
    """

    unit: Unit
    since: date
    until: date
    at: datetime
    extra: tuple[tuple[str, str], ...] = ()

    def get(self, name: str, default: str = "") -> str:
        return dict(self.extra).get(name, default)

    def with_(self, **extra: object) -> Question:
        """The same question with other extras."""
        merged = dict(self.extra) | {name: str(value) for name, value in extra.items()}
        return replace(self, extra=tuple(sorted(merged.items())))

    @property
    def last_day(self) -> date:
        """The last day of the period, included: what addresses and pages call `to`."""
        return self.until - timedelta(days=1)

    def query(self) -> str:
        """The question as an address query; read back by `asking.question_from`."""
        named = {"unit": self.unit.code, "from": self.since.isoformat(), "to": self.last_day.isoformat()}
        return urlencode({**named, **dict(self.extra), "at": self.at.isoformat(timespec="seconds")})


@dataclass(frozen=True, slots=True)
class Row:
    """One record behind a figure. `amount` is its part of the total, where parts add up."""

    cells: tuple[str, ...]
    url: str = ""
    amount: float | None = None
    sign: str = ""
    """Name of the sign drawn before the first cell, if any."""


class Rows(Sequence[Row]):
    """Rows put into words when somebody reads them, in the language in which they were asked for.

    A page of forty figures shows few of their many thousand records.
    """

    __slots__ = ("_language", "_rows")

    def __init__(self, rows: Iterable[Row | Callable[[], Row]]) -> None:
        self._rows, self._language = list(rows), translation.get_language()

    @classmethod
    def join(cls, first: Rows, second: Rows) -> Rows:
        """The rows of both, none put into words yet."""
        return cls([*first._rows, *second._rows])

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Row, ...]: ...
    def __getitem__(self, index: int | slice) -> Row | tuple[Row, ...]:
        places = range(len(self))[index]
        with translation.override(self._language):
            return self._worded(places) if isinstance(places, int) else tuple(map(self._worded, places))

    def __iter__(self) -> Iterator[Row]:
        return iter(self[:])

    def _worded(self, place: int) -> Row:
        row = self._rows[place]
        if not isinstance(row, Row):
            row = self._rows[place] = row()
        return row


@dataclass(frozen=True, slots=True)
class Answer:
    """A value and its records. `rows` holds what the asker may see; `hidden` counts the rest, `hidden_amount` their part."""

    value: float | None
    text: str
    status: Status = "exact"
    said: str = ""
    """One sentence that says what the figure states."""
    columns: tuple[str, ...] = ()
    rows: Sequence[Row] = ()
    missing: tuple[str, ...] = ()
    """What is not known, and in which direction it could move the figure."""
    hidden: int = 0
    hidden_amount: float = 0.0


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure, declared once. `answer` takes the question and the asking user (None: the program itself, unscoped)."""

    id: str
    vi: str
    en: str
    unit: str
    meaning_vi: str
    meaning_en: str
    roll_up: RollUp
    no_data: NoData
    answer: Callable[[Question, Any], Answer]
    version: int = 1
    better: Literal["up", "down", "equal", "neutral"] = "neutral"
    example: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A value on a page, with the address of its evidence."""

    measure: str
    question: Question
    value: float | None
    text: str
    unit: str = ""
    status: Status = "exact"
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"/e/{self.measure}?{self.question.query()}"


_measures: dict[str, Measure] = {}


def declare(measure: Measure) -> Measure:
    """Register a measure. Raises ValueError for an id that is taken."""
    if measure.id in _measures:
        raise ValueError(f"measure {measure.id} is declared twice")
    _measures[measure.id] = measure
    return measure


def measures() -> dict[str, Measure]:
    """All declared measures by id."""
    return dict(_measures)


def ask(measure_id: str, question: Question, user: Any = None) -> tuple[Figure, Answer]:
    """Answer a question: the figure for the page, and the records behind it."""
    measure = _measures[measure_id]
    answer = measure.answer(question, user)
    figure = Figure(measure.id, question, answer.value, answer.text, measure.unit, answer.status)
    return figure, answer


def figure(measure_id: str, question: Question, value: float | None, text: str, status: Status = "exact") -> Figure:
    """A figure whose value a page computed together with others; opening it asks the measure again."""
    return Figure(measure_id, question, value, text, _measures[measure_id].unit, status)
