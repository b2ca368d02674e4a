"""Broken, empty, truncated, too large and hostile files are refused whole, each with its reason."""

import contextlib
import io
import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cotmoc.geo.faults import Unreadable
from cotmoc.geo.layers import read_features
from cotmoc.geo.readers import Limits, read_tracks

GPX = (
    '<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>'
    '<trkpt lat="15.6" lon="107.4"><time>2020-11-24T06:00:00Z</time></trkpt>'
    '<trkpt lat="15.601" lon="107.4"><time>2020-11-24T06:01:00Z</time></trkpt></trkseg></trk></gpx>'
)
KML = (
    '<kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><LineString><coordinates>107.4,15.6 107.5,15.6'
    "</coordinates></LineString></Placemark></kml>"
)
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
ENTITY_BOMB = f'<!DOCTYPE gpx [<!ENTITY l0 "lol">{LAUGHS}]><gpx><metadata><name>&l9;</name></metadata></gpx>'
EXTERNAL = '<!DOCTYPE gpx [<!ENTITY secret SYSTEM "file:///etc/passwd">]><gpx><name>&secret;</name></gpx>'
REMOTE_DTD = '<!DOCTYPE gpx SYSTEM "http://example.invalid/gpx.dtd">' + GPX


def archive(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in members.items():
            target.writestr(name.replace("_", "."), content)
    return buffer.getvalue()


def refusal(data: bytes, name: str = "a.gpx", limits: Limits | None = None) -> str:
    with pytest.raises(Unreadable) as caught:
        read_tracks(name, data, limits=limits)
    return caught.value.fault.code


@pytest.mark.parametrize("document", [ENTITY_BOMB, EXTERNAL, REMOTE_DTD])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_entities_and_dtds_are_refused(document: str, encoding: str) -> None:
    assert refusal(document.encode(encoding)) == "xml.entities"


def test_entities_inside_an_archive_are_refused() -> None:
    bomb = ENTITY_BOMB.replace("gpx", "kml").encode()
    assert refusal(archive(doc_kml=bomb), "a.kmz") == "xml.entities"


def test_zip_bomb_is_refused_by_its_table_of_contents() -> None:
    assert refusal(archive(doc_kml=b" " * 50_000_000 + KML.encode()), "a.kmz") == "zip.bomb"


def test_zip_that_lies_about_its_size_is_refused_while_unpacking() -> None:
    """The true size is written small in the table of contents; reading stops at the limit or at the checksum."""
    content = KML.encode() + bytes(1000)
    data = archive(doc_kml=content)
    lying = data.replace(len(content).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lying != data
    assert refusal(lying, "a.kmz") in {"file.damaged", "zip.bomb", "file.truncated"}


def test_archive_with_too_many_entries_is_refused() -> None:
    members = {f"n{index}": b"" for index in range(1_001)}
    assert refusal(archive(doc_kml=KML.encode(), **members), "a.kmz") == "zip.bomb"


def test_too_large_a_file_is_refused_unread() -> None:
    assert refusal(bytes(100 * 1024 * 1024)) == "file.too_large"


@pytest.mark.parametrize("data", [b"", b"  \r\n\t ", b"\xef\xbb\xbf", b"\xff\xfe", bytes(5000)])
def test_empty_files(data: bytes) -> None:
    assert refusal(data) == "file.empty"


@pytest.mark.parametrize("cut", range(30, len(GPX) - 1, 17))
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_cut_off_document_is_refused_wherever_it_was_cut(cut: int, encoding: str) -> None:
    data = GPX[:cut].encode(encoding)
    assert refusal(data) == "file.truncated"


def test_a_document_cut_before_its_root_is_refused() -> None:
    assert refusal(b'<?xml version="1.0" encoding="UTF-8"?>\n<gp') == "file.truncated"


@pytest.mark.parametrize("cut", [5, 40, 80])
def test_cut_off_json(cut: int) -> None:
    text = json.dumps(
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": [107.4, 15.6]}, "properties": {}}
    )
    assert refusal(text[:cut].encode(), "a.geojson") == "file.truncated"


def test_cut_off_fit_and_kmz(shared: Path) -> None:
    fit = (shared / "gpx/gpsbabel/garmin-oregon-700.fit").read_bytes()
    assert refusal(fit[: len(fit) // 2], "a.fit") in {"file.truncated", "file.damaged"}
    kmz = archive(doc_kml=KML.encode())
    assert refusal(kmz[: len(kmz) // 2], "a.kmz") == "file.truncated"


def test_malformed_documents_say_where() -> None:
    with pytest.raises(Unreadable) as caught:
        read_tracks("a.gpx", b"<gpx>\n<trk></gpx>")
    assert caught.value.fault.code == "xml.malformed"
    assert caught.value.fault.values["line"] == 2
    assert refusal(b'{"type": "Feature",, }') == "json.malformed"


def test_nesting_without_end_is_refused() -> None:
    assert refusal(b"<gpx>" + b"<a>" * 100_000) == "xml.too_deep"
    assert refusal(b'{"type":' + b"[" * 200_000) == "json.too_deep"


def test_too_many_elements_are_refused() -> None:
    many = b"<gpx>" + b"<wpt/>" * 2_000 + b"</gpx>"
    assert refusal(many, limits=Limits(elements=1_000)) == "xml.too_many"


def test_json_and_tables_that_would_fill_the_memory_are_refused() -> None:
    assert refusal(b'{"a":[' + b"[]," * 2_000 + b"[]]}", limits=Limits(elements=1_000)) == "json.too_many"
    assert refusal(b"lat,lon" + b"," * 2_000_000) == "table.malformed"


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "PNG"),
        (b"\xff\xd8\xff\xe0" + bytes(100), "JPEG"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"SQLite format 3\0" + bytes(100), "SQLite"),
        (b"<!DOCTYPE html><html><body>Sign in to the network</body></html>", "<html>"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "<svg>"),
        (b'{"type": "Topology"}', "JSON"),
        (b"abc\0\1\2\3" * 50, "binary"),
    ],
)
def test_other_kinds_are_named(data: bytes, found: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_tracks("a.gpx", data)
    assert caught.value.fault.code == "file.wrong_kind"
    assert caught.value.fault.values["found"] == found


def test_an_office_file_is_no_track() -> None:
    assert refusal(archive(word_document_xml=b"<document/>"), "a.docx") == "file.wrong_kind"


def test_plain_text_is_no_table() -> None:
    assert refusal("Báo cáo tuần tra ngày 24/11\nKhông có gì mới.".encode(), "a.txt") == "table.no_place"


SEEDS = [
    GPX.encode(),
    KML.encode(),
    archive(doc_kml=KML.encode()),
    b'{"type":"Feature","geometry":{"type":"LineString","coordinates":[[107.4,15.6],[107.5,15.6]]},"properties":{}}',
    b"lat;lon;time\n15,6;107,4;2020-11-24 06:00\n15,7;107,4;2020-11-24 07:00\n",
    b"$GPRMC,060000,A,1536.000,N,10724.000,E,0.0,0.0,241120,,*0B\n",
]


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.sampled_from(SEEDS), st.data())
def test_damaged_bytes_are_read_or_refused_but_never_crash(seed: bytes, data: st.DataObject) -> None:
    content = bytearray(seed)
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    for door in (read_tracks, read_features):
        with contextlib.suppress(Unreadable):
            assert door("a", bytes(content)).format


def test_damaged_fit_is_read_or_refused_but_never_crashes(shared: Path) -> None:
    whole = (shared / "gpx/gpsbabel/garmin-oregon-700.fit").read_bytes()[:3000]
    for position in range(0, 600, 20):
        content = bytearray(whole)
        content[position] ^= 0xFF
        with pytest.raises(Unreadable):
            read_tracks("a.fit", b"\x0e" + bytes(content[1:8]) + b".FIT" + bytes(content[12:]))
