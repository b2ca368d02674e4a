"""`cotmoc measure rebuild` “with progress and safe interruption”: really killed, twice, it ends with the same rows."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.measure.engine.walks import lonlat
from tests.measure.test_files import geojson, gpx

WALKS = 7
KILLED = """
import os, signal, sys, django
django.setup()
from cotmoc.measure import rows, run
run.BATCH, left, insert = 2, [int(sys.argv[1])], rows.insert
def killed(*what):
    left[0] -= 1
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
    return insert(*what)
rows.insert = killed
run.rebuild()
"""
ROWS = """
SELECT w."group", c.version_id, c.reach_m, c.sure, c.from_m, c.to_m, c.first, c.last
FROM measure_coverageinterval c JOIN measure_walk w ON w.id = c.walk_id ORDER BY 1, 2, 3, 4, 5, 6, 7
"""


def environment_of(home: Path) -> dict[str, str]:
    environment = {**os.environ, "COTMOC_HOME": str(home), "DJANGO_SETTINGS_MODULE": "cotmoc.site.settings"}
    environment.pop("COTMOC_DATABASE_URL", None)
    return environment


def cotmoc(home: Path, *arguments: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "cotmoc", *arguments, "--json", "--quiet"]
    done = subprocess.run(command, env=environment_of(home), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def asked(home: Path, statement: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(home / "cotmoc.sqlite3") as database:
        return database.execute(statement).fetchall()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An installation whose tracks were measured, and then all of it forgotten."""
    folder, inbox = tmp_path / "home", tmp_path / "inbox"
    inbox.mkdir()
    (tmp_path / "line.geojson").write_text(geojson(("LineString", lonlat([(0, 0), (5000, 0)]).tolist(), {})))
    for number in range(WALKS):
        way = [(100.0 * i, 10.0 * number) for i in range(number, number + 30)]
        (inbox / f"{number}.gpx").write_text(gpx(way, f"2020-10-{number + 1:02d}T01:00:00"))
    cotmoc(folder, "init", "--unit-code", "QN", "--unit-name", "Bộ Chỉ huy")
    cotmoc(folder, "geodata", "line", str(tmp_path / "line.geojson"), "--source", "bản vẽ")
    cotmoc(folder, "import", str(inbox))
    return folder


def test_a_rebuild_killed_twice_ends_with_the_same_rows(home: Path, tmp_path: Path) -> None:
    expected = asked(home, ROWS)
    assert len(expected) > WALKS
    for table in ("measure_coverageinterval", "measure_markervisit", "measure_walk"):
        asked(home, f"DELETE FROM {table}")
    left = []
    for insertions in (12, 13):
        command = [sys.executable, "-c", KILLED, str(insertions)]
        assert subprocess.run(command, env=environment_of(home)).returncode == -signal.SIGKILL
        left.append(asked(home, "SELECT count(*) FROM measure_walk")[0][0])
    assert 0 < left[0] < left[1] < WALKS, "killed in the middle, and gone on from there"
    assert cotmoc(home, "measure", "rebuild")["walks"] == WALKS - left[1]
    assert asked(home, ROWS) == expected
    assert cotmoc(home, "measure", "rebuild") == {"walks": 0, "amended": 0, "removed": 0, "coverage": 0, "visits": 0}
