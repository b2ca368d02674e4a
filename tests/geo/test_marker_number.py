"""Marker identity is a string with a grammar: base[/sub][(k)], and stakes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cotmoc.geo.marker_number import BadMarkerNumber, MarkerNumber

NUMBERS = st.builds(
    MarkerNumber,
    base=st.integers(1, 99_999),
    sub=st.none() | st.integers(1, 999),
    copy=st.none() | st.integers(1, 99),
    stake=st.booleans(),
)


@pytest.mark.parametrize(
    ("typed", "meant", "path"),
    [
        ("676", "676", "676"),
        ("0676", "676", "676"),
        ("６７６", "676", "676"),
        ("Mốc 676", "676", "676"),
        ("mốc số 676", "676", "676"),
        ("cột mốc quốc giới số 717", "717", "717"),
        ("511/1", "511/1", "511-1"),
        ("511 / 1", "511/1", "511-1"),
        ("165(1)", "165(1)", "165.1"),
        ("165 ( 1 )", "165(1)", "165.1"),
        ("165.1", "165(1)", "165.1"),
        ("519/2(1)", "519/2(1)", "519-2.1"),
        ("519-2.1", "519/2(1)", "519-2.1"),
        ("CD5", "CD5", "CD5"),
        ("cd 5", "CD5", "CD5"),
        ("CD-5", "CD5", "CD5"),
        ("Cọc dấu số 5", "CD5", "CD5"),
    ],
)
def test_any_form_that_people_type_is_one_number(typed: str, meant: str, path: str) -> None:
    number = MarkerNumber.parse(typed)
    assert (str(number), number.path) == (meant, path)


@pytest.mark.parametrize("typed", ["", "mốc", "0", "676/", "/1", "67a", "676(1", "676-680-690", "CD", "1234567"])
def test_other_texts_are_refused(typed: str) -> None:
    with pytest.raises(BadMarkerNumber) as refusal:
        MarkerNumber.parse(typed)
    assert refusal.value.fault.values["text"] == typed


@given(NUMBERS)
def test_written_and_path_form_read_back(number: MarkerNumber) -> None:
    assert MarkerNumber.parse(str(number)) == number
    assert MarkerNumber.parse(number.path) == number


@given(st.lists(NUMBERS, max_size=12))
def test_text_key_sorts_like_the_numbers(numbers: list[MarkerNumber]) -> None:
    assert sorted(numbers) == sorted(numbers, key=lambda number: number.sort_text)


def test_natural_order() -> None:
    listed = ["99", "165", "165(1)", "165(2)", "165/1", "165/2(1)", "165/10", "166", "1000", "CD2", "CD10"]
    assert [str(number) for number in sorted(map(MarkerNumber.parse, reversed(listed)))] == listed
