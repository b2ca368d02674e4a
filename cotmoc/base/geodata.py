"""Lines, markers, stretches and gates from other programs' files, through the ledger.

Importing the same file again changes nothing; a newer file amends with its name as the reason. The old line version ends
on the day on which the new one begins. The file itself is kept as evidence.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
from shapely.geometry import Point, mapping
from shapely.geometry.base import BaseGeometry

from cotmoc.base import evidence, ledger
from cotmoc.base.models import (
    BorderGate,
    BorderLine,
    BorderMarker,
    GateClass,
    Ledgered,
    LineStretch,
    LineVersion,
    MarkerPosition,
    Unit,
)
from cotmoc.base.problems import Language, Problem, sentence
from cotmoc.base.text import fold, nfc
from cotmoc.base.units import units_below
from cotmoc.geo.coordinates import BadCoordinate
from cotmoc.geo.faults import Fault, Unreadable
from cotmoc.geo.layers import Feature, read_features
from cotmoc.geo.line import Line
from cotmoc.geo.marker_number import BadMarkerNumber, MarkerNumber
from cotmoc.geo.readers.limits import Limits, open_archive
from cotmoc.geo.readers.text import decode

EVER = date(1900, 1, 1)

NUMBER = ("number", "so hieu", "so moc", "moc", "code", "ma", "ten", "name", "id")
KIND = ("kind", "class", "loai")
SIZE = ("size", "co", "co moc")
MULTIPLICITY = ("multiplicity", "so luong", "don doi")
ACCURACY = ("accuracy_m", "accuracy", "sai so", "sai so m")
HEIGHT = ("height_m", "height", "elevation", "do cao")
SOURCE = ("position_source", "nguon toa do")
UNIT = ("unit", "don vi", "don", "post")
START = ("start", "from", "tu moc", "from_marker")
END = ("end", "to", "den moc", "to_marker")

KINDS = {"stake": "stake", "coc_dau": "stake", "coc dau": "stake", "auxiliary": "auxiliary", "moc phu": "auxiliary"}
SIZES = {
    "large": "large", "dai": "large", "moc dai": "large", "medium": "medium", "trung": "medium", "moc trung": "medium",
    "small": "small", "tieu": "small", "moc tieu": "small", "special": "special", "dac biet": "special",
}  # fmt: skip
MULTIPLICITIES = {"double": "double", "doi": "double", "moc doi": "double", "triple": "triple", "ba": "triple"}
SOURCES = {"treaty": "treaty", "hiep dinh": "treaty", "survey": "survey", "do lai": "survey"}
GATE_KINDS = {
    "international": "international", "quoc te": "international", "main": "main", "chinh": "main",
    "secondary": "secondary", "phu": "secondary", "opening": "opening", "loi mo": "opening",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Given:
    """What the person who imports says about the file."""

    source: str = ""
    layer: str = ""
    pick: str = ""
    """`property=value` of the one feature meant, in a file of several lines."""
    line_code: str = ""
    valid_from: str = ""
    crs: str = ""
    published_m: float | None = None
    accuracy_m: float | None = None

    def since(self) -> date:
        try:
            return date.fromisoformat(self.valid_from) if self.valid_from else EVER
        except ValueError as error:
            raise Problem("geodata.date", value=self.valid_from) from error


@dataclass(slots=True)
class Outcome:
    """What an import did: rows written, left alone, and what could not be used."""

    kind: str
    sha256: str
    created: int = 0
    amended: int = 0
    unchanged: int = 0
    problems: list[Fault] = field(default_factory=list)

    def as_dict(self, language: Language) -> dict[str, Any]:
        told = [
            {"code": f.code, "where": f.where, "message": sentence(f.code, language, f.values | {"where": f.where})}  # type: ignore[operator]
            for f in self.problems
        ]
        return {
            "kind": self.kind, "sha256": self.sha256, "created": self.created, "amended": self.amended,
            "unchanged": self.unchanged, "problems": told,
        }  # fmt: skip


def receive(kind: str, name: str, data: bytes, unit: Unit, given: Given, by: ledger.Author) -> Outcome:
    """Keep the file, read it, write its rows. A file that cannot be used at all waits in quarantine; raises its Problem."""
    file, _ = evidence.receive(name, data, unit, by)
    outcome = Outcome(kind, file.sha256)
    try:
        features = [f for f in _features(kind, name, data, given, outcome) if _meant(f, given)]
        if not features:
            raise Problem("geodata.nothing", name=name)
        RECEIVERS[kind](features, unit, given, by, outcome)
    except (Unreadable, BadCoordinate) as error:
        evidence.quarantine(file, error.fault.code, dict(error.fault.values), by)
        raise Problem(error.fault.code, **error.fault.values) from error
    except Problem as problem:
        evidence.quarantine(file, problem.code, problem.values, by)
        raise
    return outcome


def _features(kind: str, name: str, data: bytes, given: Given, outcome: Outcome) -> list[Feature]:
    """What the file holds. A list of stretches in a table has no coordinates: its rows are features without a place."""
    if kind == "stretches" and Path(name).suffix.lower() in {".csv", ".xlsx", ".txt"}:
        rows = _workbook_rows(data) if data.startswith(b"PK") else _text_rows(decode(data)[0])
        return [Feature(Point(), dict(zip(rows[0], row, strict=False))) for row in rows[1:]] if rows else []
    read = read_features(name, data, crs=given.crs or None)
    outcome.problems += read.faults
    return read.features


def _text_rows(text: str) -> list[Sequence[str]]:
    separator = max(";\t,", key=text.partition("\n")[0].count)
    return list(csv.reader(StringIO(text, newline=""), delimiter=separator))


def _workbook_rows(data: bytes) -> list[Sequence[str]]:
    open_archive(data, Limits()).close()
    book = openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=True)
    rows = book.worksheets[0].iter_rows(values_only=True)
    return [["" if cell is None else str(cell) for cell in row] for row in rows]


def _meant(feature: Feature, given: Given) -> bool:
    if given.layer and feature.layer and feature.layer != given.layer:
        return False
    if given.pick:
        name, _, value = given.pick.partition("=")
        return str(feature.properties.get(name)) == value
    return True


def _value(properties: Mapping[str, Any], names: Iterable[str]) -> str:
    """The first non-empty property among `names`; keys are compared folded."""
    by_key = {fold(str(key)): value for key, value in properties.items()}
    for name in names:
        value = by_key.get(name)
        if value not in (None, ""):
            return nfc(str(value)).strip()
    return ""


def _metres(properties: Mapping[str, Any], names: Iterable[str]) -> float | None:
    text = _value(properties, names).replace(",", ".")
    try:
        return float(text) if text else None
    except ValueError:
        return None


def the_line(unit: Unit, code: str) -> BorderLine:
    """The line meant: by code, or the command's only land line. Raises Problem `geodata.line`."""
    lines = BorderLine.objects.in_force().filter(unit__in=units_below(unit.pk))
    found = list(lines.filter(code=code) if code else lines.filter(kind=BorderLine.Kind.LAND))
    if len(found) != 1:
        raise Problem("geodata.line", code=code, known=", ".join(lines.values_list("code", flat=True)))
    line: BorderLine = found[0]
    return line


