"""How a phone saw a patrol go along a line.

A journey is laid out as a path in (chainage, offset), then walked in time (pace, rests, stops, nights), then seen through a
receiver (noise that stays for minutes under canopy, fixes lost, the phone asleep at night). Nobody on the ground knows the
chainage: the fixes are all that leaves this file.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cotmoc.demo.engine.course import Course
from cotmoc.demo.engine.events import HANOI, BrokenTrail
from cotmoc.geo.fixes import Fixes

Floats = NDArray[np.float64]

STEP_M = 10.0
BLOCK_M = 200.0
"""The pace is drawn anew after so many metres."""


@dataclass(frozen=True, slots=True)
class Gait:
    """How somebody moves and how their receiver does. Speeds in m/s, times in seconds, distances in metres."""

    slowest: float
    fastest: float
    rest_every_s: float
    rest_s: float
    day_s: float
    """After so long on the way they camp until the next morning."""
    wander_m: float
    noise_open_m: float
    noise_canopy_m: float
    gap_every_s: float
    """Mean time between two losses of the signal."""


ON_FOOT = Gait(0.4, 1.2, 3300, 600, 8 * 3600, 7, 5, 24, 4200)
ON_BEACH = Gait(0.7, 1.3, 5400, 480, 6 * 3600, 6, 4, 6, 40_000)
BY_BOAT = Gait(4.0, 8.0, 9000, 900, 14 * 3600, 60, 4, 5, 60_000)

NOISE_STAYS_S = 120.0
DETOUR_M, DETOUR_RAMP_M = 450.0, 150.0
LONG_GAP_SHARE = 0.15


@dataclass(frozen=True, slots=True)
class Journey:
    """Where to go: from a point beside the line to it, along it, and away from it again."""

    from_m: float
    to_m: float
    start_offset_m: float
    end_offset_m: float
    along_m: float = 0.0
    """Offset kept while going along: 0 on the border, some kilometres out for a boat."""
    stops: tuple[tuple[float, float], ...] = ()
    """(chainage, seconds) of each stay at a marker."""


@dataclass(frozen=True, slots=True, eq=False)
class Walk:
    """A journey in time: moments (seconds since `start`) and the way covered by then, the days' borders and the stops."""

    start: datetime
    at_s: Floats
    way_m: Floats
    days: tuple[tuple[float, float], ...]
    stops: tuple[tuple[float, float], ...]
    """(arrival, departure) in seconds, in the order of the journey's stops."""
    x: Floats
    y: Floats
    path_m: Floats
    chainage: Floats

    @property
    def end(self) -> datetime:
        return self.start + timedelta(seconds=float(np.ceil(self.at_s[-1])))


def walk(
    course: Course, journey: Journey, gait: Gait, broken: Sequence[BrokenTrail], start: datetime, rng: Generator
) -> Walk:
    """Lay out the journey and go it, beginning at `start` (UTC)."""
    chainage, offset, reached = _path(journey, gait, [trail for trail in broken if trail.since <= start], rng)
    x, y = course.flat(chainage, offset)
    path_m = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))])
    stays = [(float(path_m[index]), seconds) for index, (_, seconds) in zip(reached, journey.stops, strict=True)]
    at_s, way_m, days, stops = _pass_time(float(path_m[-1]), stays, gait, start, rng)
    return Walk(start, at_s, way_m, days, stops, x, y, path_m, chainage)


def _path(
    journey: Journey, gait: Gait, broken: Sequence[BrokenTrail], rng: Generator
) -> tuple[Floats, Floats, list[int]]:
    """Chainage and offset every few metres, and the index at which each stop is reached."""
    length = abs(journey.to_m - journey.from_m)
    along = np.linspace(journey.from_m, journey.to_m, max(2, int(length / STEP_M) + 1))
    beside = journey.along_m + gait.wander_m * _smooth(len(along), rng)
    for trail in broken:
        inside = np.minimum(along - trail.from_m, trail.to_m - along)
        beside += DETOUR_M * np.clip(inside / DETOUR_RAMP_M, 0, 1)
    to_line, to_side = _side_path(journey.start_offset_m, float(beside[0]), rng)
    from_line, from_side = (part[::-1] for part in _side_path(journey.end_offset_m, float(beside[-1]), rng))
    chainage = np.concatenate([along[0] + to_side, along, along[-1] + from_side])
    offset = np.concatenate([to_line, beside, from_line])
    reached = [len(to_line) + int(np.argmin(np.abs(along - place))) for place, _ in journey.stops]
    return chainage, offset, reached


def _side_path(start: float, end: float, rng: Generator) -> tuple[Floats, Floats]:
    """Offsets from `start` to the line at `end`, and how far to the side each point lies: nobody walks dead straight."""
    offset = np.linspace(start, end, max(2, int(abs(end - start) / STEP_M)), endpoint=False)
    left = (offset - end) / (start - end) if start != end else np.zeros(len(offset))
    bend = rng.uniform(-0.45, 0.45) * np.sin(np.pi * left * rng.uniform(0.6, 1.4)) * abs(start - end)
    return offset, bend + left * 25 * _smooth(len(offset), rng)


