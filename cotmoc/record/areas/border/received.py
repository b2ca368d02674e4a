"""Who wants to know at once that tracks have come in. `measure` subscribes; this area does not know it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cotmoc.record.areas.border.models import PatrolTrack

Listener = Callable[[Sequence[PatrolTrack]], None]
_listeners: list[Listener] = []


def on_received(listener: Listener) -> Listener:
    """Decorator: call this with the new or newly attached tracks, after they are safely stored."""
    _listeners.append(listener)
    return listener


def announce(tracks: Sequence[PatrolTrack]) -> None:
    """Tell every listener; nobody is called for nothing."""
    if tracks:
        for listener in _listeners:
            listener(tracks)
