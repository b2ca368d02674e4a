"""“Scope is one place … a matrix of role x unit x door proves that no door forgets it.”

Every register, every door, three users: the unit that owns the row, its neighbour, and the command above both.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.test import Client

from cotmoc.base import evidence, ledger
from cotmoc.base.models import LedgerEntry, Quarantine
from cotmoc.record.areas.border.actions import receive_file
from cotmoc.record.areas.border.models import (
    DamageCase,
    JointMinutes,
    PatrolPlanLine,
    PatrolRequirement,
    PatrolTrack,
)
from cotmoc.record.areas.calendar.models import Disruption
from cotmoc.record.register import Record, registers
from tests.record.world import BY, T0, World, gpx

SECRET = "riêng của La Êê"


def row_of(world: World, model: type[Record]) -> Record:
    """A row of La Êê in this register."""
    unit, day = world.units["LE"], date(2020, 11, 22)
    if model.slug == "patrols":
        return world.patrol("LE", purpose=SECRET)
    if model.slug == "marker-inspections":
        return world.inspection("LE", note=SECRET)
    made: dict[str, Callable[[], Record]] = {
        "joint-minutes": lambda: JointMinutes(
            patrol=world.patrol("LE"),
            level="post",
            held_on=day,
            partner=world.units["GR"],
            own_count=5,
            partner_count=5,
        ),
        "damage-cases": lambda: DamageCase(marker=world.markers["717"], kind="chipped", opened_on=day, note=SECRET),
        "patrol-requirements": lambda: PatrolRequirement(subject="line", every_days=60, note=SECRET),
        "patrol-plan-lines": lambda: PatrolPlanLine(kind="one_sided", window_from=day, window_to=day, task=SECRET),
        "disruptions": lambda: Disruption(kind="storm", name=SECRET, since=day, until=day),
    }
    row = made[model.slug]()
    row.unit, row.code = unit, f"{model.code_prefix}-LE-1"
    row.refold()
    ledger.write([row], BY)
    return row


def text_of(response: Any) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if content[:2] == b"PK":
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
        return "\n".join(str(cell) for sheet in book for line in sheet.iter_rows(values_only=True) for cell in line)
    return content.decode()


def shows(response: Any, row: Record) -> bool:
    """An answer that is not a refusal (whose page repeats the address) and holds the row's number."""
    return response.status_code == 200 and row.code in text_of(response)


DOORS: dict[str, Callable[[Client, Record], Any]] = {
    "list": lambda client, row: client.get(f"/record/{row.slug}/"),
    "past list": lambda client, row: client.get(f"/record/{row.slug}/", {"at": "2026-01-01"}),
    "record": lambda client, row: client.get(f"/record/{row.slug}/{row.code}"),
    "record by id": lambda client, row: client.get(f"/record/{row.slug}/{row.pk}"),
    "pane": lambda client, row: client.get(f"/record/{row.slug}/{row.code}", headers={"HX-Request": "true"}),
    "csv": lambda client, row: client.get(f"/record/{row.slug}/export.csv"),
    "xlsx": lambda client, row: client.get(f"/record/{row.slug}/export.xlsx"),
    "api list": lambda client, row: client.get(f"/api/v1/{row.slug}"),
    "api record": lambda client, row: client.get(f"/api/v1/{row.slug}/{row.code}"),
}
WRITES: dict[str, Callable[[Client, Record], Any]] = {
    "edit": lambda client, row: client.post(
        f"/record/{row.slug}/{row.pk}/edit", {"reason": "x", "base": "1", "unit": "GR"}
    ),
    "withdraw": lambda client, row: client.post(f"/record/{row.slug}/{row.pk}/withdraw", {"reason": "x"}),
    "restore": lambda client, row: client.post(f"/record/{row.slug}/{row.pk}/restore", {"reason": "x"}),
    "api amend": lambda client, row: client.patch(
        f"/api/v1/{row.slug}/{row.pk}",
        '{"reason": "x", "unit": "GR"}',
        content_type="application/json",
        headers={"If-Match": "1"},
    ),
}


