"""The chapter for the command line: as a dictionary, PDF or DOCX, for any period, unscoped."""

from __future__ import annotations

from typing import Any

from cotmoc.base.figures import Question
from cotmoc.review import paper, run
from cotmoc.review.formats.docx import docx
from cotmoc.review.formats.pdf import pdf
from cotmoc.review.packs.layouts import Family
from cotmoc.review.run import Draft, Line


def chapter(question: Question) -> Draft:
    """The border chapter of a unit and period, as the program itself sees it."""
    return run.draft(question, question.since.year, None)


def as_pdf(draft: Draft, layout: str = "state") -> bytes:
    """PDF in the layout of that family (`state…`, `party…`) in force on the day."""
    made = paper.paper(draft, _family(layout))
    return pdf(made.chapter, made.layout)


def as_docx(draft: Draft, layout: str = "state") -> bytes:
    """DOCX in the layout of that family (`state…`, `party…`) in force on the day."""
    made = paper.paper(draft, _family(layout))
    return docx(made.chapter, made.layout)


def as_dict(draft: Draft) -> dict[str, Any]:
    """Sentences with verdicts, and every figure they show with its value and evidence address."""
    question = draft.question
    return {
        "unit": question.unit.code,
        "from": question.since.isoformat(),
        "to": question.last_day.isoformat(),
        "at": question.at.isoformat(),
        "code": paper.code_of(draft),
        "sentences": [_sentence(line) for line in draft.lines],
        "counts": draft.counts(),
        "figures": {
            fact.id: {
                "value": fact.value,
                "text": fact.vi,
                "status": str(fact.status),
                "rows": fact.rows,
                "url": fact.key,
            }
            for fact in draft.facts.values()
        },
    }


def _sentence(line: Line) -> dict[str, Any]:
    return {
        "number": line.number,
        "claim": line.key,
        "strength": line.judgement.offered.strength if line.judgement and line.judgement.offered else None,
        "text": line.sentence.text,
        "verdict": line.verdict.value,
        "why": line.why,
        "figures": [fact.id for fact in line.sentence.figures],
        "reason": line.kept.reason if line.kept else "",
    }


def _family(layout: str) -> Family:
    return "party" if layout.startswith("party") else "state"
