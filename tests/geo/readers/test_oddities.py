"""Times without zone, without times, duplicates, backward times, jumps, gaps, encodings: each is handled and told."""

from collections.abc import Iterable
from datetime import UTC, datetime

import numpy as np
import pytest

from cotmoc.geo.faults import Fault
from cotmoc.geo.fixes import NO_TIME
from cotmoc.geo.readers import TrackFile, read_tracks

NOW = datetime(2020, 11, 24, 12, tzinfo=UTC)
SIX = datetime(2020, 11, 24, 6, tzinfo=UTC).timestamp() * 1000


def point(time: str = "", lat: object = 15.6, lon: object = 107.4, more: str = "", tag: str = "trkpt") -> str:
    stamp = f"<time>{time}</time>" if time else ""
    return f'<{tag} lat="{lat}" lon="{lon}">{stamp}{more}</{tag}>'


def gpx(*segments: Iterable[str], more: str = "", head: str = "") -> str:
    body = "".join(f"<trkseg>{''.join(segment)}</trkseg>" for segment in segments)
    return f'{head}<gpx version="1.1">{more}<trk><name>Tổ 1</name>{body}</trk></gpx>'


def read(document: str, encoding: str = "utf-8") -> TrackFile:
    return read_tracks("a.gpx", document.encode(encoding), now=NOW)


def codes(file: TrackFile) -> set[str]:
    return {fault.code for fault in file.faults}


def fault(file: TrackFile, code: str) -> Fault:
    return next(fault for fault in file.faults if fault.code == code)


def clock(minute: int, second: int = 0) -> str:
    return f"2020-11-24T06:{minute:02d}:{second:02d}Z"


def test_a_clean_track_has_nothing_to_tell() -> None:
    file = read(gpx([point(clock(0)), point(clock(1), 15.601)]))
    assert codes(file) == set()
    assert file.tracks[0].name == "Tổ 1"
    assert file.tracks[0].fixes.time.tolist() == [SIX, SIX + 60_000]
    assert np.isnan(file.tracks[0].fixes.accuracy).all()


@pytest.mark.parametrize("time", ["2020-11-24T13:00:00+07:00", "2020-11-24T06:00:00.000Z", "2020-11-24T06:00Z"])
def test_zones_and_fractions(time: str) -> None:
    assert read(gpx([point(time)])).tracks[0].fixes.time.tolist() == [SIX]


def test_gpx_time_without_zone_is_utc_and_told() -> None:
    file = read(gpx([point("2020-11-24T06:00:00")]))
    assert file.tracks[0].fixes.time.tolist() == [SIX]
    assert fault(file, "time.zone_assumed").values == {"count": 1, "zone": "UTC"}


def test_no_times_partly_timed_and_unreadable_times() -> None:
    assert codes(read(gpx([point(), point(lat=15.7)]))) == {"track.no_time"}
    partly = read(gpx([point(clock(0)), point(lat=15.601), point(clock(2), 15.602)]))
    assert fault(partly, "track.partly_timed").values == {"count": 1, "total": 3}
    assert partly.tracks[0].fixes.time[1] == NO_TIME
    unreadable = read(gpx([point(clock(0)), point("yesterday", 15.601), point("2020-11-24", 15.602)]))
    assert fault(unreadable, "time.unreadable").values["count"] == 2


def test_duplicates_and_backward_times_are_kept_and_told() -> None:
    file = read(gpx([point(clock(2), 15.602), point(clock(1), 15.601), point(clock(1), 15.601)]))
    assert len(file.tracks[0].fixes) == 3
    assert fault(file, "track.backward").values["count"] == 1
    duplicate = fault(file, "track.duplicates")
    assert (duplicate.values["count"], duplicate.level, duplicate.where) == (1, "info", "#1 Tổ 1")


def test_jumps_and_gaps() -> None:
    jump = read(gpx([point(clock(0)), point(clock(0, 10), 15.61)]))  # 1.1 km in 10 s
    assert codes(jump) == {"track.jumps"}
    assert fault(jump, "track.jumps").values["longest_m"] == pytest.approx(1112, abs=2)
    two_places_at_once = read(gpx([point(clock(0)), point(clock(0), 15.61)]))
    assert codes(two_places_at_once) == {"track.jumps"}
    gap = read(gpx([point(clock(0)), point("2020-11-24T08:30:00Z", 15.61)]))
    assert fault(gap, "track.gaps").values == {"count": 1, "longest_h": "2.5"}


def test_fifty_metres_a_second_is_not_yet_a_jump() -> None:
    step = 0.00449  # degrees of latitude, 499 m
    assert codes(read(gpx([point(clock(0)), point(clock(0, 10), 15.6 + step)]))) == set()


