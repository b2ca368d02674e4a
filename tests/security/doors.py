"""Every door of the program, and who gets what behind it. A new address without a line here fails the test of the matrix.

Each line names a row of La Êê, or a page of one's own; the answers stand in the order of `USERS`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.urls import URLPattern, get_resolver

from cotmoc.record.register import registers

USERS = ("nobody", "unitless", "GR", "LE", "BCH", "XP", "root")
"""Not signed in; an account without unit; Ga Ry; La Êê, who owns the rows; their command; another province; a superuser
without account."""

OWN = "302 403 200 200 200 200 403"
"""A page about the reader's own unit: everybody with a unit has one."""
THEIRS = "302 404 404 200 200 404 404"
"""A row of La Êê."""
EMPTY = "302 200 200 200 200 200 200"
"""A list: what is out of reach is not in it."""
COMMON = "302 403 200 200 200 404 403"
"""A thing that the whole command knows."""
API_EMPTY, API_THEIRS = EMPTY.replace("302", "401"), THEIRS.replace("302", "401")
WRITE = "-"
"""Not read, only written."""

REGISTERED = {
    "patrols": "patrol", "joint-minutes": "minutes", "marker-inspections": "inspection", "damage-cases": "case",
    "patrol-plan-lines": "plan", "patrol-requirements": "rule", "disruptions": "outage",
}  # fmt: skip
"""A planted row of each register."""
SHARED = {"patrol-requirements", "disruptions"}
"""Registers that the whole command reads."""


@dataclass(frozen=True, slots=True)
class Door:
    """`path` is filled from the planted rows. `get`: one status per user. `posts`: what is sent to write there, for La Êê."""

    route: str
    path: str
    get: str = WRITE
    posts: dict[str, Any] = field(default_factory=dict)
    method: str = "post"
    open: bool = False
    """Anybody may write there: it changes no record."""
    more: tuple[str, ...] = ()
    """Further addresses behind the same route, with the same answers."""

    def expected(self) -> dict[str, int]:
        return dict(zip(USERS, map(int, self.get.split()), strict=True)) if self.get != WRITE else {}


def doors() -> list[Door]:
    """All of them; those of the registers are made for each register."""
    return [*BASE, *RECORD, *PICTURE, *MEASURE, *REVIEW, *_api()]


