"""The line laid straight: chainage across, months down, each cell in the age class of its place at that month's end.

Values for an SVG of fixed width; the template only writes them down. The drawing is cut into columns of `COLUMN` units, each
in the class of most of its metres (of equal ones the worse), and equal neighbours are merged: a year stays under 40 kB.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import ceil, floor
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from cotmoc.base import clock, translated
from cotmoc.geo.fixes import NO_TIME
from cotmoc.measure.engine.values import DAY_MS, Floats
from cotmoc.measure.ground import CLASSES, NEVER, Followed, Ground, age_classes
from cotmoc.measure.objects import Thing
from cotmoc.measure.standing import midnight
from cotmoc.measure.stored import millis
from cotmoc.measure.words import post, stretch

WIDTH, LEFT, RIGHT, TOP = 1336, 62, 1328, 40
ROW, ROW_GAP = 16, 3
COLUMN = 2.0
LABEL = 34
"""Room for one marker label; nearer ones are moved aside."""
MONTHS = 12
"""At most so many month ends before the last row."""


@dataclass(frozen=True, slots=True)
class Cell:
    path: str
    age: str
    hint: str


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its label, its place from the top, its cells. `now` marks the row of the as-of moment."""

    label: str
    y: int
    cells: tuple[Cell, ...]
    now: bool


@dataclass(frozen=True, slots=True)
class Bracket:
    """A stretch above the strip."""

    name: str
    markers: str
    x1: float
    x2: float
    from_m: int
    to_m: int

    @property
    def middle(self) -> float:
        return round((self.x1 + self.x2) / 2, 1)

    @property
    def gap_x(self) -> float:
        """Where the white line before the stretch is drawn."""
        return round(self.x1 - 2, 1)

    @property
    def wide(self) -> bool:
        """Room for the marker numbers beside the name."""
        return self.x2 - self.x1 > 8 * (len(self.name) + len(self.markers) + 1)


@dataclass(frozen=True, slots=True)
class Sign:
    """A marker under the strip: a dot, or a sign with its number when it is not known to be intact."""

    x: float
    state: str
    number: str
    label_x: float
    url: str
    stake: bool

    @property
    def left(self) -> float:
        """Where a sign of 16 units begins."""
        return round(self.x - 8, 1)


@dataclass(frozen=True, slots=True)
class Strip:
    rows: tuple[Line, ...]
    brackets: tuple[Bracket, ...]
    signs: tuple[Sign, ...]
    ticks: tuple[tuple[float, str], ...]
    length_m: float
    selection: tuple[float, float] | None
    """x and width."""

    x0, x1, width, top = LEFT, RIGHT, WIDTH, TOP

    @property
    def rows_height(self) -> int:
        return len(self.rows) * (ROW + ROW_GAP) - ROW_GAP

    @property
    def sign_y(self) -> int:
        """The middle of the markers' row."""
        return TOP + self.rows_height + 18

    @property
    def axis_y(self) -> int:
        return self.sign_y + 34

    @property
    def height(self) -> int:
        return self.axis_y + 26

    frame_top = TOP - 4

    @property
    def frame_bottom(self) -> int:
        """Lower end of the selection's frame: the markers' numbers are inside."""
        return self.axis_y - 6

    @property
    def frame_height(self) -> int:
        return self.frame_bottom - self.frame_top

    @property
    def metres(self) -> int:
        """The length of the line for the script, whole metres."""
        return round(self.length_m)


def month_ends(since: date, at: datetime) -> list[tuple[date, int]]:
    """The first of each month, and the moment of its end (ms), for the last months that are over at `at`."""
    firsts = [date(year, month + 1, 1) for year, month in (divmod(n, 12) for n in range(*_months(since, at)))]
    ends = [(first, midnight(_next(first))) for first in firsts]
    return [(first, end) for first, end in ends if end <= millis(at)][-MONTHS:]


def _months(since: date, at: datetime) -> tuple[int, int]:
    today = clock.local(at).date()
    return since.year * 12 + since.month - 1, today.year * 12 + today.month


