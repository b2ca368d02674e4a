"""`cotmoc import PATH…`: track and patrol files, or whole folders of them. Repeating it counts nothing twice."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cotmoc.base.problems import Problem, sentence
from cotmoc.base.text import path_text
from cotmoc.site.commands.common import Result, command, language, operator, progress, start_django, unit_by_code

MEGABYTE = 1 << 20


def add(commands: Any) -> None:
    made = command(
        commands, "import", "receive track files (GPX, KML/KMZ, FIT, NMEA, GeoJSON, CSV, SMART patrol XML)", run
    )
    made.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files or folders")
    made.add_argument("--unit", default="", help="code of the unit that recorded them (default: the command)")


def run(args: argparse.Namespace) -> Result:
    start_django()
    unit = unit_by_code(args.unit)
    files = list(_files(args.paths))
    step, counts, problems = progress(args, "Nhận tệp / receiving"), Counter[str](), []
    for number, path in enumerate(files, 1):
        try:
            receipt = _receive(path, unit)
        except OSError as error:
            counts["unavailable"] += 1
            told = [{"code": "file.unavailable", "message": _sentence("file.unavailable", reason=error.strerror)}]
        else:
            counts[receipt.outcome] += 1
            told = _problems(receipt)
        problems += [{"file": path_text(path), **one} for one in told]
        step(number, len(files))
    result = {"files": len(files), **counts, "problems": problems}
    return result, 1 if counts["quarantined"] or counts["unavailable"] else 0


def _receive(path: Path, unit: Any) -> Any:
    """One file; what is larger than any that is read is kept piece by piece, without holding it in memory."""
    from cotmoc.record.areas.border.actions import LARGEST, receive_file, receive_too_large

    name = path_text(Path(path.name))
    if path.stat().st_size > LARGEST:
        with path.open("rb") as file:
            return receive_too_large(name, iter(lambda: file.read(MEGABYTE), b""), unit, operator())
    return receive_file(name, path.read_bytes(), unit, operator())


def _problems(receipt: Any) -> list[dict[str, str]]:
    """Why a file waits in the quarantine, and what was noticed in one that was read."""
    told = [{"code": f.code, "message": _said(f, receipt.name)} for f in receipt.notices if f.level != "info"]
    if receipt.outcome == "quarantined":
        told.insert(0, {"code": receipt.quarantine.code, "message": receipt.sentences(language())[0]})
    return told


def _said(fault: Any, name: str) -> str:
    return _sentence(fault.code, file=name, where=fault.where, **fault.values)


def _sentence(code: str, **values: object) -> str:
    return sentence(code, language(), values)


def _files(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(p for p in path.rglob("*") if p.is_file())
        elif path.is_file():
            yield path
        else:
            raise Problem("cli.not_found", path=path_text(path))
