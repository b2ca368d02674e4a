"""Features from other programs' files, in WGS84: GeoJSON, GeoPackage, CSV, XLSX, and the track formats.

Lines, markers, posts and stretches come in by this door; what a property means is for the caller to say.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from shapely.errors import ShapelyError
from shapely.geometry import LineString, MultiLineString, Point, shape
from shapely.geometry.base import BaseGeometry

from cotmoc.geo.coordinates import WGS84, BadCoordinate, crs_name, crs_of, transformer_to_wgs84
from cotmoc.geo.faults import Fault, Unreadable
from cotmoc.geo.geopackage import is_geopackage, read_geopackage
from cotmoc.geo.readers import ReadTrack, read_tracks
from cotmoc.geo.readers.geojson import is_geojson, load
from cotmoc.geo.readers.limits import Limits, check_size, open_archive
from cotmoc.geo.readers.text import decode
from cotmoc.geo.tables import Table, read_csv, read_xlsx


@dataclass(frozen=True, slots=True, eq=False)
class Feature:
    """One thing on the map: a shapely geometry in WGS84 (x = longitude) and its properties as the file had them."""

    geometry: BaseGeometry
    properties: Mapping[str, Any]
    crs: str = WGS84
    """The system of the original."""
    original: str = ""
    """The coordinate as written, for a point from a table."""
    note: str = ""
    """The transformation used."""
    layer: str = ""
    """Its table, for a file of several."""


@dataclass(frozen=True, slots=True, eq=False)
class FeatureFile:
    """All features of a file that could be read, and what was noticed."""

    format: str
    features: list[Feature] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def read_features(name: str, data: bytes, *, crs: str | int | None = None, limits: Limits | None = None) -> FeatureFile:
    """Read any known format. `crs` (see `coordinates.crs_of`) is for files that do not name theirs; else WGS84.

    Raises Unreadable when nothing can be used, BadCoordinate for an unknown `crs`. A feature that cannot be used is
    left out and told by its number in the file.
    """
    limits = limits or Limits()
    check_size(data, limits)
    default = crs if crs is not None else WGS84
    crs_of(default)
    if is_geopackage(data):
        return _from_geopackage(data, default)
    if data.startswith(b"PK\x03\x04") and _is_xlsx(data, limits):
        return _from_table("XLSX", read_xlsx(data, limits), default, [])
    text, faults = decode(data)
    start = text.lstrip("\ufeff \t\r\n")[:1]
    if start in {"{", "["}:
        return _from_geojson(text, default, faults, limits)
    if start == "<" or data.startswith(b"PK\x03\x04"):
        return _from_tracks(name, data, limits)
    if "\0" in text[:1000]:
        raise Unreadable("file.wrong_kind", found="binary")
    return _from_table("CSV", read_csv(text, limits), default, faults)


def _is_xlsx(data: bytes, limits: Limits) -> bool:
    with open_archive(data, limits) as archive:
        return any(entry.startswith("xl/") for entry in archive.namelist())


def _from_geojson(text: str, default: str | int, faults: list[Fault], limits: Limits) -> FeatureFile:
    """RFC 7946 knows only WGS84; the older `crs` member is honoured where a program still writes it."""
    value = load(text, limits)
    if not is_geojson(value):
        raise Unreadable("file.wrong_kind", found="JSON")
    named = value.get("crs")
    stated = named.get("properties", {}).get("name") if isinstance(named, dict) else None
    system = _stated_crs(stated) if isinstance(stated, str) else default
    members = value.get("features") if value["type"] == "FeatureCollection" else [value]
    found = FeatureFile("GeoJSON", faults=faults)
    for index, member in enumerate(members if isinstance(members, list) else [], start=1):
        try:
            geometries, properties = _geojson_parts(member)
        except (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError, ShapelyError):
            # whatever `shape` meets in coordinates that are no coordinates
            found.faults.append(Fault("feature.bad_geometry", f"#{index}", {"number": index}, "warning"))
            continue
        for geometry in geometries:
            _keep(found, geometry, properties, system, index)
    return found


def _stated_crs(name: str) -> str:
    """`urn:ogc:def:crs:OGC:1.3:CRS84` is WGS84 with longitude first, which GeoJSON always has."""
    return WGS84 if name.upper().endswith("CRS84") else name


def _geojson_parts(member: Any) -> tuple[list[BaseGeometry], Mapping[str, Any]]:
    """The geometries of a feature, those of a collection one by one, and its properties."""
    if "geometry" in member:
        return _shapes(member["geometry"]), member.get("properties") or {}
    return _shapes(member), {}


def _shapes(geometry: Any) -> list[BaseGeometry]:
    if geometry["type"] == "GeometryCollection":
        return [found for inner in geometry["geometries"] for found in _shapes(inner)]
    return [shape({**geometry, "coordinates": _without_heights(geometry["coordinates"])})]


def _without_heights(coordinates: Any) -> list[Any]:
    """A position may have a height or lack it, even within one line, and shapely takes no mixture."""
    if not isinstance(coordinates, list):
        raise TypeError("coordinates are lists")
    if coordinates and not isinstance(coordinates[0], list):
        return coordinates[:2]
    return [_without_heights(member) for member in coordinates]


def _from_geopackage(data: bytes, default: str | int) -> FeatureFile:
    found = FeatureFile("GeoPackage")
    for index, row in enumerate(read_geopackage(data), start=1):
        try:
            geometry = shapely.from_wkb(row.wkb) if row.wkb else None
        except (ShapelyError, ValueError):
            geometry = None
        if geometry is None:
            where = f"{row.layer} #{index}"
            found.faults.append(Fault("feature.bad_geometry", where, {"number": index}, "warning"))
            continue
        _keep(found, geometry, row.properties, row.crs or default, index, row.layer)
    return found


def _from_table(kind: str, table: Table, default: str | int, faults: list[Fault]) -> FeatureFile:
    """A row for each feature: two columns of a place, or one of WKT."""
    found = FeatureFile(kind, faults=faults)
    by_place = table.roles.keys() >= {"lat", "lon"} or table.roles.keys() >= {"x", "y"}
    for number, row in enumerate(table.rows, start=table.first_row):
        if not any(value not in (None, "") for value in row):
            continue
        properties = {key: value for key, value in zip(table.header, row, strict=False) if key}
        try:
            if by_place:
                place = table.place(row, default)
                point = Point(place.lon, place.lat)
                found.features.append(Feature(point, properties, place.crs, place.original, place.note))
            else:
                _keep(found, shapely.from_wkt(table.text(row, "geometry")), properties, default, number)
        except BadCoordinate as error:
            found.faults.append(Fault(error.fault.code, f"#{number}", {"row": number, **error.fault.values}, "warning"))
        except ShapelyError:
            found.faults.append(Fault("feature.bad_geometry", f"#{number}", {"number": number}, "warning"))
    return found


def _from_tracks(name: str, data: bytes, limits: Limits) -> FeatureFile:
    """Tracks, routes and drawn lines as lines, waypoints as points."""
    read = read_tracks(name, data, limits=limits)
    lines = [Feature(_line(track), {"name": track.name}) for track in read.tracks if len(track.fixes) > 1]
    points = [Feature(Point(at.lon, at.lat), {"name": at.name, "note": at.note}) for at in read.waypoints]
    return FeatureFile(read.format, [*lines, *points], list(read.faults))


def _line(track: ReadTrack) -> BaseGeometry:
    places = np.column_stack([track.fixes.lon, track.fixes.lat])
    parts = [part for part in np.split(places, track.breaks) if len(part) > 1]
    return LineString(parts[0]) if len(parts) == 1 else MultiLineString(parts)


def _keep(
    found: FeatureFile,
    geometry: BaseGeometry,
    properties: Mapping[str, Any],
    crs: str | int,
    number: int,
    layer: str = "",
) -> None:
    """Add the feature in WGS84, or tell why not."""
    where = f"{layer} #{number}".strip()
    transformer = transformer_to_wgs84(crs)
    flat = shapely.force_2d(geometry)
    if transformer is not None:
        flat = shapely.transform(flat, _transformation(transformer.transform))
    places = shapely.get_coordinates(flat)
    if not len(places) or not (np.isfinite(places).all() and (np.abs(places) <= (180, 90)).all()):
        code = "coordinate.out_of_range" if len(places) else "feature.empty"
        found.faults.append(Fault(code, where, {"number": number, "crs": crs_name(crs), "text": where}, "warning"))
        return
    note = transformer.description if transformer is not None else ""
    found.features.append(Feature(flat, properties, crs_name(crs), note=note, layer=layer))


def _transformation(
    transform: Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]],
) -> Callable[[np.ndarray], np.ndarray]:
    return lambda places: np.column_stack(transform(places[:, 0], places[:, 1]))
