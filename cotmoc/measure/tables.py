"""What `cotmoc measure coverage` tells besides metres: bins, stretches with their limits, the intervals themselves.

The same for an archive and for track files: intervals in, plain data and tables out.
"""

import argparse
import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from cotmoc.base.problems import Problem
from cotmoc.base.text import path_text
from cotmoc.geo.fixes import NO_TIME
from cotmoc.geo.line import Line
from cotmoc.measure.engine.ages import last_visits, month_edges, overdue_spans
from cotmoc.measure.engine.bins import bins
from cotmoc.measure.engine.spans import covered, covered_each
from cotmoc.measure.engine.values import DAY_MS, Covered, Intervals, Rules, Times

ZONE = "Asia/Ho_Chi_Minh"
"""Months are those of Vietnamese clocks."""
METRE_DIGITS = 3
SHARE_DIGITS = 6
STRETCH_COLUMNS = ("name", "from_m", "to_m", "limit_days")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the line and how often it is to be walked."""

    name: str
    from_m: float
    to_m: float
    limit_days: float


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--bins", default="", metavar="CSV", help="write last visit, visits per month, gap of each 100 m"
    )
    parser.add_argument(
        "--stretches", default="", metavar="CSV", help=f"parts of the line: columns {', '.join(STRETCH_COLUMNS)}"
    )
    parser.add_argument("--intervals", default="", metavar="FILE", help="write the intervals (.csv, .parquet)")


def asked(
    line: Line, rules: Rules, found: Sequence[tuple[float, Intervals]], args: argparse.Namespace, until: int | None
) -> dict[str, Any]:
    """What the arguments ask for, of the intervals of each reach; stretches are of the first reach.

    Overdue is judged at `until` (ms), else at the latest presence of all. Problem for a table that cannot be read or written.
    """
    answer: dict[str, Any] = {}
    if len(found) > 1:
        answer["by_reach"] = [{"reach_m": reach, **metres(covered(rows, 0, line.length_m))} for reach, rows in found]
    if args.stretches:
        answer["stretches"] = stretch_answers(stretches_from(Path(args.stretches), line), line, found[0][1], until)
    if args.bins:
        header, lines = bin_rows(line, rules, found)
        _write_csv(Path(args.bins), header, lines)
    if args.intervals:
        write_intervals(Path(args.intervals), found)
    return answer


def metres(part: Covered) -> dict[str, Any]:
    """Metres and shares, sure and possible."""
    return {
        "covered_m": {"sure": round(part.sure_m, METRE_DIGITS), "possible": round(part.possible_m, METRE_DIGITS)},
        "share": {"sure": share(part.sure_share), "possible": share(part.possible_share)},
    }


def said(length_m: float, sure_m: float, possible_m: float) -> str:
    """The answer for a person, as a clause."""
    return f"Bao phủ chắc chắn {km(sure_m)} km, có thể {km(possible_m)} km, trên {km(length_m)} km đường"


def km(length_m: float) -> str:
    """Vietnamese writing: 1.234,5."""
    return f"{length_m / 1000:,.1f}".translate(str.maketrans(",.", ".,"))


def share(of: float) -> float | None:
    return round(of, SHARE_DIGITS) if np.isfinite(of) else None


def iso(moment: int) -> str | None:
    """ISO 8601 UTC; None for no time."""
    if moment == NO_TIME:
        return None
    return datetime.fromtimestamp(moment / 1000, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


# --- stretches


def stretches_from(path: Path, line: Line) -> list[Stretch]:
    """The stretches of a table. Problem `request.parameter` where a row is none, or lies outside the line."""
    text = ""
    try:
        text = path.read_text("utf-8-sig")
        reader = csv.DictReader(text.splitlines(), delimiter=max(",;\t", key=text.partition("\n")[0].count))
        found = [Stretch(row["name"], *(float(row[name]) for name in STRETCH_COLUMNS[1:])) for row in reader]
    except OSError as error:
        what = {"what": error.strerror, "what_en": error.strerror}
        raise Problem("file.refused", file=path_text(path), **what) from error
    except (KeyError, TypeError, ValueError, csv.Error) as error:
        raise _wrong_stretches(path, str(error)) from error
    if not found:
        raise _wrong_stretches(path, "0 hàng / rows")
    for stretch in found:
        if not (0 <= stretch.from_m < stretch.to_m <= line.length_m + 1 and stretch.limit_days > 0):
            raise _wrong_stretches(path, str(stretch))
    return found


def _wrong_stretches(path: Path, what: str) -> Problem:
    columns = ", ".join(STRETCH_COLUMNS)
    hint = (
        f"Cần các cột {columns}; lý trình bằng mét, trong chiều dài đường: {what}. / "
        f"It needs the columns {columns}, chainages in metres within the line: {what}."
    )
    return Problem("request.parameter", name="--stretches", value=path_text(path), hint=hint)


def stretch_answers(
    stretches: Sequence[Stretch], line: Line, rows: Intervals, until: int | None
) -> list[dict[str, Any]]:
    """Per stretch: the share covered in all and in each month, and what is overdue at the end."""
    months = months_of(rows)
    moment = int(rows.last.max(initial=NO_TIME)) if until is None else until - 1
    visits = last_visits(rows.certain(True), line.length_m, moment)
    every = [(one.from_m, min(one.to_m, line.length_m)) for one in stretches]
    in_all = covered_each(rows, every)
    in_month = [(_month(low), covered_each(rows.during(low, high), every)) for low, high in pairwise(months.tolist())]
    answers = []
    for place, (one, ends) in enumerate(zip(stretches, every, strict=True)):
        late = overdue_spans(visits, moment, round(one.limit_days * DAY_MS), ends)
        answers.append(
            {
                "name": one.name,
                "from_m": ends[0],
                "to_m": ends[1],
                "limit_days": one.limit_days,
                **metres(in_all[place]),
                "months": {name: metres(part[place])["share"] for name, part in in_month},
                "at": iso(moment),
                "overdue_m": round(late.length_m, METRE_DIGITS),
                "overdue": [
                    {"from_m": low, "to_m": high}
                    for low, high in np.column_stack([late.from_m, late.to_m]).round(METRE_DIGITS).tolist()
                ],
            }
        )
    return answers


def months_of(*tables: Intervals) -> Times:
    """The edges of the calendar months in which presence began; one edge only where none has a time."""
    firsts = np.concatenate([rows.first for rows in tables])
    firsts = firsts[firsts != NO_TIME]
    if not len(firsts):
        return np.zeros(1, np.int64)
    low, high = (datetime.fromtimestamp(int(end) / 1000, ZoneInfo(ZONE)) for end in (firsts.min(), firsts.max()))
    return month_edges(low.date(), (high.year - low.year) * 12 + high.month - low.month + 1, ZONE)


def _month(moment: int) -> str:
    return datetime.fromtimestamp(moment / 1000, ZoneInfo(ZONE)).strftime("%Y-%m")


# --- tables


def bin_rows(
    line: Line, rules: Rules, found: Sequence[tuple[float, Intervals]]
) -> tuple[list[str], Iterator[list[Any]]]:
    """Header and rows of the bins of each reach, by sure presence: last visit, longest gap, visits of each month."""
    months = months_of(*(rows for _, rows in found))
    header = ["reach_m", "from_m", "to_m", "last", "longest_gap_days", *map(_month, months[:-1].tolist())]
    return header, (row for reach, rows in found for row in _bins_of(line, rules, reach, rows, months))


def _bins_of(line: Line, rules: Rules, reach: float, rows: Intervals, months: Times) -> Iterator[list[Any]]:
    table = bins(rows.certain(True), line.length_m, months, rules.pause_s)
    gaps = (table.longest_gap_ms / DAY_MS).round(3).tolist()
    columns = (pairwise(table.edges.round(METRE_DIGITS).tolist()), table.last.tolist(), gaps, table.visits.tolist())
    for (low, high), last, gap, visits in zip(*columns, strict=True):
        yield [f"{reach:g}", low, high, iso(last) or "", gap, *visits]


def write_intervals(path: Path, found: Sequence[tuple[float, Intervals]]) -> None:
    """One row for each row of each reach. Problem `archive.engine` for Parquet without pyarrow."""
    if path.suffix.lower() == ".parquet":
        if find_spec("pyarrow") is None:
            raise Problem("archive.engine")
        _write_parquet(path, found)
    else:
        header = ["reach_m", "group", "sure", "from_m", "to_m", "first", "last"]
        _write_csv(path, header, (row for reach, rows in found for row in _interval_lines(reach, rows)))


def _interval_lines(reach: float, rows: Intervals) -> Iterator[list[Any]]:
    columns = (
        rows.group,
        rows.sure,
        rows.from_m.round(METRE_DIGITS),
        rows.to_m.round(METRE_DIGITS),
        rows.first,
        rows.last,
    )
    for group, sure, low, high, first, last in zip(*(column.tolist() for column in columns), strict=True):
        yield [f"{reach:g}", rows.groups[group], int(sure), low, high, iso(first) or "", iso(last) or ""]


def _write_parquet(path: Path, found: Sequence[tuple[float, Intervals]]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    unfinished = _unfinished(path)
    parts = []
    for reach, rows in found:
        times = [pa.array(times, pa.timestamp("ms", "UTC"), mask=times == NO_TIME) for times in (rows.first, rows.last)]
        group = pa.DictionaryArray.from_arrays(rows.group.astype(np.int32), pa.array(rows.groups, pa.string()))
        columns = {"reach_m": np.full(len(rows), reach), "group": group, "sure": rows.sure}
        columns |= {"from_m": rows.from_m, "to_m": rows.to_m, "first": times[0], "last": times[1]}
        parts.append(pa.table(columns))
    pq.write_table(pa.concat_tables(parts).unify_dictionaries(), unfinished, compression="zstd")
    unfinished.replace(path)


def _write_csv(path: Path, header: Sequence[str], rows: Iterator[list[Any]]) -> None:
    unfinished = _unfinished(path)
    with unfinished.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
    unfinished.replace(path)


def _unfinished(path: Path) -> Path:
    """Where a file is written before it is there whole. Problem `file.refused` where none can be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(path.name + ".part")
        unfinished.touch()
    except OSError as error:
        raise Problem("file.refused", file=path_text(path), what=error.strerror, what_en=error.strerror) from error
    return unfinished
