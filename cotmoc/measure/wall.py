"""The tiles over the map of the duty room: what of the line and its markers needs someone to act."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cotmoc.base import clock
from cotmoc.base.figures import Question
from cotmoc.measure.coverage_page import CoveragePage
from cotmoc.measure.markers_page import MarkersPage
from cotmoc.picture import panels


def tiles_of(unit: Any, question: Question, user: Any) -> panels.Shown | None:
    """Two figures of the markers, three of the line, for the year so far; None for a unit that holds neither."""
    day = clock.local(question.at).date()
    year = replace(question, since=day.replace(month=1, day=1))
    markers, coverage = MarkersPage(year, ""), CoveragePage(year, user, past=True)
    if not markers.signs and not coverage.whole.land:
        return None
    return "measure/_wall_tiles.html", {"markers": markers, "coverage": coverage, "question": year}


def register() -> None:
    """Put the tiles over the map of the duty room."""
    panels.add(panels.Panel("wall-tiles", "wall", tiles_of))
