"""Fixes without time beside fixes with one: they belong to the same walk, and hide no gap."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cotmoc.geo.fixes import NO_TIME, Fixes
from cotmoc.measure.engine.coverage import cover
from cotmoc.measure.engine.pieces import places_of, runs, steps
from cotmoc.measure.engine.spans import visited
from cotmoc.measure.engine.values import Rules
from cotmoc.measure.engine.visits import marker_visits
from tests.measure.engine.walks import PLANE, START, WAYS, fixes, line, track, untimed

WAY = [(100.0 * i, 0.0) for i in range(8)]


def partly(unknown: list[int], seconds: Sequence[float] | None = None) -> Fixes:
    walk = fixes(WAY, seconds)
    walk.time[unknown] = NO_TIME
    return walk


@pytest.mark.parametrize("unknown", [[2, 3, 4], [0, 1], [6, 7], [1, 3, 5]])
def test_a_walk_with_some_times_is_one_visit(unknown):
    walk = partly(unknown)
    found = marker_visits([PLANE.to_degrees(350, 0)[0]], [PLANE.to_degrees(350, 0)[1]], [track(walk)], PLANE, Rules())
    assert len(found) == 1
    assert found.enter[0] != NO_TIME
    rows = cover(line([(0, 50), (700, 50)]), [track(walk)], Rules())
    assert visited(rows.certain(False), Rules().pause_s).visits.tolist() == [1]


def test_a_missing_time_lies_between_its_neighbours_by_the_way_walked():
    walked = steps([track(partly([1, 2, 3]))], PLANE, Rules())
    assert (walked.last - START).tolist() == [20_000, 40_000, 60_000, 80_000, 100_000, 120_000, 140_000]


def test_a_fix_without_time_hides_no_gap():
    seconds = [0, 20, 40, 60, 440, 460, 480, 500]
    assert len(runs(places_of([track(fixes(WAY, seconds))], PLANE), Rules())) == 2
    hidden = places_of([track(partly([3], seconds))], PLANE)
    assert [len(run) for run in runs(hidden, Rules())] == [4, 3, 1]
    assert [len(run) for run in runs(places_of([track(partly([3]))], PLANE), Rules())] == [8]


def test_a_walk_without_any_time_gets_none():
    walked = steps([track(untimed(WAY))], PLANE, Rules())
    assert (walked.first == NO_TIME).all()
    assert (walked.last == NO_TIME).all()


@given(WAYS, st.sets(st.integers(0, 7)))
def test_times_never_run_back_and_what_is_stated_stays(way, unknown):
    walk = fixes(way)
    stated = np.array([i not in unknown for i in range(len(way))], bool)
    walk.time[~stated] = NO_TIME
    places = places_of([track(walk)], PLANE)
    assert places.time[stated].tolist() == walk.time[stated].tolist()
    if stated.any():
        assert (np.diff(places.time) >= 0).all()


@given(WAYS, st.lists(st.integers(0, 2), min_size=8, max_size=8))
def test_every_fix_is_in_one_run(way, phones):
    tracks = [fixes(way).take(np.array(phones[: len(way)], int) == phone) for phone in range(3)]
    places = places_of([track(walk) for walk in tracks if len(walk)], PLANE)
    assert sorted(np.concatenate([[], *runs(places, Rules())]).tolist()) == list(range(len(way)))
