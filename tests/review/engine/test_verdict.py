"""Four verdicts, and the strongest wording that the figures carry."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cotmoc.review import packs
from cotmoc.review.engine.claim import Claim, Wording
from cotmoc.review.engine.condition import Condition, Outcome
from cotmoc.review.engine.facts import Fact, Facts, Status
from cotmoc.review.engine.verdict import Judgement, Kind, TestResult, Verdict, judge, verdict_of
from cotmoc.review.engine.words import Words

ANY = Condition("x", ">", 0.0)
RANK = [Verdict.SUPPORTED, Verdict.NOT_CONTRADICTED, Verdict.CONTRADICTED]


def result(kind: str, outcome: str) -> TestResult:
    return TestResult(Kind(kind), ANY, Outcome(outcome))


@pytest.mark.parametrize(
    ("tests", "rows", "verdict"),
    [
        ([("must", "pass")], 1, Verdict.SUPPORTED),
        ([("must", "pass"), ("must", "unknown")], 1, Verdict.NOT_CONTRADICTED),
        ([("must", "pass"), ("must", "fail")], 1, Verdict.CONTRADICTED),
        ([("must", "unknown"), ("must", "fail")], 1, Verdict.CONTRADICTED),
        ([("deny", "pass")], 1, Verdict.CONTRADICTED),
        ([("deny", "fail")], 1, Verdict.SUPPORTED),
        ([("deny", "unknown")], 1, Verdict.NOT_CONTRADICTED),
        ([("must", "pass"), ("proof", "fail")], 1, Verdict.NOT_CONTRADICTED),
        ([("must", "fail"), ("proof", "fail")], 1, Verdict.CONTRADICTED),
        ([("must", "unknown")], 0, Verdict.NO_EVIDENCE),
        ([("must", "pass")], 0, Verdict.SUPPORTED),  # zero cases with full reporting is known, though no record stands
        ([], 0, Verdict.NO_EVIDENCE),
        ([], 3, Verdict.SUPPORTED),
        ([("must", "not_applicable")], 5, Verdict.NOT_WRITTEN),
        ([("must", "not_applicable"), ("must", "pass")], 5, Verdict.SUPPORTED),
    ],
)
def test_verdicts(tests: list[tuple[str, str]], rows: int, verdict: Verdict) -> None:
    assert verdict_of(tuple(result(*test) for test in tests), rows) == verdict


def markers(intact: int, damaged: int, unknown: int, inspected: int = 67) -> Facts:
    """The facts of 67 objects: 60 markers and 7 stakes."""
    total = intact + damaged + unknown

    def count(id: str, value: float, **bounds: float) -> Fact:
        return Fact(id, value, f"{value:g}", f"{value:g}", rows=total, **bounds)

    return Facts(
        [
            count("marker.intact_count", intact, low=intact, high=intact + unknown),
            count("marker.damaged_count", damaged),
            count("marker.unknown_count", unknown),
            count("object.total", total),
            count("marker.total", 60),
            count("stake.total", 7),
            count("marker.inspected_count", inspected),
            count("marker.inspected_pct", 100 * inspected / total),
            count("marker.intact_pct", 100 * intact / total),
        ]
    )


def s21(facts: Facts) -> Judgement:
    claim = next(claim for claim in packs.claims("border").claims if claim.id == "S21")
    return judge(claim, facts, packs.words().words)


@pytest.mark.parametrize(
    ("intact", "damaged", "unknown", "strong", "offered"),
    [
        (67, 0, 0, Verdict.SUPPORTED, 3),
        (63, 0, 4, Verdict.NOT_CONTRADICTED, 2),
        (66, 1, 0, Verdict.CONTRADICTED, 1),
        (62, 1, 4, Verdict.CONTRADICTED, 1),
    ],
)
def test_integrity_of_the_67(intact: int, damaged: int, unknown: int, strong: Verdict, offered: int) -> None:
    """S21: all known intact carries the strong sentence, one unknown leaves it unproven, one damaged refutes it."""
    judgement = s21(markers(intact, damaged, unknown))
    assert judgement.level(3).verdict == strong
    assert judgement.offered is not None
    assert judgement.offered.strength == offered


def test_the_reason_names_what_stands_in_the_way() -> None:
    unproven = s21(markers(63, 0, 4)).above
    assert unproven is not None
    assert {test.condition.left for test in unproven.obstacles} == {"marker.intact_count", "marker.unknown_count"}
    refuted = s21(markers(62, 1, 4)).level(3)
    named = {test.condition.left for test in refuted.obstacles}
    assert named == {"marker.damaged_count", "marker.intact_count"}, "what is merely unknown is left out"


def test_no_records_at_all_is_no_evidence() -> None:
    assert {level.verdict for level in s21(Facts()).levels} == {Verdict.NO_EVIDENCE}
    assert s21(Facts()).offered is None


def test_a_middle_wording_without_tests_takes_those_of_essentially() -> None:
    claim = Claim("T", "p", "t", "t", "", ("a",), (Wording(2, "Đã làm.", "Done."),), inputs={"m": "a", "dq": "q"})
    reported = Fact("q", 85, "85", "85", rows=1)
    for value, verdict in [(92, Verdict.SUPPORTED), (80, Verdict.CONTRADICTED)]:
        facts = Facts([Fact("a", value, "", "", rows=1), reported])
        assert judge(claim, facts, Words()).levels[0].verdict == verdict
    thin = Facts([Fact("a", 92, "", "", rows=1), Fact("q", 40, "", "", rows=1)])
    assert judge(claim, thin, Words()).levels[0].verdict == Verdict.NOT_CONTRADICTED


@given(st.integers(0, 67), st.integers(0, 67), st.integers(0, 67))
def test_learning_more_never_turns_proof_into_refutation_or_back(intact: int, damaged: int, unknown: int) -> None:
    """Settling one unknown object changes a decided verdict only as far as that object's own state allows."""
    before = s21(markers(intact, damaged, unknown + 1)).level(3).verdict
    good = s21(markers(intact + 1, damaged, unknown)).level(3).verdict
    bad = s21(markers(intact, damaged + 1, unknown)).level(3).verdict
    assert before != Verdict.SUPPORTED
    assert RANK.index(good) <= RANK.index(before), "a good finding never weakens the sentence"
    assert bad == Verdict.CONTRADICTED


@given(st.integers(1, 67), st.integers(0, 10))
def test_no_data_never_supports_and_never_refutes(intact: int, unknown: int) -> None:
    facts = Facts([*markers(intact, 0, unknown).values()])
    blind = Facts([fact for fact in facts.values() if fact.id != "marker.damaged_count"])
    assert s21(blind).level(3).verdict in {Verdict.NOT_CONTRADICTED}
    told = Facts([*blind.values(), Fact("marker.damaged_count", None, "–", "–", Status.NO_DATA)])
    assert s21(told).level(3).verdict == s21(blind).level(3).verdict
