"""A backup holds everything whatever the database, and a restore brings back the same figures and the same sign-ins."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.site.test_command_line import LINE, gpx

STATE = """
import django; django.setup()
from django.contrib.auth import authenticate
from django.test import RequestFactory
from cotmoc.base import ledger
from cotmoc.measure.models import CoverageInterval
print(ledger.head())
print(authenticate(RequestFactory().get("/"), username="thammuu", password="mot-mat-khau-dai") is not None)
print(sorted(CoverageInterval.objects.values_list("reach_m", "sure", "from_m", "to_m", "first", "last")))
"""


class Place:
    """A data folder and its database: a file in it, or an address."""

    def __init__(self, home: Path, address: str = "") -> None:
        self.env = {
            **os.environ, "COTMOC_HOME": str(home), "COTMOC_DATABASE_URL": address,
            "COTMOC_PASSWORD": "mot-mat-khau-dai", "DJANGO_SETTINGS_MODULE": "cotmoc.site.settings",
        }  # fmt: skip

    def python(self, *what: str, code: int = 0) -> str:
        done = subprocess.run([sys.executable, *what], env=self.env, capture_output=True, text=True)
        assert done.returncode == code, done.stderr[-2000:]
        return done.stdout

    def cotmoc(self, *arguments: str, code: int = 0) -> dict[str, Any]:
        said: dict[str, Any] = json.loads(self.python("-m", "cotmoc", *arguments, "--json", "--quiet", code=code))
        return said

    def state(self) -> list[str]:
        """The ledger's head, whether one can sign in, and the stretches of the line that are known as walked."""
        return self.python("-c", STATE).splitlines()


def filled(place: Place, tmp_path: Path) -> Place:
    (tmp_path / "line.geojson").write_text(json.dumps(LINE))
    (tmp_path / "a.gpx").write_text(gpx(15.89))
    place.cotmoc("init", "--unit-code", "QN", "--user", "thammuu")
    place.cotmoc("geodata", "line", str(tmp_path / "line.geojson"), "--source", "bản vẽ")
    place.cotmoc("import", str(tmp_path / "a.gpx"))
    return place


def same(place: Place, restored: Place, archive: Path) -> None:
    place.cotmoc("backup", str(archive))
    assert archive.stat().st_mode & 0o777 == 0o600, "the secret is in it"
    assert restored.cotmoc("restore", str(archive))["sound"]
    head, signs_in, covered = place.state()
    assert signs_in == "True"
    assert covered.count("(") > 4
    assert restored.state() == [head, signs_in, covered]
    assert not (Path(restored.env["COTMOC_HOME"]) / "accounts.json").exists(), "no hash of a password lies about"


def test_from_a_file_to_a_file(tmp_path: Path) -> None:
    same(filled(Place(tmp_path / "one"), tmp_path), Place(tmp_path / "two"), tmp_path / "backup.zip")


@pytest.fixture
def databases() -> Iterator[list[str]]:
    """Two empty databases on the server."""
    server = os.environ.get("COTMOC_TEST_POSTGRES", "")
    if not server:
        pytest.skip("NO POSTGRESQL: COTMOC_TEST_POSTGRES is not set; backups were tried on SQLite only")
    import psycopg

    names = [f"cotmoc_archive_{os.getpid()}_{number}" for number in (1, 2)]
    with psycopg.connect(server, autocommit=True) as connection:
        for name in names:
            connection.execute(f"CREATE DATABASE {name}")
        try:
            yield [urlsplit(server)._replace(path=f"/{name}").geturl() for name in names]
        finally:
            for name in names:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.postgres
def test_from_postgresql_to_a_file_and_back(tmp_path: Path, databases: list[str]) -> None:
    first, second = (Place(tmp_path / f"pg{number}", address) for number, address in enumerate(databases))
    file = Place(tmp_path / "file")
    same(filled(first, tmp_path), file, tmp_path / "one.zip")
    same(file, second, tmp_path / "two.zip")
    second.cotmoc("account", "moi")  # the database counts on where the restored accounts end
    refused = Place(tmp_path / "other", databases[0]).cotmoc("restore", str(tmp_path / "two.zip"), code=3)
    assert refused["problem"]["code"] == "backup.not_empty", "the folder is empty, the database is not"
