"""The duplicated sample gives 10,147 fixes and 1,159.98 km with and without its duplicates."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cotmoc.geo.fixes import Fixes
from cotmoc.measure.engine.pieces import whole_walks
from cotmoc.measure.engine.values import GroupTrack, Rules
from cotmoc.measure.engine.walked import group_walked_m, walked_m
from tests.measure.engine.walks import WAYS, fixes, track, untimed


@pytest.mark.shared
def test_a_team_of_phones_with_the_same_fixes_walks_once(shared):
    import shapely
    from pyarrow import parquet

    table = parquet.read_table(shared / "peers" / "get-patrol-observations-from-smart.example-return.parquet")
    column = {name: table.column(name).to_numpy(zero_copy_only=False) for name in ("fixtime", "patrol_id", "geometry")}
    time = column["fixtime"].astype("datetime64[ms]").astype(np.int64)
    place = shapely.get_coordinates(shapely.from_wkb(column["geometry"]))
    patrols = [np.flatnonzero(column["patrol_id"] == patrol) for patrol in np.unique(column["patrol_id"])]
    tracks = [Fixes.of(time[rows], place[rows, 0], place[rows, 1]) for rows in patrols]
    assert (len(tracks), sum(map(len, tracks))) == (18, 32_145)

    once = [walk.tidy()[0] for walk in tracks]
    assert sum(map(len, once)) == 10_147
    for sample in (tracks, once):
        assert sum(map(walked_m, sample)) / 1000 == pytest.approx(1159.98, abs=0.005)
    cut = [[track(walk.take(slice(None, 40))), track(walk.take(slice(39, None))), track(walk)] for walk in tracks]
    assert sum(map(group_walked_m, cut)) / 1000 == pytest.approx(1159.98, abs=0.005)


@given(WAYS, st.integers(0, 8))
def test_copies_add_nothing(way, cut):
    walk = fixes(way)
    copies = [track(walk), track(walk.take(slice(cut, None))), track(Fixes.join([walk, walk]))]
    assert group_walked_m(copies) == pytest.approx(walked_m(walk))


def test_there_and_back_without_times_is_twice_the_way():
    assert walked_m(untimed([(0, 0), (300, 400), (0, 0)])) == pytest.approx(1000, abs=0.01)


@pytest.mark.parametrize("way", [[], [(5, 5)]])
def test_no_way_has_no_length(way):
    assert walked_m(fixes(way)) == 0


def test_the_first_of_two_accuracies_is_kept_whatever_the_order():
    walk = fixes([(0, 0), (10, 0)])
    rough = Fixes(walk.time, walk.lon, walk.lat, np.array([30, 30], np.float32))
    members = [GroupTrack("p", walk, "fit"), GroupTrack("p", rough, "gpx")]
    (one,), (other,) = whole_walks(members, Rules()), whole_walks(members[::-1], Rules())
    assert one.fixes.accuracy.tolist() == other.fixes.accuracy.tolist() == [5, 5]
