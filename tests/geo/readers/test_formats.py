"""The same short walk in every format gives the same fixes, and so the same digest: it counts once."""

import io
import json
import zipfile

import numpy as np
import pytest
from pyproj import Transformer

from cotmoc.geo.readers import TrackFile, read_tracks

WALK = ((107.4, 15.6), (107.401, 15.601), (107.402, 15.6015))
UTM48 = Transformer.from_crs(4326, 32648, always_xy=True)
TIMES = ("2020-11-24T06:00:00Z", "2020-11-24T06:01:00Z", "2020-11-24T06:02:00Z")

GPX = "<gpx><trk><trkseg>{}</trkseg></trk></gpx>".format(
    "".join(f'<trkpt lat="{y}" lon="{x}"><time>{t}</time></trkpt>' for (x, y), t in zip(WALK, TIMES, strict=True))
)
GX_TRACK = "".join(f"<when>{t}</when>" for t in TIMES) + "".join(f"<gx:coord>{x} {y} 900</gx:coord>" for x, y in WALK)
KML = (
    '<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2"><Document>'
    "<Placemark><name>Tổ 1</name><gx:Track>{}</gx:Track></Placemark>{}</Document></kml>"
)
POINTS = "".join(
    f"<Placemark><TimeStamp><when>{t}</when></TimeStamp><Point><coordinates>{x},{y},0</coordinates></Point></Placemark>"
    for (x, y), t in zip(WALK, TIMES, strict=True)
)
PATH = "<Placemark><LineString><coordinates>{}</coordinates></LineString></Placemark>".format(
    " ".join(f"{x},{y},0" for x, y in WALK)
)


def nmea(body: str) -> str:
    check = 0
    for sign in body:
        check ^= ord(sign)
    return f"${body}*{check:02X}\r\n"


def minutes(degrees: float, width: int) -> str:
    whole = int(degrees)
    return f"{whole:0{width}d}{(degrees - whole) * 60:09.6f}"


def sentences(day: str = "241120") -> str:
    lines = []
    for index, (x, y) in enumerate(WALK):
        place = f"{minutes(y, 2)},N,{minutes(x, 3)},E"
        lines.append(nmea(f"GPRMC,06{index:02d}00.00,A,{place},0.0,0.0,{day},,"))
        lines.append(nmea(f"GPGGA,06{index:02d}00.00,{place},1,08,1.2,900.0,M,,M,,"))
    return "".join(lines)


