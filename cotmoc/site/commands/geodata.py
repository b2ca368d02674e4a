"""`cotmoc geodata KIND FILE`: lines, markers, stretches and gates from GeoJSON, GeoPackage, CSV or XLSX."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from cotmoc.base.problems import Problem
from cotmoc.site.commands.common import Result, command, language, operator, progress, start_django, unit_by_code


def add(commands: Any) -> None:
    made = command(commands, "geodata", "import a line version, markers, stretches or gates", run)
    made.add_argument("kind", choices=["line", "markers", "stretches", "gates"])
    made.add_argument("file", type=Path)
    made.add_argument("--line", default="", help="code of the line they belong to (default: the only land line)")
    made.add_argument("--unit", default="", help="code of the command (default: the only one)")
    made.add_argument("--layer", default="", help="layer of a GeoPackage, sheet of a workbook")
    made.add_argument("--pick", default="", help="PROPERTY=VALUE of the one line meant, in a file of several")
    made.add_argument("--source", default="", help="where it comes from; asked for lines")
    made.add_argument("--valid-from", default="", help="first day, e.g. 2017-09-05")
    made.add_argument("--published-km", type=float)
    made.add_argument("--accuracy-m", type=float)
    made.add_argument(
        "--crs", default="", help="coordinate system of a CSV or XLSX, e.g. EPSG:3405 or 'VN-2000 107°45'"
    )


def run(args: argparse.Namespace) -> Result:
    start_django()
    from cotmoc.base import geodata

    if not args.file.is_file():
        raise Problem("cli.not_found", path=args.file)
    given = geodata.Given(
        source=args.source or args.file.name, layer=args.layer, pick=args.pick, line_code=args.line,
        valid_from=args.valid_from, crs=args.crs,
        published_m=args.published_km * 1000 if args.published_km else None, accuracy_m=args.accuracy_m,
    )  # fmt: skip
    unit = unit_by_code(args.unit)
    outcome = geodata.receive(args.kind, args.file.name, args.file.read_bytes(), unit, given, operator())
    if args.kind in {"line", "markers"} and outcome.created + outcome.amended:
        _measure_again(args)
    return outcome.as_dict(language()), 1 if outcome.problems else 0


def _measure_again(args: argparse.Namespace) -> None:
    """Tracks that came before the line or its markers are measured against them now."""
    from cotmoc.measure import run
    from cotmoc.record.areas.border.models import PatrolTrack

    if PatrolTrack.objects.exists():
        run.rebuild(progress(args, "Đo lại / measuring"))
