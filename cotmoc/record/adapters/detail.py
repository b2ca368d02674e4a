"""One record as it is read: its fields with what they said before, its history from the newest revision to the original."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.functional import Promise

from cotmoc.base import ledger
from cotmoc.base.models import LedgerEntry
from cotmoc.base.wording import MISSING
from cotmoc.record.adapters.cells import Column, column, columns_of, said, shown, state_of
from cotmoc.record.register import Record

UNTOLD = frozenset({"folded", "withdrawn"})


@dataclass(frozen=True, slots=True)
class Change:
    """One field that an amendment changed, in words."""

    name: str
    label: str | Promise
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Revision:
    """One entry of the ledger about this record. `number` counts amendments; the original has 0."""

    number: int
    entry: LedgerEntry
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """One field of the record: its value, and what it was before the last amendment that touched it."""

    column: Column
    value: str
    before: str = ""
    amended: int = 0
    """The number of that amendment; 0 where the field stands as it was first written."""
    url: str = ""
    state: str = ""
    """The name of its sign, for a choice that has one."""

    @property
    def told(self) -> bool:
        """A text or link that was never filled in says nothing; a question left open does, and so does a number."""
        return self.value != MISSING or bool(self.amended) or self.column.kind in {"yesno", "number"}


def history(row: Record, at: datetime | None = None) -> list[Revision]:
    """All revisions, the newest first; with `at` only those that were known then."""
    entries = [entry for entry in reversed(ledger.history(row)) if at is None or entry.at <= at]
    contents = [json.loads(entry.content) for entry in entries]
    words = _Words(type(row), contents)
    found = []
    for index, entry in enumerate(entries):
        changes = words.changes(contents[index - 1], contents[index]) if index else ()
        found.append(Revision(entry.revision - 1, entry, tuple(changes)))
    return found[::-1]


def facts(row: Record, revisions: Sequence[Revision], url_of: Any) -> list[Told]:
    """The fields of the form in their order. `url_of(row)` gives the address of a linked record, or an empty text."""
    last: dict[str, tuple[int, str]] = {}
    for revision in reversed(revisions):
        for change in revision.changes:
            last[change.name] = (revision.number, change.before)
    told = []
    for of in columns_of(type(row), ("unit", *row.form_fields)):
        number, before = last.get(of.name, (0, ""))
        linked = getattr(row, of.name) if of.kind == "link" else None
        told.append(Told(of, shown(row, of), before, number, url_of(linked) if linked else "", state_of(row, of)))
    return told


class _Words:
    """Says what two contents differ in; linked rows are fetched once for all revisions."""

    def __init__(self, model: type[Record], contents: Sequence[dict[str, Any]]) -> None:
        self.model = model
        self.fields: dict[str, Any] = {f.attname: f for f in model._meta.concrete_fields}
        self.fields |= {f.name: f for f in model._meta.many_to_many}
        self.linked = {
            name: _fetched(f.related_model, [content.get(name) for content in contents])
            for name, f in self.fields.items()
            if f.is_relation
        }

    def changes(self, before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
        return [
            Change(field.name, field.verbose_name, self.word(name, before.get(name)), self.word(name, after.get(name)))
            for name, field in self.fields.items()
            if field.name not in UNTOLD and before.get(name) != after.get(name)
        ]

    def word(self, name: str, value: Any) -> str:
        field = self.fields[name]
        rows = self.linked.get(name)
        if rows is not None:
            ids = value if isinstance(value, list) else [value] if value else []
            return ", ".join(str(rows.get(key, key)) for key in ids) or MISSING
        value = field.to_python(value) if not isinstance(field, models.JSONField) else value
        return said(value, column(self.model, field.name), self.model())


def _fetched(model: type[models.Model], values: Sequence[Any]) -> dict[str, Any]:
    keys = {key for value in values for key in (value if isinstance(value, list) else [value]) if key}
    return {str(key): row for key, row in model._default_manager.in_bulk(keys).items()}
