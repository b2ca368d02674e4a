"""SMART patrol XML, any 1.x of it: patrol, legs, members, days, waypoints with observations, and the day's track.

Read from samples of versions 1.2 and 1.3, since no schema is published: unknown elements are passed over. A track is
the hex EWKB of a MultiLineString whose Z is the time in milliseconds since epoch; the wall clocks around it name no
zone.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

import numpy as np
import shapely
from pyproj import Geod
from shapely.errors import ShapelyError

from cotmoc.geo.fixes import NO_TIME, Fixes
from cotmoc.geo.readers.limits import Limits
from cotmoc.geo.readers.times import VIETNAM, milliseconds
from cotmoc.geo.readers.tracks import Collector, TrackDraft, number
from cotmoc.geo.readers.xml_walk import walk

QUARTER_HOUR_MS = 900_000
CLOCKS_AGREE_MS = 120_000
"""The first fix comes within this time of the day's start, seconds of hand work included."""


@dataclass(slots=True)
class Member:
    given_name: str
    family_name: str
    employee_id: str
    is_leader: bool
    is_pilot: bool


@dataclass(slots=True)
class Observation:
    category: str
    """Dotted path with a trailing dot, as in the data model."""
    attributes: dict[str, str | float | bool] = field(default_factory=dict)


@dataclass(slots=True)
class SmartWaypoint:
    id: str
    lon: float
    lat: float
    clock: str
    """Wall clock, hh:mm:ss."""
    observations: list[Observation] = field(default_factory=list)


@dataclass(slots=True)
class SmartTrack:
    parts: list[Fixes]
    declared_km: float
    """As SMART wrote it; NaN where it did not."""

    def measured_km(self) -> float:
        """Along the fixes on the WGS84 ellipsoid; pauses between the parts count nothing."""
        geod = Geod(ellps="WGS84")
        return sum(geod.line_length(part.lon, part.lat) for part in self.parts if len(part) > 1) / 1000


@dataclass(slots=True)
class Day:
    date: str
    start: str
    end: str
    rest_minutes: float
    waypoints: list[SmartWaypoint] = field(default_factory=list)
    track: SmartTrack | None = None

    def zone(self) -> tzinfo | None:
        """The zone of the wall clocks: the distance of the day's start from the track's first fix, if it is one."""
        starts = self.ms(self.start, UTC)
        firsts = [int(part.time[0]) for part in self.track.parts if len(part)] if self.track else []
        if starts == NO_TIME or not firsts or firsts[0] == NO_TIME:
            return None
        offset = round((starts - firsts[0]) / QUARTER_HOUR_MS) * QUARTER_HOUR_MS
        if abs(starts - firsts[0] - offset) > CLOCKS_AGREE_MS or abs(offset) > 14 * 3_600_000:
            return None
        return timezone(timedelta(milliseconds=offset))

    def ms(self, clock: str, zone: tzinfo) -> int:
        """Milliseconds since epoch of a wall clock of this day; NO_TIME where it is none."""
        try:
            return milliseconds(datetime.combine(date.fromisoformat(self.date), time.fromisoformat(clock), zone))
        except ValueError:
            return NO_TIME


@dataclass(slots=True)
class Leg:
    id: str
    start_date: str
    end_date: str
    transport: str = ""
    mandate: str = ""
    members: list[Member] = field(default_factory=list)
    days: list[Day] = field(default_factory=list)


@dataclass(slots=True)
class SmartPatrol:
    id: str
    kind: str
    """GROUND, MARINE, AIR, …"""
    start_date: str
    end_date: str
    is_armed: bool
    objective: str = ""
    comment: str = ""
    team: str = ""
    station: str = ""
    mandate: str = ""
    legs: list[Leg] = field(default_factory=list)
    bad_tracks: list[str] = field(default_factory=list)
    """Days whose track could not be read."""


def read_patrol(text: str, limits: Limits) -> SmartPatrol:
    """The whole patrol. Unreadable for broken or hostile XML."""
    walker = _SmartWalker()
    walk(text, walker, limits)
    return walker.patrol


def read(text: str, collector: Collector, limits: Limits) -> None:
    """Fill the collector with the tracks and the waypoints; a waypoint's note names what was observed there."""
    patrol = read_patrol(text, limits)
    for where in patrol.bad_tracks:
        collector.tell("smart.bad_track", where)
    for leg in patrol.legs:
        for day in leg.days:
            zone = day.zone()
            if zone:
                collector.tell("smart.zone_found", day.date, "info", zone=zone.tzname(None))
            _collect_day(patrol, leg, day, zone or VIETNAM, collector)
            if zone is None:
                collector.times.assumed += len(day.waypoints)


