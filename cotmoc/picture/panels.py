"""What other verbs show on the pages of a thing: a marker, a unit, a person; and over the map of the duty room (wall).

    panels.add(Panel("marker-verdict", "marker", verdict_card, order=10))

    def verdict_card(marker, question, user) -> Shown | None:
        return "measure/_verdict_card.html", {"verdict": ...}

A panel brings its own template; the page gives it a card-sized place and `subject`, `question` in its context.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from cotmoc.base.figures import Question

Shown = tuple[str, dict[str, Any]]
"""A template's name and its context."""
Place = Literal["marker", "unit", "person", "wall"]


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel. `build` gets the subject (a model row), the question of the page and the user; None: nothing to show."""

    id: str
    place: Place
    build: Callable[[Any, Question, Any], Shown | None]
    order: int = 50
    column: Literal["main", "left", "right"] = "main"


StateOf = Callable[[Any, Any, datetime], str]
"""Marker, asking user, moment -> a state of the template tags (`intact`, `damaged`, `unknown`) or an empty text."""
_state_of: list[StateOf] = []


def tells_state(function: StateOf) -> StateOf:
    """Decorator: this function says a marker's present state wherever the marker is named. One verb does."""
    _state_of[:] = [function]
    return function


def state_of(marker: Any, user: Any, at: datetime) -> str:
    """The state of a marker for its sign; empty while nobody can say."""
    return next((tell(marker, user, at) for tell in _state_of), "")


_panels: dict[str, Panel] = {}


def add(panel: Panel) -> Panel:
    """Register a panel. Raises ValueError for an id that is taken."""
    if panel.id in _panels:
        raise ValueError(f"panel {panel.id} is added twice")
    _panels[panel.id] = panel
    return panel


def shown(place: Place, column: str, subject: Any, question: Question, request: HttpRequest) -> list[SafeString]:
    """The panels of one column of a page, drawn, in order, without those that have nothing to show."""
    here = sorted((p for p in _panels.values() if (p.place, p.column) == (place, column)), key=lambda p: p.order)
    built = (panel.build(subject, question, request.user) for panel in here)
    page = {"subject": subject, "question": question}
    return [render_to_string(template, page | context, request) for template, context in filter(None, built)]
