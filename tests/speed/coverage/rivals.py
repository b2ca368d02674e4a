"""The engines of the benchmark: each reads the same files and tells the metres that each patrol covered.

The rivals have no way to cut a line exactly by a distance that is fast; their best form, found by trying, asks which
places of the line, one every 2 m, lie within the reach of a run of 32 fixes. So they are right to about 2 m an end. Whole
tracks instead of runs, and buffers, are ten to a thousand times slower and are left out.

Reading, projecting and cutting the tracks into runs is done for all of them by the same numpy and shapely code, and
counts; so does making the index or table of the line.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from cotmoc.geo.line import Line
from cotmoc.measure.archive.fixes import group_names, parts, read, tracks_of
from cotmoc.measure.archive.months import files_of, joined, measured
from cotmoc.measure.engine.coverage import cover
from cotmoc.measure.engine.fast.cover import Walks
from cotmoc.measure.engine.spans import runs
from cotmoc.measure.engine.values import Floats, GroupTrack, Intervals, Rules

RULES = Rules()
ERROR_M = 5.0
"""What every fix of the generator says."""
SAMPLE_M = 2.0
RUN = 32

DUCKDB = """
    SELECT run.patrol, count(DISTINCT place.number) * {sample} AS metres
    FROM run JOIN place ON ST_DWithin(run.shape, place.shape, {radius})
    GROUP BY run.patrol
"""
SEDONADB = """
    SELECT run.patrol, count(DISTINCT place.number) * {sample} AS metres
    FROM run JOIN place ON ST_DWithin(run.shape, place.shape, {radius})
    GROUP BY run.patrol
