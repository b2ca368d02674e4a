"""A small command for the tests of records: Quảng Nam over two posts, their people, three markers, one user per unit."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.test import Client

from cotmoc.base import ledger
from cotmoc.base.ledger import Author
from cotmoc.base.models import Account, BorderLine, BorderMarker, Person, Unit, UnitParent
from cotmoc.base.text import fold
from cotmoc.geo.marker_number import MarkerNumber
from cotmoc.record.areas.border.models import MarkerInspection, Patrol, PatrolKind

ISO = "%Y-%m-%dT%H:%M:%SZ"
T0 = datetime(2020, 11, 22, 0, 30, tzinfo=UTC)
"""07:30 in Vietnam."""
BY = Author("Nguyễn Văn Bính", "Firefox · Linux", T0)


@dataclass
class World:
    units: dict[str, Unit] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    markers: dict[str, BorderMarker] = field(default_factory=dict)

    def client(self, unit: str) -> Client:
        """Signed in as the user of this unit."""
        client = Client()
        client.force_login(self.users[unit])
        return client

    def patrol(self, unit: str = "GR", start: datetime = T0, **values: Any) -> Patrol:
        given = {"kind": PatrolKind.ONE_SIDED, "ended_at": start + timedelta(hours=8), "leader": self.people[unit]}
        code = f"TT-{unit}-{Patrol.objects.count() + 1}"
        row = Patrol(unit=self.units[unit], code=code, started_at=start, **{**given, **values})
        row.refold()
        ledger.write([row], BY)
        return row

    def inspection(self, unit: str = "GR", marker: str = "717", **values: Any) -> MarkerInspection:
        given = {"seen_at": T0 + timedelta(hours=2), "state": MarkerInspection.State.INTACT}
        code = f"BB-{unit}-{MarkerInspection.objects.count() + 1}"
        row = MarkerInspection(unit=self.units[unit], code=code, marker=self.markers[marker], **{**given, **values})
        row.refold()
        ledger.write([row], BY)
        return row


def build() -> World:
    world = World()
    names = {"QN": "BCH Quảng Nam", "GR": "Ga Ry", "LE": "La Êê"}
    for code, name in names.items():
        kind = Unit.Kind.COMMAND if code == "QN" else Unit.Kind.LAND_POST
        world.units[code] = Unit(code=code, name=f"Đồn {name}", short_name=name, kind=kind, folded=fold(name))
        world.people[code] = Person(
            unit=world.units[code], code=f"P-{code}", name=f"Hồ Văn {code}", folded=f"ho van {code}"
        )
        world.users[code] = User.objects.create(username=code.lower())
    line = BorderLine(unit=world.units["QN"], code="VL", name="Biên giới Việt – Lào", kind=BorderLine.Kind.LAND)
    for number in ("716", "717", "717(1)", "CD3"):
        parsed = MarkerNumber.parse(number)
        kind = BorderMarker.Class.STAKE if parsed.stake else BorderMarker.Class.MAIN
        world.markers[number] = BorderMarker(line=line, number=number, sort_key=parsed.sort_text, kind=kind)
    under = [
        UnitParent(unit=world.units[code], parent=world.units["QN"], line="command", valid_from=date(2000, 1, 1))
        for code in ("GR", "LE")
    ]
    accounts = [
        Account(username=code.lower(), unit=world.units[code], person=world.people[code]) for code in world.units
    ]
    rows = [*world.units.values(), *under, *world.people.values(), *accounts, line, *world.markers.values()]
    ledger.write(rows, Author("bench", at=T0 - timedelta(days=300)))
    return world


def gpx(
    start: datetime = T0 + timedelta(minutes=10),
    fixes: int = 60,
    lon: float = 107.3,
    name: str = "sáng",
    step_s: int = 20,
) -> bytes:
    """A walk to the north, 11 m every `step_s` seconds."""
    points = "".join(
        f'<trkpt lat="{15.6 + i * 1e-4:.7f}" lon="{lon:.7f}"><time>{start + timedelta(seconds=i * step_s):{ISO}}</time></trkpt>\n'
        for i in range(fixes)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><gpx version="1.1" creator="test" xmlns="http://www.topografix.com/GPX/1/1">'
        f"<trk><name>{name}</name><trkseg>{points}</trkseg></trk></gpx>"
    ).encode()


def stored_files(home: Path) -> list[Path]:
    """Everything in the evidence store."""
    return [path for path in (home / "evidence").rglob("*") if path.is_file()]
