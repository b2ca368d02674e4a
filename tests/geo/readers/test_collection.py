"""All 198 GPX files of the shared collection are read with the point counts of its index; the other formats, too."""

import csv
import time
from pathlib import Path

import numpy as np
import pytest

from cotmoc.geo.faults import Unreadable
from cotmoc.geo.fixes import NO_TIME
from cotmoc.geo.readers import TrackFile, read_tracks
from cotmoc.geo.readers.times import parse_date

pytestmark = pytest.mark.shared


def read(path: Path) -> TrackFile:
    return read_tracks(path.name, path.read_bytes())


def told(file: TrackFile, code: str) -> int:
    return sum(int(str(fault.values.get("count", 1))) for fault in file.faults if fault.code == code)


def counted(file: TrackFile) -> dict[str, int]:
    """As the index counts; positions left out are in the faults."""
    tracks = [track for track in file.tracks if track.source == "track"]
    routes = [track for track in file.tracks if track.source == "route"]
    lost = told(file, "track.bad_position") + told(file, "track.null_island")
    return {
        "wpt": len(file.waypoints) + told(file, "waypoint.bad_position"),
        "trk and rte": len(tracks) + len(routes) + told(file, "track.empty"),
        "trkpt": sum(len(track.fixes) for track in tracks) + lost,
        "time_pts": sum(int(track.fixes.timed.sum()) for track in tracks),
    }


def longest_gap_s(file: TrackFile) -> float:
    steps = [np.diff(track.fixes.time[track.fixes.timed]) for track in file.tracks if track.source == "track"]
    return max((float(step.max(initial=0)) for step in steps), default=0) / 1000


@pytest.fixture(scope="module")
def collection(shared: Path) -> dict[str, TrackFile]:
    """Every GPX file of the collection, by its name in the index."""
    folder = shared / "gpx"
    return {path.relative_to(folder).as_posix(): read(path) for path in sorted(folder.rglob("*.gpx"))}


def test_every_gpx_file_has_the_points_of_the_index(shared: Path, collection: dict[str, TrackFile]) -> None:
    rows = list(csv.DictReader((shared / "gpx/INDEX.csv").open()))
    assert len(rows) == 198
    total = 0
    for row in rows:
        file = collection[row["file"]]
        expected = {key: int(row[key]) for key in ("wpt", "trkpt", "time_pts")}
        expected["trk and rte"] = int(row["trk"]) + int(row["rte"])
        assert counted(file) == expected, row["file"]
        assert file.format == "GPX"
        assert longest_gap_s(file) <= float(row["max_gap_s"] or 0) + 1, row["file"]
        total += expected["trkpt"]
    assert total == 96_258


def test_what_is_odd_in_the_collection_is_told(collection: dict[str, TrackFile]) -> None:
    """Counts from the survey of the collection: 25 files of waypoints only, 1 not in UTF-8, 2 empty tracks."""

    def having(code: str) -> int:
        return sum(any(fault.code == code for fault in file.faults) for file in collection.values())

    assert having("track.waypoints_only") == 25
    assert having("text.encoding") == 1
    assert having("track.empty") + having("track.none") >= 2
    assert having("track.backward") >= 2
    assert having("track.jumps") >= 5


def test_the_largest_file_takes_well_under_a_second(shared: Path) -> None:
    path = shared / "gpx/gpsbabel/mtk_logger_m241_multiple_tracks.gpx"
    data = path.read_bytes()
    started = time.process_time()
    file = read_tracks(path.name, data)
    assert time.process_time() - started < 1
    assert sum(len(track.fixes) for track in file.tracks) == 14_263


@pytest.mark.parametrize(
    ("name", "format_", "fixes", "waypoints"),
    [
        ("garmin-oregon-700.fit", "FIT", [997], 0),
        ("tracks-gpx.kml", "KML", [64], 0),
        ("bounds-test-track.kml", "KML", [60, 35, 13], 11),
        ("27GLQKF3.igc", "IGC", [1070], 0),
        ("backfilldate.nmea", "NMEA", [500], 0),
        ("adddate.nmea", "NMEA", [500], 0),
        ("mtk_logger.csv", "CSV", [803], 0),
    ],
)
def test_other_formats(shared: Path, name: str, format_: str, fixes: list[int], waypoints: int) -> None:
    file = read(shared / "gpx/gpsbabel" / name)
    assert file.format == format_
    assert [len(track.fixes) for track in file.tracks] == fixes
    assert len(file.waypoints) == waypoints


def test_fit_gives_the_fixes_that_another_program_made_of_it(shared: Path) -> None:
    fit = read(shared / "gpx/gpsbabel/garmin-oregon-700.fit").tracks[0].fixes
    gpx = read(shared / "gpx/gpsbabel/garmin-oregon-700-output.gpx").tracks[0].fixes
    assert np.array_equal(fit.time, gpx.time)
    assert np.allclose(fit.lon, gpx.lon, atol=1e-8, rtol=0)
    assert np.allclose(fit.lat, gpx.lat, atol=1e-8, rtol=0)


def test_fit_with_a_wrong_checksum_is_refused(shared: Path) -> None:
    """A recorder left an older ride behind the activity; GPSBabel gives up on it as well."""
    with pytest.raises(Unreadable) as refusal:
        read(shared / "gpx/gpsbabel/lezyne_super_gps-garmin_fit-sample-bad-endian.fit")
    assert refusal.value.fault.code == "file.damaged"


def test_nmea_takes_the_date_from_a_later_sentence_and_turns_midnight_back(shared: Path) -> None:
    """ZDA says 9 March 2019 four minutes after midnight; the log began four minutes before."""
    fixes = read(shared / "gpx/gpsbabel/backfilldate.nmea").tracks[0].fixes
    assert fixes.time[0] == np.datetime64("2019-03-08T23:56:00", "ms").astype(np.int64)
    assert fixes.time[-1] == np.datetime64("2019-03-09T00:04:19", "ms").astype(np.int64)
    assert np.nanmin(fixes.accuracy) == pytest.approx(4.0)


def test_nmea_without_any_date_has_no_times(shared: Path) -> None:
    file = read(shared / "gpx/gpsbabel/adddate.nmea")
    assert (file.tracks[0].fixes.time == NO_TIME).all()
    assert {"time.no_date", "track.no_time"} <= {fault.code for fault in file.faults}


def test_igc_takes_accuracy_and_day_from_its_header(shared: Path) -> None:
    fixes = read(shared / "gpx/gpsbabel/27GLQKF3.igc").tracks[0].fixes
    assert fixes.time[0].astype("M8[ms]").astype("M8[D]") == np.datetime64("2022-07-16")
    assert np.isfinite(fixes.accuracy).all()


def test_logger_csv_takes_rows_without_fix_out_and_assumes_local_time(shared: Path) -> None:
    file = read(shared / "gpx/gpsbabel/mtk_logger.csv")
    assert told(file, "track.no_fix") == 14
    assert told(file, "time.zone_assumed") == 803
    day = parse_date("2008/01/27")
    assert day
    assert file.tracks[0].fixes.time[0].astype("M8[ms]").astype("M8[D]") == np.datetime64(day)


def test_event_table_of_another_system_gives_places_and_times_with_zone(shared: Path) -> None:
    file = read(shared / "gpx/ecoscope_patrol/elephant_sighting.csv")
    assert len(file.tracks[0].fixes) == 76
    assert not told(file, "time.zone_assumed")
