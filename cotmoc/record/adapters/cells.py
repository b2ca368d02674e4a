"""The columns of a register and how a value of each is read by people. Table, detail and export share them."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from cotmoc.base import wording
from cotmoc.base.models import Ledgered
from cotmoc.base.templatetags.cotmoc import STATES
from cotmoc.record.register import Record, cell

Kind = Literal["moment", "day", "choice", "number", "yesno", "link", "links", "text"]
TEXT_FIELDS = ("short_name", "name", "number", "code")
KEY_FIELDS = ("code", "number")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: a field of the model, or a method of it. `order` is the path to sort by, empty where it cannot be sorted."""

    name: str
    label: str | Promise
    kind: Kind
    order: str = ""
    target: type[models.Model] | None = None

    @property
    def numeric(self) -> bool:
        return self.kind == "number"


def column(model: type[models.Model], name: str) -> Column:
    try:
        field: Any = model._meta.get_field(name)
    except FieldDoesNotExist:
        return _method(model, name)
    target = field.related_model if field.is_relation else None
    return Column(name, field.verbose_name, _kind(field), _order(field), target)


def columns_of(model: type[models.Model], names: Iterable[str]) -> list[Column]:
    return [column(model, name) for name in names]


def _method(model: type[models.Model], name: str) -> Column:
    method = getattr(model, name)
    counts = inspect.signature(method).return_annotation in ("int", "float")
    return Column(name, getattr(method, "short_description", name), "number" if counts else "text")


def _kind(field: Any) -> Kind:
    match field:
        case models.ManyToManyField():
            return "links"
        case models.ForeignKey():
            return "link"
        case models.DateTimeField():
            return "moment"
        case models.DateField():
            return "day"
        case models.BooleanField():
            return "yesno"
        case models.IntegerField() | models.FloatField() | models.DecimalField():
            return "number"
    return "choice" if field.choices else "text"


def _order(field: Any) -> str:
    if isinstance(field, models.ManyToManyField):
        return ""
    if not isinstance(field, models.ForeignKey):
        return str(field.name)
    names = {f.name for f in field.related_model._meta.concrete_fields}
    first = next((name for name in ("sort_key", *TEXT_FIELDS) if name in names), "id")
    return f"{field.name}__{first}"


def key_field(model: type[models.Model]) -> str:
    """The field by which people and programs name a row of this table."""
    names = {f.name for f in model._meta.concrete_fields}
    return next((name for name in KEY_FIELDS if name in names), "pk")


def text_field(model: type[models.Model]) -> str:
    """The field that says what a row is called."""
    names = {f.name for f in model._meta.concrete_fields}
    return next((name for name in TEXT_FIELDS if name in names), "pk")


def shown(row: Any, of: Column) -> str:
    """The value as it is read on a page: Vietnamese forms, labels of choices, `–` for what is missing."""
    value = cell(row, of.name)
    if of.kind == "links":
        return ", ".join(str(linked) for linked in value.all()) or wording.MISSING
    return said(value, of, row)


def said(value: Any, of: Column, row: Any = None) -> str:
    """A value of a column in words; `row` gives the labels of its choices."""
    if value is None or value == "":
        return wording.MISSING
    if of.kind == "choice" and row is not None:
        return str(dict(row._meta.get_field(of.name).flatchoices).get(value, value))
    match value:
        case bool():
            return _("Có") if value else _("Không")
        case datetime():
            return wording.moment(value)
        case date():
            return wording.day(value)
        case int() | float():
            return wording.number(value)
    return str(value)


def state_of(row: Any, of: Column) -> str:
    """The name of the sign of a choice, where the choice is a state that has one; else empty."""
    value = str(getattr(row, of.name)) if of.kind == "choice" else ""
    return value if value in STATES else ""


def links_of(model: type[Record], names: Iterable[str]) -> list[str]:
    """The foreign keys among these columns: fetched with the rows."""
    return [c.name for c in columns_of(model, names) if c.kind == "link"]


def is_ledgered(model: type[models.Model] | None) -> bool:
    return model is not None and issubclass(model, Ledgered)
