"""KML and KMZ: gx:Track, LineString and Placemark points (OGC 12-007r2; gx: developers.google.com/kml)."""

import math

from cotmoc.geo.faults import Unreadable
from cotmoc.geo.fixes import NO_TIME
from cotmoc.geo.readers.limits import Limits, open_archive, unpack
from cotmoc.geo.readers.text import decode
from cotmoc.geo.readers.tracks import Collector, TrackDraft, number
from cotmoc.geo.readers.xml_walk import walk

ACCURACY_COLUMNS = {"accuracy", "hacc", "horizontal_accuracy"}


def read(text: str, collector: Collector, limits: Limits) -> None:
    """Fill the collector.

    Programs write one path several times: as gx:Track, as points with times, as a line, as points without. The first
    of these in that order is kept; what runs through the same places again is told and left out.
    """
    walker = _KmlWalker(collector)
    walk(text, walker, limits)
    walker.hand_over()


def read_kmz(data: bytes, collector: Collector, limits: Limits) -> None:
    """The first KML document of the archive, which is the one that viewers open."""
    archive = open_archive(data, limits)
    names = [name for name in archive.namelist() if name.lower().endswith(".kml")]
    if not names:
        raise Unreadable("file.wrong_kind", found="ZIP")
    text, faults = decode(unpack(archive, names[0], limits))
    collector.faults += faults
    read(text, collector, limits)


class _KmlWalker:
    def __init__(self, collector: Collector) -> None:
        self.collector = collector
        self.recorded: list[TrackDraft] = []
        self.lines: list[TrackDraft] = []
        self.points: list[list[tuple[str, float, float, int, str]]] = []
        self.folders: list[list[tuple[str, float, float, int, str]]] = [[]]
        self.in_point = False
        self.clear_placemark()
        self.clear_track()

    def clear_placemark(self) -> None:
        self.name = self.note = ""
        self.time = NO_TIME
        self.point: tuple[float, float] | None = None

    def clear_track(self) -> None:
        self.whens: list[int] = []
        self.coords: list[tuple[float, float]] = []
        self.accuracies: list[float] = []
        self.column = ""

    def open(self, name: str, attributes: dict[str, str]) -> None:
        match name:
            case "Folder" | "Document":
                self.folders.append([])
            case "Placemark":
                self.clear_placemark()
                self.multi_track: TrackDraft | None = None
            case "Track":
                self.clear_track()
            case "SimpleArrayData":
                self.column = attributes.get("name", "").lower()
            case "LineString":
                self.lines.append(TrackDraft(self.name, "line"))

    def close(self, name: str, text: str, parent: str) -> None:
        match name:
            case "name" if parent == "Placemark":
                self.name = text
            case "description" if parent == "Placemark":
                self.note = text
            case "when" if parent == "Track":
                self.whens.append(self.collector.times.ms(text))
            case "when" | "begin" if parent in {"TimeStamp", "TimeSpan"}:
                self.time = self.collector.times.ms(text)
            case "coord":
                self.coords.append(_place(text.split()))
            case "value" if self.column in ACCURACY_COLUMNS:
                self.accuracies.append(number(text))
            case "SimpleArrayData":
                self.column = ""
            case "coordinates" if parent == "Point":
                self.point = _place(text.split(","))
            case "coordinates" if parent == "LineString":
                for place in text.split():
                    self.lines[-1].add(*_place(place.split(",")))
            case "Track":
                self.end_track(in_multi_track=parent == "MultiTrack")
            case "Placemark":
                self.end_placemark()
            case "Folder" | "Document":
                self.points.append(self.folders.pop())

    def end_track(self, in_multi_track: bool) -> None:
        if not self.coords:
            return
        if not (in_multi_track and self.multi_track):
            self.multi_track = TrackDraft(self.name, "track")
            self.recorded.append(self.multi_track)
        self.multi_track.new_segment()
        if len(self.whens) != len(self.coords):  # the schema wants as many times as places
            self.collector.tell("track.uneven", self.name, times=len(self.whens), places=len(self.coords))
            self.whens = [NO_TIME] * len(self.coords)
        if len(self.accuracies) != len(self.coords):
            self.accuracies = [math.nan] * len(self.coords)
        for (lon, lat), time, accuracy in zip(self.coords, self.whens, self.accuracies, strict=True):
            self.multi_track.add(lon, lat, time, accuracy)
        self.clear_track()

    def end_placemark(self) -> None:
        if self.point:
            self.folders[-1].append((self.name, *self.point, self.time, self.note))
        for line in self.lines:
            line.name = line.name or self.name
        self.clear_placemark()

    def hand_over(self) -> None:
        """Give each path to the collector once."""
        timed: list[TrackDraft] = []
        places: list[list[tuple[str, float, float, int, str]]] = []
        for folder in [*self.points, *self.folders]:
            draft = _drafted(folder)
            if len(folder) > 1 and all(point[3] != NO_TIME for point in folder):
                timed.append(draft)
            else:
                places.append(folder)
        known: set[bytes] = set()
        for draft in [*self.recorded, *timed, *self.lines]:
            if draft.lon and draft.places() in known:
                self.collector.tell("kml.same_path", draft.name, "info", count=len(draft.lon))
            else:
                known.add(draft.places())
                self.collector.drafts.append(draft)
        for folder in places:
            if len(folder) > 1 and _drafted(folder).places() in known:
                self.collector.tell("kml.same_path", folder[0][0], "info", count=len(folder))
                continue
            for point in folder:
                self.collector.waypoint(*point)


def _drafted(points: list[tuple[str, float, float, int, str]]) -> TrackDraft:
    draft = TrackDraft(points[0][0] if points else "", "points")
    for _, lon, lat, time, _ in points:
        draft.add(lon, lat, time)
    return draft


def _place(parts: list[str]) -> tuple[float, float]:
    """Longitude, latitude; NaN where missing."""
    return number(parts[0] if parts else None), number(parts[1] if len(parts) > 1 else None)
