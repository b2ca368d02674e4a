"""Strong words need proof; without it the text is told what to write instead."""

from __future__ import annotations

import pytest

from cotmoc.review import packs
from cotmoc.review.engine.facts import Fact, Facts

INPUTS = {"m": "plan", "on_time": "on_time", "dq": "reported", "damaged": "damaged", "unknown": "unknown"}


def facts(**values: float) -> Facts:
    return Facts([Fact(id, value, f"{value:g}", f"{value:g}", rows=1) for id, value in values.items()])


@pytest.mark.parametrize(
    ("text", "values", "unmet"),
    [
        ("Hoàn thành tốt nhiệm vụ.", {"plan": 96, "on_time": 93, "reported": 97}, []),
        ("Hoàn thành tốt nhiệm vụ.", {"plan": 94, "on_time": 93, "reported": 97}, [("tốt", "cơ bản hoàn thành")]),
        ("Hoàn thành tốt nhiệm vụ.", {"plan": 96, "on_time": 93, "reported": 60}, [("tốt", "cơ bản hoàn thành")]),
        ("Hoàn thành tốt nhiệm vụ.", {}, [("tốt", "cơ bản hoàn thành")]),
        ("Bảo đảm nguyên trạng các mốc.", {"damaged": 0, "unknown": 0}, []),
        (
            "Bảo đảm nguyên trạng các mốc.",
            {"damaged": 0, "unknown": 4},
            [("bảo đảm nguyên trạng", "chưa phát hiện xâm hại")],
        ),
        ("Duy trì nghiêm túc.", {"plan": 97, "reported": 100}, [("nghiêm túc", "cơ bản nghiêm túc")]),
        ("Đấu tranh có hiệu quả.", {"plan": 100, "reported": 100}, [("có hiệu quả", "đạt kết quả nhất định")]),
        ("Tổ chức tuần tra.", {}, []),
        ("Tuần tra tốtt.", {}, []),  # a word inside another is not the word
    ],
)
def test_unmet_words(text: str, values: dict[str, float], unmet: list[tuple[str, str]]) -> None:
    found = packs.words().words.unmet(text, facts(**values), INPUTS)
    assert [(item.word, item.weaker) for item in found] == unmet


def test_the_longest_form_wins() -> None:
    assert packs.words().words.found_in("Một phần do mưa, thực hiện nghiêm túc, Có hiệu quả") == [
        "một phần do",
        "nghiêm túc",
        "có hiệu quả",
    ]
