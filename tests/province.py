"""A small invented province, built through the ledger, with values that can be checked by hand.

The line runs due south along one meridian, 20 km, kilometre 0 in the north. A marker stands every 2 km, 701 at km 0 up to 711
at km 20, the stake CD1 at km 5. Ga Ry holds [701, 704), km 0–6; La Êê [704, 709), km 6–16; Đắc Pring [709, end), km 16–20.
Nothing was walked or inspected yet: tests call `walk` and `inspect`. Today is 24/11/2020 06:00.

    def test_x(province): province.walk("GR", 0, 6_000, date(2020, 10, 1)); province.inspect("703", date(2020, 10, 1))
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from django.contrib.auth.models import User
from PIL import Image

from cotmoc.base import clock, evidence, ledger
from cotmoc.base.figures import Question
from cotmoc.base.ledger import Author
from cotmoc.base.models import (
    Account,
    BorderGate,
    BorderLine,
    BorderMarker,
    GateClass,
    LineStretch,
    LineVersion,
    MarkerPosition,
    Person,
    Posting,
    Setting,
    Unit,
    UnitName,
    UnitParent,
)
from cotmoc.base.text import fold
from cotmoc.geo.fixes import Fixes
from cotmoc.geo.line import GEOD, Line
from cotmoc.geo.marker_number import MarkerNumber
from cotmoc.record.areas.border.models import (
    MarkerInspection,
    Patrol,
    PatrolKind,
    PatrolTrack,
    Photo,
)

NOW = datetime(2020, 11, 24, 6, 0, tzinfo=clock.VIETNAM).astimezone(UTC)
FOUNDED = datetime(2019, 12, 1, tzinfo=UTC)
NORTH = (107.4, 15.6)
LENGTH_M = 20_000
PASSWORD = "trăng rằm tháng tám"
POSTS = (
    ("GR", "Đồn Biên phòng Ga Ry", "Đồn Ga Ry", "land_post", 3_000),
    ("LE", "Đồn Biên phòng La Êê", "Đồn La Êê", "land_post", 11_000),
    ("DP", "Đồn Biên phòng Đắc Pring", "Đồn Đắc Pring", "land_post", 18_000),
    ("CD", "Đồn Biên phòng Cửa Đại", "Đồn Cửa Đại", "sea_post", 9_000),
)
PEOPLE = (
    ("BCH", "Trần Văn Bình", "Thượng tá", "Chỉ huy trưởng"),
    ("GR", "Alăng Bhuôch", "Đại úy", "Đồn trưởng"),
    ("GR", "Nguyễn Thị Hạnh", "Trung úy", "Đội trưởng vũ trang"),
    ("LE", "Võ Văn Đông", "Thiếu tá", "Đồn trưởng"),
    ("DP", "Phạm Quốc Đạt", "Đại úy", "Đồn trưởng"),
    ("CD", "Lê Hữu Nghĩa", "Thiếu tá", "Đồn trưởng"),
)


def at(day: date, hour: int = 8, minute: int = 0) -> datetime:
    """A moment of a Vietnamese day, UTC."""
    return datetime.combine(day, time(hour, minute), tzinfo=clock.VIETNAM).astimezone(UTC)


@dataclass
class Province:
    """The rows, by the short names that tests call them."""

    line: Line
    version: LineVersion
    units: dict[str, Unit]
    markers: dict[str, BorderMarker]
    people: dict[str, Person]
    users: dict[str, User]
    """One account per unit: `BCH` sees all, `GR` its own post."""
    made: dict[str, int] = field(default_factory=dict)

    def question(self, unit: str = "BCH", moment: datetime = NOW, **extra: object) -> Question:
        """The year so far, as of `moment`."""
        today = clock.local(moment).date()
        asked = Question(self.units[unit], date(today.year, 1, 1), today + timedelta(days=1), moment)
        return asked.with_(**extra)

    def code(self, prefix: str, day: date) -> str:
        self.made[prefix] = self.made.get(prefix, 0) + 1
        return f"{prefix}-{day:%Y-%m}-{self.made[prefix]:03d}"

    def walk(
        self, unit: str, from_m: float, to_m: float, day: date, *, kind: str = PatrolKind.ONE_SIDED, offset_m: float = 20,
        accuracy_m: float = 5, step_s: int = 30, speed_ms: float = 0.8,
    ) -> Patrol:  # fmt: skip
        """A patrol with one track along the line, `offset_m` to the east of it, from 8 o'clock; reported the same evening."""
        started = at(day)
        places = np.arange(0, abs(to_m - from_m), step_s * speed_ms)
        along = np.append(from_m + np.sign(to_m - from_m) * places, to_m)
        lon, lat = self.line.point_at(along)
        lon, lat, _ = GEOD.fwd(lon, lat, np.full(lon.shape, 90.0), np.full(lon.shape, offset_m))
        seconds = np.append(np.arange(len(places)) * step_s, len(places) * step_s)
        times = int(started.timestamp() * 1000) + seconds * 1000
        ended = started + timedelta(seconds=int(seconds[-1]))
        near = self.near(from_m), self.near(to_m)
        patrol = Patrol(
            unit=self.units[unit], code=self.code("TT", day), kind=kind, started_at=started, ended_at=ended,
            leader=self.people[unit], purpose="Tuần tra bảo vệ đường biên, mốc", from_marker=near[0], to_marker=near[1],
        )  # fmt: skip
        patrol.refold()
        patrol.link(members=[p.pk for p in self.people.values() if p.unit_id == patrol.unit_id])
        ledger.write([patrol], self.author(day, unit))
        self.track(patrol, Fixes.of(times, lon, lat, np.full(len(times), accuracy_m)), day)
        return patrol

    def track(self, patrol: Patrol, fixes: Fixes, day: date) -> PatrolTrack:
        """A track received for a patrol."""
        by = self.author(day, "BCH")
        file, _ = evidence.receive(f"{patrol.code}.gpx", fixes.to_bytes(), patrol.unit, by)
        thinned = [[round(x, 5), round(y, 5)] for x, y in zip(fixes.lon[::10], fixes.lat[::10], strict=True)]
        thinned.append([round(float(fixes.lon[-1]), 5), round(float(fixes.lat[-1]), 5)])
        track = PatrolTrack(
            unit=patrol.unit, patrol=patrol, file=file, name=patrol.code, source="gpx", fixes_sha256=fixes.digest(),
            blob_sha256=evidence.put(fixes.to_bytes()), started_at=patrol.started_at, ended_at=patrol.ended_at,
            fix_count=len(fixes), length_m=float(GEOD.line_length(fixes.lon, fixes.lat)), west=float(fixes.lon.min()),
            south=float(fixes.lat.min()), east=float(fixes.lon.max()), north=float(fixes.lat.max()), simplified=[thinned],
        )  # fmt: skip
        ledger.write([track], by)
        return track

    def inspect(
        self, number: str, day: date, state: str = "intact", *, unit: str = "", photos: int = 4, patrol: Patrol | None = None,
        **values: Any,
    ) -> MarkerInspection:  # fmt: skip
        """An inspection with all items answered and photos from north, east, south, west; recorded the same day."""
        marker, owner = self.markers[number], unit or self.holder(number)
        by = self.author(day, owner)
        position = MarkerPosition.objects.get(marker=marker, source=MarkerPosition.Source.TREATY)
        checks = dict.fromkeys(MarkerInspection.CHECKS, True)
        row = MarkerInspection(
            unit=self.units[owner], code=self.code("BB", day), marker=marker, patrol=patrol, seen_at=at(day, 10), state=state,
            inspector=self.people[owner], lat=position.lat + 3e-5, lon=position.lon, accuracy_m=6.0, photo_count=photos,
            **(checks | values),
        )  # fmt: skip
        row.refold()
        ledger.write([row], by)
        directions = [*Photo.Direction][:photos]
        rows = [self._photo(row, direction, day, by) for direction in directions]
        ledger.write(rows, by)
        return row

    def _photo(self, inspection: MarkerInspection, direction: str, day: date, by: Author) -> Photo:
        tint = (hash_of(direction), day.month * 20, day.day * 8)
        picture = BytesIO()
        Image.new("RGB", (160, 120), tint).save(picture, "JPEG")
        file, _ = evidence.receive(f"{inspection.code}-{direction}.jpg", picture.getvalue(), inspection.unit, by)
        return Photo(inspection=inspection, direction=direction, file=file, taken_at=at(day, 10), width=160, height=120)

    def author(self, day: date, unit: str) -> Author:
        """Somebody of the unit, writing at 18:00 of the day."""
        return Author(unit.lower(), "thử", at(day, 18))

    def near(self, chainage_m: float) -> BorderMarker:
        """The marker nearest to a place on the line; one stands every 2 km."""
        return self.markers[str(701 + round(chainage_m / 2_000))]

    def holder(self, number: str) -> str:
        """The code of the post that holds a marker."""
        if number == "CD1":
            return "GR"
        return "GR" if int(number) < 704 else "LE" if int(number) < 709 else "DP"


