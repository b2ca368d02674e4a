"""From files of fixes to intervals: each row group by itself, on all cores, and only what changed.

What a file covers is kept beside it under a key of the line, the rules, the algorithm and the file; the interval table
of an archive is the rows of its files, one after the other. Nothing in it is ever updated in place: a new track means a
new file of its month, another line, reach or algorithm another key.
"""

import hashlib
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from cotmoc.geo.line import Line
from cotmoc.measure.archive.fixes import Part, group_names, parts, read, tracks_of
from cotmoc.measure.engine.coverage import ALGORITHM
from cotmoc.measure.engine.fast.cover import ERRORS_M, Engine, Walks, renumbered
from cotmoc.measure.engine.fast.kernel import regular
from cotmoc.measure.engine.pieces import steps
from cotmoc.measure.engine.values import ROW_COLUMNS, Intervals, Rules

Progress = Callable[[int, int], None]
KEPT_IN = "intervals"


def files_of(archive: Path) -> list[Path]:
    """The files of fixes of an archive, by name."""
    return sorted(archive.glob("*.parquet"))


def key_of(line: Line, rules: Rules, path: Path) -> str:
    """Names what a file covers: anything that could change a figure changes it."""
    s, state = line.segments, path.stat()
    digest = hashlib.sha256(b"".join(column.tobytes() for column in (s.ax, s.ay, s.bx, s.by, s.from_m, s.to_m)))
    digest.update(
        repr((line.projection.centre, rules, ALGORITHM, path.name, state.st_size, state.st_mtime_ns)).encode()
    )
    return digest.hexdigest()[:32]


def cover_archive(
    line: Line, archive: Path, rules: Rules, threads: int | None = None, progress: Progress | None = None
) -> Intervals:
    """All intervals of an archive; groups are named "file/group". Stopping in the middle loses the running files only."""
    files = files_of(archive)
    kept = {path: archive / KEPT_IN / f"{key_of(line, rules, path)}.parquet" for path in files}
    missing = [path for path in files if not kept[path].exists()]
    for path, rows in measured(line, missing, rules, threads, progress):
        save(rows, kept[path])
    for old in set((archive / KEPT_IN).glob("*.parquet")) - set(kept.values()):
        old.unlink()
    return joined(files, [load(kept[path]) for path in files])


def measured(
    line: Line, files: Sequence[Path], rules: Rules, threads: int | None = None, progress: Progress | None = None
) -> Iterator[tuple[Path, Intervals]]:
    """What each file covers, as soon as its last part is done; groups by their number in the file."""
    engine = Engine.of(line, rules, ERRORS_M[1])
    work = [part for path in files for part in parts(path)]
    open_parts = {str(path): [part for part in work if part.path == str(path)] for path in files}
    found: dict[Part, Intervals] = {}
    own = threading.local()

    def one(part: Part) -> Intervals:
        if not hasattr(own, "engine"):
            own.engine = engine.fork()
        return part_rows(own.engine, part)

    with ThreadPoolExecutor(threads or os.cpu_count()) as pool:
        coming = {pool.submit(one, part): part for part in work}
        for count, future in enumerate(as_completed(coming), 1):
            part = coming.pop(future)
            found[part] = future.result()
            if progress is not None:
                progress(count, len(work))
            mine = open_parts[part.path]
            if all(other in found for other in mine):
                yield Path(part.path), Intervals.join((), [found.pop(other) for other in mine])
    for path in files:
        if not open_parts[str(path)]:
            yield path, Intervals.empty()


def part_rows(engine: Engine, part: Part) -> Intervals:
    """The rows of one row group; groups by their number in the file."""
    file = pq.ParquetFile(part.path)
    numbers, walks = read(file, part.row_group)
    plain = regular(walks.start, walks.time) if engine.gridded else np.zeros(len(numbers), np.bool_)
    rows = []
    if plain.all():
        rows.append(renumbered(engine.walks(walks), numbers))
    else:
        for place, number in enumerate(numbers.tolist()):
            if plain[place]:
                one = Walks(walks.start[place : place + 2], walks.u, walks.v, walks.time, walks.error)
                rows.append(renumbered(engine.walks(one), np.array([number])))
            else:
                tracks = tracks_of(file, part.row_group, walks, place)
                rows.append(engine.steps(number, steps(tracks, engine.line.projection, engine.rules)))
    return Intervals.join((), rows)


def joined(files: Sequence[Path], rows: Sequence[Intervals]) -> Intervals:
    """One table from those of the files, in their order."""
    names: list[str] = []
    moved = []
    for path, part in zip(files, rows, strict=True):
        mine = group_names(path)
        moved.append(renumbered(part, np.arange(len(names), len(names) + len(mine))))
        names += [f"{path.stem}/{name}" for name in mine]
    return Intervals.join(tuple(names), moved)


def save(rows: Intervals, path: Path) -> None:
    """Write rows into a file that is there whole, or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    ordered = rows.take(np.lexsort((rows.from_m, rows.first, rows.sure, rows.group)))
    pq.write_table(pa.table({name: getattr(ordered, name) for name in ROW_COLUMNS}), unfinished, compression="zstd")
    unfinished.replace(path)


def load(path: Path) -> Intervals:
    """The rows of `save`."""
    table = pq.read_table(path)
    return Intervals.of((), *(table.column(name).to_numpy() for name in ROW_COLUMNS))
