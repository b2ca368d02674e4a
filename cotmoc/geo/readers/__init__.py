"""The one door for track files: finds the format by content, reads, and tells what is odd.

A new format is a file here with `read`, a line in `_kind_of_bytes` or `_kind_of_text`, and one in `_read`.
"""

import re
from datetime import UTC, datetime, tzinfo

from cotmoc.geo.faults import Fault, Unreadable
from cotmoc.geo.readers import delimited, fit, geojson, gpx, igc, kml, nmea, smart
from cotmoc.geo.readers.checks import track_faults
from cotmoc.geo.readers.limits import Limits, check_size
from cotmoc.geo.readers.text import decode
from cotmoc.geo.readers.times import VIETNAM, TimeReader
from cotmoc.geo.readers.tracks import Collector, ReadTrack, TrackFile, Waypoint

__all__ = ["Limits", "ReadTrack", "TrackFile", "Waypoint", "read_tracks"]

OTHER_KINDS = (
    (b"\x89PNG", "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"%PDF", "PDF"), (b"SQLite format 3\0", "SQLite"),
    (b"PAR1", "Parquet"), (b"\x1f\x8b", "GZIP"), (b"Rar!", "RAR"), (b"7z\xbc\xaf", "7-Zip"),
    (b"\xd0\xcf\x11\xe0", "DOC"),
    (b"II*\0", "TIFF"), (b"MM\0*", "TIFF"), (b"GIF8", "GIF"), (b"\x7fELF", "ELF"), (b"MZ", "EXE"),
)  # fmt: skip
ROOT = re.compile(r"<(?:[\w.-]+:)?([A-Za-z][\w.-]*)[\s/>]")
PROLOGUE = re.compile(r"\s*(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>|\s+)", re.DOTALL)
LOCAL_CLOCKS = {"CSV", "SMART"}
"""Formats whose times without zone are the wall clock; in the others they are UTC by the format's own rules."""


def read_tracks(name: str, data: bytes, *, now: datetime | None = None, limits: Limits | None = None) -> TrackFile:
    """Read a track file of any known format; `name` only helps where the content does not decide.

    Raises Unreadable when nothing of the file can be trusted. All else comes with faults, worded elsewhere. `now` (with
    zone) is the moment of receipt, by which times in the future are told; nothing is read from a clock here.
    """
    limits = limits or Limits()
    check_size(data, limits)
    kind = _kind_of_bytes(data)
    remarks: list[Fault] = []
    text = ""
    if not kind:
        text, remarks = decode(data)
        kind = _kind_of_text(name, text)
    collector = Collector(TimeReader(_zone(kind)), faults=remarks)
    _read(kind, text, data, collector, limits)
    return _finished(kind, collector, now)


def _zone(kind: str) -> tzinfo:
    return VIETNAM if kind in LOCAL_CLOCKS else UTC


def _kind_of_bytes(data: bytes) -> str:
    """KMZ, FIT, or "" for text. Unreadable for the binary files that people mistake for tracks."""
    if fit.is_fit(data):
        return "FIT"
    if data.startswith(b"PK\x03\x04"):
        return "KMZ"
    for magic, found in OTHER_KINDS:
        if data.startswith(magic):
            raise Unreadable("file.wrong_kind", found=found)
    return ""


def _kind_of_text(name: str, text: str) -> str:
    start = text[:100_000].lstrip("\ufeff \t\r\n\0")
    if "\0" in start[:1000]:
        raise Unreadable("file.wrong_kind", found="binary")
    if start.startswith("<"):
        return _kind_of_xml(name, start)
    if start.startswith(("{", "[")):
        return "GeoJSON"
    if nmea.LOOKS_LIKE.search(start[:5000]):
        return "NMEA"
    if igc.LOOKS_LIKE.match(start.replace("\r\n", "\n").replace("\r", "\n")):
        return "IGC"
    return {"nmea": "NMEA", "igc": "IGC"}.get(name.rpartition(".")[2].lower(), "CSV")


def _kind_of_xml(name: str, start: str) -> str:
    """By the root element; a document that ends before it is what its name says, for the reader to refuse."""
    position = 0
    while prologue := PROLOGUE.match(start, position):
        position = prologue.end()
    root = ROOT.match(start, position)
    if root is None:
        return {"kml": "KML", "xml": "SMART"}.get(name.rpartition(".")[2].lower(), "GPX")
    kind = {"gpx": "GPX", "kml": "KML", "patrol": "SMART"}.get(root[1])
    if kind is None:
        raise Unreadable("file.wrong_kind", found=f"<{root[1][:40]}>")
    return kind


def _read(kind: str, text: str, data: bytes, collector: Collector, limits: Limits) -> None:
    match kind:
        case "GPX":
            gpx.read(text, collector, limits)
        case "KML":
            kml.read(text, collector, limits)
        case "KMZ":
            kml.read_kmz(data, collector, limits)
        case "FIT":
            fit.read(data, collector)
        case "NMEA":
            nmea.read(text, collector)
        case "IGC":
            igc.read(text, collector)
        case "GeoJSON":
            geojson.read(text, collector, limits)
        case "SMART":
            smart.read(text, collector, limits)
        case "CSV":
            delimited.read(text, collector, limits)


def _finished(kind: str, collector: Collector, now: datetime | None) -> TrackFile:
    """Close the drafts, and say once per file and once per track what is odd."""
    tracks: list[ReadTrack] = []
    faults = list(collector.faults)
    for index, draft in enumerate(collector.drafts, start=1):
        where = f"#{index} {draft.name}".strip()
        track, dropped = draft.finish(where)
        faults += dropped
        if len(track.fixes):
            tracks.append(track)
            faults += track_faults(track, where, now)
        elif not dropped:
            faults.append(Fault("track.empty", where, level="warning"))
    if not tracks:
        code = "track.waypoints_only" if collector.waypoints else "track.none"
        faults.append(Fault(code, "", {"count": len(collector.waypoints)}, "warning"))
    faults += _clock_faults(collector.times)
    return TrackFile(kind, tuple(tracks), tuple(collector.waypoints), tuple(faults))


def _clock_faults(times: TimeReader) -> list[Fault]:
    faults = []
    if times.assumed:
        zone = times.zone.tzname(None) or "UTC"
        faults.append(Fault("time.zone_assumed", "", {"count": times.assumed, "zone": zone}, "info"))
    if times.unreadable:
        faults.append(Fault("time.unreadable", "", {"count": times.unreadable}, "warning"))
    return faults
