"""The installation's own coverage and markers as plain values, for the command line."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from cotmoc.base.figures import Question, ask
from cotmoc.measure.standing import standing_of

COVERAGE = (
    "line.length_km", "line.coverage_sure_pct", "line.coverage_possible_pct", "line.gap_km", "line.within_limit",
    "line.overdue_km", "line.never_km", "line.oldest_days",
)  # fmt: skip
MARKERS = (
    "object.total",
    "marker.intact_count",
    "marker.damaged_count",
    "marker.unknown_count",
    "marker.overdue_count",
)


def coverage(question: Question) -> dict[str, Any]:
    """The figures of the line, and per stretch its kilometres and the metres of each age class."""
    standing = standing_of(question)
    stretches = [
        {
            "unit": one.code, "from_m": round(low, 1), "to_m": round(high, 1), "limit_days": one.limit.days,
            "metres_by_age": {name: round(metres, 1) for name, metres in ground.by_class(place).items()},
        }
        for ground in standing.land
        for place, (one, (low, high)) in enumerate(zip(ground.held, ground.ends, strict=True))
    ]  # fmt: skip
    return {**_asked(question), "figures": _figures(question, COVERAGE), "stretches": stretches}


def markers(question: Question) -> dict[str, Any]:
    """The counts, and every marker and stake with its state, reason and last inspection."""
    rows = [
        {
            "number": thing.place.number, "unit": thing.place.holder_name, "chainage_m": round(thing.place.chainage_m, 1),
            "state": thing.verdict.state.value, "reason": thing.verdict.reason.value, "overdue": thing.overdue,
            "last": thing.last.seen_at.astimezone(UTC).isoformat() if thing.last else None,
        }
        for thing in standing_of(question).things
    ]  # fmt: skip
    return {**_asked(question), "figures": _figures(question, MARKERS), "markers": rows}


def _asked(question: Question) -> dict[str, Any]:
    return {
        "unit": question.unit.code, "from": question.since.isoformat(), "to": question.last_day.isoformat(),
        "at": question.at.astimezone(UTC).isoformat(), "reach_m": standing_of(question).reach_m,
    }  # fmt: skip


def _figures(question: Question, names: tuple[str, ...]) -> dict[str, Any]:
    found = {name: ask(name, question)[0] for name in names}
    return {
        name: {"value": figure.value, "unit": figure.unit, "status": figure.status} for name, figure in found.items()
    }
