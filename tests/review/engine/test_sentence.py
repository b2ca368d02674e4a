"""Sentences whose every number is a figure, in the templates and in what an author types."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cotmoc.review import packs
from cotmoc.review.engine.claim import Rider, Wording
from cotmoc.review.engine.condition import Condition
from cotmoc.review.engine.facts import Fact, Facts, Status
from cotmoc.review.engine.sentence import FigureRef, Loose, Text, fill, own, say, stray_digits

FIGURES = Facts(
    [
        Fact("patrol.count", 418, "418", "418", rows=418),
        Fact("line.share", 88.5, "88,5\u00a0%", "88.5 %", rows=12),
        Fact("joint.count", 12, "12", "12", rows=12),
        Fact("marker.intact_count", 63, "63/67", "63/67", rows=67),
        Fact("patrol.waived_pct", 14.2, "14,2 %", "14.2 %", rows=30),
    ]
)


def test_every_number_of_a_filled_template_is_a_figure() -> None:
    sentence = fill("Tổ chức {patrol.count} chuyến, bao quát {line.share}.", FIGURES)
    assert sentence.text == "Tổ chức 418 chuyến, bao quát 88,5\u00a0%."
    assert [fact.id for fact in sentence.figures] == ["patrol.count", "line.share"]
    assert all(not re.search(r"\d", part.text) for part in sentence.parts if isinstance(part, Text))
    assert fill("{line.share} covered.", FIGURES, "en").text == "88.5 % covered."


def test_a_figure_nobody_measured_reads_as_no_data() -> None:
    sentence = fill("Kiểm tra {nobody.asked}.", FIGURES)
    assert sentence.text == "Kiểm tra chưa có số liệu."
    assert sentence.figures[0].status == Status.NO_DATA


def test_a_rider_is_said_only_when_it_must_be() -> None:
    rider = Rider(
        Condition.parse("patrol.waived_pct > 10"), "; {patrol.waived_pct} được miễn", "; {patrol.waived_pct} waived"
    )
    wording = Wording(2, "Tổ chức {patrol.count} chuyến.", "{patrol.count} patrols.", riders=(rider,))
    assert say(wording, FIGURES).text == "Tổ chức 418 chuyến; 14,2 % được miễn."
    few = Facts([FIGURES["patrol.count"], Fact("patrol.waived_pct", 3, "3 %", "3 %")])
    assert say(wording, few).text == "Tổ chức 418 chuyến."
    unknown = Facts([FIGURES["patrol.count"]])
    assert say(wording, unknown).text == "Tổ chức 418 chuyến."


@pytest.mark.parametrize(
    ("text", "linked", "loose"),
    [
        ("Kiểm tra 63/67 mốc trong 418 chuyến.", ["63/67", "418"], []),
        ("Bao quát 88,5 % đường biên.", ["88,5 %"], []),
        ("Bao quát 88,5 đường biên.", [], ["88,5"]),
        ("Bao quát 100 % đường biên, 418 chuyến.", ["418"], ["100 %"]),
        ("Mốc 709 còn nguyên.", [], ["709"]),
        ("Có 12/418 chuyến.", ["12", "418"], []),
        ("Có 13/418 chuyến.", [], ["13/418"]),
        ("Không có số nào.", [], []),
        ("", [], []),
    ],
)
def test_an_authors_numbers_are_matched_or_called_loose(text: str, linked: list[str], loose: list[str]) -> None:
    sentence = own(text, FIGURES.values())
    assert sentence.text == text, "nothing the author wrote is changed"
    assert [part.text for part in sentence.parts if isinstance(part, FigureRef)] == linked
    assert list(sentence.loose) == loose


@given(st.text(alphabet="abc 0123456789/,.%đ\u00a0", max_size=40))
def test_an_authors_text_is_kept_letter_for_letter(text: str) -> None:
    sentence = own(text, FIGURES.values())
    assert sentence.text == text
    assert not any(char.isdigit() for part in sentence.parts if isinstance(part, Text) for char in part.text)
    assert all(isinstance(part, Text | FigureRef | Loose) for part in sentence.parts)


def test_templates_of_the_shipped_packs_bring_no_number_of_their_own() -> None:
    texts = [w.text(lang) for c in packs.claims("border").claims for w in c.wordings for lang in ("vi", "en")]
    texts += [text for rule in packs.rules("border").rules for text in (rule.vi, rule.en)]
    assert len(texts) > 20
    assert [text for text in texts if stray_digits(text)] == []
