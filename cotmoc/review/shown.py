"""The chapter as the pages show it: sentences in parts that open, outline, evidence of one sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from cotmoc.base.figures import Figure, Row
from cotmoc.review.claims import border
from cotmoc.review.engine import explain
from cotmoc.review.engine.sentence import FigureRef, Loose, Sentence
from cotmoc.review.engine.shortfall import Shortfall
from cotmoc.review.engine.verdict import Judged, Verdict
from cotmoc.review.run import SHORTFALLS, Draft, Line

OBJECT_STATES = (
    ("marker.intact_count", "intact"),
    ("marker.damaged_count", "damaged"),
    ("marker.unknown_count", "unknown"),
)
ROWS_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a sentence: plain text, a figure that opens, or a number without a source."""

    text: str
    figure: Figure | None = None
    loose: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A line of the draft, ready for the page."""

    line: Line
    title: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the outline with its lines."""

    id: str
    number: str
    title: str
    lines: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class ObjectSign:
    """A marker or stake and its state, for the row of signs."""

    state: str
    number: str


@dataclass(frozen=True, slots=True)
class Wording:
    """A wording of a claim as it may be chosen: the sentence, its verdict, and why it does not stand."""

    judged: Judged
    pieces: tuple[Piece, ...]
    why: str
    stands: bool
    """It is what the chapter says now."""


@dataclass(frozen=True, slots=True)
class Records:
    """The first records behind one figure of the sentence, and the figure that opens them all."""

    title: str
    figure: Figure
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the panel of one sentence shows."""

    shown: Shown
    figures: tuple[tuple[str, Figure], ...]
    counter: tuple[tuple[str, Figure], ...]
    signs: tuple[ObjectSign, ...]
    wordings: tuple[Wording, ...]
    offered: Wording | None
    records: Records | None
    missing: tuple[str, ...]
    shortfall: Shortfall | None
    check: str


def outline(draft: Draft) -> list[Heading]:
    """The headings that have sentences, in order."""
    points: list[tuple[str, str]] = [
        (point.id, point.en if draft.language == "en" else point.vi) for point in border.pack().points
    ]
    points.append((SHORTFALLS, "Shortfalls" if draft.language == "en" else "Hạn chế"))
    numbers = [f"I.{index}" for index in range(1, len(points))] + ["II"]
    found = []
    for (id, title), number in zip(points, numbers, strict=True):
        lines = tuple(show(draft, line) for line in draft.lines if line.point == id)
        found.append(Heading(id, number, title, lines))
    return [heading for heading in found if heading.lines or heading.id != SHORTFALLS]


def show(draft: Draft, line: Line) -> Shown:
    """One line with its parts."""
    return Shown(line, line.title(draft.language), pieces(draft, line.sentence))


def pieces(draft: Draft, sentence: Sentence) -> tuple[Piece, ...]:
    """The sentence's parts; a list of names opens the figure that counts it."""
    return tuple(_piece(part, draft.opened) for part in sentence.parts)


def _piece(part: Any, by_url: Mapping[str, Figure]) -> Piece:
    if isinstance(part, FigureRef) and part.fact.key in by_url:
        return Piece(part.text, replace(by_url[part.fact.key], text=part.text))
    return Piece(part.text, loose=isinstance(part, Loose))


def evidence(draft: Draft, line: Line) -> Evidence:
    """What carries a line, what speaks against it, which other wordings there are."""
    claim = line.judgement.claim if line.judgement else None
    rule = line.shortfall.rule if line.shortfall else None
    measures = claim.measures if claim else rule.measures if rule else ()
    counter = claim.counter if claim else ()
    fired = [condition.left for condition in line.shortfall.fired] if line.shortfall else []
    levels = line.judgement.levels if line.judgement else ()
    offered = line.judgement.offered if line.judgement and line.kept else None
    return Evidence(
        shown=show(draft, line),
        figures=_figures(draft, measures),
        counter=_figures(draft, [id for id in counter if id not in measures]),
        signs=_signs(draft) if claim and claim.id == "S21" else (),
        wordings=tuple(_wording(draft, level, line) for level in levels if level.verdict != Verdict.NOT_WRITTEN),
        offered=_wording(draft, offered, line) if offered else None,
        records=_records(draft, [*fired, *counter, *measures]),
        missing=_missing(draft, measures),
        shortfall=line.shortfall,
        check="; ".join(_check(draft, line.shortfall)) if line.shortfall else "",
    )


def _figures(draft: Draft, ids: Iterable[str]) -> tuple[tuple[str, Figure], ...]:
    english = draft.language == "en"
    named = [(draft.facts[id], draft.figures[id]) for id in ids if id in draft.figures]
    return tuple(
        (fact.name_en if english else fact.name_vi, replace(figure, text=fact.text(draft.language)))
        for fact, figure in named
    )


def _signs(draft: Draft) -> tuple[ObjectSign, ...]:
    found = [
        ObjectSign(state, row.cells[0])
        for id, state in OBJECT_STATES
        if id in draft.answers
        for row in draft.answers[id].rows
    ]
    return tuple(sorted(found, key=lambda sign: (sign.number.startswith("CD"), len(sign.number), sign.number)))


def _wording(draft: Draft, judged: Judged, line: Line) -> Wording:
    sentence = judged.sentence(draft.language)
    why = explain.why(judged, draft.facts, draft.language)
    return Wording(judged, pieces(draft, sentence), why, sentence == line.sentence)


def _records(draft: Draft, ids: Iterable[str]) -> Records | None:
    """Records of the first figure that has any: what speaks against the sentence before what carries it."""
    for id in ids:
        answer = draft.answers.get(id)
        if answer and answer.rows:
            name = draft.facts[id].name_en if draft.language == "en" else draft.facts[id].name_vi
            more = len(answer.rows) - ROWS_SHOWN
            return Records(name, draft.figures[id], answer.columns, tuple(answer.rows[:ROWS_SHOWN]), max(more, 0))
    return None


def _missing(draft: Draft, ids: Iterable[str]) -> tuple[str, ...]:
    found = [line for id in ids if id in draft.answers for line in draft.answers[id].missing]
    return tuple(dict.fromkeys(found))[:ROWS_SHOWN]


def _check(draft: Draft, shortfall: Shortfall) -> list[str]:
    """Next year's test in words."""
    told = []
    for condition in shortfall.rule.check:
        fact = draft.facts.ask(condition.left)
        name = fact.name_en if draft.language == "en" else fact.name_vi
        told.append(f"{name or fact.id} {condition.words(draft.facts, draft.language)}")
    return told
