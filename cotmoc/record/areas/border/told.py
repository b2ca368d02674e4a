"""What later parts of the program know of a patrol or a track, told on its page. `measure` does; this area does not know it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from cotmoc.record.areas.border.models import Patrol, PatrolTrack

Teller = Callable[[Patrol | PatrolTrack, datetime | None], list[str]]
"""Sentences about a row as known at a moment (None: now)."""
_tellers: list[Teller] = []


def on_page(teller: Teller) -> Teller:
    """Decorator: ask this for sentences wherever a patrol or a track is shown."""
    _tellers.append(teller)
    return teller


def told(row: Patrol | PatrolTrack, at: datetime | None) -> list[str]:
    """All sentences about a row."""
    return [sentence for teller in _tellers for sentence in teller(row, at)]
