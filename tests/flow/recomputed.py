"""The figures of the border chapter once more, by hand: SQL on the raw tables, and geometry that samples the line.

Nothing here uses the program's measures: only its tables, the stored fixes, and what `cotmoc.geo.fixes` unpacks. The unit is
the whole command, so every row counts that was not withdrawn.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import shapely
from django.db import connection
from pyproj import Geod, Transformer

from cotmoc.base import evidence
from cotmoc.geo.fixes import Fixes

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
REACH_M, MAX_GAP_MS, MAX_HOP_M, STEP_M = 100.0, 300_000, 300.0, 4.0
FRESH = timedelta(days=90)
GRACE, WAIVER_GRACE = timedelta(days=7), timedelta(days=3)
CHECKS = "standing, body, court, inscription, not_moved, surroundings, sight_line, access"


def rows(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [_bind(value) for value in values])
        return cursor.fetchall()


def _bind(value: Any) -> Any:
    """Moments as each database stores them."""
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value


def moment(value: Any) -> datetime:
    """A stored moment, UTC: SQLite gives text without a zone."""
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def local_day(value: Any) -> date:
    return moment(value).astimezone(VIETNAM).date()


def day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


def morning(value: date) -> datetime:
    return datetime.combine(value, time(), VIETNAM).astimezone(UTC)


@dataclass
class Recomputed:
    """Values and lists by the ids of the chapter's figures; `margin` is how far the sampled ones may be off."""

    since: date
    until: date
    at: datetime
    values: dict[str, float] = field(default_factory=dict)
    lists: dict[str, str] = field(default_factory=dict)
    margin: dict[str, float] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return self.at.astimezone(VIETNAM).date()

    @property
    def span(self) -> tuple[datetime, datetime]:
        return morning(self.since), min(morning(self.until), self.at)


def recompute(since: date, until: date, at: datetime) -> Recomputed:
    found = Recomputed(since, until, at)
    patrols(found)
    plan(found)
    markers(found)
    damage(found)
    line(found)
    return found


# --- patrols


def patrols(found: Recomputed) -> None:
    ended = "p.ended_at >= %s AND p.ended_at <= %s AND NOT p.withdrawn"
    made = rows(
        f"SELECT p.id, p.kind, p.started_at, p.ended_at, p.leader_id FROM border_patrol p WHERE {ended}", *found.span
    )
    found.values["patrol.count"] = len(made)
    found.values["patrol.person_days"] = sum(_days(found, *row[2:4]) * len(_people(row[0], row[4])) for row in made)
    (metres,) = rows(
        "SELECT COALESCE(SUM(w.walked_m), 0) FROM measure_walk w JOIN border_patrol p ON p.id = w.patrol_id"
        f" WHERE w.known_until IS NULL AND {ended}",
        *found.span,
    )[0]
    found.values["patrol.km"] = metres / 1000
    signed = rows(
        "SELECT DISTINCT m.patrol_id FROM border_jointminutes m JOIN border_patrol p ON p.id = m.patrol_id"
        f" WHERE NOT m.withdrawn AND p.kind = 'joint' AND m.signed_on <= %s AND {ended}",
        found.today, *found.span,
    )  # fmt: skip
    joint = [row for row in made if row[1] == "joint"]
    found.values["joint.count"] = len(joint)
    if joint:
        found.values["joint.minutes_pct"] = 100 * len(signed) / len(joint)
    posts = rows(
        "SELECT DISTINCT s.unit_id FROM base_linestretch s JOIN base_borderline l ON l.id = s.line_id"
        " WHERE l.kind = 'land' AND NOT s.withdrawn"
    )
    months = {
        (unit, local_day(ended).replace(day=1))
        for unit, ended in rows(f"SELECT p.unit_id, p.ended_at FROM border_patrol p WHERE {ended}", *found.span)
    }
    whole = [
        month for month in _months(found.since) if _next(month) <= min(found.until, found.today + timedelta(days=1))
    ]
    reported = sum((unit, month) in months for (unit,) in posts for month in whole)
    found.values["patrol.reported_pct"] = 100 * reported / (len(posts) * len(whole))


