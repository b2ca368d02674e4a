"""The same over many machines: file names go out, rows come back, and their order means nothing.

Both adapters send the line and the rules as plain values and let each worker read its parts itself from a place all of
them see; rows of fixes never pass through the scheduler. The client is the caller's, set up as its cluster wants it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from cotmoc.geo.line import Line
from cotmoc.measure.archive.fixes import Part, parts
from cotmoc.measure.archive.months import joined, part_rows
from cotmoc.measure.engine.fast.cover import ERRORS_M, Engine
from cotmoc.measure.engine.values import ROW_COLUMNS, Intervals, Rules

Drawing = tuple[tuple[tuple[float, float], ...], ...]
"""The parts of a line as plain tuples of degrees."""


def drawing_of(line: Line) -> Drawing:
    return tuple(tuple(map(tuple, part.tolist())) for part in line.parts)


@lru_cache(maxsize=4)
def _engine(drawing: Drawing, rules: Rules) -> Engine:
    """Made ready once per worker process."""
    return Engine.of(Line.from_lonlat(drawing), rules, ERRORS_M[1])


def rows_of(drawing: Drawing, rules: dict[str, Any], part: Part) -> dict[str, np.ndarray]:
    """The rows of one part, by columns: what a worker runs."""
    found = part_rows(_engine(drawing, Rules(**rules)).fork(), part)
    return {name: getattr(found, name) for name in ROW_COLUMNS}


def by_dask(client: Any, line: Line, files: Sequence[Path], rules: Rules) -> Intervals:
    """On a `distributed.Client`."""
    work = [part for path in files for part in parts(path)]
    drawing = client.scatter(drawing_of(line), broadcast=True, hash=False)
    futures = client.map(rows_of, [drawing] * len(work), [asdict(rules)] * len(work), work, pure=False)
    return _together(files, work, client.gather(futures))


def by_spark(session: Any, line: Line, files: Sequence[Path], rules: Rules) -> Intervals:
    """On a `SparkSession`: the parts are the table, each worker turns its own into rows."""
    work = [part for path in files for part in parts(path)]
    drawing, plain = drawing_of(line), asdict(rules)

    def measure(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for path, row_group, number in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                columns = rows_of(drawing, plain, Part(path, row_group))
                columns["part"] = np.full(len(columns["from_m"]), number)
                yield pa.RecordBatch.from_pydict(columns)

    names = [(part.path, part.row_group, number) for number, part in enumerate(work)]
    table = session.createDataFrame(names, "path string, row_group long, number long").repartition(max(1, len(names)))
    schema = "`group` long, from_m double, to_m double, first long, last long, sure boolean, part long"
    found = table.mapInArrow(measure, schema).toArrow()
    number = found.column("part").to_numpy()
    columns = {name: found.column(name).to_numpy(zero_copy_only=False) for name in ROW_COLUMNS}
    return _together(files, work, [{name: c[number == i] for name, c in columns.items()} for i in range(len(work))])


def _together(files: Sequence[Path], work: Sequence[Part], rows: Sequence[dict[str, np.ndarray]]) -> Intervals:
    tables = [Intervals.of((), *(columns[name] for name in ROW_COLUMNS)) for columns in rows]
    by_file = [
        Intervals.join((), [table for part, table in zip(work, tables, strict=True) if part.path == str(path)])
        for path in files
    ]
    return joined(files, by_file)
