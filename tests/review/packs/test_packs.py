"""Packs are read strictly: what an officer mistypes is told with its place, never passed over."""

from __future__ import annotations

from datetime import date

import pytest

from cotmoc.base.problems import Problem
from cotmoc.review import packs
from cotmoc.review.packs.layouts import layout_on

HEAD = '[pack]\nid="x"\nversion="1"\ntitle_vi="t"\ntitle_en="t"\nverified="U"\nverified_by=""\n'
POINT = '[[point]]\nid="p"\nvi="v"\nen="e"\n'
CLAIM = '[[claim]]\nid="C"\npoint="p"\ntitle_vi="t"\ntitle_en="t"\nsource=""\nmeasures=["a.b"]\n'
WORDING = '[[claim.wording]]\nstrength=1\nvi="Có {a.b} chuyến."\nen="{a.b} patrols."\n'


def test_a_claim_is_read() -> None:
    pack = packs.read_claims(HEAD + POINT + CLAIM + WORDING + 'must=["a.b >= 3"]\n', "x")
    assert pack.claims[0].wording(1).must[0].names == ("a.b",)
    assert pack.note.verified_by == ""


@pytest.mark.parametrize(
    ("text", "code", "told"),
    [
        (HEAD + POINT + CLAIM + 'colour="red"\n' + WORDING, "pack.key", "colour"),
        (HEAD + POINT + CLAIM.replace('source=""\n', "") + WORDING, "pack.key", "source"),
        (HEAD + POINT + CLAIM + WORDING + 'must=["a.b về đích"]\n', "pack.value", "a.b về đích"),
        (HEAD + POINT + CLAIM + WORDING.replace("Có", "Có 60"), "pack.value", "Có 60"),
        (HEAD + POINT + CLAIM + WORDING.replace("{a.b} patrols", "patrols"), "pack.value", "patrols."),
        (HEAD + POINT.replace('id="p"', 'id="q"') + CLAIM + WORDING, "pack.value", "p"),
        (HEAD + POINT + CLAIM + WORDING.replace("strength=1", "strength=4"), "pack.value", "4"),
        (HEAD + "[[claim]\n", "pack.value", ""),
    ],
)
def test_mistakes_are_told_with_their_place(text: str, code: str, told: str) -> None:
    with pytest.raises(Problem) as caught:
        packs.read_claims(text, "claims-x")
    assert caught.value.code == code
    assert told in caught.value.sentence("vi")
    assert "claims-x" in caught.value.sentence("vi")


def test_a_word_on_an_unexplained_input_is_refused() -> None:
    word = '[inputs]\nm="x"\n[[word]]\nforms=["tốt"]\nneeds=["k >= 9"]\nweaker=""\n'
    with pytest.raises(Problem) as caught:
        packs.read_words(HEAD + word, "words")
    assert "k" in caught.value.sentence("vi")


def test_claims_name_only_inputs_that_words_know() -> None:
    known = packs.words().inputs.keys()
    for claim in packs.claims("border").claims:
        assert set(claim.inputs) <= set(known), claim.id


@pytest.mark.parametrize(
    ("family", "day", "layout"),
    [
        ("state", date(2020, 11, 24), "state-nd30-2020"),
        ("party", date(2020, 11, 24), "party-hd36-2018"),
        ("party", date(2026, 5, 26), "party-hd36-2018"),
        ("party", date(2026, 5, 27), "party-hd05-2026"),
    ],
)
def test_the_layout_follows_the_day_of_the_document(family: str, day: date, layout: str) -> None:
    assert layout_on(family, day).id == layout  # type: ignore[arg-type]


def test_a_day_without_a_layout_is_told() -> None:
    with pytest.raises(Problem) as caught:
        layout_on("state", date(2019, 1, 1))
    assert caught.value.code == "pack.unknown"
