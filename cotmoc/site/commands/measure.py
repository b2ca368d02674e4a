"""`cotmoc measure coverage|markers|rebuild|archive`: on bare files (`--line`), or on the installation's records."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from cotmoc.site.commands.common import Result, command, progress, start_django


def add(commands: Any) -> None:
    measure = commands.add_parser("measure", help="coverage of the line and state of the markers")
    kinds = measure.add_subparsers(dest="measure", required=True, metavar="WHAT")
    from cotmoc.measure import files

    coverage = command(kinds, "coverage", "share of the line that was walked", _coverage)
    files.add_arguments(coverage)
    _asked(coverage)
    markers = command(kinds, "markers", "state of every marker and stake, with its reason", _markers)
    _asked(markers)
    command(kinds, "rebuild", "measure what changed of tracks, lines, markers; may be stopped at any time", _rebuild)
    archive = command(
        kinds, "archive", "write the fixes of all tracks into Parquet by month, where they changed", _archive
    )
    archive.add_argument("dir", type=Path, metavar="DIR", help="the folder of the archive; made where it is not there")


def _asked(made: argparse.ArgumentParser) -> None:
    made.add_argument("--unit", default="", help="code of the unit (records only)")
    made.add_argument("--at", default="", help="as of this moment, e.g. 2020-11-24T06:00 (records only)")


def _coverage(args: argparse.Namespace) -> Result:
    from cotmoc.measure import files

    if args.line:
        return files.run(args)
    start_django()
    from cotmoc.measure import report

    return report.coverage(_question(args)), 0


def _markers(args: argparse.Namespace) -> Result:
    start_django()
    from cotmoc.measure import report

    return report.markers(_question(args)), 0


def _rebuild(args: argparse.Namespace) -> Result:
    start_django()
    from cotmoc.measure import run

    return run.rebuild(progress(args, "Đo lại / measuring"))._asdict(), 0


def _archive(args: argparse.Namespace) -> Result:
    start_django()
    from cotmoc.measure import archiving

    return asdict(archiving.archive(args.dir, progress(args, "Ghi kho vết / writing"))), 0


def _question(args: argparse.Namespace) -> Any:
    from cotmoc.base.asking import question_of
    from cotmoc.site.commands.common import unit_by_code

    return question_of(
        unit_by_code(args.unit),
        since=getattr(args, "since", "") or "",
        until=getattr(args, "until", "") or "",
        at=args.at,
    )
