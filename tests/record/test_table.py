"""A condition is said twice, for the database and for a row rebuilt from the ledger: both must choose the same rows."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cotmoc.base.problems import Problem
from cotmoc.record.adapters.table import Listing
from cotmoc.record.areas.border.models import MarkerInspection, Patrol
from tests.record.world import T0, World

ASKED = [
    {},
    {"unit": "GR"},
    {"unit": "QN"},
    {"state": "damaged"},
    {"marker": "717"},
    {"marker": "none"},
    {"from": "2020-11-22"},
    {"to": "2020-11-21"},
    {"from": "2020-11-20", "to": "2020-11-22"},
    {"q": "moc 717"},
    {"q": "ĐƯỜNG trơn"},
    {"lacking": "1"},
    {"amended": "1"},
    {"state": "intact", "marker": "717", "q": "ga ry", "lacking": "1"},
]


@pytest.mark.parametrize("given", ASKED, ids=lambda given: "&".join(f"{k}={v}" for k, v in given.items()) or "all")
def test_database_and_row_agree(world: World, given: dict[str, str]) -> None:
    for day, unit, marker, state in (
        (0, "GR", "717", "intact"),
        (1, "LE", "717", "damaged"),
        (30, "GR", "716", "intact"),
    ):
        world.inspection(unit, marker, state=state, seen_at=T0 - timedelta(days=day), note="Đường trơn")
        world.inspection(unit, marker, photo_count=2, **dict.fromkeys(MarkerInspection.CHECKS, True))
    listing = Listing.read(MarkerInspection, given, world.users["QN"], None)
    by_query = {row.pk for row in listing.rows()}
    by_row = {row.pk for row in MarkerInspection.objects.all() if all(c.holds(row) for c in listing._conditions())}
    assert by_query == by_row


def test_a_patrol_without_end_is_in_no_period_either_way(world: World) -> None:
    world.patrol("GR", ended_at=None)
    listing = Listing.read(Patrol, {"from": "2020-01-01"}, world.users["GR"], None)
    assert listing.count() == 0
    assert not any(condition.holds(row) for row in Patrol.objects.all() for condition in listing._conditions())


@pytest.mark.parametrize(
    "given", [{"sort": "password"}, {"sort": "unit__account"}, {"from": "x"}, {"to": "2020-02-30"}]
)
def test_what_cannot_be_asked_is_told(world: World, given: dict[str, str]) -> None:
    with pytest.raises(Problem, match="cannot be used"):
        Listing.read(Patrol, given, world.users["GR"], None)


def test_a_unit_out_of_reach_cannot_be_asked_for(world: World) -> None:
    with pytest.raises(Problem) as told:
        Listing.read(Patrol, {"unit": "LE"}, world.users["GR"], None)
    assert told.value.status == 403
