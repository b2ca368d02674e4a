"""The command line as people run it: its own process and data folder, JSON on standard output, meaningful exit codes."""

from __future__ import annotations

import io
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cotmoc.base.problems import Problem
from cotmoc.site.commands.account import password_for

GPX = """<?xml version="1.0"?><gpx version="1.1" creator="t" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>{}</trkseg></trk></gpx>"""
LINE = {"type": "LineString", "coordinates": [[107.5, 15.9], [107.5, 15.8], [107.52, 15.7]]}


def gpx(start: float, day: str = "2020-03-01", lon: float = 107.5002) -> str:
    points = (
        f'<trkpt lat="{start - i * 0.0002:.6f}" lon="{lon}"><time>{day}T01:{i // 3:02d}:{i % 3 * 20:02d}Z</time></trkpt>'
        for i in range(60)
    )
    return GPX.format("".join(points))


class Installation:
    """A data folder and the command that works on it."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def run(self, *arguments: str, code: int = 0, home: Path | None = None) -> dict[str, Any]:
        environment = {
            **os.environ, "COTMOC_HOME": str(home or self.home), "COTMOC_PASSWORD": "mot-mat-khau-dai", "COTMOC_LANG": "vi",
        }  # fmt: skip
        environment.pop("COTMOC_DATABASE_URL", None)
        done = subprocess.run(
            [sys.executable, "-m", "cotmoc", *arguments, "--json", "--quiet"],
            env=environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == code, done.stderr
        result: dict[str, Any] = json.loads(done.stdout)
        return result


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    made = Installation(tmp_path_factory.mktemp("cli") / "home")
    made.run("init", "--unit-code", "QN", "--unit-name", "Bộ Chỉ huy", "--user", "thammuu")
    return made


def test_the_secret_is_readable_by_its_owner_only(installation: Installation) -> None:
    assert (installation.home / "secret.key").stat().st_mode & 0o777 == 0o600


def test_without_data_it_says_what_to_do(tmp_path: Path) -> None:
    said = Installation(tmp_path / "none").run("ledger", "verify", code=3)
    assert said["problem"]["code"] == "cli.no_database"
    assert "cotmoc init" in said["problem"]["vi"]


def test_an_unknown_unit_is_told_with_the_known_ones(installation: Installation, tmp_path: Path) -> None:
    path = tmp_path / "a.gpx"
    path.write_text(gpx(15.9))
    said = installation.run("import", str(path), "--unit", "XX", code=3)
    assert "QN" in said["problem"]["vi"]


def test_a_name_that_is_no_text_and_a_file_that_cannot_be_opened_stop_nothing(
    installation: Installation, tmp_path: Path
) -> None:
    odd = tmp_path / os.fsdecode(b"a\xff.gpx")
    odd.write_text(gpx(15.6, "2020-05-05"))
    Path(tmp_path / "line.geojson").write_text(json.dumps(LINE))
    Path(tmp_path / "mem.gpx").symlink_to("/proc/self/mem")  # a file that opens and cannot be read, even by root
    Path(tmp_path / "z.gpx").write_text(gpx(15.6, "2020-05-06"))
    names = [str(tmp_path / name) for name in (odd.name, "mem.gpx", "z.gpx")]
    said = installation.run("import", *names, code=1)
    assert (said["received"], said["unavailable"]) == (2, 1)
    assert {Path(one["file"]).name: one["code"] for one in said["problems"]} == {"mem.gpx": "file.unavailable"}
    odd.write_text("")
    said = installation.run("measure", "coverage", "--line", str(tmp_path / "line.geojson"), *names, code=1)
    assert {Path(one["file"]).name for one in said["problems"]} == {"a\ufffd.gpx", "mem.gpx"}


def test_without_a_terminal_a_missing_password_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    with pytest.raises(Problem, match="COTMOC_PASSWORD"):
        password_for("thammuu", "")


def test_import_measure_verify_backup_restore(installation: Installation, tmp_path: Path) -> None:
    line = tmp_path / "line.geojson"
    line.write_text(json.dumps(LINE))
    assert installation.run("geodata", "line", str(line), "--source", "bản vẽ")["created"] == 2
    tracks = tmp_path / "tracks"
    tracks.mkdir()
    (tracks / "a.gpx").write_text(gpx(15.89))
    (tracks / "b.gpx").write_text(gpx(15.85, "2020-03-02"))
    (tracks / "same fixes.gpx").write_text(gpx(15.89).replace("creator", " creator"))
    (tracks / "broken.gpx").write_text(gpx(15.89)[:500])

    first = installation.run("import", str(tracks), code=1)
    again = installation.run("import", str(tracks), code=1)
    assert first["files"] == again["files"] == 4
    assert {p["code"] for p in first["problems"]} >= {"file.truncated"}

    sound = installation.run("ledger", "verify", "--evidence", "--replay")
    assert sound["sound"]
    assert sound["replay"]["same"]

    archive = tmp_path / "backup.zip"
    assert installation.run("backup", str(archive))["head"] == list(installation.run("ledger", "head").values())
    restored = installation.run("restore", str(archive), home=tmp_path / "other")
    assert restored["sound"]
    assert (
        installation.run("restore", str(archive), home=tmp_path / "other", code=3)["problem"]["code"]
        == "backup.not_empty"
    )


def test_a_damaged_backup_restores_nothing(installation: Installation, tmp_path: Path) -> None:
    archive = tmp_path / "backup.zip"
    installation.run("backup", str(archive))
    data = bytearray(archive.read_bytes())
    data[len(data) // 2] ^= 0xFF
    archive.write_bytes(bytes(data))
    said = installation.run("restore", str(archive), home=tmp_path / "other", code=3)
    assert said["problem"]["code"] in {"backup.damaged", "backup.unreadable"}
    assert not (tmp_path / "other" / "cotmoc.sqlite3").exists()


def test_the_database_of_a_past_moment(installation: Installation, tmp_path: Path) -> None:
    into = tmp_path / "then.sqlite3"
    assert installation.run("ledger", "replay", "--into", str(into), "--at", "2000-01-01")["rows"] == 0
    assert installation.run("ledger", "replay", "--into", str(into))["rows"] > 0


def test_a_line_that_comes_after_its_tracks_is_measured_against_them(tmp_path: Path) -> None:
    late = Installation(tmp_path / "late")
    late.run("init", "--unit-code", "QN", "--unit-name", "Bộ Chỉ huy")
    (tmp_path / "a.gpx").write_text(gpx(15.89))
    (tmp_path / "line.geojson").write_text(json.dumps(LINE))
    late.run("import", str(tmp_path / "a.gpx"))
    late.run("geodata", "line", str(tmp_path / "line.geojson"), "--source", "bản vẽ")
    with sqlite3.connect(late.home / "cotmoc.sqlite3") as database:
        (rows,) = database.execute("SELECT count(*) FROM measure_coverageinterval").fetchone()
    assert rows > 0
