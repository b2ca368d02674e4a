"""Rows of a register from a CSV file, as a spreadsheet saves it: each row goes through the register's own form.

The head names fields by label, in either language, or by name, as in our own export. Good rows are written, the others are told
by line and field; the corrected file may be sent whole again: a row that came before is known by its content and counts once.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from django import forms
from django.conf import settings
from django.utils import translation

from cotmoc.base import evidence, ledger
from cotmoc.base.ledger import Author
from cotmoc.base.models import Unit
from cotmoc.base.problems import Problem
from cotmoc.base.text import fold
from cotmoc.geo.readers.text import decode
from cotmoc.record.adapters.fields import YesNoField
from cotmoc.record.adapters.form import RecordForm, form_for
from cotmoc.record.register import Record

NAMESPACE = UUID("6f1d8c9e-2f0b-5c57-9a63-0c07c07c0c70")
DELIMITERS = ",;\t"
YES, NO = {"co", "yes", "true", "1", "x"}, {"khong", "no", "false", "0"}


@dataclass(frozen=True, slots=True)
class RowTold:
    """What became of one line: written or known under `code`, or refused with `problems`."""

    line: int
    row: Record | None = None
    known: bool = False
    problems: tuple[str, ...] = ()


def import_rows(model: type[Record], name: str, data: bytes, unit: Unit, by: Author, user: Any) -> list[RowTold]:
    """Take in all rows of a file; the file itself is kept. Problem `table.head` where no column is a field of the register."""
    evidence.receive(name, data, unit, by)
    reader = _Reader(model, user)
    return [reader.take(line, values, by) for line, values in _lines(name, data)]


def _lines(name: str, data: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    text = decode(data)[0].lstrip("\ufeff")
    head = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=head.count)
    try:
        for number, values in enumerate(csv.DictReader(io.StringIO(text), delimiter=delimiter, restval=""), start=2):
            yield number, {str(key): value for key, value in values.items() if key and isinstance(value, str)}
    except csv.Error as error:
        raise Problem("table.unreadable", file=name, detail=str(error)) from error


class _Reader:
    """Reads rows of one register for one user; fields are matched once."""

    def __init__(self, model: type[Record], user: Any) -> None:
        self.model, self.user = model, user
        self.form_class = form_for(model, user)
        self.blank: Any = self.form_class()
        self.names = {name: name for name in self.blank.fields}
        for _ in _languages():
            self.names |= {fold(str(field.label)): name for name, field in self.blank.fields.items()}

    def take(self, line: int, values: Mapping[str, str], by: Author) -> RowTold:
        matched = {
            self.names[key]: value.strip() for head, value in values.items() if (key := fold(head)) in self.names
        }
        if not matched:
            raise Problem("table.head", heads=", ".join(values), fields=", ".join(str(f.label) for f in self.blank))
        given = {name: value for name, value in matched.items() if value}
        sent = self.as_sent(given)
        identity = uuid5(NAMESPACE, ledger.canonical([self.model.slug, sent]))
        known = self.model.objects.for_user(self.user).filter(pk=identity).first()
        if known is not None:
            return RowTold(line, known, known=True)
        form: RecordForm = self.form_class(sent)
        if not form.is_valid():
            return RowTold(line, problems=_problems(form))
        if self.model._default_manager.filter(pk=identity).exists():  # it went to a unit out of reach since
            return RowTold(line, problems=(Problem("rights.page").sentence(),))
        row: Any = form.instance
        row.id = identity
        try:
            return RowTold(line, form.save_by(by))
        except Problem as problem:
            return RowTold(line, problems=(problem.sentence(),))

    def as_sent(self, given: Mapping[str, str]) -> dict[str, Any]:
        """What a form would send: keys instead of words. Fields that the file leaves out stand on their defaults."""
        initial = {name: self.blank.get_initial_for_field(field, name) for name, field in self.blank.fields.items()}
        begin = {
            name: str(value) for name, value in initial.items() if isinstance(value, str | int) and name not in given
        }
        own = {"unit": _own_unit(self.blank)}
        return own | begin | {name: _key(self.blank.fields[name], value) for name, value in given.items()}


def _languages() -> Iterator[str]:
    """Each language of the program in turn, spoken while the caller looks."""
    for code, _ in settings.LANGUAGES:
        with translation.override(code):
            yield code


def _own_unit(blank: RecordForm) -> str:
    unit = blank.initial.get("unit")
    return unit.code if unit else ""


def _key(field: forms.Field, text: str) -> Any:
    """The key of a choice that is written as a word; anything else as it stands, for the form to judge."""
    if isinstance(field, YesNoField | forms.BooleanField):
        return "true" if fold(text) in YES else "false" if fold(text) in NO else text
    if isinstance(field, forms.ModelMultipleChoiceField):
        return [_one(field, part.strip()) for part in text.split(",")]
    return _one(field, text)


def _one(field: forms.Field, text: str) -> str:
    choices = getattr(field, "choices", ())
    for _ in _languages():
        found = next((str(key) for key, word in choices if fold(str(word)) == fold(text)), None)
        if found is not None:
            return found
    return text


def _problems(form: RecordForm) -> tuple[str, ...]:
    labels = {name: str(field.label) for name, field in form.fields.items()}
    return tuple(
        f"{labels.get(name, '')}: {error}".lstrip(": ") for name, errors in form.errors.items() for error in errors
    )
