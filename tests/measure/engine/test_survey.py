"""One call for several reaches and the markers gives what the single questions give, by either engine."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cotmoc.measure.engine.coverage import cover
from cotmoc.measure.engine.survey import Posts, survey
from cotmoc.measure.engine.values import ROW_COLUMNS, MarkerVisits, Rules
from cotmoc.measure.engine.visits import marker_visits
from tests.measure.engine.walks import METRES, WAYS, fixes, line, lonlat, track

BORDER = line([(-800, 0), (0, 100), (800, 0)])
RULES = Rules(accuracy_m=5)


def posts(metres: list[tuple[float, float]], reach_m: float) -> Posts:
    lon, lat = lonlat(metres).T
    return Posts(lon, lat, reach_m)


def visit_columns(visits: MarkerVisits) -> list[list]:
    names = ("marker", "group", "enter", "leave", "nearest_m", "dwell_s", "sure")
    return [getattr(visits, name).tolist() for name in names]


@given(WAYS, WAYS, st.lists(st.sampled_from([0, 25, 50, 100]), max_size=3), st.lists(st.tuples(METRES, METRES)))
def test_a_survey_is_its_questions(one, other, reaches, places):
    tracks = [track(fixes(way), name) for way, name in ((one, "p"), (other, "q"))]
    markers = posts(places, 60)
    found = survey(BORDER, tracks, RULES, reaches, markers)
    assert len(found.intervals) == len(reaches)
    for reach, rows in zip(reaches, found.intervals, strict=True):
        expected = cover(BORDER, tracks, replace(RULES, reach_m=reach))
        assert rows.groups == expected.groups
        assert all(np.array_equal(getattr(rows, name), getattr(expected, name)) for name in ROW_COLUMNS)
    expected = marker_visits(markers.lon, markers.lat, tracks, BORDER.projection, replace(RULES, reach_m=60))
    assert found.visits.groups == expected.groups
    assert visit_columns(found.visits) == visit_columns(expected)


def test_nothing_asked_nothing_found():
    found = survey(BORDER, [track(fixes([(0, 0), (10, 0)]))], RULES, (), Posts.none())
    assert (found.intervals, found.visits.groups, len(found.visits)) == ((), ("p",), 0)
    assert len(survey(BORDER, [], RULES, (50,), Posts.none()).intervals[0]) == 0


def test_the_compiled_engine_surveys_alike():
    pytest.importorskip("numba", reason="the fast engine is not installed (extra `fast`)")
    from cotmoc.measure.engine.fast.survey import survey as fast_survey

    way = [(-900 + 12 * i, 30 * np.sin(i / 5)) for i in range(150)]
    tracks = [track(fixes(way), "p"), track(fixes(way[::-1][:70]), "q")]
    markers = posts([(0, 100), (-400, 20), (5000, 0)], 60)
    one, other = (engine(BORDER, tracks, RULES, (25, 100), markers) for engine in (survey, fast_survey))
    assert one.visits.groups == other.visits.groups
    for mine, theirs in zip(visit_columns(one.visits), visit_columns(other.visits), strict=True):
        assert mine == pytest.approx(theirs, abs=1e-6)
    for mine, theirs in zip(one.intervals, other.intervals, strict=True):
        order, same = (np.lexsort((x.from_m, x.first, x.sure, x.group)) for x in (mine, theirs))
        assert mine.groups == theirs.groups
        for name in ROW_COLUMNS:
            assert getattr(mine, name)[order] == pytest.approx(getattr(theirs, name)[same], abs=1e-6)
