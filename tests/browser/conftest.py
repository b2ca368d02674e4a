"""A browser on the served program. Skipped, loudly, where there is no Chromium.

The fixtures end with their module: while Playwright runs, its event loop would disturb every other test of the process.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.province import PASSWORD

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ("--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking")
SOFTWARE_GL = ("--use-angle=swiftshader", "--enable-unsafe-swiftshader")
STARTS_WITHIN_S = 60
Open = Callable[..., Any]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server of its own, with its own data folder."""
    if CHROMIUM is None:
        pytest.skip("CHROMIUM ABSENT: no page was tried in a browser")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = tmp_path_factory.mktemp("served")
    kept = {name: value for name, value in os.environ.items() if name != "COTMOC_DATABASE_URL"}
    with (home / "server.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "tests.browser.served", str(port)],
            cwd=Path(__file__).parents[2], env=kept | {"COTMOC_HOME": str(home)}, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        _wait(f"http://127.0.0.1:{port}/sign-in", server, home / "server.log")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(10)


def _wait(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < until and server.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=2)
        except OSError:  # refused, or slow to answer for the first time
            time.sleep(0.2)
        else:
            return
    pytest.fail(f"the server did not start:\n{log.read_text()}")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="PLAYWRIGHT ABSENT: no browser test was run")
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *SOFTWARE_GL])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def signed_in(served: str, browser: Any) -> Callable[[str], Any]:
    """The cookies of a user who came in by the door, once per run."""
    known: dict[str, Any] = {}

    def signed_in(user: str) -> Any:
        if user not in known:
            page = browser.new_page(base_url=served)
            page.goto("/sign-in?next=/search")
            page.fill("[name=username]", user.lower())
            page.fill("[name=password]", PASSWORD)
            page.keyboard.press("Enter")
            page.wait_for_url(lambda url: "sign-in" not in url)
            known[user] = page.context.storage_state()
            page.context.close()
        return known[user]

    return signed_in


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complained about, and every request that went elsewhere."""
    return []


@pytest.fixture
def new_page(served: str, browser: Any, signed_in: Callable[[str], Any], complaints: list[str]) -> Iterator[Open]:
    """`new_page(user, width, height, theme)`: a page of a signed-in user; its complaints are collected."""
    contexts = []

    def new_page(user: str, width: int = 1440, height: int = 900, theme: str = "light") -> Any:
        size = {"width": width, "height": height}
        context = browser.new_context(
            viewport=size, reduced_motion="reduce", base_url=served, storage_state=signed_in(user)
        )
        contexts.append(context)
        context.add_cookies([{"name": "theme", "value": theme, "url": served}])
        page = context.new_page()
        page.on("console", lambda said: complaints.append(f"{page.url}: {said.text}") if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        ours = (served, "data:", "blob:")
        page.on("request", lambda asked: None if asked.url.startswith(ours) else complaints.append(asked.url))
        return page

    yield new_page
    for context in contexts:
        context.close()
