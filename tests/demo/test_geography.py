"""The shipped geography is what the packages hold: compared with an independent extract where that is at hand."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from shapely.geometry import Polygon, shape

from cotmoc.demo.geography import FOLDER, LAYERS, Shipped, layer
from cotmoc.geo.line import Line


def reference(shared: Path, name: str, identity: str) -> Any:
    content = json.loads((shared / "quangnam_geo" / f"{name}.geojson").read_text(encoding="utf-8"))
    return next(shape(f["geometry"]) for f in content["features"] if str(f["properties"]["id"]) == identity)


@pytest.mark.parametrize("name", LAYERS)
def test_each_layer_is_small_valid_and_says_whose_it_is(name: str) -> None:
    content = layer(name)
    assert (FOLDER / f"{name}.geojson").stat().st_size < 300_000
    assert content["attribution"] == "© OpenStreetMap contributors"
    assert content["licence"] == "ODbL-1.0"
    assert "@geo-maps/" in content["source"]
    assert all(shape(feature["geometry"]).is_valid for feature in content["features"])


def test_the_border_is_as_long_as_published_for_this_extract(shipped: Shipped) -> None:
    border = Line.from_lonlat([shipped.border])
    assert border.length_m == pytest.approx(148_292, abs=2)
    assert border.vertex_count == 879
    assert Line.from_lonlat([shipped.coast]).length_m == pytest.approx(88_706, abs=5)


def test_the_stated_lengths_are_those_of_the_lines(shipped: Shipped) -> None:
    for name, points in (("border_line", shipped.border), ("coast_line", shipped.coast)):
        stated = layer(name)["features"][0]["properties"]["length_m"]
        assert Line.from_lonlat([points]).length_m == pytest.approx(stated, abs=1)


def test_both_lines_run_from_north_to_south(shipped: Shipped) -> None:
    assert shipped.border[0, 1] > shipped.border[-1, 1]
    assert shipped.coast[0, 1] > shipped.coast[-1, 1]


@pytest.mark.shared
def test_border_and_coast_equal_the_independent_extract(shipped: Shipped, shared: Path) -> None:
    for points, name, identity in ((shipped.border, "border_line", "osm_full"), (shipped.coast, "coast_line", "osm")):
        theirs = np.array(reference(shared, name, identity).coords)
        assert theirs.shape == points.shape
        assert np.abs(theirs - points).max() < 1e-5  # the two ends are cut at points known to five decimals


@pytest.mark.shared
def test_islands_and_context_lie_where_the_independent_extract_has_them(shared: Path) -> None:
    for feature in layer("islands")["features"]:
        ring = Polygon(feature["geometry"]["coordinates"][0])
        others = [reference(shared, "islands", identity) for identity in ("1", "3", "4", "5", "6")]
        assert min(ring.symmetric_difference(other).area for other in others) < 1e-9
    context = shape(layer("border_context")["features"][0]["geometry"])
    assert (
        context.hausdorff_distance(reference(shared, "vn_la_context", "vn_la_context")) < 6e-4
    )  # theirs is simplified to 50 m
