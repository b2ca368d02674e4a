"""“What was recorded, is it complete, was it changed?” – the pages of every register, through the address a person opens."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from cotmoc.base import ledger
from cotmoc.base.ledger import Author
from cotmoc.record.areas.border.models import MarkerInspection, Patrol
from cotmoc.record.register import registers
from tests.record.world import T0, World

LIST = "/record/marker-inspections/"
CHECKS = dict.fromkeys(MarkerInspection.CHECKS, "true")


def codes(html: str) -> list[str]:
    return re.findall(r'<a href="/record/[a-z-]+/([A-Z0-9-]+)[^"]*" hx-get', html)


def typed(**values: str) -> dict[str, str]:
    """An inspection as a person fills it in."""
    return {
        "unit": "GR",
        "marker": "mốc 717",
        "seen_at": "22/11/2020 10:02",
        "state": "intact",
        "brush_cut_m": "20",
        **values,
    }


@pytest.mark.parametrize("slug", list(registers()))
def test_every_register_has_its_pages(world: World, slug: str) -> None:
    client = world.client("QN")
    for address in (
        f"/record/{slug}/",
        f"/record/{slug}/new",
        f"/record/{slug}/export.csv",
        f"/record/{slug}/export.xlsx",
    ):
        assert client.get(address).status_code == 200, address
    columns = [*registers()[slug].columns, "revision"]
    for name in columns:
        assert client.get(f"/record/{slug}/?sort=-{name}").status_code in {200, 400}
    assert client.get(f"/record/{slug}/?sort=note__x").status_code == 400


def test_the_list_finds_with_and_without_marks(world: World) -> None:
    world.inspection("GR", "716", note="Đường trơn")
    world.inspection("GR", "717", note="duong tron")
    client = world.client("GR")
    assert len(codes(client.get(LIST, {"q": "duong tron"}).content.decode())) == 2
    assert len(codes(client.get(LIST, {"q": "ĐƯỜNG"}).content.decode())) == 2
    assert codes(client.get(LIST, {"q": "moc 717"}).content.decode()) == ["BB-GR-2"]
    assert "Không có biên bản kiểm tra mốc nào hợp" in client.get(LIST, {"q": "không có"}).content.decode()


def test_what_is_typed_with_marks_comes_first(world: World) -> None:
    patrols = [world.patrol("GR", purpose=purpose) for purpose in ("tuan tra duong bien", "tuần tra đường biên")]
    found = codes(world.client("GR").get("/record/patrols/", {"q": "tuần tra đường biên"}).content.decode())
    assert found == [patrols[1].code, patrols[0].code]


def test_filters_narrow_by_state_marker_period_and_unit(world: World) -> None:
    world.inspection("GR", "716", state="damaged")
    world.inspection("GR", "717", seen_at=T0 - timedelta(days=40))
    world.inspection("LE", "717")
    client = world.client("QN")

    def found(**query: str) -> list[str]:
        return sorted(codes(client.get(LIST, query).content.decode()))

    assert found(state="damaged") == ["BB-GR-1"]
    assert found(marker="717") == ["BB-GR-2", "BB-LE-3"]
    assert found(unit="LE") == ["BB-LE-3"]
    assert found(**{"from": "2020-11-22", "to": "2020-11-22"}) == ["BB-GR-1", "BB-LE-3"]
    assert found(to="2020-11-21") == ["BB-GR-2"]
    assert found(sort="seen_at")[0] == "BB-GR-1"
    assert client.get(LIST, {"from": "hôm qua"}).status_code == 400


def test_what_lacks_something_is_counted_and_found(world: World) -> None:
    world.inspection("GR", "716", photo_count=4, **dict.fromkeys(MarkerInspection.CHECKS, True))
    world.inspection("GR", "717", photo_count=4, **{**dict.fromkeys(MarkerInspection.CHECKS, True), "court": None})
    world.inspection("GR", "CD3", state="unreached", unreached_reason="sạt đường")
    world.inspection("GR", "CD3", state="unreached")
    world.patrol("GR", ended_at=None)
    world.patrol("GR")
    for model in (MarkerInspection, Patrol):
        by_row = {row.pk for row in model.objects.all() if row.lacks()}
        assert by_row == set(model.objects.filter(model.lacking).values_list("pk", flat=True))
        assert by_row
    html = world.client("GR").get(LIST, {"lacking": "1"}).content.decode()
    assert sorted(codes(html)) == ["BB-GR-2", "BB-GR-4"]


def test_an_inspection_is_written_from_the_form(world: World) -> None:
    client = world.client("GR")
    answer = client.post("/record/marker-inspections/new", typed(**CHECKS), follow=True)
    row = MarkerInspection.objects.get()
    assert row.code == "BB-1122-01"
    assert (row.marker.number, row.seen_at.isoformat()) == ("717", "2020-11-22T03:02:00+00:00")
    assert row.standing is True
    assert "còn thiếu: 2 ảnh" in answer.content.decode().lower()
    entry = ledger.history(row)[0]
    assert entry.author == "Hồ Văn GR"
    client.post("/record/marker-inspections/new", typed())
    assert MarkerInspection.objects.get(code="BB-1122-02").standing is None, (
        "an item left open is not an item found good"
    )


def test_a_form_says_what_is_wrong_and_keeps_what_was_typed(world: World) -> None:
    answer = world.client("GR").post(
        "/record/marker-inspections/new", typed(marker="mốc xx", seen_at="sáng nay", note="giữ")
    )
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "không phải số mốc" in html
    assert "24/11/2020 06:00" in html
    assert "giữ" in html
    assert not MarkerInspection.objects.exists()


def test_an_amendment_needs_a_reason_and_shows_old_and_new(world: World) -> None:
    row = world.inspection("GR", "717", brush_cut_m=200)
    client = world.client("GR")
    address = f"/record/marker-inspections/{row.code}"
    given = typed(brush_cut_m="20", base="1")
    assert client.post(f"{address}/edit", given).status_code == 422
    assert client.post(f"{address}/edit", given | {"reason": "nhập thừa một số 0"}).status_code == 302
    html = client.get(address).content.decode()
    assert "<del>200</del> <ins>20</ins>" in html
    assert "nhập thừa một số 0" in html
    assert "Lần 1" in html
    assert "Bản gốc" in html
    assert sorted(codes(client.get(LIST, {"amended": "1"}).content.decode())) == [row.code]


def test_two_who_amend_the_same_record_are_told_and_nothing_is_lost(world: World) -> None:
    row = world.inspection("GR", "717", brush_cut_m=1)
    client = world.client("GR")
    address = f"/record/marker-inspections/{row.code}/edit"
    assert client.post(address, typed(brush_cut_m="2", base="1", reason="đo lại")).status_code == 302
    second = client.post(address, typed(brush_cut_m="3", base="1", reason="tôi đo"))
    html = second.content.decode()
    assert second.status_code == 409
    assert "đã được người khác sửa" in html
    assert 'name="brush_cut_m" value="3"' in html
    assert 'name="base" value="2"' in html, "saving again now means having seen the newer revision"
    assert MarkerInspection.objects.get().brush_cut_m == 2
    assert client.post(address, typed(brush_cut_m="3", base="2", reason="tôi đo")).status_code == 302


def test_a_withdrawn_record_leaves_the_list_and_can_come_back(world: World) -> None:
    row = world.inspection("GR")
    client = world.client("GR")
    address = f"/record/marker-inspections/{row.pk}"
    assert client.post(f"{address}/withdraw", {"reason": ""}).status_code == 400
    assert client.post(f"{address}/withdraw", {"reason": "nhập nhầm mốc"}).status_code == 302
    assert codes(client.get(LIST).content.decode()) == []
    assert "đã rút" in client.get(address).content.decode()
    assert client.post(f"{address}/restore", {"reason": "đúng mốc"}).status_code == 302
    assert codes(client.get(LIST).content.decode()) == [row.code]


def test_the_past_shows_the_register_as_it_was_known_then(world: World) -> None:
    row = world.inspection("GR", "717", state="intact")
    row.state, row.note = "damaged", "sứt"
    row.refold()
    ledger.write([row], Author("test", at=T0 + timedelta(days=2)), reason="xem lại ảnh")
    gone = world.inspection("GR", "716")
    ledger.withdraw(gone, Author("test", at=T0 + timedelta(days=2)), "nhầm")
    client = world.client("GR")
    then = {"at": (T0 + timedelta(days=1)).isoformat()}
    html = client.get(LIST, then).content.decode()
    assert sorted(codes(html)) == sorted([row.code, gone.code])
    assert "data-new" not in html
    assert codes(client.get(LIST, then | {"state": "damaged"}).content.decode()) == []
    assert codes(client.get(LIST, then | {"q": "sut"}).content.decode()) == []
    assert sorted(codes(client.get(LIST, then | {"state": "intact", "sort": "marker"}).content.decode())) == [
        row.code,
        gone.code,
    ]
    page = client.get(f"/record/marker-inspections/{row.code}", then).content.decode()
    assert "Nguyên trạng" in page
    assert "xem lại ảnh" not in page
    assert codes(client.get(LIST, {"at": (T0 - timedelta(days=1)).isoformat()}).content.decode()) == []
    assert client.get("/record/marker-inspections/new", then).status_code == 409


def test_the_first_page_counts_what_waits(world: World) -> None:
    client = world.client("GR")
    assert "Không có việc phải xử lý" in client.get("/record/").content.decode()
    world.inspection("GR")
    html = client.get("/record/").content.decode()
    assert "Cần bổ sung biên bản kiểm tra mốc: 1" in html
    assert "Lập biên bản" in html


def test_a_page_of_many_rows_asks_the_database_as_often_as_one_of_few(
    world: World, django_assert_max_num_queries: object
) -> None:
    client = world.client("QN")
    for _ in range(3):
        world.patrol("GR")
    client.get("/record/patrols/")
    ends = {"from_marker": world.markers["716"], "to_marker": world.markers["717"]}
    for _ in range(12):
        world.patrol("GR", **ends).link(members=[world.people["GR"].pk])
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        client.get("/record/patrols/")
