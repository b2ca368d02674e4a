"""Where do we stand: layers, and the pages of a marker, a unit, a person; each as of a moment and within the user's scope."""

from __future__ import annotations

import gzip
import json
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cotmoc.base import ledger
from cotmoc.base.models import MarkerPosition
from cotmoc.picture.layers import layers
from tests.province import Province


def signed_in(province: Province, name: str) -> Client:
    client = Client()
    client.force_login(province.users[name])
    return client


@pytest.fixture
def walked(province: Province) -> Province:
    """Ga Ry and La Êê each walked once; markers 703 and 707 were inspected, 703 twice."""
    for unit, from_m, to_m, number in (("GR", 0, 6_000, "703"), ("LE", 6_000, 16_000, "707")):
        province.walk(unit, from_m, to_m, date(2020, 11, 10))
        province.inspect(number, date(2020, 11, 10))
    province.inspect("703", date(2020, 8, 7), photos=3)
    return province


def features(client: Client, layer: str, query: str = "") -> list[dict]:
    response = client.get(f"/picture/layers/{layer}.geojson{query}")
    assert response.status_code == 200, response.content
    body = gzip.decompress(response.content) if response.headers.get("Content-Encoding") == "gzip" else response.content
    return json.loads(body)["features"]


def test_every_layer_answers(walked: Province) -> None:
    client = signed_in(walked, "BCH")
    for layer in layers():
        assert features(client, layer.id) is not None
    assert len(features(client, "markers")) == 12
    assert {row["properties"]["sign"] for row in features(client, "posts+gates")} == {"post", "gate"}
    assert len(features(client, "limits")) == 2


def test_tracks_are_scoped_by_unit_and_period(walked: Province) -> None:
    def shown(name: str, query: str = "") -> list[str]:
        return [row["properties"]["cells"][1] for row in features(signed_in(walked, name), "tracks", query)]

    assert sorted(shown("BCH")) == ["Đồn Ga Ry", "Đồn La Êê"]
    assert shown("GR") == ["Đồn Ga Ry"]
    assert shown("BCH", "?unit=LE") == ["Đồn La Êê"]
    assert shown("BCH", "?from=2020-11-11") == []
    assert shown("BCH", "?at=2020-11-10T17:00") == []  # it came in at 18:00


