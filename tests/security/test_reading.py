"""What Ga Ry may not see (invariant 8).

1. It is in none of its pages, lists, files, layers, figures – now and as of a moment before it was amended.
2. It is not counted either: Ga Ry's pages are the same, byte by byte, whether those rows exist or not.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from cotmoc.base import clock, figures
from cotmoc.picture.layers import layers
from cotmoc.record.register import registers
from tests.province import Province
from tests.security.clients import clients, read
from tests.security.doors import REGISTERED, SHARED, WRITE, doors
from tests.security.planted import (
    BEFORE_AMENDMENT,
    FROZEN,
    Planted,
    plant_neighbour,
    plant_on_foreign_ground,
    plant_stranger,
)


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time stands still, so that two pages differ only by what they show."""
    monkeypatch.setattr(clock, "now", lambda: FROZEN)


def addresses_of_a_reader(theirs: list[Planted]) -> Iterator[str]:
    """Everything that Ga Ry may ask for, and every row of the others by its address."""
    for door in doors():
        if door.get != WRITE and not any(slug in door.path for slug in SHARED):
            for path in (door.path, *door.more):
                yield from (path.format(**planted.rows) for planted in theirs)
    for slug in registers():
        for path in (
            "",
            "?q=qzx",
            "?lacking=1",
            "?amended=1",
            "?marker=706",
            "?marker=801",
            "new",
            "export.csv",
            "export.xlsx",
        ):
            yield f"/record/{slug}/{path}"
        for planted in theirs:
            if slug not in SHARED:
                yield f"/record/{slug}/{planted[REGISTERED[slug]].code}"
        yield f"/api/v1/{slug}?q=qzx"
    for layer in layers():
        yield f"/picture/layers/{layer.id}.geojson"
    for number in ("702", "704", "706", "801"):
        yield f"/picture/markers/{number}"
        yield f"/search?q={number}"
    for unit in ("GR", "LE", "BCH", "XQ", "XP"):
        yield f"/picture/units/{unit}"
    for measure in figures.measures():
        yield f"/e/{measure}"
        yield f"/e/{measure}?marker=706&format=csv"
    yield from (
        "/e/marker.phone_spread_m?marker=801",
        "/e/marker.age_days?marker=801",
        "/e/marker.pass_count?marker=801",
    )
    yield from (
        "/picture/people/QN-0002",
        "/picture/people/QN-0004",
        "/review/2020/?unit=LE",
        "/measure/coverage?unit=XP",
    )


def then(path: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}at={BEFORE_AMENDMENT}"


def test_what_ga_ry_may_not_see_is_behind_no_door(province: Province, still: None) -> None:
    theirs = [plant_neighbour(province), plant_stranger(province)[0]]
    plant_on_foreign_ground(theirs[0], province.markers["702"])
    client, faults = clients(province)["GR"], []
    betrayals = [text for planted in theirs for text in planted.betrayals]
    for path in dict.fromkeys(addresses_of_a_reader(theirs)):
        for asked in (path, then(path)):
            said = read(client, asked).replace(asked, "").replace(path, "")
            said = said.replace('qzx"', "").lower()
            faults += [f"{asked} betrays {text}" for text in betrayals if text in said and text not in path]
    assert not faults, "\n".join(faults)


def test_a_case_of_another_unit_is_not_named_to_who_opens_one(province: Province) -> None:
    theirs = plant_neighbour(province)
    plant_on_foreign_ground(theirs, province.markers["702"])
    mine = province.inspect("702", date(2020, 11, 20), "damaged")
    got = clients(province)["GR"].post(f"/record/marker-inspections/{mine.code}/damage-case")
    assert got.status_code == 302
    assert theirs.word not in got.headers["Location"]


def test_the_planted_rows_are_there_for_those_who_may_see_them(province: Province, still: None) -> None:
    """Otherwise the test above could not fail."""
    theirs = plant_neighbour(province)
    client = clients(province)["LE"]
    for slug, name in REGISTERED.items():
        if slug not in SHARED:
            assert theirs.word in read(client, f"/record/{slug}/"), slug
            assert theirs.word in read(client, f"/record/{slug}/{theirs[name].pk}?at={BEFORE_AMENDMENT}"), slug
            assert theirs.word in read(client, f"/record/{slug}/export.xlsx"), slug
    pages = (
        "/picture/layers/tracks.geojson", "/picture/markers/706", "/picture/markers/706?at=2020-11-12", "/e/patrol.count",
        "/search?q=qzxlaee", "/record/quarantine/", "/record/tracks/", "/review/2020/?freeze=now",
    )  # fmt: skip
    for path in pages:
        assert theirs.word in read(client, path), path


def test_what_ga_ry_may_not_see_is_not_counted(province: Province, still: None) -> None:
    client = clients(province)["GR"]
    nothing: list[Planted] = []
    paths = [path for path in addresses_of_a_reader(nothing) if "706" not in path]
    before = {path: read(client, path) for path in paths}
    plant_neighbour(province)
    plant_stranger(province)
    changed = [path for path in paths if read(client, path) != before[path]]
    assert not changed, "\n".join(changed)
