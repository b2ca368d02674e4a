"""GPX 1.0 and 1.1: tracks, routes and waypoints (topografix.com/gpx.asp)."""

import math

from cotmoc.geo.fixes import NO_TIME
from cotmoc.geo.readers.limits import Limits
from cotmoc.geo.readers.tracks import Collector, TrackDraft, number
from cotmoc.geo.readers.xml_walk import walk

HDOP_METRES = 5.0
"""Metres of accuracy per unit of HDOP: the usual error of one satellite range for a hand-held receiver."""

POINTS = {"trkpt", "rtept", "wpt"}
ACCURACY_ELEMENTS = {"accuracy", "hacc", "horizontalaccuracy"}
"""Names in the extensions of phone loggers; all mean metres."""


def read(text: str, collector: Collector, limits: Limits) -> None:
    """Fill the collector. A time without zone is UTC: the schema knows no other."""
    walk(text, _GpxWalker(collector), limits)


class _GpxWalker:
    def __init__(self, collector: Collector) -> None:
        self.collector = collector
        self.track: TrackDraft | None = None
        self.clear_point({})

    def clear_point(self, attributes: dict[str, str]) -> None:
        self.lon, self.lat = number(attributes.get("lon")), number(attributes.get("lat"))
        self.time = NO_TIME
        self.accuracy = math.nan
        self.inferred = False
        self.name = self.note = ""

    def open(self, name: str, attributes: dict[str, str]) -> None:
        if name in POINTS:
            self.clear_point(attributes)
        elif name == "trk":
            self.track = self.collector.track()
        elif name == "rte":
            self.track = self.collector.track(source="route")
        elif name == "trkseg" and self.track:
            self.track.new_segment()

    def close(self, name: str, text: str, parent: str) -> None:
        if name in POINTS:
            self.end_point(name)
        elif parent in POINTS:
            self.read_detail(name, text)
        elif name == "name" and parent in {"trk", "rte"} and self.track:
            self.track.name = text
        elif name.lower() in ACCURACY_ELEMENTS:
            self.accuracy, self.inferred = number(text), False

    def read_detail(self, name: str, text: str) -> None:
        if name == "time":
            self.time = self.collector.times.ms(text)
        elif name == "hdop" and math.isnan(self.accuracy):
            self.accuracy, self.inferred = number(text) * HDOP_METRES, True
        elif name == "name":
            self.name = text
        elif name in {"desc", "cmt"}:
            self.note = self.note or text

    def end_point(self, name: str) -> None:
        if name == "wpt":
            self.collector.waypoint(self.name, self.lon, self.lat, self.time, self.note)
        elif self.track:
            self.track.add(self.lon, self.lat, self.time, self.accuracy, self.inferred)
