"""The same bytes or the same fixes in other bytes never count twice; what is stored comes back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cotmoc.geo.fixes import NO_TIME, Fixes

TIMES = st.one_of(st.just(NO_TIME), st.integers(-(10**12), 4 * 10**12))
KNOWN_TIMES = st.integers(0, 50).map(lambda second: 1_600_000_000_000 + 1000 * second)
LON = st.integers(-1_800_000_000, 1_800_000_000).map(lambda units: units / 1e7)
LAT = st.integers(-900_000_000, 900_000_000).map(lambda units: units / 1e7)
ACCURACY = st.one_of(st.just(float("nan")), st.floats(0, 1e4, width=32))


def tracks(times: st.SearchStrategy[int]) -> st.SearchStrategy[Fixes]:
    rows = st.lists(st.tuples(times, LON, LAT, ACCURACY), max_size=30)
    return rows.map(lambda found: Fixes.of(*(zip(*found, strict=True) if found else ([], [], [], []))))


def same(one: Fixes, other: Fixes) -> bool:
    return (
        np.array_equal(one.time, other.time)
        and np.allclose(one.lon, other.lon, atol=1e-9, rtol=0)
        and np.allclose(one.lat, other.lat, atol=1e-9, rtol=0)
        and np.array_equal(one.accuracy, other.accuracy, equal_nan=True)
    )


@given(tracks(TIMES))
def test_stored_form_gives_the_fixes_back(fixes: Fixes) -> None:
    assert same(Fixes.from_bytes(fixes.to_bytes()), fixes)


@given(tracks(KNOWN_TIMES), st.randoms(use_true_random=False))
def test_digest_knows_the_fixes_again_in_any_order_and_number(fixes: Fixes, random) -> None:
    order = [index for index in range(len(fixes)) for _ in range(random.randint(1, 3))]
    random.shuffle(order)
    again = fixes.take(order)
    assert again.digest() == fixes.digest()
    without_accuracy = Fixes.of(again.time, again.lon, again.lat)
    assert without_accuracy.digest() == fixes.digest()


@given(tracks(TIMES), tracks(TIMES))
def test_digest_tells_different_fixes_apart(one: Fixes, other: Fixes) -> None:
    places = [set(zip(f.time.tolist(), f.lon.tolist(), f.lat.tolist(), strict=True)) for f in (one, other)]
    if places[0] != places[1]:
        assert one.digest() != other.digest()


@given(tracks(TIMES))
def test_tidy_sorts_drops_nothing_new_and_is_done_once(fixes: Fixes) -> None:
    tidy, counts = fixes.tidy()
    known = tidy.time[tidy.timed]
    assert (np.diff(known) >= 0).all()
    assert len(tidy) + counts["duplicates"] == len(fixes)
    assert {*zip(tidy.time, tidy.lon, tidy.lat, strict=True)} == {*zip(fixes.time, fixes.lon, fixes.lat, strict=True)}
    assert same(tidy.tidy()[0], tidy)


def test_tidy_counts_what_it_found() -> None:
    fixes = Fixes.of([3000, 1000, 1000, NO_TIME, 2000], [107.3, 107.1, 107.1, 107.9, 107.2], [15, 15, 15, 15, 15])
    tidy, counts = fixes.tidy()
    assert counts == {"duplicates": 1, "backward": 1, "untimed": 1}
    assert tidy.lon.tolist() == [107.1, 107.9, 107.2, 107.3]  # the fix without time stays behind the one it followed


def test_a_path_without_times_may_pass_a_point_twice() -> None:
    there_and_back = Fixes.of([NO_TIME] * 4, [107.1, 107.2, 107.2, 107.1], [15.5] * 4)
    tidy, counts = there_and_back.tidy()
    assert tidy.lon.tolist() == [107.1, 107.2, 107.1]
    assert counts["duplicates"] == 1


def test_stored_form_is_compact() -> None:
    """A day of fixes every five seconds takes a few bytes each."""
    walk = np.random.default_rng(2020).normal(0, 5e-5, (2, 17_280)).cumsum(axis=1)
    fixes = Fixes.of(1_600_000_000_000 + 5000 * np.arange(17_280), 107.3 + walk[0], 15.6 + walk[1])
    assert len(fixes.to_bytes()) < 7 * len(fixes)


@pytest.mark.parametrize("data", [b"", b"CMF1", b"GPX", Fixes.of([1], [2], [3]).to_bytes()[:-2]])
def test_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="stored"):
        Fixes.from_bytes(data)


def test_columns_need_one_length_and_finite_places() -> None:
    with pytest.raises(ValueError, match="one length"):
        Fixes.of([1, 2], [107], [15])
    with pytest.raises(ValueError, match="finite"):
        Fixes.of([1], [float("nan")], [15])


def test_joining_keeps_the_order() -> None:
    parts = [Fixes.of([2], [107.2], [15]), Fixes.empty(), Fixes.of([1], [107.1], [15])]
    assert Fixes.join(parts).time.tolist() == [2, 1]
    assert len(Fixes.join([])) == 0
