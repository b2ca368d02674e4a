"""PostGIS, in a cluster of its own: made in a temporary folder, reached by a socket there, gone afterwards.

A server stands before anything is timed, as it would. Loading counts: runs go in by binary COPY as WKB, into temporary
tables (no log is written for them), each of two connections with parts of its own. Four forms:

    ladder     as the others (`forms`): the best, since it looks at the fewest pairs
    places     runs against places every 2 m
    pieces     runs against pieces of the line; what is cut by the radius, cut exactly by the buffer of its runs
    subdivide  whole tracks cut by ST_Subdivide(…, 32) instead of into runs (it drops lone fixes), against places
"""

import itertools
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from cotmoc.geo.line import Line
from tests.speed.coverage.forms import Steps, by_ladder, places
from tests.speed.coverage.rivals import RUN, Found, Rival, run_table, rung_tables
from tests.speed.coverage.shapes import LADDER_M, RADIUS_M, Part, ways_of

FOLDER = "COTMOC_BENCH_POSTGRES"
"""Names the variable with the folder of the running server's socket."""
SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "1GB",
    "work_mem": "256MB",
    "temp_buffers": "256MB",
    "maintenance_work_mem": "256MB",
    "effective_cache_size": "4GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
}
"""One worker a connection, as two connections already keep both cores busy (and temporary tables know no others)."""

SUBDIVIDE: Steps = [
    ("whole", "SELECT patrol, ST_Collect(shape) AS shape FROM run GROUP BY patrol"),
    ("divided", "SELECT patrol, ST_Subdivide(shape, 32) AS shape FROM whole"),
    (
        "answer",
        f"""SELECT found.patrol, sum(2 * p.half) AS metres
            FROM (SELECT DISTINCT d.patrol, p.id FROM divided d
                  JOIN rung{len(LADDER_M) - 1} p ON ST_DWithin(d.shape, p.shape, {RADIUS_M})) found
            JOIN rung{len(LADDER_M) - 1} p ON p.id = found.id
            GROUP BY found.patrol""",
    ),
]
PIECES: Steps = [
    (
        "near",
        f"""SELECT r.patrol, r.id AS run, p.id AS piece, p.half,
                   ST_Distance(r.shape, p.shape) + 2 * p.half <= {RADIUS_M} AS whole
            FROM run r JOIN piece p ON ST_DWithin(r.shape, p.shape, {RADIUS_M})""",
    ),
    ("best", "SELECT patrol, piece, min(half) AS half, bool_or(whole) AS whole FROM near GROUP BY patrol, piece"),
    (
        "cut",
        f"""SELECT n.patrol, n.piece, ST_Length(ST_Intersection(p.shape, ST_Union(ST_Buffer(r.shape, {RADIUS_M}, 16)))) AS metres
            FROM near n JOIN best b ON b.patrol = n.patrol AND b.piece = n.piece AND NOT b.whole
            JOIN piece p ON p.id = n.piece JOIN run r ON r.id = n.run
            GROUP BY n.patrol, n.piece, p.shape""",
    ),
    (
        "answer",
        """SELECT patrol, sum(metres) AS metres
           FROM (SELECT patrol, 2 * half AS metres FROM best WHERE whole UNION ALL SELECT patrol, metres FROM cut) pieces
           GROUP BY patrol""",
    ),
]
QUERIES: dict[str, Steps] = {"ladder": by_ladder(), "places": places(), "pieces": PIECES, "subdivide": SUBDIVIDE}


class NoPostGIS(Exception):
    """Why there is no PostGIS to measure."""


@contextmanager
def server() -> Iterator[int]:
    """A running server; its process number. Its folder stands in the environment."""
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not binaries:
        raise NoPostGIS("no PostgreSQL under /usr/lib/postgresql")
    if not list(binaries[-1].parents[1].glob("lib/postgis-3.so")):
        raise NoPostGIS("PostgreSQL has no PostGIS (on Debian: apt-get install postgresql-15-postgis-3)")
    owner = {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}
    with tempfile.TemporaryDirectory() as folder:
        if owner:
            shutil.chown(folder, **owner)
        quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder, **owner}
        data = f"{folder}/data"
        subprocess.run([binaries[-1], "-D", data, "-U", "postgres", "--auth=trust", "-E", "UTF8"], check=True, **quiet)
        given = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
        command = [binaries[-1].with_name("postgres"), "-D", data, "-k", folder, *given]
        running = subprocess.Popen(command, **quiet)
        try:
            os.environ[FOLDER] = folder
            _first_connection()
            yield running.pid
        finally:
            running.terminate()
            running.wait(30)


