"""The duplicated sample gives 10,147 fixes and 1,159.98 km with and without its duplicates."""

from pathlib import Path

import numpy as np
import pytest
import shapely
from pyproj import Geod

from cotmoc.geo.fixes import Fixes

pq = pytest.importorskip("pyarrow.parquet")
GEOD = Geod(ellps="WGS84")
SAMPLE = "peers/get-patrol-observations-from-smart.example-return.parquet"

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def patrols(shared: Path) -> list[Fixes]:
    """Each patrol's fixes, every one repeated for each member of its team."""
    table = pq.read_table(shared / SAMPLE, columns=["patrol_id", "fixtime", "geometry"])
    places = shapely.get_coordinates(shapely.from_wkb(table["geometry"].to_numpy()))
    moments = table["fixtime"].to_numpy().astype("M8[ms]").astype(np.int64)
    patrol = np.array(table["patrol_id"].to_pylist(), str)
    whole = Fixes.of(moments, places[:, 0], places[:, 1])
    return [whole.take(patrol == name) for name in np.unique(patrol)]


def kilometres(fixes: Fixes) -> float:
    return GEOD.line_length(fixes.lon, fixes.lat) / 1000


def test_fixes_and_distance(patrols: list[Fixes]) -> None:
    assert (len(patrols), sum(map(len, patrols))) == (18, 32_145)
    tidy = [patrol.tidy()[0] for patrol in patrols]
    assert sum(map(len, tidy)) == 10_147
    assert sum(map(kilometres, tidy)) == pytest.approx(1_159.98, abs=0.005)


def test_without_the_duplicates_it_is_the_same_track(patrols: list[Fixes]) -> None:
    for patrol in patrols:
        tidy, _ = patrol.tidy()
        assert tidy.digest() == patrol.digest()
        assert kilometres(tidy.tidy()[0]) == kilometres(tidy)
