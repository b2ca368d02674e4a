"""`cotmoc measure coverage … --reach 25,50 --bins --stretches --intervals`, asked of track files and of an archive alike."""

import csv
import json
from pathlib import Path

import pytest

from cotmoc.base.problems import Problem
from cotmoc.geo.fixes import Fixes
from cotmoc.measure.engine.values import GroupTrack
from cotmoc.measure.files import read_files
from tests.measure.engine.walks import lonlat
from tests.measure.test_files import WAY, ask, geojson, gpx

HALF = (100**2 - 40**2) ** 0.5
STRETCHES = "name;from_m;to_m;limit_days\nA;0;1000;30\nB;1000;5000;3\n"


@pytest.fixture(params=["files", "archive"])
def asked(request, tmp_path):
    """Asks about two walks along the first 2 km of a line of 5 km, 40 m beside it, in October and in November."""
    line = lonlat([(0, 0), (5000, 0)]).tolist()
    (tmp_path / "line.geojson").write_text(geojson(("LineString", line, {"id": "a"})))
    near, far = lonlat([(1000, 0), (4000, 0)]).tolist()
    (tmp_path / "markers.geojson").write_text(
        geojson(("Point", near, {"code": "676"}), ("Point", far, {"code": "677"}))
    )
    paths = [tmp_path / "one.gpx", tmp_path / "two.gpx"]
    for path, day in zip(paths, ("2020-10-08", "2020-11-20"), strict=True):
        path.write_text(gpx(WAY, f"{day}T01:00:00"))
    if request.param == "archive":
        pytest.importorskip("numba", reason="the fast engine is not installed (extra `fast`)")
        pytest.importorskip("pyarrow", reason="pyarrow is not installed (extra `fast`)")
        from cotmoc.measure.archive import fixes as archive_fixes

        for path in paths:
            (track,) = read_files([path]).tracks
            exact = Fixes.of(track.fixes.time, track.fixes.lon, track.fixes.lat, [0] * len(track.fixes))
            archive_fixes.write(tmp_path / "archive" / f"{path.stem}.parquet", [[GroupTrack(path.stem, exact, "gpx")]])
        given = ["--archive", str(tmp_path / "archive")]
    else:
        given = ["--accuracy", "0", *map(str, paths)]
    return lambda *arguments: ask(tmp_path, *arguments, *given)[0]


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_several_reaches_are_asked_at_once(asked):
    several = asked("--reach", "50,100,25,50")
    assert several["reach_m"] == 50
    assert [one["reach_m"] for one in several["by_reach"]] == [50, 100, 25]
    for one in several["by_reach"]:
        alone = asked("--reach", f"{one['reach_m']:g}")
        assert "by_reach" not in alone
        assert (one["covered_m"], one["share"]) == (alone["covered_m"], alone["share"])
    assert several["covered_m"] == several["by_reach"][0]["covered_m"]
    assert several["by_reach"][2]["covered_m"]["possible"] == 0


def test_markers_are_visited(asked, tmp_path):
    near, far = asked("--markers", str(tmp_path / "markers.geojson"))["markers"]
    assert (near["id"], near["visits"], near["last"], near["sure"]) == ("676", 2, "2020-11-20T01:02:58Z", True)
    assert near["nearest_m"] == pytest.approx(40, abs=0.05)
    assert (far["id"], far["visits"], far["last"]) == ("677", 0, None)


def test_bins_have_last_visit_months_and_gap(asked, tmp_path):
    asked("--reach", "100,25", "--bins", str(tmp_path / "out" / "bins.csv"))
    table = rows_of(tmp_path / "out" / "bins.csv")
    assert len(table) == 100, "50 bins for each reach"
    assert list(table[0]) == ["reach_m", "from_m", "to_m", "last", "longest_gap_days", "2020-10", "2020-11"]
    visited = [row for row in table if row["last"]]
    assert {row["reach_m"] for row in visited} == {"100"}
    assert [float(row["from_m"]) for row in visited] == [100.0 * i for i in range(1, 22)]
    assert {(row["2020-10"], row["2020-11"]) for row in visited} == {("1", "1")}
    assert {row["last"][:10] for row in visited} == {"2020-11-20"}
    assert {round(float(row["longest_gap_days"])) for row in visited} == {43}
    assert {row["longest_gap_days"] for row in table if not row["last"]} == {"61.0"}


