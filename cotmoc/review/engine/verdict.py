"""Which sentence can stand: every wording of a claim judged on the figures, and the strongest one that they carry.

Four verdicts, never two: a sentence may be proven, unproven, false, or without any record. The verdict judges the
sentence, never a person.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from cotmoc.review.engine.claim import Claim, Wording
from cotmoc.review.engine.condition import Condition, Outcome
from cotmoc.review.engine.facts import Facts
from cotmoc.review.engine.sentence import Sentence, say
from cotmoc.review.engine.words import Words, translate

# CLAIMS section 2: where a middle wording states no tests, those of "cơ bản" hold; bare facts need one record.
BASIC = (Condition("m", ">=", 90.0),)
BASIC_PROOF = (Condition("dq", ">=", 80.0),)


class Verdict(StrEnum):
    """How a sentence stands against the records."""

    SUPPORTED = "supported"
    NOT_CONTRADICTED = "not_contradicted"
    CONTRADICTED = "contradicted"
    NO_EVIDENCE = "no_evidence"
    NOT_WRITTEN = "not_written"


class Kind(StrEnum):
    """What a condition says about the sentence when it does not come out well (see `claim.py`)."""

    MUST = "must"
    DENY = "deny"
    PROOF = "proof"


@dataclass(frozen=True, slots=True)
class TestResult:
    """One condition on the figures of the day; `word` names the strong word that asks for it."""

    __test__ = False  # not a test case, whatever its name

    kind: Kind
    condition: Condition
    outcome: Outcome
    word: str = ""

    @property
    def good(self) -> bool:
        """True where the condition does not stand in the sentence's way."""
        wanted = Outcome.FAIL if self.kind == Kind.DENY else Outcome.PASS
        return self.outcome in {wanted, Outcome.NOT_APPLICABLE}

    @property
    def refutes(self) -> bool:
        """True where the condition makes the sentence false."""
        if self.kind == Kind.PROOF:
            return False
        return self.outcome == (Outcome.PASS if self.kind == Kind.DENY else Outcome.FAIL)


@dataclass(frozen=True, slots=True)
class Judged:
    """One wording judged: the verdict, the conditions with their outcomes, the sentence as it would read."""

    strength: int
    verdict: Verdict
    tests: tuple[TestResult, ...]
    vi: Sentence
    en: Sentence

    @property
    def obstacles(self) -> tuple[TestResult, ...]:
        """Why it is not supported: what refutes it, or else what is not proven."""
        refuting = tuple(test for test in self.tests if test.refutes)
        return refuting or tuple(test for test in self.tests if not test.good)

    def sentence(self, language: str) -> Sentence:
        """The sentence in `vi` or `en`."""
        return self.en if language == "en" else self.vi


@dataclass(frozen=True, slots=True)
class Judgement:
    """A claim judged at every strength, strongest first."""

    claim: Claim
    levels: tuple[Judged, ...]

    @property
    def offered(self) -> Judged | None:
        """The strongest supported wording; failing that the strongest not contradicted; else none (a shortfall)."""
        for verdict in (Verdict.SUPPORTED, Verdict.NOT_CONTRADICTED):
            for level in self.levels:
                if level.verdict == verdict:
                    return level
        return None

    @property
    def above(self) -> Judged | None:
        """The weakest wording that is stronger than the offered one, and so the first that does not stand."""
        offered = self.offered
        stronger = [level for level in self.levels if offered is None or level.strength > offered.strength]
        return stronger[-1] if stronger else None

    def level(self, strength: int) -> Judged:
        """The wording of that strength; KeyError where the claim has none."""
        for level in self.levels:
            if level.strength == strength:
                return level
        raise KeyError(strength)


def judge(claim: Claim, facts: Facts, words: Words) -> Judgement:
    """Judge every wording of `claim`; the figures decide, nothing else."""
    ordered = sorted(claim.wordings, key=lambda wording: -wording.strength)
    return Judgement(claim, tuple(_judge(claim, wording, facts, words) for wording in ordered))


def verdict_of(tests: tuple[TestResult, ...], rows: int) -> Verdict:
    """The verdict from the outcomes and the number of records behind the claim."""
    applicable = [test for test in tests if test.outcome != Outcome.NOT_APPLICABLE]
    if tests and not applicable:
        return Verdict.NOT_WRITTEN
    matter = [test for test in applicable if test.kind != Kind.PROOF]
    if rows == 0 and all(test.outcome == Outcome.UNKNOWN for test in matter):
        return Verdict.NO_EVIDENCE
    if any(test.refutes for test in applicable):
        return Verdict.CONTRADICTED
    if all(test.good for test in applicable):
        return Verdict.SUPPORTED
    return Verdict.NOT_CONTRADICTED


def judge_own(text: str, claim: Claim, facts: Facts, words: Words) -> Verdict:
    """A claim in a person's own words: false where a strong word is refuted, otherwise never more than unproven.

    A program can check numbers and strong words, not what else a sentence says.
    """
    needs = [translate(need, claim.inputs) for form in words.found_in(text) for need in words[form].needs]
    refuted = any(need.holds(facts) == Outcome.FAIL for need in needs)
    return Verdict.CONTRADICTED if refuted else Verdict.NOT_CONTRADICTED


def _judge(claim: Claim, wording: Wording, facts: Facts, words: Words) -> Judged:
    unique = {(kind, condition): word for kind, condition, word in reversed([*conditions_of(claim, wording, words)])}
    tests = tuple(
        TestResult(kind, condition, condition.holds(facts), word)
        for (kind, condition), word in reversed(unique.items())
    )
    verdict = verdict_of(tests, claim.rows(facts))
    return Judged(wording.strength, verdict, tests, say(wording, facts, "vi"), say(wording, facts, "en"))


def conditions_of(claim: Claim, wording: Wording, words: Words) -> Iterator[tuple[Kind, Condition, str]]:
    """Every condition of a wording on the claim's figures: its own, those of its strong words, or the defaults."""
    has_tests = bool(wording.must or wording.deny or wording.proof or words.found_in(wording.vi))
    yield from ((Kind.DENY, condition, "") for condition in wording.deny)
    yield from ((Kind.MUST, condition, "") for condition in wording.must)
    yield from ((Kind.PROOF, condition, "") for condition in wording.proof)
    for form in words.found_in(wording.vi):
        word = words[form]
        yield from ((Kind.MUST, translate(need, claim.inputs), form) for need in word.needs)
        yield from ((Kind.PROOF, translate(need, claim.inputs), form) for need in word.proof)
    if wording.strength == 2 and not has_tests:
        yield from ((Kind.MUST, translate(need, claim.inputs), "") for need in BASIC)
        yield from ((Kind.PROOF, translate(need, claim.inputs), "") for need in BASIC_PROOF)