# --- line versions


def _receive_line(features: list[Feature], unit: Unit, given: Given, by: ledger.Author, outcome: Outcome) -> None:
    geometries = [f.geometry for f in features if f.geometry.geom_type in {"LineString", "MultiLineString"}]
    if not geometries:
        raise Problem("geodata.no_line")
    if len(geometries) > 1 and not given.pick:
        names = ", ".join(_value(f.properties, ("id", "name", "code")) for f in features[:8])
        raise Problem("geodata.several_lines", count=len(geometries), known=names)
    code = given.line_code or f"{unit.code}-DB"
    line = BorderLine.objects.filter(code=code).first() or BorderLine(
        code=code, unit=unit, name=f"Đường biên giới {unit.short_name}", kind=BorderLine.Kind.LAND
    )
    version = line_version(line, geometries[0], given, features[0].crs)
    known = LineVersion.objects.in_force().filter(line=line, valid_from=version.valid_from).first()
    if known is not None and known.geometry == version.geometry:
        outcome.unchanged += 1
        return
    rows: list[Ledgered] = [line] if line.revision == 0 else []
    closing = [
        v for v in LineVersion.objects.on(version.valid_from).filter(line=line) if v.valid_from < version.valid_from
    ]
    for old in closing:
        old.valid_to = version.valid_from
    if known is not None:
        for name in ("geometry", "measured_m", "vertex_count", "source", "crs", "accuracy_m", "published_m"):
            setattr(known, name, getattr(version, name))
        version = known
    outcome.created += int(known is None) + len(rows)
    outcome.amended += len(closing) + int(known is not None)
    ledger.write([*rows, *closing, version], by, reason=f"Nhập {given.source}")


