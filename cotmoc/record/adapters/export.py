"""A register as a file: CSV for spreadsheets and other programs, XLSX with true numbers and dates; all rows of the list.

CSV is written while it is sent; XLSX goes row by row through a temporary file. Neither holds the register in memory, neither
stops at a number of rows, and no cell can become a formula. The words are Vietnamese, whoever asks: one form of a file.
"""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import datetime
from tempfile import TemporaryFile
from typing import IO, Any

from asgiref.sync import sync_to_async
from django.db.models import QuerySet
from django.utils import translation
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils.exceptions import IllegalCharacterError

from cotmoc.base import clock
from cotmoc.base.ledger import batches
from cotmoc.base.views import inert
from cotmoc.record.adapters.cells import Column, columns_of
from cotmoc.record.adapters.table import Listing
from cotmoc.record.register import Record, cell

BOM = "\ufeff"
BATCH = 1000
LINES = 500
SHEET_ROWS = 1_048_575
"""Excel's limit, less the head; what is more goes to a further sheet."""
BOOKKEEPING = ("recorded_at", "revised_at")


def exported(model: type[Record]) -> list[Column]:
    """Number, unit, every field of the form, and the bookkeeping."""
    return columns_of(model, ("code", "unit", *model.form_fields, *BOOKKEEPING))


def rows_of(listing: Listing, columns: Iterable[Column]) -> Iterator[list[Any]]:
    """The values of each row: dates and numbers as such, choices and links as words that can be read back."""
    columns = list(columns)
    rows = listing.rows([of.name for of in columns])
    flowing = rows.iterator(chunk_size=BATCH) if isinstance(rows, QuerySet) else rows
    for row in flowing:
        with translation.override("vi"):
            values = [value_of(row, of) for of in columns]
        yield values


def value_of(row: Any, of: Column) -> Any:
    if of.kind == "links":
        return ", ".join(str(linked) for linked in getattr(row, of.name).all())
    value = cell(row, of.name)
    if value is None:
        return None
    match of.kind:
        case "link":
            return str(value)
        case "choice":
            return str(getattr(row, f"get_{of.name}_display")())
        case "moment":
            return clock.local(value).replace(tzinfo=None, microsecond=0)
        case "yesno":
            return "Có" if value else "Không"
    return value


def csv_pieces(listing: Listing) -> Iterator[str]:
    """The file in pieces of many lines, with the mark by which Excel knows UTF-8."""
    columns = exported(listing.model)
    writer = csv.writer(_Echo())
    yield BOM + writer.writerow([_head(of) for of in columns])
    for part in batches(rows_of(listing, columns), LINES):
        yield "".join(writer.writerow([inert(_as_text(value)) for value in values]) for values in part)


async def asynchronous(pieces: Iterator[str]) -> AsyncIterator[str]:
    """The same pieces for an asynchronous server, which would gather an ordinary iterator in memory first."""
    following = sync_to_async(lambda: next(pieces, None))
    while (piece := await following()) is not None:
        yield piece


def xlsx_file(listing: Listing) -> IO[bytes]:
    """The workbook in a temporary file, read from its beginning."""
    columns = exported(listing.model)
    book = Workbook(write_only=True)
    sheet: Any = None
    for number, values in enumerate(rows_of(listing, columns)):
        if number % SHEET_ROWS == 0:
            sheet = _sheet(book, columns)
        sheet.append([_cell(sheet, value) for value in values])
    if sheet is None:
        _sheet(book, columns)
    out = TemporaryFile()  # noqa: SIM115 - handed to the response, which closes it
    book.save(out)
    out.seek(0)
    return out


def _sheet(book: Workbook, columns: Iterable[Column]) -> Any:
    sheet: Any = book.create_sheet()
    sheet.freeze_panes = "A2"
    sheet.append([_cell(sheet, _head(of)) for of in columns])
    return sheet


def _cell(sheet: Any, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        made = WriteOnlyCell(sheet, value)
    except IllegalCharacterError:  # control characters, which the format cannot hold
        made = WriteOnlyCell(sheet, "".join(sign for sign in value if sign.isprintable() or sign == "\n"))
    made.data_type = "s"  # a text that begins with = stays a text
    return made


def _head(of: Column) -> str:
    with translation.override("vi"):
        return str(of.label)


def _as_text(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y %H:%M}"
    if hasattr(value, "strftime"):
        return f"{value:%d/%m/%Y}"
    return "" if value is None else str(value)


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text
