"""The same over many machines: file names go out, rows come back, and their order means nothing.

Both adapters send the line, the rules and the posts as plain values and let each worker read its parts itself from a place
all of them see; rows of fixes never pass through the scheduler. The client is the caller's, set up as its cluster wants it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from cotmoc.geo.line import Line
from cotmoc.measure.archive.fixes import Part, parts
from cotmoc.measure.archive.months import named, part_rows
from cotmoc.measure.engine.fast.cover import ERRORS_M, Engine, join
from cotmoc.measure.engine.survey import Posts, Survey
from cotmoc.measure.engine.values import ROW_COLUMNS, VISIT_COLUMNS, Intervals, MarkerVisits, Rules

Pairs = tuple[tuple[float, float], ...]
Columns = dict[str, np.ndarray]
VISIT = -1
"""Stands for the reach in a row that is a visit: enter and leave as its times, nearest and dwell as its ends."""
NO_MARKER = -1
SCHEMA = (
    "reach long, marker long, `group` long, from_m double, to_m double, first long, last long, sure boolean, part long"
)


@dataclass(frozen=True, slots=True)
class Job:
    """All that a worker must know besides its part; plain, so that it travels and tells one job from another."""

    drawing: tuple[Pairs, ...]
    """The parts of the line, degrees."""
    rules: Rules
    reaches_m: tuple[float, ...]
    posts: Pairs
    post_m: float

    @classmethod
    def of(cls, line: Line, rules: Rules, reaches_m: Sequence[float], posts: Posts) -> "Job":
        drawing = tuple(tuple(map(tuple, part.tolist())) for part in line.parts)
        places = tuple(zip(np.asarray(posts.lon).tolist(), np.asarray(posts.lat).tolist(), strict=True))
        return cls(drawing, rules, tuple(map(float, reaches_m)), places, posts.reach_m)


@lru_cache(maxsize=4)
def _engine(job: Job) -> Engine:
    """Made ready once per worker process."""
    places = np.array(job.posts, np.float64).reshape(-1, 2)
    posts = Posts(places[:, 0], places[:, 1], job.post_m)
    return Engine.of(Line.from_lonlat(job.drawing), job.rules, ERRORS_M[1], job.reaches_m, posts)


def rows_of(job: Job, part: Part) -> Columns:
    """The rows of one part, by columns: what a worker runs."""
    found = part_rows(_engine(job).fork(), part)
    size = len(found.visits)
    visits = found.visits
    tables = [
        {name: getattr(rows, name) for name in ROW_COLUMNS}
        | {"reach": np.full(len(rows), reach), "marker": np.full(len(rows), NO_MARKER)}
        for reach, rows in enumerate(found.intervals)
    ]
    columns = (visits.group, visits.nearest_m, visits.dwell_s, visits.enter, visits.leave, visits.sure)
    tables.append(
        dict(zip(ROW_COLUMNS, columns, strict=True)) | {"reach": np.full(size, VISIT), "marker": visits.marker}
    )
    return {name: np.concatenate([table[name] for table in tables]) for name in ("reach", "marker", *ROW_COLUMNS)}


def by_dask(
    client: Any, line: Line, files: Sequence[Path], rules: Rules, reaches_m: Sequence[float], posts: Posts | None = None
) -> Survey:
    """On a `distributed.Client`."""
    work = [part for path in files for part in parts(path)]
    job = client.scatter(Job.of(line, rules, reaches_m, posts or Posts.none()), broadcast=True, hash=False)
    futures = client.map(rows_of, [job] * len(work), work, pure=False)
    return _together(files, work, client.gather(futures), len(reaches_m))


def by_spark(
    session: Any,
    line: Line,
    files: Sequence[Path],
    rules: Rules,
    reaches_m: Sequence[float],
    posts: Posts | None = None,
) -> Survey:
    """On a `SparkSession`: the parts are the table, each worker turns its own into rows."""
    work = [part for path in files for part in parts(path)]
    job = Job.of(line, rules, reaches_m, posts or Posts.none())

    def measure(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for path, row_group, number in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                columns = rows_of(job, Part(path, row_group))
                columns["part"] = np.full(len(columns["from_m"]), number)
                yield pa.RecordBatch.from_pydict(columns)

    names = [(part.path, part.row_group, number) for number, part in enumerate(work)]
    table = session.createDataFrame(names, "path string, row_group long, number long").repartition(max(1, len(names)))
    found = table.mapInArrow(measure, SCHEMA).toArrow()
    number = found.column("part").to_numpy()
    columns = {name: found.column(name).to_numpy(zero_copy_only=False) for name in found.column_names}
    by_part = [{name: column[number == i] for name, column in columns.items()} for i in range(len(work))]
    return _together(files, work, by_part, len(reaches_m))


def _together(files: Sequence[Path], work: Sequence[Part], rows: Sequence[Columns], reaches: int) -> Survey:
    found = [_survey(columns, reaches) for columns in rows]
    nothing = Survey(tuple(Intervals.empty() for _ in range(reaches)), MarkerVisits.empty())
    by_file = []
    for path in files:
        mine = [one for part, one in zip(work, found, strict=True) if part.path == str(path)]
        by_file.append(join((), mine) if mine else nothing)
    return named(files, by_file, reaches)


def _survey(columns: Columns, reaches: int) -> Survey:
    """The rows of one part, sorted into those of each reach and the visits."""
    by_reach = []
    for reach in range(reaches):
        mine = columns["reach"] == reach
        by_reach.append(Intervals.of((), *(columns[name][mine] for name in ROW_COLUMNS)))
    mine = columns["reach"] == VISIT
    group, nearest, dwell, enter, leave, sure = (columns[name][mine] for name in ROW_COLUMNS)
    visits = dict(zip(VISIT_COLUMNS, (columns["marker"][mine], group, enter, leave, nearest, dwell, sure), strict=True))
    return Survey(tuple(by_reach), MarkerVisits((), **visits))
