"""An archive of fixes gives what the reference gives for the same tracks; order, partition and copies change nothing."""

import os

import numpy as np
import pytest

pytest.importorskip("numba", reason="the fast engine is not installed (extra `fast`)")
pytest.importorskip("pyarrow", reason="pyarrow is not installed (extra `fast`)")

from cotmoc.geo.fixes import PLACE_UNITS, Fixes
from cotmoc.measure.archive import fixes as archive_fixes
from cotmoc.measure.archive import months, spread
from cotmoc.measure.engine import coverage, survey
from cotmoc.measure.engine.survey import Posts
from cotmoc.measure.engine.values import GroupTrack, Rules
from tests.measure.engine.walks import PLANE
from tests.measure.fast.agree import agree, agree_on_survey
from tests.measure.fast.test_same_as_reference import LINES, wander

BORDER = LINES["loops"]
REACHES_M = (25.0, 100.0)
POSTS = Posts(*PLANE.to_degrees([-1400, -700, 0, 700, 5000], [30, 60, 20, 200, 0]), 50.0)


def stored(fixes: Fixes) -> Fixes:
    """As an archive holds them: whole units, an accuracy each."""
    places = [np.rint(place * PLACE_UNITS) / PLACE_UNITS for place in (fixes.lon, fixes.lat)]
    return Fixes(fixes.time, *places, fixes.accuracy)


def some_groups(count: int = 6) -> list[list[GroupTrack]]:
    """Walks of one phone, of two side by side, and of one with copies."""
    groups = []
    for number in range(count):
        walks = [stored(wander(number, 6, 20 + 10 * number, 5))]
        if number % 3 == 1:
            late = stored(wander(100 + number, 6, -40, 5))
            walks.append(Fixes(late.time + 2500, late.lon, late.lat, late.accuracy))
        if number % 3 == 2:
            walks.append(walks[0].take(slice(50, 300)))
        groups.append([GroupTrack(f"g{number}", walk, "gpx") for walk in walks])
    return groups


@pytest.fixture
def archive(tmp_path, monkeypatch):
    monkeypatch.setattr(archive_fixes, "ROW_GROUP", 900)  # several row groups a file
    groups = some_groups()
    archive_fixes.write(tmp_path / "2020-09.parquet", groups[:4])
    archive_fixes.write(tmp_path / "2020-10.parquet", groups[4:])
    return tmp_path


def expected(rules: Rules):
    tracks = [
        GroupTrack(f"{'2020-09' if number < 4 else '2020-10'}/{track.group}", track.fixes, track.source)
        for number, group in enumerate(some_groups())
        for track in group
    ]
    return tracks, coverage.cover(BORDER, tracks, rules)


@pytest.mark.parametrize("rules", [Rules(), Rules(reach_m=50, max_gap_s=20, grain_s=600)])
def test_an_archive_gives_what_the_reference_gives(archive, rules):
    tracks, reference = expected(rules)
    found = months.cover_archive(BORDER, archive, rules, [rules.reach_m]).intervals[0]
    agree(BORDER, tracks, rules, found, reference)
    assert len(archive_fixes.parts(archive / "2020-09.parquet")) > 1


def covered(archive, rules):
    return months.cover_archive(BORDER, archive, rules, [rules.reach_m]).intervals[0]


def test_several_reaches_and_visits_at_once(archive):
    tracks, _ = expected(Rules())
    reference = survey.survey(BORDER, tracks, Rules(), REACHES_M, POSTS)
    whole = months.cover_archive(BORDER, archive, Rules(), REACHES_M, POSTS)
    agree_on_survey(BORDER, tracks, Rules(), REACHES_M, whole, reference)


def test_a_new_reach_leaves_the_others_as_they_are(archive, monkeypatch):
    asked: list[tuple[float, ...]] = []
    of = months.Engine.of
    monkeypatch.setattr(months.Engine, "of", lambda *a: asked.append((tuple(a[3]), len(a[4]))) or of(*a))
    months.cover_archive(BORDER, archive, Rules(), [50.0], POSTS)
    months.cover_archive(BORDER, archive, Rules(), [50.0, 100.0], POSTS)
    months.cover_archive(BORDER, archive, Rules(), [100.0], Posts(POSTS.lon, POSTS.lat, 30.0))
    assert asked == [((50.0,), 5), ((100.0,), 0), ((), 5)]


def test_only_what_changed_is_computed_again(archive, monkeypatch):
    rules = Rules()
    before = covered(archive, rules)
    done: list[str] = []
    whole = months.part_rows
    monkeypatch.setattr(
        months, "part_rows", lambda engine, part, room: done.append(part.path) or whole(engine, part, room)
    )
    again = covered(archive, rules)
    assert done == []
    assert np.array_equal(again.from_m, before.from_m)
    archive_fixes.write(archive / "2020-10.parquet", some_groups()[5:])
    changed = covered(archive, rules)
    assert {os.path.basename(path) for path in done} == {"2020-10.parquet"}
    assert len(changed.groups) == len(before.groups) - 1
    assert len(list((archive / months.KEPT_IN).iterdir())) == 2


def test_a_damaged_table_is_computed_again(archive):
    """What is kept is derived: a kill of the disk's, not ours, costs time only."""
    before = covered(archive, Rules())
    kept = sorted((archive / months.KEPT_IN).glob("*.parquet"))
    kept[0].write_bytes(b"")
    kept[1].write_bytes(kept[1].read_bytes()[:100])
    again = covered(archive, Rules())
    assert np.array_equal(again.from_m, before.from_m)


def test_a_damaged_file_of_fixes_is_named(archive):
    path = archive / "2020-10.parquet"
    path.write_bytes(path.read_bytes()[:500])
    with pytest.raises(ValueError, match=r"2020-10\.parquet"):
        covered(archive, Rules())


def test_an_empty_archive_covers_nothing(tmp_path):
    assert len(covered(tmp_path, Rules())) == 0


def test_a_file_of_something_else_is_refused(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"x": [1]}), tmp_path / "x.parquet")
    with pytest.raises(ValueError, match="holds no fixes"):
        archive_fixes.group_names(tmp_path / "x.parquet")


def test_the_month_is_that_of_the_first_fix():
    assert archive_fixes.month_of(some_groups()[0]) == "2020-09"


def test_dask_gives_the_same(archive):
    distributed = pytest.importorskip("distributed", reason="Dask is not installed")
    rules = Rules()
    tracks, _ = expected(rules)
    reference = survey.survey(BORDER, tracks, rules, REACHES_M, POSTS)
    with (
        distributed.LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        found = spread.by_dask(client, BORDER, months.files_of(archive), rules, REACHES_M, POSTS)
    agree_on_survey(BORDER, tracks, rules, REACHES_M, found, reference)


def test_spark_gives_the_same(archive, monkeypatch):
    sql = pytest.importorskip("pyspark.sql", reason="PySpark is not installed")
    import sys

    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    rules = Rules()
    tracks, _ = expected(rules)
    reference = survey.survey(BORDER, tracks, rules, REACHES_M, POSTS)
    session = sql.SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
    try:
        found = spread.by_spark(session, BORDER, months.files_of(archive), rules, REACHES_M, POSTS)
    finally:
        session.stop()
    agree_on_survey(BORDER, tracks, rules, REACHES_M, found, reference)
