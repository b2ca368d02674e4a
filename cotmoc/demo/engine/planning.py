"""The monthly plans of all units, and what became of each line: done, late, waived, missed, or not yet due.

A post walks three parts of its stretch each month and goes end to end every second month, sends mobile patrols, and takes its
turn in the joint ones; sea posts go along the beach and by boat. What stops them comes from `events`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from numpy.random import Generator

from cotmoc.demo.engine.events import CHECKS_ORDERED, DISRUPTIONS, HANOI, disrupted_share
from cotmoc.demo.engine.numbering import Numbers
from cotmoc.demo.engine.values import Outcome, PatrolKind, SimDisruption, SimPlanLine, SimProvince, SimStretch, Terrain

GRACE_DAYS = 7
STOPPED_FROM = 0.5
"""A line is stopped by a disruption that takes at least this share of its window."""
STOPPED = {"waived": 0.72, "missed": 0.10, "late": 0.08}
ORDINARY = {"waived": 0.0, "missed": 0.03, "late": 0.05}
CHECKPOINTS_FROM = date(2020, 2, 10)
REVIEW_MONTH = 11
"""In this month the patrols end to end go early, to be back before the yearly review."""


@dataclass(frozen=True, slots=True)
class Order:
    """A patrol that really goes: from a plan line, or outside the plan (then `line` is empty)."""

    unit: str
    kind: PatrolKind
    terrain: Terrain
    from_m: float
    to_m: float
    start: datetime
    purpose: str
    line: str = ""
    sent_to: str = ""
    """The marker to be looked at, for a patrol outside the plan."""


def months(since: date, until: date) -> Iterator[date]:
    """The first days of all months from `since` to `until`."""
    month = since.replace(day=1)
    while month <= until:
        yield month
        month = (month + timedelta(days=32)).replace(day=1)


def plan(province: SimProvince, since: date, now: datetime, rng: Generator) -> tuple[list[SimPlanLine], list[Order]]:
    """All plan lines with what became of them, and the orders of the patrols that went before `now`, by start."""
    lines: list[SimPlanLine] = []
    orders: list[Order] = []
    numbers = Numbers(province.tag)
    today = now.astimezone(HANOI).date()
    for month in months(since, today):
        drafts = [line for stretch in _stretches(province) for line in _month_of(stretch, province, month, rng)]
        drafts.sort(key=lambda line: (line.window_start, line.unit))
        for draft in drafts:
            line, start = carry_out(replace(draft, code=numbers.next("KH", draft.window_end)), rng)
            if start is not None and start < now:
                orders.append(
                    Order(line.unit, line.kind, line.terrain, line.from_m, line.to_m, start, _purpose(line), line.code)
                )
            lines.append(line)
        orders += _beside_the_plan(province, month, now, rng)
    if province.number == 1:
        orders += _ordered_checks(province, since, now)
    return lines, sorted(orders, key=lambda order: (order.start, order.unit, order.kind))


def _stretches(province: SimProvince) -> list[SimStretch]:
    squadron = next(unit.code for unit in province.units if unit.kind == "squadron")
    coast_end = max(stretch.to_m for stretch in province.stretches if stretch.terrain == Terrain.COAST)
    return [*province.stretches, SimStretch(squadron, Terrain.COAST, 0.0, coast_end)]


def _month_of(stretch: SimStretch, province: SimProvince, month: date, rng: Generator) -> Iterator[SimPlanLine]:
    if stretch.terrain == Terrain.LAND:
        yield from _land_month(stretch, province, month, rng)
    else:
        yield from _sea_month(stretch, province.unit(stretch.unit).kind == "squadron", month, rng)


def _land_month(stretch: SimStretch, province: SimProvince, month: date, rng: Generator) -> Iterator[SimPlanLine]:
    posts = [held.unit for held in province.stretches if held.terrain == Terrain.LAND]
    turn = posts.index(stretch.unit)
    third = (stretch.to_m - stretch.from_m) / 3
    for first_day in (1, 9, 17):
        yield _line(stretch, PatrolKind.ONE_SIDED, *_piece(stretch, third, rng), month, first_day, 7)
    if (month.month + turn) % 2 == 0:
        first_day = 6 if month.month == REVIEW_MONTH else 19
        yield _line(stretch, PatrolKind.END_TO_END, stretch.from_m, stretch.to_m, month, first_day, 9)
    yield _line(stretch, PatrolKind.MOBILE, *_piece(stretch, 4000, rng), month, int(rng.integers(2, 24)), 4)
    if month >= CHECKPOINTS_FROM.replace(day=1):
        yield _line(stretch, PatrolKind.CHECKPOINT, *_piece(stretch, 5000, rng), month, int(rng.integers(12, 25)), 3)
    if (month.month + turn) % 3 == 0:
        yield _line(stretch, PatrolKind.JOINT, *_piece(stretch, 9000, rng), month, 12 + turn, 4)


def _sea_month(stretch: SimStretch, squadron: bool, month: date, rng: Generator) -> Iterator[SimPlanLine]:
    for first_day in (3, 11, 19) if squadron else (8, 22):
        yield _line(stretch, PatrolKind.BOAT, *_piece(stretch, 26_000, rng), month, first_day, 5)
    if not squadron and stretch.terrain == Terrain.COAST:
        for first_day in (2, 10, 18, 24):
            yield _line(stretch, PatrolKind.COAST, *_piece(stretch, 9000, rng), month, first_day, 4)


def _piece(stretch: SimStretch, length: float, rng: Generator) -> tuple[float, float]:
    """A piece of about `length` metres somewhere on the stretch."""
    size = min(length * rng.uniform(0.7, 1.3), stretch.to_m - stretch.from_m)
    start = stretch.from_m + rng.uniform(0, stretch.to_m - stretch.from_m - size)
    return start, start + size


def _line(
    stretch: SimStretch, kind: PatrolKind, from_m: float, to_m: float, month: date, first_day: int, days: int
) -> SimPlanLine:
    start = month.replace(day=first_day)
    approved = datetime.combine(month - timedelta(days=4), time(15, 30), HANOI).astimezone(UTC)
    end = start + timedelta(days=days - 1)
    return SimPlanLine("", stretch.unit, kind, stretch.terrain, float(from_m), float(to_m), start, end, approved)


def carry_out(line: SimPlanLine, rng: Generator) -> tuple[SimPlanLine, datetime | None]:
    """What became of a line, and when its patrol started (None: it did not go)."""
    stop = _stopped_by(line)
    chances = STOPPED if stop else ORDINARY
    lot = float(rng.random())
    needed = 3 if line.kind == PatrolKind.END_TO_END else 1 if line.kind == PatrolKind.JOINT else 0
    room = max(0, (line.window_end - line.window_start).days - needed)
    day = line.window_start + timedelta(days=int(rng.integers(0, room + 1)))
    hour = time(int(rng.integers(6, 9)), int(rng.integers(0, 60)))
    if stop and lot < chances["waived"]:
        waived_on = max(line.window_start - timedelta(days=1), min(stop.since, line.window_end))
        order = f" ({stop.order})" if stop.order else ""
        return replace(line, outcome=Outcome.WAIVED, reason=f"{stop.name}{order}", waived_on=waived_on), None
    lot -= chances["waived"]
    if lot < chances["missed"]:
        return replace(line, outcome=Outcome.MISSED), None
    lot -= chances["missed"]
    if lot < chances["late"] and needed == 0:
        day = line.window_end + timedelta(days=int(rng.integers(1, GRACE_DAYS - 1)))
    day = _calm_day(day, line.terrain)
    return line, datetime.combine(day, hour, HANOI).astimezone(UTC)


def _stopped_by(line: SimPlanLine) -> SimDisruption | None:
    for disruption in DISRUPTIONS:
        concerned = line.terrain in disruption.terrains
        if disruption.kind == "joint_suspended":
            concerned = line.kind == PatrolKind.JOINT
        if concerned and disrupted_share(disruption, line.window_start, line.window_end) >= STOPPED_FROM:
            return disruption
    return None


def _calm_day(day: date, terrain: Terrain) -> date:
    """`day`, or the first day after it without a storm: nobody sets out into one."""
    storms = [stop for stop in DISRUPTIONS if stop.kind == "storm" and terrain in stop.terrains]
    while any(stop.since <= day <= stop.until for stop in storms):
        day += timedelta(days=1)
    return day


def settle(line: SimPlanLine, ended: datetime | None, today: date) -> SimPlanLine:
    """The line with its outcome as of `today`, from the end of its patrol (None: none yet)."""
    if line.outcome == Outcome.WAIVED and line.waived_on is not None and line.waived_on <= today:
        return line
    if ended is not None:
        day = ended.astimezone(HANOI).date()
        if day <= line.window_end:
            return replace(line, outcome=Outcome.DONE)
        if day <= line.window_end + timedelta(days=GRACE_DAYS):
            return replace(line, outcome=Outcome.LATE)
    over = today > line.window_end + timedelta(days=GRACE_DAYS)
    return replace(line, outcome=Outcome.MISSED if over else Outcome.DUE)


def _beside_the_plan(province: SimProvince, month: date, now: datetime, rng: Generator) -> Iterator[Order]:
    """A few mobile patrols that no plan foresaw, on a villager's report or after rain."""
    land = [stretch for stretch in province.stretches if stretch.terrain == Terrain.LAND]
    for index in rng.choice(len(land), 4, replace=False):
        stretch = land[int(index)]
        day = _calm_day(month + timedelta(days=int(rng.integers(0, 27))), Terrain.LAND)
        start = datetime.combine(day, time(7, int(rng.integers(0, 60))), HANOI).astimezone(UTC)
        if start < now:
            piece = _piece(stretch, 3000, rng)
            yield Order(stretch.unit, PatrolKind.MOBILE, Terrain.LAND, *piece, start, "Xác minh tin của nhân dân")