@pytest.mark.parametrize("slug", list(registers()))
def test_no_door_shows_a_row_of_another_unit(world: World, slug: str) -> None:
    model = registers()[slug]
    row = row_of(world, model)
    shared = model.scope.reach == "command"
    for door, opened in DOORS.items():
        sees = {unit: shows(opened(world.client(unit), row), row) for unit in world.users}
        assert sees == {"LE": True, "GR": shared, "QN": True}, door


@pytest.mark.parametrize("slug", list(registers()))
def test_no_door_lets_another_unit_write(world: World, slug: str) -> None:
    row = row_of(world, registers()[slug])
    entries = LedgerEntry.objects.count()
    for door, opened in WRITES.items():
        answer = opened(world.client("GR"), row)
        assert answer.status_code in {403, 404, 422}, door
    assert LedgerEntry.objects.count() == entries


def test_files_tracks_photos_and_the_quarantine_stay_with_their_unit(world: World) -> None:
    receive_file("a.gpx", gpx(), world.units["LE"], BY)
    receive_file("b.gpx", b"nothing", world.units["LE"], BY)
    track, waiting = PatrolTrack.objects.get(), Quarantine.objects.get()
    addresses = {
        f"/record/evidence/{track.file.sha256}": 404,
        f"/record/tracks/{track.pk}": 404,
        f"/record/quarantine/{waiting.pk}": 404,
    }
    for address, refused in addresses.items():
        answers = {unit: world.client(unit).get(address).status_code for unit in world.users}
        assert answers == {"LE": 200, "QN": 200, "GR": refused}, address
    assert "b.gpx" not in world.client("GR").get("/record/quarantine/").content.decode()
    patrol = world.patrol("GR", start=T0)
    posts = (f"tracks/{track.pk}/attach", f"quarantine/{waiting.pk}/settle", f"quarantine/{waiting.pk}/retry")
    for address in (f"/record/{post}" for post in posts):
        assert world.client("GR").post(address, {"patrol": patrol.code, "outcome": "x"}).status_code == 404


def test_a_file_cannot_be_received_for_another_unit(world: World) -> None:
    upload = io.BytesIO(gpx())
    upload.name = "a.gpx"
    assert world.client("GR").post("/record/import", {"files": upload, "unit": "LE"}).status_code == 403
    assert not PatrolTrack.objects.exists()


def test_a_user_without_a_unit_sees_nothing(world: World) -> None:
    world.inspection("GR")
    stranger = type(world.users["GR"]).objects.create(username="khách")
    client = Client()
    client.force_login(stranger)
    assert client.get("/record/").status_code == 403
    assert "BB-GR-1" not in client.get("/record/marker-inspections/").content.decode()
    assert client.get("/record/marker-inspections/BB-GR-1").status_code == 404


def test_exports_hold_the_rows_of_the_list_and_no_formula(world: World) -> None:
    world.inspection("GR", "717", note='=HYPERLINK("http://x")', brush_cut_m=7, lat=-15.5)
    world.inspection("GR", "716", note="thường")
    client = world.client("GR")
    text = text_of(client.get("/record/marker-inspections/export.csv", {"marker": "717"}))
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))
    assert len(rows) == 1
    assert rows[0]["Ghi chú"] == '\'=HYPERLINK("http://x")'
    assert (rows[0]["Phát quang (m)"], rows[0]["Vĩ độ điện thoại"]) == ("7", "-15.5"), "a number stays a number"
    assert (rows[0]["Mốc, cọc"], rows[0]["Thời điểm"]) == ("Mốc 717", "22/11/2020 09:30")
    content = client.get("/record/marker-inspections/export.xlsx", {"marker": "717"})
    book = openpyxl.load_workbook(io.BytesIO(b"".join(content.streaming_content)))  # type: ignore[attr-defined]
    head, line = list(book.active.iter_rows())
    cells = {h.value: c for h, c in zip(head, line, strict=True)}
    assert (cells["Ghi chú"].value, cells["Ghi chú"].data_type) == ('=HYPERLINK("http://x")', "s")
    assert cells["Phát quang (m)"].value == 7
    assert cells["Thời điểm"].value.isoformat() == "2020-11-22T09:30:00"


def test_originals_are_handed_out_as_downloads_only(world: World) -> None:
    file, _ = evidence.receive('x"<script>.html', b"<script>alert(1)</script>", world.units["GR"], BY)
    answer = world.client("GR").get(f"/record/evidence/{file.sha256}")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="x__script_.html"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
