"""All that one line and its markers ask of some tracks, in one call: coverage for several reaches, visits to markers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from cotmoc.geo.line import Line
from cotmoc.measure.engine.coverage import cover
from cotmoc.measure.engine.values import Floats, GroupTrack, Intervals, MarkerVisits, Rules
from cotmoc.measure.engine.visits import marker_visits


@dataclass(frozen=True, slots=True, eq=False)
class Posts:
    """Places that walks may come to (markers), degrees WGS84, with the reach of a visit; none is an ordinary case."""

    lon: Floats
    lat: Floats
    reach_m: float

    def __len__(self) -> int:
        return len(self.lon)

    @classmethod
    def none(cls) -> "Posts":
        return cls(np.empty(0), np.empty(0), 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """What was found: `intervals[i]` for the reach asked for at place i; visits with the markers' numbers in `Posts`."""

    intervals: tuple[Intervals, ...]
    visits: MarkerVisits


class Surveyor(Protocol):
    """An engine: `survey` of this module, or that of the compiled one. Both give the same rows."""

    def __call__(
        self, line: Line, tracks: Sequence[GroupTrack], rules: Rules, reaches_m: Sequence[float], posts: Posts
    ) -> Survey: ...


def survey(line: Line, tracks: Sequence[GroupTrack], rules: Rules, reaches_m: Sequence[float], posts: Posts) -> Survey:
    """The reference: one question after the other. The reaches asked for stand in for that of the rules."""
    intervals = tuple(cover(line, tracks, replace(rules, reach_m=reach)) for reach in reaches_m)
    return Survey(intervals, visits_to(posts, line, tracks, rules))


def visits_to(posts: Posts, line: Line, tracks: Sequence[GroupTrack], rules: Rules) -> MarkerVisits:
    """The visits within the reach of the posts, in the plane metric of the line."""
    if not len(posts):
        return MarkerVisits.empty(tuple(dict.fromkeys(track.group for track in tracks)))
    return marker_visits(posts.lon, posts.lat, tracks, line.projection, replace(rules, reach_m=posts.reach_m))
