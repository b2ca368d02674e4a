"""Files, photos and what waits for a person, through the pages people use."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from cotmoc.base import ledger
from cotmoc.base.models import EvidenceFile, Quarantine
from cotmoc.record.areas.border.models import DamageCase, MarkerInspection, PatrolTrack, Photo
from tests.record.world import World, gpx

GPS = 0x8825


def jpeg(colour: str = "green", edge: int = 400, exif: bool = False) -> bytes:
    out = BytesIO()
    picture = Image.new("RGB", (edge, edge // 2), colour)
    described = Image.Exif()
    if exif:
        described[0x0112] = 6  # lies on its side
        described.get_ifd(GPS).update({1: "N", 2: (15.0, 36.0, 0.0)})
        described.get_ifd(0x8769)[0x9003] = "2020:11:22 10:02:11"
    picture.save(out, "JPEG", exif=described)
    return out.getvalue()


def upload(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def test_several_files_are_sent_and_each_has_its_receipt(world: World) -> None:
    world.patrol("GR")
    files = [
        upload("a.gpx", gpx()),
        upload("b.gpx", gpx()),
        upload("hỏng.gpx", b"<gpx"),
        upload("../../etc/x.gpx", b""),
    ]
    told = world.client("GR").post("/record/import", {"files": files}, headers={"Accept": "application/json"}).json()
    assert [one["outcome"] for one in told["receipts"]] == ["received", "known", "quarantined", "quarantined"]
    assert told["receipts"][0]["url"].startswith("/record/patrols/TT-GR-1")
    assert told["receipts"][2]["url"].startswith("/record/quarantine/")
    assert all(one["sentences"] for one in told["receipts"])
    assert "/" not in EvidenceFile.objects.get(size=0).name
    page = world.client("GR").post("/record/import", {"files": [upload("a.gpx", gpx())]}).content.decode()
    assert "Không cần gửi lại" in page, "without script the page itself tells the receipts"


def test_a_track_without_patrol_is_listed_and_given_to_one(world: World) -> None:
    client = world.client("GR")
    client.post("/record/import", {"files": [upload("a.gpx", gpx())]})
    track = PatrolTrack.objects.get()
    assert "Vết chưa gắn chuyến: 1" in client.get("/record/").content.decode()
    assert "sáng" in client.get("/record/tracks/").content.decode()
    patrol = world.patrol("GR")
    page = client.get(f"/record/tracks/{track.pk}").content.decode()
    assert f'value="{patrol.code}"' in page, "the patrol that was out is offered"
    assert client.post(f"/record/tracks/{track.pk}/attach", {"patrol": "TT-none"}).status_code == 400
    assert client.post(f"/record/tracks/{track.pk}/attach", {"patrol": patrol.code}).status_code == 302
    track.refresh_from_db()
    assert track.patrol == patrol
    assert "sáng" in client.get(f"/record/patrols/{patrol.code}").content.decode()
    assert "sáng" not in client.get("/record/tracks/").content.decode()


def test_what_waits_is_shown_with_its_reason_tried_again_and_settled(world: World) -> None:
    client = world.client("GR")
    client.post("/record/import", {"files": [upload("hỏng.gpx", gpx()[:400])]})
    row = Quarantine.objects.get()
    listed = client.get("/record/quarantine/").content.decode()
    assert "hỏng.gpx" in listed
    address = f"/record/quarantine/{row.pk}"
    assert row.evidence.sha256 in client.get(address).content.decode()
    assert client.get(f"/record/evidence/{row.evidence.sha256}").content == gpx()[:400]
    client.post(f"{address}/retry")
    row.refresh_from_db()
    assert row.state == Quarantine.State.WAITING, "still broken"
    assert client.post(f"{address}/settle", {"outcome": " "}).status_code == 400
    assert client.post(f"{address}/settle", {"outcome": "Máy hết pin, đã gửi tệp khác"}).status_code == 302
    assert "hỏng.gpx" not in client.get("/record/quarantine/").content.decode()
    assert "hỏng.gpx" in client.get("/record/quarantine/", {"state": "settled"}).content.decode()
    assert len(ledger.history(row)) == 2


def form(**values: Any) -> dict[str, Any]:
    checks = dict.fromkeys(MarkerInspection.CHECKS, "true")
    return {
        "unit": "GR",
        "marker": "717",
        "seen_at": "22/11/2020 10:02",
        "state": "intact",
        "brush_cut_m": "0",
        **checks,
        **values,
    }


def test_an_inspection_with_its_photos_is_complete_at_its_first_revision(world: World) -> None:
    client = world.client("GR")
    photos = {"photo_north": upload("n.jpg", jpeg(exif=True)), "photo_south": upload("s.jpg", jpeg("brown"))}
    page = client.post("/record/marker-inspections/new", form(**photos), follow=True)
    row = MarkerInspection.objects.get()
    assert (row.photo_count, row.revision, row.complete()) == (2, 1, True)
    assert "Đã lưu, đủ mục" in page.content.decode()
    north = Photo.objects.get(direction="north")
    assert (north.width, north.height) == (200, 400), "upright"
    assert north.taken_at is not None
    assert north.taken_at.isoformat() == "2020-11-22T03:02:11+00:00"


def test_a_photo_is_shown_without_what_the_camera_wrote_beside_it(world: World) -> None:
    client = world.client("GR")
    original = jpeg(exif=True)
    client.post("/record/marker-inspections/new", form(photo_north=upload("n.jpg", original)))
    photo = Photo.objects.get()
    shown = client.get(f"/record/photos/{photo.pk}")
    assert shown.headers["Content-Type"] == "image/jpeg"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert not dict(Image.open(BytesIO(shown.content)).getexif())
    assert client.get(f"/record/evidence/{photo.file.sha256}").content == original, "the original is untouched"
    assert world.client("LE").get(f"/record/photos/{photo.pk}").status_code == 404


@pytest.mark.parametrize(
    "data",
    [b"", b"<svg onload=alert(1)>", jpeg()[:300], b"GIF89a" + b"0" * 100, b"\xff\xd8\xff" + b"\0" * 500],
    ids=["empty", "svg", "cut", "gif", "noise"],
)
def test_what_is_no_photo_is_told_and_the_record_stands(world: World, data: bytes) -> None:
    page = world.client("GR").post(
        "/record/marker-inspections/new", form(photo_east=upload("e.jpg", data)), follow=True
    )
    assert MarkerInspection.objects.get().photo_count == 0
    assert not Photo.objects.exists()
    assert "Còn thiếu: 2 ảnh" in page.content.decode()


def test_a_photo_bomb_is_refused_before_it_is_drawn(world: World) -> None:
    out = BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    page = world.client("GR").post(
        "/record/marker-inspections/new", form(photo_east=upload("e.png", out.getvalue())), follow=True
    )
    assert "ảnh quá lớn" in page.content.decode()
    assert not Photo.objects.exists()


def test_the_same_photo_sent_twice_is_one_photo(world: World) -> None:
    client = world.client("GR")
    client.post("/record/marker-inspections/new", form(photo_north=upload("n.jpg", jpeg())))
    row = MarkerInspection.objects.get()
    for _ in range(2):
        client.post(f"/record/marker-inspections/{row.pk}/photos", {"photo_west": upload("w.jpg", jpeg("red"))})
    row.refresh_from_db()
    assert (row.photo_count, Photo.objects.count(), row.revision) == (2, 2, 2)


def test_a_damaged_marker_opens_one_case(world: World) -> None:
    client = world.client("GR")
    client.post("/record/marker-inspections/new", form(state="damaged", damage_kind="tilted", threat="landslide"))
    row = MarkerInspection.objects.get()
    for _ in range(2):
        answer = client.post(f"/record/marker-inspections/{row.pk}/damage-case")
        assert answer.status_code == 302
    case = DamageCase.objects.get()
    assert (case.kind, case.cause, case.marker, case.inspection) == ("tilted", "landslide", row.marker, row)
    assert answer.headers["Location"] == f"/record/damage-cases/{case.code}"
