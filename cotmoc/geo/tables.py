"""Tables from CSV and XLSX files with headers in any usual wording: which column is what."""

import csv
import re
import unicodedata
from dataclasses import dataclass
from io import BytesIO, StringIO

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from cotmoc.geo.coordinates import WGS84, Coordinate, parse_angle, read_coordinate, to_wgs84
from cotmoc.geo.faults import Unreadable
from cotmoc.geo.readers.limits import UNPACKING_ERRORS, Limits, open_archive

SEPARATORS = (";", "\t", ",", "|")
COLUMNS = 100
HEADER_WITHIN = 20
"""Lists often open with a title, a date and an empty line."""

ROLES: dict[str, tuple[str, ...]] = {
    "lat": ("lat", "latitude", "vi do", "vi do bac", "y lat", "lat wgs84", "gps latitude"),
    "lon": ("lon", "lng", "long", "longitude", "kinh do", "kinh do dong", "x lon", "lon wgs84", "gps longitude"),
    "lat_side": ("n s", "ns"),
    "lon_side": ("e w", "ew"),
    "x": ("x", "x m", "toa do x", "easting"),
    "y": ("y", "y m", "toa do y", "northing"),
    "crs": ("crs", "epsg", "he toa do", "he quy chieu"),
    "geometry": ("geometry", "wkt", "geom", "hinh hoc"),
    "time": ("time", "timestamp", "datetime", "date time", "thoi gian", "thoi diem", "ngay gio", "fixtime", "gps time"),
    "utc_time": ("utc", "time utc", "utc time", "utc t", "datetime utc", "gio utc"),
    "date": ("date", "ngay", "utc d", "date utc"),
    "clock": ("gio", "clock"),
    "accuracy": ("accuracy", "acc", "hacc", "horizontal accuracy", "do chinh xac", "sai so", "sai so m"),
    "hdop": ("hdop",),
    "valid": ("valid", "fix", "fix type"),
    "name": ("name", "ten", "ten diem", "diem", "ma", "code", "so hieu", "moc"),
    "note": ("note", "notes", "ghi chu", "desc", "description", "comment", "mo ta"),
    "track": ("track", "track id", "patrol id", "device id", "vet", "ma vet"),
}
"""Folded header words (see `folded`) of each role; the first column that fits has it."""


Row = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a header; values as the file has them, "" and None both mean empty."""

    header: tuple[str, ...]
    rows: list[Row]
    first_row: int
    """Number of the first row in the file, counted from 1, so that a person finds it."""
    roles: dict[str, int]
    """Column of each role that was found."""

    def value(self, row: Row, role: str) -> object:
        """None where the column is missing or empty."""
        column = self.roles.get(role, len(row))
        return row[column] if column < len(row) and row[column] != "" else None

    def text(self, row: Row, role: str) -> str:
        value = self.value(row, role)
        return "" if value is None else str(value).strip()

    def place(self, row: Row, crs: str | int = WGS84) -> Coordinate:
        """Where the row is; a CRS column in the table goes before `crs`. BadCoordinate where it cannot be told."""
        if "lat" in self.roles and "lon" in self.roles:
            lat, lon = self.text(row, "lat"), self.text(row, "lon")
            y = _sided(parse_angle(lat), self.text(row, "lat_side"))
            x = _sided(parse_angle(lon), self.text(row, "lon_side"))
            return to_wgs84(x, y, WGS84, f"{lat}; {lon}")
        return read_coordinate(self.text(row, "y"), self.text(row, "x"), self.text(row, "crs") or crs)


def _sided(degrees: float, side: str) -> float:
    """Some loggers write the hemisphere into a column of its own."""
    return -abs(degrees) if side.upper() in {"S", "W"} else degrees


def folded(text: object) -> str:
    """Lower case, no Vietnamese marks, one blank between words: `Vĩ độ (°)` -> `vi do`."""
    plain = unicodedata.normalize("NFD", str(text or "").lower().replace("đ", "d"))
    bare = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", bare).split())


def read_csv(text: str, limits: Limits) -> Table:
    """Separator by what the header row uses. Unreadable when no row names two columns of a place."""
    if max(map(len, text.splitlines()), default=0) > limits.line_length:
        raise Unreadable("table.malformed")
    separator = _separator(text)
    try:
        return _table([tuple(row) for row in csv.reader(StringIO(text, newline=""), delimiter=separator)])
    except csv.Error as error:
        raise Unreadable("table.malformed") from error


def read_xlsx(data: bytes, limits: Limits) -> Table:
    """The first sheet, values not formulas, its first hundred columns. Unreadable like `read_csv`, or when too long."""
    open_archive(data, limits).close()
    try:
        book = openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0].iter_rows(values_only=True, max_row=limits.table_rows + 1, max_col=COLUMNS)
        rows = [_trimmed(row) for row in sheet]
    except (*UNPACKING_ERRORS, InvalidFileException, LookupError, TypeError, SyntaxError) as error:
        # SyntaxError is what ElementTree's ParseError is; the rest is what openpyxl lets through
        raise Unreadable("file.damaged", format="XLSX") from error
    if len(rows) > limits.table_rows:
        raise Unreadable("table.too_long", limit=limits.table_rows)
    return _table(rows)


def _trimmed(row: Row) -> Row:
    """Without the empty cells at its end."""
    used = max((index for index, value in enumerate(row, start=1) if value is not None), default=0)
    return row[:used]


def _separator(text: str) -> str:
    """The one that cuts some line of the beginning into the most known columns."""

    def known_columns(separator: str) -> int:
        lines = text[:20_000].splitlines()[:HEADER_WITHIN]
        return max((len(_roles(line.replace('"', "").split(separator))) for line in lines), default=0)

    return max(SEPARATORS, key=known_columns)


def _table(rows: list[Row]) -> Table:
    for index, row in enumerate(rows[:HEADER_WITHIN]):
        roles = _roles(row)
        if "geometry" in roles or {"lat", "lon"} <= roles.keys() or {"x", "y"} <= roles.keys():
            header = tuple(str(name).strip() if name is not None else "" for name in row)
            return Table(header, rows[index + 1 :], index + 2, roles)
    raise Unreadable("table.no_place", columns=", ".join(str(name) for name in rows[0][:8]) if rows else "")


def _roles(header: tuple[object, ...] | list[str]) -> dict[str, int]:
    names = [folded(name) for name in header]
    return {
        role: min(names.index(word) for word in words if word in names)
        for role, words in ROLES.items()
        if any(word in names for word in words)
    }
