"""What was done and what was planned: patrols, their tracks and minutes, plan lines and what became of them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from cotmoc.base import clock
from cotmoc.measure.kept import Stamp, stamp
from cotmoc.measure.load import known
from cotmoc.record.areas.border.models import JointMinutes, Patrol, PatrolPlanLine, PatrolTrack
from cotmoc.record.areas.border.models.plans import plan_status
from cotmoc.record.areas.calendar.models import Disruption

Status = PatrolPlanLine.Status
PATROL = "code unit_id kind started_at ended_at leader_id from_marker_id to_marker_id others_count"
EXPLAINED_SHARE = 0.5
"""A missed line is explained by a disruption that covers at least this share of its window."""


def patrols(at: datetime) -> dict[UUID, Any]:
    """All patrols known at a moment."""
    return _patrols(at, stamp(Patrol))


@lru_cache(maxsize=32)
def _patrols(at: datetime, _: Stamp) -> dict[UUID, Any]:
    return {row.id: row for row in known(Patrol, PATROL, at)}


def ended_in(at: datetime, units: frozenset[UUID], since: date, until: date) -> list[Any]:
    """Patrols led by the units that ended in [since, until) and by `at`, the newest first."""
    first, end = (datetime.combine(day, time(), clock.VIETNAM).astimezone(UTC) for day in (since, until))
    rows = [
        row
        for row in patrols(at).values()
        if row.ended_at is not None and first <= row.ended_at < end and row.ended_at <= at and row.unit_id in units
    ]
    return sorted(rows, key=lambda row: (row.ended_at, row.code), reverse=True)


def tracks(at: datetime) -> list[Any]:
    """All tracks known at a moment."""
    return known(PatrolTrack, "unit_id patrol_id name started_at ended_at length_m fix_count", at).rows


def tracks_by_patrol(at: datetime) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in tracks(at):
        if row.patrol_id is not None:
            found[row.patrol_id].append(row)
    return found


def person_days(row: Any, people: frozenset[UUID], since: date, until: date, at: datetime) -> int:
    """People of the patrol times its local days in [since, until); a day begun counts."""
    first, last = clock.local(row.started_at).date(), clock.local(min(row.ended_at or at, at)).date()
    days = (min(last, until - timedelta(days=1)) - max(first, since)).days + 1
    return max(0, days) * len(people)


def minutes(at: datetime) -> dict[UUID, list[Any]]:
    """Minutes of joint patrols known at a moment, by patrol."""
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in known(JointMinutes, "code unit_id patrol_id held_on partner_id signed_on level", at):
        found[row.patrol_id].append(row)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Planned:
    """A plan line, what became of it, and what explains a miss: a waiver that came late, or a disruption."""

    row: Any
    status: str
    patrol: Any | None
    cause: str = ""

    @property
    def explained(self) -> bool:
        return bool(self.cause)


def planned(at: datetime, units: frozenset[UUID], since: date, until: date) -> list[Planned]:
    """Plan lines of the units whose window ends in [since, until), the newest first."""
    columns = "code unit_id kind window_from window_to patrol_id waived_on waiver_reason from_marker_id to_marker_id"
    out, today = patrols(at), clock.local(at).date()
    disturbed = _disruptions(at)
    rows = [
        row for row in known(PatrolPlanLine, columns, at) if row.unit_id in units and since <= row.window_to < until
    ]
    rows.sort(key=lambda row: (row.window_to, row.code), reverse=True)
    return [_planned(row, out.get(row.patrol_id), today, at, disturbed) for row in rows]


def _planned(
    row: Any, patrol: Any | None, today: date, at: datetime, disturbed: list[tuple[Any, frozenset[UUID]]]
) -> Planned:
    ended = clock.local(patrol.ended_at).date() if patrol and patrol.ended_at and patrol.ended_at <= at else None
    status = plan_status(row.window_to, ended, row.waived_on, today)
    cause = _cause(row, today, disturbed) if status == Status.MISSED else ""
    return Planned(row, status, patrol, cause)


def _cause(row: Any, today: date, disturbed: list[tuple[Any, frozenset[UUID]]]) -> str:
    """What explains that a line was missed: its late waiver, or the disruption that covers most of its window."""
    if row.waived_on is not None and row.waived_on <= today:
        return str(row.waiver_reason or row.code)
    window = (row.window_to - row.window_from).days + 1
    best, cause = 0, ""
    for disruption, units in disturbed:
        shared = (min(row.window_to, disruption.until) - max(row.window_from, disruption.since)).days + 1
        if row.unit_id in units and shared > best:
            best, cause = shared, disruption.name
    return cause if best >= EXPLAINED_SHARE * window else ""


def _disruptions(at: datetime) -> list[tuple[Any, frozenset[UUID]]]:
    units = _disturbed_units(stamp(Disruption))
    return [(row, units.get(row.id, frozenset())) for row in known(Disruption, "code name since until kind", at)]


@lru_cache(maxsize=2)
def _disturbed_units(_: Stamp) -> dict[UUID, frozenset[UUID]]:
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for disruption, unit in Disruption.units.through._default_manager.values_list("disruption_id", "unit_id"):
        found[disruption].add(unit)
    return {key: frozenset(units) for key, units in found.items()}


def complete_months(since: date, until: date, today: date) -> list[date]:
    """Firsts of the calendar months that lie wholly in [since, until) and are over by `today`.

    Where there is none, the months begun: a question about this week is answered by this month.
    """
    firsts: list[date] = []
    month = since.replace(day=1)
    while month < min(until, today + timedelta(days=1)):
        firsts.append(month)
        month = (month + timedelta(days=32)).replace(day=1)
    whole = [
        first for first in firsts if since <= first and (first + timedelta(days=32)).replace(day=1) <= min(until, today)
    ]
    return whole or firsts