def test_stretches_have_shares_and_what_is_overdue(asked, tmp_path):
    (tmp_path / "stretches.csv").write_text(STRETCHES)
    answer = asked("--stretches", str(tmp_path / "stretches.csv"), "--until", "2020-11-22")
    one, other = answer["stretches"]
    assert (one["name"], one["limit_days"], one["at"]) == ("A", 30, "2020-11-22T23:59:59Z")
    assert one["covered_m"]["sure"] == pytest.approx(800 + HALF, abs=0.05)
    assert one["months"]["2020-10"] == one["months"]["2020-11"] == one["share"]
    assert one["overdue_m"] == pytest.approx(200 - HALF, abs=0.05)
    late = other["overdue"]
    assert [(round(row["from_m"]), round(row["to_m"])) for row in late] == [(round(2100 + HALF), 5000)]
    later = asked("--stretches", str(tmp_path / "stretches.csv"), "--until", "2020-11-30")["stretches"][1]
    assert later["overdue_m"] == pytest.approx(4000, abs=0.01), "three days are over everywhere"
    assert asked("--stretches", str(tmp_path / "stretches.csv"))["stretches"][1]["at"] == "2020-11-20T01:06:20Z"


def test_only_what_began_in_the_period_is_told(asked):
    assert asked("--until", "2020-10-31")["intervals"][0]["visits"] == 1
    assert asked("--since", "2020-11-21")["intervals"] == []


def test_the_intervals_are_written(asked, tmp_path):
    answer = asked("--reach", "100,50", "--intervals", str(tmp_path / "rows.csv"))
    table = rows_of(tmp_path / "rows.csv")
    assert [row["reach_m"] for row in table] == ["100"] * 4 + ["50"] * 4
    assert [(row["sure"]) for row in table].count("1") == 4
    assert len({row["group"] for row in table}) == 2
    first = min(float(row["from_m"]) for row in table)
    assert first == pytest.approx(answer["intervals"][0]["from_m"], abs=1e-3)
    assert {row["first"][:10] for row in table} == {"2020-10-08", "2020-11-20"}


def test_the_intervals_are_written_as_parquet(asked, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed (extra `fast`)")
    asked("--reach", "100,50", "--intervals", str(tmp_path / "rows.csv"))
    asked("--reach", "100,50", "--intervals", str(tmp_path / "rows.parquet"))
    table = parquet.read_table(tmp_path / "rows.parquet").to_pylist()
    assert [
        (f"{row['reach_m']:g}", row["group"], str(int(row["sure"])), row["first"].isoformat()[:19]) for row in table
    ] == [(row["reach_m"], row["group"], row["sure"], row["first"][:19]) for row in rows_of(tmp_path / "rows.csv")]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name,from_m,to_m,limit_days\n",
        "name,from_m\nA,0\n",
        "name,from_m,to_m,limit_days\nA,0,9000,3\n",
        "name,from_m,to_m,limit_days\nA,x,1,3\n",
    ],
)
def test_a_table_of_no_stretches_is_told(asked, tmp_path, text):
    (tmp_path / "stretches.csv").write_text(text)
    with pytest.raises(Problem) as caught:
        asked("--stretches", str(tmp_path / "stretches.csv"))
    assert caught.value.code == "request.parameter"
    assert "limit_days" in caught.value.sentence("en")


def test_a_table_that_cannot_be_read_or_written_is_told(asked, tmp_path):
    (tmp_path / "file").write_text("")
    for arguments in (("--stretches", "nowhere.csv"), ("--bins", "file/bins.csv"), ("--intervals", "file/rows.csv")):
        with pytest.raises(Problem) as caught:
            asked(arguments[0], str(tmp_path / arguments[1]))
        assert caught.value.code == "file.refused"


def test_the_answer_is_plain(asked, tmp_path):
    (tmp_path / "stretches.csv").write_text(STRETCHES)
    answer = asked("--reach", "100,50", "--stretches", str(tmp_path / "stretches.csv"))
    assert json.loads(json.dumps(answer)) == answer