def test_a_layer_of_the_same_content_is_not_sent_twice(walked: Province) -> None:
    client = signed_in(walked, "BCH")
    first = client.get("/picture/layers/markers.geojson", headers={"Accept-Encoding": "gzip"})
    assert first.headers["Content-Encoding"] == "gzip"
    again = client.get("/picture/layers/markers.geojson", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_no_layer_asks_per_row(walked: Province) -> None:
    client = signed_in(walked, "BCH")

    def asked(layer: str) -> int:
        client.get(f"/picture/layers/{layer}.geojson")  # what a process keeps, it has now
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/picture/layers/{layer}.geojson")
        return len(queries)

    few = {layer.id: asked(layer.id) for layer in layers()}
    for day in range(1, 5):
        walked.walk("GR", 0, 2_000, date(2020, 11, 10 + day))
    assert {layer.id: asked(layer.id) for layer in layers()} == few
    assert max(few.values()) <= 16


def test_the_map_has_a_table_with_the_same_content(walked: Province) -> None:
    page = signed_in(walked, "BCH").get("/picture/map?view=table").content.decode()
    for said in ("Mốc 701", "Đồn Biên phòng La Êê", "Cửa khẩu Đắc Ốc", "Cửa khẩu phụ", "10/11/2020"):
        assert said in page
    only = signed_in(walked, "BCH").get("/picture/map?view=table&layers=posts").content.decode()
    assert "Đồn Biên phòng La Êê" in only
    assert "Mốc 701" not in only


def test_a_box_that_is_none_is_told(walked: Province) -> None:
    assert signed_in(walked, "BCH").get("/picture/map?bbox=1,2,3").status_code == 400


@pytest.mark.parametrize("written", ["cọc dấu 1", "cd1", "CD1", "cd 1"])
def test_any_form_of_a_number_leads_to_the_marker(walked: Province, written: str) -> None:
    response = signed_in(walked, "BCH").get(f"/picture/markers/{written}", follow=True)
    assert response.status_code == 200
    assert response.request["PATH_INFO"] == "/picture/markers/CD1"


def test_an_old_number_still_leads_to_the_marker(walked: Province) -> None:
    marker = walked.markers["711"]
    marker.number = "711/1"
    ledger.write([marker], walked.author(date(2020, 5, 1), "BCH"), "Đánh số lại theo nghị định thư")
    client = signed_in(walked, "BCH")
    assert client.get("/picture/markers/711").headers["Location"] == "/picture/markers/711-1"
    assert client.get("/picture/markers/711/1").headers["Location"] == "/picture/markers/711-1"
    assert "Mốc 711/1" in client.get("/picture/markers/711-1").content.decode()
    assert client.get("/picture/markers/999").status_code == 404


def test_three_positions_are_kept_apart(walked: Province) -> None:
    survey = MarkerPosition(
        marker=walked.markers["703"],
        source="survey",
        lon=107.40001,
        lat=15.56,
        crs="VN-2000",
        accuracy_m=0.05,
        as_written="1.722.345,6; 389.012,3",
    )
    ledger.write([survey], walked.author(date(2020, 3, 1), "BCH"))
    page = signed_in(walked, "GR").get("/picture/markers/703").content.decode()
    for said in (
        "1.722.345,6; 389.012,3",
        "VN-2000, ±0,05",
        "2 lần, lệch giữa 0,0 m",
        "chỉ chứng minh có mặt",
        "Nghị định thư",
    ):
        assert said in page, said
    evidence = signed_in(walked, "GR").get("/e/marker.phone_spread_m?marker=703").content.decode()
    assert evidence.count("/record/marker-inspections/BB-") == 2


def test_the_page_of_a_marker_is_as_of_its_moment(walked: Province) -> None:
    client = signed_in(walked, "GR")
    now = client.get("/picture/markers/703").content.decode()
    then = client.get("/picture/markers/703?at=2020-09-01").content.decode()
    assert "10/11/2020" in now
    assert "Lập biên bản kiểm tra" in now
    assert "10/11/2020" not in then
    assert "07/08/2020" in then
    assert "Lập biên bản kiểm tra" not in then


def test_photos_compare_two_dates_of_one_direction_and_show_what_is_missing(walked: Province) -> None:
    page = signed_in(walked, "GR").get("/picture/markers/703?side=north").content.decode()
    compared = page[page.index('id="compare"') :]
    assert compared.index("07/08/2020") < compared.index("10/11/2020")
    assert "<span>chưa có ảnh</span>" not in page
    first = signed_in(walked, "GR").get("/picture/markers/703?at=2020-09-01").content.decode()
    assert first.count("<span>chưa có ảnh</span>") == 2  # nothing to compare with, and none to the west


def test_photos_of_another_unit_stay_there(walked: Province) -> None:
    photo = walked.inspect("703", date(2020, 11, 20), unit="LE").photos.first()
    assert signed_in(walked, "LE").get(f"/picture/photos/{photo.pk}").headers["Content-Type"] == "image/jpeg"
    assert signed_in(walked, "GR").get(f"/picture/photos/{photo.pk}").status_code == 404
    assert str(photo.pk) not in signed_in(walked, "GR").get("/picture/markers/703").content.decode()


@pytest.mark.parametrize("written", ["GR", "gr", "Đồn Ga Ry", "don-ga-ry", "Đồn Biên phòng 649"])
def test_a_unit_is_found_by_any_name_it_ever_had(walked: Province, written: str) -> None:
    response = signed_in(walked, "LE").get(f"/picture/units/{written}", follow=True)
    page = response.content.decode()
    for said in (
        "Đồn Biên phòng Ga Ry",
        "Đồn Biên phòng 649",
        "Alăng Bhuôch",
        "km\u00a00–6",
        "701",
        "Bộ Chỉ huy Bộ đội Biên phòng tỉnh",
    ):
        assert said in page, said
    assert "TT-2020-11" not in page  # La Êê does not see Ga Ry's patrols


def test_a_person_has_a_page(walked: Province) -> None:
    page = signed_in(walked, "GR").get("/picture/people/QN-0002").content.decode()
    assert "Đồn trưởng" in page
    assert "TT-2020-11" in page
    assert signed_in(walked, "GR").get("/picture/people/QN-9999").status_code == 404


def test_pages_need_a_sign_in(walked: Province) -> None:
    for path in ("map", "markers/", "markers/703", "units/GR", "people/QN-0002", "layers/tracks.geojson"):
        assert Client().get(f"/picture/{path}").status_code == 302


def test_the_list_of_markers_is_in_the_order_of_the_line(walked: Province) -> None:
    page = signed_in(walked, "BCH").get("/picture/markers/?unit=GR").content.decode()
    assert page.index("Mốc 701") < page.index("Mốc 703") < page.index(">CD1<")
    assert "Mốc 705" not in page