def line_version(line: BorderLine, geometry: BaseGeometry, given: Given, crs: str = "EPSG:4326") -> LineVersion:
    """A new version of `line`, measured on the ellipsoid; not yet written."""
    shape = _rounded(mapping(geometry))
    drawn = Line.from_geojson(shape)
    return LineVersion(
        line=line, source=given.source, crs=crs, accuracy_m=given.accuracy_m, published_m=given.published_m,
        measured_m=round(drawn.length_m, 3), vertex_count=drawn.vertex_count, geometry=shape, valid_from=given.since(),
    )  # fmt: skip


def _rounded(shape: Mapping[str, Any]) -> dict[str, Any]:
    """Coordinates to 1e-7 degree (1 cm), without height."""

    def places(value: Any) -> Any:
        return [round(v, 7) for v in value[:2]] if isinstance(value[0], float | int) else [places(v) for v in value]

    return {"type": shape["type"], "coordinates": places(list(shape["coordinates"]))}


# --- markers and stakes


def _receive_markers(features: list[Feature], unit: Unit, given: Given, by: ledger.Author, outcome: Outcome) -> None:
    line = the_line(unit, given.line_code)
    known = {marker.number: marker for marker in BorderMarker.objects.in_force().filter(line=line)}
    rows: list[Ledgered] = []
    for place, feature in enumerate(features, 1):
        text = _value(feature.properties, NUMBER)
        try:
            number = MarkerNumber.parse(text)
        except BadMarkerNumber:
            outcome.problems.append(Fault("geodata.number", f"{place}", {"text": text}))
            continue
        if feature.geometry.geom_type != "Point":
            outcome.problems.append(Fault("geodata.no_point", f"{place}", {"number": str(number)}))
            continue
        marker = known.setdefault(str(number), BorderMarker(line=line, number=str(number), valid_from=given.since()))
        _describe(marker, number, feature.properties)
        rows += [marker, _position(marker, feature, given)]
    _write(rows, by, given, outcome)


def _describe(marker: BorderMarker, number: MarkerNumber, properties: Mapping[str, Any]) -> None:
    marker.sort_key = number.sort_text
    stated = KINDS.get(fold(_value(properties, KIND)))
    auxiliary = BorderMarker.Class.AUXILIARY if number.sub else BorderMarker.Class.MAIN
    marker.kind = BorderMarker.Class.STAKE if number.stake else (stated or auxiliary)
    marker.size = SIZES.get(fold(_value(properties, SIZE)), marker.size)
    marker.multiplicity = MULTIPLICITIES.get(fold(_value(properties, MULTIPLICITY)), marker.multiplicity)


def _position(marker: BorderMarker, feature: Feature, given: Given) -> MarkerPosition:
    """The position that the file states. Each source keeps its own row; a later file of the same source amends it."""
    source = SOURCES.get(fold(_value(feature.properties, SOURCE)), MarkerPosition.Source.TREATY)
    found = (
        MarkerPosition.objects.in_force().filter(marker_id=marker.pk, source=source).first()
        if marker.revision
        else None
    )
    position = found or MarkerPosition(marker=marker, source=source)
    position.lon, position.lat = _lonlat(feature)
    position.crs, position.as_written = feature.crs, feature.original[:120]
    position.accuracy_m = _metres(feature.properties, ACCURACY) or given.accuracy_m
    position.height_m = _metres(feature.properties, HEIGHT)
    position.reference = given.source[:200]
    return position


