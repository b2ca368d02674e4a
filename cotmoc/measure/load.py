"""Rows as they were known at a moment, in columns, from memory where nothing changed.

A page over ten province-years reads some 30,000 rows. They are kept in the process as plain tuples, per table, until the
ledger says that the table changed; then they are read again. What was amended after the asked moment is rebuilt from the
ledger, as `known_at` does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Max

from cotmoc.base import ledger
from cotmoc.base.models import Ledgered, LedgerEntry
from cotmoc.base.once import once
from cotmoc.base.scope import units_in_reach, within
from cotmoc.record.areas.border.models import Patrol


class Stamp(NamedTuple):
    """Says whether a table changed: number and hash of its last entry (the hash tells two databases apart)."""

    seq: int
    hash: str


NOTHING = Stamp(0, "")


@once
def head() -> Stamp:
    """The last entry of the whole ledger."""
    last = LedgerEntry.objects.order_by("-seq").values_list("seq", "hash").first()
    return Stamp(*last) if last else NOTHING


def stamp(model: type[Ledgered], at_head: Stamp | None = None) -> Stamp:
    """The last entry about one table."""
    return _stamp(ledger.kind_of(model), at_head or head())


@lru_cache(maxsize=256)
def _stamp(kind: str, at_head: Stamp) -> Stamp:
    seq = LedgerEntry.objects.filter(kind=kind).aggregate(seq=Max("seq"))["seq"]
    if seq is None:
        return NOTHING
    return Stamp(seq, LedgerEntry.objects.values_list("hash", flat=True).get(seq=seq))


class Known:
    """A table's rows as known at `at`: iterating gives objects with the asked columns as attributes, and `id`."""

    def __init__(self, model: type[Ledgered], columns: Sequence[str], at: datetime) -> None:
        table = _table(model, tuple(columns), stamp(model))
        self.rows = [row for row in table if row.revised_at <= at and not row.withdrawn]
        changed = [row.id for row in table if row.recorded_at <= at < row.revised_at]
        if changed:
            names = table[0]._fields
            self.rows += [
                type(table[0])(*(getattr(row, name) for name in names)) for row in ledger.rebuild(model, changed, at)
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
    return Known(model, columns.split(), at)


def visible(model: type[Ledgered], user: Any) -> frozenset[UUID]:
    """Keys of the rows of a table that the user may see."""
    units = units_in_reach(model, user)
    if units is None:
        return frozenset()
    own = model.scope.path.count("__") == 0  # else the unit stands in another table, which may change by itself
    return _visible(model, units, stamp(model) if own else head())


@lru_cache(maxsize=64)
def _visible(model: type[Ledgered], units: frozenset[UUID], _: Stamp) -> frozenset[UUID]:
    rows = model._default_manager.all()
    seen = rows if model.scope.reach == "all" else within(rows, units)
    return frozenset(seen.values_list("pk", flat=True))


@lru_cache(maxsize=64)
def _table(model: type[Ledgered], columns: tuple[str, ...], _: Stamp) -> list[Any]:
    names = ("id", "recorded_at", "revised_at", "withdrawn", *columns)
    return list(model._default_manager.order_by("pk").values_list(*names, named=True))


def people_of_patrols() -> dict[UUID, frozenset[UUID]]:
    """Members and leader of each patrol, each person once."""
    return _people(stamp(Patrol))


@lru_cache(maxsize=2)
def _people(_: Stamp) -> dict[UUID, frozenset[UUID]]:
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for patrol, person in Patrol.members.through._default_manager.values_list("patrol_id", "person_id"):
        found[patrol].add(person)
    for patrol, leader in Patrol.objects.exclude(leader=None).values_list("pk", "leader_id"):
        found[patrol].add(leader)
    return {patrol: frozenset(people) for patrol, people in found.items()}
