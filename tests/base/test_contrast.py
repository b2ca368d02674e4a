"""DESIGN_UI 4.1: every pair is readable, light and dark, recomputed from the stylesheet itself."""

from __future__ import annotations

import pytest

from cotmoc.base.contrast import THEMES, TOKENS, ratio, tokens

COLOURS = tokens(TOKENS.read_text())
TEXT, MARK = 4.5, 3.0

# front, ground, light, dark: the table of the design; text needs 4.5, controls and marks 3.0
TABLE = [
    ("ink", "surface", 16.57, 14.19),
    ("ink-2", "surface", 7.94, 8.26),
    ("ink-3", "page", 5.22, 7.04),
    ("pine", "surface", 8.16, 8.80),
    ("pine-ink", "pine", 8.16, 8.59),
    ("ink-2", "pine-soft", 6.64, 6.63),
    ("ok", "surface", 6.84, 8.54),
    ("ok", "ok-soft", 5.83, 7.39),
    ("bad", "surface", 6.29, 8.33),
    ("bad", "bad-soft", 5.34, 7.22),
    ("warn", "surface", 6.69, 10.25),
    ("unk", "surface", 6.47, 9.07),
    ("warn", "warn-soft", 5.78, 8.38),
    ("unk", "unk-soft", 5.54, 7.60),
    ("line-2", "surface", 3.63, 4.32),
    ("a1", "land", 3.75, 7.55),
    ("a3", "land", 3.55, 7.55),
    ("a4", "land", 8.21, 11.32),
]


@pytest.mark.parametrize(("front", "ground", "light", "dark"), TABLE)
def test_the_table_of_the_design(front: str, ground: str, light: float, dark: float) -> None:
    for theme, stated in zip(THEMES, (light, dark), strict=True):
        found = ratio(COLOURS[theme][front], COLOURS[theme][ground])
        assert found == pytest.approx(stated, abs=0.01), theme
        assert found >= (MARK if front.startswith(("line", "a")) else TEXT), theme


def test_pale_ages_are_seen_inside_their_casing() -> None:
    light, dark = (COLOURS[theme] for theme in THEMES)
    assert ratio(light["a0"], light["casing"]) == pytest.approx(6.20, abs=0.01)
    assert ratio(light["a2"], light["casing"]) == pytest.approx(5.93, abs=0.01)
    assert ratio(dark["a0"], dark["land"]) == pytest.approx(3.51, abs=0.01)


def test_both_themes_name_the_same_tokens() -> None:
    assert set(COLOURS) == set(THEMES)
    assert COLOURS["light"].keys() == COLOURS["dark"].keys()


def test_known_contrasts() -> None:
    assert ratio("#000000", "#ffffff") == pytest.approx(21)
    assert ratio("#777777", "#777777") == 1
    assert ratio("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
