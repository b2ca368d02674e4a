"""A chapter of the review for a unit and a year: ask the figures, judge the claims, put the chosen wordings in place.

Nothing is stored here. The same question gives the same chapter, at any later time (`at`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.utils import translation
from django.utils.translation import get_language

from cotmoc.base import clock, figures
from cotmoc.base.figures import Answer, Figure, Question
from cotmoc.base.models import Unit
from cotmoc.measure.kept import head
from cotmoc.measure.stored import last_run
from cotmoc.review.claims import border
from cotmoc.review.engine import explain
from cotmoc.review.engine.claim import Claim
from cotmoc.review.engine.facts import Fact, Facts, Status
from cotmoc.review.engine.sentence import Sentence, own
from cotmoc.review.engine.shortfall import Shortfall, find
from cotmoc.review.engine.verdict import Judgement, Verdict, judge, judge_own
from cotmoc.review.engine.words import Unmet
from cotmoc.review.models import ReviewFreeze, ReviewSentence

SHORTFALLS = "shortfalls"
"""The heading of the shortfalls."""


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence of the draft as it stands now.

    `judgement` for a claim, `shortfall` for a drafted shortfall, neither for an own sentence; `kept` is the wording that a
    person chose instead of the offered one.
    """

    number: int
    key: str
    point: str
    title_vi: str
    title_en: str
    sentence: Sentence
    verdict: Verdict
    why: str
    judgement: Judgement | None = None
    shortfall: Shortfall | None = None
    kept: ReviewSentence | None = None
    unmet: tuple[Unmet, ...] = ()

    def title(self, language: str) -> str:
        """What the sentence is about."""
        return self.title_en if language == "en" else self.title_vi


@dataclass(frozen=True, slots=True)
class Draft:
    """The chapter under work: the question, the figures with their records, and its sentences in order."""

    question: Question
    year: int
    language: str
    facts: Facts
    figures: Mapping[str, Figure]
    opened: Mapping[str, Figure]
    """The same figures by the address of their evidence."""
    answers: Mapping[str, Answer]
    lines: tuple[Line, ...]
    judgements: tuple[Judgement, ...]
    freeze: ReviewFreeze | None

    @property
    def unsaid(self) -> tuple[Judgement, ...]:
        """Claims for which no wording stands: no records, or only a shortfall is left to say."""
        said = {line.key for line in self.lines}
        return tuple(judgement for judgement in self.judgements if judgement.claim.id not in said)

    def line(self, key: str) -> Line | None:
        """The sentence of that key."""
        return next((line for line in self.lines if line.key == key), None)

    def counts(self) -> dict[str, int]:
        """Sentences per verdict, the four in their order."""
        order = (Verdict.SUPPORTED, Verdict.NOT_CONTRADICTED, Verdict.CONTRADICTED, Verdict.NO_EVIDENCE)
        return {verdict.value: sum(line.verdict == verdict for line in self.lines) for verdict in order}


def question_for(unit: Unit, year: int, at: datetime) -> Question:
    """The year of the review as far as it had come at `at`; a year that is over is seen at its end."""
    end = datetime(year, 12, 31, 23, 59, tzinfo=clock.VIETNAM).astimezone(UTC)
    today = clock.local(at).date()
    return Question(unit, date(year, 1, 1), min(date(year + 1, 1, 1), today + timedelta(days=1)), min(at, end))


def freezes(unit: Unit, year: int, user: Any, at: datetime | None = None) -> list[ReviewFreeze]:
    """All freezes of the chapter made by `at` (None: by now), oldest first."""
    rows = _seen(ReviewFreeze, user).filter(unit=unit, year=year, chapter=border.CHAPTER)
    found = rows.known_at(at, lambda row: (row.unit_id, row.year, row.chapter) == (unit.pk, year, border.CHAPTER))
    return sorted(found, key=lambda row: row.at)


def draft(question: Question, year: int, user: Any, *, language: str = "vi", wordings_at: datetime | None = None,
          freeze: ReviewFreeze | None = None) -> Draft:  # fmt: skip
    """The chapter with figures as of the question, and the wordings chosen by `wordings_at` (None: now)."""
    with translation.override(language):  # figures read in the language of the chapter, not of whoever asks for it
        facts, shown, answers = ask_all(border.wanted(), question, user)
        facts = border.derive(facts, answers, question)
    judgements = [judge(claim, facts, border.word_pack().words) for claim in border.pack().claims]
    kept = _kept(question.unit, year, user, wordings_at)
    shortfalls = find(border.rule_pack().rules, facts, clock.local(question.at).date())
    lines = _lines(judgements, shortfalls, kept, facts, language)
    opened = {facts[id].key: figure for id, figure in shown.items()}
    return Draft(question, year, language, facts, shown, opened, answers, tuple(lines), tuple(judgements), freeze)


Asked = tuple[Facts, dict[str, Figure], dict[str, Answer]]


def ask_all(ids: Iterable[str], question: Question, user: Any) -> Asked:
    """Ask each declared measure once; what nobody declares is left out and so reads as "no data".

    Kept in the process while neither the ledger nor the measured tables change: the pages of one review ask again and
    again for the same moment.
    """
    return _ask_all(tuple(ids), question, user, get_language(), head(), last_run())


