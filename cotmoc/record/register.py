"""A register is one model class. From it come table, list, form, detail with amendments, export and JSON API.

    @register
    class MarkerInspection(Record):
        "A patrol visits a border marker and reports its state."
        slug = "marker-inspections"
        counted_on = "seen_at"
        columns = ("seen_at", "marker", "state", "unit", "photo_count")
        filters = ("state", "marker")

What a register needs beyond this its area brings along; the adapters stay free of special cases.
"""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cotmoc.base.models import Ledgered, Unit
from cotmoc.base.scope import Scope
from cotmoc.base.text import fold


class Record(Ledgered):
    """A row of a register: it has a number that people cite, and a unit that owns it."""

    scope = Scope("unit", "below")
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("Đơn vị"), related_name="+")
    code = models.CharField(_("Số hiệu"), max_length=40, db_index=True)
    device = models.CharField(_("Thiết bị lập"), max_length=60, blank=True)
    folded = models.TextField(editable=False, default="")
    """Folded text of the row, for search without diacritics; kept by `refold`."""

    slug: ClassVar[str]
    """Its address under /record/."""
    code_prefix: ClassVar[str]
    """Begin of the numbers of this register: TT, BB …"""
    counted_on: ClassVar[str]
    """The field whose local day decides the period a row counts in."""
    columns: ClassVar[tuple[str, ...]]
    """Fields and methods shown in the table, in order."""
    filters: ClassVar[tuple[str, ...]] = ()
    """Fields with choices or relations that the list can be filtered by."""
    form_fields: ClassVar[tuple[str, ...]]
    """Fields of the form, in order; groups are the area's own form."""
    lacking: ClassVar[Q] = Q(pk__in=())
    """The same as `lacks`, for the database: which rows are not complete."""
    titled_by: ClassVar[str] = ""
    """A field or method that stands beside the number as the title of a record: the marker, the stretch."""
    new_label: ClassVar[Any] = _("Ghi mới")
    """What the button says that begins a new record."""
    everyday: ClassVar[bool] = False
    """Written every day: its button stands on the first page."""
    form_template: ClassVar[str] = "record/form.html"
    """The register's own form page, where the plain one does not serve its people."""
    detail_template: ClassVar[str] = ""
    """A template of the area that stands below the fields of the record, if any."""
    beside: ClassVar[tuple[str, ...]] = ()
    """Rows of other tables that the columns read: fetched once for a page, not once per row."""
    searched: ClassVar[tuple[str, ...]] = ("code",)
    """Fields and methods whose text can be searched."""

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.code

    def lacks(self) -> list[str]:
        """What is still missing for a complete record, as short phrases; empty when nothing is. Overridden by areas."""
        return []

    def refold(self) -> None:
        """Bring the search text up to date; called before every write by `actions.save_record` and by imports."""
        parts = [cell_text(self, name) for name in self.searched]
        self.folded = fold(" ".join(part for part in parts if part))


R = TypeVar("R", bound=type[Record])
_registers: dict[str, type[Record]] = {}


def register(model: R) -> R:
    """Class decorator: the model is a register. Raises ValueError for a slug that is taken."""
    if model.slug in _registers:
        raise ValueError(f"register {model.slug} is declared twice")
    _registers[model.slug] = model
    return model


def registers() -> dict[str, type[Record]]:
    """All registers by slug, in the order of their declaration."""
    return dict(_registers)


def cell(row: Any, name: str) -> Any:
    """The raw value of a column: a field, or a method without arguments."""
    value = getattr(row, name)
    return value() if callable(value) and not isinstance(value, models.Manager) else value


def cell_text(row: Any, name: str) -> str:
    """The value of a column as people read it; choices by their label, missing as an empty text."""
    display = getattr(row, f"get_{name}_display", None)
    value = display() if display else cell(row, name)
    return "" if value is None else str(value)
