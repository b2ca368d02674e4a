"""The judge of coverage: many patrols, three lines, exact distance to every step, no buffers.

    python -m tests.speed.coverage.judge [--patrols 10000] [--seed N]

Each patrol is a short walk, a third of them built to stand at a threshold: a gap or a hop a hair under or over the
limit, a path that grazes the reach, lone fixes, steps of no length, the line's ends, a place where it crosses itself.
For what the engine says of each, sure and possible:

    every end lies at the reach (to 1 mm), or at an end of a part of the line
    places 0.5 m inside and outside every end, and between, are within and beyond the reach

A place so near the reach that a millimetre decides is not asked. The seed is of the clock unless it is given.
"""

import argparse
import time
from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import shapely

from cotmoc.geo.fixes import Fixes
from cotmoc.geo.line import Line
from cotmoc.measure.engine.fast.survey import cover
from cotmoc.measure.engine.spans import union
from cotmoc.measure.engine.values import Floats, GroupTrack, Intervals, Rules
from tests.speed.coverage.generator import BEGIN_MS, crossing_line, fractal_line, openstreetmap_line

TOLERANCE_M = 1e-3
ASIDE_M = 0.5
WALK = 60


@dataclass
class Verdict:
    """What was asked and what was wrong."""

    patrols: int = 0
    ends: int = 0
    places: int = 0
    worst_end_m: float = 0.0
    wrong: list[str] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)


def judge(line: Line, patrols: int, seed: int, rules: Rules) -> Verdict:
    """Let the engine measure the patrols together, and look at each by itself."""
    chance = np.random.default_rng(seed)
    walks = [_walk(line, chance, rules) for _ in range(patrols)]
    tracks = [GroupTrack(str(i), fixes, "gpx") for i, (_, fixes) in enumerate(walks)]
    rows = cover(line, tracks, rules)
    at = np.searchsorted(rows.group, np.arange(patrols + 1))
    verdict = Verdict(patrols=patrols, kinds=Counter(kind for kind, _ in walks))
    for number, (kind, fixes) in enumerate(walks):
        mine = rows.take(slice(at[number], at[number + 1]))
        _judge_one(verdict, f"{kind} {seed}/{number}", line, fixes, rules, mine)
    return verdict


def _judge_one(verdict: Verdict, name: str, line: Line, fixes: Fixes, rules: Rules, rows: Intervals) -> None:
    ways, error = _ways(line, fixes, rules)
    s = line.segments
    corners = np.concatenate([s.from_m[np.append(True, s.part[1:] != s.part[:-1])], s.to_m[-1:]])
    for sure in (False, True):
        mine = rows.certain(sure)
        spans = union(mine.from_m, mine.to_m)
        radius = rules.reach_m + (-error if sure else error)
        ends = np.concatenate([spans.from_m, spans.to_m])
        free = ends[np.abs(ends[:, None] - corners).min(axis=1, initial=np.inf) > 1e-3]
        off = np.abs(_beyond(line, free, ways, radius))
        verdict.ends += len(free)
        verdict.worst_end_m = max(verdict.worst_end_m, float(off.max(initial=0)))
        if off.max(initial=0) > TOLERANCE_M:
            verdict.wrong.append(f"{name} sure={sure}: an end is {off.max():.4f} m from the reach")
        x, y = line.projection.to_metres(fixes.lon, fixes.lat)
        passing = line.locate(*line.projection.to_degrees(x, y))[0]
        near = (passing[:, None] + np.array([-90.0, -30, 0, 30, 90])).ravel()
        places = np.concatenate([ends - ASIDE_M, ends + ASIDE_M, (spans.from_m + spans.to_m) / 2, near])
        places = places[(places >= 0) & (places <= line.length_m)]
        places = places[
            np.abs(places[:, None] - corners).min(axis=1) > 1e-3
        ]  # where parts meet, a chainage has two places
        beyond = _beyond(line, places, ways, radius)
        index = np.searchsorted(spans.from_m, places, side="right") - 1
        inside = (index >= 0) & (places <= np.append(spans.to_m, -np.inf)[index])
        differ = (inside != (beyond <= 0)) & (np.abs(beyond) > TOLERANCE_M)
        verdict.places += len(places)
        if differ.any():
            verdict.wrong.append(
                f"{name} sure={sure}: {int(differ.sum())} places, worst {np.abs(beyond[differ]).max():.3f} m"
            )


