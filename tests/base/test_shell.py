"""The shell: no figure without evidence, nothing inline, nothing from outside, every sign drawn that is named."""

from __future__ import annotations

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.template import Context, Template
from django.template.loader import get_template, render_to_string

import cotmoc
from cotmoc.base.figures import Answer, Figure, Question, Row
from cotmoc.base.templatetags.cotmoc import CLAIMS, STATES

CODE = Path(cotmoc.__file__).parent
STATIC = CODE / "base/static/cotmoc"
TEMPLATES = sorted(path for folder in CODE.glob("**/templates") for path in folder.rglob("*.html"))
SIGNS = {symbol.get("id") for symbol in ET.parse(STATIC / "signs.svg").getroot()}
AT = datetime(2020, 11, 23, 23, 0, tzinfo=UTC)

# What the content policy blocks, and what would leave the machine.
FORBIDDEN = {
    "an inline style": re.compile(r"\sstyle\s*="),
    "a style element": re.compile(r"<style\b"),
    "an inline handler": re.compile(r"<[^>]*\son[a-z]+\s*="),
    "an inline script": re.compile(r"<script(?![^>]*(\bsrc=|application/json))"),
    "something from outside": re.compile(r'(?:src|href|action)\s*=\s*"(?:https?:)?//'),
}


def name_of(path: Path) -> str:
    return str(path).split("/templates/")[1]


def figure(text: str = "88,5 %", status: Any = "exact") -> Figure:
    unit: Any = SimpleNamespace(code="BCH")
    question = Question(unit, date(2020, 1, 1), date(2020, 11, 25), AT, (("reach", "50"),))
    return Figure("coverage", question, 0.885, text, "%", status)


def draw(text: str, **context: Any) -> str:
    return Template("{% load cotmoc %}" + text).render(Context(context))


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_template_compiles_and_keeps_to_the_content_policy(path: Path) -> None:
    get_template(name_of(path))
    text = path.read_text()
    found = [f"{what}: {hit.group()}" for what, pattern in FORBIDDEN.items() for hit in pattern.finditer(text)]
    assert not found


def test_the_policy_patterns_bite() -> None:
    bad = '<p style="color:red"><style></style><a onclick="x()"><script>1</script><img src="https://example.org/x.png">'
    assert all(pattern.search(bad) for pattern in FORBIDDEN.values())


def test_a_figure_opens_its_evidence() -> None:
    drawn = draw("{% fig figure %}", figure=figure())
    assert 'class="fig fig-exact"' in drawn
    assert 'href="/e/coverage?unit=BCH&amp;from=2020-01-01&amp;to=2020-11-24&amp;reach=50&amp;at=' in drawn
    assert ">88,5 %</a>" in drawn
    assert ">63/67</a>" in draw("{% fig figure '63/67' %}", figure=figure())


@pytest.mark.parametrize("bare", [88.5, "88,5 %", None, Answer(1, "1")])
def test_a_value_without_evidence_is_refused(bare: object) -> None:
    with pytest.raises(TypeError, match="carry their evidence"):
        draw("{% fig figure %}", figure=bare)


def test_figure_text_is_escaped() -> None:
    assert "&lt;b&gt;" in draw("{% fig figure %}", figure=figure("<b>"))


def test_every_sign_that_is_named_is_drawn() -> None:
    named = {encoding.sign for encoding in (*STATES.values(), *CLAIMS.values())}
    for path in TEMPLATES:
        named |= set(re.findall(r'{% sign "([\w-]+)"(?!\|add)', path.read_text()))
    named -= {"verb-"}
    named |= {f"verb-{key}" for key in ("record", "picture", "measure", "plan", "review")}
    assert named <= SIGNS


def test_a_state_is_shape_colour_and_word() -> None:
    drawn = draw("{% verdict 'unknown' %}{% claim_chip 'contradicted' %}{% verdict_sign 'damaged' 'Mốc 709' %}")
    assert "signs.svg#marker-unknown" in drawn
    assert "verdict-unknown" in drawn
    assert "Chưa rõ" in drawn
    assert "claim-contradicted" in drawn
    assert "Trái số liệu" in drawn
    assert "<title>Mốc 709</title>" in drawn


def test_states_not_in_the_language_of_signs_are_refused() -> None:
    with pytest.raises(KeyError):
        draw("{% verdict 'fine' %}")


def test_colours_and_addresses_of_the_stylesheets() -> None:
    sheets = {path.name: path.read_text() for path in STATIC.glob("*.css")}
    defined = set(re.findall(r"(--[\w-]+):", "".join(sheets.values())))
    for name, css in sheets.items():
        assert css.count("{") == css.count("}"), name
        assert set(re.findall(r"var\((--[\w-]+)", css)) <= defined, name
        for address in re.findall(r"url\(([^)#]+)\)", css):
            assert (STATIC / address).is_file(), address
    assert not re.search(r"#[0-9a-f]{3,6}\b", sheets["cotmoc.css"]), "colours stand in tokens.css only"


def test_scripts_ask_nobody_else() -> None:
    for path in STATIC.glob("*.js"):
        assert not re.search(r"https?://(?!www\.w3\.org/)", path.read_text()), path.name


def test_the_vendored_files_are_as_noted() -> None:
    check = [sys.executable, str(CODE.parent / "scripts/vendor"), "--check"]
    done = subprocess.run(check, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_drawer_keeps_its_order() -> None:
    answer = Answer(
        0.885,
        "88,5 %",
        said="131,3 km trong 148,3 km.",
        columns=("Vết", "km"),
        rows=(Row(("TT-119", "9,4"), "/record/x"), Row(("TT-118", "7,1"))),
        missing=("2 máy chưa gửi vết.",),
        hidden=3,
    )
    measure = SimpleNamespace(vi="Độ phủ", en="Coverage", meaning_vi="Lấy mọi vết.", meaning_en="All.", version=3)
    shown = figure()
    context = {"measure": measure, "figure": shown, "answer": answer, "question": shown.question, "shown": answer.rows}
    text = render_to_string("cotmoc/_drawer.html", context)
    order = [
        "88,5 %",
        "131,3 km trong",
        "Cách tính",
        "Lấy mọi vết.",
        "Thiếu gì",
        "2 máy",
        "TT-119",
        "Còn 3",
        "Tính lại",
    ]
    places = [text.index(part) for part in order]
    assert places == sorted(places)
    assert "24/11/2020 06:00" in text
