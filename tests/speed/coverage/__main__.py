"""Coverage of a line: the fast engine, the reference, shapely, DuckDB and SedonaDB on the same files.

    scripts/bench coverage [--fixes 1e6] [--interval 5] [--line fractal|openstreetmap] [--engines fast,shapely] [--json F]

Each engine runs in a process of its own: the first run is cold (imports, indexes and tables included), the others are
warm. Results are compared before times are. An engine that is not installed is told and left out. The judge is
`python -m tests.speed.coverage.judge`.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from cotmoc.geo.line import Line
from cotmoc.measure.archive import fixes as archive_fixes
from cotmoc.measure.engine.values import GroupTrack
from tests.speed.coverage.generator import fractal_line, openstreetmap_line, patrols
from tests.speed.coverage.rivals import ENGINES

PER_FILE = 10_000_000


def write_archive(folder: Path, line: Line, fixes: int, interval_s: int, seed: int) -> None:
    """Files of at most PER_FILE fixes; a seed of its own for each."""
    for number, begin in enumerate(range(0, fixes, PER_FILE)):
        walks = patrols(line, min(PER_FILE, fixes - begin), interval_s, seed + number)
        groups = ([GroupTrack(str(i), walk, "gpx")] for i, walk in enumerate(walks))
        archive_fixes.write(folder / f"part-{number:03}.parquet", groups)


def as_geojson(line: Line) -> dict[str, Any]:
    return {"type": "MultiLineString", "coordinates": [part.tolist() for part in line.parts]}


def run(name: str, line_file: Path, archive: Path, repeats: int, out: Path) -> dict[str, Any] | str:
    """The figures of one engine; why not, in a line, where it cannot run."""
    began = time.perf_counter()
    command = [
        sys.executable,
        "-m",
        "tests.speed.coverage.once",
        name,
        str(line_file),
        str(archive),
        str(repeats),
        str(out),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return (done.stderr.strip().splitlines() or ["no message"])[-1]
    figures = json.loads(done.stdout.strip().splitlines()[-1])
    return {**figures, "process": time.perf_counter() - began}


def row(name: str, figures: dict[str, Any], fixes: int, off: float) -> str:
    """A row of the table: cold and median warm seconds, CPU of the median, throughput, memory, difference in metres."""
    warm = figures["wall"][1:] or figures["wall"]
    wall, cpu = statistics.median(warm), statistics.median(figures["cpu"][1:] or figures["cpu"])
    return (
        f"| {name:<15} | {figures['wall'][0]:7.2f} | {wall:7.2f} | {cpu:7.2f} | {fixes / wall / 1e6:7.2f} |"
        f" {fixes / cpu / 1e6:7.2f} | {figures['mib']:6.0f} | {off:6.2f} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fixes", type=float, default=1e6)
    parser.add_argument("--interval", type=int, default=5, help="seconds between fixes (5)")
    parser.add_argument("--line", choices=["fractal", "openstreetmap"], default="fractal")
    parser.add_argument("--engines", default=",".join(ENGINES), help=", ".join(ENGINES))
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--archive", help="a folder to keep the fixes in, for the next time")
    parser.add_argument("--json", help="a file for the figures")
    args = parser.parse_args()
    line = fractal_line() if args.line == "fractal" else openstreetmap_line()
    if line is None:
        parser.error("the OpenStreetMap line is not among the shared data here")
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(args.archive or folder) / f"{args.line}-{args.fixes:.0e}-{args.interval}s-{args.seed}"
        if not archive.exists():
            write_archive(archive, line, int(args.fixes), args.interval, args.seed)
        line_file = Path(folder) / "line.geojson"
        line_file.write_text(json.dumps(as_geojson(line)))
        sizes = sum(path.stat().st_size for path in archive.glob("*.parquet"))
        print(
            f"line {line.length_m / 1000:.1f} km, {line.vertex_count} vertices; {args.fixes:.0e} fixes every {args.interval} s"
        )
        print(f"archive {sizes / 1e6:.1f} MB, {sizes / args.fixes:.2f} bytes a fix")
        print("| engine          |  cold s |  warm s |   CPU s | Mfix/s  | per CPU |    MiB | off m  |")
        print("|-----------------|---------|---------|---------|---------|---------|--------|--------|")
        measured: dict[str, Any] = {}
        first = None
        for name in args.engines.split(","):
            out = Path(folder) / "metres.npy"
            figures = run(name, line_file, archive, args.repeats, out)
            if isinstance(figures, str):
                print(f"| {name:<15} | not run: {figures}")
                continue
            metres = np.load(out)
            first = metres if first is None else first
            off = float(np.abs(metres - first).max(initial=0))
            measured[name] = {**figures, "off_m": off}
            print(row(name, figures, int(args.fixes), off), flush=True)
    if args.json:
        Path(args.json).write_text(json.dumps({"arguments": vars(args), "measured": measured}, indent=1))


if __name__ == "__main__":
    main()
