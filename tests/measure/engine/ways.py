"""Ways that somebody walks, with their true length, and what a receiver makes of them."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.random import Generator

from cotmoc.geo.fixes import Fixes
from cotmoc.measure.engine.values import Floats, GroupTrack
from tests.measure.engine.walks import PLANE, START

TICK_S = 0.5
"""Ways are known to half a second."""


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """Places each half a second, flat metres."""

    x: Floats
    y: Floats

    @property
    def length_m(self) -> float:
        return float(np.hypot(np.diff(self.x), np.diff(self.y)).sum())

    def until(self, seconds: float) -> "Way":
        return Way(self.x[: round(seconds / TICK_S) + 1], self.y[: round(seconds / TICK_S) + 1])


def along(x: Floats, y: Floats, walked_m: Floats) -> Way:
    """The way along these corners, at these distances from its beginning."""
    corner = np.append(0.0, np.cumsum(np.hypot(np.diff(x), np.diff(y))))
    return Way(np.interp(walked_m, corner, x), np.interp(walked_m, corner, y))


def pace(chance: Generator, hours: float, speed: float) -> Floats:
    """Distance from the beginning at each tick: a pace that changes by a fifth within minutes."""
    size = round(hours * 3600 / TICK_S)
    return np.cumsum(speed * TICK_S * (1 + 0.2 * np.clip(staying(chance, size, 60 / TICK_S), -2, 2)))


def staying(chance: Generator, size: int, lasting: float) -> Floats:
    """Numbers of variance 1 that stay alike for `lasting` steps (AR(1))."""
    alike = np.exp(-1 / lasting) if lasting else 0.0
    fresh = chance.standard_normal(size) * np.sqrt(1 - alike**2)
    value, values = float(chance.standard_normal()), np.empty(size)
    for i, step in enumerate(fresh.tolist()):
        value = values[i] = alike * value + step
    return values


def straight(chance: Generator, hours: float, speed: float = 0.8) -> Way:
    far, heading = pace(chance, hours, speed), chance.uniform(0, 2 * np.pi)
    return Way(far * np.cos(heading), far * np.sin(heading))


def winding(chance: Generator, hours: float, speed: float = 0.6) -> Way:
    """A path that winds at 25 m by some 30 degrees, and at 300 m by some 50."""
    far = pace(chance, hours, speed)
    heading = 0.5 * _bends(chance, far, 25) + 0.9 * _bends(chance, far, 300)
    step = np.diff(far, prepend=0.0)
    return Way(np.cumsum(step * np.cos(heading)), np.cumsum(step * np.sin(heading)))


def _bends(chance: Generator, far: Floats, scale: float) -> Floats:
    """A smooth random function of the distance, of variance about 1 (cubic through knots at half the scale)."""
    knots = np.convolve(chance.standard_normal(int(far[-1] / scale * 2) + 8), [0.25, 0.5, 0.25], "same") / 0.61
    place = far / scale * 2 + 2
    at = np.floor(place).astype(int)
    u, (a, b, c, d) = place - at, (knots[at + i] for i in (-1, 0, 1, 2))
    return 0.5 * (2 * b + (c - a) * u + (2 * a - 5 * b + 4 * c - d) * u**2 + (3 * b - a - 3 * c + d) * u**3)


def sweeps(chance: Generator, hours: float, speed: float = 0.8, lane_m: float = 100.0, apart_m: float = 20.0) -> Way:
    """To and fro over a field, in lanes 20 m apart."""
    far = pace(chance, hours, speed)
    lanes = np.arange(int(far[-1] / (lane_m + apart_m)) + 2)
    x = np.column_stack([np.where(lanes % 2, lane_m, 0.0), np.where(lanes % 2, 0.0, lane_m)]).ravel()
    y = np.repeat(lanes * apart_m, 2)
    way, turn = along(x, y, far), chance.uniform(0, 2 * np.pi)
    return Way(way.x * np.cos(turn) - way.y * np.sin(turn), way.x * np.sin(turn) + way.y * np.cos(turn))


def with_stops(chance: Generator, way: Way) -> Way:
    """The same way with a rest of three to ten minutes after each three to ten minutes."""
    going, begin, moves = np.ones(len(way.x)), 0, True
    while begin < len(going):
        lasting = round(chance.uniform(180, 600) / TICK_S)
        going[begin : begin + lasting] = moves
        begin, moves = begin + lasting, not moves
    tick = np.cumsum(going)
    return Way(*(np.interp(tick, np.arange(len(place)), place) for place in (way.x, way.y)))


def stopping(chance: Generator, hours: float) -> Way:
    return with_stops(chance, winding(chance, hours))


def resting(chance: Generator, hours: float) -> Way:
    nowhere = np.zeros(round(hours * 3600 / TICK_S))
    return Way(nowhere, nowhere)


WAYS: dict[str, Callable[[Generator, float], Way]] = {
    "straight": straight, "winding": winding, "sweeps": sweeps, "stops": stopping, "rest": resting,
}  # fmt: skip


def received(
    way: Way, every_s: float, noise_m: float, alike: float, chance: Generator, group: str = "p"
) -> tuple[GroupTrack, float]:
    """The track of a way, a fix each so many seconds, and the true length between its first and last fix.

    `noise_m` is the standard deviation on each axis, `alike` its correlation from fix to fix.
    """
    index = np.arange(0, len(way.x), round(every_s / TICK_S))
    lasting = -1 / np.log(alike) if alike else 0.0
    x, y = (place[index] + noise_m * staying(chance, len(index), lasting) for place in (way.x, way.y))
    lon, lat = PLANE.to_degrees(x, y)
    time = START + np.rint(index * TICK_S * 1000).astype(np.int64)
    walk = Fixes.of(time, lon, lat, np.full(len(index), noise_m, np.float32))
    return GroupTrack(group, walk, "gpx"), Way(way.x[: index[-1] + 1], way.y[: index[-1] + 1]).length_m


def unlike(track: GroupTrack, accuracy_m: float) -> GroupTrack:
    """The same track whose receiver states another accuracy."""
    stated = np.full(len(track.fixes), accuracy_m, np.float32)
    return replace(track, fixes=replace(track.fixes, accuracy=stated))
