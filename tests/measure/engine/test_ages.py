"""How long ago each place was visited: exact along the line, and per 100 m."""

from datetime import UTC, date, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cotmoc.geo.fixes import NO_TIME
from cotmoc.measure.engine.ages import bins, last_visits, metres_by_age, month_edges, overdue_spans
from cotmoc.measure.engine.values import DAY_MS, Intervals, LastVisits
from tests.measure.engine.walks import ROWS, START, rows_of

LENGTH = 1000.0


def seconds(moments: np.ndarray) -> list[float | None]:
    return [None if moment == NO_TIME else (moment - START) / 1000 for moment in moments.tolist()]


@given(ROWS, st.integers(-10, 4000))
def test_the_last_visit_of_every_piece(rows, at):
    intervals = rows_of(rows).certain(True)
    moment = START + at * 1000
    visits = last_visits(intervals, LENGTH, moment)
    assert (visits.edges[0], visits.edges[-1], len(visits.edges)) == (0, LENGTH, len(visits) + 1)
    assert (visits.last[1:] != visits.last[:-1]).all()
    for low, high, last in zip(visits.edges[:-1], visits.edges[1:], visits.last, strict=True):
        for place in (low + 1e-3, (low + high) / 2, high - 1e-3):
            here = (intervals.from_m < place) & (intervals.to_m > place) & (intervals.first <= moment)
            assert last == np.minimum(intervals.last[here], moment).max(initial=NO_TIME)


@given(ROWS, st.integers(0, 4000), st.integers(0, 4000))
def test_age_classes_sum_to_the_line_and_agree_with_overdue(rows, at, longest):
    moment = START + at * 1000
    visits = last_visits(rows_of(rows).certain(False), LENGTH, moment)
    metres = metres_by_age(visits, moment, [longest * 1000])
    assert metres.sum() == pytest.approx(LENGTH)
    late = overdue_spans(visits, moment, longest * 1000)
    assert late.length_m == pytest.approx(metres[1:].sum())
    halves = [overdue_spans(visits, moment, longest * 1000, part).length_m for part in ((0, 400), (400, LENGTH))]
    assert sum(halves) == pytest.approx(late.length_m)


def test_classes_of_age():
    visits = LastVisits(np.array([0, 100, 250, 400, 1000.0]), np.array([0, 60 * DAY_MS, 89 * DAY_MS, NO_TIME]))
    metres = metres_by_age(visits, 90 * DAY_MS, [1 * DAY_MS, 30 * DAY_MS])
    assert metres.tolist() == [150, 150, 100, 600]


def test_presence_without_time_has_no_age():
    intervals = Intervals.of(["p"], [0], [0], [1000], [NO_TIME], [NO_TIME], [True])
    assert last_visits(intervals, LENGTH, START).last.tolist() == [NO_TIME]


def test_a_line_without_length_has_no_pieces():
    assert len(last_visits(Intervals.empty(), 0.0, START)) == 0
    nothing = bins(Intervals.empty(), 0.0, [START, START + 1])
    assert (len(nothing), nothing.visits.shape) == (0, (0, 1))


def test_months_begin_at_local_midnight():
    edges = month_edges(date(2020, 11, 24), 3, "Asia/Ho_Chi_Minh")
    assert [datetime.fromtimestamp(edge / 1000, UTC).isoformat() for edge in edges.tolist()] == [
        "2020-10-31T17:00:00+00:00",
        "2020-11-30T17:00:00+00:00",
        "2020-12-31T17:00:00+00:00",
        "2021-01-31T17:00:00+00:00",
    ]


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


@given(ROWS, st.sampled_from([0, 60, 10_000]))
def test_bins_agree_with_counting_by_hand(rows, pause):
    intervals = rows_of(rows).certain(True)
    edges = START + np.array([0, 1500, 4000]) * 1000
    table = bins(intervals, LENGTH, edges, pause_s=pause)
    for number, low in enumerate(table.edges[:-1]):
        assert table.visits[number].tolist() == by_hand(intervals.within(low, low + 100), edges, pause)


def by_hand(intervals: Intervals, edges: np.ndarray, pause_s: float) -> list[int]:
    """Visits per period that covered at least 50 whole metres."""
    counts = [0] * (len(edges) - 1)
    for group in np.unique(intervals.group):
        mine = intervals.take(intervals.group == group)
        visit: list[int] = []
        end = None
        for row in [*np.argsort(mine.first, kind="stable").tolist(), None]:
            if row is None or (end is not None and mine.first[row] - end > pause_s * 1000):
                metres = {m for i in visit for m in range(int(mine.from_m[i]), int(mine.to_m[i]))}
                if len(metres) >= 50:
                    counts[np.searchsorted(edges, mine.first[visit].min(), side="right") - 1] += 1
                visit, end = [], None
            if row is not None:
                visit.append(row)
                end = mine.last[row] if end is None else max(end, mine.last[row])
    return counts