def kmz(text: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("files/readme.txt", "x")
        archive.writestr("doc.kml", text)
    return buffer.getvalue()


def feature(kind: str, coordinates: object, **properties: object) -> dict[str, object]:
    return {"type": "Feature", "geometry": {"type": kind, "coordinates": coordinates}, "properties": properties}


def collection(*features: dict[str, object]) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def csv(header: str, rows: list[str]) -> bytes:
    return "\r\n".join([header, *rows, ""]).encode()


FORMS = {
    "GPX": GPX.encode(),
    "KML gx:Track": KML.format(GX_TRACK, "").encode(),
    "KML written four times": KML.format(GX_TRACK, f"<Folder>{POINTS}</Folder>{PATH}").encode(),
    "KML timed points": KML.format("", f"<Folder>{POINTS}</Folder>{PATH}").encode(),
    "KMZ": kmz(KML.format(GX_TRACK, "")),
    "NMEA": sentences().encode(),
    "GeoJSON coordTimes": collection(feature("LineString", WALK, coordTimes=TIMES)),
    "GeoJSON coordinateProperties": collection(feature("LineString", WALK, coordinateProperties={"times": TIMES})),
    "GeoJSON MultiLineString": collection(
        feature("MultiLineString", [WALK[:1], WALK[1:]], coordTimes=[TIMES[:1], TIMES[1:]])
    ),
    "GeoJSON points": collection(*(feature("Point", p, time=t) for p, t in zip(WALK, TIMES, strict=True))),
    "GeoJSON epoch": collection(*(feature("Point", p, timestamp=1606197600 + 60 * i) for i, p in enumerate(WALK))),
    "CSV": csv("lat,lon,time", [f"{y},{x},{t}" for (x, y), t in zip(WALK, TIMES, strict=True)]),
    "CSV Vietnamese": csv(
        "STT;Vĩ độ;Kinh độ;Ngày;Giờ",
        [f"{i + 1};{y};{x};24/11/2020;13:{i:02d}".replace(".", ",") for i, (x, y) in enumerate(WALK)],
    ),
    "CSV tabs and UTC columns": csv(
        "No\tLatitude\tLongitude\tUTC_D\tUTC_T",
        [f"{i}\t{y}\t{x}\t2020/11/24\t06:{i:02d}:00" for i, (x, y) in enumerate(WALK)],
    ),
    "CSV epoch in ms": csv(
        "lon,lat,timestamp", [f"{x},{y},{1606197600000 + 60000 * i}" for i, (x, y) in enumerate(WALK)]
    ),
    "CSV under a title": csv(
        "Vết tuần tra tổ 1;;\r\n;;\r\nThời gian;Kinh độ;Vĩ độ",
        [f"24/11/2020 13:{i:02d}:00;{x};{y}" for i, (x, y) in enumerate(WALK)],
    ),
    "CSV in metres": csv(
        "x,y,crs,time",
        [
            "{:.4f},{:.4f},EPSG:32648,{}".format(*UTM48.transform(x, y), time)
            for (x, y), time in zip(WALK, TIMES, strict=True)
        ],
    ),
}


def codes(file: TrackFile) -> set[str]:
    return {fault.code for fault in file.faults}


@pytest.mark.parametrize("form", FORMS)
def test_the_same_fixes_in_other_bytes(form: str) -> None:
    file = read_tracks("walk", FORMS[form])
    assert len(file.tracks) == 1, codes(file)
    fixes = file.tracks[0].fixes
    assert (fixes.lon.tolist(), fixes.lat.tolist()) == (
        pytest.approx([x for x, _ in WALK], abs=2e-7),
        pytest.approx([y for _, y in WALK], abs=2e-7),
    )
    assert fixes.time.tolist() == [1606197600000, 1606197660000, 1606197720000]
    if form != "CSV in metres":  # rounded to a tenth of a millimetre there
        assert fixes.digest() == read_tracks("walk", FORMS["GPX"]).tracks[0].fixes.digest()


def test_what_kml_repeats_is_told() -> None:
    assert codes(read_tracks("a.kml", FORMS["KML written four times"])) == {"kml.same_path"}


def test_local_clocks_are_told() -> None:
    file = read_tracks("a.csv", FORMS["CSV Vietnamese"])
    assert [(fault.code, fault.values["zone"]) for fault in file.faults] == [("time.zone_assumed", "Asia/Ho_Chi_Minh")]
    assert codes(read_tracks("a.csv", FORMS["CSV tabs and UTC columns"])) == set()


def test_kml_multi_track_accuracy_and_uneven_times() -> None:
    data = '<gx:SimpleArrayData name="accuracy"><gx:value>5</gx:value><gx:value>6</gx:value><gx:value>7</gx:value>'
    multi = KML.format("", f"<Placemark><gx:MultiTrack>{'<gx:Track>' + GX_TRACK + data}</gx:SimpleArrayData></gx:Track>"
                           f"<gx:Track><when>{TIMES[0]}</when><gx:coord>107.5 15.7</gx:coord><gx:coord>107.6 15.7</gx:coord>"
                           "</gx:Track></gx:MultiTrack></Placemark>")  # fmt: skip
    file = read_tracks("a.kml", multi.encode())
    track = file.tracks[0]
    assert len(file.tracks) == 1
    assert track.breaks.tolist() == [3]
    assert track.fixes.accuracy.tolist() == pytest.approx([5, 6, 7, np.nan, np.nan], nan_ok=True)
    assert "track.uneven" in codes(file)


def test_kml_placemarks_are_waypoints() -> None:
    where = "<Point><coordinates>107.37,15.54</coordinates></Point>"
    mark = f"<Placemark><name>Mốc 717</name><description>x</description>{where}</Placemark>"
    file = read_tracks("a.kml", KML.format("", mark).encode())
    assert [(place.name, place.lon, place.time) for place in file.waypoints] == [("Mốc 717", 107.37, None)]


def test_nmea_refuses_wrong_checksums_and_void_fixes() -> None:
    good = sentences()
    spoilt = good.replace("15", "16", 1)
    void = nmea("GPRMC,060300.00,V,,,,,,,241120,,")
    file = read_tracks("a.nmea", (spoilt + void).encode())
    assert {"nmea.bad_checksum", "track.no_fix"} == codes(file)
    assert len(file.tracks[0].fixes) == 3  # GGA of the same second holds the place
    assert file.tracks[0].fixes.accuracy.tolist() == pytest.approx([6.0] * 3)


def test_nmea_broken_off_in_mid_sentence_keeps_the_sentences_before() -> None:
    file = read_tracks("a.nmea", sentences()[:-20].encode())
    assert len(file.tracks[0].fixes) == 3
    assert codes(file) == {"nmea.bad_checksum"}


def test_igc_passes_midnight() -> None:
    log = "AXXX001\nHFDTE311220\nB2359581536000N10724000EA0090000900\nB0000031536100N10724000EA0090000900\n"
    fixes = read_tracks("a.igc", log.encode()).tracks[0].fixes
    assert np.diff(fixes.time).tolist() == [5000]
    assert fixes.lat.tolist() == pytest.approx([15.6, 15.6 + 0.1 / 60])


def test_tables_of_places_are_waypoints_and_bare_places_a_line() -> None:
    named = read_tracks("a.csv", csv("tên;vĩ độ;kinh độ", ["Mốc 717;15°32'29,7\" B;107°22'21\" Đ"]))
    assert [(place.name, round(place.lat, 6)) for place in named.waypoints] == [("Mốc 717", 15.541583)]
    bare = read_tracks("a.csv", csv("lat,lon", ["15.6,107.4", "15.7,107.4"]))
    assert bare.tracks[0].source == "line"


def test_several_tracks_in_one_table() -> None:
    rows = [f"{name},15.6,107.4,2020-11-24T06:0{minute}:00Z" for minute in range(3) for name in ("A", "B")]
    file = read_tracks("a.csv", csv("patrol_id,lat,lon,time", rows))
    assert [(track.name, len(track.fixes)) for track in file.tracks] == [("A", 3), ("B", 3)]
