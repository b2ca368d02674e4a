"""Per marker every visit: enter, leave, nearest distance, dwell, and by whom."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings

from cotmoc.geo.fixes import NO_TIME, Fixes
from cotmoc.measure.engine.values import GroupTrack, MarkerVisits, Rules
from cotmoc.measure.engine.visits import marker_visits, nearest_m
from tests.measure.engine.walks import METRES, PLANE, START, WAYS, fixes, lonlat, track, untimed

RULES = Rules(accuracy_m=0, max_hop_m=5000)


def visits(places: list[tuple[float, float]], tracks: list[GroupTrack], rules: Rules = RULES) -> MarkerVisits:
    lon, lat = lonlat(places).T
    return marker_visits(lon, lat, tracks, PLANE, rules)


def after(moments: np.ndarray) -> list[float]:
    return ((moments - START) / 1000).tolist()


def test_walking_by_at_an_even_pace():
    """1 m/s past a marker 60 m aside, reach 100 m: 80 m before to 80 m behind."""
    found = visits(
        [(500, 60), (5000, 0)], [track(fixes([(0, 0), (300, 0), (1000, 0)], [0, 300, 1000]))], Rules(100, 900, 900, 0)
    )
    assert found.marker.tolist() == [0]
    assert (after(found.enter), after(found.leave)) == ([420], [580])
    assert found.nearest_m.tolist() == pytest.approx([60], abs=1e-3)
    assert found.dwell_s.tolist() == [160]
    assert found.sure.all()


@pytest.mark.parametrize(("away_s", "count"), [(1800, 1), (1801, 2)])
def test_a_pause_does_not_make_a_new_visit(away_s, count):
    rules = Rules(accuracy_m=0, max_gap_s=1e6, max_hop_m=1e6)
    there, away = (0.0, 0.0), (100.0 + 1e-4, 0.0)
    walk = fixes([there, there, away, away, there], [0, 60, 60.001, 60 + away_s, 60 + away_s])
    found = visits([there], [track(walk)], rules)
    assert len(found) == count
    assert found.dwell_s.sum() == pytest.approx(60, abs=0.01)


def test_groups_visit_apart_and_phones_of_one_group_together():
    first, second = fixes([(0, 0), (10, 0)], [0, 100]), fixes([(0, 5), (10, 5)], [50, 200])
    by_two = visits([(0, 0)], [track(first, "a"), track(second, "b")])
    assert [by_two.groups[group] for group in by_two.group] == ["a", "b"]
    assert by_two.dwell_s.tolist() == [100, 150]
    by_one = visits([(0, 0)], [track(first, "a"), track(second, "a")])
    assert (len(by_one), by_one.dwell_s.tolist(), by_one.nearest_m.tolist()) == (1, [200], pytest.approx([0], abs=1e-3))


def test_sure_needs_the_accuracy_inside_the_reach():
    walk = fixes([(80, 0)])
    assert visits([(0, 0)], [track(walk)], Rules(accuracy_m=19)).sure.tolist() == [True]
    assert visits([(0, 0)], [track(walk)], Rules(accuracy_m=21)).sure.tolist() == [False]


def test_without_times_there_is_one_visit_without_hours():
    found = visits([(0, 0)], [track(untimed([(0, 0), (250, 0), (0, 50)]))])
    assert (found.enter.tolist(), found.leave.tolist(), found.dwell_s.tolist()) == ([NO_TIME], [NO_TIME], [0])


@pytest.mark.parametrize(("places", "walk"), [([], fixes([(0, 0)])), ([(0, 0)], Fixes.empty())])
def test_nothing_is_an_ordinary_case(places, walk):
    assert len(visits(places, [track(walk)])) == 0
    assert len(visits(places, [])) == 0


@settings(max_examples=60)
@given(WAYS, METRES, METRES)
def test_nearest_distances_are_those_of_geos(way, x, y):
    walk = fixes(way)
    found = visits([(x, y)], [track(walk)], Rules(200, 1e6, 1e6, 0, 1e6))
    lon, lat = lonlat([(x, y)]).T
    nearest = nearest_m(lon, lat, [track(walk)], PLANE, RULES)
    if not way:
        assert (len(found), nearest.tolist()) == (0, [np.inf])
        return
    path = shapely.LineString(way) if len(way) > 1 else shapely.Point(way[0])
    distance = shapely.distance(path, shapely.Point(x, y))
    assert nearest.tolist() == pytest.approx([distance], abs=1e-3)
    if abs(distance - 200) > 1e-3:
        assert found.nearest_m.tolist() == pytest.approx([distance] if distance < 200 else [], abs=1e-3)
        assert (found.enter <= found.leave).all()
        assert (found.dwell_s * 1000 <= found.leave - found.enter + 1).all()
