"""What is kept of a table's rows in the process: after a write only the rows written are read again.

A page over ten province-years reads some 30,000 rows. The ledger says which of them changed since they were read, so one new
patrol costs one row, not the table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID

from django.db.models import Max, QuerySet

from cotmoc.base import ledger
from cotmoc.base.models import Ledgered, LedgerEntry
from cotmoc.base.once import once

V = TypeVar("V")
Read = Callable[["QuerySet[Any]"], Iterable[tuple[UUID, V]]]
MANY = 500
"""With more rows than this written, the whole table is read."""


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


class Kept(Generic[V]):
    """One value per row of a table. `read` yields (id, value) of the rows it is given; what it reads must be the row's own
    content or its links, which change only with an entry about the row."""

    def __init__(self, model: type[Ledgered], read: Read[V]) -> None:
        self.model, self.read = model, read
        self._state: tuple[Stamp, dict[UUID, V]] = (NOTHING, {})

    def values(self) -> Mapping[UUID, V]:
        """By row id, as the table stands now."""
        now = stamp(self.model)
        before, values = self._state  # replaced as a whole: threads share it without a lock
        if before != now:
            written = _written_since(self.model, before)
            rows = self.model._default_manager.order_by("pk")
            fresh = dict(self.read(rows if written is None else rows.filter(pk__in=written)))
            values = fresh if written is None else values | fresh
            self._state = (now, values)
        return values


def _written_since(model: type[Ledgered], before: Stamp) -> set[UUID] | None:
    """Rows written since an entry; None where they are many, or the entry is not of this ledger."""
    if before == NOTHING or not LedgerEntry.objects.filter(seq=before.seq, hash=before.hash).exists():
        return None
    entries = LedgerEntry.objects.filter(kind=ledger.kind_of(model), seq__gt=before.seq)
    written = set(entries.values_list("object_id", flat=True)[: MANY + 1])
    return None if len(written) > MANY else written
