"""CSV tracks: a row for each fix, headers in English or Vietnamese, any usual separator, decimal point or comma."""

import math
import re
from datetime import UTC, datetime

import shapely
from shapely.errors import ShapelyError

from cotmoc.geo.coordinates import BadCoordinate
from cotmoc.geo.fixes import NO_TIME
from cotmoc.geo.readers.gpx import HDOP_METRES
from cotmoc.geo.readers.limits import Limits
from cotmoc.geo.readers.times import epoch_ms, parse_clock, parse_date
from cotmoc.geo.readers.tracks import Collector, TrackDraft
from cotmoc.geo.tables import Row, Table, read_csv

EPOCH = re.compile(r"[0-9]{9,13}(?:\.[0-9]+)?")
NO_FIX = {"no fix", "invalid", "v", "void", "0"}


def read(text: str, collector: Collector, limits: Limits) -> None:
    """Fill the collector: rows with a time are fixes, of one track per name in the track column; others are waypoints.

    A table where nothing has a time but which has no names either is a drawn line.
    """
    table = read_csv(text, limits)
    timed = bool(table.roles.keys() & {"time", "utc_time", "date"})
    drafts: dict[str, TrackDraft] = {}
    no_fix = 0
    for row in table.rows:
        if not any(value not in (None, "") for value in row):
            continue
        if table.text(row, "valid").lower() in NO_FIX:
            no_fix += 1
            continue
        lon, lat = _place(table, row)
        if not timed and "name" in table.roles:
            collector.waypoint(table.text(row, "name"), lon, lat, note=table.text(row, "note"))
            continue
        track = table.text(row, "track")
        if track not in drafts:
            drafts[track] = collector.track(track, "track" if timed else "line")
        drafts[track].add(lon, lat, _time(table, row, collector), *_accuracy(table, row))
    if no_fix:
        collector.tell("track.no_fix", level="info", count=no_fix)


def _place(table: Table, row: Row) -> tuple[float, float]:
    """Longitude and latitude of a row; NaN where they cannot be read."""
    try:
        if table.roles.keys() >= {"lat", "lon"} or table.roles.keys() >= {"x", "y"}:
            found = table.place(row)
            return found.lon, found.lat
        point = shapely.from_wkt(table.text(row, "geometry")).representative_point()
    except (BadCoordinate, ShapelyError):
        return math.nan, math.nan
    return point.x, point.y


def _time(table: Table, row: Row, collector: Collector) -> int:
    """Of one column, or of date and clock; a column that says UTC is believed, others name a zone or are assumed."""
    date_text = table.text(row, "date")
    in_utc = "utc_time" in table.roles or "utc" in table.header[table.roles.get("date", 0)].lower()
    clock_text = table.text(row, "utc_time") or table.text(row, "time") or table.text(row, "clock")
    if clock_text and not date_text:
        number = _as_number(clock_text)
        if number is not None:  # since epoch, in UTC by its nature
            return epoch_ms(number)
    day = parse_date(date_text) if date_text else None
    if day and clock_text:
        clock = parse_clock(clock_text)
        moment = datetime.combine(day, clock) if clock else None
        return collector.times.at(moment.replace(tzinfo=UTC) if moment and in_utc and not moment.tzinfo else moment)
    text = clock_text or date_text
    if in_utc and text and not text.endswith("Z") and "+" not in text:
        text += "+00:00"
    return collector.times.ms(text) if text else NO_TIME


def _as_number(text: str) -> float | None:
    return float(text) if EPOCH.fullmatch(text) else None


def _accuracy(table: Table, row: Row) -> tuple[float, bool]:
    """Metres and whether they were inferred from HDOP; NaN where the row has neither."""
    for role, factor in (("accuracy", 1.0), ("hdop", HDOP_METRES)):
        text = table.text(row, role).replace(",", ".").removesuffix("m").strip()
        try:
            return float(text) * factor, role == "hdop"
        except ValueError:
            continue
    return math.nan, False
