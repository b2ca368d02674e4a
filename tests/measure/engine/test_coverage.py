"""Coverage is exact and says how sure it is; who walked in the team changes nothing (invariant 5)."""

import itertools

import numpy as np
import pytest
import shapely
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from cotmoc.geo.fixes import Fixes
from cotmoc.geo.line import Line
from cotmoc.measure.engine.coverage import cover
from cotmoc.measure.engine.spans import covered, union
from cotmoc.measure.engine.values import GroupTrack, Intervals, Rules, Spans
from tests.measure.engine.walks import METRES, WAYS, fixes, line, track, untimed

EXACT = Rules(accuracy_m=0, max_hop_m=5000)
QUARTER = 256


def possible(intervals: Intervals) -> Spans:
    rows = intervals.certain(False)
    return union(rows.from_m, rows.to_m)


def same(one: Intervals, other: Intervals) -> None:
    """The two cover the same ground, each group by itself, sure and possible."""
    assert sorted(one.groups) == sorted(other.groups)
    for group in one.groups:
        for sure in (True, False):
            a, b = one.of_group(group).certain(sure), other.of_group(group).certain(sure)
            a_spans, b_spans = union(a.from_m, a.to_m), union(b.from_m, b.to_m)
            assert np.allclose(a_spans.from_m, b_spans.from_m, atol=1e-6)
            assert np.allclose(a_spans.to_m, b_spans.to_m, atol=1e-6)


def reference_m(border: Line, walk: Fixes, radius: float) -> float:
    """Length of the line inside the walk's buffer by GEOS, in flat metres.

    Each step is buffered by itself: over a whole walk GEOS first simplifies what it buffers, by 1 % of the radius.
    """
    x, y = border.projection.to_metres(walk.lon, walk.lat)
    places = np.column_stack([x, y])
    steps = [shapely.LineString(pair) for pair in itertools.pairwise(places)] or shapely.points(places)
    if len(walk) == 0 or radius < 0:
        return 0.0
    area = shapely.union_all(shapely.buffer(np.array(steps), radius, quad_segs=QUARTER))
    s = border.segments
    ends = np.stack([s.ax, s.ay, s.bx, s.by], axis=1).reshape(-1, 2, 2)
    return float(shapely.length(shapely.intersection(shapely.linestrings(ends), area)).sum())


