"""From files of fixes to intervals and visits: each row group by itself, on all cores, and only what changed.

What a file covers within one reach is kept beside it under a key of the line, the reach, the rules, the algorithm and the
file; its visits under one of the posts. The tables of an archive are those of its files, one after the other. Nothing in
them is ever updated in place: a new track means a new file of its month, another line, reach or algorithm another key.
"""

import hashlib
import os
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from cotmoc.geo.line import Line
from cotmoc.measure.archive.fixes import Part, Room, group_names, opened, parts, read, tracks_of
from cotmoc.measure.engine.coverage import ALGORITHM
from cotmoc.measure.engine.fast.cover import ERRORS_M, Engine, Walks, join, renumbered
from cotmoc.measure.engine.fast.survey import by_steps
from cotmoc.measure.engine.survey import Posts, Survey
from cotmoc.measure.engine.values import ROW_COLUMNS, VISIT_COLUMNS, Intervals, MarkerVisits, Rules

Progress = Callable[[int, int], None]
KEPT_IN = "intervals"
Asked = tuple[tuple[float, ...], bool]
"""What is to be computed of a file: these reaches, and the visits or not."""


def files_of(archive: Path) -> list[Path]:
    """The files of fixes of an archive, by name."""
    return sorted(archive.glob("*.parquet"))


def key_of(line: Line, rules: Rules, path: Path, posts: Posts | None = None) -> str:
    """Names what a file covers within the reach of the rules, or how it visits posts: what could change a figure changes it."""
    s, state = line.segments, path.stat()
    columns = [s.ax, s.ay, s.bx, s.by, s.from_m, s.to_m]
    if posts is not None:
        columns += [np.asarray(posts.lon, np.float64), np.asarray(posts.lat, np.float64), np.array([posts.reach_m])]
    digest = hashlib.sha256(b"".join(column.tobytes() for column in columns))
    of_file = (path.name, state.st_size, state.st_mtime_ns)
    digest.update(repr((line.projection.centre, rules, ALGORITHM, of_file, posts is not None)).encode())
    return digest.hexdigest()[:32]


