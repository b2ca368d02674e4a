"""Whatever file is sent through the real door: kept as it came, told in a sentence, never run, never a 500."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import zipfile
import zlib
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from cotmoc.base import ledger
from cotmoc.base.models import EvidenceFile, Quarantine
from cotmoc.base.problems import CATALOGUE
from cotmoc.record.areas.border.models import MarkerInspection, Photo
from tests.province import Province

XML = '<?xml version="1.0"?>'
GPX = f'{XML}<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">'
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
NAMES = (
    "../../etc/passwd.gpx",
    "..\\..\\windows\\a.gpx",
    "a" * 300 + ".gpx",
    "a\0b.gpx",
    "anh\u202egpx.exe",
    "=cmd|calc.gpx",
    "<b>.gpx",
)


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("doc.kml", b"\0" * 80_000_000)
    return out.getvalue()


HOSTILE = {
    "xml.entities": f'{XML}<!DOCTYPE g [<!ENTITY l0 "ha">{LAUGHS}]><gpx>&l9;</gpx>'.encode(),
    "xml.entities external": f'{XML}<!DOCTYPE g [<!ENTITY e SYSTEM "file:///etc/passwd">]><gpx><name>&e;</name></gpx>'.encode(),
    "zip.bomb": bomb(),
    "xml.too_deep": (GPX + "<trk>" * 5_000).encode(),
    "file.wrong_kind": b"\x7fELF" + bytes(200),
}


@pytest.fixture
def client(province: Province) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(province.users["GR"])
    return client


def sent(client: Client, name: str, data: bytes) -> dict:
    file = SimpleUploadedFile("x.gpx", data)
    file._name = name  # type: ignore[attr-defined]  # past the cleaning that a sender would not do
    answer = client.post("/record/import", {"files": file}, headers={"Accept": "application/json"})
    assert answer.status_code == 200, answer.content[:300]
    return answer.json()["receipts"][0]


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_is_kept_and_told(client: Client, case: str) -> None:
    data = HOSTILE[case]
    receipt = sent(client, "vet.kmz" if case == "zip.bomb" else "vet.gpx", data)
    waiting = Quarantine.objects.get()
    assert receipt["outcome"] == "quarantined"
    assert waiting.code in CATALOGUE
    assert waiting.code == case.split()[0]
    assert "root:" not in client.get(receipt["url"]).content.decode()
    original = client.get(f"/record/evidence/{waiting.evidence.sha256}")
    assert original.content == data
    assert original.headers["Content-Disposition"].startswith("attachment")
    assert original.headers["Content-Type"] == "application/octet-stream"
    assert original.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_name_is_only_a_name(client: Client, name: str) -> None:
    data = f"không phải vết: {name}".encode()
    sent(client, name, data)
    file = EvidenceFile.objects.get(sha256=hashlib.sha256(data).hexdigest())
    assert len(file.name) <= 255
    assert not set(file.name) & set("/\\\0\u202e")
    home = Path(settings.COTMOC_HOME)
    assert {path.name for path in home.rglob("*") if path.is_file()} == {file.sha256}
    assert "<b>.gpx" not in client.get("/record/quarantine/").content.decode()
    disposition = client.get(f"/record/evidence/{file.sha256}").headers["Content-Disposition"]
    assert not set(disposition.split('"')[1]) & set("/\\\0\u202e=<>")


def jpeg_with(tail: bytes) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (20, 20), (9, 90, 30)).save(out, "JPEG", comment=b"<script>alert(1)</script>")
    return out.getvalue() + tail


def png_bomb() -> bytes:
    """A PNG that says 30,000 × 30,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    head = (30_000).to_bytes(4, "big") * 2 + bytes([8, 2, 0, 0, 0])
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(100_000)))
        + chunk(b"IEND", b"")
    )


def test_a_photo_is_drawn_anew_and_what_is_none_is_told(client: Client, province: Province) -> None:
    row = province.inspect("702", date(2020, 11, 20), photos=0)
    path = f"/record/marker-inspections/{row.code}/photos"
    polyglot = jpeg_with(b"<html><script>alert(1)</script>")
    for data in (
        png_bomb(),
        b"GIF89a<script>",
        b"<svg onload=alert(1)>",
        polyglot[:300],
        b"\xff\xd8\xff\xe1\xff\xffExif\0\0II*\0",
    ):
        assert client.post(path, {"photo_north": SimpleUploadedFile("a.jpg", data)}).status_code == 302
        assert not Photo.objects.exists()
    client.post(path, {"photo_north": SimpleUploadedFile("a.html", polyglot)})
    photo = Photo.objects.get()
    for door in ("record", "picture"):
        shown = client.get(f"/{door}/photos/{photo.pk}")
        assert shown.headers["Content-Type"] == "image/jpeg"
        assert shown.headers["X-Content-Type-Options"] == "nosniff"
        assert b"script" not in shown.content


def test_no_cell_of_an_export_is_a_formula(client: Client, province: Province) -> None:
    row = province.inspect("702", date(2020, 11, 20), photos=0, note='=HYPERLINK("http://evil.example")')
    assert MarkerInspection.objects.get(pk=row.pk).note.startswith("=")
    table = b"".join(client.get("/record/marker-inspections/export.csv").streaming_content).decode()
    assert "'=HYPERLINK" in table
    workbook = b"".join(client.get("/record/marker-inspections/export.xlsx").streaming_content)
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        sheets = "".join(archive.read(name).decode() for name in archive.namelist() if "sheet" in name)
    assert "HYPERLINK" in sheets
    assert "<f>" not in sheets


BIG = """
import os, resource, sys, tempfile
from pathlib import Path
import django; django.setup()
from cotmoc.base import evidence
from django.core.files.uploadedfile import TemporaryUploadedFile
upload = TemporaryUploadedFile("a.gpx", "", 0, "")
for _ in range(200): upload.write(os.urandom(1024) * 1024)
upload.seek(0); upload.size = upload.file.tell() or 200 * 1024 * 1024
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
sha, size = evidence.put_pieces(upload.chunks())
print(size, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def test_a_file_of_200_mb_is_kept_in_little_memory(tmp_path: Path) -> None:
    env = {"DJANGO_SETTINGS_MODULE": "cotmoc.site.settings", "COTMOC_HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", BIG], env=env, cwd=root, capture_output=True, text=True, check=True)
    size, grown_mb = map(int, done.stdout.split())
    assert size == 200 * 1024 * 1024
    assert grown_mb < 20


def test_a_file_that_nobody_reads_is_kept_and_told(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cotmoc.record.areas.border.actions.LARGEST", 1_000)
    receipt = sent(client, "to.gpx", GPX.encode() + bytes(2_000))
    waiting = Quarantine.objects.get()
    assert (receipt["outcome"], waiting.code) == ("quarantined", "file.too_large")
    assert client.post(f"/record/quarantine/{waiting.pk}/retry").status_code == 302
    assert Quarantine.objects.count() == 1
    assert ledger.verify().sound
