"""What a track file holds, and the collector that every reader fills."""

import math
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cotmoc.geo.faults import Fault, Level
from cotmoc.geo.fixes import NO_TIME, Fixes
from cotmoc.geo.readers.times import TimeReader

Source = Literal["track", "points", "route", "line"]
"""How the fixes came: a recorded track, single timed points, a planned route, a drawn line without times."""

NULL_ISLAND_DEGREES = 1e-6
EARTH_M = 4e7


@dataclass(frozen=True, slots=True, eq=False)
class ReadTrack:
    """One track of a file, as the file had it: not sorted, duplicates kept."""

    name: str
    fixes: Fixes
    source: Source
    breaks: NDArray[np.int64]
    """Where the file itself starts a new segment: positions in `fixes`, rising, never 0."""
    inferred: NDArray[np.bool_]
    """Fixes whose accuracy the file did not state in metres: it was inferred from their HDOP."""

    def stated(self) -> Fixes:
        """The fixes with the accuracy that the file itself states, NaN where it was only inferred."""
        own = np.where(self.inferred, np.float32(np.nan), self.fixes.accuracy)
        return Fixes.of(self.fixes.time, self.fixes.lon, self.fixes.lat, own)


@dataclass(frozen=True, slots=True)
class Waypoint:
    """A named place; `time` in milliseconds since epoch UTC or None."""

    name: str
    lon: float
    lat: float
    time: int | None
    note: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class TrackFile:
    """All that one file holds, and what was noticed on reading it."""

    format: str
    tracks: tuple[ReadTrack, ...]
    waypoints: tuple[Waypoint, ...]
    faults: tuple[Fault, ...]


@dataclass(slots=True)
class TrackDraft:
    """The fixes of one track, gathered one by one; NaN stands for a number that could not be read."""

    name: str
    source: Source
    lon: list[float] = field(default_factory=list)
    lat: list[float] = field(default_factory=list)
    time: list[int] = field(default_factory=list)
    accuracy: list[float] = field(default_factory=list)
    breaks: list[int] = field(default_factory=list)
    inferred: list[bool] = field(default_factory=list)

    def add(
        self, lon: float, lat: float, time: int = NO_TIME, accuracy: float = math.nan, inferred: bool = False
    ) -> None:
        self.lon.append(lon)
        self.lat.append(lat)
        self.time.append(time)
        self.accuracy.append(accuracy)
        self.inferred.append(inferred)

    def new_segment(self) -> None:
        """The next fix does not follow the last one without a break."""
        self.breaks.append(len(self.lon))

    def places(self) -> bytes:
        """Equal for two drafts through the same places, to 1e-6 degree."""
        return np.rint(np.array([self.lon, self.lat]) * 1e6).tobytes()

    def finish(self, where: str) -> tuple[ReadTrack, list[Fault]]:
        """The track without the fixes that are nowhere on earth, which are counted."""
        lon, lat = np.array(self.lon, np.float64), np.array(self.lat, np.float64)
        on_earth = (np.abs(lon) <= 180) & (np.abs(lat) <= 90)  # False for NaN, too
        nowhere = on_earth & (np.abs(lon) < NULL_ISLAND_DEGREES) & (np.abs(lat) < NULL_ISLAND_DEGREES)
        keep = on_earth & ~nowhere
        accuracy = np.array(self.accuracy, np.float64)
        accuracy[~((accuracy >= 0) & (accuracy < EARTH_M))] = np.nan  # negative is how phones say "unknown"
        fixes = Fixes.of(np.array(self.time, np.int64)[keep], lon[keep], lat[keep], accuracy[keep].astype(np.float32))
        kept_before = np.concatenate([[0], np.cumsum(keep)])
        breaks = np.unique(kept_before[self.breaks]) if self.breaks else np.zeros(0, np.int64)
        breaks = breaks[(breaks > 0) & (breaks < len(fixes))].astype(np.int64)
        faults = [
            Fault(code, where, {"count": int(count)}, "warning")
            for code, count in (
                ("track.bad_position", np.count_nonzero(~on_earth)),
                ("track.null_island", np.count_nonzero(nowhere)),
            )
            if count
        ]
        return ReadTrack(self.name, fixes, self.source, breaks, np.array(self.inferred, np.bool_)[keep]), faults


@dataclass(slots=True)
class Collector:
    """Gathers what one file holds while it is read; `times` reads its clock and remembers what it had to assume."""

    times: TimeReader
    drafts: list[TrackDraft] = field(default_factory=list)
    waypoints: list[Waypoint] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def track(self, name: str = "", source: Source = "track") -> TrackDraft:
        """A new, empty track at the end of the list."""
        draft = TrackDraft(name, source)
        self.drafts.append(draft)
        return draft

    def waypoint(self, name: str, lon: float, lat: float, time: int = NO_TIME, note: str = "") -> None:
        """Keep the place, or tell that it is nowhere on earth."""
        if abs(lon) <= 180 and abs(lat) <= 90:
            self.waypoints.append(Waypoint(name, lon, lat, None if time == NO_TIME else time, note))
        else:
            self.tell("waypoint.bad_position", name, "warning")

    def tell(self, code: str, where: str = "", level: Level = "warning", **values: object) -> None:
        self.faults.append(Fault(code, where, values, level))


def number(text: str | None) -> float:
    """The number written in `text` with a decimal point; NaN for anything else."""
    try:
        return float(text) if text else math.nan
    except ValueError:
        return math.nan
