"""Our own engines as the benchmark runs them: an archive in, the possible metres of every patrol out."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from cotmoc.geo.line import Line
from cotmoc.measure.archive.fixes import group_names, parts, read, tracks_of
from cotmoc.measure.archive.months import files_of, measured, named
from cotmoc.measure.engine.coverage import cover
from cotmoc.measure.engine.spans import runs
from cotmoc.measure.engine.survey import Posts
from cotmoc.measure.engine.values import Floats, GroupTrack, Intervals, Rules
from tests.speed.coverage.constructed import markers_of

RULES = Rules()
REACHES_M = (30.0, 100.0, 250.0)
POST_REACH_M = 60.0


def _metres(rows: Intervals) -> Floats:
    """Metres of the possible coverage of each group."""
    rows = rows.certain(False)
    order, starts = runs(rows.group, rows.from_m, rows.to_m)
    ends = np.maximum.reduceat(rows.to_m[order], starts) if len(starts) else np.empty(0)
    one = order[starts]
    return np.bincount(rows.group[one], ends - rows.from_m[one], minlength=len(rows.groups))


def fast(line: Line, archive: Path, threads: int | None = None) -> Callable[[], Floats]:
    """The compiled engine on all cores: sure and possible rows with their times. The clock stops before they are added."""
    files = files_of(archive)
    found = dict(measured(line, files, RULES, [RULES.reach_m], Posts.none(), threads))
    return lambda: _metres(named(files, [found[path] for path in files], 1).intervals[0])


def fast_one_thread(line: Line, archive: Path) -> Callable[[], Floats]:
    return fast(line, archive, 1)


def survey(line: Line, archive: Path) -> Callable[[], Floats]:
    """All in one pass on all cores: three reaches, and every visit to a marker each 1.5 km."""
    files = files_of(archive)
    posts = markers_of(line, POST_REACH_M, np.random.default_rng(1))
    found = dict(measured(line, files, RULES, REACHES_M, posts))
    return lambda: _metres(named(files, [found[path] for path in files], 3).intervals[REACHES_M.index(RULES.reach_m)])


def reference(line: Line, archive: Path) -> Callable[[], Floats]:
    """The readable engine, one thread: sure and possible rows with their times."""
    tracks = []
    for path in files_of(archive):
        names = group_names(path)
        for part in parts(path):
            file = pq.ParquetFile(path)
            numbers, walks = read(file, part.row_group)
            for place, number in enumerate(numbers.tolist()):
                mine = tracks_of(file, part.row_group, walks, place)
                tracks += [GroupTrack(f"{path.stem}/{names[number]}", track.fixes) for track in mine]
    rows = cover(line, tracks, RULES)
    return lambda: _metres(rows)


OURS: dict[str, Callable[[Line, Path], Callable[[], Floats]]] = {
    "fast": fast,
    "fast-1": fast_one_thread,
    "survey": survey,
    "reference": reference,
}
