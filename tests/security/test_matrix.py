"""Scope is one place; this proves that no door forgets it (invariant 8). What may not be read: `test_reading.py`.

1. Every address stands in `doors.py` with what each user gets there.
2. Nobody writes for another unit: refused, and the ledger stands where it stood.
"""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cotmoc.base import ledger
from cotmoc.record.areas.border.models import Patrol
from cotmoc.record.register import registers
from tests.province import Province
from tests.security.clients import clients
from tests.security.doors import REGISTERED, Door, doors, routes
from tests.security.planted import Planted, plant_neighbour, plant_stranger

REFUSED = {302, 401, 403, 404, 405, 422}


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
