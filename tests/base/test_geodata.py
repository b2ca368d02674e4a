"""Lines, markers, stretches and gates come in from GeoJSON, GeoPackage, CSV and XLSX, with the coordinates that lists use."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from cotmoc.base import geodata, ledger
from cotmoc.base.geodata import Given
from cotmoc.base.ledger import Author
from cotmoc.base.models import (
    BorderGate,
    BorderLine,
    BorderMarker,
    GateClass,
    LineStretch,
    LineVersion,
    MarkerPosition,
    Quarantine,
    Unit,
)
from cotmoc.base.problems import Problem

BY = Author("test")
NORTH_SOUTH = {"type": "LineString", "coordinates": [[107.5, 15.9], [107.5, 15.8], [107.52, 15.7]]}


def geojson(geometry: dict[str, object], **properties: object) -> bytes:
    feature = {"type": "Feature", "geometry": geometry, "properties": properties}
    return json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()


@pytest.fixture
def command(db: None) -> Unit:
    unit = Unit(code="QN", name="Bộ Chỉ huy", short_name="Bộ Chỉ huy", kind=Unit.Kind.COMMAND)
    post = Unit(code="GR", name="Đồn Biên phòng Ga Ry", short_name="Ga Ry", kind=Unit.Kind.LAND_POST)
    ledger.write([unit, post], BY)
    return unit


@pytest.fixture
def line(command: Unit) -> BorderLine:
    geodata.receive("line", "line.geojson", geojson(NORTH_SOUTH), command, Given(source="bản vẽ 1"), BY)
    return BorderLine.objects.get()


def test_a_line_version_knows_its_own_length(line: BorderLine) -> None:
    version = LineVersion.objects.get()
    assert version.vertex_count == 3
    assert version.measured_m == pytest.approx(22_336, abs=2)  # 11,064.4 m + 11,271.4 m on WGS84 (pyproj.Geod)


def test_a_new_version_ends_the_old_one_and_the_same_file_changes_nothing(line: BorderLine, command: Unit) -> None:
    longer = geojson({**NORTH_SOUTH, "coordinates": [*NORTH_SOUTH["coordinates"], [107.53, 15.6]]})
    given = Given(source="bản vẽ 2", valid_from="2020-06-01", published_m=157_422)
    first = geodata.receive("line", "new.geojson", longer, command, given, BY)
    again = geodata.receive("line", "new.geojson", longer, command, given, BY)
    old, new = LineVersion.objects.order_by("valid_from")
    assert (first.created, first.amended, again.unchanged) == (1, 1, 1)
    assert old.valid_to == new.valid_from == date(2020, 6, 1)
    assert new.published_m == 157_422
    assert ledger.verify().sound


def test_markers_from_a_list_with_degrees_minutes_seconds_and_decimal_commas(line: BorderLine, command: Unit) -> None:
    rows = [
        "Số hiệu;Cỡ;Vĩ độ;Kinh độ;Sai số (m)",
        "676;mốc tiểu;15°53'12,943\" N;107°30'00,000\" E;0,05",
        "511/1;trung;15,85;107,5;",
        "CD5;;15,8;107,5;",
        "abc;;15,8;107,5;",
    ]
    table = "\n".join(rows)
    outcome = geodata.receive("markers", "moc.csv", table.encode(), command, Given(source="danh sách"), BY)
    assert [f.code for f in outcome.problems] == ["geodata.number"]
    rows = {m.number: m for m in BorderMarker.objects.all()}
    assert set(rows) == {"676", "511/1", "CD5"}
    assert (rows["676"].size, rows["511/1"].kind, rows["CD5"].kind) == ("small", "auxiliary", "stake")
    position = MarkerPosition.objects.get(marker=rows["676"])
    assert position.lat == pytest.approx(15 + 53 / 60 + 12.943 / 3600, abs=1e-8)
    assert "12,943" in position.as_written
    assert position.source == "treaty"


def test_markers_from_a_workbook_in_vn2000(line: BorderLine, command: Unit) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Số hiệu", "X", "Y"])
    book.active.append(["709", 1_755_000.5, 768_000.25])
    data = io.BytesIO()
    book.save(data)
    geodata.receive("markers", "moc.xlsx", data.getvalue(), command, Given(source="VN-2000", crs="EPSG:3405"), BY)
    position = MarkerPosition.objects.get()
    assert position.crs == "EPSG:3405"
    assert (position.lon, position.lat) == (pytest.approx(107.505, abs=0.02), pytest.approx(15.862, abs=0.02))


def test_treaty_and_survey_positions_are_kept_apart(line: BorderLine, command: Unit) -> None:
    for source in ("treaty", "survey"):
        data = geojson({"type": "Point", "coordinates": [107.5, 15.85]}, number="676", position_source=source)
        geodata.receive("markers", f"{source}.geojson", data, command, Given(source=source), BY)
    assert BorderMarker.objects.count() == 1
    assert set(MarkerPosition.objects.values_list("source", flat=True)) == {"treaty", "survey"}


def test_stretches_are_anchored_on_markers(line: BorderLine, command: Unit) -> None:
    points = [
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": [107.5, y]}, "properties": {"number": n}}
        for n, y in (("691", 15.88), ("703", 15.82))
    ]
    geodata.receive(
        "markers",
        "m.geojson",
        json.dumps({"type": "FeatureCollection", "features": points}).encode(),
        command,
        Given(),
        BY,
    )
    table = "Đơn vị;Từ mốc;Đến mốc\nGa Ry;Mốc 691;703\nKhông có;1;2\n"
    outcome = geodata.receive("stretches", "doan.csv", table.encode(), command, Given(), BY)
    stretch = LineStretch.objects.get()
    assert (stretch.unit.code, stretch.start.number, stretch.end.number) == ("GR", "691", "703")
    assert [f.code for f in outcome.problems] == ["geodata.stretch"]


def test_a_gate_has_a_dated_class(line: BorderLine, command: Unit) -> None:
    point = {"type": "Point", "coordinates": [107.3726, 15.541592]}
    geodata.receive(
        "gates", "a.geojson", geojson(point, name="Nam Giang", code="NG", kind="main"), command, Given(), BY
    )
    given = Given(source="183/NQ-CP", valid_from="2020-12-22")
    geodata.receive(
        "gates", "b.geojson", geojson(point, name="Nam Giang", code="NG", kind="international"), command, given, BY
    )
    assert BorderGate.objects.count() == 1
    assert {g.kind for g in GateClass.objects.on(date(2020, 11, 24))} == {"main"}


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"", "file.empty"), (geojson({"type": "Point", "coordinates": [107.5, 15.8]}), "geodata.no_line")],
)
def test_a_file_that_cannot_be_used_waits_with_its_reason(command: Unit, data: bytes, code: str) -> None:
    with pytest.raises(Problem) as told:
        geodata.receive("line", "line.geojson", data, command, Given(), BY)
    assert told.value.code == code
    assert told.value.sentence("vi") != told.value.sentence("en")
    assert Quarantine.objects.get().code == code


def test_the_geopackage_of_the_province(command: Unit, shared: Path) -> None:
    data = (shared / "quangnam_geo" / "quangnam.gpkg").read_bytes()
    given = Given(source="OpenStreetMap", layer="border_line", pick="id=osm_full", published_m=157_422)
    geodata.receive("line", "quangnam.gpkg", data, command, given, BY)
    outcome = geodata.receive("markers", "quangnam.gpkg", data, command, Given(layer="markers_synthetic"), BY)
    assert LineVersion.objects.get().measured_m == pytest.approx(148_290, abs=30)
    assert outcome.created == 2 * 67
    assert BorderMarker.objects.filter(kind="stake").count() == 7
    assert BorderMarker.objects.filter(size="large").get().number == "717"
