"""Coverage of a line: our engines, shapely, DuckDB, SedonaDB and PostGIS on the same files; trajectories; clusters.

    scripts/bench coverage [--fixes 1e5,1e6,1e7] [--engines fast,shapely] [--archive DIR] [--json F] [--plot F.svg]
    scripts/bench coverage --goals            a day, the very first compilation
    scripts/bench coverage --clusters         threads, Dask and Spark on this machine
    scripts/bench coverage --trajectories     MovingPandas and ecoscope beside what we do with the same fixes

The engine `survey` is the fast one with three reaches and all visits to markers in one pass.

Each engine runs in a process of its own: the first run is cold, from before the interpreter starts (imports, caches,
indexes and tables of the line included), the others are warm. Results are compared before times are. An engine that is
not installed is told and left out: the rivals live in an environment of their own (`rivals.txt`), named by
COTMOC_BENCH_VENV. The judge is `python -m tests.speed.coverage.judge`.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from cotmoc.measure.engine import choice
from tests.speed.coverage.archives import Wanted, made
from tests.speed.coverage.generator import line_named
from tests.speed.coverage.plot import draw
from tests.speed.coverage.postgis import NoPostGIS, server
from tests.speed.coverage.table import HEAD, row

RIVALS = ("shapely", "duckdb", "sedonadb", "postgis")
ENGINES = ("fast", "fast-1", "survey", "reference", *RIVALS)
TRIED = ("shapely/places", "duckdb/places", "sedonadb/places", "postgis/places", "postgis/pieces", "postgis/subdivide")
"""Forms that were no faster; asked for by name."""
LARGEST = {"fast": 1e9, "fast-1": 1e9, "survey": 1e9, "shapely": 1e8, "reference": 1e6, **dict.fromkeys(TRIED, 1e6)}
LARGEST_RIVAL = 1e7
REPEATS = {1e5: 7, 1e6: 5, 1e7: 3}
MOST_REPEATS = {"reference": 2}
OURS_M, NEAR_M = 1e-3, 30.0
"""Metres of one patrol that differ by more are wrong. Ours are exact; places every 2 m are off by up to 1 m at every end."""


@dataclass(frozen=True)
class Bench:
    """Where one run of the benchmark has its line, its files and its servers."""

    line: str
    folder: Path
    servers: tuple[int, ...] = ()

    def run(self, engine: str, archive: Path, repeats: int) -> dict[str, Any] | str:
        """The figures of one engine; why not, in a line, where it cannot run."""
        out = self.folder / "metres.npy"
        arguments = [engine, self.line, archive, repeats, time.time(), out, *self.servers]
        command = [sys.executable, "-m", "tests.speed.coverage.once", *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            return (done.stderr.strip().splitlines() or ["no message"])[-1]
        figures: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
        return {**figures, "engine": engine, "metres": np.load(out)}


def compared(bench: Bench, wanted: Wanted, archive: Path, engines: list[str], repeats: int) -> list[dict[str, Any]]:
    """Every engine on one archive, told as it comes; the first is what the others are held against."""
    fixes = sum(wanted.parts())
    rows: list[dict[str, Any]] = []
    for engine in engines:
        if wanted.fixes > LARGEST.get(engine, LARGEST_RIVAL):
            continue
        figures = bench.run(engine, archive, min(repeats, MOST_REPEATS.get(engine, repeats)))
        if isinstance(figures, str):
            print(f"| {wanted.fixes:.0e} | {engine} | not run: {figures} |", flush=True)
            continue
        metres = figures.pop("metres")
        first = rows[0] if rows else {**figures, "of": metres}
        off = float(np.abs(metres - first["of"]).max(initial=0))
        rows.append({**figures, "fixes": fixes, "off_m": off, "covered_m": float(metres.sum()), "of": first["of"]})
        wrong = off > (NEAR_M if engine.partition("/")[0] in RIVALS else OURS_M)
        print(row(rows[-1], first), " WRONG" if wrong else "", sep="", flush=True)
    return [{name: value for name, value in one.items() if name != "of"} for one in rows]


def goals(bench: Bench, archives: Path) -> list[dict[str, Any]]:
    """A day of 274,000 fixes, and the very first compilation, as set-up does it."""
    day = bench.run("fast", made(archives, Wanted(bench.line, 274_000)), 9)
    if isinstance(day, str):
        print(f"not run: {day}")
        return []
    warm = day["wall"][1:]
    print(f"a day of 275,000 fixes: a new process {day['wall'][0]:.2f} s, warm {np.median(warm) * 1000:.0f} ms", end="")
    print(f" (best {min(warm) * 1000:.0f}), {np.median(day['cpu'][1:]) * 1000:.0f} ms of CPU", flush=True)
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as empty:
        command = [sys.executable, "-m", choice.COMPILING]
        subprocess.run(command, check=True, capture_output=True, env={**os.environ, "NUMBA_CACHE_DIR": empty})
    first = time.perf_counter() - began
    print(f"very first compilation: {first:.1f} s")
    return [
        {"name": "day", **{k: v for k, v in day.items() if k != "metres"}},
        {"name": "compilation", "wall": [first]},
    ]


def machine() -> dict[str, Any]:
    """Where and when the figures were made, and how busy it was."""
    model = [row.split(":")[1].strip() for row in _lines("/proc/cpuinfo") if row.startswith("model name")]
    return {
        "at": datetime.now(UTC).isoformat(timespec="minutes"),
        "cores": os.cpu_count(),
        "cpu": model[0] if model else platform.processor(),
        "load": [round(load, 1) for load in os.getloadavg()],
        "python": platform.python_version(),
    }


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines() if Path(path).exists() else []


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fixes", default="1e6", help="sizes, with commas between (1e6)")
    parser.add_argument("--interval", type=int, default=5, help="seconds between fixes (5)")
    parser.add_argument("--line", choices=["fractal", "openstreetmap", "crossing"], default="fractal")
    parser.add_argument("--engines", default=",".join(ENGINES), help=f"{', '.join(ENGINES)}; also {', '.join(TRIED)}")
    parser.add_argument("--repeats", type=int, help="runs of each engine, the cold one included")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--archive", type=Path, help="a folder to keep the fixes in, for the next time")
    parser.add_argument("--json", type=Path, help="a file for the figures")
    parser.add_argument("--plot", type=Path, help="an SVG file for the picture")
    parser.add_argument("--goals", action="store_true", help="the day and the first compilation instead")
    parser.add_argument("--clusters", action="store_true", help="threads, Dask and Spark instead")
    parser.add_argument("--trajectories", action="store_true", help="MovingPandas and ecoscope instead")
    return parser.parse_args()


def compiled() -> None:
    """Compile the fast engine where that was not done yet; every process from here on takes what was compiled then."""
    if not choice.is_ready():
        print("compiling …", flush=True)
    if choice.prepare():
        os.environ["NUMBA_CACHE_DIR"] = str(choice.folder())


def main() -> None:
    args = parsed()
    compiled()
    where = machine()
    print(f"{where['cpu']}, {where['cores']} cores, load {where['load'][0]}; {where['at']}")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        archives = args.archive or folder
        if args.clusters or args.trajectories:
            from tests.speed.coverage import clusters, trajectories

            told: Any = clusters.told(archives) if args.clusters else trajectories.told(archives)
        elif args.goals:
            told = goals(Bench(args.line, folder), archives)
        else:
            told = engines(args, stack, folder, archives)
        if args.json:
            args.json.write_text(
                json.dumps(
                    {"machine": where, "line": args.line, "interval_s": args.interval, "figures": told}, indent=1
                )
            )
        if args.plot:
            subtitle = f"{where['cores']} cores; a fix every {args.interval} s; {args.line} line; log axes"
            draw(told, subtitle, args.plot)


def engines(args: argparse.Namespace, stack: ExitStack, folder: Path, archives: Path) -> list[dict[str, Any]]:
    """The engines at every size asked for."""
    line, names = line_named(args.line), args.engines.split(",")
    servers: tuple[int, ...] = ()
    if any(name.startswith("postgis") for name in names):
        try:
            servers = (stack.enter_context(server()),)
        except NoPostGIS as why:
            print(f"PostGIS is left out: {why}")
            names = [name for name in names if not name.startswith("postgis")]
    bench = Bench(args.line, folder, servers)
    print(f"{args.line} line, {line.length_m / 1000:.1f} km, {line.vertex_count} vertices; every {args.interval} s")
    print(*HEAD, sep="\n")
    told = []
    for size in map(float, args.fixes.split(",")):
        wanted = Wanted(args.line, int(size), args.interval, args.seed)
        archive = made(archives, wanted)
        repeats = args.repeats or REPEATS.get(size, 2)
        told += compared(bench, wanted, archive, names, repeats)
    return told


if __name__ == "__main__":
    main()
