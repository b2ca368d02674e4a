"""Shortfalls found by rule: what the figures say went wrong, who owns it, and how next year's review will check it.

A rule drafts; the committee accepts, merges or rejects. The cause is never guessed: where the figures explain a failure
(a storm, a distancing order) the share is given, and the words "chủ yếu do" and "một phần do" follow the share.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from cotmoc.review.engine.condition import Condition, Outcome
from cotmoc.review.engine.facts import Facts
from cotmoc.review.engine.sentence import Sentence, fill

MAINLY, PARTLY = 70.0, 30.0  # percent of the misses that the named causes must explain (CLAIMS, SF.IRREG)


@dataclass(frozen=True, slots=True)
class Cause:
    """How much of the failure known causes explain (`share`, per cent), and the clause for much and for part of it."""

    share: str
    vi_mainly: str
    vi_partly: str
    en_mainly: str
    en_partly: str

    def template(self, facts: Facts, language: str) -> str:
        """The clause the explained share allows; empty where it allows none."""
        low, high = facts.ask(self.share).bounds
        if low >= MAINLY:
            return self.en_mainly if language == "en" else self.vi_mainly
        if low >= PARTLY and high < MAINLY:
            return self.en_partly if language == "en" else self.vi_partly
        return ""


@dataclass(frozen=True, slots=True)
class Rule:
    """Fires when any of `when` holds; `unless` silences it; `check` is next year's test on the same measure."""

    id: str
    title_vi: str
    title_en: str
    when: tuple[Condition, ...]
    vi: str
    en: str
    owner_vi: str
    owner_en: str
    remedy_vi: str
    remedy_en: str
    due_days: int
    check: tuple[Condition, ...]
    measures: tuple[str, ...]
    unless: tuple[Condition, ...] = ()
    cause: Cause | None = None


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A drafted shortfall: the sentence in both languages, what fired, owner, remedy, the day it is due, its check."""

    rule: Rule
    vi: Sentence
    en: Sentence
    fired: tuple[Condition, ...]
    due: date

    def sentence(self, language: str) -> Sentence:
        """The sentence in `vi` or `en`."""
        return self.en if language == "en" else self.vi


def find(rules: Iterable[Rule], facts: Facts, day: date) -> tuple[Shortfall, ...]:
    """The shortfalls that certainly exist on `day`; an unknown condition accuses nobody."""
    found = []
    for rule in rules:
        fired = tuple(condition for condition in rule.when if condition.holds(facts) == Outcome.PASS)
        silenced = any(condition.holds(facts) == Outcome.PASS for condition in rule.unless)
        if fired and not silenced:
            found.append(_draft(rule, fired, facts, day))
    return tuple(found)


def _draft(rule: Rule, fired: tuple[Condition, ...], facts: Facts, day: date) -> Shortfall:
    due = day + timedelta(days=rule.due_days)
    return Shortfall(rule, _sentence(rule, facts, "vi"), _sentence(rule, facts, "en"), fired, due)


def _sentence(rule: Rule, facts: Facts, language: str) -> Sentence:
    template = rule.en if language == "en" else rule.vi
    clause = rule.cause.template(facts, language) if rule.cause else ""
    return fill(template.removesuffix(".") + clause + "." if clause else template, facts, language)
