"""The list of a register: what an address asks for, and the rows that answer it, now or as known at a moment of the past.

    /record/marker-inspections/?unit=ga-ry&state=damaged&from=2020-10-01&q=moc 717&sort=-seen_at&lacking=1&at=2020-11-01

Each condition is said twice, for the database and for a row that was rebuilt from the ledger; tests hold the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import models
from django.db.models import Case, Prefetch, Q, QuerySet, Value, When, prefetch_related_objects

from cotmoc.base import clock, ledger
from cotmoc.base.asking import parse_day
from cotmoc.base.models import Unit
from cotmoc.base.problems import Problem
from cotmoc.base.text import fold, nfc
from cotmoc.base.units import find_unit, units_below
from cotmoc.record.adapters.cells import Column, column, columns_of, is_ledgered, key_field, links_of, text_field
from cotmoc.record.register import Record

PAGE = 50


@dataclass(frozen=True, slots=True)
class Condition:
    """One restriction: as a query, and as a question to one row."""

    q: Q
    holds: Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Listing:
    """What a list address asks. `chosen` holds the register's own filters as they stand in the address."""

    model: type[Record]
    user: Any
    at: datetime | None = None
    unit: Unit | None = None
    since: date | None = None
    until: date | None = None
    """The last day, included."""
    q: str = ""
    chosen: Mapping[str, str] = field(default_factory=dict)
    lacking: bool = False
    amended: bool = False
    sort: str = ""

    @classmethod
    def read(cls, model: type[Record], given: Mapping[str, str], user: Any, at: datetime | None) -> Listing:
        """From the parameters of an address. Problem for values that cannot be read or are out of reach."""
        unit = find_unit(user, given["unit"]) if given.get("unit") else None
        if given.get("unit") and unit is None:
            raise Problem("rights.page")
        sort = given.get("sort", "")
        if sort and column_order(model, sort.lstrip("-")) is None:
            raise Problem("request.parameter", name="sort", value=sort, hint=", ".join(model.columns))
        return cls(
            model=model,
            user=user,
            at=at,
            unit=unit,
            since=parse_day("from", given["from"]) if given.get("from") else None,
            until=parse_day("to", given["to"]) if given.get("to") else None,
            q=given.get("q", "").strip()[:200],
            chosen={name: given[name] for name in model.filters if given.get(name)},
            lacking=given.get("lacking") == "1",
            amended=given.get("amended") == "1",
            sort=sort,
        )

    # --- rows

    def rows(self, names: Iterable[str] | None = None) -> QuerySet[Any] | list[Any]:
        """The rows in order, with all that these columns read; a list where the ledger had to be asked."""
        shown = list(names or self.model.columns)
        links = self._links(shown)
        found = self._in_order(self._query()).select_related(*links)
        found = found.prefetch_related(*self._beside(shown))
        if self.at is None:
            return found
        rebuilt = self._rebuilt()
        found = found.filter(revised_at__lte=self.at)
        if not rebuilt:
            return found
        prefetch_related_objects(rebuilt, *links, *self._beside(shown))
        return self._sorted([*found, *rebuilt])

    def count(self) -> int:
        rows = self.rows()
        return len(rows) if isinstance(rows, list) else rows.order_by().count()

    def without(self, **changed: Any) -> Listing:
        return replace(self, **changed)

    def _query(self) -> QuerySet[Any]:
        found = self.model.objects.for_user(self.user).in_force()
        for condition in self._conditions():
            found = found.filter(condition.q)
        return found

    def _rebuilt(self) -> list[Any]:
        """Rows amended or withdrawn since the asked moment, as they were then."""
        scope = self.model.objects.for_user(self.user)
        changed = scope.filter(recorded_at__lte=self.at, revised_at__gt=self.at).values_list("pk", flat=True)
        conditions = self._conditions()
        then = ledger.rebuild(self.model, list(changed), self.at) if self.at else []
        return [row for row in then if all(condition.holds(row) for condition in conditions)]

    def _links(self, shown: Iterable[str]) -> list[str]:
        """Single rows that the columns read: joined."""
        return links_of(
            self.model, dict.fromkeys((*shown, *(name for name in self.model.beside if not self._many(name))))
        )

    def _beside(self, shown: Iterable[str]) -> list[Any]:
        """Groups of rows of other tables; in a past view only those that were known then."""
        names = dict.fromkeys(
            (*self.model.beside, *(c.name for c in columns_of(self.model, shown) if c.kind == "links"))
        )
        return [self._known(name) for name in names if self._many(name)]

    def _many(self, name: str) -> bool:
        field_: Any = self.model._meta.get_field(name)
        return bool(field_.one_to_many or field_.many_to_many)

    def _known(self, name: str) -> Any:
        target = self.model._meta.get_field(name).related_model
        if self.at is None or not isinstance(target, type) or not is_ledgered(target):
            return name
        return Prefetch(name, queryset=target._default_manager.filter(recorded_at__lte=self.at))

    # --- order

    def ordering(self) -> tuple[str, ...]:
        if not self.sort:
            return (*map(str, self.model._meta.ordering or ()), "id")
        path = column_order(self.model, self.sort.lstrip("-"))
        return (f"-{path}" if self.sort.startswith("-") else str(path), "id")

    def _in_order(self, found: QuerySet[Any]) -> QuerySet[Any]:
        if not self.q or self.sort or nfc(self.q).lower() == fold(self.q):
            return found.order_by(*self.ordering())
        exact = Case(When(self._with_marks(), then=Value(0)), default=Value(1))
        return found.annotate(exact=exact).order_by("exact", *self.ordering())

    def _with_marks(self) -> Q:
        """Rows that hold the query with its marks as typed."""
        wanted = Q()
        for name in self.model.searched:
            of = column(self.model, name)
            if of.kind == "link" and of.target is not None:
                wanted |= Q(**{f"{name}__{text_field(of.target)}__icontains": nfc(self.q)})
            elif of.kind == "text" and of.order:
                wanted |= Q(**{f"{name}__icontains": nfc(self.q)})
        return wanted

    def _sorted(self, rows: list[Any]) -> list[Any]:
        for path in reversed(self.ordering()):
            rows.sort(key=lambda row, path=path: _sort_key(row, path.lstrip("-")), reverse=path.startswith("-"))  # type: ignore[misc]
        return rows

    # --- conditions

    def _conditions(self) -> list[Condition]:
        found = [self._choice(name, value) for name, value in self.chosen.items()]
        if self.unit:
            below = units_below(self.unit.pk)
            found.append(Condition(Q(unit_id__in=sorted(below)), lambda row: row.unit_id in below))
        if self.since or self.until:
            found.append(self._period())
        found += [_word(word) for word in fold(self.q).split()]
        if self.lacking:
            found.append(Condition(self.model.lacking, lambda row: bool(row.lacks())))
        if self.amended:
            found.append(Condition(Q(revision__gt=1), lambda row: row.revision > 1))
        return found

    def _choice(self, name: str, value: str) -> Condition:
        of = column(self.model, name)
        if of.kind == "link" and of.target is not None:
            keys = set(of.target._default_manager.filter(**{key_field(of.target): value}).values_list("pk", flat=True))
            return Condition(Q(**{f"{name}_id__in": sorted(keys)}), lambda row: getattr(row, f"{name}_id") in keys)
        return Condition(Q(**{name: value}), lambda row: str(getattr(row, name)) == value)

    def _period(self) -> Condition:
        name = self.model.counted_on
        moments = isinstance(self.model._meta.get_field(name), models.DateTimeField)
        ends = (self.since or date.min, (self.until or date.max - timedelta(days=1)) + timedelta(days=1))
        low, high = (_midnight(day) for day in ends) if moments else ends
        q = Q(**{f"{name}__gte": low, f"{name}__lt": high})
        return Condition(q, lambda row: getattr(row, name) is not None and low <= getattr(row, name) < high)


