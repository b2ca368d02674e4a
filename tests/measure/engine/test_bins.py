"""Per 100 m: last visit, visits per period, longest gap; the same as by walking through the rows one by one."""

from itertools import pairwise
from unittest import mock

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cotmoc.geo.fixes import NO_TIME
from cotmoc.measure.engine import bins as module
from cotmoc.measure.engine.bins import bins
from cotmoc.measure.engine.values import Intervals
from tests.measure.engine.walks import ROWS, START, rows_of

LENGTH = 1000.0
PERIODS = START + np.array([0, 1500, 4000]) * 1000
WALKS = st.lists(
    st.builds(
        lambda start, steps, began: [(*step, began + 60 * at) for at, step in enumerate(legs(start, steps))],
        st.integers(0, 1000), st.lists(st.integers(-400, 400), max_size=8), st.integers(0, 3500),
    ),
    max_size=4,
)  # fmt: skip
"""Walks that go on from minute to minute, there and back: (from_m, to_m, first_s) of each row."""


def legs(start: int, steps: list[int]) -> list[tuple[int, int]]:
    places = np.clip(np.cumsum([start, *steps]), 0, 1000).tolist()
    return [(min(pair), max(pair)) for pair in pairwise(places)]


def seconds(moments: np.ndarray) -> list[float | None]:
    return [None if moment == NO_TIME else (moment - START) / 1000 for moment in moments.tolist()]


def agrees(intervals: Intervals, pause: float, length: float, width: float, blocks: int) -> None:
    with mock.patch.multiple(module, BLOCKS=blocks, COLUMNS=blocks + 2):
        table = bins(intervals, length, PERIODS, pause_s=pause, width_m=width)
    assert table.edges[-1] == length
    for number, (low, high) in enumerate(pairwise(table.edges)):
        visits = by_hand(intervals.during(PERIODS[0], PERIODS[-1]).within(low, high), pause, (high - low) / 2)
        counts = [sum(a <= begin < b for begin, _ in visits) for a, b in pairwise(PERIODS)]
        assert table.visits[number].tolist() == counts
        assert table.last[number] == max((end for _, end in visits), default=NO_TIME)
        assert table.longest_gap_ms[number] == gap_by_hand(visits)


def by_hand(rows: Intervals, pause_s: float, enough_m: float) -> list[tuple[int, int]]:
    """Begin and end of the visits that covered enough, whole metres counted one by one."""
    visits = []
    for group in np.unique(rows.group):
        mine = rows.take((rows.group == group) & (rows.to_m > rows.from_m))
        visit: list[int] = []
        for row in [*np.argsort(mine.first, kind="stable").tolist(), None]:
            over = visit and (row is None or mine.first[row] - mine.last[visit].max() > pause_s * 1000)
            if over:
                metres = {m for i in visit for m in range(int(mine.from_m[i]), int(mine.to_m[i]))}
                if len(metres) >= enough_m:
                    visits.append((int(mine.first[visit].min()), int(mine.last[visit].max())))
                visit = []
            visit += [] if row is None else [row]
    return sorted(visits)


def gap_by_hand(visits: list[tuple[int, int]]) -> int:
    longest, seen, until = 0, int(PERIODS[0]), int(PERIODS[-1])
    for begin, end in [*visits, (until, until)]:
        longest, seen = max(longest, begin - seen), max(seen, min(end, until))
    return longest


SIZES = st.sampled_from([(1000.0, 100.0), (976.0, 100.0), (1000.0, 1000.0), (1000.0, 40.0)])


@given(ROWS, st.sampled_from([0, 60, 10_000]), SIZES, st.sampled_from([1, 3, 40, 400]))
def test_bins_agree_with_counting_by_hand(rows, pause, size, blocks):
    length, width = size
    agrees(rows_of(rows).certain(True).within(0, length), pause, length, width, blocks)


@given(WALKS, st.sampled_from([0, 30, 60, 200]), SIZES, st.sampled_from([2, 40, 400]))
def test_walks_there_and_back_agree_with_counting_by_hand(walks, pause, size, blocks):
    length, width = size
    rows = [
        (low, high, first, first + 59, group % 3, True) for group, walk in enumerate(walks) for low, high, first in walk
    ]
    agrees(rows_of(rows).certain(True).within(0, length), pause, length, width, blocks)


@given(st.integers(0, 2**32), st.sampled_from([1, 5, 30, 400]))
def test_many_visits_agree_with_counting_by_hand(seed, blocks):
    ends = np.sort(np.random.default_rng(seed).integers(0, 1001, (200, 2)), axis=1).tolist()
    rows = [(low, high, 18 * at, 18 * at + 9, at % 3, True) for at, (low, high) in enumerate(ends)]
    agrees(rows_of(rows).certain(True), 30, LENGTH, 100.0, blocks)


def test_a_line_without_length_has_no_bins():
    nothing = bins(Intervals.empty(), 0.0, [START, START + 1])
    assert (len(nothing), nothing.visits.shape) == (0, (0, 1))
    assert bins(Intervals.empty(), 150.0, [START, START + 7]).longest_gap_ms.tolist() == [7, 7]


def test_a_bin_is_visited_when_half_of_it_was():
    rows = [(0, 50, 0, 10, 0, True), (100, 149, 0, 10, 0, True), (951, 976, 0, 10, 0, True)]
    table = bins(rows_of(rows).certain(True), 980.0, [START, START + 60_000], width_m=100)
    assert len(table) == 10
    assert table.edges[-1] == 980
    assert table.visits[:, 0].tolist() == [1, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    shorter = bins(rows_of(rows).certain(True), 976.0, [START, START + 60_000], width_m=950)
    assert shorter.visits[:, 0].tolist() == [0, 1]  # the last bin is 26 m long, 25 m of it were covered


def test_rows_of_one_visit_add_up_and_overlaps_do_not():
    rows = [(0, 30, 0, 10, 0, True), (20, 50, 10, 20, 0, True)]
    apart = [(0, 30, 0, 10, 0, True), (0, 30, 10, 20, 0, True), (20, 30, 10, 20, 1, True)]
    one, none = (bins(rows_of(r).certain(True), 100.0, [START, START + 60_000]) for r in (rows, apart))
    assert (one.visits.tolist(), seconds(one.last)) == ([[1]], [20])
    assert (none.visits.tolist(), seconds(none.last)) == ([[0]], [None])


def test_visits_per_period_and_longest_gap():
    rows = [(0, 100, 10, 20, 0, True), (0, 100, 500, 510, 1, True), (0, 100, 520, 530, 0, True)]
    edges = START + np.array([0, 100, 600, 1000]) * 1000
    table = bins(rows_of(rows).certain(True), 200.0, edges, pause_s=60)
    assert table.visits.tolist() == [[1, 2, 0], [0, 0, 0]]
    assert table.longest_gap_ms.tolist() == [480_000, 1_000_000]
    assert seconds(table.last) == [530, None]