def hash_of(text: str) -> int:
    """A number 0..255 that is the same in every run."""
    return sum(text.encode()) % 256


def build() -> Province:
    """Write the province to the current database. The evidence lands in `settings.COTMOC_HOME`."""
    by = Author("cotmoc", "thử", FOUNDED)
    command = _unit("BCH", "Bộ Chỉ huy Bộ đội Biên phòng tỉnh", "BCH BĐBP tỉnh", "command", None)
    line = Line.from_lonlat([_southward(LENGTH_M)])
    posts = {code: _post(line, code, name, short, kind, km) for code, name, short, kind, km in POSTS}
    units = {"BCH": command} | posts
    ledger.write(units.values(), by)
    ledger.write([UnitName(unit=posts["GR"], name="Đồn Biên phòng 649", valid_to=date(2010, 1, 1))], by)
    ledger.write([UnitName(unit=unit, name=unit.name, valid_from=date(2010, 1, 1)) for unit in units.values()], by)
    ledger.write([UnitParent(unit=post, parent=command, line="command") for post in posts.values()], by)
    border = BorderLine(unit=command, code="QN-VL", name="Biên giới đất liền (minh họa)", kind=BorderLine.Kind.LAND)
    version = LineVersion(
        line=border, source="Minh họa", measured_m=line.length_m, vertex_count=line.vertex_count, published_m=20_100,
        geometry={"type": "LineString", "coordinates": _southward(LENGTH_M).tolist()},
    )  # fmt: skip
    ledger.write([border, version], by)
    markers = _markers(border, line, by)
    _stretches(border, posts, markers, by)
    _gate(posts["DP"], line, by)
    people = _people(units, by)
    users = {code: _account(code, unit, people.get(code), by) for code, unit in units.items()}
    return Province(line, version, units, markers, people, users)


