"""“Evidence is kept as it came … The same bytes twice count once. Nothing that a phone sends is thrown away: what cannot be read
waits in a quarantine with its reason.”"""

from __future__ import annotations

import os
import zipfile
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest

from cotmoc.base import evidence, ledger
from cotmoc.base.models import EvidenceFile, LedgerEntry, Quarantine
from cotmoc.geo.fixes import Fixes
from cotmoc.record.areas.border import received
from cotmoc.record.areas.border.actions import receive_file, retry
from cotmoc.record.areas.border.models import Patrol, PatrolLeg, PatrolTrack
from tests.record.world import BY, T0, World, gpx

BOMB = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><gpx>&b;</gpx>"""


def zip_bomb() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("doc.kml", b"0" * 70_000_000)
    return out.getvalue()


def test_a_track_comes_in_and_goes_to_the_patrol_that_was_out(world: World) -> None:
    patrol = world.patrol("GR")
    world.patrol("LE")
    world.patrol("GR", start=T0 - timedelta(days=2))
    data = gpx()
    receipt = receive_file("sang.gpx", data, world.units["GR"], BY)
    assert receipt.outcome == "received"
    track = PatrolTrack.objects.get()
    assert track.patrol == patrol
    assert (track.fix_count, track.source, track.name) == (60, "gpx", "sáng")
    assert track.started_at == T0 + timedelta(minutes=10)
    assert track.length_m == pytest.approx(59 * 11.063, rel=0.001)
    assert evidence.get(track.file.sha256) == data
    fixes = Fixes.from_bytes(evidence.get(track.blob_sha256))
    assert len(fixes) == 60
    assert fixes.digest() == track.fixes_sha256
    assert "60 điểm" in receipt.sentences()[0]
    assert ledger.verify().sound


def test_the_same_bytes_twice_count_once_and_are_told(world: World) -> None:
    first = receive_file("a.gpx", gpx(), world.units["GR"], BY)
    entries = LedgerEntry.objects.count()
    again = receive_file("b.gpx", gpx(), world.units["GR"], BY)
    assert (first.outcome, again.outcome) == ("received", "known")
    assert "đã nhận lúc 22/11/2020 07:30" in again.sentences()[0]
    assert (PatrolTrack.objects.count(), EvidenceFile.objects.count()) == (1, 1)
    assert LedgerEntry.objects.count() == entries


def test_the_same_fixes_in_other_bytes_count_once(world: World) -> None:
    receive_file("a.gpx", gpx(), world.units["GR"], BY)
    other = gpx(name="đổi tên").replace(b"\n", b"\r\n")
    assert receive_file("b.gpx", other, world.units["GR"], BY).outcome == "known"
    assert PatrolTrack.objects.count() == 1
    assert EvidenceFile.objects.count() == 2, "the other bytes are evidence of their own"


def test_one_file_with_the_same_track_twice_has_one_track(world: World) -> None:
    text = gpx().decode()
    track = text[text.index("<trk>") : text.index("</gpx>")]
    receive_file("a.gpx", text.replace("</gpx>", track + "</gpx>").encode(), world.units["GR"], BY)
    assert PatrolTrack.objects.count() == 1


def test_a_track_between_two_patrols_waits_for_a_person(world: World) -> None:
    world.patrol("GR")
    world.patrol("GR", start=T0 + timedelta(minutes=5))
    receipt = receive_file("a.gpx", gpx(), world.units["GR"], BY)
    assert receipt.tracks[0].patrol is None
    told = " ".join(receipt.sentences())
    assert "nhiều chuyến: TT-GR-" in told
    assert "chưa gắn chuyến" in told


def test_a_track_sent_to_the_command_goes_to_the_post_that_walked(world: World) -> None:
    patrol = world.patrol("GR")
    track = receive_file("a.gpx", gpx(), world.units["QN"], BY).tracks[0]
    assert (track.patrol, track.unit) == (patrol, world.units["GR"])


def test_a_gap_breaks_the_line_of_the_map(world: World) -> None:
    far = gpx(start=T0 + timedelta(hours=2), lon=107.4).decode()
    joined = gpx().decode().replace("</trkseg>", far[far.index("<trkpt") : far.index("</trkseg>")] + "</trkseg>")
    track = receive_file("a.gpx", joined.encode(), world.units["GR"], BY).tracks[0]
    assert [len(part) for part in track.simplified] == [2, 2], "two straight walks, not one with a leap between"
    assert track.simplified[0][0] == [107.3, 15.6]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("empty.gpx", b""),
        ("cut.gpx", gpx()[:900]),
        ("entities.gpx", BOMB),
        ("zip.kmz", zip_bomb()),
        ("photo.gpx", b"\xff\xd8\xff\xe0" + os.urandom(2000)),
        ("words.txt", "Không phải vết".encode()),
        ("html.gpx", b"<html><script>alert(1)</script></html>"),
        ("route.gpx", b'<gpx><rte><rtept lat="15" lon="107"/><rtept lat="15.1" lon="107"/></rte></gpx>'),
        ("points.gpx", b'<gpx><wpt lat="15" lon="107"><name>M717</name></wpt></gpx>'),
        ("big.gpx", b" " * 65 * 1024 * 1024 + b"<gpx/>"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_read_is_kept_and_waits_with_its_reason(world: World, name: str, data: bytes) -> None:
    receipt = receive_file(name, data, world.units["GR"], BY)
    assert receipt.outcome == "quarantined"
    waiting = Quarantine.objects.get()
    assert waiting.state == Quarantine.State.WAITING
    assert evidence.get(waiting.evidence.sha256) == data
    for language in ("vi", "en"):
        assert len(receipt.sentences(language)[0]) > 20  # type: ignore[arg-type]
    again = receive_file(name, data, world.units["GR"], BY)
    assert again.outcome == "quarantined"
    assert Quarantine.objects.count() == 1
    assert ledger.verify().sound


def test_a_file_that_can_be_read_now_leaves_the_quarantine(world: World) -> None:
    file, _ = evidence.receive("late.gpx", gpx(), world.units["GR"], BY)
    waiting = evidence.quarantine(file, "file.wrong_kind", {"found": "?"}, BY)
    assert retry(waiting, BY).outcome == "received"
    assert Quarantine.objects.get().state == Quarantine.State.SETTLED
    assert PatrolTrack.objects.count() == 1


def test_an_import_that_was_cut_off_is_completed(world: World) -> None:
    evidence.receive("a.gpx", gpx(), world.units["GR"], BY)  # killed here: the bytes are in, the track is not
    assert receive_file("a.gpx", gpx(), world.units["GR"], BY).outcome == "received"


def test_those_who_compute_are_told_of_every_track_and_of_nothing_else(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a known track, too: an earlier import may have been killed before they were told."""
    told: list[int] = []
    monkeypatch.setattr(received, "_listeners", [])
    received.on_received(lambda tracks: told.append(len(tracks)))
    for data in (gpx(), gpx(), gpx()[:500]):
        receive_file("a.gpx", data, world.units["GR"], BY)
    assert told == [1, 1]


