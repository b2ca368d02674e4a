"""Whatever an address says, the answer is a page or a sentence, never a bare 500 and never a script."""

from __future__ import annotations

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cotmoc.base.asking import parse_moment
from cotmoc.base.problems import Problem
from tests.province import Province

MOMENTS = (
    "0001-01-01", "9999-12-31", "9999-12-31T23:59", "2020-13-01T06:00", "2020-02-30", "2020-11-24T25:00", "x", "\0",
    "2020-11-24T06:00+99:00", "0001-01-01T00:00+14:00", "１２３",
)  # fmt: skip
WORDS = (
    "\0",
    "'; DROP TABLE base_unit;--",
    "%",
    "A" * 3000,
    "\u202egr",
    "{x}",
    "<script>alert(1)</script>",
    "nan",
    "-1",
    "1e400",
)
PAGES = (
    "/record/patrols/",
    "/api/v1/patrols",
    "/picture/map",
    "/e/line.coverage_sure_pct",
    "/measure/coverage",
    "/review/2020/",
)
ASKED = {
    "/record/patrols/": ("q", "page", "sort", "unit", "kind"), "/record/damage-cases/": ("marker", "cause"),
    "/api/v1/patrols": ("size", "page"), "/search": ("q",), "/picture/map": ("bbox", "layers", "view"),
    "/picture/markers/703": ("side", "earlier", "later"), "/measure/coverage": ("reach", "from_m", "format"),
    "/e/line.coverage_sure_pct": ("reach", "marker", "kind", "unit"), "/review/2020/": ("s", "freeze", "layout"),
    "/record/patrols/new": ("from_marker", "members", "started_at"), "/record/quarantine/": ("state", "page"),
}  # fmt: skip
NOWHERE = (
    "/review/0/", "/review/9999/", "/review/99999999999/", "/review/2020/page-99999999999999.png", "/record/patrols/%00",
    "/record/evidence/%00", "/picture/markers/%00", "/picture/units/%00", "/e/%00", "/picture/markers/" + "9" * 3000,
    "/record/evidence/..%2f..%2fcotmoc.sqlite3", "/static/../settings.py", "/static/%2e%2e/%2e%2e/site/settings.py",
)  # fmt: skip


@pytest.fixture
def client(province: Province) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(province.users["GR"])
    return client


def answer(client: Client, path: str, **asked: str) -> tuple[int, str]:
    """The status, and the text of a page; what is no page no browser reads for scripts (nosniff)."""
    response = client.get(path, asked)
    data = b"".join(response.streaming_content) if response.streaming else response.content
    html = "html" in response.headers["Content-Type"]
    return response.status_code, data.decode("utf-8", "replace") if html else ""


def test_moments_and_days_that_are_none_are_told(client: Client) -> None:
    for page in PAGES:
        for text in MOMENTS:
            for name in ("at", "from", "to"):
                status, _said = answer(client, page, **{name: text})
                assert status in {200, 400}, (page, name, text, status)


def test_an_export_of_a_day_that_is_none_is_told(client: Client) -> None:
    assert answer(client, "/record/patrols/export.csv", to="9999-12-31")[0] == 400


def test_words_of_all_kinds_stay_words(client: Client) -> None:
    for page, names in ASKED.items():
        for name in names:
            for word in WORDS:
                status, said = answer(client, page, **{name: word})
                assert status < 500, (page, name, word[:40], status)
                assert "<script>alert(1)" not in said, (page, name)


def test_places_that_are_none_are_not_found(client: Client) -> None:
    for path in NOWHERE:
        assert answer(client, path)[0] in {400, 404}, path[:60]


@given(st.text(max_size=30) | st.datetimes().map(lambda moment: moment.isoformat()) | st.dates().map(str))
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
def test_a_moment_is_read_or_refused(text: str) -> None:
    try:
        moment = parse_moment(text)
    except Problem as problem:
        refused = problem
        moment = None
    assert (refused.code == "request.parameter") if moment is None else (1899 <= moment.year <= 2200)
