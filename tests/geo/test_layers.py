"""Lines, markers and posts come in from GeoJSON, GeoPackage, CSV and XLSX, in any system, with the original kept."""

import io
import json
import sqlite3
import struct
from pathlib import Path

import numpy as np
import openpyxl
import pytest
import shapely
from pyproj import Geod, Transformer

from cotmoc.geo.coordinates import BadCoordinate
from cotmoc.geo.faults import Unreadable
from cotmoc.geo.geopackage import wkb_of
from cotmoc.geo.layers import FeatureFile, read_features
from cotmoc.geo.readers import Limits

GEOD = Geod(ellps="WGS84")
LON, LAT = 107.3725, 15.5415833


def metres(file: FeatureFile, index: int = 0, lon: float = LON, lat: float = LAT) -> float:
    point = file.features[index].geometry
    return GEOD.inv(point.x, point.y, lon, lat)[2]


def codes(file: FeatureFile) -> list[tuple[str, str]]:
    return [(fault.code, fault.where) for fault in file.faults]


def table(*rows: tuple[object, ...]) -> bytes:
    return "\n".join(";".join(str(value) for value in row) for row in rows).encode()


def workbook(*rows: tuple[object, ...]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def geojson(*members: object, **more: object) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": members, **more}).encode()


def feature(geometry: object, **properties: object) -> dict[str, object]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def geopackage(*blobs: bytes | None, srs: int = 32648, mode: bytes = b"\x01\x01") -> bytes:
    """A file with one feature table `moc`, as a desktop program writes it."""
    base = sqlite3.connect(":memory:")
    base.executescript(
        """
        CREATE TABLE gpkg_spatial_ref_sys (srs_name, srs_id INTEGER PRIMARY KEY, organization, organization_coordsys_id);
        INSERT INTO gpkg_spatial_ref_sys VALUES ('a', 32648, 'EPSG', 32648), ('b', 4326, 'EPSG', 4326), ('u', -1, 'NONE', -1);
        CREATE TABLE gpkg_contents (table_name, data_type);
        CREATE TABLE gpkg_geometry_columns (table_name, column_name, srs_id);
        CREATE TABLE "moc" (fid INTEGER PRIMARY KEY, geom BLOB, code TEXT);
        CREATE TABLE "not a layer" (x);
        CREATE VIEW evil AS SELECT * FROM moc;
        INSERT INTO gpkg_contents VALUES ('moc', 'features'), ('evil', 'features'), ('gone', 'features'), ('a', 'tiles');
        """
    )
    for name in ("moc", "evil", "gone"):
        base.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?)", (name, srs))
    for index, blob in enumerate(blobs):
        base.execute("INSERT INTO moc (geom, code) VALUES (?, ?)", (blob, str(676 + index)))
    base.commit()
    data = base.serialize()
    return data[:18] + mode + data[20:]


def blob(geometry: shapely.Geometry, envelope: int = 0, srs: int = 32648) -> bytes:
    size = {0: 0, 1: 4, 2: 6, 4: 8}[envelope]
    return b"GP\0" + bytes([1 | envelope << 1]) + struct.pack("<i", srs) + bytes(8 * size) + shapely.to_wkb(geometry)


@pytest.mark.shared
def test_the_shared_geodata(shared: Path) -> None:
    folder = shared / "quangnam_geo"
    counts = {}
    for path in sorted(folder.glob("*.geojson")):
        file = read_features(path.name, path.read_bytes())
        assert not file.faults, path.name
        counts[path.stem] = len(file.features)
    assert {key: counts[key] for key in ("border_line", "coast_line", "markers_synthetic", "districts_2020")} == {
        "border_line": 6,
        "coast_line": 4,
        "markers_synthetic": 67,
        "districts_2020": 18,
    }
    package = read_features("quangnam.gpkg", (folder / "quangnam.gpkg").read_bytes())
    markers = [found for found in package.features if found.layer == "markers_synthetic"]
    beside = read_features("m.geojson", (folder / "markers_synthetic.geojson").read_bytes()).features
    assert not package.faults
    assert [m.properties["code"] for m in markers] == [b.properties["code"] for b in beside]
    offsets = [m.geometry.distance(b.geometry) for m, b in zip(markers, beside, strict=True)]
    assert max(offsets) < 1e-6


