"""What stands before the first patrol goes: units, people, lines, markers, stretches, gates, requirements."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from cotmoc.base import ledger
from cotmoc.base.ledger import Author
from cotmoc.base.models import (
    BorderGate,
    BorderLine,
    BorderMarker,
    GateClass,
    Ledgered,
    LineStretch,
    LineVersion,
    MarkerPosition,
    Person,
    Posting,
    Unit,
    UnitName,
    UnitParent,
)
from cotmoc.base.text import fold
from cotmoc.demo.engine.province import POSTS
from cotmoc.demo.engine.values import SimMarker, SimStretch, Terrain
from cotmoc.demo.engine.year import Year
from cotmoc.demo.geography import layer
from cotmoc.geo.marker_number import MarkerNumber
from cotmoc.record.areas.border.models import PatrolRequirement

SERVING_SINCE = date(2018, 1, 1)
MARKED_SINCE = date(2013, 1, 1)
PUBLISHED_M = 157_422.0
"""The published length of the land border with Sê Kông; the line shown is shorter (DOMAIN section 1)."""
DRAWN_FROM = "OpenStreetMap, bản trích năm 2017 (@geo-maps 0.6.0)"
"""The source of the drawn lines, as pages name it; the files say it in full."""
EVERY_DAYS = {PatrolRequirement.Subject.LINE: 60, PatrolRequirement.Subject.MARKER: 60}
LINES = {
    Terrain.LAND: ("VL", "Biên giới Việt Nam – Lào", BorderLine.Kind.LAND, "border_line"),
    Terrain.COAST: ("BB", "Bờ biển", BorderLine.Kind.COAST, "coast_line"),
    Terrain.ISLAND: ("CLC", "Bờ đảo Cù Lao Chàm", BorderLine.Kind.ISLAND, "islands"),
}


@dataclass(frozen=True)
class Ground:
    """The rows that the records of a province refer to, by the codes and numbers of the engine."""

    units: dict[str, Unit]
    people: dict[str, Person]
    markers: dict[str, BorderMarker]
    stretches: dict[tuple[str, Terrain], LineStretch]
    command: Unit
    operations: Person
    """The officer who approves plans and waivers."""


def found(year: Year, by: Author) -> Ground:
    """Write the province to the ledger; the partners on the other side are shared by all provinces."""
    province = year.province
    units = {unit.code: _unit(year, unit.code) for unit in province.units}
    for code in province.partners.values():
        units[code] = Unit.objects.in_force().filter(code=code).first() or units[code]
    ledger.write([unit for unit in units.values() if unit.revision == 0], by)
    command = units[province.code]
    ledger.write(_ties(year, units), by)
    people = {
        p.code: Person(unit=units[p.unit], code=p.code, name=p.name, folded=fold(f"{p.code} {p.name}"))
        for p in province.people
    }
    ledger.write(people.values(), by)
    ledger.write(
        [
            Posting(person=people[p.code], unit=units[p.unit], rank=p.rank, post=p.post, valid_from=SERVING_SINCE)
            for p in province.people
        ],
        by,
    )
    lines = {terrain: _line(year, terrain, command) for terrain in Terrain}
    ledger.write(lines.values(), by)
    ledger.write([_version(year, terrain, line) for terrain, line in lines.items()], by)
    markers = {marker.number: row for marker, row in _markers(year, lines[Terrain.LAND])}
    ledger.write(markers.values(), by)
    ledger.write(list(_positions(year, markers)), by)
    stretches = {(s.unit, s.terrain): _stretch(year, s, lines[s.terrain], units, markers) for s in province.stretches}
    ledger.write(stretches.values(), by)
    ledger.write(_gates(year, units), by)
    ledger.write(list(_requirements(year, command)), by)
    return Ground(units, people, markers, stretches, command, people[_officers(year)[2]])


def _officers(year: Year) -> list[str]:
    return [person.code for person in year.province.staff(year.province.code)]


def _unit(year: Year, code: str) -> Unit:
    unit = year.province.unit(code)
    words = fold(f"{unit.code} {unit.name} {unit.short_name}")
    return Unit(
        code=unit.code,
        name=unit.name,
        short_name=unit.short_name,
        kind=unit.kind,
        lon=unit.lon,
        lat=unit.lat,
        folded=words,
    )


def _ties(year: Year, units: dict[str, Unit]) -> list[Ledgered]:
    """Names and the three lines above each post: command, Party, locality."""
    province = year.province
    prefix = f"{province.tag}-" if province.tag else ""
    party_name = f"Đảng ủy {units[province.code].short_name}"
    party = Unit(
        code=f"{prefix}ĐU",
        name=party_name,
        short_name=party_name,
        kind=Unit.Kind.PARTY,
        folded=fold(f"{prefix}ĐU {party_name}"),
    )
    rows: list[Ledgered] = [party]
    rows += [UnitName(unit=unit, name=unit.name, valid_from=MARKED_SINCE) for unit in units.values()]
    localities = {f"{prefix}{post.code}": f"{prefix}{post.locality}" for post in POSTS}
    for unit in province.units:
        if not unit.parent:
            continue
        above = (
            (units[unit.parent], "command"),
            (party, "party"),
            (units[localities[unit.code]], "locality"),
        )
        rows += [
            UnitParent(unit=units[unit.code], parent=parent, line=line, valid_from=MARKED_SINCE)
            for parent, line in above
        ]
    return rows


def _line(year: Year, terrain: Terrain, command: Unit) -> BorderLine:
    code, name, kind, _ = LINES[terrain]
    place = command.short_name.removeprefix("BĐBP ")
    return BorderLine(unit=command, code=f"{year.province.tag or 'QN'}-{code}", name=f"{name}, {place}", kind=kind)


def _version(year: Year, terrain: Terrain, line: BorderLine) -> LineVersion:
    course = year.ground.course(terrain).line
    content = layer(LINES[terrain][3])
    moved = "" if year.province.number == 1 else "; dời sang tây, chỉ để minh họa"
    return LineVersion(
        line=line,
        source=f"{DRAWN_FROM}{moved}",
        licence=f"{content['licence']}, {content['attribution']}",
        published_m=PUBLISHED_M if terrain == Terrain.LAND and not moved else None,
        measured_m=course.length_m,
        vertex_count=course.vertex_count,
        geometry={"type": "LineString", "coordinates": course.parts[0].round(6).tolist()},
    )


def _markers(year: Year, line: BorderLine) -> Iterator[tuple[SimMarker, BorderMarker]]:
    names = {unit.code: unit.name for unit in year.province.units}
    for marker in year.province.markers:
        yield (
            marker,
            BorderMarker(
                line=line,
                number=marker.number,
                sort_key=MarkerNumber.parse(marker.number).sort_text,
                kind=BorderMarker.Class.STAKE if marker.stake else BorderMarker.Class.MAIN,
                size=marker.size,
                inscription="" if marker.stake else f"{marker.number} – Việt Nam – 2008",
                material="" if marker.stake else "đá hoa cương",
                note=f"{names[marker.locality]}. Vị trí, cỡ mốc là minh họa.",
                valid_from=MARKED_SINCE,
            ),
        )


def _positions(year: Year, rows: dict[str, BorderMarker]) -> Iterator[MarkerPosition]:
    for marker in year.province.markers:
        yield MarkerPosition(
            marker=rows[marker.number],
            source=MarkerPosition.Source.INVENTED,
            lon=marker.lon,
            lat=marker.lat,
            reference="Vị trí minh họa, không phải vị trí thật",
            valid_from=MARKED_SINCE,
        )


def _stretch(
    year: Year, held: SimStretch, line: BorderLine, units: dict[str, Unit], markers: dict[str, BorderMarker]
) -> LineStretch:
    """On land between markers; on a coast, which has none, between two points."""
    row = LineStretch(line=line, unit=units[held.unit], valid_from=MARKED_SINCE)
    if held.terrain == Terrain.LAND:
        row.start, row.end = markers.get(held.start or ""), markers.get(held.end or "")
        return row
    lon, lat = year.ground.course(held.terrain).line.point_at([held.from_m, held.to_m])
    row.start_lon, row.end_lon = lon.round(6).tolist()
    row.start_lat, row.end_lat = lat.round(6).tolist()
    return row


def _gates(year: Year, units: dict[str, Unit]) -> list[Ledgered]:
    rows: list[Ledgered] = []
    for gate in year.province.gates:
        row = BorderGate(
            unit=units[gate.unit], code=gate.code, name=gate.name, opposite=gate.opposite, lon=gate.lon, lat=gate.lat
        )
        rows.append(row)
        ends = [since for _, since, _ in gate.classes[1:]] + [None]
        for (kind, since, decision), until in zip(gate.classes, ends, strict=True):
            rows.append(GateClass(gate=row, kind=kind, decision=decision, valid_from=since, valid_to=until))
    return rows


def _requirements(year: Year, command: Unit) -> Iterator[PatrolRequirement]:
    prefix = f"YC-{year.province.tag}-" if year.province.tag else "YC-"
    for number, (subject, days) in enumerate(EVERY_DAYS.items(), start=1):
        row = PatrolRequirement(
            unit=command,
            code=f"{prefix}{number:02d}",
            subject=subject,
            every_days=days,
            verified_by="Minh họa",
            note="Hạn minh họa; không có văn bản công khai nào quy định",
            valid_from=MARKED_SINCE,
        )
        row.refold()
        yield row
