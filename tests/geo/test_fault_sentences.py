"""Whatever a reader tells has a sentence in both languages, and the sentence can be filled."""

import re
from pathlib import Path

import pytest

import cotmoc.geo
from cotmoc.base.problems import CATALOGUE, sentence

FAULT = re.compile(r"""(?:Fault|Unreadable|BadCoordinate|tell)\(\s*"([a-z_]+\.[a-z_]+)\"""")
CODE = re.compile(r"""["]((?:file|xml|zip|json|table|text|time|track|waypoint|kml|nmea|smart|feature)\.[a-z_]+)["]""")


def codes() -> set[str]:
    sources = [path.read_text("utf-8") for path in Path(cotmoc.geo.__file__).parent.rglob("*.py")]
    return {code for source in sources for pattern in (FAULT, CODE) for code in pattern.findall(source)}


def test_the_search_finds_the_codes() -> None:
    assert {"file.truncated", "track.jumps", "coordinate.unreadable", "marker.number"} <= codes()


@pytest.mark.parametrize("code", sorted(codes()))
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_fault_has_a_sentence(code: str, language: str) -> None:
    assert code in CATALOGUE, f"{code} needs a sentence in cotmoc/base/problems.py"
    assert sentence(code, language, {"where": "#1"}).endswith(".")