def test_markers_in_degrees_minutes_and_seconds() -> None:
    rows = [("Danh sách mốc",), (), ("Tên mốc", "Vĩ độ", "Kinh độ"), ("717", "15°32'29,7\" B", "107°22'21\" Đ")]
    for data in (table(*rows), workbook(*rows)):
        file = read_features("moc", data)
        assert metres(file) < 0.02
        found = file.features[0]
        assert found.properties["Tên mốc"] == "717"
        assert (found.original, found.crs) == ("15°32'29,7\" B; 107°22'21\" Đ", "EPSG:4326")


def test_markers_in_vn2000_with_the_northing_called_x() -> None:
    shift = Transformer.from_pipeline("urn:ogc:def:coordinateOperation:EPSG::6960")
    lat, lon = shift.transform(LAT, LON, direction="INVERSE")
    east, north = Transformer.from_crs(4756, 5899, always_xy=True).transform(lon, lat)
    rows = [("số hiệu", "X (m)", "Y (m)"), ("717", round(north, 2), round(east, 2))]
    for data in (table(*rows), workbook(*rows)):
        file = read_features("moc", data, crs="VN-2000 107°45'")
        assert metres(file) < 0.01
        assert "VN-2000 to WGS 84" in file.features[0].note
        assert file.features[0].crs == "VN-2000 / TM-3 107°45'"


def test_a_row_may_name_its_own_system_and_bad_rows_are_told_by_their_number() -> None:
    east, north = Transformer.from_crs(4326, 32648, always_xy=True).transform(LON, LAT)
    file = read_features(
        "moc.csv",
        table(
            ("ten", "x", "y", "he toa do"),
            ("717", f"{east:.2f}".replace(".", ","), f"{north:.2f}".replace(".", ","), "EPSG:32648"),
            ("718", "?", "1", "EPSG:32648"),
            ("", "", "", ""),
            ("719", east, north, "EPSG:4326"),
            ("720", east, north, "Mars"),
        ),
    )
    assert len(file.features) == 1
    assert metres(file) < 0.01
    assert codes(file) == [
        ("coordinate.unreadable", "#3"),
        ("coordinate.out_of_range", "#5"),
        ("coordinate.unknown_crs", "#6"),
    ]


def test_a_table_of_wkt() -> None:
    rows = [("code", "wkt"), ("A", "LINESTRING (107.3 15.5, 107.4 15.6)"), ("B", "LINESTRING (107.3")]
    file = read_features("line.csv", table(*rows))
    assert file.features[0].geometry.length == pytest.approx(np.hypot(0.1, 0.1))
    assert codes(file) == [("feature.bad_geometry", "#3")]


def test_geojson_of_any_shape_with_heights_and_broken_members() -> None:
    file = read_features(
        "a.geojson",
        geojson(
            feature({"type": "Point", "coordinates": [LON, LAT, 900]}, code="717"),
            feature({"type": "Point", "coordinates": "here"}),
            feature(None),
            feature({"type": "Point", "coordinates": []}),
            feature({"type": "Point", "coordinates": [520_345, 1_718_345]}),
            "nothing",
        ),
    )
    assert metres(file) < 0.001
    assert not file.features[0].geometry.has_z
    assert [where for _, where in codes(file)] == ["#2", "#3", "#4", "#5", "#6"]
    alone = read_features("a.geojson", json.dumps({"type": "Point", "coordinates": [LON, LAT]}).encode())
    assert metres(alone) < 0.001


@pytest.mark.parametrize(
    ("name", "near"),
    [("urn:ogc:def:crs:OGC:1.3:CRS84", False), ("urn:ogc:def:crs:EPSG::32648", True), ("EPSG:32648", True)],
)
def test_geojson_with_the_older_crs_member(name: str, near: bool) -> None:
    east, north = Transformer.from_crs(4326, 32648, always_xy=True).transform(LON, LAT)
    place = [east, north] if near else [LON, LAT]
    crs = {"type": "name", "properties": {"name": name}}
    file = read_features("a.geojson", geojson(feature({"type": "Point", "coordinates": place}), crs=crs))
    assert metres(file) < 0.001


@pytest.mark.parametrize("envelope", [0, 1, 2, 4])
@pytest.mark.parametrize("mode", [b"\x01\x01", b"\x02\x02"])
def test_geopackage_with_and_without_envelope_and_in_write_ahead_mode(envelope: int, mode: bytes) -> None:
    east, north = Transformer.from_crs(4326, 32648, always_xy=True).transform(LON, LAT)
    file = read_features("a.gpkg", geopackage(blob(shapely.Point(east, north), envelope), mode=mode))
    assert metres(file) < 0.001
    found = file.features[0]
    assert (found.layer, found.crs, found.properties["code"]) == ("moc", "EPSG:32648", "676")


