"""Rows as they were known at a moment, in columns, from memory where nothing changed (see `kept`).

What was amended after the asked moment is rebuilt from the ledger, as `known_at` does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from cotmoc.base import ledger
from cotmoc.base.models import Ledgered
from cotmoc.base.scope import units_in_reach, within
from cotmoc.measure.kept import Kept, Stamp, head, stamp
from cotmoc.record.areas.border.models import Patrol


class Known:
    """A table's rows as known at `at`: iterating gives objects with the asked columns as attributes, and `id`."""

    def __init__(self, model: type[Ledgered], columns: str, at: datetime) -> None:
        table = _table(model, columns).values()
        self.rows: list[Any] = [row for row in table.values() if row.revised_at <= at and not row.withdrawn]
        changed = [key for key, row in table.items() if row.recorded_at <= at < row.revised_at]
        if changed:
            shape = type(table[changed[0]])
            self.rows += [
                shape(*(getattr(row, name) for name in shape._fields)) for row in ledger.rebuild(model, changed, at)
            ]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def known(model: type[Ledgered], columns: str, at: datetime) -> Known:
    """Rows of `model` in force as known at `at`, with the named columns (attribute names, e.g. `unit_id`)."""
    return _known(model, columns, at, stamp(model))


@lru_cache(maxsize=128)
def _known(model: type[Ledgered], columns: str, at: datetime, _: Stamp) -> Known:
    return Known(model, columns, at)


@lru_cache(maxsize=64)
def _table(model: type[Ledgered], columns: str) -> Kept[Any]:
    names = ("id", "recorded_at", "revised_at", "withdrawn", *columns.split())
    return Kept(model, lambda rows: ((row.id, row) for row in rows.values_list(*names, named=True)))


def visible(model: type[Ledgered], user: Any) -> frozenset[UUID]:
    """Keys of the rows of a table that the user may see."""
    units = units_in_reach(model, user)
    if units is None:
        return frozenset()
    own = "__" not in model.scope.path  # else the unit stands in another table, which may change by itself
    return _visible(model, units, stamp(model) if own else head())


@lru_cache(maxsize=64)
def _visible(model: type[Ledgered], units: frozenset[UUID], _: Stamp) -> frozenset[UUID]:
    if model.scope.path == "unit" and model.scope.reach != "all":
        return frozenset(key for key, unit in _units(model).values().items() if unit in units)
    rows = model._default_manager.all()
    seen = rows if model.scope.reach == "all" else within(rows, units)
    return frozenset(seen.values_list("pk", flat=True))


@lru_cache(maxsize=64)
def _units(model: type[Ledgered]) -> Kept[UUID]:
    return Kept(model, lambda rows: rows.values_list("pk", "unit_id"))


def people_of_patrols() -> Mapping[UUID, frozenset[UUID]]:
    """Members and leader of each patrol, each person once."""
    return _people.values()


def _read_people(patrols: QuerySet[Patrol]) -> Iterator[tuple[UUID, frozenset[UUID]]]:
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for patrol, leader in patrols.values_list("pk", "leader_id"):
        found[patrol] = set() if leader is None else {leader}
    links = Patrol.members.through._default_manager.all()
    if patrols.query.where:
        links = links.filter(patrol_id__in=list(found))
    for patrol, person in links.values_list("patrol_id", "person_id"):
        found[patrol].add(person)
    return ((patrol, frozenset(people)) for patrol, people in found.items())


_people = Kept(Patrol, _read_people)
