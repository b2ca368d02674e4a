"""Writes of people: who may, under which number, with which words to be found by; then the ledger."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import transaction
from django.http import HttpRequest

from cotmoc.base import clock, ledger
from cotmoc.base.ledger import Author
from cotmoc.base.models import Quarantine, Unit
from cotmoc.base.problems import Problem
from cotmoc.base.scope import may_write_for
from cotmoc.base.units import account_of
from cotmoc.record.register import Record

User = AbstractBaseUser | AnonymousUser
BROWSERS = ("Firefox", "Edg", "Chrome", "Safari")
SYSTEMS = ("Android", "iPhone", "iPad", "Windows", "Macintosh", "Linux")


def author_of(request: HttpRequest) -> Author:
    """The signed-in person as an author: name, and the device as its browser tells it."""
    account = account_of(request.user)
    name = account.person.name if account and account.person else request.user.get_username()
    agent = request.headers.get("User-Agent", "")
    parts = [next((word for word in words if word in agent), "") for words in (BROWSERS, SYSTEMS)]
    return Author(name, " · ".join(filter(None, parts)).replace("Edg", "Edge"))


def require_right(user: User, unit: Unit) -> None:
    """Problem `rights.unit` unless the unit is the user's own or below it."""
    if not may_write_for(user, unit.pk):
        raise Problem("rights.unit", unit=unit.short_name)


@transaction.atomic
def save_record(row: Record, by: Author, reason: str, user: User) -> Record:
    """Create or amend one row of a register: right, number, search text, ledger.

    An amendment needs the right for the unit that owned the row before, too, and a reason.
    """
    require_right(user, row.unit)
    if row.revision:
        before: Any = type(row)._default_manager.get(pk=row.pk)
        if before.withdrawn:
            raise Problem("ledger.withdrawn", what=str(before))
        require_right(user, before.unit)
    row.code = row.code or next_code(row)
    row.refold()
    ledger.write([row], by, reason)
    return row


def withdraw_record(row: Record, by: Author, reason: str, user: User) -> None:
    """Take a row out of force; it stays readable with its history."""
    require_right(user, row.unit)
    if row.withdrawn:
        raise Problem("ledger.withdrawn", what=str(row))
    ledger.withdraw(row, by, reason)


def settle_waiting(row: Quarantine, outcome: str, by: Author) -> None:
    """Close a file of the quarantine with its outcome in words. The file itself stays."""
    if not outcome.strip():
        raise Problem("ledger.reason", what=row.evidence.name)
    row.state, row.outcome = Quarantine.State.SETTLED, outcome.strip()
    ledger.write([row], by, reason=outcome)


def next_code(row: Record) -> str:
    """The next free number of the local day the row counts on, e.g. `BB-1122-03`.

    Unique in its register for good: on the same day of a later year the count goes on, so a number never means two records.
    """
    prefix = f"{row.code_prefix}-{_day_of(row):%m%d}-"
    model: Any = type(row)
    codes = model._default_manager.filter(code__startswith=prefix).values_list("code", flat=True)
    last = max((int(code[len(prefix) :]) for code in codes if code[len(prefix) :].isdigit()), default=0)
    return f"{prefix}{last + 1:02d}"


def _day_of(row: Record) -> date:
    value = getattr(row, row.counted_on) or clock.now()
    return clock.local(value).date() if isinstance(value, datetime) else value