@lru_cache(maxsize=32)
def _ask_all(ids: tuple[str, ...], question: Question, user: Any, *_state: object) -> Asked:
    declared = figures.measures()
    shown: dict[str, Figure] = {}
    answers: dict[str, Answer] = {}
    for id in ids:
        if id in declared:
            shown[id], answers[id] = figures.ask(id, question, user)
    facts = Facts(_fact(shown[id], answers[id], declared[id]) for id in shown)
    return facts, shown, answers


def _fact(figure: Figure, answer: Answer, measure: figures.Measure) -> Fact:
    text = figure.text.removeprefix("≥").strip()
    lower = figure.status == Status.LOWER_BOUND
    return Fact(
        figure.measure, figure.value, f"ít nhất {text}" if lower else text, f"at least {text}" if lower else text,
        Status(figure.status), len(answer.rows) + answer.hidden, figure.url, _capital(measure.vi), measure.en,
    )  # fmt: skip


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _kept(unit: Unit, year: int, user: Any, at: datetime | None) -> list[ReviewSentence]:
    rows = _seen(ReviewSentence, user).filter(unit=unit, year=year, chapter=border.CHAPTER)
    found = rows.known_at(at, lambda row: (row.unit_id, row.year, row.chapter) == (unit.pk, year, border.CHAPTER))
    return sorted(found, key=lambda row: (row.recorded_at, row.pk))


def _seen(model: Any, user: Any) -> Any:
    """Rows in the user's reach; all for the program itself (None)."""
    return model.objects.all() if user is None else model.objects.for_user(user)


def _lines(
    judgements: list[Judgement],
    shortfalls: Iterable[Shortfall],
    kept: list[ReviewSentence],
    facts: Facts,
    language: str,
) -> list[Line]:
    by_claim = {row.claim: row for row in kept if row.claim}
    found: list[Line] = []
    for point in border.pack().points:
        for judgement in (judgement for judgement in judgements if judgement.claim.point == point.id):
            line = _claim_line(judgement, by_claim.get(judgement.claim.id), facts, language)
            found += [line] if line else []
        own_rows = [row for row in kept if not row.claim and row.point == point.id]
        found += [_own_line(row, language) for row in own_rows]
    found += [_shortfall_line(shortfall, facts, language) for shortfall in shortfalls]
    return [replace(line, number=number) for number, line in enumerate(found, start=1)]


def _claim_line(judgement: Judgement, kept: ReviewSentence | None, facts: Facts, language: str) -> Line | None:
    claim = judgement.claim
    if kept is not None and kept.text:
        return _reworded(judgement, kept, facts, language)
    strengths = {level.strength for level in judgement.levels}
    level = judgement.level(kept.strength) if kept and kept.strength in strengths else judgement.offered
    if level is None or level.verdict == Verdict.NOT_WRITTEN:
        return None
    return Line(
        0, claim.id, claim.point, claim.title_vi, claim.title_en, level.sentence(language), level.verdict,
        explain.why(level, facts, language), judgement, kept=kept,
    )  # fmt: skip


def _reworded(judgement: Judgement, kept: ReviewSentence, facts: Facts, language: str) -> Line:
    """A claim in a person's own words: its numbers and strong words are checked, the rest no program can check."""
    claim = judgement.claim
    sentence = own(kept.text, figures_of(claim, facts), language)
    unmet = tuple(border.word_pack().words.unmet(kept.text, facts, claim.inputs))
    names = dict(border.word_pack().inputs)
    reasons = [explain.word(item, names, language) for item in unmet]
    if sentence.loose:
        reasons.append(explain.loose(sentence.loose, language))
    reasons.append(explain.OWN_WORDS[language])
    return Line(
        0, claim.id, claim.point, claim.title_vi, claim.title_en, sentence,
        judge_own(kept.text, claim, facts, border.word_pack().words), " ".join(reasons), judgement, kept=kept, unmet=unmet,
    )  # fmt: skip


def figures_of(claim: Claim, facts: Facts) -> list[Fact]:
    """The claim's figures that have a value, in its order."""
    named = [facts.ask(id) for id in (*claim.measures, *claim.counter)]
    return [fact for fact in named if fact.known]


def _own_line(row: ReviewSentence, language: str) -> Line:
    sentence = own(row.text, (), language)
    title_vi, title_en = "Câu tự soạn", "Own sentence"
    return Line(
        0,
        f"own-{row.pk}",
        row.point,
        title_vi,
        title_en,
        sentence,
        Verdict.NO_EVIDENCE,
        explain.NO_CLAIM[language],
        kept=row,
    )


def _shortfall_line(shortfall: Shortfall, facts: Facts, language: str) -> Line:
    rule = shortfall.rule
    return Line(
        0, rule.id, SHORTFALLS, rule.title_vi, rule.title_en, shortfall.sentence(language), Verdict.SUPPORTED,
        explain.fired(shortfall.fired, facts, language), shortfall=shortfall,
    )  # fmt: skip
