"""Coverage of an archive of fixes, on all cores: `cotmoc measure coverage --line L.geojson --archive DIR`."""

import argparse
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from cotmoc.base.problems import Problem
from cotmoc.geo.fixes import NO_TIME
from cotmoc.geo.line import Line
from cotmoc.measure import tables
from cotmoc.measure.engine import fast
from cotmoc.measure.engine.spans import covered, visited
from cotmoc.measure.engine.survey import Posts
from cotmoc.measure.engine.values import Intervals, MarkerVisits, Rules

METRE_DIGITS = tables.METRE_DIGITS


def run(
    line: Line,
    rules: Rules,
    archive: Path,
    args: argparse.Namespace,
    posts: Posts,
    since: int | None,
    until: int | None,
) -> tuple[dict[str, Any], MarkerVisits]:
    """The answer for all groups together, and their visits to the posts. Problem where the archive cannot be measured here.

    `since` and `until` (ms) choose rows by the time their presence began: to the grain of the rules, an hour.
    """
    if not fast.available() or find_spec("pyarrow") is None:
        raise Problem("archive.engine")
    from cotmoc.measure.archive import months

    files = months.files_of(archive)
    if not files:
        raise Problem("archive.empty", name=str(archive))
    with tqdm(desc="Đo vết / measuring", disable=getattr(args, "quiet", False), unit="") as bar:

        def progress(done: int, of: int) -> None:
            bar.total = of
            bar.update(done - bar.n)

        try:
            found = months.cover_archive(line, archive, rules, args.reach, posts, progress=progress)
        except (OSError, ValueError) as error:
            raise Problem("archive.broken", name=str(archive), what=str(error)) from error
    rows = [(reach, part.during(since, until)) for reach, part in zip(args.reach, found.intervals, strict=True)]
    part = covered(rows[0][1], 0.0, line.length_m)
    said = f"{tables.said(part.length_m, part.sure_m, part.possible_m)}; kho có {len(found.visits.groups)} chuyến."
    told = (
        answer(line, rows[0][1], rules)
        | {"said": said, "files": len(files)}
        | tables.asked(line, rules, rows, args, until)
    )
    return told, _during(found.visits, since, until)


def answer(line: Line, intervals: Intervals, rules: Rules) -> dict[str, Any]:
    """Metres and shares, sure and possible, and the stretches with their visits."""
    return {
        "line": {"length_m": round(line.length_m, METRE_DIGITS), "vertices": line.vertex_count},
        "reach_m": rules.reach_m,
        "groups": len(intervals.groups),
        **tables.metres(covered(intervals, 0.0, line.length_m)),
        "intervals": _stretches(intervals.certain(True), rules),
        "possible_intervals": _stretches(intervals.certain(False), rules),
    }


def _during(visits: MarkerVisits, since: int | None, until: int | None) -> MarkerVisits:
    """Visits that began in [since, until); those without time only when there is no bound."""
    if since is None and until is None:
        return visits
    low = NO_TIME + 1 if since is None else since
    high = np.iinfo(np.int64).max if until is None else until
    return visits.take((visits.enter >= low) & (visits.enter < high))


def _stretches(intervals: Intervals, rules: Rules) -> list[dict[str, float | int]]:
    found = visited(intervals, rules.pause_s)
    columns = (found.spans.from_m.round(METRE_DIGITS), found.spans.to_m.round(METRE_DIGITS), found.visits)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return [{"from_m": from_m, "to_m": to_m, "visits": visits} for from_m, to_m, visits in rows]
