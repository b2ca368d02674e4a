"""Lists give coordinates as DMS with decimal comma and in VN-2000: both must come out where pyproj says."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS, Geod, Transformer

from cotmoc.geo.coordinates import BadCoordinate, crs_name, crs_of, parse_angle, parse_number, read_coordinate, to_wgs84

GEOD = Geod(ellps="WGS84")
DATUM_SHIFT = "urn:ogc:def:coordinateOperation:EPSG::6960"
LATS, LONS = st.floats(8.5, 23.3), st.floats(103, 109.4)


def dms(degrees: float, side: str) -> str:
    """As in the lists of markers: 22°56'12,943" N."""
    thousandths = round(degrees * 3_600_000)
    whole, rest = divmod(thousandths, 3_600_000)
    minutes, seconds = divmod(rest, 60_000)
    return f"{whole}°{minutes:02d}'{seconds / 1000:.3f}\" {side}".replace(".", ",")


@pytest.mark.parametrize(
    ("text", "degrees"),
    [
        ("15.541592", 15.541592),
        ("15,541592", 15.541592),
        ("-15.5", -15.5),
        ("22°56'12,943\" N", 22 + 56 / 60 + 12.943 / 3600),
        ("22°56′12,943″N", 22 + 56 / 60 + 12.943 / 3600),
        ("22º56’12.943’’ N", 22 + 56 / 60 + 12.943 / 3600),
        ("N 22 56 12.943", 22 + 56 / 60 + 12.943 / 3600),
        ("N22°56.216'", 22 + 56.216 / 60),
        ("107°45'", 107.75),
        ("W 107 45 30", -(107 + 45.5 / 60)),
        ("15°32' S", -(15 + 32 / 60)),
        ("15°32'29,7\" B", 15 + 32 / 60 + 29.7 / 3600),
        ("107°22'21\" Đ", 107 + 22 / 60 + 21 / 3600),
        ("Kinh độ: 107°22'21\" Đông", 107 + 22 / 60 + 21 / 3600),
        ("22 độ 56 phút 12,5 giây Bắc", 22 + 56 / 60 + 12.5 / 3600),
        ("5 độ 30 phút Nam", -5.5),
        ("5°30' Tây", -5.5),
    ],
)
def test_angles(text: str, degrees: float) -> None:
    assert parse_angle(text) == pytest.approx(degrees, abs=1e-12)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "15°61'",
        "15°10'60\"",
        "N 15 S",
        "-15 N",
        "15 16 17 18",
        "15;16",
        "N",
        pytest.param("15" + " " * 100_000 + "x", id="long"),
    ],
)
def test_what_is_no_angle_is_refused(text: str) -> None:
    with pytest.raises(BadCoordinate) as refusal:
        parse_angle(text)
    assert refusal.value.fault.code == "coordinate.unreadable"


@given(LATS, LONS)
def test_dms_with_decimal_comma_reads_back_to_a_few_centimetres(lat: float, lon: float) -> None:
    place = read_coordinate(dms(lat, "N"), dms(lon, "E"))
    assert GEOD.inv(place.lon, place.lat, lon, lat)[2] < 0.03
    assert place.crs == "EPSG:4326"
    assert place.original == f"{dms(lat, 'N')}; {dms(lon, 'E')}"
    assert not place.note


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1718345,12", 1718345.12),
        ("1.718.345,12", 1718345.12),
        ("1,718,345.12", 1718345.12),
        ("1 718 345", 1718345),
        ("520345", 520345),
    ],
)
def test_numbers(text: str, value: float) -> None:
    assert parse_number(text) == value