def _southward(length_m: float) -> Any:
    """Points of the meridian from the north end, one per kilometre, degrees."""
    metres = np.arange(0, length_m + 1, 1_000)
    lon, lat, _ = GEOD.fwd(
        np.full(metres.shape, NORTH[0]), np.full(metres.shape, NORTH[1]), np.full(metres.shape, 180.0), metres
    )
    return np.column_stack([np.full(len(lon), NORTH[0]), lat])


def _unit(code: str, name: str, short: str, kind: str, place: tuple[float, float] | None) -> Unit:
    lon, lat = place or (107.6, 15.5)
    return Unit(
        code=code, name=name, short_name=short, kind=kind, lon=lon, lat=lat, folded=fold(f"{code} {name} {short}")
    )


def _post(line: Line, code: str, name: str, short: str, kind: str, chainage_m: float) -> Unit:
    """A post 5 km east of the line (the sea post 80 km)."""
    lon, lat = line.point_at(chainage_m)
    east, north, _ = GEOD.fwd(lon[0], lat[0], 90, 80_000 if kind == Unit.Kind.SEA_POST else 5_000)
    return _unit(code, name, short, kind, (float(east), float(north)))


def _markers(border: BorderLine, line: Line, by: Author) -> dict[str, BorderMarker]:
    places = {str(701 + i): i * 2_000.0 for i in range(11)} | {"CD1": 5_000.0}
    rows, positions = [], []
    for number, chainage in places.items():
        kind = BorderMarker.Class.STAKE if number.startswith("CD") else BorderMarker.Class.MAIN
        size = BorderMarker.Size.NONE if kind == BorderMarker.Class.STAKE else BorderMarker.Size.SMALL
        marker = BorderMarker(
            line=border, number=number, sort_key=MarkerNumber.parse(number).sort_text, kind=kind, size=size,
            inscription=f"{number} – Việt Nam – 2008", material="đá hoa cương", valid_from=date(2008, 1, 1),
        )  # fmt: skip
        lon, lat = line.point_at(chainage)
        rows.append(marker)
        positions.append(
            MarkerPosition(
                marker=marker,
                source=MarkerPosition.Source.TREATY,
                lon=float(lon[0]),
                lat=float(lat[0]),
                accuracy_m=1.0,
                crs="EPSG:4326",
                reference="Nghị định thư (minh họa)",
                valid_from=date(2008, 1, 1),
            )
        )
    ledger.write([*rows, *positions], by)
    return {row.number: row for row in rows}


