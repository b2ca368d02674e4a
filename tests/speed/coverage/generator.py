"""Patrols to measure with: synthetic walks beside a line, any number of fixes, the same for the same seed.

A patrol walks along the line at 0.6 to 1.3 m/s, turns now and then, keeps to a path that wanders some 45 m from the line,
takes excursions away from it, loses its signal at times; its fixes carry 4 m of noise and say 5 m of accuracy. Places are
whole units of 1e-7 degree, as receivers write them.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from cotmoc.geo.fixes import PLACE_UNITS, Fixes
from cotmoc.geo.line import Line

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "quangnam_geo" / "border_line.geojson"
BEGIN_MS = 1_577_836_800_000
YEAR_MS = 365 * 86_400_000
FIXES_PER_PATROL = 5000


def fractal_line(seed: int = 1, length_m: float = 160_000.0, levels: int = 13) -> Line:
    """A line of 2**levels segments made by moving middles sideways: about `length_m` between its ends."""
    chance = np.random.default_rng(seed)
    x, y = np.array([0.0, length_m * 0.7]), np.array([0.0, length_m * 0.3])
    for _ in range(levels):
        dx, dy, push = np.diff(x), np.diff(y), chance.normal(0, 0.14, len(x) - 1)
        middle_x, middle_y = (x[1:] + x[:-1]) / 2 - push * dy, (y[1:] + y[:-1]) / 2 + push * dx
        x, y = (np.insert(a, range(1, len(a)), b) for a, b in ((x, middle_x), (y, middle_y)))
    return Line.from_lonlat([np.column_stack([106.8 + x / 107_000, 15.0 + y / 110_600])])


def openstreetmap_line() -> Line | None:
    """The border line of the shared data; None where that is absent."""
    if not SHARED.exists():
        return None
    features = json.loads(SHARED.read_text())["features"]
    return Line.from_geojson(next(f for f in features if "osm_full" in str(f["properties"])))


def crossing_line() -> Line:
    """A line in two parts that crosses itself, with branches side by side and a hairpin."""
    turn = np.linspace(0, 6 * np.pi, 400)
    ring = np.column_stack([107.5 + 0.02 * np.cos(turn) + turn * 0.001, 15.6 + 0.02 * np.sin(2 * turn)])
    hairpin = np.array([[107.40, 15.50], [107.60, 15.501], [107.40, 15.502], [107.6, 15.56], [107.6, 15.64]])
    return Line.from_lonlat([ring, hairpin])


def line_named(name: str) -> Line:
    """One of the three lines; LookupError where the shared data are wanted and absent."""
    line = {"fractal": fractal_line, "openstreetmap": openstreetmap_line, "crossing": crossing_line}[name]()
    if line is None:
        raise LookupError("the OpenStreetMap line is not among the shared data here")
    return line


def patrols(line: Line, fixes: int, interval_s: int, seed: int, of: int = FIXES_PER_PATROL) -> Iterator[Fixes]:
    """Patrols of `of` fixes each, until there are `fixes`."""
    chance = np.random.default_rng(seed)
    for _ in range(max(1, -(-fixes // of))):
        yield _patrol(line, of, interval_s, chance)


def _patrol(line: Line, size: int, interval_s: int, chance: np.random.Generator) -> Fixes:
    pace = chance.uniform(0.6, 1.3) * interval_s * np.where(np.cumsum(chance.random(size) < 0.0004) % 2, -1, 1)
    along = chance.uniform(0, line.length_m) + np.cumsum(pace * (chance.random(size) > 0.1))
    along = np.abs(along) % (2 * line.length_m)
    along = np.where(along > line.length_m, 2 * line.length_m - along, along)
    x, y = line.projection.to_metres(*line.point_at(_smooth(along, 40)))
    away = _knots(chance, size, 400, 0.0, 1.0)
    excursion = np.maximum(0, _knots(chance, size, 700, 0, 900) - 500)
    x = _smooth(x, 20) + _knots(chance, size, 60, 0, 20) + 45 * np.tanh(away) + excursion + chance.normal(0, 4, size)
    y = _smooth(y, 20) + _knots(chance, size, 60, 0, 20) + 30 * np.tanh(away) + excursion + chance.normal(0, 4, size)
    lost = np.where(chance.random(size) < 0.001, chance.integers(60, 1200, size), 0)
    seconds = np.arange(size) * interval_s + np.cumsum(lost)
    time = BEGIN_MS + int(chance.integers(0, YEAR_MS // 1000)) * 1000 + seconds * 1000
    lon, lat = line.projection.to_degrees(x, y)
    units = [np.rint(place * PLACE_UNITS) / PLACE_UNITS for place in (lon, lat)]
    return Fixes.of(time, *units, np.full(size, 5, np.float32))


def _smooth(values: np.ndarray, width: int) -> np.ndarray:
    return np.convolve(np.pad(values, width, "edge"), np.ones(2 * width + 1) / (2 * width + 1), "valid")


def _knots(chance: np.random.Generator, size: int, every: int, mean: float, spread: float) -> np.ndarray:
    """A value that wanders: drawn at every so many fixes, straight between."""
    at = np.arange(0, size + every, every)
    return np.interp(np.arange(size), at, chance.normal(mean, spread, len(at)))