@pytest.mark.shared
def test_a_smart_patrol_becomes_a_patrol_with_its_track(world: World, shared: Path) -> None:
    data = (shared / "peers" / "SMART_000006_001.xml").read_bytes()
    receipt = receive_file("SMART_000006_001.xml", data, world.units["GR"], BY)
    patrol = Patrol.objects.get()
    assert patrol.code == "SMART_000006-001"
    assert "Peter John" in patrol.note
    assert patrol.head_count() == 0, "another system's people are text, not ours"
    assert PatrolLeg.objects.get().transport == PatrolLeg.Transport.VEHICLE
    track = receipt.tracks[0]
    assert track.patrol == patrol
    assert track.length_m / 1000 == pytest.approx(0.0097330343, abs=1e-8)
    assert receive_file("again.xml", data + b"\n", world.units["GR"], BY).outcome == "known"
    assert Patrol.objects.count() == 1


@pytest.mark.shared
def test_public_samples_come_in_twice_and_count_once(world: World, shared: Path) -> None:
    files = sorted((shared / "gpx" / "gpsbabel").glob("*.gpx"))[:12]
    first = [receive_file(path.name, path.read_bytes(), world.units["GR"], BY) for path in files]
    tracks = PatrolTrack.objects.count()
    assert tracks > 5
    again = [receive_file(path.name, path.read_bytes(), world.units["GR"], BY) for path in reversed(files)]
    assert PatrolTrack.objects.count() == tracks
    assert {receipt.outcome for receipt in again} <= {"known", "quarantined"}
    assert all(receipt.sentences() for receipt in first)
    assert ledger.verify().sound
