"""Questions about the tree of units: who stands under whom, on a day, on a line.

The edges are few (tens per province) and asked for on every request, so they are kept per ledger head in the process.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Count, Max

from cotmoc.base import clock
from cotmoc.base.models import Account, LedgerEntry, Unit, UnitParent
from cotmoc.base.once import once

Edge = tuple[UUID, UUID, date, date | None]


@once
def _version() -> str:
    """The cache key of the tree: how many ledger entries speak of it, and the hash of one, which no other database has."""
    said = LedgerEntry.objects.filter(kind="base.unitparent").aggregate(entries=Count("seq"), one=Max("hash"))
    return f"{said['entries']} {said['one']}"


@lru_cache(maxsize=16)
def _edges(line: str, version: str) -> tuple[Edge, ...]:
    rows = UnitParent.objects.filter(line=line, withdrawn=False)
    return tuple(rows.values_list("unit_id", "parent_id", "valid_from", "valid_to"))


def _on(edges: Iterable[Edge], day: date) -> list[tuple[UUID, UUID]]:
    return [(unit, parent) for unit, parent, since, until in edges if since <= day and (until is None or day < until)]


def units_below(top: UUID, day: date | None = None, line: str = UnitParent.Line.COMMAND) -> frozenset[UUID]:
    """The unit and all below it on a line, as of a day (default: today)."""
    return _below(top, day or clock.local(clock.now()).date(), line, _version())


@lru_cache(maxsize=256)
def _below(top: UUID, day: date, line: str, version: str) -> frozenset[UUID]:
    children: dict[UUID, list[UUID]] = {}
    for unit, parent in _on(_edges(line, version), day):
        children.setdefault(parent, []).append(unit)
    found, waiting = {top}, [top]
    while waiting:
        for unit in children.get(waiting.pop(), []):
            if unit not in found:
                found.add(unit)
                waiting.append(unit)
    return frozenset(found)


def command_of(unit: UUID, day: date | None = None) -> UUID:
    """The topmost unit above `unit` on the command line."""
    up = dict(_on(_edges(UnitParent.Line.COMMAND, _version()), day or clock.local(clock.now()).date()))
    seen = {unit}
    while (parent := up.get(unit)) is not None and parent not in seen:
        seen.add(parent)
        unit = parent
    return unit


def account_of(user: Any) -> Account | None:
    """The account behind a signed-in user; None for nobody, for a disabled user, or without a unit. Kept on the user object."""
    if user is None or not user.is_authenticated or not user.is_active:
        return None
    if "_cotmoc_account" not in user.__dict__:
        user.__dict__["_cotmoc_account"] = (
            Account.objects.in_force().select_related("unit", "person").filter(username=user.get_username()).first()
        )
    account: Account | None = user.__dict__["_cotmoc_account"]
    return account


def find_unit(user: Any, code: str) -> Unit | None:
    """A unit in reach of the user by code; its own unit for an empty code; None where there is none in reach."""
    account = account_of(user)
    if account is None:
        return None
    if not code:
        return account.unit
    unit = Unit.objects.in_force().filter(code=code).first()
    return unit if unit is not None and unit.pk in units_below(account.unit_id) else None
