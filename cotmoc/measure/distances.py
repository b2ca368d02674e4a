"""How far walks went, as measured: read once per run, like the walks themselves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from cotmoc.measure.engine.smoothing import Walked
from cotmoc.measure.models import Walk
from cotmoc.measure.stored import Walks

NOTHING = Walked(0.0, 0.0, 0.0, 0.0)


def of_patrols(walks: Walks, at: datetime) -> dict[UUID, Walked]:
    """What the tracks of each patrol showed at a moment; a patrol without a measured track is not in it."""
    measured, known = _measured(walks.run), walks.known(at)
    return {
        patrol: measured[key]
        for key, place in walks.index.items()
        if known[place] and key in measured and (patrol := walks.patrols[place]) is not None
    }


@lru_cache(maxsize=2)
def _measured(run: UUID | None) -> dict[int, Walked]:
    rows = Walk.objects.values_list("pk", "walked_m", "walked_low_m", "walked_high_m", "raw_m")
    return {
        key: Walked(metres, low, high, raw)
        for key, metres, low, high, raw in rows
        if metres is not None and low is not None and high is not None and raw is not None
    }


def together(parts: Iterable[Walked]) -> Walked:
    """The sum. Its band is the sum of the bands: what one walk is wrong by, the next may be wrong by, too."""
    total = NOTHING
    for part in parts:
        total = Walked(
            total.metres + part.metres, total.low + part.low, total.high + part.high, total.raw_m + part.raw_m
        )
    return total
