"""The whole invented year of one province: the plan, and the patrols one after the other.

    year = Year.of(border, coast, island, since, now, seed=2020)
    for patrol in year.patrols(fix_interval=20): ...
    lines = [settle(line, ended.get(line.code), today) for line in year.lines]

Patrols come by start, each drawn from its own seed, so a year never lies in memory as a whole, and one patrol more or less
changes nothing about the others.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from numpy.random import Generator

from cotmoc.demo.engine import names
from cotmoc.demo.engine.course import Course
from cotmoc.demo.engine.events import HANOI, BrokenTrail, broken_trails
from cotmoc.demo.engine.inspecting import inspect, markers_to_inspect
from cotmoc.demo.engine.numbering import Numbers
from cotmoc.demo.engine.planning import Order, plan
from cotmoc.demo.engine.province import Floats, Ground, build_province, ground
from cotmoc.demo.engine.values import (
    PatrolKind,
    SimAmendment,
    SimInspection,
    SimMarker,
    SimMinutes,
    SimPatrol,
    SimPerson,
    SimPlanLine,
    SimProvince,
    SimTrack,
    Terrain,
)
from cotmoc.demo.engine.walking import BY_BOAT, ON_BEACH, ON_FOOT, Gait, Journey, Walk, record, walk

NO_TRACK_SHARE = 0.03
"""Patrols whose phone failed on the way."""
AMENDED_SHARE = 0.04
FINDINGS = (
    *[""] * 8,
    "Không phát hiện vi phạm; đường biên ổn định",
    "Không phát hiện vi phạm; đường biên ổn định",
    "Phát hiện một lối mòn mới, đã đánh dấu trên sơ đồ",
    "Gặp 3 người dân đi lấy mật ong, đã tuyên truyền quy chế biên giới",
    "Suối dâng sau mưa, phải đi vòng phía trong",
    "Nhắc nhở 2 thuyền chưa đủ áo phao",
)


@dataclass(frozen=True)
class Year:
    province: SimProvince
    ground: Ground
    lines: tuple[SimPlanLine, ...]
    orders: tuple[Order, ...]
    now: datetime
    seed: int

    @classmethod
    def of(
        cls, border: Floats, coast: Floats, island: Floats, since: date, now: datetime, seed: int, number: int = 1
    ) -> "Year":
        """The province and the plans of all months from `since` to `now` (UTC); lines are arrays (n, 2) of degrees."""
        on = ground(border, coast, island, number)
        province = build_province(on, np.random.default_rng([seed, number, 1]), number)
        lines, orders = plan(province, since, now, np.random.default_rng([seed, number, 2]))
        return cls(province, on, tuple(lines), tuple(orders), now, seed)

    def patrols(self, fix_interval: int = 20) -> Iterator[SimPatrol]:
        """The patrols that ended before `now`, by start. `fix_interval` in seconds, 5 to 30."""
        if not 5 <= fix_interval <= 30:
            raise ValueError("fix_interval: 5 to 30 seconds")
        broken = broken_trails(self.province.markers)
        numbers = Numbers(self.province.tag)
        for index, order in enumerate(self.orders, start=1):
            rng = np.random.default_rng([self.seed, self.province.number, 3, index])
            patrol = _go(self, order, broken, fix_interval, numbers, rng)
            if patrol.end < self.now:
                yield patrol


def _go(
    year: Year,
    order: Order,
    broken: Sequence[BrokenTrail],
    fix_interval: int,
    numbers: Numbers,
    rng: Generator,
) -> SimPatrol:
    province, (course, scale) = year.province, _way(year.ground, order)
    markers = list(province.markers) if order.terrain == Terrain.LAND else []
    stops = markers_to_inspect(order, markers, broken, rng)
    gait = {PatrolKind.BOAT: BY_BOAT, PatrolKind.COAST: ON_BEACH}.get(order.kind, ON_FOOT)
    here = broken if order.terrain == Terrain.LAND else ()
    journey = _journey(order, scale, stops, rng)
    walked = walk(course, journey, gait, here, order.start, rng)
    code = numbers.next("TT", walked.end.astimezone(HANOI).date())
    team = _team(province.staff(order.unit), order.kind, rng)
    has_phone = bool(rng.random() >= NO_TRACK_SHARE) or bool(order.sent_to)
    track = _track(code, course, walked, gait, fix_interval, rng) if has_phone else None
    inspector = team[int(rng.integers(0, 2))].code
    inspections = tuple(_inspections(order, stops, journey, walked, inspector, has_phone, numbers, rng))
    return SimPatrol(
        code=code,
        unit=order.unit,
        kind=order.kind,
        terrain=order.terrain,
        leader=team[0].code,
        members=tuple(person.code for person in team),
        militia=int(rng.integers(0, 5)) if order.terrain == Terrain.LAND else 0,
        purpose=order.purpose,
        from_m=order.from_m,
        to_m=order.to_m,
        start=walked.start,
        end=walked.end,
        weather=_weather(walked.start, rng),
        finding=str(rng.choice(FINDINGS[:-1] if order.terrain == Terrain.LAND else FINDINGS)),
        plan_line=order.line,
        recorded_at=_recorded(walked.end, year.now, rng),
        track=track,
        inspections=inspections,
        minutes=_minutes(order, numbers, province, team, walked, stops, rng)
        if order.kind == PatrolKind.JOINT
        else None,
    )


def _way(on: Ground, order: Order) -> tuple[Course, float]:
    """What a patrol goes along, and the metres of it per metre of the line it is ordered on."""
    course = on.course(order.terrain)
    if order.kind == PatrolKind.BOAT and order.terrain == Terrain.COAST:
        return on.lane, on.lane.length_m / course.length_m
    return course, 1.0


def _journey(order: Order, scale: float, stops: Sequence[SimMarker], rng: Generator) -> Journey:
    """Somebody brings them near the line; they go along it, mostly from north to south, and come out again."""
    if order.kind == PatrolKind.BOAT:
        out = rng.uniform(500, 900) if order.terrain == Terrain.ISLAND else rng.uniform(1500, 6000)
        begin = end = 250.0
    elif order.kind == PatrolKind.COAST:
        out, begin, end = -12.0, -150.0, -150.0
    else:
        out, (begin, end) = 0.0, rng.uniform(500, 1700, 2).tolist()
    stays = [(marker.chainage_m, round(float(rng.uniform(900, 2700)))) for marker in stops]
    if order.kind != PatrolKind.JOINT and rng.random() < 0.4:
        return Journey(order.to_m * scale, order.from_m * scale, begin, end, out, tuple(reversed(stays)))
    return Journey(order.from_m * scale, order.to_m * scale, begin, end, out, tuple(stays))


def _track(code: str, course: Course, walked: Walk, gait: Gait, fix_interval: int, rng: Generator) -> SimTrack:
    fixes, days = record(course, walked, gait, fix_interval, rng)
    return SimTrack(code, fixes, days)


def _inspections(
    order: Order,
    stops: Sequence[SimMarker],
    journey: Journey,
    walked: Walk,
    inspector: str,
    has_phone: bool,
    numbers: Numbers,
    rng: Generator,
) -> Iterator[SimInspection]:
    by_place = {marker.chainage_m: marker for marker in stops}
    for (place, _), (arrived, left) in zip(journey.stops, walked.stops, strict=True):
        seen_at = walked.start + timedelta(seconds=round(arrived + rng.uniform(0.3, 0.9) * (left - arrived)))
        code = numbers.next("BB", seen_at.astimezone(HANOI).date())
        yield inspect(order, by_place[place], code, seen_at, inspector, has_phone, rng)


def _team(staff: Sequence[SimPerson], kind: PatrolKind, rng: Generator) -> list[SimPerson]:
    """An officer and some of the others; the leader first."""
    size = int(rng.integers(8, 13) if kind in (PatrolKind.JOINT, PatrolKind.END_TO_END) else rng.integers(5, 9))
    leader = staff[int(rng.integers(0, 3) if kind == PatrolKind.JOINT else rng.integers(2, 9))]
    others = [person for person in staff[5:] if person != leader]
    return [leader, *(others[int(i)] for i in rng.choice(len(others), size - 1, replace=False))]


def _weather(start: datetime, rng: Generator) -> str:
    wet = start.month in (9, 10, 11, 12)
    return str(
        rng.choice(["Mưa rừng, trơn", "Mưa nhỏ, sương mù", "Nhiều mây"] if wet else ["Nắng", "Nhiều mây", "Nắng nóng"])
    )


def _recorded(ended: datetime, now: datetime, rng: Generator) -> datetime:
    """When the phone came into the network: some hours later, now and then some days."""
    hours = float(rng.lognormal(np.log(3), 0.8))
    if rng.random() < 0.08:
        hours += float(rng.uniform(20, 120))
    arrival = ended + timedelta(hours=hours)
    return arrival.replace(microsecond=0) if arrival < now else ended + (now - ended) / 2


def _minutes(
    order: Order,
    numbers: Numbers,
    province: SimProvince,
    team: Sequence[SimPerson],
    walked: Walk,
    stops: Sequence[SimMarker],
    rng: Generator,
) -> SimMinutes:
    ended = walked.end.astimezone(HANOI).date()
    place = f"mốc {stops[0].number}" if stops else "đầu đoạn tuần tra"
    return SimMinutes(
        number=numbers.next("SP", ended),
        partner=province.partners[order.unit],
        our_leader=team[0].code,
        our_count=len(team),
        their_leader=f"{rng.choice(names.LAO_RANKS)} {rng.choice(names.LAO_NAMES)}",
        their_count=int(rng.integers(6, 11)),
        host=str(rng.choice(["ours", "theirs"])),
        place=place,
        agreed=(
            "Mốc giới và dấu hiệu đường biên trên đoạn được hai bên cùng kiểm tra",
            "Tiếp tục phát quang đường thông tầm nhìn",
            "Thông báo cho nhau khi có sạt lở gần mốc",
        )[: int(rng.integers(2, 4))],
        next_date=ended + timedelta(days=90),
        signed_at=walked.end,
    )


def amendments(
    inspections: Sequence[SimInspection], unit: str, recorded: datetime, rng: Generator
) -> list[SimAmendment]:
    """Some records are corrected some days later, with a reason."""
    made = []
    for inspection in inspections:
        if rng.random() >= AMENDED_SHARE:
            continue
        at = (recorded + timedelta(hours=float(rng.uniform(2, 90)))).replace(microsecond=0)
        if rng.random() < 0.6:
            value: int | str = inspection.brush_cut_m + int(rng.choice([5, 10]))
            made.append(
                SimAmendment(inspection.code, "brush_cut_m", value, "Ghi nhầm số mét phát quang", f"{unit}-003", at)
            )
        else:
            note = "Đối chiếu ảnh với lần trước: không thay đổi"
            made.append(SimAmendment(inspection.code, "note", note, "Bổ sung sau khi đối chiếu ảnh", f"{unit}-003", at))
    return made
