"""The fast engine gives the rows of the reference: the same groups, times and ground."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

pytest.importorskip("numba", reason="the fast engine is not installed (extra `fast`)")

from cotmoc.geo.fixes import Fixes
from cotmoc.geo.line import Line
from cotmoc.measure.engine import coverage
from cotmoc.measure.engine.fast import survey as fast
from cotmoc.measure.engine.survey import Posts, survey
from cotmoc.measure.engine.values import ROW_COLUMNS, VISIT_COLUMNS, Rules
from tests.measure.engine.walks import PLANE, START, WAYS, fixes, line, track, untimed
from tests.measure.fast.agree import agree, agree_on_survey

LINES = {
    "straight": line([(-3000, 0), (3000, 0)]),
    "zigzag": line([(x, 60 * (x // 50 % 2)) for x in range(-3000, 3001, 50)]),
    "crossing itself": line([(-2000, 0), (1500, 0), (500, 900), (500, -900), (-1800, -60)]),
    "parts": line([(-2000, 0), (-200, 0)], [(50, 90), (1500, 30), (1500, 30)], [(40, -80), (900, -80)]),
    "loops": line([(200 * np.sin(t / 4) * (1 + t / 90) + 12 * t, 180 * np.cos(t / 5)) for t in range(-150, 150)]),
}


def both(border, tracks, rules):
    agree(border, tracks, rules, fast.cover(border, tracks, rules), coverage.cover(border, tracks, rules))


POST_PLACES = st.lists(st.tuples(st.floats(-1600, 1600), st.floats(-160, 160)), max_size=6)


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from(sorted(LINES)),
    st.lists(st.tuples(st.integers(0, 2**32), st.floats(0.2, 40), st.floats(-150, 150)), max_size=4),
    st.lists(st.sampled_from([25.0, 50.0, 100.0, 200.0]), unique=True, max_size=3),
    POST_PLACES,
    st.sampled_from([5.0, 50.0, 300.0]),
    st.sampled_from([0.0, 60.0, 1800.0]),
)
def test_several_reaches_and_posts_at_once(name, walks, reaches_m, places, post_m, pause_s):
    rules = Rules(pause_s=pause_s)
    lon, lat = PLANE.to_degrees(*np.array(places, float).reshape(-1, 2).T)
    posts = Posts(lon, lat, post_m)
    tracks = [track(wander(seed, pace, off, 5), str(i)) for i, (seed, pace, off) in enumerate(walks)]
    mine = fast.survey(LINES[name], tracks, rules, reaches_m, posts)
    agree_on_survey(LINES[name], tracks, rules, reaches_m, mine, survey(LINES[name], tracks, rules, reaches_m, posts))


def test_what_else_is_asked_changes_no_bit():
    """Stored rows are compared and recomputed in parts: a reach or a marker by itself gives what it gives beside others."""
    posts = Posts(*PLANE.to_degrees([-1400.0, -700.0, 0.0, 700.0], [30.0, 60.0, 20.0, 80.0]), 50.0)
    tracks = [track(wander(seed, 6, 20 * seed, 5), str(seed)) for seed in range(6)]
    together = fast.survey(LINES["loops"], tracks, Rules(), [25.0, 100.0, 200.0], posts)
    alone = fast.survey(LINES["loops"], tracks, Rules(), [100.0], Posts.none()).intervals[0]
    visits = fast.survey(LINES["loops"], tracks, Rules(), [], posts).visits
    assert len(alone) > 10
    assert len(visits) > 10
    for name in ROW_COLUMNS:
        assert np.array_equal(getattr(together.intervals[1], name), getattr(alone, name)), name
    for name in VISIT_COLUMNS:
        assert np.array_equal(getattr(together.visits, name), getattr(visits, name)), name


def test_posts_where_there_is_no_line():
    posts = Posts(*PLANE.to_degrees([0.0, 40.0], [0.0, 10.0]), 30.0)
    tracks = [track(wander(3, 5, 0, 5))]
    mine = fast.survey(line(), tracks, Rules(), [100.0], posts)
    agree_on_survey(line(), tracks, Rules(), [100.0], mine, survey(line(), tracks, Rules(), [100.0], posts))


def wander(seed: int, pace_m: float, offset_m: float, interval_s: float) -> Fixes:
    """A walk of 400 fixes along the x axis with gaps, jumps and rests, accuracies of its own."""
    chance = np.random.default_rng(seed)
    steps_m = np.where(chance.random(400) < 0.2, 0, pace_m) * chance.choice([-1, 1], p=[0.02, 0.98], size=400)
    x = -1500 + np.cumsum(steps_m) + chance.normal(0, 3, 400)
    y = offset_m + np.cumsum(chance.normal(0, 2, 400)) + chance.normal(0, 3, 400)
    x += np.cumsum(np.where(chance.random(400) < 0.01, chance.uniform(-500, 500, 400), 0))
    y += np.where(chance.random(400) < 0.01, chance.uniform(-400, 400, 400), 0)
    after = np.cumsum(np.where(chance.random(400) < 0.01, chance.uniform(0, 900, 400), interval_s))
    accuracy = np.where(chance.random(400) < 0.5, 5, chance.uniform(0, 40, 400))
    return Fixes.of(START + np.rint(after * 1000).astype(np.int64), *PLANE.to_degrees(x, y), accuracy)


@settings(max_examples=120, deadline=None)
@example("crossing itself", 709, 0.25, 0.0, 1, 25, 60.0)  # a disc shrinks under an error that grows
@given(
    st.sampled_from(sorted(LINES)),
    st.integers(0, 2**32),
    st.floats(0.2, 40),
    st.floats(-150, 150),
    st.sampled_from([1, 5, 30]),
    st.sampled_from([25, 50, 100, 200]),
    st.sampled_from([60.0, 3600.0, 1e6]),
)
def test_a_walk_beside_the_line(name, seed, pace_m, offset_m, interval_s, reach_m, grain_s):
    rules = Rules(reach_m=reach_m, grain_s=grain_s)
    both(LINES[name], [track(wander(seed, pace_m, offset_m, interval_s))], rules)


@settings(max_examples=120, deadline=None)
@given(st.lists(WAYS, max_size=3), WAYS, st.integers(0, 400), st.integers(0, 40), st.sampled_from([300, 1500, 5000]))
@example([[(-500, 0), (500, 0)]], [(-900, 100), (900, 100)], 100, 0, 5000)  # parallel at exactly the reach
@example([[(-500, 0), (500, 0)]], [(0, 100)], 100, 0, 300)  # a lone fix that grazes
@example([[(-500, 0), (500, 0)]], [(600, 0)], 100, 0, 300)  # the line's end at exactly the reach
@example([[(-500, 0), (500, 0), (0, 500), (0, -500)]], [(0, 10), (0, 10)], 100, 5, 300)  # no length, at a crossing
@example([[(0, 0), (0, 0)], [(1, 1)]], [(0, 0), (0, 0)], 100, 0, 300)  # no line to speak of
@example([], [(0, 0)], 100, 0, 300)
def test_any_way_past_any_line(parts, way, reach_m, accuracy_m, max_hop_m):
    rules = Rules(reach_m=reach_m, accuracy_m=accuracy_m, max_hop_m=max_hop_m)
    both(line(*parts), [track(fixes(way))], rules)


@settings(max_examples=60, deadline=None)
@given(WAYS, st.lists(st.tuples(WAYS, st.integers(0, 400), st.booleans(), st.sampled_from("ab")), max_size=4))
def test_several_files_of_several_groups(border, files):
    tracks = [
        track(fixes(way, np.arange(len(way)) * 20.0 + late) if timed else untimed(way), group)
        for way, late, timed, group in files
    ]
    both(line(border), tracks, Rules())


@pytest.mark.parametrize(("gap_ms", "joined"), [(300_000, True), (300_001, False)])
@pytest.mark.parametrize(("hop_m", "near"), [(299.999, True), (300.001, False)])
def test_the_thresholds_of_gap_and_hop(gap_ms, joined, hop_m, near):
    border = LINES["straight"]
    walk = fixes([(0, 10), (hop_m, 10)], [0, gap_ms / 1000])
    rows = fast.cover(border, [track(walk)], Rules(accuracy_m=0))
    assert len(rows.certain(False)) == (1 if joined and near else 2)
    both(border, [track(walk)], Rules(accuracy_m=0))


def test_a_line_too_long_for_cells_goes_by_the_tree():
    border = Line.from_lonlat([[(-60.0, 10.0), (-59.9, 10.0)], [(107.0, 15.6), (108.0, 15.6)]])
    both(border, [track(wander(1, 5, 20, 5))], Rules())


def test_more_rows_than_there_is_room_for():
    """Ten minutes a grain, and a walk to and fro between two lines: the tables grow and nothing is lost."""
    teeth = line(*([(x, 0), (x, 400)] for x in range(-3000, 3001, 30)))
    walk = fixes([(-3000.37 + i, 200) for i in range(6000)], np.arange(6000) * 5.0)
    both(teeth, [track(walk)], Rules(reach_m=2, accuracy_m=0, grain_s=1e6))
    both(teeth, [track(walk)], Rules(reach_m=2, accuracy_m=1, grain_s=10))
