"""What a user may see: decided here and nowhere else.

A user belongs to one unit (`Account`). Rows of the unit and of every unit below it on the command line are in reach. Reference
rows (the line, its markers, the units, the people's names and posts) are common to the whole command: everyone in it sees them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

if TYPE_CHECKING:
    from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class Scope:
    """`path`: lookup from the row to its unit, empty for the unit itself.

    `reach`: `below` – seen by the owning unit and those above it; `command` – seen by everyone in the same command;
    `all` – belongs to no unit.
    """

    path: str = "unit"
    reach: Literal["below", "command", "all"] = "below"


def scoped(rows: QuerySet[Any], user: Any) -> Any:
    """The part of `rows` in reach of `user`; nothing for a user without an account."""
    units = units_in_reach(rows.model, user)
    if units is None:
        return rows.none()
    return rows if rows.model.scope.reach == "all" else within(rows, units)


def units_in_reach(model: Any, user: Any) -> frozenset[UUID] | None:
    """The units whose rows of a table the user may see; None for a user without an account."""
    from cotmoc.base.units import account_of, command_of, units_below

    account = account_of(user)
    if account is None:
        return None
    return units_below(account.unit_id if model.scope.reach == "below" else command_of(account.unit_id))


def within(rows: QuerySet[Any], units: frozenset[UUID]) -> Any:
    """The rows that belong to one of the units."""
    path = rows.model.scope.path
    return rows.filter(**{f"{path}_id__in" if path else "pk__in": sorted(units)})


def may_write_for(user: Any, unit_id: UUID) -> bool:
    """True where the unit is the user's own or below it."""
    from cotmoc.base.units import account_of, units_below

    account = account_of(user)
    return account is not None and unit_id in units_below(account.unit_id)
