"""The year as it came in: plans, waivers, patrols with their files, corrections, each written at its own moment.

`events` gives them in the order of time, so that the ledger of the demonstration is one that a real year would have left.
"""

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import count

import numpy as np

from cotmoc.base import clock, evidence, ledger
from cotmoc.base.ledger import Author
from cotmoc.base.models import BorderMarker, EvidenceFile, Ledgered
from cotmoc.demo import pictures
from cotmoc.demo.engine.events import DAMAGES, DISRUPTIONS
from cotmoc.demo.engine.numbering import Numbers
from cotmoc.demo.engine.values import (
    Outcome,
    PatrolKind,
    SimAmendment,
    SimDisruption,
    SimInspection,
    SimMinutes,
    SimPatrol,
    SimPlanLine,
    Terrain,
)
from cotmoc.demo.engine.year import Year, amendments
from cotmoc.demo.foundation import Ground
from cotmoc.demo.gpx import gpx
from cotmoc.record.areas.border import models as border
from cotmoc.record.areas.border.actions import receive_file
from cotmoc.record.areas.calendar.models import Disruption
from cotmoc.record.register import Record

Event = tuple[datetime, int, Callable[[], None]]
KINDS = {PatrolKind.BOAT: border.PatrolKind.COAST}
"""The register has one kind for the beach and the sea; legs tell them apart."""
DISRUPTION_KINDS = {"distancing": "distancing", "storm": "storm", "joint_suspended": "other"}


