"""A chapter in its final words, ready to be set: what PDF and DOCX have in common.

Formats only place these strings. Figures become notes `[n]` into the evidence annex. A chapter with a sentence against
the records is refused here, so that no format can print it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from cotmoc.base import wording
from cotmoc.base.problems import Problem
from cotmoc.review.engine.chapter import Chapter, PackNote, Said, Table
from cotmoc.review.engine.sentence import FigureRef, Sentence
from cotmoc.review.engine.verdict import Verdict
from cotmoc.review.packs.layouts import Layout

VERDICTS = {
    Verdict.SUPPORTED: "Đủ căn cứ",
    Verdict.NOT_CONTRADICTED: "Chưa đủ căn cứ",
    Verdict.CONTRADICTED: "Trái số liệu",
    Verdict.NO_EVIDENCE: "Không có căn cứ",
    Verdict.NOT_WRITTEN: "Không áp dụng",
}
UNCHECKED = "bản tham khảo, chưa đối chiếu"
NOT_SIGNED = "(bản minh họa, không ký)"


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text, and the number of the note it carries (0 for none)."""

    text: str
    note: int = 0


@dataclass(frozen=True, slots=True)
class Block:
    """A heading (level 1 or 2) or a paragraph (level 0)."""

    level: int
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """Everything that stands on the paper, in its final words."""

    parent: str
    issuer: str
    number: str
    right_head: tuple[str, ...]
    place_date: str
    kind: str
    abstract: str
    stamp: str
    body: tuple[Block, ...]
    recipients_label: str
    recipients: tuple[str, ...]
    signer: tuple[str, ...]
    sign_note: str
    annex_title: str
    annex_under: str
    notes: Table
    unproven: tuple[Block, ...]
    tables: tuple[Table, ...]
    method: tuple[str, ...]
    packs: tuple[str, ...]
    evidence: tuple[str, ...]
    foot_left: str
    foot_right: str


def document(chapter: Chapter, layout: Layout) -> Document:
    """Raises Problem `review.contradicted` while a sentence stands against the records."""
    if chapter.contradicted:
        names = ", ".join(said.key for said in chapter.contradicted)
        raise Problem("review.contradicted", count=len(chapter.contradicted), claims=names)
    head = chapter.head
    return Document(
        parent=head.parent.upper(),
        issuer=head.issuer.upper(),
        number=layout.number(head.type_code, head.issuer_code),
        right_head=layout.right_head,
        place_date=place_date(head.place, head.day, chapter.freeze.as_of.year),
        kind=head.kind.upper(),
        abstract=head.abstract,
        stamp="BẢN MINH HỌA" if chapter.illustration else "",
        body=tuple(_body(chapter, layout)),
        recipients_label=layout.recipients_label,
        recipients=_list_end(chapter.recipients),
        signer=chapter.signer,
        sign_note=NOT_SIGNED if chapter.illustration else "",
        annex_title="PHỤ LỤC. CĂN CỨ SỐ LIỆU",
        annex_under=f"(kèm theo {head.kind} {head.abstract[:1].lower()}{head.abstract[1:]})",
        notes=_notes(chapter),
        unproven=tuple(_unproven(chapter)),
        tables=chapter.tables,
        method=chapter.method,
        packs=tuple(pack_line(pack) for pack in chapter.packs),
        evidence=_evidence(chapter),
        foot_left=_foot(chapter),
        foot_right=_foot_right(chapter),
    )


def place_date(place: str, day: date | None, year: int) -> str:
    """`…, ngày 04 tháng 02 năm 2020`: days below 10 and the first two months are padded (NĐ 30/2020)."""
    if day is None:
        return f"{place}, ngày … tháng … năm {year}"
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
    return f"{place}, ngày {day.day:02d} tháng {month} năm {day.year}"


def pack_line(pack: PackNote) -> str:
    """A pack with its version and who compared it with its source."""
    checked = f"đối chiếu: {pack.verified_by}" if pack.verified_by else UNCHECKED
    return f"{pack.title}, bản {pack.version} ({checked})"


def runs(sentence: Sentence, numbers: dict[str, int]) -> tuple[Run, ...]:
    """The sentence's parts; a figure carries the number of its note."""
    return tuple(
        Run(part.text, numbers.get(part.fact.id, 0) if isinstance(part, FigureRef) else 0) for part in sentence.parts
    )


def _body(chapter: Chapter, layout: Layout) -> Iterator[Block]:
    numbers = {note.fact.id: note.number for note in chapter.notes}
    yield Block(0, (Run(chapter.intro),))
    last = chapter.said[-1] if chapter.said else None
    for section in chapter.sections:
        title = section.title.upper() if section.level == 1 else section.title
        yield Block(section.level, (Run(title),))
        for said in section.said:
            pieces = runs(said.sentence, numbers)
            if said is last:
                pieces = _close(pieces, layout.end_mark)
            yield Block(0, pieces)


def _close(pieces: tuple[Run, ...], end_mark: str) -> tuple[Run, ...]:
    """The last sentence ends the document's text with the layout's mark (`./.`)."""
    *before, last = pieces
    return (*before, Run(last.text.removesuffix("."), last.note), Run(end_mark))


def _notes(chapter: Chapter) -> Table:
    rows = tuple(
        (f"[{note.number}]", note.fact.name_vi, note.fact.vi, wording.number(note.fact.rows), VERDICTS[note.verdict])
        for note in chapter.notes
    )
    return Table("", ("Số", "Nội dung", "Kết quả", "Bản ghi", "Kết luận"), rows, frozenset({2, 3}))


def _unproven(chapter: Chapter) -> Iterator[Block]:
    for said in chapter.unproven:
        yield Block(0, (Run(f"“{said.sentence.text}” {_limits(said)}"),))


def _limits(said: Said) -> str:
    parts = [f"{VERDICTS[said.verdict]}."]
    if said.why:
        parts.append(said.why)
    if said.reason:
        parts.append(f"Giữ câu này theo ý kiến của {said.author}: {said.reason.removesuffix('.')}.")
    return " ".join(parts)


def _evidence(chapter: Chapter) -> tuple[str, ...]:
    freeze = chapter.freeze
    lines = [f"Số liệu tính đến {wording.moment(freeze.as_of)}, mã {freeze.code}."]
    if freeze.evidence_sha256:
        lines.append(f"Tệp căn cứ kèm theo có mã băm SHA-256: {grouped(freeze.evidence_sha256)}.")
    lines.append("Bản ghi đến sau thời điểm này không được tính trong báo cáo.")
    return tuple(lines)


def grouped(digest: str) -> str:
    """A digest in groups of eight, so that eyes can compare it and lines can break."""
    return " ".join(digest[start : start + 8] for start in range(0, len(digest), 8))


def _foot(chapter: Chapter) -> str:
    freeze = chapter.freeze
    word = "Mã chốt" if freeze.frozen else "Mã số liệu"
    return f"{word} {freeze.code} · số liệu tính đến {wording.moment(freeze.as_of)}"


def _foot_right(chapter: Chapter) -> str:
    marks = [UNCHECKED] if any(not pack.verified_by for pack in chapter.packs) else []
    marks += ["số liệu minh họa"] if chapter.illustration else []
    text = "; ".join(marks)
    return text[:1].upper() + text[1:]


def _list_end(lines: tuple[str, ...]) -> tuple[str, ...]:
    """`- …;` and a full stop after the last, as recipients are listed."""
    return tuple(f"- {line}{'.' if index == len(lines) - 1 else ';'}" for index, line in enumerate(lines))
