"""A track that comes in is measured at once; measuring is told nothing else, and may be repeated or interrupted."""

from __future__ import annotations

from datetime import date

import numpy as np

from cotmoc.base import figures, ledger
from cotmoc.geo.fixes import Fixes
from cotmoc.measure import run
from cotmoc.measure.models import CoverageInterval, Run, Walk
from cotmoc.record.areas.border import received
from cotmoc.record.areas.border.models import PatrolTrack
from tests.province import Province


def covered(province: Province) -> float:
    return figures.ask("line.coverage_sure_pct", province.question())[1].value or 0.0


def test_received_tracks_are_measured_at_once(province: Province) -> None:
    patrol = province.walk("GR", 0, 6_000, date(2020, 10, 1))
    assert covered(province) == 0
    received.announce(list(patrol.tracks.all()))
    assert covered(province) > 30


def test_one_by_one_and_all_at_once_give_the_same_rows(province: Province) -> None:
    for day in range(1, 6):
        patrol = province.walk("GR", 1_000 * day, 1_000 * day + 3_000, date(2020, 10, day))
        received.announce(list(patrol.tracks.all()))
    columns = ("reach_m", "sure", "from_m", "to_m", "first", "last")
    before = sorted(CoverageInterval.objects.values_list(*columns))
    Walk.objects.all().delete()
    assert run.rebuild().walks == 5
    assert sorted(CoverageInterval.objects.values_list(*columns)) == before


def test_two_phones_of_one_patrol_are_one_walk(province: Province) -> None:
    """The second phone's track came a day later: until then the walk was known without it."""
    patrol = province.walk("GR", 0, 2_000, date(2020, 10, 1))
    lon, lat = province.line.point_at(np.arange(2_000, 4_000, 20.0))
    start = int(patrol.started_at.timestamp() * 1000) + 3_000_000
    province.track(patrol, Fixes.of(start + np.arange(len(lon)) * 20_000, lon, lat), date(2020, 10, 2))
    run.rebuild()
    walks = list(Walk.objects.filter(patrol=patrol).order_by("known_from"))
    assert [len(walk.track_ids) for walk in walks] == [1, 2]
    assert walks[0].known_until == walks[1].known_from
    assert [row.cells[0] for row in figures.ask("line.coverage_sure_pct", province.question())[1].rows] == [patrol.code]


def test_a_run_stores_what_it_ran_on(province: Province) -> None:
    province.walk("GR", 0, 6_000, date(2020, 10, 1))
    run.rebuild()
    stored = Run.objects.get()
    assert stored.params["max_gap_s"] == 300
    assert stored.params["reaches_m"] == [25, 50, 100, 200]
    assert len(stored.input_digest) == 64
    assert stored.result == {"walks": 1, "amended": 0, "removed": 0, "coverage": 4, "visits": 1}


def test_a_track_of_no_patrol_covers_the_line_and_is_told(province: Province) -> None:
    patrol = province.walk("GR", 0, 6_000, date(2020, 10, 1))
    track = PatrolTrack.objects.get(patrol=patrol)
    track.patrol = None
    ledger.write([track], province.author(date(2020, 10, 3), "GR"), "vết không thuộc chuyến nào")
    run.rebuild()
    answer = figures.ask("line.coverage_sure_pct", province.question())[1]
    assert (answer.value or 0) > 30
    assert any("1 vết chưa gắn chuyến" in line for line in answer.missing)
