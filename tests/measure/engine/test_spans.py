"""Stretches along the line: unions, gaps, shares and visits, against counting one point at a time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cotmoc.geo.fixes import NO_TIME
from cotmoc.measure.engine.spans import covered, covered_each, elementary, gaps, overlap, union, visited
from cotmoc.measure.engine.values import Intervals, Spans
from tests.measure.engine.walks import PIECES, ROWS, rows_of

LENGTH = 1000.0
PLACES = np.arange(-0.5, LENGTH + 1)
"""Between whole metres, where nothing begins or ends."""


def holds(spans: Spans) -> np.ndarray:
    inside = (spans.from_m[:, None] < PLACES) & (spans.to_m[:, None] > PLACES)
    assert inside.sum(axis=0).max(initial=0) <= 1  # spans are disjoint
    return inside.any(axis=0)


def spans_of(pieces: list[tuple[int, int]]) -> Spans:
    return union([a for a, _ in pieces], [b for _, b in pieces])


def in_any(pieces: list[tuple[int, int]]) -> np.ndarray:
    return np.any([(a < PLACES) & (b > PLACES) for a, b in pieces], axis=0) if pieces else np.zeros(len(PLACES), bool)


@given(PIECES)
def test_union(pieces):
    spans = spans_of(pieces)
    assert (holds(spans) == in_any(pieces)).all()
    assert (spans.from_m[1:] > spans.to_m[:-1]).all()


@given(PIECES, PIECES)
def test_overlap(one, other):
    assert (holds(overlap(spans_of(one), spans_of(other))) == (in_any(one) & in_any(other))).all()


@given(PIECES, st.tuples(st.integers(0, 1000), st.integers(0, 1000)).map(sorted))
def test_gaps(pieces, stretch):
    low, high = stretch
    expected = ~in_any(pieces) & (low < PLACES) & (high > PLACES)
    assert (holds(gaps(spans_of(pieces), low, high)) == expected).all()


@given(ROWS, st.integers(1, 999))
def test_covered_of_the_parts_sums_to_the_whole(rows, cut):
    intervals = rows_of(rows)
    whole = covered(intervals, 0, LENGTH)
    left, right = covered_each(intervals, [(0, cut), (cut, LENGTH)])
    assert left.sure_m + right.sure_m == pytest.approx(whole.sure_m)
    assert left.possible_m + right.possible_m == pytest.approx(whole.possible_m)
    assert left.length_m + right.length_m == whole.length_m
    assert whole.sure_share == whole.sure_m / LENGTH


def test_a_stretch_without_length_has_no_share():
    nothing = covered(Intervals.empty(), 500, 500)
    assert (nothing.length_m, nothing.sure_m) == (0, 0)
    assert np.isnan(nothing.sure_share)


def visits_at(intervals: Intervals, place: float, pause_s: float) -> int:
    """Counted by hand: each group's presences in order of time, a new visit after more than a pause."""
    here = intervals.take((intervals.from_m < place) & (intervals.to_m > place))
    count = 0
    for group in np.unique(here.group):
        mine = here.take(here.group == group)
        presences = sorted(zip(mine.first.tolist(), mine.last.tolist(), strict=True))
        end = None
        for first, last in presences:
            count += end is None or first - end > pause_s * 1000
            end = last if end is None else max(end, last)
    return count


@given(ROWS, st.sampled_from([0, 30, 600]))
def test_elementary_visits_are_those_counted_by_hand(rows, pause):
    intervals = rows_of(rows).certain(True)
    edges, visits = elementary(intervals, LENGTH, pause)
    assert edges[0] == 0
    assert edges[-1] == LENGTH
    middle = (edges[:-1] + edges[1:]) / 2
    assert visits.tolist() == [visits_at(intervals, place, pause) for place in middle]


def test_visited_spans_tell_first_last_and_visits():
    hour = 3600
    rows = [(0, 100, 0, 10, 0), (50, 150, 5, 20, 0), (60, 80, hour, hour + 5, 0), (140, 200, 2 * hour, 3 * hour, 1)]
    found = visited(rows_of([(*row, True) for row in rows]).certain(True), 1800)
    assert (found.spans.from_m.tolist(), found.spans.to_m.tolist()) == ([0], [200])
    assert found.visits.tolist() == [3]  # group 0 twice, group 1 once
    assert found.last[0] - found.first[0] == 3 * hour * 1000


def test_presence_without_time_is_a_visit_of_its_own():
    intervals = Intervals.of(
        ["p"], [0, 0, 0], [0, 50, 0], [100, 150, 10], [NO_TIME, NO_TIME, 7], [NO_TIME, NO_TIME, 9], [1] * 3
    )
    found = visited(intervals, 1800)
    assert (found.visits.tolist(), found.first.tolist(), found.last.tolist()) == ([2], [7], [9])
    only = visited(intervals.take(intervals.first == NO_TIME), 1800)
    assert (only.visits.tolist(), only.first.tolist(), only.last.tolist()) == ([1], [NO_TIME], [NO_TIME])


def test_intervals_can_be_chosen():
    intervals = rows_of([(0, 100, 0, 10, 0, True), (200, 300, 50, 60, 1, False)])
    start = int(intervals.first[0])
    assert intervals.during(start, start + 1000).from_m.tolist() == [0, 0]
    assert len(intervals.during(start + 1, start + 50_000)) == 0  # half-open, by when presence began
    assert intervals.of_group("1").from_m.tolist() == [200]
    assert len(intervals.of_group("nobody")) == 0
    assert intervals.within(50, 250).to_m.tolist() == [100, 250, 100]