@settings(max_examples=150)
@given(st.lists(WAYS, max_size=3), WAYS, st.floats(1, 400))
@example([[(-500, 0), (500, 0)]], [(0, -300), (0, 300)], 100)  # crossing
@example([[(-500, 0), (500, 0)]], [(-200, 0), (300, 0)], 100)  # coincident, with end caps
@example([[(-500, 0), (500, 0)]], [(-900, 100), (900, 100)], 100)  # parallel at exactly the reach
@example([[(-500, 0), (500, 0)]], [(-300, 90), (-200, -90), (-100, 90), (0, -90)], 40)  # zigzag of the walk
@example([[(x, 60 * (x // 50 % 2)) for x in range(-500, 501, 50)]], [(-500, 30), (500, 30)], 35)  # of the line
@example([[(-500, 0), (500, 0), (0, 500), (0, -500)]], [(0, 10)], 100)  # a lone fix where the line crosses itself
@example([[(-500, 0), (500, 0)]], [], 100)
@example([], [(0, 0), (10, 10)], 100)
@example([[(0, 0), (0, 0)], [(1, 1)]], [(0, 0), (0, 0)], 100)
def test_coverage_is_what_geos_cuts_out_of_the_line(parts, way, radius):
    border, walk = line(*parts), fixes(way)
    mine = possible(cover(border, [track(walk)], Rules(reach_m=radius, accuracy_m=0, max_hop_m=5000))).length_m
    inner = reference_m(border, walk, radius)
    outer = reference_m(border, walk, radius / np.cos(np.pi / (4 * QUARTER)))
    # GEOS' facets lie inside the circle, and the corners of the wider ones outside: the truth lies between.
    assert inner - 1e-2 <= mine <= outer + 1e-2
    assert abs(mine - inner) <= 1 or outer - inner > 1


@settings(max_examples=80)
@given(st.lists(WAYS, min_size=1, max_size=2), WAYS, st.floats(0, 400))
def test_every_end_of_an_interval_is_at_the_reach_or_at_an_end_of_a_part(parts, way, radius):
    border, walk = line(*parts), fixes(way)
    spans = possible(cover(border, [track(walk)], Rules(reach_m=radius, accuracy_m=0, max_hop_m=5000)))
    assume(len(spans))
    s = border.segments
    part_ends = np.concatenate([s.from_m[np.append(True, s.part[1:] != s.part[:-1])], s.to_m[-1:]])
    ends = np.concatenate([spans.from_m, spans.to_m])
    inner = ends[np.abs(ends[:, None] - part_ends).min(axis=1) > 1e-3]
    x, y = border.projection.to_metres(*border.point_at(inner))
    wx, wy = border.projection.to_metres(walk.lon, walk.lat)
    path = shapely.LineString(np.column_stack([wx, wy])) if len(walk) > 1 else shapely.Point(wx[0], wy[0])
    assert shapely.distance(shapely.points(x, y), path) == pytest.approx(radius, abs=1e-3)


@settings(max_examples=80)
@given(WAYS, WAYS, st.lists(st.integers(0, 8), max_size=3), st.booleans(), st.randoms(), st.floats(0, 60))
def test_cut_into_files_in_any_order_with_copies_it_is_the_same_walk(parts, way, cuts, shared_fix, random, accuracy):
    border, walk = line(parts), fixes(way)
    rules = Rules(accuracy_m=accuracy)
    edges = sorted({0, len(walk), *(min(cut, len(walk)) for cut in cuts)})
    files = [track(walk.take(slice(a, b + (1 if shared_fix else 0)))) for a, b in itertools.pairwise(edges)]
    whole = cover(border, [track(walk)], rules)
    random.shuffle(files)
    same(cover(border, files or [track(walk)], rules), whole)
    same(cover(border, [*files, track(walk), *files], rules), whole)  # the team grows: the same fixes again
    same(cover(border, [track(Fixes.join([walk, walk]))], rules), whole)  # each fix twice in one file
    every_second = track(walk.take(slice(None, None, 2)))  # a teammate's phone lost some of them
    same(cover(border, [every_second, track(walk)], rules), whole)


@settings(max_examples=80)
@given(WAYS, WAYS, st.floats(0, 300), st.floats(0, 300), st.floats(0, 300))
def test_sure_is_inside_possible_inside_the_line(parts, way, reach, more, accuracy):
    border, walk = line(parts), fixes(way)
    narrow = covered(cover(border, [track(walk)], Rules(reach_m=reach, accuracy_m=accuracy)), 0, border.length_m)
    wide = covered(cover(border, [track(walk)], Rules(reach_m=reach + more, accuracy_m=accuracy)), 0, border.length_m)
    assert 0 <= narrow.sure_m <= narrow.possible_m + 1e-6 <= border.length_m + 2e-6
    assert narrow.sure_m <= wide.sure_m + 1e-6
    assert narrow.possible_m <= wide.possible_m + 1e-6
    if accuracy == 0:
        assert narrow.sure_m == narrow.possible_m


@settings(max_examples=60)
@given(WAYS, WAYS, st.floats(0, 300))
def test_rows_are_in_order_and_in_their_time(parts, way, reach):
    border, walk = line(parts), fixes(way)
    rows = cover(border, [track(walk)], Rules(reach_m=reach, grain_s=60))
    assert (rows.from_m <= rows.to_m).all()
    assert (rows.from_m >= 0).all()
    assert (rows.to_m <= border.length_m).all()
    assert (rows.first <= rows.last).all()
    assert np.isin(rows.first, walk.time).all()
    assert np.isin(rows.last, walk.time).all()
    assert (rows.last - rows.first <= 60_000 + 20_000).all()
    same(rows, cover(border, [track(walk)], Rules(reach_m=reach)))


STRAIGHT = line([(0, 0), (10_000, 0)])


@pytest.mark.parametrize(
    ("seconds", "metres", "joined"),
    [
        ((0, 300), (1000, 1250), True),  # exactly the longest gap
        ((0, 300.001), (1000, 1250), False),
        ((0, 20), (1000, 1299.99), True),
        ((0, 20), (1000, 1300.01), False),
    ],
)
def test_a_longer_gap_or_hop_breaks_the_walk(seconds, metres, joined):
    walk = fixes([(metre, 0) for metre in metres], seconds)
    spans = possible(cover(STRAIGHT, [track(walk)], Rules(accuracy_m=0)))
    between = possible(cover(STRAIGHT, [track(walk)], Rules(accuracy_m=0, reach_m=100)))
    assert len(spans) == (1 if joined else 2)
    expected = metres[1] - metres[0] + 200 if joined else 400
    assert between.length_m == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize("cut_at", [2, 3, 4])
def test_two_phones_side_by_side_each_go_on_with_their_own_next_file(cut_at):
    left = [(1000.0 + 200 * i, 80.0) for i in range(6)]
    right = [(1000.0 + 200 * i, -95.0) for i in range(6)]
    phones = [fixes(left, range(0, 360, 60)), fixes(right, range(5, 365, 60))]
    whole = cover(STRAIGHT, [track(phone) for phone in phones], Rules(accuracy_m=0))
    files = [phone.take(part) for phone in phones for part in (slice(0, cut_at), slice(cut_at, None))]
    same(cover(STRAIGHT, [track(file) for file in files], Rules(accuracy_m=0)), whole)


def test_a_loop_between_two_files_is_not_jumped_over():
    """The nearest next file in space is not the next one in time."""
    out = fixes([(1000, 0), (1200, 0)], [0, 20])
    loop = fixes([(1400, 0), (1400, 200), (1250, 200)], [40, 60, 80])
    back = fixes([(1210, 0), (1000, 0)], [100, 120])
    whole = Fixes.join([out, loop, back])
    same(
        cover(STRAIGHT, [track(part) for part in (back, out, loop)], EXACT),
        cover(STRAIGHT, [track(whole)], EXACT),
    )


def test_a_year_of_lone_fixes_is_no_burden():
    """A tracker that reports every ten minutes breaks at each fix; asked under a gap of an hour it is one walk."""
    places = [(1000.0 + i % 40, 50.0) for i in range(50_000)]
    walk = track(fixes(places, range(0, 600 * 50_000, 600)))
    lone, joined = (cover(STRAIGHT, [walk], Rules(accuracy_m=0, max_gap_s=gap)) for gap in (300, 3600))
    half = np.sqrt(100**2 - 50**2)
    assert possible(lone).length_m == pytest.approx(39 + 2 * half, abs=0.01)
    same(lone, joined)


def test_groups_are_not_joined_with_each_other():
    ways = [fixes([(1000, 0)], [0]), fixes([(1290, 0)], [20])]
    apart = cover(STRAIGHT, [GroupTrack(str(i), way) for i, way in enumerate(ways)], Rules(accuracy_m=0, reach_m=50))
    assert possible(apart).length_m == pytest.approx(200, abs=0.01)
    assert apart.groups == ("0", "1")


def test_without_times_only_hops_break():
    rows = cover(STRAIGHT, [track(untimed([(1000, 0), (1250, 0), (1600, 0)]))], Rules(accuracy_m=0))
    assert possible(rows).length_m == pytest.approx(250 + 200 + 200, abs=0.01)
    assert set(rows.first) == set(rows.last) == {np.iinfo(np.int64).min}


def test_the_accuracy_of_a_step_is_the_worse_one_of_its_fixes():
    walk = fixes([(1000, 0), (1200, 0)])
    known = Fixes(walk.time, walk.lon, walk.lat, np.array([5, 30], np.float32))
    result = covered(cover(STRAIGHT, [track(known)], Rules(accuracy_m=0)), 0, 10_000)
    assert result.sure_m == pytest.approx(200 + 2 * 70, abs=0.01)
    assert result.possible_m == pytest.approx(200 + 2 * 130, abs=0.01)


@pytest.mark.parametrize(("source", "accuracy"), [("gpx", 10), ("fit", 5), ("KML", 15), ("unheard", 15)])
def test_unknown_accuracy_goes_by_the_kind_of_source(source, accuracy):
    result = covered(cover(STRAIGHT, [track(fixes([(1000, 0)]), source=source)], Rules()), 0, 10_000)
    assert (result.sure_m, result.possible_m) == pytest.approx((200 - 2 * accuracy, 200 + 2 * accuracy), abs=0.01)


@pytest.mark.parametrize(("accuracy", "touches"), [(100, True), (100.5, False)])
def test_with_an_error_as_large_as_the_reach_only_touching_is_sure(accuracy, touches):
    """The line's first vertex and the fix are the same place to the last bit."""
    border = Line.from_lonlat([[(107.5, 15.6), (107.5, 15.7)]])
    rows = cover(border, [track(Fixes.of([0], [107.5], [15.6]))], Rules(accuracy_m=accuracy)).certain(True)
    assert rows.from_m.tolist() == rows.to_m.tolist() == ([0.0] if touches else [])


@settings(max_examples=40)
@given(METRES, METRES, METRES, st.floats(0, 300))
def test_a_lone_fix_reaches_a_straight_line_by_pythagoras(x, y, shift, reach):
    border = line([(-2000, shift), (2000, shift)])
    half = np.sqrt(max(0.0, reach**2 - (y - shift) ** 2))
    mine = possible(cover(border, [track(fixes([(x, y)]))], Rules(reach_m=reach, accuracy_m=0))).length_m
    assume(abs(reach - abs(y - shift)) > 1e-3)  # at a graze the root of a rounding error shows
    assert mine == pytest.approx(2 * half, abs=1e-2)


@pytest.mark.parametrize("wrong", [{"reach_m": -1}, {"max_gap_s": float("nan")}, {"accuracy_m": -2}, {"grain_s": 0}])
def test_rules_check_themselves(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Rules(**wrong)
