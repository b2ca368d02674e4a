"""GeoJSON (RFC 7946): lines with times beside their coordinates, and points with a time each."""

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

from cotmoc.geo.faults import Unreadable
from cotmoc.geo.fixes import NO_TIME
from cotmoc.geo.readers.limits import Limits
from cotmoc.geo.readers.times import epoch_ms
from cotmoc.geo.readers.tracks import Collector, TrackDraft

LINE_TIMES = ("coordTimes", "times", "coordinateTimes", "timestamps")
POINT_TIMES = ("time", "timestamp", "datetime", "fixtime", "recorded_at", "date", "thời gian", "thoi_gian")
ACCURACIES = ("accuracy", "acc", "hacc", "horizontal_accuracy")
TRACK_NAMES = ("track", "track_id", "patrol_id", "groupby_col", "device_id")
NAMES = ("name", "title", "code", "ten", "tên")


def load(text: str, limits: Limits) -> Any:
    """The JSON value. Unreadable when cut off, malformed, nested without end or beyond the limits."""
    if text.count("[") + text.count("{") > limits.elements:
        raise Unreadable("json.too_many", limit=limits.elements)
    try:
        return json.loads(text)
    except RecursionError as error:
        raise Unreadable("json.too_deep") from error
    except json.JSONDecodeError as error:
        cut_off = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string")
        where = f"{error.lineno}:{error.colno}"
        if cut_off:
            raise Unreadable("file.truncated", where, format="JSON") from error
        raise Unreadable("json.malformed", where, line=error.lineno, column=error.colno) from error
    except ValueError as error:  # an integer of thousands of digits
        raise Unreadable("json.malformed") from error


def is_geojson(value: object) -> bool:
    return isinstance(value, dict) and isinstance(value.get("type"), str) and value["type"] in _KINDS


_KINDS = {"FeatureCollection", "Feature", "GeometryCollection"} | {
    f"{many}{kind}" for many in ("", "Multi") for kind in ("Point", "LineString", "Polygon")
}


def read(text: str, collector: Collector, limits: Limits) -> None:
    """Fill the collector. Points with times become tracks, one for each name of a track they carry."""
    value = load(text, limits)
    if not is_geojson(value):
        raise Unreadable("file.wrong_kind", found="JSON")
    tracks: dict[str, TrackDraft] = {}
    for geometry, properties in _geometries(value):
        match geometry.get("type"):
            case "LineString":
                _line([geometry.get("coordinates")], [_times(properties)], properties, collector)
            case "MultiLineString":
                lines = _listed(geometry.get("coordinates"))
                _line(lines, _split_times(properties, lines), properties, collector)
            case "Point":
                _point(geometry.get("coordinates"), properties, collector, tracks)
            case "MultiPoint":
                for place in _listed(geometry.get("coordinates")):
                    _point(place, properties, collector, tracks)


def _geometries(value: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Every single geometry with the properties of its feature."""
    if value.get("type") == "FeatureCollection":
        for feature in _listed(value.get("features")):
            if isinstance(feature, dict):
                yield from _geometries(feature)
        return
    properties, geometry = (value.get("properties"), value.get("geometry")) if "geometry" in value else ({}, value)
    if not isinstance(geometry, dict):
        return
    parts = _listed(geometry.get("geometries")) if geometry.get("type") == "GeometryCollection" else [geometry]
    for part in parts:
        if isinstance(part, dict):
            yield part, properties if isinstance(properties, dict) else {}


def _line(lines: list[Any], times: list[list[Any]], properties: Mapping[str, Any], collector: Collector) -> None:
    timed = any(times)
    draft = collector.track(_text(properties, NAMES), "track" if timed else "line")
    for line, line_times in zip(lines, times, strict=True):
        places = _listed(line)
        draft.new_segment()
        if line_times and len(line_times) != len(places):
            collector.tell("track.uneven", draft.name, times=len(line_times), places=len(places))
            line_times = []
        for place, time in zip(places, line_times or [None] * len(places), strict=True):
            draft.add(*_place(place), _ms(time, collector))


def _point(place: Any, properties: Mapping[str, Any], collector: Collector, tracks: dict[str, TrackDraft]) -> None:
    time = _ms(next((properties[key] for key in POINT_TIMES if properties.get(key) is not None), None), collector)
    lon, lat = _place(place)
    name = _text(properties, NAMES)
    if time == NO_TIME:
        collector.waypoint(name, lon, lat)
        return
    track = _text(properties, TRACK_NAMES)
    if track not in tracks:
        tracks[track] = collector.track(track, "points")
    accuracy = next((_float(properties[key]) for key in ACCURACIES if key in properties), math.nan)
    tracks[track].add(lon, lat, time, accuracy)


def _times(properties: Mapping[str, Any]) -> list[Any]:
    beside = properties.get("coordinateProperties")
    for source in (properties, beside if isinstance(beside, dict) else {}):
        for key in LINE_TIMES:
            if isinstance(source.get(key), list):
                return source[key]
    return []


def _split_times(properties: Mapping[str, Any], lines: list[Any]) -> list[list[Any]]:
    """The times of each line: nested like the lines, or one list running over all of them."""
    times = _times(properties)
    if len(times) == len(lines) and all(isinstance(part, list) for part in times):
        return times
    if len(times) != sum(len(_listed(line)) for line in lines):
        return [times] + [[]] * (len(lines) - 1) if times else [[] for _ in lines]
    rest = iter(times)
    return [[next(rest) for _ in _listed(line)] for line in lines]


def _ms(value: Any, collector: Collector) -> int:
    if isinstance(value, str):
        return collector.times.ms(value)
    return epoch_ms(_float(value))


def _place(value: Any) -> tuple[float, float]:
    """Longitude, latitude; NaN for anything that is not two numbers."""
    if isinstance(value, list) and len(value) >= 2:
        return _float(value[0]), _float(value[1])
    return math.nan, math.nan


def _float(value: Any) -> float:
    """NaN for anything that is no number, or too long a one."""
    try:
        return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else math.nan
    except OverflowError:
        return math.nan


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(properties: Mapping[str, Any], keys: tuple[str, ...]) -> str:
    return next((str(properties[key]) for key in keys if properties.get(key) not in (None, "")), "")
