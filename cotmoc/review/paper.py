"""From a draft to the value that the formats print, and the evidence file that goes with it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from cotmoc.base import clock, wording
from cotmoc.base.figures import Question
from cotmoc.base.models import Setting, Unit, UnitName, UnitParent
from cotmoc.review.claims import border
from cotmoc.review.engine.chapter import Chapter, Freeze, Head, Said, Section
from cotmoc.review.formats import evidence
from cotmoc.review.packs import heads
from cotmoc.review.packs.heads import HeadPattern
from cotmoc.review.packs.layouts import Family, Layout, layout_on
from cotmoc.review.run import SHORTFALLS, Draft, Line

ROMAN = ("I", "II", "III")


@dataclass(frozen=True, slots=True)
class Paper:
    """A chapter ready to be printed, the layout of its day, and its evidence file."""

    chapter: Chapter
    layout: Layout
    evidence: bytes


def paper(draft: Draft, family: Family = "state") -> Paper:
    """The draft as paper. Contradicted sentences are still in it: the formats refuse to print them."""
    day = clock.local(draft.question.at).date()
    code = code_of(draft)
    file = evidence.evidence_file(_rows(draft), draft.question.at, code)
    freeze = Freeze(draft.question.at, code, evidence.digest(file), draft.freeze is not None)
    pattern = heads.head_for(family, draft.question.unit.kind)
    names = _names(draft.question.unit, day)
    abstract = f"{border.TITLE_VI} {period_words(draft.question)}"
    chapter = Chapter(
        head=_head(draft, pattern, names, abstract, day),
        intro=f"{pattern.issuer.format(**names)} báo cáo {abstract[:1].lower()}{abstract[1:]} như sau:",
        sections=tuple(_sections(draft)),
        freeze=freeze,
        tables=border.tables(draft.answers),
        method=border.METHOD,
        packs=(border.pack().note, border.word_pack().note, border.rule_pack().note, heads.note()),
        recipients=tuple(line.format(**names) for line in pattern.recipients),
        signer=pattern.signer,
        illustration=Setting.objects.filter(key="demo", withdrawn=False).exists(),
    )
    return Paper(chapter, layout_on(family, day), file)


def period_words(question: Question) -> str:
    """`năm 2020` for a year as far as it had come, else `từ ngày … đến ngày …`."""
    last = question.until - timedelta(days=1)
    today = clock.local(question.at).date()
    if question.since == date(question.since.year, 1, 1) and last in {date(question.since.year, 12, 31), today}:
        return f"năm {question.since.year}"
    return f"từ ngày {wording.day(question.since)} đến ngày {wording.day(last)}"


def code_of(draft: Draft) -> str:
    """The freeze's code, or before a freeze a code made of the figures themselves."""
    digest = figures_digest(reading(draft))[:8]
    return f"{draft.freeze.code}-{digest}" if draft.freeze else f"KD{draft.year}-{digest}"


def reading(draft: Draft) -> dict[str, str]:
    """Each figure of the chapter as it reads."""
    return {fact.id: fact.vi for fact in draft.facts.values()}


def figures_digest(figures: dict[str, str]) -> str:
    """SHA-256 over the figures as they read."""
    return hashlib.sha256(json.dumps(figures, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def name_on(unit: Unit, day: date) -> str:
    """The unit's name on a day; its present name where no dated one is known."""
    row = UnitName.objects.on(day).filter(unit=unit).first()
    return row.name if row else unit.name


def _names(unit: Unit, day: date) -> dict[str, str]:
    """The names that patterns are filled with, as they were on the day."""
    row = UnitParent.objects.on(day).filter(unit=unit, line=UnitParent.Line.COMMAND).select_related("parent").first()
    return {"unit": name_on(unit, day), "short": unit.short_name, "parent": name_on(row.parent, day) if row else ""}


def _place(unit: Unit, day: date) -> str:
    """The locality of the unit, where the paper is dated; dots where none is known."""
    row = UnitParent.objects.on(day).filter(unit=unit, line=UnitParent.Line.LOCALITY).select_related("parent").first()
    if row:
        return row.parent.short_name.removeprefix("Tỉnh ")
    _, of_province, province = name_on(unit, day).partition(" tỉnh ")
    return province if of_province else "…"


def _head(draft: Draft, pattern: HeadPattern, names: dict[str, str], abstract: str, day: date) -> Head:
    return Head(
        parent=pattern.parent.format(**names),
        issuer=_two_lines(pattern.issuer.format(**names)),
        place=_place(draft.question.unit, day),
        day=None,  # the clerk's, like the number
        type_code="BC",
        issuer_code=pattern.issuer_code,
        kind="Báo cáo",
        abstract=abstract,
    )


def _two_lines(name: str) -> str:
    """A long name broken before `tỉnh`, or else near its middle."""
    if len(name) <= 24:
        return name
    if " tỉnh " in name:
        return name.replace(" tỉnh ", "\ntỉnh ", 1)
    middle = min((i for i, char in enumerate(name) if char == " "), key=lambda i: abs(i - len(name) / 2))
    return f"{name[:middle]}\n{name[middle + 1 :]}"


def _sections(draft: Draft) -> Iterator[Section]:
    yield Section(f"{ROMAN[0]}. Kết quả đạt được")
    points = [point for point in border.pack().points if any(line.point == point.id for line in draft.lines)]
    for number, point in enumerate(points, start=1):
        yield Section(f"{number}. {point.vi}", tuple(_said(draft, point.id)), level=2)
    if any(line.point == SHORTFALLS for line in draft.lines):
        yield Section(f"{ROMAN[1]}. Hạn chế", tuple(_said(draft, SHORTFALLS)))


def _said(draft: Draft, point: str) -> Iterator[Said]:
    for line in draft.lines:
        if line.point == point:
            yield said(line)


def said(line: Line) -> Said:
    """A line as the paper needs it."""
    kept = line.kept
    reason, author = (kept.reason, kept.author) if kept else ("", "")
    return Said(f"câu {line.number}", line.sentence, line.verdict, line.why, reason, author)


def _rows(draft: Draft) -> Iterator[evidence.FigureRows]:
    for id, answer in draft.answers.items():
        cells = tuple(row.cells for row in answer.rows)
        yield evidence.FigureRows(draft.facts[id], answer.said, answer.columns, cells, answer.missing, answer.hidden)
