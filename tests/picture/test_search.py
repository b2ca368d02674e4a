"""`dac pring 731`, `ĐẮC PRING 731` and `đắc pring 731` are one query; what may not be seen is not counted."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from cotmoc.base.text import fold, nfc
from cotmoc.picture.search import from_telex, marked, parse, search
from tests.province import NOW, Province

TODAY = date(2020, 11, 24)


@pytest.fixture
def recorded(province: Province) -> Province:
    """Ga Ry inspected 703 on 7/8, Đắc Pring walked to 710 and inspected it on 10/11."""
    province.inspect("703", date(2020, 8, 7), note="Phát quang quanh mốc")
    patrol = province.walk("DP", 16_000, 20_000, date(2020, 11, 10))
    province.inspect("710", date(2020, 11, 10), patrol=patrol)
    return province


def titles(province: Province, text: str, user: str = "BCH") -> list[str]:
    return [hit.title for _label, hits in search(text, province.users[user], NOW).groups for hit in hits]


@pytest.mark.parametrize("text", ["dac pring 710", "ĐẮC PRING 710", "đắc pring 710", "710 dac pring"])
def test_both_sides_are_folded(recorded: Province, text: str) -> None:
    found = search(text, recorded.users["BCH"], NOW)
    assert [str(label) for label, _hits in found.groups] == ["Nơi, vật", "Bản ghi", "Việc làm được"]
    assert titles(recorded, text) == [
        "Mốc 710 · Đồn Đắc Pring",
        "Đồn Biên phòng Đắc Pring",
        "BB-2020-11-002, biên bản kiểm tra mốc 710",
        "Lập biên bản kiểm tra mốc 710",
    ]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("703", "Mốc 703 · Đồn Ga Ry"),
        ("mốc 703", "Mốc 703 · Đồn Ga Ry"),
        ("cd1", "CD1 · Đồn Ga Ry"),
        ("cọc dấu 1", "CD1 · Đồn Ga Ry"),
        ("la ee", "Đồn Biên phòng La Êê"),
        ("LE", "Đồn Biên phòng La Êê"),
        ("dac oc", "Cửa khẩu Đắc Ốc"),
        ("bhuoch", "Alăng Bhuôch"),
        ("bb-2020-08-001", "BB-2020-08-001, biên bản kiểm tra mốc 703"),
        ("phat quang", "BB-2020-08-001, biên bản kiểm tra mốc 703"),
        ("7/8", "BB-2020-08-001, biên bản kiểm tra mốc 703"),
        ("07/08/2020", "BB-2020-08-001, biên bản kiểm tra mốc 703"),
        ("độ tản vị trí", "Độ tản vị trí điện thoại ở mốc"),
        ("spread of phone", "Độ tản vị trí điện thoại ở mốc"),
        ("lap bien ban kiem tra", "Lập biên bản kiểm tra mốc"),
        ("don 649", "Đồn Biên phòng Ga Ry (Đồn Biên phòng 649)"),
    ],
)
def test_everything_is_found_by_what_people_type(recorded: Province, text: str, first: str) -> None:
    assert titles(recorded, text)[0] == first


def test_what_is_written_just_so_comes_first(recorded: Province) -> None:
    assert titles(recorded, "đông")[0] == "Võ Văn Đông"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ddawcs pring", "dac pring"), ("dawcd pring", "dac pring"), ("ddoonf bieen phongf", "don bien phong"),
        ("tuaanf tra", "tuan tra"),
        ("muwowif", "muoi"), ("kieerm tra", "kiem tra"), ("nuwows", "nuo"), ("tw", "tu"), ("pring", "pring"), ("703", "703"),
    ],
)  # fmt: skip
def test_telex_that_was_left_over_is_taken_back(typed: str, meant: str) -> None:
    assert from_telex(typed) == meant


def test_telex_is_tried_only_when_nothing_is_found(recorded: Province) -> None:
    found = search("ddawcs pring", recorded.users["BCH"], NOW)
    assert found.telex
    assert found.groups[0][1][0].title == "Đồn Biên phòng Đắc Pring"
    assert not search("dac pring", recorded.users["BCH"], NOW).telex


def test_what_may_not_be_seen_is_not_counted(recorded: Province) -> None:
    assert "BB-2020-08-001, biên bản kiểm tra mốc 703" in titles(recorded, "703", "GR")
    assert not [title for title in titles(recorded, "703", "DP") if title.startswith("BB-")]
    assert titles(recorded, "bb-2020-08-001", "DP") == []


def test_search_is_as_of_its_moment(recorded: Province) -> None:
    client = Client()
    client.force_login(recorded.users["BCH"])
    assert "BB-2020-08-001" in client.get("/search?q=703&partial=1").content.decode()
    assert "BB-2020-08-001" not in client.get("/search?q=703&partial=1&at=2020-08-06").content.decode()


def test_the_palette_gets_a_part_and_the_address_a_page(recorded: Province) -> None:
    client = Client()
    client.force_login(recorded.users["BCH"])
    part = client.get("/search?q=dac+pring+710&partial=1").content.decode()
    assert "<html" not in part
    assert "<mark>Đắc Pring</mark>" in part
    assert 'href="/picture/markers/710"' in part
    page = client.get("/search?q=khongcogi").content.decode()
    assert "Không thấy gì hợp với “khongcogi”" in page
    assert client.get("/search").status_code == 200


@pytest.mark.parametrize(
    ("word", "day"),
    [
        ("7/8", date(2020, 8, 7)), ("07/08/2020", date(2020, 8, 7)), ("24/12", date(2019, 12, 24)), ("29/2/2019", None),
        ("31/11", None), ("7.8.2019", date(2019, 8, 7)), ("731", None),
    ],
)  # fmt: skip
def test_days_are_read_as_people_write_them(word: str, day: date | None) -> None:
    assert parse(word, TODAY).day == day


@given(st.text(max_size=30), st.lists(st.text(min_size=1, max_size=4), max_size=3))
def test_marking_a_title_never_changes_it(title: str, words: list[str]) -> None:
    pieces = marked(title, [fold(word) for word in words if fold(word)])
    assert "".join(text for text, _on in pieces) == nfc(title)
