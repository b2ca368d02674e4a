"""Feature tables of a GeoPackage (OGC 12-128r18), with the standard library's SQLite and no extension.

A GeoPackage from outside is a database from outside: it is opened in memory, with its own triggers and views shut off,
and only plain tables are read.
"""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cotmoc.geo.faults import Unreadable

ENVELOPE_BYTES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}
"""By the envelope code in the flags (2.1.3): none, xy, xyz, xym, xyzm."""

ROLLBACK_JOURNAL = b"\x01\x01"
"""Bytes 18 and 19 of the header. Desktop programs leave write-ahead mode there, which no memory database can open."""

READING = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_PRAGMA}

LAYERS = """
    SELECT c.table_name, g.column_name, s.organization, s.organization_coordsys_id
    FROM gpkg_contents c
    JOIN gpkg_geometry_columns g ON g.table_name = c.table_name
    JOIN sqlite_master m ON m.name = c.table_name AND m.type = 'table'
    LEFT JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id
    WHERE c.data_type = 'features' ORDER BY c.table_name
"""


@dataclass(frozen=True, slots=True)
class GeoPackageRow:
    """One feature as stored; `wkb` None where the geometry is missing, empty or malformed."""

    layer: str
    wkb: bytes | None
    properties: dict[str, Any]
    crs: str
    """`EPSG:4326`, or "" where the file leaves it undefined."""


def is_geopackage(data: bytes) -> bool:
    return data.startswith(b"SQLite format 3\0")


def read_geopackage(data: bytes) -> list[GeoPackageRow]:
    """All rows of all feature tables. Unreadable when it is another database, cut off or damaged."""
    connection = sqlite3.connect(":memory:")
    try:
        connection.text_factory = _text
        connection.deserialize(data[:18] + ROLLBACK_JOURNAL + data[20:])
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA cell_size_check = ON")
        connection.set_authorizer(_only_reading)
        return list(_rows(connection))
    except sqlite3.OperationalError as error:  # no such table
        raise Unreadable("file.wrong_kind", found="SQLite") from error
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:  # the latter: SQLite's message quotes broken names
        raise Unreadable("file.damaged", format="GeoPackage") from error
    finally:
        connection.close()


def wkb_of(blob: object) -> bytes | None:
    """The WKB inside a GeoPackageBinary: "GP", version, flags, srs_id, envelope, then the geometry (2.1.3)."""
    if not isinstance(blob, bytes) or len(blob) < 8 or blob[:2] != b"GP":
        return None
    flags = blob[3]
    is_empty, envelope = flags >> 4 & 1, flags >> 1 & 7
    if is_empty or envelope not in ENVELOPE_BYTES:
        return None
    return blob[8 + ENVELOPE_BYTES[envelope] :]


def _rows(connection: sqlite3.Connection) -> Iterator[GeoPackageRow]:
    for layer, geometry, organization, code in connection.execute(LAYERS).fetchall():
        crs = f"{organization}:{code}" if organization and code and code > 0 else ""
        cursor = connection.execute(f"SELECT * FROM {_quoted(layer)}")  # noqa: S608 - an identifier, quoted
        columns = [column[0] for column in cursor.description]
        for values in cursor:
            row = dict(zip(columns, values, strict=True))
            yield GeoPackageRow(layer, wkb_of(row.pop(geometry, None)), row, crs)


def _text(stored: bytes) -> str:
    """Names in an older encoding must not cost the geometry."""
    return stored.decode("utf-8", "replace")


def _quoted(identifier: str) -> str:
    doubled = identifier.replace('"', '""')
    return f'"{doubled}"'


def _only_reading(action: int, *_: str | None) -> int:
    return sqlite3.SQLITE_OK if action in READING else sqlite3.SQLITE_DENY
