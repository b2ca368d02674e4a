"""MovingPandas and ecoscope for what they offer, beside what we do with the same fixes.

    python -m tests.speed.coverage.trajectories PEER ARCHIVE     one of them in a process of its own

All read the same Parquet file, build the walks of every patrol, cut them at gaps of more than 300 s and add up their
lengths. The peers' lengths are WGS84 geodesics, ours the flat metres of the line (1 part in 30,000 at 50 km), with hops of
more than 300 m cut as well. MovingPandas can also cut a track by an area: `clip` to the buffer of the line is the
nearest that any of them comes to coverage, and it tells which parts of the track lie there, not which of the line.
"""

import json
import os
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from tests.speed.coverage.archives import Wanted, made
from tests.speed.coverage.shapes import MAX_GAP_MS, RADIUS_M
from tests.speed.coverage.spent import cpu_s, peaks_mib

SIZES = (100_000, 1_000_000)
CLIPPED = 2
"""Patrols that are clipped: a handful takes minutes."""
COLUMNS = ["group", "time", "lon", "lat"]


def _points(archive: Path, patrols: int | None = None) -> Any:
    """A GeoDataFrame of the fixes, time in UTC."""
    import geopandas
    import pandas

    table = pq.read_table(sorted(archive.glob("*.parquet"))[0], columns=COLUMNS)
    group, time_ms, lon, lat = (table.column(name).to_numpy() for name in COLUMNS)
    chosen = slice(None) if patrols is None else group < patrols
    columns = {"patrol": group[chosen], "time": pandas.to_datetime(time_ms[chosen], unit="ms", utc=True)}
    places = geopandas.points_from_xy(lon[chosen] / 1e7, lat[chosen] / 1e7)
    return geopandas.GeoDataFrame(columns, geometry=places, crs=4326)


def by_movingpandas(archive: Path) -> float:
    import movingpandas

    points = _points(archive).set_index("time").tz_localize(None)
    walks = movingpandas.TrajectoryCollection(points, traj_id_col="patrol")
    pieces = movingpandas.ObservationGapSplitter(walks).split(gap=timedelta(milliseconds=MAX_GAP_MS))
    return sum(piece.get_length() for piece in pieces.trajectories)


def clipped_by_movingpandas(archive: Path) -> float:
    """Metres of the first patrols inside the buffer of the line."""
    import movingpandas
    import shapely

    from tests.speed.coverage.generator import line_named

    line = line_named("fractal")
    lon, lat = line.projection.centre
    plane = f"+proj=tmerc +lat_0={lat} +lon_0={lon} +k=1 +ellps=WGS84 +units=m"
    border = shapely.linestrings(np.column_stack(line.projection.to_metres(*line.parts[0].T)))
    area = shapely.buffer(border, RADIUS_M, quad_segs=16)
    points = _points(archive, CLIPPED).to_crs(plane).set_index("time").tz_localize(None)
    walks = movingpandas.TrajectoryCollection(points, traj_id_col="patrol")
    return sum(part.get_length() for walk in walks.trajectories for part in walk.clip(area).trajectories)


def by_ecoscope(archive: Path) -> float:
    from ecoscope.base import Relocations, Trajectory, TrajSegFilter

    relocations = Relocations.from_gdf(_points(archive), groupby_col="patrol", time_col="time")
    walks = Trajectory.from_relocations(relocations)
    walks.apply_traj_filter(TrajSegFilter(max_time_secs=MAX_GAP_MS / 1000), inplace=True)
    walks.remove_filtered(inplace=True)
    return float(walks.dist_meters.sum())


def by_us(archive: Path) -> float:
    from cotmoc.measure.archive.fixes import parts, read, tracks_of
    from cotmoc.measure.engine.pieces import steps
    from cotmoc.measure.engine.values import Rules
    from tests.speed.coverage.generator import line_named

    plane, metres = line_named("fractal").projection, 0.0
    for path in sorted(archive.glob("*.parquet")):
        file = pq.ParquetFile(path)
        for part in parts(path):
            numbers, walks = read(file, part.row_group)
            for place in range(len(numbers)):
                walked = steps(tracks_of(file, part.row_group, walks, place), plane, Rules())
                metres += float(np.hypot(walked.bx - walked.ax, walked.by - walked.ay).sum())
    return metres


PEERS: dict[str, Callable[[Path], float]] = {
    "ours": by_us,
    "ecoscope": by_ecoscope,
    "MovingPandas": by_movingpandas,
    "MovingPandas, clip": clipped_by_movingpandas,
}


def told(archives: Path) -> list[dict[str, Any]]:
    """The figures of each, printed as they come."""
    print("| fixes | with | seconds | CPU s | MiB | km |", "|---|---|---|---|---|---|", sep="\n")
    rows = []
    for size in SIZES:
        archive = made(archives, Wanted("fractal", size))
        for name in PEERS:
            clip = "clip" in name
            if clip and size != SIZES[0]:
                continue
            figures = _in_a_process(name, archive)
            if isinstance(figures, str):
                print(f"| {size:.0e} | {name} | not run: {figures} |", flush=True)
                continue
            fixes = 5000 * CLIPPED if clip else size
            rows.append({"name": name, "fixes": fixes, **figures})
            print(
                f"| {fixes:.0e} | {name} | {figures['wall']:.2f} | {figures['cpu']:.2f} | {figures['mib'][0]:.0f} |"
                f" {figures['metres'] / 1000:.3f} |",
                flush=True,
            )
    return rows


def _in_a_process(name: str, archive: Path) -> dict[str, Any] | str:
    command = [sys.executable, "-m", "tests.speed.coverage.trajectories", name, str(archive)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return (done.stderr.strip().splitlines() or ["no message"])[-1]
    figures: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return figures


def main(name: str, archive: str) -> None:
    """Seconds of the second run where a run is short; imports are in those of MovingPandas (a second or two)."""
    warnings.simplefilter("ignore")
    work = PEERS[name]
    if name in {"ours", "ecoscope"}:
        work(Path(archive))
    began, used = time.perf_counter(), cpu_s([os.getpid()])
    metres = work(Path(archive))
    wall, cpu = time.perf_counter() - began, cpu_s([os.getpid()]) - used
    print(json.dumps({"wall": wall, "cpu": cpu, "mib": peaks_mib([os.getpid()]), "metres": metres}))


if __name__ == "__main__":
    main(*sys.argv[1:])