"""
Engine = Callable[[Line, Path], Floats]


def _metres(rows: Intervals) -> Floats:
    """Metres of the possible coverage of each group."""
    rows = rows.certain(False)
    order, starts = runs(rows.group, rows.from_m, rows.to_m)
    ends = np.maximum.reduceat(rows.to_m[order], starts) if len(starts) else np.empty(0)
    one = order[starts]
    return np.bincount(rows.group[one], ends - rows.from_m[one], minlength=len(rows.groups))


def fast(line: Line, archive: Path, threads: int | None = None) -> Floats:
    """The compiled engine on all cores: sure and possible, with their times."""
    files = files_of(archive)
    found = dict(measured(line, files, RULES, threads))
    return _metres(joined(files, [found[path] for path in files]))


def fast_one_thread(line: Line, archive: Path) -> Floats:
    return fast(line, archive, 1)


def reference(line: Line, archive: Path) -> Floats:
    """The readable engine, one thread: sure and possible, with their times."""
    tracks = []
    for path in files_of(archive):
        names = group_names(path)
        for part in parts(path):
            file = pq.ParquetFile(path)
            numbers, walks = read(file, part.row_group)
            for place, number in enumerate(numbers.tolist()):
                mine = tracks_of(file, part.row_group, walks, place)
                tracks += [GroupTrack(f"{path.stem}/{names[number]}", track.fixes) for track in mine]
    return _metres(cover(line, tracks, RULES))


def _runs(line: Line, archive: Path) -> tuple[np.ndarray, np.ndarray]:
    """Patrol and shape of every run of up to RUN steps that no gap or hop breaks, in flat metres."""
    patrol, shapes, before = [], [], 0
    for path in files_of(archive):
        file = pq.ParquetFile(path)
        for part in parts(path):
            numbers, walks = read(file, part.row_group)
            number, shape = _runs_of(line, walks)
            patrol.append(before + numbers[number])
            shapes.append(shape)
        before += len(group_names(path))
    return np.concatenate(patrol), np.concatenate(shapes)


def _runs_of(line: Line, walks: Walks) -> tuple[np.ndarray, np.ndarray]:
    x, y = line.projection.to_metres(walks.u / 1e7, walks.v / 1e7)
    owner = np.repeat(np.arange(len(walks.start) - 1), np.diff(walks.start))
    broken = (np.diff(walks.time) > RULES.max_gap_s * 1000) | (np.hypot(np.diff(x), np.diff(y)) > RULES.max_hop_m)
    piece = np.concatenate([[0], np.cumsum(broken | (np.diff(owner) > 0))])
    first = np.flatnonzero(np.diff(piece, prepend=-1))
    since = np.arange(len(x)) - first[piece]
    last = np.append(first[1:], len(x)) - 1
    begin = np.flatnonzero((since % RUN == 0) & ((np.arange(len(x)) < last[piece]) | (first[piece] == last[piece])))
    end = np.minimum(begin + RUN, last[piece[begin]])
    size = np.maximum(end - begin + 1, 2)  # a lone fix twice
    row = np.repeat(np.arange(len(begin)), size)
    at = np.arange(len(row)) - np.repeat(np.cumsum(size) - size, size) + begin[row]
    at = np.minimum(at, end[row])
    return owner[begin], shapely.linestrings(np.column_stack([x[at], y[at]]), indices=row)


def _places(line: Line) -> np.ndarray:
    at = np.arange(SAMPLE_M / 2, line.length_m, SAMPLE_M)
    return shapely.points(*line.projection.to_metres(*line.point_at(at)))


def _count(archive: Path) -> int:
    return sum(len(group_names(path)) for path in files_of(archive))


def by_shapely(line: Line, archive: Path) -> Floats:
    """shapely: an STRtree of the places, asked with dwithin by runs."""
    patrol, shapes = _runs(line, archive)
    places = _places(line)
    run, place = shapely.STRtree(places).query(shapes, predicate="dwithin", distance=RULES.reach_m + ERROR_M)
    found = np.unique(patrol[run] * len(places) + place)
    return np.bincount(found // len(places), minlength=_count(archive)) * SAMPLE_M


def _tables(line: Line, archive: Path) -> tuple[pa.Table, pa.Table]:
    patrol, shapes = _runs(line, archive)
    places = _places(line)
    run = pa.table({"patrol": patrol, "wkb": pa.array(shapely.to_wkb(shapes), pa.binary())})
    place = pa.table({"number": np.arange(len(places)), "wkb": pa.array(shapely.to_wkb(places), pa.binary())})
    return run, place


def _by_patrol(patrol: np.ndarray, metres: np.ndarray, archive: Path) -> Floats:
    return np.bincount(patrol, metres, minlength=_count(archive))


def by_duckdb(line: Line, archive: Path) -> Floats:
    """DuckDB with its spatial extension: its spatial join."""
    import duckdb
    import duckdb_extension_spatial

    extension = next(Path(duckdb_extension_spatial.__file__).parent.rglob("spatial.duckdb_extension"))
    runs_table, places_table = _tables(line, archive)
    base = duckdb.connect()
    base.execute(f"LOAD '{extension}'")
    base.register("runs_table", runs_table)
    base.register("places_table", places_table)
    base.execute("CREATE TABLE run AS SELECT patrol, ST_GeomFromWKB(wkb) AS shape FROM runs_table")
    base.execute("CREATE TABLE place AS SELECT number, ST_GeomFromWKB(wkb) AS shape FROM places_table")
    query = DUCKDB.format(sample=SAMPLE_M, radius=RULES.reach_m + ERROR_M)
    found = base.execute(query).to_arrow_table()
    return _by_patrol(found.column(0).to_numpy(), found.column(1).to_numpy().astype(float), archive)


def by_sedonadb(line: Line, archive: Path) -> Floats:
    """SedonaDB: its spatial join."""
    import sedonadb

    runs_table, places_table = _tables(line, archive)
    base = sedonadb.connect()
    for name, table in (("runs_table", runs_table), ("places_table", places_table)):
        base.create_data_frame(table).to_view(name)
    base.sql("SELECT patrol, ST_GeomFromWKB(wkb) AS shape FROM runs_table").to_memtable().to_view("run")
    base.sql("SELECT number, ST_GeomFromWKB(wkb) AS shape FROM places_table").to_memtable().to_view("place")
    query = SEDONADB.format(sample=SAMPLE_M, radius=RULES.reach_m + ERROR_M)
    found = pa.table(base.sql(query).to_arrow_table())
    return _by_patrol(found.column(0).to_numpy(), found.column(1).to_numpy().astype(float), archive)


ENGINES: dict[str, Engine] = {
    "fast": fast,
    "fast-1": fast_one_thread,
    "reference": reference,
    "shapely": by_shapely,
    "duckdb": by_duckdb,
    "sedonadb": by_sedonadb,
}
