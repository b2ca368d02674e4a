"""The evidence file: every figure of a chapter with its records, so that the paper can be checked without the program.

A ZIP with `can-cu.json` (all) and one CSV for each figure. The same evidence gives the same bytes: entries are sorted and
carry the moment the figures speak of, so the SHA-256 printed in the annex identifies it.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from cotmoc.review.engine.facts import Fact

FIRST_ZIP_YEAR = 1980


@dataclass(frozen=True, slots=True)
class FigureRows:
    """A figure, how it was computed, and the records behind it as text cells; `hidden` counts records out of reach."""

    fact: Fact
    said: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    missing: tuple[str, ...] = ()
    hidden: int = 0


def evidence_file(figures: Iterable[FigureRows], as_of: datetime, code: str) -> bytes:
    """The ZIP's bytes."""
    ordered = sorted(figures, key=lambda figure: figure.fact.id)
    stamp = as_of.astimezone(UTC)
    whole = {"code": code, "as_of": stamp.isoformat(), "figures": [_plain(figure) for figure in ordered]}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, "can-cu.json", json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True), stamp)
        for figure in ordered:
            _add(archive, f"ban-ghi/{figure.fact.id}.csv", _csv(figure), stamp)
    return out.getvalue()


def digest(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def _plain(figure: FigureRows) -> dict[str, object]:
    fact = figure.fact
    return {
        "measure": fact.id,
        "name": fact.name_vi,
        "value": fact.value,
        "text": fact.vi,
        "status": str(fact.status),
        "said": figure.said,
        "columns": figure.columns,
        "rows": figure.rows,
        "missing": figure.missing,
        "hidden": figure.hidden,
    }


def _csv(figure: FigureRows) -> str:
    """With a byte order mark, so that spreadsheets read the Vietnamese text."""
    out = io.StringIO(newline="")
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow(figure.columns)
    writer.writerows([[_inert(cell) for cell in row] for row in figure.rows])
    return out.getvalue()


def _inert(cell: str) -> str:
    """A cell that a spreadsheet would run as a formula is kept as text."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def _add(archive: zipfile.ZipFile, name: str, text: str, moment: datetime) -> None:
    year = max(moment.year, FIRST_ZIP_YEAR)
    entry = zipfile.ZipInfo(name, (year, moment.month, moment.day, moment.hour, moment.minute, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, text.encode("utf-8"))
