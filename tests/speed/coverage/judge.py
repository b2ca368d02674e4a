"""The judge of coverage: many patrols, three lines, several reaches, markers; exact distance to every step, no buffers.

    python -m tests.speed.coverage.judge [--patrols 10000] [--seed N] [--engine fast|archive|reference]

Each patrol is a short walk, two thirds of them built to stand at a threshold (`constructed`): a gap, a hop, a reach or
a pause a hair under or over the limit, lone fixes, steps of no length, the line's ends and corners, a place where it
crosses itself. For what the engine says of each (`judged`), for every reach, sure and possible:

    every end lies at the reach (to 1e-6 m), or at an end of a part of the line
    places 0.5 m and 1 cm inside and outside every end, and between, are within and beyond the reach
    every marker's visits are found again: how many, nearest to 1e-6 m, coming, going and dwelling to milliseconds

What a micrometre decides is not asked, and counted. The engine `archive` is the fast one by way of Parquet, where places are
whole units of 1e-7 degree (a centimetre): it is judged on walks of such places. The seed is of the clock unless it is given.
"""

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from cotmoc.geo.fixes import PLACE_UNITS, Fixes
from cotmoc.geo.line import Line
from cotmoc.measure.engine import choice
from cotmoc.measure.engine import survey as reference
from cotmoc.measure.engine.survey import Posts, Survey, Surveyor
from cotmoc.measure.engine.values import GroupTrack, Rules
from tests.speed.coverage.constructed import Builder, markers_of
from tests.speed.coverage.generator import crossing_line, fractal_line, openstreetmap_line
from tests.speed.coverage.judged import Verdict, judge_coverage, judge_visits, report, way_of

REACHES_M = (30.0, 100.0, 250.0)
POST_REACH_M = 60.0
BATCH = 500
"""Patrols measured in one call."""


def judge(
    line: Line, patrols: int, seed: int, survey: Surveyor, kind: str | None = None, whole_units: bool = False
) -> tuple[Verdict, Counter[str]]:
    """Let the engine measure patrols together, and look at each by itself; of one kind only where that is given."""
    chance = np.random.default_rng(seed)
    rules, posts = Rules(), markers_of(line, POST_REACH_M, chance)
    builder = Builder(line, rules, REACHES_M, posts, chance)
    verdict, kinds = Verdict(patrols=patrols), Counter[str]()
    for begin in range(0, patrols, BATCH):
        walks = [builder.case(kind) for _ in range(min(BATCH, patrols - begin))]
        kinds.update(made for made, _ in walks)
        if whole_units:
            walks = [(made, _in_units(fixes)) for made, fixes in walks]
        found = survey(
            line, [GroupTrack(str(i), fixes, "gpx") for i, (_, fixes) in enumerate(walks)], rules, REACHES_M, posts
        )
        for number, (made, fixes) in enumerate(walks):
            name, way = f"{made} {seed}/{begin + number}", way_of(line, fixes, rules)
            for reach, rows in zip(REACHES_M, found.intervals, strict=True):
                mine = rows.of_group(str(number))
                for sure in (False, True):
                    told = f"{name} {reach:.0f} m {'sure' if sure else 'possible'}"
                    judge_coverage(verdict, told, line, fixes, way, reach, mine.certain(sure), sure)
            met = found.visits.groups.index(str(number)) if str(number) in found.visits.groups else -1
            judge_visits(verdict, name, line, way, posts, rules, found.visits.take(found.visits.group == met))
    return verdict, kinds


def _in_units(fixes: Fixes) -> Fixes:
    places = (np.rint(place * PLACE_UNITS) / PLACE_UNITS for place in (fixes.lon, fixes.lat))
    return Fixes.of(fixes.time, *places, fixes.accuracy)


def through_archive(
    line: Line, tracks: Sequence[GroupTrack], rules: Rules, reaches_m: Sequence[float], posts: Posts
) -> Survey:
    """The fast engine on the tracks written into Parquet and read again."""
    from cotmoc.measure.archive import fixes, months

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "part.parquet"
        fixes.write(path, ([track] for track in tracks), rules)
        found = months.named(
            [path], [dict(months.measured(line, [path], rules, reaches_m, posts))[path]], len(reaches_m)
        )
    groups = tuple(track.group for track in tracks)
    intervals = tuple(replace(rows, groups=groups) for rows in found.intervals)
    return Survey(intervals, replace(found.visits, groups=groups))


def surveyor(engine: str) -> Surveyor:
    if engine == "reference":
        return reference.survey
    choice.prepare()
    if engine == "archive":
        return through_archive
    from cotmoc.measure.engine.fast import survey as fast

    return fast.survey


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--patrols", type=int, default=10_000, help="in all, over the lines (10000)")
    parser.add_argument("--seed", type=int, default=time.time_ns() % 2**32)
    parser.add_argument("--engine", choices=["fast", "archive", "reference"], default="fast")
    args = parser.parse_args()
    lines = {"fractal": fractal_line(levels=12), "openstreetmap": openstreetmap_line(), "crossing": crossing_line()}
    known = {name: line for name, line in lines.items() if line is not None}
    bad = 0
    for number, (name, line) in enumerate(known.items()):
        began = time.perf_counter()
        verdict, kinds = judge(
            line,
            -(-args.patrols // len(known)),
            args.seed + number,
            surveyor(args.engine),
            whole_units=args.engine == "archive",
        )
        bad += len(verdict.wrong)
        print(report(name, args.seed + number, verdict, time.perf_counter() - began, kinds.most_common()), flush=True)
        for wrong in verdict.wrong[:10]:
            print("  ", wrong)
    return int(bad > 0)


if __name__ == "__main__":
    raise SystemExit(main())
