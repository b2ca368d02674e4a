"""What measuring shows on the map: the line by age, the markers by verdict. Registered with `picture`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from math import ceil, floor
from typing import Any
from uuid import UUID

import numpy as np
from django.utils.translation import gettext_lazy as _

from cotmoc.base import translated, wording
from cotmoc.base.figures import Figure, Question
from cotmoc.geo.fixes import NO_TIME
from cotmoc.geo.marker_number import MarkerNumber
from cotmoc.measure import objects
from cotmoc.measure.engine.integrity import State
from cotmoc.measure.engine.values import DAY_MS
from cotmoc.measure.geography import Geography
from cotmoc.measure.ground import CLASSES, NEVER, Ground
from cotmoc.measure.kept import Stamp, head
from cotmoc.measure.settings import chosen
from cotmoc.measure.standing import Standing, standing_of
from cotmoc.measure.words import reason_text, stretch
from cotmoc.picture import panels
from cotmoc.picture.layers import GeoJson, Layer, add, collection, feature, point

WORDS = (
    _("đến ½ hạn"), _("trong hạn"), _("quá hạn, đến 1,5 lần"), _("đến 2 lần"), _("trên 2 lần hạn"),
    _("chưa có vết nào"),
)  # fmt: skip
STATES = {"intact": _("Nguyên trạng"), "damaged": _("Hư hỏng"), "unknown": _("Chưa rõ")}


def ages(question: Question, user: Any) -> GeoJson:
    """The land border that the question's unit holds, in runs of one age class."""
    standing = standing_of(question)
    return collection([row for ground in standing.land for row in _ages(standing, ground)])


def _ages(standing: Standing, ground: Ground) -> Iterator[GeoJson]:
    for start, stop, held in _runs(ground):
        pieces, kind = ground.pieces, int(ground.pieces.classes[start])
        low, high = float(pieces.from_m[start]), float(pieces.to_m[stop - 1])
        seen = pieces.last[start:stop][pieces.last[start:stop] != NO_TIME]
        age = translated.days(int((pieces.moment - seen.min()) // DAY_MS)) if len(seen) else str(WORDS[NEVER])
        where, unit = stretch(low, high), ground.held[held].name
        asked = standing.question.with_(from_m=ceil(low), to_m=floor(high))
        shape = [np.round(part, 5).tolist() for part in ground.course.line.cut(low, high)]
        yield feature(
            {"type": "MultiLineString", "coordinates": shape}, age=CLASSES[kind], from_m=round(low), to_m=round(high),
            title=where, text=f"{unit} · {age}", evidence=Figure("line.oldest_days", asked, None, "").url,
            cells=[where, unit, str(WORDS[kind]), age],
        )  # fmt: skip


def _runs(ground: Ground) -> Iterator[tuple[int, int, int]]:
    """First piece, piece after the last, stretch: neighbours of one class on one stretch."""
    pieces, classes = ground.pieces, ground.pieces.classes
    if not len(pieces):
        return
    new = (classes[1:] != classes[:-1]) | (pieces.held[1:] != pieces.held[:-1]) | (pieces.from_m[1:] > pieces.to_m[:-1])
    starts = np.concatenate([[0], np.flatnonzero(new) + 1])
    for start, stop in zip(starts.tolist(), [*starts[1:].tolist(), len(pieces)], strict=True):
        yield start, stop, int(pieces.held[start])


def verdicts(question: Question, user: Any) -> GeoJson:
    """The markers and stakes that the question's unit holds, with their state and its reason."""
    standing = standing_of(question)
    return collection(_verdicts(standing, standing.things))


def doubts(question: Question, user: Any) -> GeoJson:
    """Only those that are not known to be intact."""
    standing = standing_of(question)
    return collection(_verdicts(standing, [one for one in standing.things if one.verdict.state is not State.INTACT]))


def _verdicts(standing: Standing, things: Sequence[objects.Thing]) -> list[GeoJson]:
    rows = []
    for thing in things:
        place, state = thing.place, thing.verdict.state.value
        reason = reason_text(thing, standing.at, standing.chosen.freshness_days)
        rows.append(
            point(
                place.lon, place.lat, state=state, label=place.number, kind="stake" if place.stake else "marker",
                title=place.name, text=f"{STATES[state]} · {reason}", url=f"/picture/markers/{path_of(place.number)}",
                cells=[place.name, str(STATES[state]), reason, wording.chainage(place.chainage_m), place.holder_name],
            )
        )  # fmt: skip
    return rows


def path_of(number: str) -> str:
    return MarkerNumber.parse(number).path


@panels.tells_state
def state_of(marker: Any, user: Any, at: datetime) -> str:
    """The state of a marker for its sign, wherever it is named."""
    return _states(at.replace(second=0, microsecond=0), head()).get(marker.pk, "")


@lru_cache(maxsize=4)
def _states(at: datetime, _head: Stamp) -> dict[UUID, str]:
    values = chosen()
    every = objects.things(Geography(at, values.interval_days).places, at, values.freshness_days)
    return {thing.place.id: thing.verdict.state.value for thing in every}


VERDICT_COLUMNS = (_("Số"), _("Tình trạng"), _("Căn cứ"), _("Lý trình"), _("Đơn vị giữ"))
DOUBTS = Layer("doubts", _("Mốc cần xem"), doubts, slot="markers", order=64, shown=False, columns=VERDICT_COLUMNS)
"""For the map of the line, where intact markers would only cover it."""


def register() -> None:
    """Put the layers of this verb on the map."""
    columns: tuple[Any, ...] = (_("Đoạn"), _("Đơn vị"), _("Tuổi so với hạn"), _("Tuổi"))
    add(DOUBTS)
    add(Layer("ages", _("Tuổi lượt đi"), ages, order=30, columns=columns))
    add(Layer("verdicts", _("Mốc theo tình trạng"), verdicts, slot="markers", order=65, columns=VERDICT_COLUMNS,
              replaces="markers"))  # fmt: skip
