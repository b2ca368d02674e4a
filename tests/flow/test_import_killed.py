"""“Kill the server during an import of 1,000 files, start again, import again: nothing lost, nothing double, ledger verifies,
replay equals.” Here with fewer files, on the command line, in a process of its own that is really killed."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from cotmoc.measure.models import Walk
from cotmoc.record.areas.border import received
from cotmoc.record.areas.border.actions import receive_file
from cotmoc.record.areas.border.models import PatrolTrack
from tests.record.world import BY, T0, World, gpx

FILES = 80
POST = """
import django; django.setup()
from cotmoc.base import ledger
from cotmoc.base.models import Unit
ledger.write([Unit(code="GR", name="Đồn Biên phòng Ga Ry", short_name="Ga Ry", kind="land_post")], ledger.Author("test"))
"""


def environment_of(home: Path) -> dict[str, str]:
    environment = {**os.environ, "COTMOC_HOME": str(home), "DJANGO_SETTINGS_MODULE": "cotmoc.site.settings"}
    environment.pop("COTMOC_DATABASE_URL", None)
    return environment


def cotmoc(home: Path, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "cotmoc", *arguments]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, env=environment_of(home), text=True, **pipes)


def told(process: subprocess.Popen[str]) -> dict[str, object]:
    out, err = process.communicate(timeout=120)
    assert out.strip(), err[-2000:]
    answer: dict[str, object] = json.loads(out)
    return answer


def tracks_in(home: Path) -> int:
    with sqlite3.connect(f"file:{home / 'cotmoc.sqlite3'}?mode=ro", uri=True) as database:
        return int(database.execute("SELECT count(*) FROM border_patroltrack").fetchone()[0])


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    told(cotmoc(folder, "init", "--json"))
    made = subprocess.run([sys.executable, "-c", POST], env=environment_of(folder), capture_output=True, text=True)
    assert made.returncode == 0, made.stderr[-2000:]
    return folder


def test_an_import_killed_in_the_middle_loses_nothing_and_doubles_nothing(home: Path, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for number in range(FILES):
        (inbox / f"{number:03d}.gpx").write_bytes(gpx(start=T0 + timedelta(hours=number), fixes=30))
    (inbox / "bad.gpx").write_bytes(gpx()[:500])

    first = cotmoc(home, "import", str(inbox), "--unit", "GR", "--json")
    deadline = time.monotonic() + 60
    while tracks_in(home) < FILES // 4 and time.monotonic() < deadline:
        time.sleep(0.02)
    first.send_signal(signal.SIGKILL)
    first.wait()
    arrived = tracks_in(home)
    assert FILES // 4 <= arrived < FILES, "killed in the middle"

    second = told(cotmoc(home, "import", str(inbox), "--unit", "GR", "--json"))
    assert (second["files"], second["quarantined"]) == (FILES + 1, 1)
    assert second["known"] >= arrived - 1  # type: ignore[operator]
    assert tracks_in(home) == FILES

    verdict = told(cotmoc(home, "ledger", "verify", "--json"))
    assert verdict["sound"] is True, verdict
    with sqlite3.connect(home / "cotmoc.sqlite3") as database:
        stored = {row[0] for row in database.execute("SELECT sha256 FROM base_evidencefile")}
        blobs = {row[0] for row in database.execute("SELECT blob_sha256 FROM border_patroltrack")}
    kept = {
        path.name for path in (home / "evidence").rglob("*") if path.is_file() and not path.name.startswith(".new-")
    }
    assert stored | blobs == kept, "every file of the store is named by a row, every row's file is there"


@pytest.mark.parametrize("name", ["a.gpx", "b.gpx"])
def test_a_track_stored_just_before_the_kill_is_measured_by_the_next_import(
    world: World, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The track is safe, its coverage was not computed: the same fixes again must not be waved through as known."""
    again = gpx() if name == "a.gpx" else gpx() + b"\n"
    with monkeypatch.context() as patched:
        patched.setattr(received, "announce", killed)
        with pytest.raises(KeyboardInterrupt):
            receive_file("a.gpx", gpx(), world.units["GR"], BY)
    assert (PatrolTrack.objects.count(), Walk.objects.count()) == (1, 0)
    assert receive_file(name, again, world.units["GR"], BY).outcome == "known"
    assert (PatrolTrack.objects.count(), Walk.objects.count()) == (1, 1)


def killed(_tracks: object) -> None:
    raise KeyboardInterrupt
