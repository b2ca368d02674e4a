"""The shell in a browser: under the strict policy nothing fails, nothing leaves the machine, keys and drawer work."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking"]
SOFTWARE_GL = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.urls("tests.base.shell_pages"),
    pytest.mark.skipif(CHROMIUM is None, reason="CHROMIUM ABSENT: the shell was not tried in a browser"),
]
Open = Callable[..., Any]


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complained about, and every request that went elsewhere."""
    return []


@pytest.fixture
def open_page(live_server: Any, complaints: list[str]) -> Iterator[Open]:
    playwright = pytest.importorskip("playwright.sync_api", reason="PLAYWRIGHT ABSENT: no browser test was run")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=FLAGS + SOFTWARE_GL)

        def open_page(width: int, height: int, until: str) -> Any:
            page = browser.new_page(
                viewport={"width": width, "height": height}, locale="en-US", reduced_motion="reduce"
            )
            page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            ours = (live_server.url, "data:", "blob:")
            page.on("request", lambda asked: None if asked.url.startswith(ours) else complaints.append(asked.url))
            page.goto(f"{live_server.url}/shell")
            page.wait_for_selector(until, timeout=30_000)
            return page

        yield open_page
        browser.close()


@pytest.mark.django_db(transaction=True)
def test_the_shell_at_a_desk(open_page: Open, complaints: list[str]) -> None:
    page = open_page(1440, 900, "[data-map][data-ready]")
    drawer = page.locator("#drawer")

    page.keyboard.press("e")  # the evidence gesture, and back to where it was made
    page.wait_for_selector("#drawer.open .answer")
    assert page.evaluate("document.activeElement.id") == "drawer-title"
    page.keyboard.press("Escape")
    page.wait_for_function("!document.querySelector('#drawer').classList.contains('open')")
    assert page.evaluate("document.activeElement.className").startswith("fig")

    page.keyboard.press("e")
    page.wait_for_selector("#drawer.open")
    page.go_back()  # Back closes the drawer, it does not leave the page
    page.wait_for_function("!document.querySelector('#drawer').classList.contains('open')")
    assert page.url.endswith("/shell")

    canvas = page.locator(".map canvas").bounding_box()
    for share in range(30, 70):  # along the middle until the pointer says that here is something to open
        place = (canvas["x"] + canvas["width"] * share / 100, canvas["y"] + canvas["height"] / 2)
        page.mouse.move(*place)
        if page.evaluate("document.querySelector('.map canvas').style.cursor") == "pointer":
            break
    page.mouse.click(*place)
    page.wait_for_timeout(300)
    assert "open" in drawer.get_attribute("class") or page.locator(".maplibregl-popup").count()
    page.keyboard.press("Escape")

    strip = page.locator(".strip").bounding_box()
    middle = strip["y"] + strip["height"] / 2
    with page.expect_navigation():
        page.mouse.move(strip["x"] + strip["width"] * 0.21, middle)
        page.mouse.down()
        page.mouse.move(strip["x"] + strip["width"] * 0.38, middle, steps=4)
        page.mouse.up()
    assert "from_km=2&to_km=4" in page.url

    with page.expect_navigation():  # a filter sends itself, and only what is filled in
        page.select_option(".chip select", "LE")
    assert page.url.endswith("/shell?unit=LE")
    assert (
        page.locator("#stretch .date").get_attribute("data-shown") == "24/11/2020"
    )  # though the browser speaks English

    page.keyboard.press("/")
    page.keyboard.type("dac pring 731")
    page.wait_for_selector("#palette-results a.here")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "found=dac" in page.url
    assert complaints == []


@pytest.mark.django_db(transaction=True)
def test_the_shell_on_a_phone(open_page: Open, complaints: list[str]) -> None:
    page = open_page(390, 844, "[data-map]")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator(".fig").click()
    page.wait_for_selector("#drawer.open .answer")
    sheet = page.locator("#drawer").bounding_box()
    assert sheet["x"] == 0
    assert sheet["y"] + sheet["height"] == pytest.approx(844, abs=1)
    small = page.evaluate("[...document.querySelectorAll('#drawer .btn')].filter(b => b.offsetHeight < 48).length")
    assert small == 0
    assert complaints == []
