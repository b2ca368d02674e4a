"""The registers for other programs: the same scope, the same rules, the same ledger as on the pages."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from cotmoc.base import ledger
from cotmoc.record.areas.border.models import MarkerInspection, Patrol
from cotmoc.record.register import registers
from tests.record.world import World

AT = "/api/v1/marker-inspections"
NEW = {
    "marker": "717",
    "seen_at": "2020-11-22T03:02:00+00:00",
    "state": "intact",
    "standing": True,
    "lat": 15.61,
    "joint": False,
}


def send(client: Client, method: str, address: str, body: Any, **headers: str) -> Any:
    return getattr(client, method)(address, json.dumps(body), content_type="application/json", headers=headers)


def test_the_registers_describe_themselves(world: World) -> None:
    told = world.client("GR").get("/api/v1/registers").json()
    assert [one["register"] for one in told] == list(registers())
    fields = {
        field["name"]: field for one in told if one["register"] == "marker-inspections" for field in one["fields"]
    }
    assert fields["state"]["required"]
    assert {"value": "damaged", "name": "Hư hỏng"} in fields["state"]["choices"]
    assert fields["seen_at"]["label"] == "Thời điểm"


def test_a_record_is_written_read_and_amended(world: World) -> None:
    client = world.client("GR")
    made = send(client, "post", AT, NEW)
    assert made.status_code == 201, made.content
    code = made.json()["code"]
    assert code == "BB-1122-01"
    row = MarkerInspection.objects.get()
    assert (row.marker.number, row.standing, row.body, row.lat, row.unit.code) == ("717", True, None, 15.61, "GR")

    read = client.get(f"{AT}/{code}")
    assert read.headers["ETag"] == '"1"'
    assert read.json()["fields"]["seen_at"] == NEW["seen_at"]
    assert read.json()["texts"]["state"] == "Nguyên trạng"

    change = {"brush_cut_m": 20, "reason": "đo lại"}
    amended = send(client, "patch", f"{AT}/{code}", change, **{"If-Match": '"1"'})
    assert amended.status_code == 200, amended.content
    row.refresh_from_db()
    assert (row.brush_cut_m, row.standing, row.revision) == (20, True, 2), "what was not sent stays"
    assert [entry["reason"] for entry in amended.json()["history"]] == ["đo lại", ""]
    assert amended.json()["history"][0]["changes"] == [{"field": "brush_cut_m", "before": "0", "after": "20"}]
    assert ledger.verify().sound


def test_what_is_read_can_be_sent_back_unchanged(world: World) -> None:
    members = [world.people["GR"].pk, world.people["QN"].pk]
    patrol = world.patrol("GR", from_marker=world.markers["716"]).link(members=members)
    ledger.write([patrol], world_author(), "thêm người")
    client = world.client("GR")
    read = client.get(f"/api/v1/patrols/{patrol.code}").json()
    assert sorted(read["fields"]["members"]) == ["P-GR", "P-QN"]
    sent = send(
        client, "patch", f"/api/v1/patrols/{patrol.code}", {**read["fields"], "reason": "x"}, **{"If-Match": '"2"'}
    )
    assert sent.status_code == 200, sent.content
    assert Patrol.objects.get().revision == 2, "a write that changes nothing leaves no entry"


def world_author() -> ledger.Author:
    return ledger.Author("test")


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"marker": "9999"}, 422, "marker"),
        ({"marker": "mốc gì"}, 422, "marker"),
        ({"state": "fine"}, 422, "state"),
        ({"seen_at": "hôm qua"}, 422, "seen_at"),
        ({"brush_cut_m": "nhiều"}, 422, "brush_cut_m"),
        ({"brush_cut_m": -5}, 422, "brush_cut_m"),
        ({"unknown": 1}, 422, "unknown"),
        ({"unit": "LE"}, 422, "unit"),
        ({"standing": "maybe"}, 422, "standing"),
    ],
)
def test_what_cannot_be_written_is_told_by_field(world: World, change: dict[str, Any], status: int, field: str) -> None:
    answer = send(world.client("GR"), "post", AT, {**NEW, **change})
    assert answer.status_code == status, answer.content
    told = answer.json()
    assert told["problem"]["code"] == "record.refused"
    assert field in told["fields"]
    assert not MarkerInspection.objects.exists()


def test_an_amendment_needs_the_revision_and_the_reason(world: World) -> None:
    row = world.inspection("GR")
    client = world.client("GR")
    address = f"{AT}/{row.code}"
    assert send(client, "patch", address, {"reason": "x"}).status_code == 400
    assert send(client, "patch", address, {"note": "y"}, **{"If-Match": "1"}).status_code == 422
    assert send(client, "patch", address, {"note": "y", "reason": "x"}, **{"If-Match": "1"}).status_code == 200
    late = send(client, "patch", address, {"note": "z", "reason": "x"}, **{"If-Match": "1"})
    assert (late.status_code, late.json()["problem"]["code"]) == (409, "ledger.conflict")


def test_lists_are_paged_and_filtered(world: World) -> None:
    for marker in ("716", "717", "717"):
        world.inspection("GR", marker)
    client = world.client("GR")
    first = client.get(AT, {"size": 2}).json()
    assert (first["count"], first["pages"], len(first["rows"])) == (3, 2, 2)
    assert client.get(AT, {"marker": "717"}).json()["count"] == 2
    assert client.get(AT, {"size": "all"}).status_code == 400
    assert client.get(AT, {"sort": "password"}).status_code == 400
    assert client.get("/api/v1/nothing").status_code == 404


def test_programs_without_a_session_get_no_page_but_a_refusal(world: World) -> None:
    world.inspection("GR")
    stranger = Client()
    for address in ("/api/v1/registers", AT, f"{AT}/BB-GR-1"):
        answer = stranger.get(address)
        assert (answer.status_code, answer.json()["problem"]["code"]) == (401, "signin.needed")
    assert stranger.get("/api/v1/openapi.json").status_code == 302, "the description is for those signed in"
    described = world.client("GR").get("/api/v1/openapi.json").json()
    assert "422" in described["paths"]["/api/v1/patrols"]["post"]["responses"]
    assert world.client("GR").get("/api/v1/docs").status_code == 404


def test_a_write_needs_the_token_against_forged_requests(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.users["GR"])
    assert send(client, "post", AT, NEW).status_code == 403
    assert not MarkerInspection.objects.exists()