def _next(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def strip_of(ground: Ground, things: Sequence[Thing], since: date, at: datetime, urls: Any, *, whole: Ground) -> Strip:
    """The strip of one line. `ground` may be cut to a selection, which is framed; `whole` is drawn."""
    scale = (RIGHT - LEFT) / whole.course.length_m

    def x(metres: float) -> float:
        return round(LEFT + metres * scale, 1)

    months = month_ends(since, at)
    moments = [end for _, end in months] + [millis(at)]
    labels = [translated.month(first.month) for first, _ in months] + [f"{clock.local(at):%d/%m}"]
    followed = whole.through(moments)
    columns = _columns(whole.course.length_m, scale)
    rows = tuple(
        Line(label, TOP + number * (ROW + ROW_GAP), tuple(_cells(followed, last, moment, columns, x)),
             number == len(moments) - 1)
        for number, (label, moment, last) in enumerate(zip(labels, moments, followed.last, strict=True))
    )  # fmt: skip
    brackets = tuple(
        Bracket(post(one.name), one.markers, x(low) + 1, x(high) - 1, ceil(low), floor(high))
        for one, (low, high) in zip(whole.held, whole.ends, strict=True)
    )
    selection = None
    if ground.ends and ground.ends != whole.ends:
        low, high = ground.ends[0][0], ground.ends[-1][1]
        selection = (x(low), round(x(high) - x(low), 1))
    return Strip(
        rows, brackets, _signs(things, x, urls), _ticks(whole.course.length_m, x), whole.course.length_m, selection
    )


def _columns(length_m: float, scale: float) -> Floats:
    """Edges of the columns, in metres."""
    count = max(1, round(length_m * scale / COLUMN))
    return np.linspace(0, length_m, count + 1)


def _cells(followed: Followed, last: NDArray[np.int64], moment: int, columns: Floats, x: Any) -> list[Cell]:
    classes = age_classes(last, moment, followed.limit_ms)
    cell_class = _dominant(followed, classes, columns)
    starts = np.flatnonzero(np.concatenate([[True], cell_class[1:] != cell_class[:-1]]))
    stops = np.append(starts[1:], len(cell_class))
    found = []
    for start, stop in zip(starts.tolist(), stops.tolist(), strict=True):
        kind = int(cell_class[start])
        if kind < 0:
            continue
        low, high = float(columns[start]), float(columns[stop])
        x1, x2 = x(low), x(high)
        path = f"M{x1:g} 0h{round(x2 - x1, 1):g}v{ROW}h{round(x1 - x2, 1):g}z"
        found.append(Cell(path, CLASSES[kind], _hint(followed, classes, last, moment, kind, low, high)))
    return found


def _dominant(followed: Followed, classes: NDArray[np.int64], columns: Floats) -> NDArray[np.int64]:
    """The class of most metres of each column, the worse of equal ones; -1 where nobody asked for it."""
    metres = np.zeros((len(columns) - 1, len(CLASSES)))
    first = np.clip(np.searchsorted(columns, followed.from_m, side="right") - 1, 0, len(columns) - 2)
    last = np.clip(np.searchsorted(columns, followed.to_m, side="left") - 1, 0, len(columns) - 2)
    size = np.maximum(last - first + 1, 0)
    piece = np.repeat(np.arange(len(first)), size)
    column = np.arange(len(piece)) - np.repeat(np.cumsum(size) - size, size) + np.repeat(first, size)
    shared = np.minimum(followed.to_m[piece], columns[column + 1]) - np.maximum(followed.from_m[piece], columns[column])
    np.add.at(metres, (column, classes[piece]), np.maximum(shared, 0))
    worst = len(CLASSES) - 1 - np.argmax(metres[:, ::-1], axis=1)
    return np.where(metres.sum(axis=1) > 0, worst, -1)


def _hint(
    followed: Followed, classes: NDArray[np.int64], last: NDArray[np.int64], moment: int, kind: int, low: float,
    high: float,
) -> str:  # fmt: skip
    """`km 134–140 · 76 ngày`: where, and the greatest age there; its row says when."""
    where = stretch(low, high)
    if kind == NEVER:
        return f"{where} · {_('chưa có vết nào')}"
    inside = (classes == kind) & (followed.to_m > low) & (followed.from_m < high) & (last != NO_TIME)
    oldest = int((moment - last[inside].min()) // DAY_MS) if inside.any() else 0
    return f"{where} · {translated.days(oldest)}"


def _signs(things: Sequence[Thing], x: Any, urls: Any) -> tuple[Sign, ...]:
    """All things in order; the labels of those not intact, moved aside where they would touch."""
    free = float("-inf")
    found = []
    for thing in sorted(things, key=lambda one: one.place.chainage_m):
        at, state = x(thing.place.chainage_m), thing.verdict.state.value
        told = state != "intact"
        label = max(at, free + LABEL) if told else at
        free = label if told else free
        found.append(Sign(at, state, thing.place.number, round(label, 1), urls(thing.place.number), thing.place.stake))
    return tuple(found)


def _ticks(length_m: float, x: Any) -> tuple[tuple[float, str], ...]:
    step = next((km for km in (1, 2, 5, 10, 20, 50) if length_m / 1000 / km <= 16), 100)
    return tuple((x(km * 1000), str(km)) for km in range(0, int(length_m / 1000) + 1, step))
