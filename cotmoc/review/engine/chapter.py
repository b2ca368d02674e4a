"""A chapter as a value: everything that a page, a PDF or a DOCX shows of it, computed and worded.

Formats turn it into paper and know nothing of measures or of the database.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from cotmoc.review.engine.facts import Fact
from cotmoc.review.engine.sentence import Sentence
from cotmoc.review.engine.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above the text: issuing body and its parent, place and date, kind and abstract.

    `issuer` may hold line breaks. The number is left empty for the clerk: only the codes of kind and issuer stand
    (`BC`, `BCH`); `day` None prints dots.
    """

    parent: str
    issuer: str
    place: str
    day: date | None
    type_code: str
    issuer_code: str
    kind: str
    abstract: str


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence of the chapter with its verdict.

    `key` is stable (`S21`, `SF.OVERDUE`, `own-3`); `reason` and `author` stand where a person kept a wording that the
    figures do not carry; `why` says in words what is not proven.
    """

    key: str
    sentence: Sentence
    verdict: Verdict
    why: str = ""
    reason: str = ""
    author: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered heading and its sentences; `level` 1 prints in capitals."""

    title: str
    said: tuple[Said, ...] = ()
    level: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """A small table of the annex: title, column heads, rows of text; `right` holds the indices of right-set columns."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Freeze:
    """The moment the figures speak of, its code, and the digest of the evidence file that carries their rows."""

    as_of: datetime
    code: str
    evidence_sha256: str = ""
    frozen: bool = False


@dataclass(frozen=True, slots=True)
class PackNote:
    """A rule pack the chapter used, and whether a named officer has compared it with its source."""

    title: str
    version: str
    verified_by: str = ""
    title_en: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """One line of the evidence annex: `[number]` in the text, the figure, the verdict of its first sentence.

    A figure without an address of evidence (the day of the report) has no note.
    """

    number: int
    fact: Fact
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Chapter:
    """The border chapter of a review, ready to be shown or printed."""

    head: Head
    intro: str
    sections: tuple[Section, ...]
    freeze: Freeze
    tables: tuple[Table, ...] = ()
    method: tuple[str, ...] = ()
    packs: tuple[PackNote, ...] = ()
    recipients: tuple[str, ...] = ()
    signer: tuple[str, ...] = ()
    illustration: bool = False
    notes: tuple[Note, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "notes", tuple(self._number_notes()))

    @property
    def said(self) -> tuple[Said, ...]:
        """All sentences in reading order."""
        return tuple(said for section in self.sections for said in section.said)

    @property
    def contradicted(self) -> tuple[Said, ...]:
        """Sentences against the records: while there is one, nothing is printed."""
        return tuple(said for said in self.said if said.verdict == Verdict.CONTRADICTED)

    @property
    def unproven(self) -> tuple[Said, ...]:
        """Sentences that go out with a limit: not contradicted, or without any record."""
        weak = {Verdict.NOT_CONTRADICTED, Verdict.NO_EVIDENCE}
        return tuple(said for said in self.said if said.verdict in weak)

    def _number_notes(self) -> Iterator[Note]:
        seen: set[str] = set()
        for said in self.said:
            for fact in said.sentence.figures:
                if fact.key and fact.id not in seen:
                    seen.add(fact.id)
                    yield Note(len(seen), fact, said.verdict)
