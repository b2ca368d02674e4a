"""Coverage of an archive of fixes, on all cores: `cotmoc measure coverage --line L.geojson --archive DIR`."""

import argparse
import math
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tqdm import tqdm

from cotmoc.base.problems import Problem
from cotmoc.geo.line import Line
from cotmoc.measure.engine import choice, fast
from cotmoc.measure.engine.spans import covered, visited
from cotmoc.measure.engine.values import Intervals, Rules

METRE_DIGITS = 3
SHARE_DIGITS = 6


def run(line: Line, rules: Rules, archive: Path, args: argparse.Namespace) -> dict[str, Any]:
    """The answer for all groups together. Problem where the archive cannot be measured here."""
    if not fast.available() or find_spec("pyarrow") is None:
        raise Problem("archive.engine")
    choice.use_folder()
    from cotmoc.measure.archive import months

    files = months.files_of(archive)
    if not files:
        raise Problem("archive.empty", name=str(archive))
    with tqdm(desc="Đo vết / measuring", disable=getattr(args, "quiet", False), unit="") as bar:

        def progress(done: int, of: int) -> None:
            bar.total = of
            bar.update(done - bar.n)

        try:
            intervals = months.cover_archive(line, archive, rules, [rules.reach_m], progress=progress).intervals[0]
        except (OSError, ValueError) as error:
            raise Problem("archive.broken", name=str(archive), what=str(error)) from error
    return answer(line, intervals, rules) | {"files": len(files)}


def answer(line: Line, intervals: Intervals, rules: Rules) -> dict[str, Any]:
    """Metres and shares, sure and possible, and the stretches with their visits."""
    part = covered(intervals, 0.0, line.length_m)
    return {
        "line": {"length_m": round(line.length_m, METRE_DIGITS), "vertices": line.vertex_count},
        "reach_m": rules.reach_m,
        "groups": len(intervals.groups),
        "covered_m": {"sure": round(part.sure_m, METRE_DIGITS), "possible": round(part.possible_m, METRE_DIGITS)},
        "share": {"sure": _share(part.sure_share), "possible": _share(part.possible_share)},
        "intervals": _stretches(intervals.certain(True), rules),
        "possible_intervals": _stretches(intervals.certain(False), rules),
    }


def _stretches(intervals: Intervals, rules: Rules) -> list[dict[str, float | int]]:
    found = visited(intervals, rules.pause_s)
    columns = (found.spans.from_m.round(METRE_DIGITS), found.spans.to_m.round(METRE_DIGITS), found.visits)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return [{"from_m": from_m, "to_m": to_m, "visits": visits} for from_m, to_m, visits in rows]


def _share(share: float) -> float | None:
    return round(share, SHARE_DIGITS) if math.isfinite(share) else None
