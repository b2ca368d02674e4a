"""Small lines and walks for the engine tests: flat metres around one place, turned into degrees."""

from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st

from cotmoc.geo.fixes import NO_TIME, Fixes
from cotmoc.geo.line import Line, LocalProjection
from cotmoc.measure.engine.values import GroupTrack, Intervals

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


CHAINAGES = st.tuples(st.integers(0, 1000), st.integers(0, 1000)).map(lambda pair: (min(pair), max(pair)))
PIECES = st.lists(CHAINAGES, max_size=8)
SPELLS = st.tuples(st.integers(0, 3000), st.integers(0, 500)).map(lambda spell: (spell[0], sum(spell)))
ROWS = st.lists(
    st.builds(lambda m, t, group, sure: (*m, *t, group, sure), CHAINAGES, SPELLS, st.integers(0, 2), st.booleans()),
    max_size=10,
)
"""Rows (from_m, to_m, first_s, last_s, group, sure)."""


def rows_of(rows: Sequence[tuple[float, float, float, float, int, bool]]) -> Intervals:
    """Intervals of groups "0", "1", "2"; a sure row is possible, too."""
    table = [(*row[:5], False) for row in rows] + [row for row in rows if row[5]]
    from_m, to_m, first, last, group, sure = np.array(table, np.float64).reshape(-1, 6).T
    moments = [START + np.rint(seconds * 1000).astype(np.int64) for seconds in (first, last)]
    return Intervals.of(["0", "1", "2"], group.astype(np.int64), from_m, to_m, *moments, sure.astype(np.bool_))
