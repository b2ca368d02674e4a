"""The ground of the map is a setting with its source printed in the corner: richer layers are loaded from a folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cotmoc.picture import geography, map_config
from cotmoc.picture.extent import extent
from tests.province import Province

SQUARE = [[107.0, 15.0], [108.0, 15.0], [108.0, 16.0], [107.0, 16.0], [107.0, 15.0]]
HOLE = [[107.4, 15.4], [107.5, 15.4], [107.5, 15.5], [107.4, 15.5], [107.4, 15.4]]


def load(settings: Any, name: str, features: list[dict[str, Any]], **said: str) -> None:
    folder = Path(settings.COTMOC_HOME) / "geography"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features} | said))


def test_the_shipped_ground_names_its_source(province: Province) -> None:
    question, user = province.question(), province.users["BCH"]
    assert {row["properties"]["id"] for row in geography.abroad(question, user)["features"]} == {"LAO"}
    assert [row["properties"]["label"] for row in geography.labels(question, user)["features"]] == ["Lào"]
    drawn = map_config.chosen([])
    assert map_config.config(question, extent(question, user), drawn, past=False)[
        "attribution"
    ] == geography.attribution("land")
    assert geography.attribution("land") == "© OpenStreetMap contributors (ODbL)"


def test_a_loaded_file_takes_the_place_of_the_shipped_one(province: Province, settings: Any) -> None:
    own = {
        "type": "Feature",
        "properties": {"id": "VNM"},
        "geometry": {"type": "Polygon", "coordinates": [SQUARE, HOLE]},
    }
    load(settings, "land", [own], attribution="Bản đồ nền đã duyệt")
    lake = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [HOLE]}}
    load(settings, "water", [lake])
    question, user = province.question(), province.users["BCH"]
    assert geography.abroad(question, user)["features"] == []
    assert geography.land(question, user)["features"][0]["geometry"]["coordinates"] == [SQUARE]  # lakes come as water
    assert geography.water(question, user)["features"] == [lake]
    assert geography.limits() == (107.0, 15.0, 108.0, 16.0)
    assert geography.attribution("land", "water") == "Bản đồ nền đã duyệt"


def test_a_map_opens_on_what_its_unit_holds(province: Province) -> None:
    whole = extent(province.question(), province.users["BCH"])
    part = extent(province.question("LE"), province.users["LE"])
    assert whole[1] < part[1] < part[3] < whole[3]
    sea = extent(province.question("CD"), province.users["CD"])  # holds nothing: all that is known
    assert sea == whole