def test_places_that_are_nowhere_are_left_out_and_counted() -> None:
    wrong = [point(clock(1), 95), point(clock(2), 15.6, "x"), point(clock(3), "", ""), point(clock(4), "nan", 107)]
    file = read(gpx([point(clock(0)), *wrong, point(clock(5), 0, 0)], [point(clock(6), 15.601)]))
    assert len(file.tracks[0].fixes) == 2
    assert file.tracks[0].breaks.tolist() == [1]
    assert fault(file, "track.bad_position").values["count"] == 4
    assert fault(file, "track.null_island").values["count"] == 1


def test_future_and_very_old_times_are_told_against_the_moment_of_receipt() -> None:
    assert "track.future" in codes(read(gpx([point("2020-11-26T06:00:00Z")])))
    assert "track.future" not in codes(read(gpx([point("2020-11-25T06:00:00Z")])))
    assert "track.old" in codes(read(gpx([point("1980-01-06T00:00:00Z")])))
    without_clock = read_tracks("a.gpx", gpx([point("2020-11-26T06:00:00Z")]).encode())
    assert codes(without_clock) == set()


def test_waypoints_only_empty_tracks_and_nothing_at_all() -> None:
    place = point(clock(0), more="<name>Mốc 717</name><desc>cửa khẩu</desc>", tag="wpt")
    file = read(f"<gpx>{place}{point(lat=99, tag='wpt')}</gpx>")
    assert codes(file) == {"track.waypoints_only", "waypoint.bad_position"}
    assert (file.waypoints[0].name, file.waypoints[0].time, file.waypoints[0].note) == ("Mốc 717", SIX, "cửa khẩu")
    assert codes(read(gpx([]))) == {"track.empty", "track.none"}
    assert codes(read("<gpx/>")) == {"track.none"}


def test_segments_are_breaks_and_routes_are_not_tracks() -> None:
    route = f"<rte><name>Kế hoạch</name>{point(tag='rtept')}{point(lat=15.7, tag='rtept')}</rte>"
    file = read(gpx([point(clock(0))], [], [point(clock(1), 15.601), point(clock(2), 15.602)], more=route))
    assert [track.source for track in file.tracks] == ["route", "track"]
    assert file.tracks[1].breaks.tolist() == [1]


def test_accuracy_from_hdop_or_from_an_extension_which_goes_first() -> None:
    file = read(
        gpx(
            [
                point(clock(0), more="<hdop>0.9</hdop>"),
                point(clock(1), more="<hdop>0.9</hdop><extensions><accuracy>12.5</accuracy></extensions>"),
                point(clock(2), more="<extensions><x:hAcc xmlns:x='urn:x'>7</x:hAcc></extensions><hdop>2</hdop>"),
                point(clock(3), more="<extensions><accuracy>-1</accuracy></extensions>"),
            ]
        )
    )
    assert file.tracks[0].fixes.accuracy.tolist() == pytest.approx([4.5, 12.5, 7, np.nan], nan_ok=True)


def test_foreign_elements_do_not_speak_for_the_point() -> None:
    foreign = "<extensions><x:when xmlns:x='urn:x'><time>1999-01-01T00:00:00Z</time></x:when></extensions>"
    assert read(gpx([point(clock(0), more=foreign)])).tracks[0].fixes.time.tolist() == [SIX]


@pytest.mark.parametrize(
    ("encoding", "head", "told"),
    [
        ("utf-8", "", set()),
        ("utf-8-sig", '<?xml version="1.0" encoding="UTF-8"?>', set()),
        ("utf-16", '<?xml version="1.0" encoding="UTF-16"?>', {"text.encoding"}),
        ("utf-16-le", "", {"text.encoding"}),
        ("utf-16-be", "", {"text.encoding"}),
        ("utf-32", "", {"text.encoding"}),
        ("utf-8", '<?xml version="1.0" encoding="no-such-code"?>', set()),
    ],
)
def test_encodings_keep_vietnamese_names(encoding: str, head: str, told: set[str]) -> None:
    file = read(gpx([point(clock(0))], head=head), encoding)
    assert file.tracks[0].name == "Tổ 1"
    assert codes(file) == told


def test_latin_1_declared_and_undeclared() -> None:
    document = gpx([point(clock(0))]).replace("Tổ 1", "Café")
    declared = read('<?xml version="1.0" encoding="ISO-8859-1"?>' + document, "latin-1")
    assert (declared.tracks[0].name, codes(declared)) == ("Café", {"text.encoding"})
    undeclared = read(document, "latin-1")
    assert (undeclared.tracks[0].name, codes(undeclared)) == ("Café", {"text.encoding_assumed"})
    lying = read('<?xml version="1.0" encoding="UTF-8"?>' + document, "latin-1")
    assert (lying.tracks[0].name, codes(lying)) == ("Café", {"text.encoding_assumed"})


def test_content_goes_before_the_name_of_the_file() -> None:
    data = gpx([point(clock(0))]).encode()
    assert read_tracks("photo.jpg", data).format == "GPX"
    assert read_tracks("a.kml", data).format == "GPX"
