"""«Bảo đảm nguyên trạng 60 cột mốc, 7 cọc dấu» – and every other figure of the border chapter of the invented year.

Each figure that a sentence shows is computed again by hand-written SQL from the raw tables, with geometry that samples the
line where it must, and equals what the sentence says.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import transaction

from cotmoc.base import clock
from cotmoc.base.models import Unit
from cotmoc.demo import load
from cotmoc.measure import run as measuring
from cotmoc.review import run
from cotmoc.review.engine.facts import Fact
from cotmoc.review.run import Draft
from tests.flow.recomputed import Recomputed, recompute

pytestmark = pytest.mark.django_db
AT = datetime(2020, 11, 23, 23, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def drafted(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Draft, Recomputed]]:
    """The chapter of the last two months of the invented year, and its figures by hand."""
    before: Path = configured.COTMOC_HOME
    configured.COTMOC_HOME = tmp_path_factory.mktemp("chapter")
    with django_db_blocker.unblock(), transaction.atomic():
        load.build(months=2, fix_interval=30)
        measuring.rebuild()
        question = run.question_for(Unit.objects.get(kind="command"), 2020, AT)
        yield run.draft(question, 2020, None), recompute(question.since, question.until, question.at)
        transaction.set_rollback(True)
    configured.COTMOC_HOME = before
    clock.forget()


def figures_shown(draft: Draft) -> list[Fact]:
    """Every computed figure of every sentence, each once."""
    shown = {fact.id: fact for line in draft.lines for fact in line.sentence.figures if fact.key}
    return list(shown.values())


def test_the_chapter_has_its_sentences(drafted: tuple[Draft, Recomputed]) -> None:
    draft, _ = drafted
    said = {line.key for line in draft.lines}
    assert {"S17", "S20", "S20.joint", "S21", "S21.brush", "SF.COVER"} <= said
    assert len(figures_shown(draft)) >= 15


def test_every_figure_equals_the_one_computed_by_hand(drafted: tuple[Draft, Recomputed]) -> None:
    draft, by_hand = drafted
    told = []
    for fact in figures_shown(draft):
        if fact.value is None:
            expected_names = by_hand.lists[fact.id]  # the chapter lists them along the line, this by number
            if sorted(fact.vi.split(", ")) != sorted(expected_names.split(", ")):
                told.append(f"{fact.id}: {fact.vi} | {expected_names}")
            continue
        expected, margin = by_hand.values[fact.id], by_hand.margin.get(fact.id, 1e-6)
        if abs(fact.value - expected) > margin:
            told.append(f"{fact.id}: {fact.value} | {expected} ± {margin}")
    assert told == []


def test_the_text_of_a_figure_is_its_value(drafted: tuple[Draft, Recomputed]) -> None:
    draft, _ = drafted
    for fact in figures_shown(draft):
        if fact.value is not None and "/" not in fact.vi:
            read = fact.vi.removeprefix("ít nhất ").replace(".", "").replace(",", ".").split("\u00a0")[0]
            assert float(read) == pytest.approx(fact.value, abs=0.0500001), fact.id


def test_sampling_bites(drafted: tuple[Draft, Recomputed]) -> None:
    """A wrong reach would be seen: the margins of the sampled figures are far smaller than what they measure."""
    _, by_hand = drafted
    sure, possible = by_hand.values["line.coverage_sure_pct"], by_hand.values["line.coverage_possible_pct"]
    assert by_hand.margin["line.coverage_sure_pct"] < 0.3
    assert possible - sure > by_hand.margin["line.coverage_sure_pct"]
    assert 5 < sure < 99