def _ways(line: Line, fixes: Fixes, rules: Rules) -> tuple[np.ndarray, Floats]:
    """The unbroken steps and lone fixes as shapes with their errors, by the definition and nothing of the engines."""
    x, y = line.projection.to_metres(fixes.lon, fixes.lat)
    held = (np.diff(fixes.time) <= rules.max_gap_s * 1000) & (np.hypot(np.diff(x), np.diff(y)) <= rules.max_hop_m)
    alone = ~np.append(held, False) & ~np.append(False, held)
    a = np.concatenate([np.flatnonzero(held), np.flatnonzero(alone)])
    b = np.concatenate([np.flatnonzero(held) + 1, np.flatnonzero(alone)])
    ends = np.stack([x[a], y[a], x[b], y[b]], axis=1).reshape(-1, 2, 2)
    return shapely.linestrings(ends), np.maximum(fixes.accuracy[a], fixes.accuracy[b]).astype(np.float64)


def _beyond(line: Line, chainage: Floats, ways: np.ndarray, radius: Floats) -> Floats:
    """How much further than the reach each place of the line is from the walk (below 0: within)."""
    x, y = line.projection.to_metres(*line.point_at(chainage))
    away = shapely.distance(shapely.points(x, y)[:, None], ways[None, :])
    return (np.where(radius < 0, np.inf, away) - radius).min(axis=1, initial=np.inf)


def _walk(line: Line, chance: np.random.Generator, rules: Rules) -> tuple[str, Fixes]:
    """A walk of up to WALK fixes, in flat metres around a place of the line, and which kind it is."""
    kind = str(chance.choice(["plain"] * 12 + ["gap", "hop", "graze", "lone", "still", "end"]))
    start = chance.choice([0.0, line.length_m]) if kind == "end" else chance.uniform(0, line.length_m)
    size = 1 if kind == "lone" else int(chance.integers(2, WALK))
    interval = int(chance.choice([1, 5, 20]))
    s = start + np.arange(size) * chance.uniform(0.3, 1.5) * interval * chance.choice([-1, 1])
    x, y = line.projection.to_metres(*line.point_at(s))
    (x1, x2), (y1, y2) = line.projection.to_metres(*line.point_at([start - 5, start + 5]))
    across = np.array([-(y2 - y1), x2 - x1]) / max(1e-9, float(np.hypot(x2 - x1, y2 - y1)))
    accuracy = np.full(size, 5.0) if chance.random() < 0.5 else chance.uniform(0, 30, size)
    hair = chance.choice([-1e-4, 1e-4])
    if kind == "graze":  # parallel to the line at the reach, a tenth of a millimetre more or less
        accuracy = np.full(size, 5.0)
        x, y = x[0] + np.arange(size) * across[1] * 3, y[0] - np.arange(size) * across[0] * 3
        aside = rules.reach_m + chance.choice([-5, 5]) + hair
    else:
        aside = chance.uniform(-130, 130)
        noise = 0 if kind in {"still", "hop"} else 4
        x, y = x + chance.normal(0, 1, size) * noise, y + chance.normal(0, 1, size) * noise
    x, y = x + across[0] * aside, y + across[1] * aside
    if kind == "still":
        x[:], y[:] = x[0], y[0]
    seconds = np.arange(size) * float(interval)
    if kind == "hop":  # one step of the longest hop, a tenth of a millimetre more or less
        turn, half = chance.uniform(0, 2 * np.pi), size // 2
        jump = (rules.max_hop_m + hair) * np.array([np.cos(turn), np.sin(turn)])
        x[half:] += jump[0] - (x[half] - x[half - 1])
        y[half:] += jump[1] - (y[half] - y[half - 1])
    if kind == "gap":
        seconds[size // 2 :] += rules.max_gap_s - interval + chance.choice([0.0, 0.001])
    lon, lat = line.projection.to_degrees(x, y)
    return kind, Fixes.of(BEGIN_MS + np.rint(seconds * 1000).astype(np.int64), lon, lat, accuracy)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--patrols", type=int, default=10_000, help="in all, over the lines (10000)")
    parser.add_argument("--seed", type=int, default=time.time_ns() % 2**32)
    args = parser.parse_args()
    lines = {"fractal": fractal_line(levels=12), "openstreetmap": openstreetmap_line(), "crossing": crossing_line()}
    known = {name: line for name, line in lines.items() if line is not None}
    bad = 0
    for number, (name, line) in enumerate(known.items()):
        began = time.perf_counter()
        verdict = judge(line, -(-args.patrols // len(known)), args.seed + number, Rules())
        bad += len(verdict.wrong)
        print(
            f"{name:<14} seed {args.seed + number}: {verdict.patrols} patrols, {verdict.ends} ends"
            f" (worst {verdict.worst_end_m:.1e} m), {verdict.places} places, {len(verdict.wrong)} wrong,"
            f" {time.perf_counter() - began:.0f} s; {dict(verdict.kinds)}"
        )
        for wrong in verdict.wrong[:10]:
            print("  ", wrong)
    return int(bad > 0)


if __name__ == "__main__":
    raise SystemExit(main())