def column_order(model: type[Record], name: str) -> str | None:
    """The path to sort a column by; None for what is no column or cannot be sorted."""
    if name == "revision":
        return name
    return column(model, name).order or None if name in model.columns else None


def options(listing: Listing, name: str) -> list[tuple[str, str]]:
    """What a filter can be set to: keys and words, of values that occur in reach of the user."""
    of = column(listing.model, name)
    if of.kind == "link" and of.target is not None:
        used = listing.model.objects.for_user(listing.user).in_force().order_by().values(name)
        rows = of.target._default_manager.filter(pk__in=used)
        return [(str(getattr(row, key_field(of.target))), str(row)) for row in rows]
    field_: Any = listing.model._meta.get_field(name)
    return [(str(value), str(label)) for value, label in field_.flatchoices if value != ""]


def table_columns(model: type[Record]) -> list[Column]:
    return columns_of(model, model.columns)


def _word(word: str) -> Condition:
    return Condition(Q(folded__contains=word), lambda row: word in row.folded)


def _midnight(day: date) -> datetime:
    return datetime.combine(max(day, date(1, 1, 2)), time(), tzinfo=clock.VIETNAM)


def _sort_key(row: Any, path: str) -> tuple[bool, Any]:
    value = row
    for name in path.split("__"):
        value = getattr(value, name, None)
    return value is not None, value if value is not None else 0