def _stretches(border: BorderLine, posts: dict[str, Unit], markers: dict[str, BorderMarker], by: Author) -> None:
    ends = (("GR", None, "704"), ("LE", "704", "709"), ("DP", "709", None))
    rows = [
        LineStretch(
            line=border,
            unit=posts[code],
            start=markers.get(start or ""),
            end=markers.get(end or ""),
            valid_from=date(2013, 1, 1),
        )
        for code, start, end in ends
    ]
    ledger.write(rows, by)


def _gate(post: Unit, line: Line, by: Author) -> None:
    lon, lat = line.point_at(17_000)
    gate = BorderGate(
        unit=post, code="DO", name="Cửa khẩu Đắc Ốc", opposite="Đắc Tà Oọc", lon=float(lon[0]), lat=float(lat[0])
    )
    opening = GateClass(
        gate=gate, kind=GateClass.Class.SECONDARY, valid_from=date(2006, 1, 1), valid_to=date(2021, 1, 1)
    )
    later = GateClass(gate=gate, kind=GateClass.Class.INTERNATIONAL, valid_from=date(2021, 1, 1))
    ledger.write([gate, opening, later], by)


def _people(units: dict[str, Unit], by: Author) -> dict[str, Person]:
    """The first person of each unit is the one that leads and inspects."""
    leaders: dict[str, Person] = {}
    rows: list[Any] = []
    for index, (unit, name, rank, post) in enumerate(PEOPLE, 1):
        code = f"QN-{index:04d}"
        person = Person(unit=units[unit], code=code, name=name, folded=fold(f"{code} {name}"))
        leaders.setdefault(unit, person)
        rows += [person, Posting(person=person, unit=units[unit], rank=rank, post=post, valid_from=date(2018, 1, 1))]
    ledger.write(rows, by)
    return leaders


def _account(code: str, unit: Unit, person: Person | None, by: Author) -> User:
    user = User.objects.create_user(code.lower(), password=PASSWORD)
    ledger.write([Account(username=user.username, unit=unit, person=person)], by)
    return user


def stop_clock() -> None:
    """From here on it is `NOW`, and time still passes."""
    offset = (NOW - datetime.now(UTC)).total_seconds()
    ledger.write([Setting(key=clock.DEMO_CLOCK, value=offset)], Author("cotmoc", "thử", FOUNDED))
    clock.forget()


@pytest.fixture
def province(db: None) -> Iterator[Province]:
    """The small province at its today, 24/11/2020 06:00."""
    stop_clock()
    yield build()
    clock.forget()
