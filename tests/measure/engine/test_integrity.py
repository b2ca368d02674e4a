"""A marker is intact, damaged or unknown (invariant 4); damage does not expire, proof does."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cotmoc.measure.engine.integrity import DamageCase, Inspection, Reason, State, history, verdict
from cotmoc.measure.engine.values import DAY_MS

FRESH = 90


def day(number: float) -> int:
    return round(number * DAY_MS)


def good(at: float, name: str = "", photos: int = 2, answered: int = 8) -> Inspection:
    return Inspection(name or f"good@{at:g}", day(at), True, answered, 8, photos)


def bad(at: float) -> Inspection:
    return Inspection(f"bad@{at:g}", day(at), False, 3, 8, 0)


def case(opened: float, closed: float | None = None) -> DamageCase:
    return DamageCase(f"case@{opened:g}", day(opened), None if closed is None else day(closed))


@pytest.mark.parametrize(
    ("inspections", "cases", "at", "state", "reason", "evidence"),
    [
        ([], [], 10, State.UNKNOWN, Reason.NEVER, ()),
        ([good(1)], [], 10, State.INTACT, Reason.PROVEN, ("good@1",)),
        ([good(1)], [], 91, State.INTACT, Reason.PROVEN, ("good@1",)),  # exactly 90 days old
        ([good(1)], [], 91.001, State.UNKNOWN, Reason.EXPIRED, ("good@1",)),
        ([good(1)], [], 0.5, State.UNKNOWN, Reason.NEVER, ()),  # not seen yet
        ([good(1, photos=1)], [], 2, State.UNKNOWN, Reason.INCOMPLETE, ("good@1",)),
        ([good(1, answered=7)], [], 2, State.UNKNOWN, Reason.INCOMPLETE, ("good@1",)),
        (
            [good(1), good(95, photos=0)],
            [],
            96,
            State.UNKNOWN,
            Reason.EXPIRED,
            ("good@1",),
        ),  # incomplete proves nothing
        ([good(1), bad(5)], [], 6, State.DAMAGED, Reason.FOUND_BAD, ("bad@5",)),
        ([bad(5)], [], 5000, State.DAMAGED, Reason.FOUND_BAD, ("bad@5",)),  # damage does not expire
        ([good(5), bad(5)], [], 6, State.DAMAGED, Reason.FOUND_BAD, ("bad@5",)),  # not older than the good one
        ([bad(5), good(8, photos=1)], [], 9, State.DAMAGED, Reason.FOUND_BAD, ("bad@5",)),  # nor does it cancel
        ([bad(5), good(8)], [], 9, State.INTACT, Reason.PROVEN, ("good@8",)),
        ([good(1)], [case(5)], 6, State.DAMAGED, Reason.CASE_OPEN, ("case@5",)),
        ([good(6)], [case(5)], 7, State.DAMAGED, Reason.CASE_OPEN, ("case@5",)),  # an open case stands against it
        ([good(1)], [case(5, 9)], 8.999, State.DAMAGED, Reason.CASE_OPEN, ("case@5",)),
        ([good(1)], [case(5, 9)], 9, State.UNKNOWN, Reason.REPAIR_UNPROVEN, ("case@5",)),
        ([good(1), good(9)], [case(5, 9)], 9, State.INTACT, Reason.PROVEN, ("good@9",)),
        ([], [case(5, 9)], 10, State.UNKNOWN, Reason.REPAIR_UNPROVEN, ("case@5",)),
        ([], [case(5), case(7)], 8, State.DAMAGED, Reason.CASE_OPEN, ("case@7", "case@5")),
    ],
)
def test_the_rule(inspections, cases, at, state, reason, evidence):
    result = verdict(inspections, cases, day(at), FRESH)
    assert (result.state, result.reason, result.evidence) == (state, reason, evidence)


def test_an_intact_object_says_since_when_and_until_when():
    result = verdict([good(1), good(60)], [], day(100), FRESH)
    assert (result.since, result.expires) == (day(1), day(150))


def test_since_counts_the_state_not_its_reason():
    result = verdict([good(1), bad(5)], [case(6)], day(7), FRESH)
    assert (result.reason, result.since, result.expires) == (Reason.CASE_OPEN, day(5), None)


def test_the_band_of_the_marker_page():
    """Damaged on day 100, repaired on day 120 and proven then; the proof runs out on day 210."""
    inspections, cases = [good(30), bad(100), good(120)], [case(100, 120)]
    band = history(inspections, cases, day(0), day(366), FRESH)
    assert [(e.state, e.since, e.until) for e in band] == [
        (State.UNKNOWN, day(0), day(30)),
        (State.INTACT, day(30), day(100)),
        (State.DAMAGED, day(100), day(120)),
        (State.INTACT, day(120), day(210) + 1),
        (State.UNKNOWN, day(210) + 1, day(366)),
    ]


def test_an_empty_period_has_no_band():
    assert history([good(1)], [], day(5), day(5)) == ()


DAYS = st.integers(0, 400)
INSPECTIONS = st.lists(st.builds(good, DAYS, photos=st.integers(0, 3)) | st.builds(bad, DAYS), max_size=6)
CASES = st.lists(
    st.tuples(DAYS, st.none() | st.integers(1, 100)).map(lambda c: case(c[0], None if c[1] is None else c[0] + c[1])),
    max_size=3,
)


@given(INSPECTIONS, CASES, DAYS, st.integers(1, 400))
def test_the_band_has_no_holes_and_agrees_with_the_verdict_of_every_day(inspections, cases, start, length):
    band = history(inspections, cases, day(start), day(start + length), FRESH)
    assert band[0].since == day(start)
    assert band[-1].until == day(start + length)
    assert all(one.until == other.since for one, other in itertools.pairwise(band))
    for episode in band:
        for moment in (episode.since, episode.until - 1):
            result = verdict(inspections, cases, moment, FRESH)
            assert (result.state, result.reason, result.evidence) == (episode.state, episode.reason, episode.evidence)
            assert result.since is None or result.since <= moment


@given(INSPECTIONS, CASES, DAYS, st.randoms())
def test_the_order_of_records_means_nothing(inspections, cases, at, random):
    named = [
        Inspection(f"{n}", i.at, i.good, i.items_answered, i.items_asked, i.photos) for n, i in enumerate(inspections)
    ]
    before = verdict(named, cases, day(at))
    random.shuffle(named)
    random.shuffle(cases)
    assert verdict(named, cases, day(at)) == before
