"""Small lines and walks for the engine tests: flat metres around one place, turned into degrees."""

from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st

from cotmoc.geo.fixes import NO_TIME, Fixes
from cotmoc.geo.line import Line, LocalProjection
from cotmoc.measure.engine.values import GroupTrack

PLANE = LocalProjection(107.5, 15.6)
START = 1_600_000_000_000
STEP_S = 20

METRES = st.one_of(st.integers(-900, 900).map(float), st.floats(-900, 900))
"""Whole numbers too, so that walks touch, follow and cross the line exactly."""
WAYS = st.lists(st.tuples(METRES, METRES), max_size=8)


def lonlat(metres: Sequence[tuple[float, float]]) -> np.ndarray:
    x, y = np.array(metres, np.float64).reshape(-1, 2).T
    return np.column_stack(PLANE.to_degrees(x, y))


def line(*parts: Sequence[tuple[float, float]]) -> Line:
    return Line.from_lonlat([lonlat(part) for part in parts])


def fixes(metres: Sequence[tuple[float, float]], seconds: Sequence[float] | None = None) -> Fixes:
    """Fixes at flat metres, 20 s apart unless the seconds are given."""
    places = lonlat(metres)
    after = np.arange(len(places)) * STEP_S if seconds is None else np.array(seconds)
    return Fixes.of(START + np.rint(after * 1000).astype(np.int64), places[:, 0], places[:, 1])


def untimed(metres: Sequence[tuple[float, float]]) -> Fixes:
    places = lonlat(metres)
    return Fixes.of(np.full(len(places), NO_TIME), places[:, 0], places[:, 1])


def track(walk: Fixes, group: str = "p", source: str = "gpx") -> GroupTrack:
    return GroupTrack(group, walk, source)