@pytest.mark.parametrize("text", ["", "12a", "1,2,3.4.5", "--3", "NaN", "inf"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(BadCoordinate):
        parse_number(text)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("VN-2000", 4756),
        ("VN-2000 / UTM 48N", 3405),
        ("VN2000 múi 49", 3406),
        ("EPSG:3405", 3405),
        ("5899", 5899),
        ("VN-2000 107°45'", 5899),
        ("VN-2000 / TM-3 107-45", 5899),
        ("VN-2000 múi 3 độ, kinh tuyến trục 107°45'", 5899),
        ("VN-2000 108,25", 9217),
        ("VN-2000 KTT 105°30'", 9209),
    ],
)
def test_names_of_vn2000_systems(name: str, code: int) -> None:
    ours, listed = crs_of(name), CRS.from_epsg(code)
    assert ours.geodetic_crs.to_epsg() == 4756
    assert _projection(ours) == _projection(listed)


def _projection(system: CRS) -> list[float]:
    operation = system.coordinate_operation
    return [parameter.value for parameter in operation.params] if operation else []


@pytest.mark.parametrize(("name", "code"), [("VN-2000 48N", 3405), ("VN-2000 107°45'", 5899)])
def test_vn2000_comes_out_where_the_official_parameters_put_it(name: str, code: int) -> None:
    """EPSG:6960 has the seven parameters of Decision 05/2007/QĐ-BTNMT; the projections are EPSG's own."""
    lon, lat = np.array([107.3, 107.75, 108.4]), np.array([16.0, 15.5, 15.2])
    x, y = Transformer.from_crs(4756, code, always_xy=True).transform(lon, lat)
    expected_lat, expected_lon = Transformer.from_pipeline(DATUM_SHIFT).transform(lat, lon)
    for index in range(3):
        place = to_wgs84(x[index], y[index], name)
        assert GEOD.inv(place.lon, place.lat, expected_lon[index], expected_lat[index])[2] < 0.001


def test_other_systems_by_their_code() -> None:
    x, y = Transformer.from_crs(4326, 32648, always_xy=True).transform(107.5, 15.6)
    place = to_wgs84(x, y, "EPSG:32648")
    assert (place.lon, place.lat) == pytest.approx((107.5, 15.6), abs=1e-9)


def test_the_transformation_is_told() -> None:
    place = read_coordinate("1718345,12", "520345,5", "VN-2000 / UTM 48N")
    assert "VN-2000 to WGS 84" in place.note
    assert "±1 m" in place.note
    assert place.crs == "EPSG:3405"
    assert place.original == "1718345,12; 520345,5"


def test_the_northing_may_stand_in_either_column() -> None:
    """Vietnamese lists call it X and print it first."""
    north_first = read_coordinate("1718345,12", "520345,5", "VN-2000 107°45'")
    east_first = read_coordinate("520345,5", "1718345,12", "VN-2000 107°45'")
    assert (north_first.lon, north_first.lat) == (east_first.lon, east_first.lat)
    assert north_first.lat == pytest.approx(15.5369, abs=1e-3)


def test_datum_shift_is_about_two_hundred_metres_and_not_forgotten() -> None:
    vn2000 = read_coordinate("15°32'29,7\"", "107°22'21\"", "VN-2000")
    wgs84 = read_coordinate("15°32'29,7\"", "107°22'21\"")
    assert 150 < GEOD.inv(vn2000.lon, vn2000.lat, wgs84.lon, wgs84.lat)[2] < 300


@pytest.mark.parametrize("name", ["nowhere", "EPSG:1", "+init=/etc/hosts:x", "VN-2000 99°", "VN-2000 abc", ""])
def test_unknown_systems_are_refused(name: str) -> None:
    with pytest.raises(BadCoordinate) as refusal:
        crs_name(name)
    assert refusal.value.fault.code == "coordinate.unknown_crs"


@pytest.mark.parametrize(("y", "x"), [(91, 107), (15, 181), (math.nan, 107), (520_345, 1_718_345)])
def test_places_off_the_earth_are_refused(y: float, x: float) -> None:
    with pytest.raises(BadCoordinate) as refusal:
        to_wgs84(x, y)
    assert refusal.value.fault.code == "coordinate.out_of_range"
