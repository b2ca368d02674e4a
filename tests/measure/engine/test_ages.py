"""How long ago each place was visited: exact along the line, and per 100 m."""

from datetime import UTC, date, datetime
from unittest import mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cotmoc.geo.fixes import NO_TIME
from cotmoc.measure.engine import ages
from cotmoc.measure.engine.ages import last_visits, metres_by_age, month_edges, overdue_spans
from cotmoc.measure.engine.through import newest_rows
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


def test_months_begin_at_local_midnight():
    edges = month_edges(date(2020, 11, 24), 3, "Asia/Ho_Chi_Minh")
    assert [datetime.fromtimestamp(edge / 1000, UTC).isoformat() for edge in edges.tolist()] == [
        "2020-10-31T17:00:00+00:00",
        "2020-11-30T17:00:00+00:00",
        "2020-12-31T17:00:00+00:00",
        "2021-01-31T17:00:00+00:00",
    ]


@given(ROWS, st.sampled_from([1, 3, 1024]))
def test_the_newest_row_of_every_place(rows, first):
    """However few are looked at first; of equally late rows the last one counts."""
    intervals = rows_of(rows).certain(True)
    with mock.patch.object(ages, "FIRST", first):
        edges, owner = newest_rows(intervals, LENGTH)
    for place in (np.arange(0, 1000) + 0.5).tolist():
        here = np.flatnonzero((intervals.from_m < place) & (intervals.to_m > place))
        newest = max(here.tolist(), key=lambda row: (intervals.last[row], row), default=-1)
        assert owner[np.searchsorted(edges, place, side="right") - 1] == newest