def _smooth(size: int, rng: Generator) -> Floats:
    """Noise of unit variance that changes over some two hundred metres."""
    knots = rng.normal(0, 1, size // 20 + 3)
    return np.interp(np.arange(size) / 20.0, np.arange(len(knots)), knots)


def _pass_time(
    total_m: float, stays: Sequence[tuple[float, float]], gait: Gait, start: datetime, rng: Generator
) -> tuple[Floats, Floats, tuple[tuple[float, float], ...], tuple[tuple[float, float], ...]]:
    """Moments and way: blocks of one pace, rests, stays and nights between them."""
    own = rng.uniform(gait.slowest + 0.3 * (gait.fastest - gait.slowest), gait.fastest)
    stay_at = dict(stays)
    marks = np.unique(np.concatenate([np.arange(0.0, total_m, BLOCK_M), [total_m], list(stay_at)]))
    paces = np.clip(own * rng.lognormal(0, 0.25, len(marks)), gait.slowest, gait.fastest)
    now, day_began, rested = 0.0, 0.0, 0.0
    at, way, days, stops = [0.0], [0.0], [], {}
    for index, mark in enumerate(marks.tolist()):
        now += (mark - way[-1]) / paces[index]
        at.append(now)
        way.append(mark)
        pause = 0.0
        if mark in stay_at:
            stops[mark] = (now, now + stay_at[mark])
            pause = rested = stay_at[mark]
        elif now - rested > gait.rest_every_s:
            pause = gait.rest_s * rng.uniform(0.6, 1.6)
        if pause:
            now += pause
            rested = now
            at.append(now)
            way.append(mark)
        if now - day_began > gait.day_s and mark < total_m:
            days.append((day_began, now))
            now = day_began = rested = _next_morning(start, now, rng)
            at.append(now)
            way.append(mark)
    days.append((day_began, now))
    return np.array(at), np.array(way), tuple(days), tuple(stops[mark] for mark, _ in stays)


def _next_morning(start: datetime, now: float, rng: Generator) -> float:
    evening = (start + timedelta(seconds=now)).astimezone(HANOI)
    morning = evening.replace(hour=6, minute=20, second=0, microsecond=0) + timedelta(days=1)
    return (morning - start).total_seconds() + float(rng.integers(0, 2400))


def record(course: Course, walked: Walk, gait: Gait, interval_s: int, rng: Generator) -> tuple[Fixes, tuple[int, ...]]:
    """What the phone kept of a walk, one fix each `interval_s`, and the index at which each later day begins."""
    times = [np.arange(np.ceil(began), ended, interval_s) for began, ended in walked.days]
    at_s = np.concatenate(times)
    way = np.interp(at_s, walked.at_s, walked.way_m)
    sigma = _canopy(np.interp(way, walked.path_m, walked.chainage), gait)
    x = np.interp(way, walked.path_m, walked.x) + 0.6 * sigma * _staying(len(at_s), interval_s, rng)
    y = np.interp(way, walked.path_m, walked.y) + 0.6 * sigma * _staying(len(at_s), interval_s, rng)
    accuracy = np.clip(sigma * rng.uniform(0.8, 1.3, len(at_s)), 3, 35).round(1)
    seen = _with_signal(at_s, gait, rng)
    lon, lat = course.line.projection.to_degrees(x, y)
    begin_ms = int(walked.start.timestamp() * 1000)
    fixes = Fixes.of(begin_ms + (at_s * 1000).astype(np.int64), lon.round(6), lat.round(6), accuracy).take(seen)
    begins = np.cumsum([len(part) for part in times])[:-1]
    return fixes, tuple(int(np.count_nonzero(seen[:index])) for index in begins)


def _canopy(chainage: Floats, gait: Gait) -> Floats:
    """Expected error in metres: the forest over a place is the same for everybody who passes there."""
    forest = 0.5 + 0.3 * np.sin(chainage / 730.0) + 0.2 * np.sin(chainage / 211.0 + 1.7)
    return gait.noise_open_m + (gait.noise_canopy_m - gait.noise_open_m) * np.clip(forest, 0, 1)


def _staying(size: int, interval_s: int, rng: Generator) -> Floats:
    """Noise of unit variance that stays for some minutes (a first-order autoregression, as a sum over its past)."""
    decay = np.exp(-interval_s / NOISE_STAYS_S)
    kernel = decay ** np.arange(int(6 * NOISE_STAYS_S / interval_s) + 1)
    kernel /= np.sqrt(np.sum(kernel**2))
    return np.convolve(rng.normal(0, 1, size + len(kernel) - 1), kernel, mode="valid")


def _with_signal(at_s: Floats, gait: Gait, rng: Generator) -> NDArray[np.bool_]:
    """False where the canopy took the signal: mostly for a minute or three, now and then for half an hour."""
    seen = np.ones(len(at_s), np.bool_)
    if not len(at_s):
        return seen
    count = rng.poisson((at_s[-1] - at_s[0]) / gait.gap_every_s)
    begins = rng.uniform(at_s[0], at_s[-1], count)
    lengths = np.where(rng.random(count) < LONG_GAP_SHARE, rng.uniform(400, 2000, count), rng.uniform(30, 240, count))
    for begin, length in zip(begins, lengths, strict=True):
        seen[np.searchsorted(at_s, begin) : np.searchsorted(at_s, begin + length)] = False
    seen[0] = True
    return seen