BASE = [
    Door("", "/", "302 302 302 302 302 302 302"),
    Door("sign-in", "/sign-in", "200 200 200 200 200 200 200", {"username": "gr", "password": "sai"}, open=True),
    Door("sign-out", "/sign-out", open=True),
    Door("e/<str:measure>", "/e/patrol.count", OWN, more=("/e/patrol.count?format=csv",)),
    Door("settings/signs", "/settings/signs", EMPTY),
    Door("settings/language", "/settings/language", posts={"lang": "en"}, open=True),
    Door("settings/theme", "/settings/theme", posts={"theme": "dark"}, open=True),
]
RECORD = [
    Door("record/", "/record/", OWN),
    Door("record/quarantine/", "/record/quarantine/", EMPTY, more=("/record/quarantine/?state=settled",)),
    Door("record/quarantine/<uuid:key>", "/record/quarantine/{waiting.pk}", THEIRS),
    Door("record/quarantine/<uuid:key>/settle", "/record/quarantine/{waiting.pk}/settle", posts={"outcome": "xong"}),
    Door("record/evidence/<str:sha256>", "/record/evidence/{broken.sha256}", THEIRS),
    Door("record/import", "/record/import", OWN, {"unit": "LE", "files": b"$GPRMC,*00"}),
    Door("record/quarantine/<uuid:key>/retry", "/record/quarantine/{waiting.pk}/retry", posts={"x": "1"}),
    Door("record/tracks/", "/record/tracks/", EMPTY),
    Door("record/tracks/<uuid:key>", "/record/tracks/{track.pk}", THEIRS),
    Door("record/tracks/<uuid:key>/attach", "/record/tracks/{track.pk}/attach", posts={"patrol": "{patrol.code}"}),
    Door("record/photos/<uuid:key>", "/record/photos/{photo.pk}", THEIRS),
    Door(
        "record/marker-inspections/new", "/record/marker-inspections/new", EMPTY,
        {"unit": "LE", "marker": "706", "seen_at": "23/11/2020 06:00", "state": "intact"},
    ),
    Door("record/marker-inspections/<str:key>/photos", "/record/marker-inspections/{inspection.pk}/photos", posts={"x": "1"}),
    Door(
        "record/marker-inspections/<str:key>/damage-case", "/record/marker-inspections/{inspection.pk}/damage-case",
        posts={"x": "1"},
    ),
    Door("record/<slug:slug>/", "/record/patrols/", EMPTY),
    Door(
        "record/<slug:slug>/new", "/record/patrols/new", EMPTY,
        {"unit": "LE", "kind": "joint", "started_at": "23/11/2020 06:00"},
    ),
    Door("record/<slug:slug>/import", "/record/patrols/import", OWN, open=True),
    Door("record/<slug:slug>/export.csv", "/record/patrols/export.csv", EMPTY),
    Door("record/<slug:slug>/export.xlsx", "/record/patrols/export.xlsx", EMPTY),
    Door("record/<slug:slug>/<str:key>", "/record/patrols/{patrol.code}", THEIRS, more=("/record/patrols/{patrol.pk}",)),
    Door(
        "record/<slug:slug>/<str:key>/edit", "/record/patrols/{patrol.pk}/edit", THEIRS,
        {"unit": "LE", "kind": "joint", "started_at": "23/11/2020 06:00", "reason": "x", "base": "2"},
    ),
    Door("record/<slug:slug>/<str:key>/withdraw", "/record/patrols/{patrol.pk}/withdraw", THEIRS, {"reason": "x"}),
    Door("record/<slug:slug>/<str:key>/restore", "/record/patrols/{patrol.pk}/restore", posts={"reason": "x"}),
]  # fmt: skip
PICTURE = [
    Door("search", "/search?q=qzx", EMPTY, more=("/search?q=706&partial=1", "/search?q=10/11/2020")),
    Door("picture/", "/picture/", "302 302 302 302 302 302 302"),
    Door("picture/map", "/picture/map", OWN, more=("/picture/map?view=table",)),
    Door("picture/layers/<str:ids>.geojson", "/picture/layers/tracks.geojson", OWN),
    Door("picture/markers/", "/picture/markers/", OWN),
    Door("picture/markers/<path:number>", "/picture/markers/706", "302 404 200 200 200 404 404"),
    Door("picture/units/<str:code>", "/picture/units/LE", "302 404 200 200 200 404 404"),
    Door("picture/people/<str:code>", "/picture/people/QN-0004", "302 404 200 200 200 404 404"),
    Door("picture/photos/<uuid:photo_id>", "/picture/photos/{photo.pk}", THEIRS),
]
MEASURE = [
    Door("measure/", "/measure/", "302 302 302 302 302 302 302"),
    Door(
        "measure/coverage",
        "/measure/coverage",
        OWN,
        more=("/measure/coverage?format=csv", "/measure/coverage?view=table"),
    ),
    Door("measure/markers", "/measure/markers", OWN),
    Door("measure/measures", "/measure/measures", EMPTY),
    Door("measure/measures/<str:measure_id>", "/measure/measures/patrol.count", OWN),
]
YEAR = "review/<int:year>/"
REVIEW = [
    Door("review/", "/review/", OWN),
    Door(YEAR, "/review/2020/", OWN),
    Door(f"{YEAR}row", "/review/2020/row", OWN),
    Door(f"{YEAR}c/<str:key>", "/review/2020/c/own-{sentence.pk}?unit=LE", "302 403 403 200 200 403 403"),
    Door(f"{YEAR}c/<str:key>/keep", "/review/2020/c/S20/keep?unit=LE", posts={"text": "x", "reason": "x"}),
    Door(f"{YEAR}c/<str:key>/offered", "/review/2020/c/S20/offered?unit=LE", posts={"x": "1"}),
    Door(f"{YEAR}c/<str:key>/drop", "/review/2020/c/own-{sentence.pk}/drop?unit=LE", posts={"reason": "x"}),
    Door(f"{YEAR}add", "/review/2020/add?unit=LE", posts={"point": "patrol", "text": "x", "reason": "x"}),
    Door(f"{YEAR}freeze", "/review/2020/freeze?unit=LE", posts={"x": "1"}),
    Door(f"{YEAR}changes", "/review/2020/changes?unit=LE", "302 403 403 200 200 403 403"),
    Door(f"{YEAR}print", "/review/2020/print", OWN),
    Door(f"{YEAR}page-<int:number>.png", "/review/2020/page-1.png", OWN),
    Door(f"{YEAR}report.pdf", "/review/2020/report.pdf", OWN),
    Door(f"{YEAR}report.docx", "/review/2020/report.docx", OWN),
    Door(f"{YEAR}evidence.zip", "/review/2020/evidence.zip", OWN),
]


def _api() -> Iterator[Door]:
    yield Door("api/v1/openapi.json", "/api/v1/openapi.json", EMPTY)
    yield Door("api/v1/registers", "/api/v1/registers", API_EMPTY)
    yield Door("api/v1/", "/api/v1/", "302 404 404 404 404 404 404")
    for slug in registers():
        name, theirs = REGISTERED[slug], API_THEIRS if slug not in SHARED else "401 404 200 200 200 404 404"
        yield Door(f"api/v1/{slug}", f"/api/v1/{slug}", API_EMPTY, {"unit": "LE"})
        yield Door(
            f"api/v1/{slug}/<key>",
            f"/api/v1/{slug}/{{{name}.pk}}",
            theirs,
            {"unit": "LE", "reason": "x"},
            method="patch",
        )


def routes() -> set[str]:
    """Every address that the program answers at, as its resolver writes it."""
    return set(_routes(get_resolver().url_patterns, ""))


def _routes(patterns: Any, before: str) -> Iterator[str]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route
        else:
            yield from _routes(pattern.url_patterns, route)
