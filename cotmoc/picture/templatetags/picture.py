"""Small wordings of the picture's pages."""

from __future__ import annotations

import json
from typing import Any

from django import template

from cotmoc.base import wording
from cotmoc.base.models import LedgerEntry, MarkerPosition
from cotmoc.picture import positions, things

register = template.Library()


@register.filter
def marker_path(number: str) -> str:
    """`519/2(1)` as it stands in an address."""
    return things.number_path(number)


@register.filter
def record_url(row: Any) -> str:
    return positions.record_url(row)


@register.filter
def place_text(degrees: float | None) -> str:
    """A coordinate to 1e-6 degree (0,1 m): `15,600000°`."""
    return wording.MISSING if degrees is None else f"{wording.number(degrees, 6)}°"


@register.filter
def accuracy_fine(metres: float | None) -> str:
    """`±0,05 m` below a metre, whole metres above."""
    if metres is None or metres >= 1:
        return wording.accuracy(metres)
    return f"±{wording.number(metres, 2)}{wording.NBSP}m"


@register.filter
def entry_subject(entry: LedgerEntry) -> str:
    """What an entry of a marker's history speaks of: the marker, or one stated position."""
    if entry.kind != "base.markerposition":
        return ""
    source = json.loads(entry.content)["source"]
    return str(MarkerPosition.Source(source).label).lower()
