"""How near the distance walked comes to the true one: ways of known length, noise of a known kind, and other methods beside.

    scripts/bench walked [--tracks 8] [--seed 1] [--json]

Each figure is the mean error in percent of `--tracks` tracks of two hours (rest: metres an hour), *in* is the share of tracks
whose true length lies in the band. Hikes are real trails (`../shared/data/gpx/hiking_omerkel`, those drawn with a vertex each
32 m or closer), walked again by a simulated walker. The other methods get the same fixes:

- raw: consecutive distances, what most systems report
- simplified: Douglas-Peucker with a tolerance of twice the noise (as `DouglasPeuckerGeneralizer` of MovingPandas)
- median: running median of five fixes
- kalman: constant velocity, q = 0.01 m2/s3, noise inflated by (1 + a)/(1 - a), smoothed (Rauch-Tung-Striebel)
"""

from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.random import Generator

from cotmoc.geo.line import LocalProjection
from cotmoc.geo.readers import read_tracks
from cotmoc.measure.engine.movement import WALK, Fixed, lengths, smoothed
from cotmoc.measure.engine.smoothing import walked_each
from cotmoc.measure.engine.values import Floats, GroupTrack, Rules
from tests.measure.engine.walks import PLANE
from tests.measure.engine.ways import WAYS, Way, along, pace, received, sweeps

HIKES = Path(__file__).resolve().parents[3] / "shared" / "data" / "gpx" / "hiking_omerkel"
CLOSE_M, LONG_M = 32.0, 9_000.0
INTERVALS, NOISES, ALIKES = (1, 5, 10, 30), (3.0, 5.0, 10.0), (0.0, 0.8)
HOURS = 2.0
Made = tuple[GroupTrack, float]


@cache
def trails() -> list[tuple[Floats, Floats]]:
    """Corners of the real trails in flat metres; none where the shared data are absent."""
    found = []
    for path in sorted(HIKES.glob("*.gpx")):
        for track in read_tracks(path.name, path.read_bytes()).tracks:
            plane = LocalProjection(float(track.fixes.lon.mean()), float(track.fixes.lat.mean()))
            x, y = plane.to_metres(track.fixes.lon, track.fixes.lat)
            steps = np.hypot(np.diff(x), np.diff(y))
            if len(steps) and np.median(steps) <= CLOSE_M and steps.sum() >= LONG_M:
                found.append((x, y))
    return found


def hike(chance: Generator, hours: float, speed: float = 0.8) -> Way:
    x, y = trails()[int(chance.integers(len(trails())))]
    far = pace(chance, hours, speed)
    left = np.hypot(np.diff(x), np.diff(y)).sum() - far[-1]
    return along(x, y, far + chance.uniform(0, max(left, 0)))


def kinds() -> dict[str, Callable[[Generator, float], Way]]:
    found: dict[str, Callable[[Generator, float], Way]] = {}
    if trails():
        found |= {"hike": hike, "fast hike": partial(hike, speed=1.2)}
    return found | WAYS | {"sweeps of 60 m": partial(sweeps, speed=0.6, lane_m=60.0)}


def raw(x: Floats, y: Floats, *_: Any) -> float:
    return float(np.hypot(np.diff(x), np.diff(y)).sum())


def simplified(x: Floats, y: Floats, _: float, noise_m: float, __: float) -> float:
    return float(shapely.LineString(np.column_stack([x, y])).simplify(2 * noise_m).length)


def median(x: Floats, y: Floats, *_: Any) -> float:
    columns = [np.lib.stride_tricks.sliding_window_view(np.pad(place, 2, mode="edge"), 5) for place in (x, y)]
    return raw(*(np.median(column, axis=1) for column in columns))


def kalman(x: Floats, y: Floats, every_s: float, noise_m: float, alike: float) -> float:
    error = np.full(len(x), noise_m * np.sqrt((1 + alike) / (1 - alike)))
    between = np.ones(len(x) - 1)
    places = Fixed(
        x, y, error, np.ones(len(x), np.bool_), between * every_s, np.full(len(x) - 1, WALK, np.int8), between * 0
    )
    return float(lengths(places, smoothed(places, between * 0.01))[0].sum())


OTHERS = {"raw": raw, "simplified": simplified, "median": median, "kalman": kalman}


def cases(tracks: int, seed: int) -> Iterator[dict[str, Any]]:
    """One row per interval, noise, correlation and kind of way."""
    for every in INTERVALS:
        for noise in NOISES:
            for alike in ALIKES:
                for name, kind in kinds().items():
                    chance = np.random.default_rng([seed, every, round(noise), round(alike * 10), len(name)])
                    made = [received(kind(chance, HOURS), every, noise, alike, chance, str(i)) for i in range(tracks)]
                    yield {"every": every, "noise": noise, "alike": alike, "way": name} | judged(
                        made, every, noise, alike
                    )


def judged(made: list[Made], every: float, noise: float, alike: float) -> dict[str, Any]:
    """Errors of all methods on these tracks, in percent, or metres an hour where nobody moved."""
    true = np.array([metres for _, metres in made])
    began = time.process_time()
    found = walked_each([[track] for track, _ in made], Rules())
    spent = time.process_time() - began
    scale = 100 / true.mean() if true.any() else 1 / HOURS
    inside = [one.low <= metres <= one.high for one, metres in zip(found, true, strict=True)]
    ours = np.array([one.metres for one in found])
    errors = {"ours": float((ours - true).mean() * scale), "spread": float(np.std(ours - true) * scale)}
    errors["band"] = float(np.mean([(one.high - one.low) / 2 for one in found]) * scale)
    for name, method in OTHERS.items():
        other = [method(*PLANE.to_metres(t.fixes.lon, t.fixes.lat), every, noise, alike) for t, _ in made]
        errors[name] = float((np.array(other) - true).mean() * scale)
    fixes = sum(len(track.fixes) for track, _ in made)
    return errors | {"in": float(np.mean(inside)), "fixes": fixes, "cpu_s": spent}


def table(rows: list[dict[str, Any]]) -> str:
    """All rows, then what each kind of way comes to."""
    names = ["ours", "spread", "band", *OTHERS]
    head = f"{'way':<15}{'every':>6}{'noise':>6}{'alike':>6}" + "".join(f"{name:>11}" for name in names) + f"{'in':>6}"
    lines = [head]
    for row in rows:
        amounts = "".join(f"{row[name]:>11.1f}" for name in names)
        lines.append(
            f"{row['way']:<15}{row['every']:>6}{row['noise']:>6.0f}{row['alike']:>6.1f}{amounts}{row['in']:>6.0%}"
        )
    by_way: dict[tuple[str, float], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_way[row["way"], row["alike"]].append(row)
    lines += ["", f"{'way':<15}{'alike':>6}{'mean |error|':>14}{'worst':>8}{'in':>6}{'fixes/CPU s':>13}"]
    for (way, alike), mine in by_way.items():
        off = np.abs([row["ours"] for row in mine])
        pace_ = sum(row["fixes"] for row in mine) / sum(row["cpu_s"] for row in mine)
        inside = np.mean([row["in"] for row in mine])
        lines.append(f"{way:<15}{alike:>6.1f}{off.mean():>14.1f}{off.max():>8.1f}{inside:>6.0%}{pace_:>13,.0f}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tracks", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    if not trails():
        print(f"NO REAL TRAILS: {HIKES} is absent")
    rows = list(cases(args.tracks, args.seed))
    print(json.dumps(rows) if args.json else table(rows))


if __name__ == "__main__":
    main()
