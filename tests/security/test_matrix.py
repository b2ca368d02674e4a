"""Scope is one place; this proves that no door forgets it (invariant 8).

1. Every address stands in `doors.py` with what each user gets there.
2. What Ga Ry may not see is in none of its pages, lists, files, layers, figures – now and as of a moment before it was amended.
3. It is not counted either: Ga Ry's pages are the same, byte by byte, whether those rows exist or not.
4. Nobody writes for another unit: refused, and the ledger stands where it stood.
"""

from __future__ import annotations

import gzip
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cotmoc.base import clock, figures, ledger
from cotmoc.picture.layers import layers
from cotmoc.record.areas.border.models import Patrol
from cotmoc.record.register import registers
from tests.province import PASSWORD, Province
from tests.security.doors import REGISTERED, SHARED, WRITE, Door, doors, routes
from tests.security.planted import (
    BEFORE_AMENDMENT,
    FROZEN,
    Planted,
    plant_neighbour,
    plant_on_foreign_ground,
    plant_stranger,
)

REFUSED = {302, 401, 403, 404, 405, 422}


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time stands still, so that two pages differ only by what they show."""
    monkeypatch.setattr(clock, "now", lambda: FROZEN)


def clients(province: Province, stranger: User | None = None) -> dict[str, Client]:
    """One signed-in client per user of the matrix."""
    users = {name: province.users[name] for name in ("GR", "LE", "BCH")}
    users["unitless"] = User.objects.create_user("lac", password=PASSWORD)
    users["root"] = User.objects.create_superuser("goc", password=PASSWORD)
    if stranger is not None:
        users["XP"] = stranger
    found = {"nobody": Client()}
    for name, user in users.items():
        found[name] = Client()
        found[name].force_login(user)
    return found


def body(response: Any) -> str:
    """Everything that a response carries, unpacked: pages, streams, archives and what stands in them."""
    data = b"".join(response.streaming_content) if response.streaming else response.content
    if response.headers.get("Content-Encoding") == "gzip":
        data = gzip.decompress(data)
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            data = b"\n".join(name.encode() + archive.read(name) for name in archive.namelist())
    told = {name: value for name, value in response.headers.items() if name != "Content-Length"}
    said = "".join(f"{name}: {value}\n" for name, value in told.items())
    return said + data.decode("utf-8", "replace")


def test_every_address_stands_in_the_matrix() -> None:
    assert {door.route for door in doors()} == routes()
    assert set(REGISTERED) == set(registers())


def test_every_door_answers_each_user_as_the_matrix_says(province: Province) -> None:
    theirs = plant_neighbour(province, shared=True)
    _, stranger = plant_stranger(province)
    known = clients(province, stranger)
    faults = []
    for door in doors():
        for path in (door.path, *door.more):
            for name, status in door.expected().items():
                got = known[name].get(path.format(**theirs.rows))
                if got.status_code != status:
                    faults.append(f"{name} {path}: {got.status_code}, not {status}")
                if (
                    name == "nobody"
                    and got.status_code == 302
                    and not got.headers["Location"].startswith("/sign-in?next=")
                ):
                    faults.append(f"nobody {path} is sent to {got.headers['Location']}")
    assert not faults, "\n".join(faults)


ANY_METHOD = {"sign-in", "api/v1/openapi.json"}
"""Libraries' own views that read every method alike; they write nothing."""


def test_a_method_that_a_door_does_not_know_is_refused(province: Province) -> None:
    theirs = plant_neighbour(province, shared=True)
    client = clients(province)["BCH"]
    before, faults = ledger.head(), []
    written = {(door.route, door.method) for door in doors() if door.posts or door.open}
    for door in doors():
        for method in ("post", "put", "patch", "delete"):
            if (door.route, method) in written or door.route in ANY_METHOD:
                continue
            got = getattr(client, method)(door.path.format(**theirs.rows))
            if got.status_code not in {405, 404, 302, 403}:
                faults.append(f"{method} {door.path}: {got.status_code}")
    assert not faults, "\n".join(faults)
    assert ledger.head() == before


# --- reading


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


def read(client: Client, path: str) -> str:
    """What a page shows, without the marks of the single request."""
    said = body(client.get(path))
    said = re.sub(
        r'(csrfmiddlewaretoken" value="|csrf-token" content="|csrfToken": ?"|X-CSRFToken": ")[^"]+', r"\1", said
    )
    return re.sub(r"docProps/core\.xml.*?</cp:coreProperties>", "", said, flags=re.S)


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


# --- writing


def test_nobody_writes_for_another_unit(province: Province) -> None:
    theirs = plant_neighbour(province, shared=True)
    _, stranger = plant_stranger(province)
    known = clients(province, stranger)
    before, faults = ledger.head(), []
    for door in doors():
        if not door.posts or door.open:
            continue
        for name in ("nobody", "unitless", "GR", "XP", "root"):
            got = send(known[name], door, theirs)
            if got.status_code not in REFUSED or (got.status_code == 302 and name != "nobody"):
                faults.append(f"{name} {door.method} {door.path}: {got.status_code}")
            if ledger.head() != before:
                faults.append(f"{name} {door.method} {door.path} wrote to the ledger")
                before = ledger.head()
    assert not faults, "\n".join(faults)


def send(client: Client, door: Door, theirs: Planted) -> Any:
    path = door.path.format(**theirs.rows)
    if path.startswith("/api/"):
        method = getattr(client, door.method)
        return method(path, door.posts, content_type="application/json", headers={"If-Match": '"2"'})
    values = {name: SimpleUploadedFile("a.nmea", value) if isinstance(value, bytes) else value.format(**theirs.rows)
              for name, value in door.posts.items()}  # fmt: skip
    return client.post(path, values)


def test_a_table_brings_no_rows_to_another_unit_and_knows_none_of_it(province: Province) -> None:
    table = "Đơn vị,Loại tuần tra,Xuất phát\nLE,Song phương,23/11/2020 06:00\n".encode()
    known, path = clients(province), "/record/patrols/import"
    assert known["LE"].post(path, {"file": SimpleUploadedFile("a.csv", table)}).status_code == 200
    row = Patrol.objects.get()
    told = known["GR"].post(path, {"file": SimpleUploadedFile("a.csv", table)}).content.decode()
    assert Patrol.objects.count() == 1
    assert row.code not in told
    assert str(row.pk) not in told
