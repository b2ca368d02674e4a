"""What other verbs show on the pages of a thing: a marker, a unit, a person.

    panels.add(Panel("marker-verdict", "marker", verdict_card, order=10))

    def verdict_card(marker, question, user) -> Shown | None:
        return "measure/_verdict_card.html", {"verdict": ...}

A panel brings its own template; the page gives it a card-sized place and `subject`, `question` in its context.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from cotmoc.base.figures import Question

Shown = tuple[str, dict[str, Any]]
"""A template's name and its context."""
Place = Literal["marker", "unit", "person"]


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel. `build` gets the subject (a model row), the question of the page and the user; None: nothing to show."""

    id: str
    place: Place
    build: Callable[[Any, Question, Any], Shown | None]
    order: int = 50
    column: Literal["main", "left", "right"] = "main"


_panels: dict[str, Panel] = {}


def add(panel: Panel) -> Panel:
    """Register a panel. Raises ValueError for an id that is taken."""
    if panel.id in _panels:
        raise ValueError(f"panel {panel.id} is added twice")
    _panels[panel.id] = panel
    return panel


def shown(place: Place, column: str, subject: Any, question: Question, user: Any) -> list[Shown]:
    """The panels of one column of a page, in order, without those that have nothing to show."""
    here = sorted((p for p in _panels.values() if (p.place, p.column) == (place, column)), key=lambda p: p.order)
    built = (panel.build(subject, question, user) for panel in here)
    return [
        (template, {"subject": subject, "question": question} | context) for template, context in filter(None, built)
    ]
