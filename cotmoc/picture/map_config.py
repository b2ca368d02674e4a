"""What the page tells map.js: the box to open with, and which address fills which slot of the drawing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from cotmoc.base.figures import Question
from cotmoc.picture import geography
from cotmoc.picture.extent import Box
from cotmoc.picture.layers import Layer, layers

GROUND = frozenset({"abroad", "land", "water", "admin", "labels"})


def chosen(asked: Sequence[str]) -> list[Layer]:
    """The layers to draw: the ground, and of the others those asked for (empty: those shown at first).

    A layer that says the same better takes the other's place.
    """
    wanted = {name for text in asked for name in text.split(",") if name}
    return _best([row for row in layers() if not row.columns or (row.id in wanted if wanted else row.shown)])


def of_slots(*slots: str) -> list[Layer]:
    """The ground and the layers shown at first of these slots, for a small map about one thing."""
    return _best([row for row in layers() if row.shown and (row.slot or row.id) in GROUND.union(slots)])


def _best(shown: list[Layer]) -> list[Layer]:
    replaced = {row.replaces for row in shown}
    return [row for row in shown if row.id not in replaced]


def choices(drawn: Sequence[Layer]) -> list[tuple[Layer, bool]]:
    """The layers that a reader may switch, each with whether it is drawn now."""
    ids = {row.id for row in drawn} | {row.replaces for row in drawn}
    replaced = {row.replaces for row in layers()}
    return [(row, row.id in ids) for row in layers() if row.columns and row.id not in replaced]


def config(question: Question, bounds: Box, drawn: Sequence[Layer], past: bool) -> dict[str, Any]:
    """The configuration of one map. `past`: the page speaks of a moment in the past, so its layers must too."""
    slots: dict[str, list[str]] = {}
    for row in drawn:
        slots.setdefault(row.slot or row.id, []).append(row.id)
    addresses = {slot: _address(ids, question, past) for slot, ids in slots.items()}
    credits = [
        geography.attribution("land", "islands", "border_context", "admin", "water"),
        *(row.attribution for row in drawn),
    ]
    limits = geography.limits()
    return {
        "bounds": _on_ground(bounds, limits),
        "limits": limits,
        "attribution": " · ".join(dict.fromkeys(line for line in credits if line)),
        "base": {slot: url for slot, url in addresses.items() if slot in GROUND},
        "layers": {slot: url for slot, url in addresses.items() if slot not in GROUND},
    }


def _on_ground(bounds: Box, limits: Box | None) -> Box:
    """The part of the box that has ground; the box itself where none of it has."""
    if limits is None:
        return bounds
    west, south, east, north = bounds
    cut = (max(west, limits[0]), max(south, limits[1]), min(east, limits[2]), min(north, limits[3]))
    return cut if cut[0] < cut[2] and cut[1] < cut[3] else bounds


def _address(ids: Sequence[str], question: Question, past: bool) -> str:
    query = {"unit": question.unit.code, "from": question.since.isoformat(), "to": question.last_day.isoformat()}
    query |= dict(question.extra)
    if past:
        query["at"] = question.at.isoformat(timespec="seconds")
    return f"{reverse('picture:layer', args=['+'.join(ids)])}?{urlencode(query)}"
