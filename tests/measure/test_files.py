"""`cotmoc measure coverage` on bare files: the same figures however files are cut, copied, ordered or broken."""

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cotmoc.base.problems import Problem
from cotmoc.measure.files import add_arguments, run
from tests.measure.engine.walks import lonlat

WAY = [(100.0 * i, 40.0) for i in range(2, 22)]
HEAD = '<?xml version="1.0"?><gpx version="1.1" creator="t" xmlns="http://www.topografix.com/GPX/1/1">'


def gpx(
    places: list[tuple[float, float]], start: str = "2020-10-08T01:00:00", tag: str = "trk", timed: bool = True
) -> str:
    """A GPX file of fixes 20 s apart."""
    point, begin = {"trk": "trkpt", "rte": "rtept"}[tag], datetime.fromisoformat(start).replace(tzinfo=UTC).timestamp()
    points = ""
    for number, (lon, lat) in enumerate(lonlat(places).tolist()):
        time = datetime.fromtimestamp(begin + 20 * number, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        points += f'<{point} lat="{lat:.9f}" lon="{lon:.9f}">{f"<time>{time}</time>" if timed else ""}</{point}>'
    body = f"<trk><trkseg>{points}</trkseg></trk>" if tag == "trk" else f"<rte>{points}</rte>"
    return f"{HEAD}{body}</gpx>"


def geojson(*features: tuple[str, object, dict]) -> str:
    rows = [
        {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": places}}
        for kind, places, properties in features
    ]
    return json.dumps({"type": "FeatureCollection", "features": rows})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A line of 5 km to the east, two markers on it, one track beside its first 2 km."""
    line = lonlat([(0, 0), (5000, 0)]).tolist()
    near, far = lonlat([(1000, 0), (4000, 0)]).tolist()
    (tmp_path / "line.geojson").write_text(geojson(("LineString", line, {"id": "a"})))
    (tmp_path / "markers.geojson").write_text(
        geojson(("Point", near, {"code": "676"}), ("Point", far, {"number": 677}), ("Point", far, {}))
    )
    (tmp_path / "track.gpx").write_text(gpx(WAY))
    return tmp_path


def ask(folder: Path, *arguments: str, line: str = "line.geojson") -> tuple[dict, int]:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return run(parser.parse_args(["--line", str(folder / line), *arguments]))


def figures(answer: dict) -> dict:
    return {key: answer[key] for key in ("covered_m", "share", "intervals", "possible_intervals", "markers")}


def test_the_answer_has_the_agreed_form(folder):
    answer, code = ask(
        folder, "--markers", str(folder / "markers.geojson"), "--accuracy", "0", str(folder / "track.gpx")
    )
    half = (100**2 - 40**2) ** 0.5
    assert code == 0
    assert answer["line"]["length_m"] == pytest.approx(5000, abs=0.05)
    assert answer["reach_m"] == 100
    assert answer["covered_m"]["sure"] == answer["covered_m"]["possible"] == pytest.approx(1900 + 2 * half, abs=0.05)
    assert answer["share"]["sure"] == pytest.approx((1900 + 2 * half) / 5000, abs=1e-5)
    (interval,) = answer["intervals"]
    assert (interval["from_m"], interval["to_m"]) == pytest.approx((200 - half, 2100 + half), abs=0.05)
    assert (interval["first"], interval["last"], interval["visits"]) == (
        "2020-10-08T01:00:00Z",
        "2020-10-08T01:06:20Z",
        1,
    )
    first, second, third = answer["markers"]
    assert (first["id"], first["visits"], first["last"]) == ("676", 1, "2020-10-08T01:02:58Z")
    assert first["nearest_m"] == pytest.approx(40, abs=0.01)
    assert (second["id"], second["visits"], second["last"]) == ("677", 0, None)
    assert second["nearest_m"] == pytest.approx((1900**2 + 40**2) ** 0.5, abs=0.5)
    assert third["id"] == "3"
    assert answer["tracks"] == {"files": 1, "fixes": 20, "duplicates": 0}
    assert answer["problems"] == []
    assert json.loads(json.dumps(answer)) == answer


def test_it_tells_how_far_the_tracks_went_and_what_it_left_out(folder):
    way = [(100 * i, 7.0 * (-1) ** i) for i in range(40)]
    way[20] = (2000, 9000)
    (folder / "spike.gpx").write_text(gpx(way))
    answer, _ = ask(folder, str(folder / "spike.gpx"))
    assert answer["left_out"] == {"outliers": 1}
    assert answer["walked_km_low"] < 3.9 < answer["walked_km_high"]
    assert answer["walked_km"] == pytest.approx(3.9, rel=0.02)
    assert answer["raw_km"] > 20
    assert "vết thô" in answer["said"]


def test_accuracy_by_the_kind_of_source_makes_two_figures(folder):
    answer, _ = ask(folder, str(folder / "track.gpx"))
    sure, possible = (1900 + 2 * (radius**2 - 40**2) ** 0.5 for radius in (90, 110))
    assert (answer["covered_m"]["sure"], answer["covered_m"]["possible"]) == pytest.approx((sure, possible), abs=0.05)


def test_split_copied_and_reordered_files_are_the_same_walk(folder):
    (folder / "late.gpx").write_text(gpx(WAY[12:], "2020-10-08T01:04:00"))
    (folder / "early.gpx").write_text(gpx(WAY[:12]))
    (folder / "untimed.gpx").write_text(gpx(WAY[:3], timed=False))
    paths = [str(folder / name) for name in ("late.gpx", "track.gpx", "early.gpx", "track.gpx")]
    markers = ("--markers", str(folder / "markers.geojson"))
    whole, _ = ask(folder, *markers, paths[1])
    for chosen in (paths[:1] + paths[2:3], paths, paths[::-1]):
        answer, code = ask(folder, *markers, *chosen)
        assert code == 0
        assert figures(answer) == figures(whole)
        assert answer["tracks"]["fixes"] == 20
        assert answer["tracks"]["fixes"] + answer["tracks"]["duplicates"] == sum(
            {"late.gpx": 8, "early.gpx": 12, "track.gpx": 20}[Path(path).name] for path in chosen
        )
    one, two = (ask(folder, *[str(folder / "untimed.gpx")] * times)[0] for times in (1, 2))
    assert figures(one) == figures(two)
    assert (one["intervals"][0]["first"], one["intervals"][0]["visits"]) == (None, 1)
    assert two["tracks"] == {"files": 2, "fixes": 3, "duplicates": 3}


def test_a_second_day_is_a_second_visit(folder):
    (folder / "next.gpx").write_text(gpx(WAY, "2020-10-09T01:00:00"))
    paths = [str(folder / "track.gpx"), str(folder / "next.gpx")]
    answer, _ = ask(folder, *paths)
    assert [row["visits"] for row in answer["intervals"]] == [2]
    assert answer["intervals"][0]["last"] == "2020-10-09T01:06:20Z"
    only, _ = ask(folder, *paths, "--since", "2020-10-09", "--until", "2020-10-09T08:01:00+07:00")
    assert [(row["first"], row["visits"]) for row in only["intervals"]] == [("2020-10-09T01:00:00Z", 1)]
    assert only["tracks"]["fixes"] == 3  # a moment is the first that is left out
    for since, until, fixes in (
        ("2020-10-08", "2020-10-08", 20),
        ("2020-10-07", "2020-10-09", 40),
        ("2020-10-10", "", 0),
    ):
        answer, _ = ask(folder, *paths, "--since", since, "--until", until)
        assert answer["tracks"]["fixes"] == fixes, "a day is included"


def test_what_cannot_be_used_is_told_and_the_rest_goes_on(folder):
    (folder / "empty.gpx").write_text("")
    (folder / "cut.gpx").write_text(gpx(WAY)[:-60])
    (folder / "plan.gpx").write_text(gpx(WAY, tag="rte"))
    names = ("empty.gpx", "cut.gpx", "plan.gpx", "nowhere.gpx", "track.gpx")
    answer, code = ask(folder, *(str(folder / name) for name in names))
    alone, _ = ask(folder, str(folder / "track.gpx"))
    told = {(Path(row["file"]).name, row["code"]) for row in answer["problems"]}
    assert code == 1
    assert figures(answer) == figures(alone)
    assert answer["tracks"]["files"] == 5
    assert told >= {
        ("empty.gpx", "file.empty"),
        ("cut.gpx", "file.truncated"),
        ("plan.gpx", "track.route_left_out"),
        ("nowhere.gpx", "file.unavailable"),
    }
    assert all(row["message"] and row["message_en"] for row in answer["problems"])


def test_with_a_period_fixes_without_time_are_told(folder):
    (folder / "untimed.gpx").write_text(gpx(WAY, timed=False))
    answer, _ = ask(folder, str(folder / "untimed.gpx"), "--since", "2020-01-01")
    assert answer["intervals"] == []
    assert "track.untimed_cut" in {row["code"] for row in answer["problems"]}


def test_versions_of_one_line_are_not_added_up(folder):
    places = lonlat([(0, 0), (1000, 0)]).tolist()
    two = [("LineString", places, {"id": name, "source": "s"}) for name in ("old", "new")]
    (folder / "two.geojson").write_text(geojson(*two))
    with pytest.raises(Problem, match="old, new"):
        ask(folder, line="two.geojson")
    assert ask(folder, "--pick", "id=new", line="two.geojson")[0]["line"]["length_m"] == pytest.approx(1000, abs=0.01)
    assert ask(folder, "--pick", "all", line="two.geojson")[0]["line"]["length_m"] == pytest.approx(2000, abs=0.01)
    (folder / "parts.geojson").write_text(geojson(*(("LineString", places, {}) for _ in range(2))))
    assert ask(folder, line="parts.geojson")[0]["line"]["length_m"] == pytest.approx(2000, abs=0.01)


@pytest.mark.parametrize(
    ("arguments", "line", "code"),
    [
        ((), "markers.geojson", "geodata.no_line"),
        ((), "nowhere.geojson", "file.refused"),
        ((), "empty.geojson", "file.refused"),
        (("--pick", "id=other"), "line.geojson", "geodata.no_line"),
        (("--markers", "line.geojson"), "line.geojson", "geodata.nothing"),
        (("--since", "yesterday"), "line.geojson", "request.parameter"),
    ],
)
def test_without_a_line_or_markers_nothing_is_computed(folder, monkeypatch, arguments, line, code):
    monkeypatch.chdir(folder)
    (folder / "empty.geojson").write_text("")
    with pytest.raises(Problem) as caught:
        ask(folder, *arguments, line=line)
    assert caught.value.code == code


@pytest.mark.parametrize("amount", ["-1", "nan", "inf", "many"])
def test_amounts_are_numbers_of_zero_or_more(folder, amount, capsys):
    with pytest.raises(SystemExit):
        ask(folder, "--reach", amount)
    assert "--reach" in capsys.readouterr().err


def test_an_assumed_accuracy_goes_before_what_hdop_suggests(folder: Path) -> None:
    """HDOP is no accuracy in metres: with `--accuracy 0` both figures are the exact one, as if no HDOP were there."""
    track = folder / "track.gpx"
    exact, _ = ask(folder, "--accuracy", "0", str(track))
    track.write_text(track.read_text().replace("</time>", "</time><hdop>4</hdop>"))
    with_hdop, _ = ask(folder, "--accuracy", "0", str(track))
    by_source, _ = ask(folder, str(track))
    assert figures(with_hdop) == figures(exact)
    assert exact["covered_m"]["sure"] == exact["covered_m"]["possible"]
    assert by_source["covered_m"]["sure"] < by_source["covered_m"]["possible"]
