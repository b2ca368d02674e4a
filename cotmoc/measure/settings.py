"""What the command may set about measuring. Every default here is an assumption: none was found in a public rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cotmoc.base.models import Setting
from cotmoc.base.problems import Problem

REACHES = (25, 50, 100, 200)
"""Metres from the line that a figure may be asked for; all are measured when a track comes in."""
MAX_GAP_S, MAX_HOP_M = 300.0, 300.0


@dataclass(frozen=True, slots=True)
class Chosen:
    """The values in force. Days are whole days of 24 hours."""

    reach_m: int = 100
    marker_reach_m: int = 50
    """A walk that came this near to a marker was there."""
    freshness_days: int = 90
    """A complete good inspection proves a marker for so long."""
    interval_days: int = 60
    """How often the line is to be walked, and a marker inspected, where no requirement is set."""
    damage_norm_days: int = 60
    """A damage case open for longer is over the norm."""


def chosen() -> Chosen:
    """The settings `measure.<name>`, defaults for those that nobody set."""
    rows = Setting.objects.in_force().filter(key__startswith="measure.").values_list("key", "value")
    values = {key.removeprefix("measure."): value for key, value in rows}
    return Chosen(**{name: values[name] for name in Chosen.__slots__ if name in values})


def reach_of(text: str, usual: int) -> int:
    """The reach a question asks for. Problem `request.parameter` for one that was not measured."""
    if not text:
        return usual
    if text not in {str(reach) for reach in REACHES}:
        hint = f"Chọn một trong {', '.join(map(str, REACHES))}. / Choose one of {', '.join(map(str, REACHES))}."
        raise Problem("request.parameter", name="reach", value=text, hint=hint)
    return int(text)


def rules_params(values: Chosen) -> dict[str, Any]:
    """What a run stores of the rules it ran by."""
    return {
        "reaches_m": list(REACHES),
        "marker_reach_m": values.marker_reach_m,
        "max_gap_s": MAX_GAP_S,
        "max_hop_m": MAX_HOP_M,
    }
