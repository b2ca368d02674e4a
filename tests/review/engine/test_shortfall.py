"""Shortfalls found by rule: they fire on certainty only, and a cause is named only where records explain it."""

from __future__ import annotations

from datetime import date

import pytest

from cotmoc.review import packs
from cotmoc.review.engine import explain
from cotmoc.review.engine.facts import Fact, Facts, Status
from cotmoc.review.engine.shortfall import Shortfall, find

DAY = date(2020, 11, 24)


def facts(**values: float | str) -> Facts:
    ids = {name.replace("__", "."): value for name, value in values.items()}
    return Facts(
        [
            Fact(id, None, value, value)
            if isinstance(value, str)
            else Fact(id, value, f"{value:g}", f"{value:g}", rows=1)
            for id, value in ids.items()
        ]
    )


def fired(**values: float | str) -> dict[str, Shortfall]:
    found = find(packs.rules("border").rules, facts(**values), DAY)
    return {shortfall.rule.id: shortfall for shortfall in found}


@pytest.mark.parametrize(
    ("rule", "fires", "silent"),
    [
        ("SF.PLAN", {"patrol__plan_done_pct": 89.9}, {"patrol__plan_done_pct": 90}),
        ("SF.PLAN", {"patrol__missed_unexplained_count": 1}, {"patrol__missed_unexplained_count": 0}),
        ("SF.PLAN", {"patrol__waived_share_pct": 25.1}, {"patrol__waived_share_pct": 25}),
        ("SF.COVER", {"line__overdue_km": 0.1}, {"line__overdue_km": 0}),
        ("SF.COVER", {"line__gap_km": 2}, {"line__gap_km": 0}),
        ("SF.OVERDUE", {"marker__overdue_count": 3}, {"marker__overdue_count": 0}),
        ("SF.UNKNOWN", {"marker__unknown_count": 4}, {"marker__unknown_count": 0}),
        ("SF.DAMAGE", {"marker__damage_over_norm_count": 1}, {"marker__damage_over_norm_count": 0}),
        ("SF.NODATA", {"patrol__reported_pct": 97}, {"patrol__reported_pct": 100}),
    ],
)
def test_each_rule_at_its_edge(rule: str, fires: dict[str, float], silent: dict[str, float]) -> None:
    assert rule in fired(**fires)
    assert rule not in fired(**silent)


def test_what_nobody_measured_accuses_nobody() -> None:
    assert fired() == {}
    maybe = Fact("marker.unknown_count", 0, "≥ 0", "≥ 0", Status.LOWER_BOUND)
    assert find(packs.rules("border").rules, Facts([maybe]), DAY) == ()


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (100.0, "chủ yếu do cách ly xã hội"),
        (70.0, "chủ yếu do"),
        (69.9, "một phần do"),
        (30.0, "một phần do"),
        (29.9, ""),
    ],
)
def test_a_cause_is_named_by_the_share_it_explains(share: float, words: str) -> None:
    text = fired(
        patrol__missed_count=20,
        patrol__missed_unexplained_count=3,
        patrol__missed_explained_pct=share,
        patrol__missed_causes="cách ly xã hội",
    )["SF.PLAN"].vi.text
    assert words in text
    assert ("do cách ly" in text) == bool(words)


def test_without_a_known_share_no_cause_is_written() -> None:
    text = fired(patrol__missed_count=20, patrol__missed_unexplained_count=3)["SF.PLAN"].vi.text
    assert "phần do" not in text
    assert "yếu do" not in text


def test_why_it_fired_is_said_with_the_figure_and_the_limit() -> None:
    values = facts(patrol__missed_unexplained_count=19)
    (found,) = find(packs.rules("border").rules, values, DAY)
    told = explain.fired(found.fired, values)
    assert told == "patrol.missed_unexplained_count: 19, quy tắc báo khi trên 0."
    assert explain.fired(found.fired, values, "en").endswith("19, the rule fires when above 0.")


def test_a_shortfall_carries_its_due_day() -> None:
    assert fired(marker__unknown_count=4)["SF.UNKNOWN"].due == date(2020, 12, 8)
