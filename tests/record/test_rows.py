"""Rows from a spreadsheet: good ones are written, bad ones told by line, and the corrected file sent again doubles nothing."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile

from cotmoc.base import ledger
from cotmoc.record.areas.border.models import MarkerInspection
from tests.record.world import World

HEAD = "Mốc, cọc;Thời điểm;Tình trạng;Người kiểm tra;Mốc đứng vững, không nghiêng;Phát quang (m);Ghi chú;Cột lạ"
GOOD = "Mốc 717;22/11/2020 10:02;Nguyên trạng;Hồ Văn GR;Có;20;thường;z"
BAD = "mốc xx;hôm qua;Tốt;;Không;;;"


def send(world: World, *lines: str, slug: str = "marker-inspections", unit: str = "GR") -> str:
    data = "\ufeff" + "\r\n".join(lines)
    upload = SimpleUploadedFile("sổ.csv", data.encode())
    return world.client(unit).post(f"/record/{slug}/import", {"file": upload}).content.decode()


def test_good_rows_are_written_and_bad_ones_told_by_line(world: World) -> None:
    html = send(world, HEAD, GOOD, BAD)
    assert "1 đã ghi · 0 đã có · 1 cần sửa" in html
    assert "không phải số mốc" in html
    row = MarkerInspection.objects.get()
    assert (row.marker.number, row.inspector, row.standing, row.brush_cut_m) == ("717", world.people["GR"], True, 20)
    assert row.unit == world.units["GR"]
    assert row.code == "BB-1122-01"

    corrected = BAD.replace("mốc xx;hôm qua;Tốt", "CD3;22/11/2020 11:00;Hư hỏng")
    assert "1 đã ghi · 1 đã có · 0 cần sửa" in send(world, HEAD, GOOD, corrected)
    assert MarkerInspection.objects.get(marker__number="CD3").standing is False
    assert ledger.verify().sound


def test_our_own_export_can_be_read_back(world: World) -> None:
    world.inspection("GR", "717", note="Đường trơn, có sương", standing=True, inspector=world.people["GR"], lat=15.6)
    exported = world.client("GR").get("/record/marker-inspections/export.csv")
    text = b"".join(exported.streaming_content).decode()  # type: ignore[attr-defined]
    html = send(world, *text.lstrip("\ufeff").splitlines())
    assert "1 đã ghi · 0 đã có · 0 cần sửa" in html
    first, second = MarkerInspection.objects.order_by("recorded_at")
    for name in ("marker_id", "seen_at", "state", "standing", "inspector_id", "lat", "note", "unit_id"):
        assert getattr(first, name) == getattr(second, name), name


def test_the_same_rows_from_two_units_are_two_records(world: World) -> None:
    for unit in ("GR", "LE"):
        assert "1 đã ghi" in send(world, HEAD, GOOD.replace("Hồ Văn GR", ""), unit=unit)
    assert {row.unit.code for row in MarkerInspection.objects.all()} == {"GR", "LE"}


def test_nobody_writes_rows_for_another_unit(world: World) -> None:
    html = send(world, "Đơn vị;" + HEAD, "La Êê;" + GOOD)
    assert "1 cần sửa" in html
    assert not MarkerInspection.objects.exists()


def test_a_file_that_is_no_table_of_this_register_is_told(world: World) -> None:
    assert "không có tên mục nào của sổ này" in send(world, "a;b", "1;2")
    assert "không có dòng nào" in send(world, "")
