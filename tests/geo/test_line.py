"""A line has a true length, a chainage for each place, and one plane metric for distances."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cotmoc.geo.faults import Unreadable
from cotmoc.geo.line import GEOD, Line, LocalProjection

LON, LAT = 107.5, 15.6
PLACES = st.tuples(st.floats(LON - 0.2, LON + 0.2), st.floats(LAT - 0.2, LAT + 0.2))
PARTS = st.lists(st.lists(PLACES, min_size=0, max_size=6), max_size=4)


def geodesic(part: list[tuple[float, float]]) -> float:
    return GEOD.line_length([lon for lon, _ in part], [lat for _, lat in part]) if len(part) > 1 else 0.0


@given(PARTS)
def test_length_is_the_sum_of_geodesics(parts):
    line = Line.from_lonlat(parts)
    assert line.length_m == pytest.approx(sum(geodesic(part) for part in parts), abs=1e-6)
    assert line.vertex_count == sum(map(len, parts))


@given(PARTS, st.floats(0, 1))
def test_point_at_and_locate_agree(parts, share):
    line = Line.from_lonlat(parts)
    lon, lat = line.point_at(share * line.length_m)
    chainage, offset = line.locate(lon, lat)
    if not len(line.segments):
        assert np.isnan([lon, lat, chainage, offset]).all()
        return
    assert offset[0] < 1e-3  # chainage itself may be another one where the line crosses itself
    again = line.point_at(chainage)
    assert GEOD.inv(lon[0], lat[0], again[0][0], again[1][0])[2] < 2e-3


@settings(max_examples=50)
@given(PARTS, st.floats(0, 1), st.floats(0, 1))
def test_a_cut_is_as_long_as_its_chainages_say(parts, one, other):
    line = Line.from_lonlat(parts)
    start, end = sorted((one * line.length_m, other * line.length_m))
    cut = line.cut(start, end)
    assert Line.from_lonlat(cut).length_m == pytest.approx(end - start, rel=1e-4, abs=1e-2)
    assert all(len(piece) >= 2 for piece in cut)


def test_the_gap_between_parts_has_no_length():
    west, east = [(107.0, 15.0), (107.01, 15.0)], [(107.5, 15.0), (107.51, 15.0)]
    line = Line.from_lonlat([west, east])
    assert line.length_m == pytest.approx(geodesic(west) + geodesic(east))
    assert len(line.cut(500, 1500)) == 2
    assert line.locate([107.5], [15.0])[0][0] == pytest.approx(geodesic(west))


@pytest.mark.parametrize(
    "parts", [[], [[]], [[(107.0, 15.0)]], [[(107.0, 15.0), (107.0, 15.0)]]], ids=["none", "empty", "point", "repeated"]
)
def test_lines_without_length_are_ordinary(parts):
    line = Line.from_lonlat(parts)
    assert line.length_m == 0
    assert line.cut(0, 100) == []
    assert np.isnan(line.locate([107.0], [15.0])).all()
    assert np.isnan(line.point_at([0.0])).all()


def test_a_repeated_vertex_changes_nothing():
    plain = Line.from_lonlat([[(107.0, 15.0), (107.01, 15.0), (107.01, 15.02)]])
    stuttering = Line.from_lonlat([[(107.0, 15.0), (107.01, 15.0), (107.01, 15.0), (107.01, 15.02)]])
    assert stuttering.length_m == plain.length_m
    assert np.array_equal(stuttering.point_at([100, 1500]), plain.point_at([100, 1500]))


def test_of_equally_near_points_the_first_along_the_line_is_taken():
    there_and_back = Line.from_lonlat([[(107.0, 15.0), (107.01, 15.0), (107.0, 15.0)]])
    chainage, offset = there_and_back.locate([107.004], [15.001])
    assert chainage[0] == pytest.approx(0.4 * there_and_back.length_m / 2, rel=1e-4)
    assert offset[0] == pytest.approx(110.6, abs=0.1)


def test_a_line_wide_from_west_to_east_keeps_true_chainage():
    """At 3 degrees from the centre flat metres are 0.13 % too long; chainage is not."""
    wide = [(105.0, 16.0), (106.0, 16.0), (110.0, 16.0), (111.0, 16.0)]
    line = Line.from_lonlat([wide])
    assert line.length_m == pytest.approx(geodesic(wide), abs=1e-6)
    first = line.segments
    flat = np.hypot(first.bx[0] - first.ax[0], first.by[0] - first.ay[0])
    assert flat > first.to_m[0] * 1.0005


def test_near_the_centre_the_plane_is_the_ellipsoid():
    projection = LocalProjection(LON, LAT)
    angle = np.linspace(0, 360, 13)
    lon, lat, _ = GEOD.fwd(np.full(13, LON), np.full(13, LAT), angle, np.full(13, 300.0))
    x, y = projection.to_metres(lon, lat)
    assert np.hypot(x, y) == pytest.approx(300.0, abs=1e-6)
    assert np.allclose(projection.to_degrees(x, y), (lon, lat), atol=1e-12)


@pytest.mark.parametrize(("lon", "lat"), [(LON + 90, 0.0), (LON - 90, 0.0), (-80.0, 40.0), (0.0, 90.0)])
def test_places_across_the_globe_are_far_off(lon, lat):
    _, offset = Line.from_lonlat([[(107.0, 15.0), (107.01, 15.0)]]).locate([lon], [lat])
    assert np.isfinite(offset[0])
    assert offset[0] > 3_000_000


LINE = {"type": "LineString", "coordinates": [[107.0, 15.0], [107.01, 15.0, 812.5]]}
MULTI = {"type": "MultiLineString", "coordinates": [[[107.0, 15.0], [107.01, 15.0]], [[107.2, 15.0], [107.21, 15.0]]]}
POINT = {"type": "Point", "coordinates": [107.0, 15.0]}


def feature(geometry: dict | None) -> dict:
    return {"type": "Feature", "properties": {}, "geometry": geometry}


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        (LINE, 1),
        (MULTI, 2),
        (feature(LINE), 1),
        ({"type": "FeatureCollection", "features": [feature(POINT), feature(MULTI), feature(None), feature(LINE)]}, 3),
        ({"type": "GeometryCollection", "geometries": [LINE, POINT]}, 1),
    ],
)
def test_geojson_of_any_wrapping(content, parts):
    assert len(Line.from_geojson(json.loads(json.dumps(content))).parts) == parts


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ({}, "line.none"),
        ([], "line.none"),
        (POINT, "line.none"),
        ({"type": "FeatureCollection", "features": []}, "line.none"),
        ({"type": "LineString", "coordinates": [[107.0]]}, "line.geometry"),
        ({"type": "LineString", "coordinates": "x"}, "line.geometry"),
        ({"type": "LineString", "coordinates": [[107.0, None], [1, 2]]}, "line.geometry"),
        ({"type": "Something"}, "line.none"),
        ({"type": "LineString"}, "line.geometry"),
    ],
)
def test_geojson_without_a_line_is_told(content, code):
    with pytest.raises(Unreadable) as caught:
        Line.from_geojson(content)
    assert caught.value.fault.code == code