def cover_archive(
    line: Line,
    archive: Path,
    rules: Rules,
    reaches_m: Sequence[float],
    posts: Posts | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Survey:
    """All intervals of an archive for each reach, and all visits; groups are named "file/group".

    Stopping in the middle loses the running files only.
    """
    files, posts = files_of(archive), posts or Posts.none()
    folder = archive / KEPT_IN
    kept = {
        (path, reach): folder / f"{key_of(line, replace(rules, reach_m=reach), path)}.parquet"
        for path in files
        for reach in reaches_m
    }
    met = (
        {path: folder / f"{key_of(line, replace(rules, reach_m=0), path, posts)}.visits.parquet" for path in files}
        if len(posts)
        else {}
    )
    todo: dict[Asked, list[Path]] = defaultdict(list)
    for path in files:
        missing = tuple(reach for reach in reaches_m if not is_whole(kept[path, reach]))
        visits = path in met and not is_whole(met[path])
        if missing or visits:
            todo[missing, visits].append(path)
    for (missing, visits), some in todo.items():
        asked = posts if visits else Posts.none()
        for path, found in measured(line, some, rules, missing, asked, threads, progress):
            for reach, rows in zip(missing, found.intervals, strict=True):
                save(rows, kept[path, reach])
            if visits:
                save_visits(found.visits, met[path])
    for old in set(folder.glob("*.parquet")) - set(kept.values()) - set(met.values()):
        old.unlink()
    return named(
        files,
        [_load(path, [kept[path, reach] for reach in reaches_m], met.get(path)) for path in files],
        len(reaches_m),
    )


def measured(
    line: Line,
    files: Sequence[Path],
    rules: Rules,
    reaches_m: Sequence[float],
    posts: Posts,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Iterator[tuple[Path, Survey]]:
    """What each file covers and visits, as soon as its last part is done; groups by their number in the file."""
    engine = Engine.of(line, rules, ERRORS_M[1], reaches_m, posts)
    work = [part for path in files for part in parts(path)]
    open_parts = {str(path): [part for part in work if part.path == str(path)] for path in files}
    found: dict[Part, Survey] = {}
    own = threading.local()

    def one(part: Part) -> Survey:
        if not hasattr(own, "engine"):
            own.engine, own.room = engine.fork(), Room()
        return part_rows(own.engine, part, own.room)

    with ThreadPoolExecutor(threads or os.cpu_count()) as pool:
        coming = {pool.submit(one, part): part for part in work}
        for count, future in enumerate(as_completed(coming), 1):
            part = coming.pop(future)
            found[part] = future.result()
            if progress is not None:
                progress(count, len(work))
            mine = open_parts[part.path]
            if all(other in found for other in mine):
                yield Path(part.path), join((), [found.pop(other) for other in mine])
    for path in files:
        if not open_parts[str(path)]:
            yield path, engine.nothing()


def part_rows(engine: Engine, part: Part, room: Room | None = None) -> Survey:
    """The rows and visits of one row group; groups by their number in the file."""
    file = opened(part.path)
    numbers, walks = read(file, part.row_group, room)
    plain = engine.regular(walks)
    if plain.all():
        return renumbered(engine.walks(walks), numbers)
    found = []
    for place, number in enumerate(numbers.tolist()):
        if plain[place]:
            one = Walks(walks.start[place : place + 2], walks.fixes)
            found.append(renumbered(engine.walks(one), np.array([number])))
        else:
            found.append(by_steps(engine, number, tracks_of(file, part.row_group, walks, place)))
    return join((), found)


def named(files: Sequence[Path], found: Sequence[Survey], reaches: int) -> Survey:
    """One survey from those of the files, in their order; visits by marker and time."""
    names: list[str] = []
    moved = []
    for path, part in zip(files, found, strict=True):
        mine = group_names(path)
        moved.append(renumbered(part, np.arange(len(names), len(names) + len(mine))))
        names += [f"{path.stem}/{name}" for name in mine]
    if not moved:
        return Survey(tuple(Intervals.empty() for _ in range(reaches)), MarkerVisits.empty())
    whole = join(tuple(names), moved)
    visits = whole.visits
    return replace(whole, visits=visits.take(np.lexsort((visits.group, visits.enter, visits.marker))))


def is_whole(path: Path) -> bool:
    """Whether a kept table is there and can be read; a damaged one is computed again."""
    try:
        pq.read_metadata(path)
    except (FileNotFoundError, pa.ArrowInvalid):
        return False
    return True


def save(rows: Intervals, path: Path) -> None:
    """Write rows into a file that is there whole, or not at all."""
    ordered = rows.take(np.lexsort((rows.from_m, rows.first, rows.sure, rows.group)))
    _write({name: getattr(ordered, name) for name in ROW_COLUMNS}, path)


def load(path: Path) -> Intervals:
    """The rows of `save`."""
    table = pq.read_table(path)
    return Intervals.of((), *(table.column(name).to_numpy() for name in ROW_COLUMNS))


def save_visits(visits: MarkerVisits, path: Path) -> None:
    """Write visits into a file that is there whole, or not at all."""
    _write({name: getattr(visits, name) for name in VISIT_COLUMNS}, path)


def load_visits(path: Path) -> MarkerVisits:
    """The rows of `save_visits`."""
    table = pq.read_table(path)
    return MarkerVisits((), *(table.column(name).to_numpy() for name in VISIT_COLUMNS))


def _write(columns: dict[str, np.ndarray], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}.part")  # two may ask the same at once
    pq.write_table(pa.table(columns), unfinished, compression="zstd")
    unfinished.replace(path)


def _load(path: Path, kept: Sequence[Path], met: Path | None) -> Survey:
    return Survey(tuple(map(load, kept)), MarkerVisits.empty() if met is None else load_visits(met))
