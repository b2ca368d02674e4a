"""Every page, at a desk and on a phone, light and dark: no error, no request to elsewhere, nothing scrolls sideways."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

pytestmark = pytest.mark.browser
NewPage = Callable[..., Any]
NAMED = (
    "/picture/map?view=table", "/picture/markers/703", "/picture/markers/CD1", "/picture/units/LE", "/picture/people/QN-0002",
    "/search?q=dac+pring+710", "/e/marker.phone_spread_m?marker=703", "/record/patrols/", "/record/marker-inspections/",
)  # fmt: skip
"""Pages of one thing; those without a parameter are found in the list of addresses."""


def addresses(patterns: list[URLPattern | URLResolver], before: str = "/") -> Iterator[str]:
    """All addresses of the program that take no parameter."""
    for row in patterns:
        path = before + str(row.pattern)
        if isinstance(row, URLResolver):
            yield from addresses(row.url_patterns, path)
        elif "<" not in path:
            yield path


def pages(page: Any) -> list[str]:
    """What answers with a page of ours; downloads, data and redirects are not looked at."""
    found = []
    for path in sorted({*addresses(get_resolver().url_patterns), *NAMED}):
        answer = page.request.get(path, max_redirects=0)
        if answer.status == 200 and 'id="palette"' in answer.text():
            found.append(path)
    return found


@pytest.mark.parametrize(("width", "height", "theme"), [(1440, 900, "light"), (390, 844, "dark")])
def test_every_page(new_page: NewPage, complaints: list[str], width: int, height: int, theme: str) -> None:
    page = new_page("BCH", width, height, theme)
    looked_at = pages(page)
    assert set(NAMED) <= set(looked_at)
    sideways, other_theme = [], []
    for path in looked_at:
        page.goto(path)
        if page.locator("[data-map]").count() and (width > 1000 or path in NAMED):
            page.wait_for_selector("[data-map][data-ready]", timeout=30_000)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            sideways.append(path)
        if page.evaluate("document.documentElement.dataset.theme") != theme:
            other_theme.append(path)
    assert complaints == []
    assert sideways == []
    assert other_theme == []


def test_a_figure_opens_its_evidence_and_gives_the_focus_back(new_page: NewPage, complaints: list[str]) -> None:
    page = new_page("GR")
    page.goto("/picture/markers/703")
    figure = page.locator(".facts .fig").first
    for gesture in ("click", "e", "Enter"):
        if gesture == "click":
            figure.click()
        else:
            figure.focus()
            page.keyboard.press(gesture)
        page.wait_for_selector("#drawer.open .answer")
        assert page.url.endswith("/picture/markers/703")
        page.keyboard.press("Escape")
        page.wait_for_function("!document.querySelector('#drawer').classList.contains('open')")
        assert page.evaluate("document.activeElement.classList.contains('fig')"), gesture
    assert complaints == []


def test_the_palette_finds_and_goes_there(new_page: NewPage, complaints: list[str]) -> None:
    page = new_page("GR")
    page.goto("/picture/markers/")
    page.keyboard.press("/")
    page.keyboard.type("dac pring 710")  # Enter at once: the answer to the whole query counts
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith("/picture/markers/710")
    assert complaints == []


def test_the_map_opens_what_it_shows(new_page: NewPage, complaints: list[str]) -> None:
    page = new_page("BCH")
    page.goto("/picture/markers/705")
    page.wait_for_selector("[data-map][data-ready]", timeout=30_000)
    box = page.locator(".map canvas").bounding_box()
    for share in range(20, 80):  # along the middle until the pointer says that here is something to open
        place = (box["x"] + box["width"] * share / 100, box["y"] + box["height"] / 2)
        page.mouse.move(*place)
        if page.evaluate("document.querySelector('.map canvas').style.cursor") == "pointer":
            break
    page.mouse.click(*place)
    page.wait_for_selector("#drawer.open .answer, .maplibregl-popup a")
    assert complaints == []


def test_a_layer_is_switched_in_the_legend_and_stays_in_the_address(new_page: NewPage, complaints: list[str]) -> None:
    page = new_page("BCH")
    page.goto("/picture/map")
    page.wait_for_selector("[data-map][data-ready]", timeout=30_000)
    with page.expect_navigation():
        page.locator(".switches input[value=tracks]").uncheck()
    assert "layers=posts" in page.url
    assert not page.locator(".switches input[value=tracks]").is_checked()
    assert complaints == []
