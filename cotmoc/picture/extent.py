"""What part of the country a question speaks of: the box that a map opens with."""

from __future__ import annotations

from typing import Any

import numpy as np

from cotmoc.base import clock
from cotmoc.base.border import Border, Held, borders
from cotmoc.base.figures import Question
from cotmoc.base.units import units_below

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees."""
LEAST = 0.02
"""Degrees: a map never opens narrower than this."""


def held_by(question: Question, border: Border) -> list[Held]:
    """The stretches of the question's unit and the units below it."""
    units = units_below(question.unit.pk, clock.local(question.at).date())
    return [held for held in border.held if held.unit.pk in units]


def extent(question: Question, user: Any) -> Box:
    """Around the stretches of the question's unit; around all lines where it holds none; the unit itself without a line."""
    known = borders(user, question.at)
    cuts = [piece for b in known for held in held_by(question, b) for piece in b.course.cut(held.from_m, held.to_m)]
    pieces = cuts or [part for b in known for part in b.course.parts]
    if not pieces:
        return _about(question)
    places = np.concatenate(pieces)
    (west, south), (east, north) = places.min(axis=0), places.max(axis=0)
    return around(float(west), float(south), float(east), float(north))


def _about(question: Question) -> Box:
    """Around the unit's own place; the middle of the country where it has none."""
    lon, lat = question.unit.lon, question.unit.lat
    return around(lon, lat, lon, lat) if lon is not None and lat is not None else (105.0, 14.0, 110.0, 18.0)


def around(west: float, south: float, east: float, north: float) -> Box:
    """The box, widened where it is narrower than LEAST."""
    wide, high = max(LEAST - (east - west), 0) / 2, max(LEAST - (north - south), 0) / 2
    return (round(west - wide, 5), round(south - high, 5), round(east + wide, 5), round(north + high, 5))