def _ordered_checks(province: SimProvince, since: date, now: datetime) -> Iterator[Order]:
    at = {marker.number: marker.chainage_m for marker in province.markers}
    for number, start in CHECKS_ORDERED:
        if start < now and start.astimezone(HANOI).date() >= since:
            holder = next(
                s for s in province.stretches if s.terrain == Terrain.LAND and s.from_m <= at[number] < s.to_m
            )
            from_m = max(holder.from_m, at[number] - 700)
            to_m = min(holder.to_m, at[number] + 500)
            purpose = f"Kiểm tra mốc {number} theo lệnh"
            yield Order(holder.unit, PatrolKind.MOBILE, Terrain.LAND, from_m, to_m, start, purpose, sent_to=number)


def _purpose(line: SimPlanLine) -> str:
    return {
        PatrolKind.END_TO_END: "Tuần tra khép kín, kiểm tra toàn bộ mốc trên đoạn",
        PatrolKind.ONE_SIDED: "Tuần tra đơn phương, kiểm tra đường biên, mốc giới",
        PatrolKind.JOINT: "Tuần tra song phương",
        PatrolKind.MOBILE: "Tuần tra cơ động đường mòn, lối mở",
        PatrolKind.CHECKPOINT: "Tuần tra từ chốt phòng, chống dịch",
        PatrolKind.COAST: "Tuần tra bờ biển",
        PatrolKind.BOAT: "Tuần tra trên biển",
    }[line.kind]