def _collect_day(patrol: SmartPatrol, leg: Leg, day: Day, zone: tzinfo, collector: Collector) -> None:
    if day.track:
        draft = collector.track(" ".join(filter(None, (patrol.id, leg.id, day.date))))
        for part in day.track.parts:
            _append(draft, part)
    for point in day.waypoints:
        note = ", ".join(observation.category for observation in point.observations)
        collector.waypoint(point.id, point.lon, point.lat, day.ms(point.clock, zone), note)


def _append(draft: TrackDraft, part: Fixes) -> None:
    draft.new_segment()
    for lon, lat, moment in zip(part.lon.tolist(), part.lat.tolist(), part.time.tolist(), strict=True):
        draft.add(lon, lat, moment)


class _SmartWalker:
    """Holds the element it is inside of; SMART nests leg, day, waypoint, observation, attribute."""

    def __init__(self) -> None:
        self.patrol = SmartPatrol("", "", "", "", is_armed=False)
        self.attribute = ""

    def open(self, name: str, given: dict[str, str]) -> None:
        match name:
            case "patrol":
                self.patrol = SmartPatrol(
                    given.get("id", ""),
                    given.get("patrolType", ""),
                    given.get("startDate", ""),
                    given.get("endDate", ""),
                    _true(given.get("isArmed")),
                )
            case "legs":
                self.patrol.legs.append(Leg(given.get("id", ""), given.get("startDate", ""), given.get("endDate", "")))
            case "team" | "station":
                setattr(self.patrol, name, given.get("value", ""))
            case "mandate" | "transportType" | "members" | "days" | "waypoints" | "track" | "observations":
                self.open_inside_leg(name, given)
            case "attributes":
                self.attribute = given.get("attributeKey", "")

    def open_inside_leg(self, name: str, given: dict[str, str]) -> None:
        leg = self.patrol.legs[-1] if self.patrol.legs else None
        if leg is None:
            if name == "mandate":
                self.patrol.mandate = given.get("value", "")
            return
        match name:
            case "mandate":
                leg.mandate = given.get("value", "")
            case "transportType":
                leg.transport = given.get("value", "")
            case "members":
                leg.members.append(_member(given))
            case "days":
                rest = number(given.get("restMinutes"))
                leg.days.append(Day(given.get("date", ""), given.get("startTime", ""), given.get("endTime", ""), rest))
            case _ if leg.days:
                self.open_inside_day(name, given, leg.days[-1])

    def open_inside_day(self, name: str, given: dict[str, str], day: Day) -> None:
        if name == "waypoints":
            lon, lat = number(given.get("x")), number(given.get("y"))
            day.waypoints.append(SmartWaypoint(given.get("id", ""), lon, lat, given.get("time", "")))
        elif name == "observations" and day.waypoints:
            day.waypoints[-1].observations.append(Observation(given.get("categoryKey", "")))
        elif name == "track":
            parts = _parts(given.get("geom", ""))
            if parts is None:
                self.patrol.bad_tracks.append(day.date)
            else:
                day.track = SmartTrack(parts, number(given.get("distance")))

    def close(self, name: str, text: str, parent: str) -> None:
        if name == "description" and parent == "objective":
            self.patrol.objective = text
        elif name == "comment" and parent == "patrol":
            self.patrol.comment = text
        elif parent == "attributes" and self.attribute:
            self.keep_value(name, text)

    def keep_value(self, name: str, text: str) -> None:
        """itemKey and sValue are texts, dValue a number, bValue a truth value."""
        days = self.patrol.legs[-1].days if self.patrol.legs else []
        if not (days and days[-1].waypoints and days[-1].waypoints[-1].observations):
            return
        value: str | float | bool = text
        if name == "dValue":
            value = number(text)
        elif name == "bValue":
            value = _true(text)
        days[-1].waypoints[-1].observations[-1].attributes[self.attribute] = value


def _member(given: dict[str, str]) -> Member:
    return Member(
        given.get("givenName", ""),
        given.get("familyName", ""),
        given.get("employeeId", ""),
        _true(given.get("isLeader")),
        _true(given.get("isPilot")),
    )


def _true(text: str | None) -> bool:
    return text in {"true", "1"}


def _parts(geometry: str) -> list[Fixes] | None:
    """The fixes of each line of a hex (E)WKB; None where it is no line."""
    try:
        shape = shapely.from_wkb(bytes.fromhex(geometry))
    except (ValueError, ShapelyError):
        return None
    if shape is None or shape.geom_type not in {"LineString", "MultiLineString"}:
        return None
    return [_fixes(shapely.get_coordinates(part, include_z=True)) for part in shapely.get_parts(shape)]


def _fixes(places: np.ndarray) -> Fixes:
    """From longitude, latitude and milliseconds since epoch; places that are no numbers are left out."""
    places = places[np.isfinite(places[:, :2]).all(axis=1)]
    known = np.isfinite(places[:, 2]) & (np.abs(places[:, 2]) < 1e15)
    moments = np.where(known, places[:, 2], 0).round().astype(np.int64)
    return Fixes.of(np.where(known, moments, NO_TIME), places[:, 0], places[:, 1])
