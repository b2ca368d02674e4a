"""The ground of the map: GeoJSON files by name, from a folder.

    land            areas with `id` (ISO 3166-1 alpha-3); the own country is land, the others lie flat and grey; their holes are
                    not drawn (the shipped ones are tears of their source), lakes come as water
    islands         areas of the own country
    border_context  lines of the country's border beyond the guarded line
    admin           lines or areas: inner boundaries         (not shipped)
    water           areas: lakes and rivers                  (not shipped)
    labels          points: `label`, `rank` country, district or commune   (not shipped)

A file in `COTMOC_HOME/geography` takes the place of the shipped one with its name, so richer or approved ground is loaded by
copying it there. Each file may say its `attribution`, which then stands on the map. No sea boundary is drawn from anything.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from shapely.geometry import box, shape

from cotmoc.base.figures import Question
from cotmoc.base.models import Unit
from cotmoc.picture.extent import Box, extent
from cotmoc.picture.layers import GeoJson, Layer, add, collection, point

OWN = "VNM"
WIDER = 0.15
"""Degrees around the guarded line in which a neighbouring country's name is placed."""
_folders: list[Path] = []


def add_folder(folder: Path) -> None:
    """Ship ground with an app; a folder added later is asked later."""
    if folder not in _folders:
        _folders.append(folder)


def content(name: str) -> GeoJson:
    """A file by its name; an empty collection where no folder has it."""
    for folder in (Path(settings.COTMOC_HOME) / "geography", *_folders):
        path = folder / f"{name}.geojson"
        if path.is_file():
            return _read(path, path.stat().st_mtime_ns)
    return collection([])


@lru_cache(maxsize=32)
def _read(path: Path, changed: int) -> GeoJson:
    found: GeoJson = json.loads(path.read_text(encoding="utf-8"))
    return found


def attribution(*names: str) -> str:
    """What the licences of these files want to be said, each once."""
    said = dict.fromkeys(_credit(content(name)) for name in names)
    return " · ".join(line for line in said if line)


def _credit(file: GeoJson) -> str:
    licence = str(file.get("licence", "")).replace("ODbL-1.0", "ODbL")
    return f"{file['attribution']} ({licence})" if file.get("attribution") and licence else file.get("attribution", "")


def limits() -> Box | None:
    """The box that the ground fills; beyond it nothing is known, and a map does not go there. None without ground."""
    areas = [shape(row["geometry"]).bounds for row in content("land")["features"]]
    if not areas:
        return None
    west, south, east, north = zip(*areas, strict=True)
    return (min(west), min(south), max(east), max(north))


def _countries(own: bool) -> list[GeoJson]:
    return [_whole(row) for row in content("land")["features"] if (row["properties"].get("id") == OWN) == own]


def _whole(row: GeoJson) -> GeoJson:
    """The area without its holes."""
    kind, coordinates = row["geometry"]["type"], row["geometry"]["coordinates"]
    outer = coordinates[:1] if kind == "Polygon" else [polygon[:1] for polygon in coordinates]
    return row | {"geometry": {"type": kind, "coordinates": outer}}


def land(question: Question, user: Any) -> GeoJson:
    return collection(_countries(own=True) + content("islands")["features"])


def abroad(question: Question, user: Any) -> GeoJson:
    return collection(_countries(own=False))


def water(question: Question, user: Any) -> GeoJson:
    return content("water")


def admin(question: Question, user: Any) -> GeoJson:
    return collection(content("admin")["features"] + content("border_context")["features"])


def labels(question: Question, user: Any) -> GeoJson:
    """Names of the ground: those of the file, the neighbouring countries', the localities'."""
    countries = [label for row in _countries(own=False) for label in _country_label(row, question, user)]
    places = (
        Unit.objects.for_user(user).in_force().filter(kind=Unit.Kind.LOCALITY, lon__isnull=False, lat__isnull=False)
    )
    localities = [point(unit.lon or 0.0, unit.lat or 0.0, label=unit.short_name, rank="district") for unit in places]
    return collection(content("labels")["features"] + countries + localities)


def _country_label(row: GeoJson, question: Question, user: Any) -> list[GeoJson]:
    """A country's name, where it is seen beside the guarded line; none where it is not seen or has no known name."""
    names = {"LAO": _("Lào"), "KHM": _("Cam-pu-chia"), "CHN": _("Trung Quốc")}
    name = names.get(row["properties"].get("id", ""))
    west, south, east, north = extent(question, user)
    seen = shape(row["geometry"]).intersection(box(west - WIDER, south, east + WIDER, north))
    if name is None or seen.is_empty:
        return []
    place = seen.representative_point()
    return [point(place.x, place.y, label=name, rank="country")]


def register() -> None:
    """Put the ground below everything else."""
    for order, (slot, build) in enumerate(
        (("abroad", abroad), ("land", land), ("water", water), ("admin", admin), ("labels", labels))
    ):
        add(Layer(f"ground-{slot}", slot, build, slot=slot, order=order))
