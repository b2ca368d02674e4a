"""Decisions of people about a review: keep a wording, go back to the offered one, add a sentence, freeze the figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cotmoc.base import clock, ledger
from cotmoc.base.ledger import Author
from cotmoc.base.models import Unit
from cotmoc.base.problems import Problem
from cotmoc.record.actions import require_right
from cotmoc.review.claims import border
from cotmoc.review.models import ReviewFreeze, ReviewSentence

OFFERED_AGAIN = "Dùng câu mà số liệu đỡ được."
REWORDED = "Sửa lời văn."


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants to be said: a wording of a claim by `strength`, or `text` in own words (with or without claim)."""

    point: str
    claim: str = ""
    strength: int | None = None
    text: str = ""
    reason: str = ""


def keep(unit: Unit, year: int, wish: Wish, *, carried: bool, why: str, by: Author, user: Any) -> ReviewSentence:
    """Keep a wording instead of the offered one. `carried`: the figures support it; otherwise it needs a reason.

    A second choice for the same claim amends the first.
    """
    require_right(user, unit)
    if wish.strength is None and not wish.text.strip():
        raise Problem("review.empty")
    if not carried and not wish.reason.strip():
        raise Problem("review.reason", why=why.rstrip("."))
    row = _chosen(unit, year, wish.claim) if wish.claim else None
    row = row or ReviewSentence(unit=unit, year=year, chapter=border.CHAPTER)
    row.point, row.claim, row.strength = wish.point, wish.claim, wish.strength
    row.text, row.reason, row.author = wish.text.strip(), wish.reason.strip(), by.name
    ledger.write([row], by, wish.reason.strip() or REWORDED)
    return row


def use_offered(unit: Unit, year: int, claim: str, by: Author, user: Any) -> None:
    """Go back to the wording that the figures carry. Nothing to do where nothing else was chosen."""
    require_right(user, unit)
    row = _chosen(unit, year, claim)
    if row is not None:
        ledger.withdraw(row, by, OFFERED_AGAIN)


def drop(sentence: ReviewSentence, by: Author, user: Any, reason: str) -> None:
    """Take an own sentence out of the chapter."""
    require_right(user, sentence.unit)
    ledger.withdraw(sentence, by, reason)


def freeze(
    unit: Unit, year: int, figures: dict[str, str], by: Author, user: Any, at: datetime | None = None
) -> ReviewFreeze:
    """Freeze the chapter's figures as they read now. Earlier freezes stay."""
    require_right(user, unit)
    number = ReviewFreeze.objects.filter(unit=unit, year=year, chapter=border.CHAPTER).count() + 1
    row = ReviewFreeze(
        unit=unit, year=year, chapter=border.CHAPTER, code=f"KD{year}-C{number}", at=at or clock.now(), figures=figures,
        author=by.name,
    )  # fmt: skip
    ledger.write([row], by)
    return row


def _chosen(unit: Unit, year: int, claim: str) -> ReviewSentence | None:
    rows = ReviewSentence.objects.in_force().filter(unit=unit, year=year, chapter=border.CHAPTER, claim=claim)
    found: ReviewSentence | None = rows.first()
    return found
