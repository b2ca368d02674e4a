"""Finding a thing by any name it bears or ever bore, so that old addresses stay valid."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from cotmoc.base.border import Border, Standing, borders
from cotmoc.base.models import LedgerEntry, Person, Unit, UnitName
from cotmoc.base.text import fold
from cotmoc.geo.marker_number import BadMarkerNumber, MarkerNumber


def marker(user: Any, written: str, at: datetime | None) -> tuple[Border, Standing] | None:
    """The marker of a number in any form, on the lines that the user may see; else the one that once bore the number."""
    try:
        number = str(MarkerNumber.parse(written))
    except BadMarkerNumber:
        return None
    known = [(border, place) for border in borders(user, at) for place in border.standing]
    named = [(border, place) for border, place in known if place.marker.number == number]
    if named:
        return named[0]
    before = _once("base.bordermarker", "number", number)
    return next(((border, place) for border, place in known if place.marker.pk in before), None)


def unit(user: Any, written: str) -> Unit | None:
    """A unit by its code, by a code it once had, or by any name it ever bore, with or without marks."""
    mine = Unit.objects.for_user(user).in_force()
    found: Unit | None = mine.filter(code=written).first() or mine.filter(code__iexact=written).first()
    if found is not None:
        return found
    wanted = fold(written.replace("-", " "))
    for row in mine:
        if wanted in {fold(row.name), fold(row.short_name)}:
            return row
    names = UnitName.objects.for_user(user).in_force().select_related("unit")
    once = next((row.unit for row in names if fold(row.name) == wanted), None)
    return once or mine.filter(pk__in=_once("base.unit", "code", written)).first()


def person(user: Any, code: str) -> Person | None:
    found: Person | None = Person.objects.for_user(user).in_force().filter(Q(code=code)).select_related("unit").first()
    return found


def _once(kind: str, column: str, value: str) -> set[UUID]:
    """The rows of which some revision had this value; the ledger remembers what the tables no longer say."""
    entries = LedgerEntry.objects.filter(kind=kind, content__contains=json.dumps(value, ensure_ascii=False))
    said = entries.values_list("object_id", "content")
    return {object_id for object_id, content in said if json.loads(content).get(column) == value}
