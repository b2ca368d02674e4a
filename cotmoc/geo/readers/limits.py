"""How much a file from outside may ask of this machine."""

import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO

from cotmoc.geo.faults import Unreadable

MEGABYTE = 1024 * 1024

UNPACKING_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, RuntimeError, NotImplementedError, OSError)
"""What zipfile lets through: a bad offset is a ValueError, a password a RuntimeError, an unknown method the last two."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Beyond these a file goes to the quarantine unread.

    A week of fixes every second is some 60 MB of GPX; XML nests under 12 levels in every track format known here.
    """

    bytes: int = 64 * MEGABYTE
    """Of the file, and of what an archive unpacks to."""
    depth: int = 64
    """Of elements in XML."""
    elements: int = 5_000_000
    """In XML; arrays and objects in JSON."""
    table_rows: int = 100_000
    """Of a spreadsheet, which is a list of places and no track."""
    line_length: int = 1_000_000
    """Characters of one line of a CSV."""
    zip_entries: int = 1_000
    zip_ratio: int = 200
    """Unpacked to packed: KML shrinks about 20 times, a bomb a thousand times and more."""


def check_size(data: bytes, limits: Limits) -> None:
    """Unreadable when empty or over the limit."""
    if len(data) > limits.bytes:
        raise Unreadable("file.too_large", size_mb=len(data) // MEGABYTE, limit_mb=limits.bytes // MEGABYTE)
    if not data.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise Unreadable("file.empty")


def open_archive(data: bytes, limits: Limits) -> zipfile.ZipFile:
    """The archive, after its table of contents was held against the limits; nothing is unpacked yet."""
    try:
        archive = zipfile.ZipFile(BytesIO(data))
    except UNPACKING_ERRORS as error:  # its table of contents stands at the end
        raise Unreadable("file.truncated", format="ZIP") from error
    entries = archive.infolist()
    size = sum(entry.file_size for entry in entries)
    if len(entries) > limits.zip_entries or size > limits.bytes or size > limits.zip_ratio * len(data):
        raise Unreadable("zip.bomb", size_mb=size // MEGABYTE, entries=len(entries))
    return archive


def unpack(archive: zipfile.ZipFile, name: str, limits: Limits) -> bytes:
    """One member, reading no more than the limit even if the table of contents lied."""
    try:
        with archive.open(name) as member:
            content = member.read(limits.bytes + 1)
    except UNPACKING_ERRORS as error:
        raise Unreadable("file.damaged", name, format="ZIP") from error
    if len(content) > limits.bytes:
        raise Unreadable("zip.bomb", name, size_mb=len(content) // MEGABYTE, entries=1)
    return content