def _lonlat(feature: Feature) -> tuple[float, float]:
    """Longitude and latitude of a point, to 1e-8 degree (1 mm)."""
    lon, lat = feature.geometry.coords[0][:2]
    return round(lon, 8), round(lat, 8)


# --- stretches


def _receive_stretches(features: list[Feature], unit: Unit, given: Given, by: ledger.Author, outcome: Outcome) -> None:
    """Rows `unit; start; end`: from the first marker up to, not including, the end marker; empty = the line's end."""
    line = the_line(unit, given.line_code)
    markers = {m.number: m for m in BorderMarker.objects.in_force().filter(line=line)}
    units = {fold(text): u for u in Unit.objects.in_force() for text in (u.code, u.name, u.short_name)}
    known = {s.unit_id: s for s in LineStretch.objects.on(given.since()).filter(line=line)}
    rows: list[Ledgered] = []
    for place, feature in enumerate(features, 1):
        holder = units.get(fold(_value(feature.properties, UNIT)))
        ends = [_value(feature.properties, START), _value(feature.properties, END)]
        if holder is None or any(text and _number(text) not in markers for text in ends):
            values = {"unit": _value(feature.properties, UNIT), "start": ends[0], "end": ends[1]}
            outcome.problems.append(Fault("geodata.stretch", f"{place}", values))
            continue
        stretch = known.get(holder.pk) or LineStretch(line=line, unit=holder, valid_from=given.since())
        stretch.start, stretch.end = (markers[_number(text)] if text else None for text in ends)
        rows.append(stretch)
    _write(rows, by, given, outcome)


def _number(text: str) -> str:
    try:
        return str(MarkerNumber.parse(text))
    except BadMarkerNumber:
        return text


# --- gates


def _receive_gates(features: list[Feature], unit: Unit, given: Given, by: ledger.Author, outcome: Outcome) -> None:
    rows: list[Ledgered] = []
    for place, feature in enumerate(features, 1):
        name = _value(feature.properties, ("name", "ten"))
        if not name or feature.geometry.geom_type != "Point":
            outcome.problems.append(Fault("geodata.gate", f"{place}", {"name": name}))
            continue
        code = _value(feature.properties, ("code", "ma")) or fold(name).upper().replace(" ", "-")[:30]
        gate = BorderGate.objects.filter(code=code).first() or BorderGate(code=code, unit=unit)
        gate.name, gate.opposite = name, _value(feature.properties, ("opposite", "ben kia"))
        gate.lon, gate.lat = _lonlat(feature)
        rows.append(gate)
        kind = GATE_KINDS.get(fold(_value(feature.properties, KIND)))
        if kind and not GateClass.objects.in_force().filter(gate_id=gate.pk, kind=kind).exists():
            rows.append(GateClass(gate=gate, kind=kind, valid_from=given.since(), decision=given.source[:120]))
    _write(rows, by, given, outcome)


def _write(rows: list[Ledgered], by: ledger.Author, given: Given, outcome: Outcome) -> None:
    before = {row.pk: row.revision for row in rows}
    ledger.write(rows, by, reason=f"Nhập {given.source}")
    for row in rows:
        outcome.created += int(before[row.pk] == 0)
        outcome.amended += int(0 < before[row.pk] < row.revision)
        outcome.unchanged += int(before[row.pk] == row.revision)


Receiver = Callable[[list[Feature], Unit, Given, ledger.Author, Outcome], None]
RECEIVERS: dict[str, Receiver] = {
    "line": _receive_line,
    "markers": _receive_markers,
    "stretches": _receive_stretches,
    "gates": _receive_gates,
}


def marker_offsets(line: Line, positions: Iterable[MarkerPosition]) -> dict[str, tuple[float, float]]:
    """Chainage and distance from the line, in metres, per marker id. A large distance tells of a wrong line or datum."""
    rows = list(positions)
    chainage, offset = line.locate(np.array([p.lon for p in rows]), np.array([p.lat for p in rows]))
    return {str(p.marker_id): (float(c), float(o)) for p, c, o in zip(rows, chainage, offset, strict=True)}