def test_geopackage_reads_tables_only_and_tells_broken_geometry() -> None:
    """The view `evil` and the missing table `gone` are announced as layers, too."""
    whole = blob(shapely.Point(500_000, 1_700_000))
    file = read_features("a.gpkg", geopackage(whole, None, b"GP", whole[:-4], whole[:3] + b"\x11" + whole[4:]))
    assert [found.layer for found in file.features] == ["moc"]
    assert codes(file) == [("feature.bad_geometry", f"moc #{number}") for number in (2, 3, 4, 5)]


def test_geopackage_without_a_system_takes_the_given_one() -> None:
    data = geopackage(blob(shapely.Point(LON, LAT), srs=-1), srs=-1)
    assert metres(read_features("a.gpkg", data)) < 0.001
    assert metres(read_features("a.gpkg", data, crs="VN-2000")) == pytest.approx(216, abs=60)


def test_geopackage_binary_with_unknown_envelope_is_none() -> None:
    assert wkb_of(b"GP\0\x0b" + bytes(100)) is None
    assert wkb_of("text") is None


def test_other_databases_and_damaged_packages_are_refused() -> None:
    other = sqlite3.connect(":memory:")
    other.execute("CREATE TABLE notes (x)")
    with pytest.raises(Unreadable) as caught:
        read_features("a.gpkg", other.serialize())
    assert caught.value.fault.code == "file.wrong_kind"
    data = geopackage(blob(shapely.Point(500_000, 1_700_000)))
    with pytest.raises(Unreadable) as caught:
        read_features("a.gpkg", data[: len(data) // 2])
    assert caught.value.fault.code == "file.damaged"


def test_tracks_and_waypoints_are_features_too() -> None:
    wpt = f'<wpt lat="{LAT}" lon="{LON}"><name>717</name></wpt>'
    points = "".join(f'<trkpt lat="{LAT + index / 1000}" lon="{LON}"/>' for index in range(3))
    track = f"<trk><name>Đường biên</name><trkseg>{points}</trkseg><trkseg>{points}</trkseg></trk>"
    file = read_features("a.gpx", f"<gpx>{wpt}{track}</gpx>".encode())
    assert [found.geometry.geom_type for found in file.features] == ["MultiLineString", "Point"]
    assert [found.properties["name"] for found in file.features] == ["Đường biên", "717"]


def test_an_unknown_system_is_refused_before_reading() -> None:
    with pytest.raises(BadCoordinate):
        read_features("a.csv", table(("x", "y"), (1, 2)), crs="Mars")


def test_a_spreadsheet_without_end_is_refused() -> None:
    rows = [("lat", "lon"), *[(LAT, LON)] * 20]
    with pytest.raises(Unreadable) as caught:
        read_features("a.xlsx", workbook(*rows), limits=Limits(table_rows=20))
    assert caught.value.fault.code == "table.too_long"
    assert len(read_features("a.xlsx", workbook(*rows), limits=Limits(table_rows=21)).features) == 20


def test_a_table_without_places_names_its_columns() -> None:
    with pytest.raises(Unreadable) as caught:
        read_features("a.xlsx", workbook(("Họ tên", "Cấp bậc"), ("A", "B")))
    assert caught.value.fault.code == "table.no_place"
    assert caught.value.fault.values["columns"] == "Họ tên, Cấp bậc"


def test_a_line_in_a_collection_or_with_some_heights_is_a_line() -> None:
    line = {"type": "LineString", "coordinates": [[LON, LAT, 812.5], [LON, LAT + 0.01]]}
    point = {"type": "Point", "coordinates": [LON, LAT, 812.5]}
    collection = {
        "type": "GeometryCollection",
        "geometries": [line, {"type": "GeometryCollection", "geometries": [point]}],
    }
    file = read_features("a.geojson", geojson(feature(line, code="1"), feature(collection, code="2")))
    assert [(f.geometry.geom_type, f.geometry.has_z, f.properties["code"]) for f in file.features] == [
        ("LineString", False, "1"),
        ("LineString", False, "2"),
        ("Point", False, "2"),
    ]
    assert read_features("b.geojson", json.dumps(line).encode()).features[0].geometry.length == pytest.approx(0.01)


@pytest.mark.parametrize("coordinates", ["107", "ab", {"a": 1}, None, [["a", "b"], ["c", "d"]]])
def test_coordinates_that_are_none_are_told(coordinates: object) -> None:
    file = read_features("a.geojson", geojson(feature({"type": "LineString", "coordinates": coordinates})))
    assert codes(file) == [("feature.bad_geometry", "#1")]
