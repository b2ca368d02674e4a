"""The distance walked: near the true length where the raw one is not, and honest about what it cannot know."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cotmoc.geo.fixes import Fixes
from cotmoc.measure.engine.chain import solve
from cotmoc.measure.engine.smoothing import Walked, walked, walked_each
from cotmoc.measure.engine.values import Rules
from cotmoc.measure.engine.walked import group_walked_m
from tests.measure.engine.walks import WAYS, fixes, track, untimed
from tests.measure.engine.ways import received, resting, straight, sweeps, unlike, winding, with_stops

RULES = Rules()


def measured(kind, every_s: float, noise_m: float, alike: float, hours: float = 1.0) -> tuple[Walked, float]:
    chance = np.random.default_rng(7)
    one, true = received(kind(chance, hours), every_s, noise_m, alike, chance)
    return walked([one], RULES), true


@pytest.mark.parametrize("alike", [0.0, 0.8])
@pytest.mark.parametrize(("every_s", "noise_m"), [(1, 5), (5, 3), (10, 5), (30, 5)])
def test_a_straight_walk_is_as_long_as_it_is(every_s, noise_m, alike):
    found, true = measured(straight, every_s, noise_m, alike)
    assert found.metres == pytest.approx(true, rel=0.01)
    assert found.low <= true <= found.high
    assert found.raw_m > true


@pytest.mark.parametrize(("every_s", "noise_m"), [(1, 5), (5, 5), (10, 3)])
def test_a_winding_walk_is_right_to_three_percent(every_s, noise_m):
    found, true = measured(winding, every_s, noise_m, 0.0, hours=2)
    assert found.metres == pytest.approx(true, rel=0.03)
    assert found.low <= true <= found.high


@pytest.mark.parametrize(("every_s", "noise_m", "alike"), [(1, 5, 0.0), (10, 5, 0.0), (10, 5, 0.8), (30, 5, 0.0)])
def test_sweeps_keep_their_turns(every_s, noise_m, alike):
    found, true = measured(sweeps, every_s, noise_m, alike, hours=2)
    assert found.metres == pytest.approx(true, rel=0.05)


@pytest.mark.parametrize("alike", [0.0, 0.8])
@pytest.mark.parametrize("every_s", [1, 10, 30])
def test_standing_still_adds_nothing(every_s, alike):
    found, _ = measured(resting, every_s, 5, alike)
    assert found.metres < 30
    assert found.raw_m > 300


def test_stops_are_not_walked():
    found, true = measured(lambda chance, hours: with_stops(chance, straight(chance, hours)), 10, 5, 0.0, hours=2)
    assert found.metres == pytest.approx(true, rel=0.03)


def test_a_receiver_better_than_it_says_is_found_out():
    chance = np.random.default_rng(3)
    one, true = received(winding(chance, 2), 5, 3, 0.0, chance)
    assert walked([unlike(one, 10)], RULES).metres == pytest.approx(true, rel=0.03)


def test_the_band_is_wide_where_the_fixes_do_not_tell():
    near, far = (measured(sweeps, every, noise, 0.0, 2)[0] for every, noise in ((1, 3), (30, 10)))
    assert (far.high - far.low) / far.metres > 4 * (near.high - near.low) / near.metres


def test_many_groups_at_once_are_as_each_by_itself():
    chance = np.random.default_rng(5)
    groups = [[received(kind(chance, 0.4), 10, 5, 0.0, chance)[0]] for kind in (straight, winding, resting)] + [[]]
    together = walked_each(groups, RULES)
    for one, other in zip(together, [walked(group, RULES) for group in groups], strict=True):
        assert (one.metres, one.low, one.high) == pytest.approx((other.metres, other.low, other.high), rel=1e-6)
    assert together[-1] == Walked(0, 0, 0, 0)


def test_two_phones_side_by_side_walk_one_way():
    chance = np.random.default_rng(2)
    way = straight(chance, 0.5)
    (one, true), (other, _) = (received(way, 10, 4, 0.0, chance) for _ in range(2))
    late = Fixes.of(other.fixes.time + 3000, other.fixes.lon, other.fixes.lat, other.fixes.accuracy)
    assert walked([one, track(late)], RULES).metres == pytest.approx(true, rel=0.02)


def test_a_gap_is_not_walked():
    chance = np.random.default_rng(2)
    way = straight(chance, 0.5)
    one, true = received(way, 10, 4, 0.0, chance)
    cut = one.fixes.take(np.r_[0:60, 100:180])
    unseen = way.until(1000).length_m - way.until(590).length_m
    assert walked([track(cut)], RULES).metres == pytest.approx(true - unseen, rel=0.02)


@pytest.mark.parametrize("way", [[], [(5, 5)]])
def test_no_way_has_no_length(way):
    assert walked([track(fixes(way))], RULES) == Walked(0, 0, 0, 0)


def test_without_times_only_the_raw_length_is_known():
    way = [track(untimed([(0, 0), (300, 400), (0, 0)]))]
    raw = group_walked_m(way)
    assert walked(way, RULES) == Walked(raw, raw, raw, raw)


@given(WAYS, st.lists(st.integers(1, 7), max_size=2), st.randoms(use_true_random=False))
def test_cutting_copying_and_order_change_nothing(way, cuts, chance):
    whole = fixes(way)
    edges = [0, *sorted(cuts), len(whole)]
    parts = [track(whole.take(slice(a, b))) for a, b in pairwise(edges) if b > a]
    parts += [track(whole)] * chance.randint(0, 1)
    chance.shuffle(parts)
    one, other = walked([track(whole)], RULES), walked(parts, RULES)
    assert (one.metres, one.low, one.high) == pytest.approx((other.metres, other.low, other.high), rel=1e-6, abs=1e-6)


@given(WAYS)
def test_the_band_holds_the_figure(way):
    found = walked([track(fixes(way))], RULES)
    assert 0 <= found.low <= found.metres <= found.high
    assert np.isfinite(found.high)


@given(st.integers(1, 40), st.integers(0, 10_000))
def test_the_chain_gives_what_a_full_matrix_gives(size, seed):
    chance = np.random.default_rng(seed)
    loose = chance.standard_normal((2 * size, 2 * size))
    near = np.abs(np.subtract.outer(np.arange(2 * size) // 2, np.arange(2 * size) // 2)) <= 1
    matrix = np.where(near, loose @ loose.T, 0) + 20 * size * np.eye(2 * size)
    right = chance.standard_normal((2 * size, 2))
    rows = matrix.reshape(size, 2, size, 2)
    at = np.arange(size)

    def entries(blocks: np.ndarray):
        return blocks[:, 0, 0], blocks[:, 0, 1], blocks[:, 1, 0], blocks[:, 1, 1]

    states, log_det = solve(
        entries(rows[at, :, at]), entries(rows[at[:-1], :, at[1:]]), entries(right.reshape(size, 2, 2))
    )
    expected = np.linalg.solve(matrix, right).reshape(size, 2, 2)
    assert np.allclose(np.stack(states), np.stack(entries(expected)))
    assert log_det == pytest.approx(np.linalg.slogdet(matrix)[1])