def _connect() -> Any:
    import psycopg

    return psycopg.connect(host=os.environ[FOLDER], user="postgres", dbname="postgres", autocommit=True)


def _first_connection() -> None:
    """Wait until the server answers, then give it PostGIS."""
    try:
        import psycopg
    except ImportError as error:
        raise NoPostGIS("psycopg is not installed") from error
    for _ in range(100):
        try:
            with _connect() as base:
                base.execute("CREATE EXTENSION postgis")
                return
        except psycopg.OperationalError:
            time.sleep(0.1)
    raise NoPostGIS("the server did not answer")


class ByPostGIS:
    """One connection, one backend."""

    def __init__(self, line: Line, form: str = "ladder") -> None:
        self.line, self.steps = line, QUERIES[form]
        self.base = _connect()
        tables = {"piece": _pieces(line)} if form == "pieces" else rung_tables(line)
        for name, table in tables.items():
            self._load(name, table)
            self.base.execute(f"CREATE INDEX ON {name} USING gist (shape)")
            self.base.execute(f"ANALYZE {name}")

    def _load(self, name: str, table: pa.Table) -> None:
        columns = [(column, _POSTGRES[str(table.schema.field(column).type)]) for column in table.column_names]
        declared = ", ".join(f"{'shape' if c == 'wkb' else c} {kind}" for c, kind in columns)
        self.base.execute(f"DROP TABLE IF EXISTS {name}")
        self.base.execute(f"CREATE TEMP TABLE {name} ({declared})")
        with self.base.cursor() as cursor, cursor.copy(f"COPY {name} FROM STDIN (FORMAT BINARY)") as copy:
            copy.write(_binary(table))

    def measure(self, part: Part) -> Found:
        self._load("run", run_table(*ways_of(self.line, part).runs(RUN)))
        self.base.execute("ANALYZE run")
        for name, query in self.steps:
            self.base.execute(f"DROP TABLE IF EXISTS {name}")
            self.base.execute(f"CREATE TEMP TABLE {name} AS {query}")
            self.base.execute(f"ANALYZE {name}")
        rows = self.base.execute("SELECT patrol, metres FROM answer").fetchall()
        columns = np.array(rows, np.float64).reshape(-1, 2)
        return columns[:, 0].astype(np.int64), columns[:, 1]


_POSTGRES = {"int64": "bigint", "double": "double precision", "binary": "geometry"}


def _binary(table: pa.Table) -> bytes:
    """The rows as PostgreSQL's binary COPY takes them: a count of fields, then each with its length, big-endian."""
    fields = []
    for name in table.column_names:
        column = table.column(name)
        if str(column.type) == "binary":
            fields.append([len(value).to_bytes(4, "big") + value for value in column.to_pylist()])
        else:
            swapped = column.to_numpy().astype(">i8" if str(column.type) == "int64" else ">f8").tobytes()
            fields.append([b"\0\0\0\x08" + swapped[at : at + 8] for at in range(0, len(swapped), 8)])
    count = len(fields).to_bytes(2, "big")
    rows = b"".join(count + b"".join(row) for row in zip(*fields, strict=True))
    return b"PGCOPY\n\xff\r\n\0" + bytes(8) + rows + b"\xff\xff"


def _pieces(line: Line, width: float = 16.0) -> pa.Table:
    """The line cut into lines of one width, in flat metres."""
    edges = np.append(np.arange(0, line.length_m, width), line.length_m)
    cuts = [line.cut(low, high)[0] for low, high in itertools.pairwise(edges)]
    flat = [shapely.LineString(np.column_stack(line.projection.to_metres(*cut.T))) for cut in cuts]
    half = np.diff(edges) / 2
    return pa.table({"id": np.arange(len(half)), "half": half, "wkb": pa.array(shapely.to_wkb(flat), pa.binary())})


POSTGIS: dict[str, Callable[[Line], Rival]] = {
    "postgis": ByPostGIS,
    "postgis/places": lambda line: ByPostGIS(line, "places"),
    "postgis/pieces": lambda line: ByPostGIS(line, "pieces"),
    "postgis/subdivide": lambda line: ByPostGIS(line, "subdivide"),
}
