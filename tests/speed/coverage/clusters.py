"""Plain threads, Dask and Spark on this machine: 1e7 fixes over 8 files, two workers each, the same rows asked for.

Cold: workers stand, and import, read their caches and make the index; a standing cluster's start is told apart. Warm:
the same once more. Spark and Dask get file names, never fixes.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from cotmoc.geo.line import Line
from cotmoc.measure.engine.survey import Posts
from cotmoc.measure.engine.values import Intervals, Rules
from tests.speed.coverage.archives import Wanted, made
from tests.speed.coverage.generator import line_named
from tests.speed.coverage.spent import cpu_s, peaks_mib

FIXES = 10_000_000
FILES = 8
WORKERS = 2
Measure = Callable[[], Intervals]


@contextmanager
def threads(line: Line, files: list[Path]) -> Iterator[Measure]:
    from cotmoc.measure.archive.months import measured, named

    def measure() -> Intervals:
        found = dict(measured(line, files, Rules(), [Rules().reach_m], Posts.none(), WORKERS))
        return named(files, [found[path] for path in files], 1).intervals[0]

    yield measure


@contextmanager
def dask(line: Line, files: list[Path]) -> Iterator[Measure]:
    from distributed import Client, LocalCluster

    from cotmoc.measure.archive.spread import by_dask

    with (
        LocalCluster(n_workers=WORKERS, threads_per_worker=1, processes=True, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        yield lambda: by_dask(client, line, files, Rules(), [Rules().reach_m]).intervals[0]


@contextmanager
def spark(line: Line, files: list[Path]) -> Iterator[Measure]:
    from pyspark.sql import SparkSession

    from cotmoc.measure.archive.spread import by_spark

    os.environ["PYSPARK_PYTHON"] = sys.executable
    root = str(Path(__file__).resolve().parents[3])
    with tempfile.TemporaryDirectory() as folder:
        session = (
            SparkSession.builder.master(f"local[{WORKERS}]")
            .config("spark.ui.enabled", "false")
            .config("spark.ui.showConsoleProgress", "false")
            .config("spark.local.dir", folder)
            .config("spark.executorEnv.PYTHONPATH", root)
            .getOrCreate()
        )
        session.sparkContext.setLogLevel("ERROR")
        try:
            yield lambda: by_spark(session, line, files, Rules(), [Rules().reach_m]).intervals[0]
        finally:
            session.stop()


CLUSTERS: dict[str, Callable[[Line, list[Path]], AbstractContextManager[Measure]]] = {
    f"{WORKERS} threads": threads,
    f"Dask, {WORKERS} processes": dask,
    f"Spark local[{WORKERS}]": spark,
}


def told(archives: Path, repeats: int = 3) -> list[dict[str, Any]]:
    """The figures of each, printed as they come; their rows must be the same."""
    files = sorted(made(archives, Wanted("fractal", FIXES, files=FILES)).glob("*.parquet"))
    print(f"{FIXES:.0e} fixes over {FILES} files")
    print(
        "| on | start s | cold s | warm s | warm CPU s | Mfix/s | MiB | rows |",
        "|---|---|---|---|---|---|---|---|",
        sep="\n",
    )
    rows = []
    for name, cluster in CLUSTERS.items():
        try:
            rows.append({"name": name, **_measured(cluster, line_named("fractal"), files, repeats)})
        except ImportError as why:
            print(f"| {name} | not run: {why} |")
            continue
        one = rows[-1]
        wall, cpu = min(one["wall"][1:]), min(one["cpu"][1:])
        mib = " + ".join(f"{mib:.0f}" for mib in one["mib"] if mib > 100)
        print(
            f"| {name} | {one['start']:.1f} | {one['wall'][0]:.2f} | {wall:.2f} | {cpu:.2f} | {FIXES / wall / 1e6:.1f} |"
            f" {mib} | {one['rows']} |",
            flush=True,
        )
    if len({one["rows"] for one in rows}) > 1 or len({round(one["metres"], 3) for one in rows}) > 1:
        print("THE ROWS DIFFER")
    return rows


def _measured(
    cluster: Callable[[Line, list[Path]], AbstractContextManager[Measure]], line: Line, files: list[Path], repeats: int
) -> dict[str, Any]:
    began = time.perf_counter()
    with cluster(line, files) as measure:
        start = time.perf_counter() - began
        wall, cpu = [], []
        for _ in range(repeats):
            began, used = time.perf_counter(), cpu_s([os.getpid()])
            found = measure()
            wall.append(time.perf_counter() - began)
            cpu.append(cpu_s([os.getpid()]) - used)
        held = peaks_mib([os.getpid()])
    metres = float((found.to_m - found.from_m).sum())
    return {"start": start, "wall": wall, "cpu": cpu, "mib": held, "rows": len(found), "metres": metres}
