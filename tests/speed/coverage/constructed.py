"""Walks for the judge: a third plain, the others built to stand at a threshold, a hair on this side or that.

All are built in the flat metres of the line from its drawing alone. A hair is 1e-3 to 1e-5 m, or a millisecond.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely

from cotmoc.geo.fixes import Fixes
from cotmoc.geo.line import Line
from cotmoc.measure.engine.survey import Posts
from cotmoc.measure.engine.values import Floats, Rules
from tests.speed.coverage.generator import BEGIN_MS

WALK = 60
HAIRS_M = (1e-3, 1e-4, 1e-5)
PLAIN_SHARE = 1 / 3
MARKER_EVERY_M = 1500.0
Case = tuple[str, Fixes]


def markers_of(line: Line, reach_m: float, chance: np.random.Generator) -> Posts:
    """Markers beside the line, some of them close to each other."""
    at = np.arange(chance.uniform(0, MARKER_EVERY_M), line.length_m, MARKER_EVERY_M)
    at = np.concatenate([at, at[::5] + chance.uniform(1, 250, len(at[::5]))])
    x, y = line.projection.to_metres(*line.point_at(at))
    lon, lat = line.projection.to_degrees(x + chance.normal(0, 30, len(at)), y + chance.normal(0, 30, len(at)))
    return Posts(lon, lat, reach_m)


@dataclass(frozen=True)
class Builder:
    """Builds walks beside one line. `chance` is used up as they are built."""

    line: Line
    rules: Rules
    reaches_m: tuple[float, ...]
    posts: Posts
    chance: np.random.Generator

    def case(self, kind: str | None = None) -> Case:
        """A walk of this kind; of any kind where none is named."""
        if kind is None and self.chance.random() < PLAIN_SHARE:
            return "plain", self.plain(*self._somewhere())
        kind = kind or str(self.chance.choice(list(KINDS)))
        return kind, KINDS[kind](self)

    def plain(self, start: float, aside: float, noise: float = 4.0, direction: int | None = None) -> Fixes:
        """Along the line, some way beside it, with noise."""
        size, interval = int(self.chance.integers(2, WALK)), int(self.chance.choice([1, 5, 20]))
        direction = direction or int(self.chance.choice([-1, 1]))
        s = start + np.arange(size) * self.chance.uniform(0.3, 1.5) * interval * direction
        x, y = self._place(s)
        across = self._across(start)
        x = x + across[0] * aside + self.chance.normal(0, 1, size) * noise
        y = y + across[1] * aside + self.chance.normal(0, 1, size) * noise
        return self._fixes(x, y, np.arange(size) * float(interval), self._accuracy(size))

    def gap(self) -> Fixes:
        """One break of exactly the longest gap, or a millisecond longer, with 250 m of ground in it."""
        walk = self.plain(*self._somewhere())
        x, y = self.line.projection.to_metres(walk.lon, walk.lat)
        after, at = np.arange(len(walk)) >= len(walk) // 2, len(walk) // 2
        along = _unit(x[-1] - x[0], y[-1] - y[0]) * 250
        x, y = (
            x + after * (along[0] - x[at] + x[at - 1]),
            y + after * (along[1] - y[at] + y[at - 1]),
        )
        more = (
            self.rules.max_gap_s + int(self.chance.integers(0, 2)) / 1000 - (walk.time[at] - walk.time[at - 1]) / 1000
        )
        return self._fixes(x, y, (walk.time - walk.time[0]) / 1000 + after * more, walk.accuracy)

    def hop(self) -> Fixes:
        """One step of the longest hop, a hair more or less, at a walking pace of the clock."""
        walk = self.plain(*self._somewhere(), noise=0.0)
        x, y = self.line.projection.to_metres(walk.lon, walk.lat)
        half, turn = len(walk) // 2, self.chance.uniform(0, 2 * np.pi)
        jump = (self.rules.max_hop_m + self._hair()) * np.array([np.cos(turn), np.sin(turn)])
        x[half:] += jump[0] - (x[half] - x[half - 1])
        y[half:] += jump[1] - (y[half] - y[half - 1])
        seconds = (walk.time - walk.time[0]) / 1000 + np.where(np.arange(len(walk)) >= half, 200.0, 0.0)
        return self._fixes(x, y, seconds, walk.accuracy)

    def graze(self) -> Fixes:
        """A straight way beside a segment, at a reach with or less the error, a hair more or less."""
        s, size = self.chance.uniform(0, self.line.length_m), int(self.chance.integers(2, WALK))
        (x,), (y,) = self._place(s)
        across, error = self._across(s), 5.0
        aside = self._edge(error)
        way = (np.arange(size) - size / 2) * self.chance.uniform(0.5, 3)
        x, y = x + across[0] * aside + across[1] * way, y + across[1] * aside - across[0] * way
        return self._fixes(x, y, np.arange(size) * 5.0, np.full(size, error))

    def corner(self) -> Fixes:
        """A straight step past a vertex of the line, square to its bisector, at a reach and a hair."""
        index = int(self.chance.integers(1, len(self.line.segments)))
        s = self.line.segments
        before = _unit(s.bx[index - 1] - s.ax[index - 1], s.by[index - 1] - s.ay[index - 1])
        after = _unit(s.bx[index] - s.ax[index], s.by[index] - s.ay[index])
        out = _unit(*(before - after)) if np.hypot(*(before - after)) > 1e-6 else np.array([-before[1], before[0]])
        middle = np.array([s.ax[index], s.ay[index]]) + out * self._edge(5.0)
        way = np.array([-1.0, 1.0]) * self.chance.uniform(1, 60)
        return self._fixes(middle[0] - out[1] * way, middle[1] + out[0] * way, np.array([0.0, 60.0]), np.full(2, 5.0))

    def lone(self) -> Fixes:
        """One fix anywhere near."""
        start, aside = self._somewhere()
        return self._beside(start, aside, self._accuracy(1))

    def lone_edge(self) -> Fixes:
        """One fix at a reach and a hair: it covers a few decimetres, or nothing."""
        return self._beside(self.chance.uniform(0, self.line.length_m), self._edge(5.0), np.full(1, 5.0))

    def still(self) -> Fixes:
        """Steps of no length."""
        start, aside = self._somewhere()
        size = int(self.chance.integers(2, WALK))
        one = self._beside(start, aside, np.full(1, 5.0))
        seconds = np.arange(size) * 30_000
        return Fixes.of(one.time + seconds, one.lon.repeat(size), one.lat.repeat(size), np.full(size, 5.0))

    def end(self) -> Fixes:
        """Around an end of the line."""
        return self.plain(float(self.chance.choice([0.0, self.line.length_m])), self.chance.uniform(-130, 130))

    def beyond_end(self) -> Fixes:
        """A lone fix on the continuation of an end, at a reach and a hair from it."""
        first = bool(self.chance.integers(0, 2))
        index, sign = (0, -1) if first else (len(self.line.segments) - 1, 1)
        s = self.line.segments
        along = _unit(s.bx[index] - s.ax[index], s.by[index] - s.ay[index]) * sign * abs(self._edge(5.0))
        x, y = (s.ax[0], s.ay[0]) if first else (s.bx[-1], s.by[-1])
        return self._fixes(np.array([x + along[0]]), np.array([y + along[1]]), np.zeros(1), np.full(1, 5.0))

    def across(self) -> Fixes:
        """Straight across the line in one step of up to the longest hop."""
        s = self.chance.uniform(0, self.line.length_m)
        (x,), (y,) = self._place(s)
        turn, half = self.chance.uniform(0, 2 * np.pi), self.chance.uniform(1, self.rules.max_hop_m / 2 - 1)
        way = np.array([-half, half])
        return self._fixes(x + np.cos(turn) * way, y + np.sin(turn) * way, np.array([0.0, 250.0]), self._accuracy(2))

    def crossing(self) -> Fixes:
        """Around a place where the line crosses itself; anywhere where it never does."""
        if not len(self._crossings):
            return self.plain(*self._somewhere())
        return self.plain(float(self.chance.choice(self._crossings)), self.chance.uniform(-30, 30))

    def marker_graze(self) -> Fixes:
        """Straight past a marker, at its reach and a hair."""
        x, y = self._marker()
        turn, aside = self.chance.uniform(0, 2 * np.pi), self.posts.reach_m + self._hair()
        size = int(self.chance.integers(1, 20)) * 2
        way = (np.arange(size) - (size - 1) / 2) * self.chance.uniform(0.5, 20)
        x, y = x + np.cos(turn) * aside - np.sin(turn) * way, y + np.sin(turn) * aside + np.cos(turn) * way
        return self._fixes(x, y, np.arange(size) * 20.0, self._accuracy(size))

    def marker_sure(self) -> Fixes:
        """Straight past a marker, so far off that the error of the fixes just does, or does not, move it out of reach."""
        x, y = self._marker()
        aside = self.posts.reach_m - 5.0 + self._hair()
        way = np.arange(-5, 6) * 10.0
        return self._fixes(x + aside + 0 * way, y + way, np.arange(11) * 10.0, np.full(11, 5.0))

    def marker_pause(self) -> Fixes:
        """Away from a marker and back after exactly the longest pause, or a millisecond more."""
        x, y = self._marker()
        pause = self.rules.pause_s + self.chance.choice([0.0, 0.001])
        outside = np.arange(10.0, pause, 200.0)
        seconds = np.concatenate([[0.0], outside, [pause, pause + 10.0]])
        away = self.posts.reach_m + np.array([-10.0, *[10.0] * len(outside), 10.0, -10.0])
        turn = self.chance.uniform(0, 2 * np.pi)
        return self._fixes(x + np.cos(turn) * away, y + np.sin(turn) * away, seconds, np.full(len(away), 5.0))

    def marker_stay(self) -> Fixes:
        """Comes to a marker, stays without a step, goes."""
        x, y = self._marker()
        away = np.array([300.0, 150.0, *[self.chance.uniform(0, self.posts.reach_m * 1.2)] * 5, 150.0, 300.0])
        return self._fixes(x + away, y + 0 * away, np.arange(len(away)) * 250.0, self._accuracy(len(away)))

    @cached_property
    def _crossings(self) -> Floats:
        """Chainages at which the line meets itself, neighbours aside."""
        s = self.line.segments
        ways = shapely.linestrings(np.stack([s.ax, s.ay, s.bx, s.by], axis=1).reshape(-1, 2, 2))
        one, other = shapely.STRtree(ways).query(ways, predicate="crosses")
        return s.from_m[one[np.abs(one - other) > 1]]

    def _somewhere(self) -> tuple[float, float]:
        return self.chance.uniform(0, self.line.length_m), self.chance.uniform(-1.3, 1.3) * max(self.reaches_m)

    def _hair(self) -> float:
        return float(self.chance.choice(HAIRS_M) * self.chance.choice([-1, 1]))

    def _edge(self, error_m: float) -> float:
        """A reach with or less the error, and a hair, on one side or the other."""
        edge = self.chance.choice(self.reaches_m) + error_m * self.chance.choice([-1, 1]) + self._hair()
        return float(edge * self.chance.choice([-1, 1]))

    def _place(self, chainage: float | Floats) -> tuple[Floats, Floats]:
        return self.line.projection.to_metres(*self.line.point_at(chainage))

    def _across(self, chainage: float) -> Floats:
        """The unit vector square to the segment at a chainage."""
        s = self.line.segments
        index = int(np.clip(np.searchsorted(s.to_m, chainage), 0, len(s) - 1))
        along = _unit(s.bx[index] - s.ax[index], s.by[index] - s.ay[index])
        return np.array([-along[1], along[0]])

    def _marker(self) -> tuple[float, float]:
        index = int(self.chance.integers(0, len(self.posts)))
        x, y = self.line.projection.to_metres(self.posts.lon[index], self.posts.lat[index])
        return float(x), float(y)

    def _accuracy(self, size: int) -> Floats:
        return np.full(size, 5.0) if self.chance.random() < 0.5 else self.chance.uniform(0, 30, size)

    def _beside(self, chainage: float, aside: float, accuracy: Floats) -> Fixes:
        x, y = self._place(chainage)
        across = self._across(chainage)
        return self._fixes(x + across[0] * aside, y + across[1] * aside, np.zeros(1), accuracy)

    def _fixes(self, x: Floats, y: Floats, seconds: Floats, accuracy: Floats) -> Fixes:
        lon, lat = self.line.projection.to_degrees(x, y)
        return Fixes.of(BEGIN_MS + np.rint(seconds * 1000).astype(np.int64), lon, lat, accuracy)


def _unit(x: float, y: float) -> Floats:
    return np.array([x, y]) / max(1e-12, float(np.hypot(x, y)))


KINDS: dict[str, Callable[[Builder], Fixes]] = {
    method.__name__: method
    for method in (
        Builder.gap,
        Builder.hop,
        Builder.graze,
        Builder.corner,
        Builder.lone,
        Builder.lone_edge,
        Builder.still,
        Builder.end,
        Builder.beyond_end,
        Builder.across,
        Builder.crossing,
        Builder.marker_graze,
        Builder.marker_sure,
        Builder.marker_pause,
        Builder.marker_stay,
    )
}
