"""Conditions on figures that are known only within bounds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cotmoc.review.engine.condition import Condition, Outcome
from cotmoc.review.engine.facts import Fact, Facts, Status


def fact(low: float, high: float, id: str = "x") -> Fact:
    return Fact(id, low, f"{low:g}", f"{low:g}", rows=1, low=low, high=high)


@pytest.mark.parametrize(
    ("line", "low", "high", "outcome"),
    [
        ("x >= 95", 96, 96, Outcome.PASS),
        ("x >= 95", 95, 95, Outcome.PASS),
        ("x >= 95", 90, 94, Outcome.FAIL),
        ("x >= 95", 90, 96, Outcome.UNKNOWN),
        ("x == 0", 0, 0, Outcome.PASS),
        ("x == 0", 0, 4, Outcome.UNKNOWN),
        ("x == 0", 1, 4, Outcome.FAIL),
        ("x < 70", 30, 70, Outcome.UNKNOWN),
        ("x != 0", 0, 0, Outcome.FAIL),
        ("x > 0", 1, 9, Outcome.PASS),
    ],
)
def test_outcomes(line: str, low: float, high: float, outcome: Outcome) -> None:
    assert Condition.parse(line).holds(Facts([fact(low, high)])) == outcome


def test_two_figures_are_compared_within_their_bounds() -> None:
    equal = Condition.parse("marker.intact_count == object.total")
    total = fact(67, 67, "object.total")
    for low, high, outcome in [(67, 67, Outcome.PASS), (63, 67, Outcome.UNKNOWN), (63, 66, Outcome.FAIL)]:
        assert equal.holds(Facts([fact(low, high, "marker.intact_count"), total])) == outcome


def test_status_gives_the_bounds() -> None:
    at_least = Fact("x", 3, "≥ 3", "≥ 3", Status.LOWER_BOUND)
    assert Condition.parse("x == 0").holds(Facts([at_least])) == Outcome.FAIL
    assert Condition.parse("x >= 4").holds(Facts([at_least])) == Outcome.UNKNOWN
    assert Condition.parse("x >= 4").holds(Facts()) == Outcome.UNKNOWN, "a figure nobody measured is unknown"
    none = Fact("x", None, "–", "–", Status.NOT_APPLICABLE)
    assert Condition.parse("x >= 4").holds(Facts([none])) == Outcome.NOT_APPLICABLE


@pytest.mark.parametrize("line", ["", "x", "x > ", "x >= 95 %", "x >= 5 and y < 3", "X > 1", "1 > x", "x => 3"])
def test_anything_but_one_comparison_is_refused(line: str) -> None:
    with pytest.raises(ValueError):
        Condition.parse(line)


@given(
    st.sampled_from([">=", ">", "<=", "<", "==", "!="]),
    st.integers(-5, 5),
    st.integers(0, 6),
    st.integers(-5, 5),
    st.integers(0, 6),
)
def test_a_range_passes_only_if_every_value_in_it_does(op: str, low: int, width: int, other: int, span: int) -> None:
    """The outcome on bounds is the outcome of all whole values within them, taken together."""
    condition = Condition("x", op, "y")
    got = condition.holds(Facts([fact(low, low + width), fact(other, other + span, "y")]))
    each = {
        condition.holds(Facts([fact(a, a), fact(b, b, "y")]))
        for a in range(low, low + width + 1)
        for b in range(other, other + span + 1)
    }
    assert got == (each.pop() if len(each) == 1 else Outcome.UNKNOWN)


def test_limits_read_like_the_language() -> None:
    assert Condition.parse("a.b_pct >= 97.5").words(Facts(), "vi") == "từ 97,5 % trở lên"
    assert Condition.parse("a.b_pct >= 97.5").words(Facts(), "en") == "at least 97,5 %"