@dataclass
class Arrivals:
    year: Year
    ground: Ground
    numbers: Numbers = field(init=False)
    lines: dict[str, border.PatrolPlanLine] = field(default_factory=dict)
    """Plan lines without a patrol yet, by code."""
    cases: dict[str, border.DamageCase] = field(default_factory=dict)
    """Open damage cases by marker."""

    def __post_init__(self) -> None:
        self.numbers = Numbers(self.year.province.tag)
        stones = [marker for marker in self.year.province.markers if not marker.stake]
        self.places = sorted((marker.chainage_m, marker.number) for marker in stones)

    def events(self, fix_interval: int, tick: Callable[[], None]) -> Iterator[Event]:
        """Everything that was written before `now`, by time; `tick` is called once per patrol."""
        order = count()
        waiting: list[Event] = []

        def push(at: datetime, do: Callable[[], None]) -> None:
            if at < self.year.now:
                heapq.heappush(waiting, (at, next(order), do))

        self._push_plans(push)
        for patrol in self.year.patrols(fix_interval):
            while waiting and waiting[0][0] <= patrol.start:  # nothing that comes in later can be earlier than this
                yield heapq.heappop(waiting)
            self._push_patrol(patrol, push)
            tick()
        while waiting:
            yield heapq.heappop(waiting)

    def _push_plans(self, push: Callable[[datetime, Callable[[], None]], None]) -> None:
        by_month: dict[datetime, list[SimPlanLine]] = defaultdict(list)
        for line in self.year.lines:
            by_month[line.approved_at].append(line)
            if line.outcome == Outcome.WAIVED and line.waived_on is not None:
                push(_at(line.waived_on, 16), partial(self._waive, line))
        for approved_at, lines in by_month.items():
            push(approved_at, partial(self._plan, lines))
        first = min(by_month, default=self.year.now)
        for stop in DISRUPTIONS:
            if _at(stop.until, 0) > first:
                told_at = max(first, _at(stop.since, 7))
                push(told_at, partial(self._disrupt, stop, told_at))

    def _push_patrol(self, patrol: SimPatrol, push: Callable[[datetime, Callable[[], None]], None]) -> None:
        written: dict[str, border.MarkerInspection] = {}
        push(patrol.recorded_at, partial(self._arrive, patrol, written))
        rng = np.random.default_rng([self.year.seed, self.year.province.number, 4, int(patrol.start.timestamp())])
        for amendment in amendments(patrol.inspections, patrol.unit, patrol.recorded_at, rng):
            push(amendment.at, partial(self._amend, amendment, written))

    # --- one event each

    def _plan(self, lines: list[SimPlanLine]) -> None:
        for line in lines:
            ends = self._ends(line.from_m, line.to_m) if line.terrain == Terrain.LAND else (None, None)
            row = border.PatrolPlanLine(
                unit=self.ground.units[line.unit],
                code=line.code,
                kind=KINDS.get(line.kind, line.kind.value),
                window_from=line.window_start,
                window_to=line.window_end,
                stretch=self.ground.stretches.get((line.unit, line.terrain)),
                from_marker=ends[0],
                to_marker=ends[1],
                team_size=10 if line.kind in (PatrolKind.JOINT, PatrolKind.END_TO_END) else 6,
            )
            row.refold()
            self.lines[line.code] = row
        rows = [self.lines[line.code] for line in lines]
        ledger.write(rows, self._staff(lines[0].approved_at))

    def _waive(self, line: SimPlanLine) -> None:
        row = self.lines.pop(line.code)
        row.waiver_reason, row.waived_by, row.waived_on = line.reason, self.ground.operations, line.waived_on
        assert line.waived_on is not None
        self._write([row], self._staff(_at(line.waived_on, 16)), f"Duyệt miễn: {line.reason}")

    def _disrupt(self, stop: SimDisruption, told_at: datetime) -> None:
        everywhere = set(stop.terrains) == set(Terrain)
        held = {stretch.unit for stretch in self.year.province.stretches if stretch.terrain in stop.terrains}
        if Terrain.COAST in stop.terrains:
            held |= {unit.code for unit in self.year.province.units if unit.kind == "squadron"}
        units = [self.ground.command] if everywhere else [self.ground.units[code] for code in sorted(held)]
        row = Disruption(
            unit=self.ground.command,
            code=self.numbers.next("GD", stop.since),
            kind=DISRUPTION_KINDS[stop.kind],
            name=stop.name,
            since=stop.since,
            until=stop.until,
            order_number=stop.order,
            verified_by="Minh họa",
        )
        row.link(units=[unit.pk for unit in units])
        self._write([row], self._staff(told_at))

    def _arrive(self, patrol: SimPatrol, written: dict[str, border.MarkerInspection]) -> None:
        """The phone comes into the network: patrol, inspections, photos and minutes in one write, then the track."""
        device = f"Điện thoại {patrol.code[-1]}, {self.ground.units[patrol.unit].short_name}"
        by = Author(self.ground.people[patrol.leader].name, device, patrol.recorded_at)
        row = self._patrol(patrol, device)
        rows: list[Ledgered] = [row, _leg(patrol, row)]
        for inspection in patrol.inspections:
            made = self._inspection(inspection, row, device)
            written[inspection.code] = made
            rows += [made, *self._photos(inspection, made)]
        if patrol.minutes is not None:
            rows.append(self._minutes(patrol.minutes, row))
        self._write(rows, by)
        if patrol.track is not None:
            receive_file(f"{patrol.code}.gpx", gpx(patrol.track), row.unit, by, row)
        for inspection in patrol.inspections:
            self._follow_damage(inspection, written[inspection.code], by)
        line = self.lines.pop(patrol.plan_line, None)
        if line is not None:
            line.patrol = row
            self._write([line], by, f"Chuyến đã đi: {row.code}")

    def _amend(self, amendment: SimAmendment, written: dict[str, border.MarkerInspection]) -> None:
        row = written[amendment.inspection]
        setattr(row, amendment.fieldname, amendment.value)
        by = Author(self.ground.people[amendment.author].name, "Máy tính đồn", amendment.at)
        self._write([row], by, amendment.reason)

    # --- rows

    def _patrol(self, patrol: SimPatrol, device: str) -> border.Patrol:
        people = self.ground.people
        ends = self._ends(patrol.from_m, patrol.to_m) if patrol.terrain == Terrain.LAND else (None, None)
        row = border.Patrol(
            unit=self.ground.units[patrol.unit],
            code=patrol.code,
            device=device,
            kind=KINDS.get(patrol.kind, patrol.kind.value),
            started_at=patrol.start,
            ended_at=patrol.end,
            leader=people[patrol.leader],
            others_count=patrol.militia,
            purpose=patrol.purpose,
            from_marker=ends[0],
            to_marker=ends[1],
            from_checkpoint="Chốt 3" if patrol.kind == PatrolKind.CHECKPOINT else "",
            weather=patrol.weather,
            finding=patrol.finding,
            safety="An toàn người, phương tiện",
        )
        return row.link(members=[people[code].pk for code in patrol.members])

    def _inspection(self, inspection: SimInspection, patrol: border.Patrol, device: str) -> border.MarkerInspection:
        return border.MarkerInspection(
            unit=patrol.unit,
            code=inspection.code,
            device=device,
            marker=self.ground.markers[inspection.marker],
            patrol=patrol,
            seen_at=inspection.seen_at,
            inspector=self.ground.people[inspection.inspector],
            state=inspection.state,
            damage_kind=inspection.damage_kind,
            damage_degree=inspection.damage_degree,
            threat=inspection.threat,
            brush_cut_m=inspection.brush_cut_m,
            lat=inspection.lat,
            lon=inspection.lon,
            accuracy_m=inspection.accuracy_m,
            joint=inspection.joint,
            note=inspection.note,
            photo_count=len(inspection.photos),
            **inspection.items,
        )

    def _photos(self, inspection: SimInspection, row: border.MarkerInspection) -> Iterator[Ledgered]:
        for index, direction in enumerate(inspection.photos):
            taken_at = inspection.seen_at + timedelta(seconds=20 * index)
            damaged = inspection.state == "damaged"
            data = pictures.photo(inspection.marker, direction, taken_at, inspection.code, damaged)
            file = EvidenceFile(
                unit=row.unit,
                sha256=evidence.put(data),
                size=len(data),
                name=f"{inspection.code}-{direction}.jpg",
                media_type="image/jpeg",
            )
            yield file
            width, height = pictures.SIZE
            yield border.Photo(
                inspection=row, direction=direction, file=file, taken_at=taken_at, width=width, height=height
            )

    def _minutes(self, minutes: SimMinutes, patrol: border.Patrol) -> border.JointMinutes:
        held_on = clock.local(minutes.signed_at).date()
        return border.JointMinutes(
            unit=patrol.unit,
            code=minutes.number,
            patrol=patrol,
            level=border.JointMinutes.Level.POST,
            held_on=held_on,
            partner=self.ground.units[minutes.partner],
            own_leader=self.ground.people[minutes.our_leader],
            partner_leader=minutes.their_leader,
            own_count=minutes.our_count,
            partner_count=minutes.their_count,
            hosted_by_us=minutes.host == "ours",
            agreed=f"Gặp tại {minutes.place}. " + "; ".join(minutes.agreed) + ".",
            next_on=minutes.next_date,
            signed_on=held_on,
        )

    def _follow_damage(self, seen: SimInspection, row: border.MarkerInspection, by: Author) -> None:
        """A damage opens its case at the first record that saw it; the first good record after the repair closes it."""
        case = self.cases.get(seen.marker)
        day = clock.local(seen.seen_at).date()
        if seen.state == "damaged" and case is None:
            self.cases[seen.marker] = case = border.DamageCase(
                unit=row.unit,
                code=self.numbers.next("HH", day),
                marker=row.marker,
                inspection=row,
                kind=seen.damage_kind,
                cause=seen.threat,
                degree=seen.damage_degree,
                opened_on=day,
                report_number=f"BC-{day:%m%d}/{row.unit.code} (minh họa)",
            )
            self._write([case], by)
        elif seen.state == "intact" and case is not None and (repair := _repair(seen)) is not None:
            case.repair, case.repaired_on = repair
            case.confirmed_by, case.closed_on = row, day
            self._write([case], by, f"Đã sửa, xác nhận tại {row.code}")
            del self.cases[seen.marker]

    # --- small things

    def _ends(self, from_m: float, to_m: float) -> tuple[BorderMarker, BorderMarker]:
        """The markers nearest to both ends of a piece of the line."""
        near = [min(self.places, key=lambda place: abs(place[0] - end))[1] for end in (from_m, to_m)]
        return self.ground.markers[near[0]], self.ground.markers[near[1]]

    def _staff(self, at: datetime) -> Author:
        return Author(self.ground.operations.name, "Máy tính cơ quan", at)

    def _write(self, rows: list[Ledgered], by: Author, reason: str = "") -> None:
        for row in rows:
            if isinstance(row, Record):
                row.refold()
        ledger.write(rows, by, reason)


def _leg(patrol: SimPatrol, row: border.Patrol) -> border.PatrolLeg:
    boat = patrol.kind == PatrolKind.BOAT
    transport = border.PatrolLeg.Transport.BOAT if boat else border.PatrolLeg.Transport.FOOT
    return border.PatrolLeg(patrol=row, order=1, transport=transport, started_at=patrol.start, ended_at=patrol.end)


def _repair(seen: SimInspection) -> tuple[str, date] | None:
    """What was repaired before this record saw the marker, and when; None for one seen before the damage."""
    for damage in DAMAGES:
        if damage.marker == seen.marker and damage.repaired is not None and damage.repaired <= seen.seen_at:
            return damage.repair, clock.local(damage.repaired).date()
    return None


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), clock.VIETNAM)
