"""What cannot be true is left out with its reason; an honest track keeps every fix."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cotmoc.geo.fixes import NO_TIME, Fixes
from cotmoc.geo.readers import read_tracks
from cotmoc.measure.engine.accuracy import filled
from cotmoc.measure.engine.cleaning import ROLLOVER_MS, Cleaned, Reason, clean
from cotmoc.measure.engine.coverage import cover
from cotmoc.measure.engine.pieces import steps, whole_walks
from cotmoc.measure.engine.spans import union
from cotmoc.measure.engine.values import GroupTrack, Limits, Rules
from tests.measure.engine.walks import PLANE, START, fixes, line, track

STEP_S = 10
LONG = [(10.0 * i, 3.0 * (i % 2)) for i in range(60)]
"""A walk of 1 m/s to the east."""


def accurate(walk: Fixes, error: float = 5.0) -> Fixes:
    return replace(walk, accuracy=np.full(len(walk), error, np.float32))


def walk_of(metres, seconds=None) -> Fixes:
    return accurate(fixes(metres, [STEP_S * i for i in range(len(metres))] if seconds is None else seconds))


def cleaned(walk: Fixes, **more) -> Cleaned:
    return clean(walk, Limits(), Rules().max_gap_s, **more)


def spoilt(places: dict[int, tuple[float, float]]) -> Fixes:
    return walk_of([places.get(i, place) for i, place in enumerate(LONG)])


@pytest.mark.parametrize(
    ("places", "out"),
    [
        ({30: (300.0, 900.0)}, [30]),
        ({30: (300.0, 900.0), 31: (310.0, 890.0)}, [30, 31]),
        ({20: (200.0, 700.0), 40: (400.0, -700.0)}, [20, 40]),
        ({0: (0.0, 5000.0)}, [0]),  # a cold start
        ({59: (0.0, 5000.0)}, [59]),
        ({30: (300.0, 90.0)}, []),  # what a runner may do
        ({i: (10.0 * i, 900.0) for i in range(30, 60)}, []),  # went elsewhere and stayed: a jump
        ({i: (10.0 * i, 900.0) for i in range(1, 60, 2)}, []),  # to and fro: nobody can say which side is true
    ],
)
def test_only_what_is_far_off_its_neighbours_is_an_outlier(places, out):
    result = cleaned(spoilt(places))
    assert np.flatnonzero(result.reasons == Reason.OUTLIER).tolist() == out
    assert len(result.fixes) == 60 - len(out)
    assert result.counts["outliers"] == len(out)


def test_a_drive_there_and_back_stays():
    there = [(200.0 * i, 0.0) for i in range(15)]
    assert len(cleaned(walk_of([*LONG, *there, *there[::-1], *LONG])).fixes) == 150


def test_jumps_and_gaps_are_told():
    away = {i: (10.0 * i, 9000.0) for i in range(30, 60)}
    assert cleaned(spoilt(away)).counts["jumps"] == 1
    late = [STEP_S * i + (2520 if i >= 30 else 0) for i in range(60)]
    counts = cleaned(walk_of(LONG, late)).counts
    assert (counts["gaps"], counts["gap_s"], counts["outliers"]) == (1, 2530, 0)


def test_a_copied_fix_counts_once_and_is_named():
    walk = spoilt({})
    result = cleaned(Fixes.join([walk, walk.take([7, 9])]))
    assert np.flatnonzero(result.reasons == Reason.DUPLICATE).tolist() == [60, 61]
    assert result.counts["duplicates"] == 2


def test_a_time_of_the_last_century_is_taken_away_and_the_place_kept():
    walk = spoilt({})
    walk.time[30] = 1_000
    result = cleaned(walk)
    assert result.counts["clock"] == 1
    assert len(result.fixes) == 60
    assert np.count_nonzero(result.fixes.time == NO_TIME) == 1


def test_a_time_after_the_receipt_is_taken_away():
    walk = spoilt({})
    walk.time[50:] += 40 * 86_400_000
    assert cleaned(walk, received=START + 86_400_000).counts["clock"] == 10
    assert cleaned(walk).counts["clock"] == 0


def test_a_week_counter_that_rolled_over_is_put_right():
    walk = spoilt({})
    walk.time[30:] -= ROLLOVER_MS
    result = cleaned(walk)
    assert result.counts["rolled_over"] == 30
    assert result.fixes.time.tolist() == spoilt({}).time.tolist()
    halves = [track(walk.take(slice(None, 30))), track(walk.take(slice(30, None)))]
    assert len(steps(halves, PLANE, Rules())) == 59


def test_a_spike_covers_nothing_and_its_fix_stays_in_the_track():
    border = line([(0, 800), (600, 800)])
    spike = track(spoilt({30: (300.0, 800.0)}))
    assert len(cover(border, [spike], Rules(max_hop_m=1000))) == 0
    assert len(cover(border, [spike], Rules(max_hop_m=1000, cleaning=None))) > 0
    assert len(spike.fixes) == 60


@pytest.mark.parametrize("walk", [Fixes.empty(), walk_of([(0, 0)]), walk_of([(0, 0), (9000, 0), (0, 0)])])
def test_little_is_left_alone(walk):
    assert len(cleaned(walk).fixes) == len(walk)


SPIKES = st.dictionaries(st.integers(0, 59), st.tuples(st.floats(-3000, 3000), st.floats(-3000, 3000)), max_size=3)


@given(SPIKES, st.lists(st.integers(1, 59), max_size=4), st.randoms(use_true_random=False))
def test_cutting_copying_and_order_change_nothing(places, cuts, chance):
    walk = spoilt(places)
    edges = [0, *sorted(cuts), 60]
    parts = [track(walk.take(slice(a, b))) for a, b in pairwise(edges) if b > a]
    parts += [track(walk.take(slice(10, 40)))] * chance.randint(0, 2)
    chance.shuffle(parts)
    border = line([(-200, 100), (800, 140)])
    whole, cut = (cover(border, tracks, Rules()) for tracks in ([track(walk)], parts))
    for sure in (False, True):
        spans = [union(rows.certain(sure).from_m, rows.certain(sure).to_m) for rows in (whole, cut)]
        assert np.allclose(spans[0].from_m, spans[1].from_m, atol=1e-6)
        assert np.allclose(spans[0].to_m, spans[1].to_m, atol=1e-6)


@given(SPIKES)
def test_cleaning_twice_is_cleaning_once(places):
    once = whole_walks([track(spoilt(places))], Rules())
    twice = whole_walks(once, Rules())
    assert [walk.fixes.time.tolist() for walk in once] == [walk.fixes.time.tolist() for walk in twice]


@pytest.mark.shared
def test_real_hikes_keep_every_fix(shared):
    for path in sorted((shared / "gpx" / "hiking_omerkel").glob("*.gpx")):
        for read in read_tracks(path.name, path.read_bytes()).tracks:
            known = replace(read.fixes, accuracy=filled(GroupTrack("", read.fixes, "gpx"), Rules()))
            counts = cleaned(known).counts
            assert (counts["outliers"], counts["clock"], counts["rolled_over"]) == (0, 0, 0), path.name