def _people(patrol: Any, leader: Any) -> set[Any]:
    members = rows("SELECT person_id FROM border_patrol_members WHERE patrol_id = %s", patrol)
    return {person for (person,) in members} | ({leader} if leader else set())


def _days(found: Recomputed, started: Any, ended: Any) -> int:
    first, last = local_day(started), local_day(ended)
    return (min(last, found.until - timedelta(days=1)) - max(first, found.since)).days + 1


def _months(first: date) -> list[date]:
    return [date(first.year + (first.month - 1 + n) // 12, (first.month - 1 + n) % 12 + 1, 1) for n in range(12)]


def _next(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1)


# --- plan


def plan(found: Recomputed) -> None:
    lines = rows(
        "SELECT l.id, l.kind, l.unit_id, l.window_from, l.window_to, l.waived_on, p.ended_at FROM border_patrolplanline l"
        " LEFT JOIN border_patrol p ON p.id = l.patrol_id AND NOT p.withdrawn AND p.ended_at <= %s"
        " WHERE NOT l.withdrawn AND l.window_to >= %s AND l.window_to < %s",
        found.at, found.since, found.until,
    )  # fmt: skip
    outcome = [(row, _outcome(found, row)) for row in lines]
    settled = [pair for pair in outcome if pair[1] != "due"]
    owed = [pair for pair in settled if pair[1] != "waived"]
    carried = [pair for pair in owed if pair[1] in {"done", "late"}]
    missed = [row for row, what in settled if what == "missed"]
    explained = [row for row in missed if _explained(found, row)]
    on_time = sum(what == "done" for _, what in owed)
    found.values |= {
        "patrol.plan_raw_pct": 100 * len(carried) / len(settled),
        "patrol.plan_done_pct": 100 * len(carried) / len(owed),
        "patrol.plan_on_time_pct": 100 * on_time / len(owed),
        "patrol.waived_share_pct": 100 * (len(settled) - len(owed)) / len(settled),
        "patrol.missed_count": len(missed),
        "patrol.missed_unexplained_count": len(missed) - len(explained),
    }
    joint = [pair for pair in owed if pair[0][1] == "joint"]
    if joint:
        found.values["joint.plan_done_pct"] = 100 * sum(pair in carried for pair in joint) / len(joint)


def _outcome(found: Recomputed, row: tuple[Any, ...]) -> str:
    window_to, waived_on = day(row[4]), day(row[5])
    ended = local_day(row[6]) if row[6] else None
    assert window_to is not None
    if ended and ended <= window_to:
        return "done"
    if ended and ended <= window_to + GRACE:
        return "late"
    if waived_on and waived_on <= min(found.today, window_to + WAIVER_GRACE):
        return "waived"
    return "missed" if found.today > window_to + GRACE else "due"


def _explained(found: Recomputed, row: tuple[Any, ...]) -> bool:
    since, until, waived_on = day(row[3]), day(row[4]), day(row[5])
    assert since is not None
    assert until is not None
    if waived_on and waived_on <= found.today:
        return True
    spans = rows(
        "SELECT d.since, d.until FROM calendar_disruption d JOIN calendar_disruption_units u ON u.disruption_id = d.id"
        " WHERE NOT d.withdrawn AND u.unit_id = %s",
        row[2],
    )
    shared = [(min(until, day(b)) - max(since, day(a))).days + 1 for a, b in spans]  # type: ignore[type-var, operator]
    return max(shared, default=0) * 2 >= (until - since).days + 1


# --- markers


def markers(found: Recomputed) -> None:
    """The state of each object by the rule of CLAIMS section 0, from its inspections and damage cases."""
    objects = rows("SELECT id, number, kind FROM base_bordermarker WHERE NOT withdrawn ORDER BY sort_key")
    ((limit,),) = rows("SELECT every_days FROM border_patrolrequirement WHERE subject = 'marker' AND NOT withdrawn")
    state = {id: _state(found, id) for id, _, _ in objects}
    last = {id: _last_seen(found, id) for id, _, _ in objects}
    stakes = sum(kind == "stake" for _, _, kind in objects)
    found.values |= {"object.total": len(objects), "stake.total": stakes, "marker.total": len(objects) - stakes}
    for what in ("intact", "damaged", "unknown"):
        numbers = [number for id, number, _ in objects if state[id] == what]
        found.values[f"marker.{what}_count"] = len(numbers)
        found.lists[f"marker.{what}_names"] = ", ".join(numbers)
    overdue = [n for id, n, _ in objects if last[id] is None or found.at - last[id] > timedelta(days=limit)]
    found.values["marker.overdue_count"] = len(overdue)
    found.lists["marker.overdue_names"] = ", ".join(overdue)
    for id, extra in (("marker.inspected_count", ""), ("marker.brush_count", " AND brush_cut_m > 0")):
        ((count,),) = rows(
            "SELECT COUNT(DISTINCT marker_id) FROM border_markerinspection WHERE NOT withdrawn AND state <> 'unreached'"
            f" AND seen_at >= %s AND seen_at <= %s{extra}",
            *found.span,
        )
        found.values[id] = count


def _last_seen(found: Recomputed, marker: Any) -> datetime | None:
    sql = (
        "SELECT MAX(seen_at) FROM border_markerinspection"
        " WHERE NOT withdrawn AND state <> 'unreached' AND marker_id = %s AND seen_at <= %s"
    )
    ((seen,),) = rows(sql, marker, found.at)
    return moment(seen) if seen else None


def _state(found: Recomputed, marker: Any) -> str:
    cases = rows("SELECT opened_on, closed_on FROM border_damagecase WHERE NOT withdrawn AND marker_id = %s", marker)
    opened = [day(start) for start, _ in cases if day(start) <= found.today]  # type: ignore[operator]
    if any(day(start) <= found.today and (end is None or day(end) > found.today) for start, end in cases):  # type: ignore[operator]
        return "damaged"
    visits = rows(
        f"SELECT seen_at, state, photo_count, {CHECKS} FROM border_markerinspection"
        " WHERE NOT withdrawn AND state <> 'unreached' AND marker_id = %s AND seen_at <= %s",
        marker, found.at,
    )  # fmt: skip
    bad = max((moment(v[0]) for v in visits if v[1] in {"damaged", "displaced"}), default=None)
    proofs = [moment(v[0]) for v in visits if v[1] == "intact" and v[2] >= 2 and None not in v[3:]]
    proof = max(proofs, default=None)
    if bad is not None and (proof is None or bad >= proof):
        return "damaged"
    if proof is None or found.at - proof > FRESH or any(morning(start) > proof for start in opened if start):
        return "unknown"
    return "intact"


def damage(found: Recomputed) -> None:
    cases = rows(
        "SELECT m.number, c.opened_on, c.repaired_on, c.closed_on FROM border_damagecase c"
        " JOIN base_bordermarker m ON m.id = c.marker_id WHERE NOT c.withdrawn ORDER BY c.opened_on DESC"
    )
    last = min(found.until - timedelta(days=1), found.today)

    def inside(value: Any) -> bool:
        when = day(value)
        return when is not None and found.since <= when <= last

    found.values["marker.damage_opened_count"] = sum(inside(opened) for _, opened, _, _ in cases)
    found.values["marker.damage_repaired_count"] = sum(inside(repaired) for _, _, repaired, _ in cases)
    found.values["marker.damage_open_count"] = sum(end is None or day(end) > found.today for *_, end in cases)  # type: ignore[operator]
    found.lists["marker.damage_opened_names"] = ", ".join(number for number, opened, _, _ in cases if inside(opened))


# --- the line: points every STEP_M along it, each within reach of a piece of track or not


def line(found: Recomputed) -> None:
    ((drawn,),) = rows(
        "SELECT v.geometry FROM base_lineversion v JOIN base_borderline l ON l.id = v.line_id"
        " WHERE l.kind = 'land' AND NOT v.withdrawn"
    )
    geometry = json.loads(drawn) if isinstance(drawn, str) else drawn
    course = np.array(geometry["coordinates"], float)
    plane = Transformer.from_crs("EPSG:4326", _metres_around(course), always_xy=True)
    length = Geod(ellps="WGS84").line_length(course[:, 0], course[:, 1])
    places = shapely.LineString(np.column_stack(plane.transform(course[:, 0], course[:, 1])))
    count = round(places.length / STEP_M)
    samples = shapely.line_interpolate_point(places, (np.arange(count) + 0.5) * places.length / count)
    pieces, errors, times = _pieces(found, plane)
    sure = _last_within(samples, pieces, REACH_M - errors, times, count)
    possible = _last_within(samples, pieces, REACH_M + errors, times, count)
    ((limit,),) = rows("SELECT every_days FROM border_patrolrequirement WHERE subject = 'line' AND NOT withdrawn")
    from_ms, to_ms = (int(edge.timestamp() * 1000) for edge in found.span)
    late = sure < to_ms - limit * 86_400_000
    found.values |= {
        "line.coverage_sure_pct": 100 * float((sure >= from_ms).mean()),
        "line.coverage_possible_pct": 100 * float((possible >= from_ms).mean()),
        "line.gap_km": float((possible < from_ms).mean()) * length / 1000,
        "line.overdue_km": float(late.mean()) * length / 1000,
    }
    # The sampling errs by at most half a step at either end of each run of samples that agree.
    for id, mask in (
        ("line.coverage_sure_pct", sure >= from_ms),
        ("line.coverage_possible_pct", possible >= from_ms),
        ("line.gap_km", possible < from_ms),
        ("line.overdue_km", late),
    ):
        ends = int(np.count_nonzero(np.diff(mask))) + 2
        metres = ends * STEP_M / 2
        found.margin[id] = 100 * metres / length if id.endswith("pct") else metres / 1000


def _metres_around(course: Any) -> str:
    lon, lat = (course.min(0) + course.max(0)) / 2
    return f"+proj=tmerc +lat_0={lat} +lon_0={lon} +k=1 +ellps=WGS84 +units=m"


def _pieces(found: Recomputed, plane: Transformer) -> tuple[Any, Any, Any]:
    """Every step between two fixes that belongs together, its error, and the time of its later end (ms)."""
    xy, error, times = [], [], []
    for tracks in _groups(found).values():
        fixes, _ = Fixes.join([Fixes.from_bytes(evidence.get(blob)) for blob in tracks]).tidy()
        x, y = plane.transform(fixes.lon, fixes.lat)
        accuracy = np.where(np.isnan(fixes.accuracy), 10.0, fixes.accuracy)  # all sources of the demonstration are GPX
        hop, gap = np.hypot(np.diff(x), np.diff(y)), np.diff(fixes.time)
        together = (hop <= MAX_HOP_M) & (gap <= MAX_GAP_MS)
        points = np.column_stack([x, y])
        xy.append(np.stack([points[:-1][together], points[1:][together]], axis=1))
        error.append(np.maximum(accuracy[:-1], accuracy[1:])[together])
        times.append(fixes.time[1:][together])
    return shapely.linestrings(np.concatenate(xy)), np.concatenate(error).astype(float), np.concatenate(times)


def _groups(found: Recomputed) -> dict[Any, list[str]]:
    """The stored fixes of each patrol."""
    groups: dict[Any, list[str]] = {}
    for patrol, blob in rows(
        "SELECT patrol_id, blob_sha256 FROM border_patroltrack WHERE NOT withdrawn ORDER BY started_at"
    ):
        groups.setdefault(patrol or blob, []).append(blob)
    return groups


def _last_within(samples: Any, pieces: Any, radius: Any, times: Any, count: int) -> Any:
    """For each sample the time of the last piece within its radius (ms); the least integer where there is none."""
    last = np.full(count, np.iinfo(np.int64).min)
    tree = shapely.STRtree(samples)
    usable = np.flatnonzero(radius > 0)
    piece, sample = tree.query(pieces[usable], predicate="dwithin", distance=radius[usable])
    np.maximum.at(last, sample, times[usable][piece])
    return last
