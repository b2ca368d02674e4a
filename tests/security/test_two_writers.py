"""Two processes write at once to one database: nobody's entry is lost, the chain holds, no number is left out."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

WRITERS, ROWS = 3, 15
ROOT = Path(__file__).resolve().parents[2]
WRITE = f"""
import sys, django; django.setup()
from cotmoc.base import ledger
from cotmoc.base.models import Setting
for number in range({ROWS}):
    ledger.write([Setting(key=f"viet.{{sys.argv[1]}}.{{number}}", value=number)], ledger.Author(sys.argv[1]))
"""
VERIFY = """
import django; django.setup()
from cotmoc.base import ledger
from cotmoc.base.models import LedgerEntry, Setting
verdict = ledger.verify()
numbers = list(LedgerEntry.objects.order_by("seq").values_list("seq", flat=True))
print(verdict.sound, verdict.entries, numbers == list(range(1, len(numbers) + 1)), Setting.objects.count())
"""


def test_writers_at_once_on_sqlite(tmp_path: Path) -> None:
    write_at_once({"COTMOC_HOME": str(tmp_path), "COTMOC_DATABASE_URL": ""})


@pytest.mark.postgres
def test_writers_at_once_on_postgresql(tmp_path: Path) -> None:
    server = os.environ.get("COTMOC_TEST_POSTGRES", "")
    if not server:
        pytest.skip("NO POSTGRESQL: COTMOC_TEST_POSTGRES is not set; writers at once were tried on SQLite only")
    import psycopg

    name = f"cotmoc_writers_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            address = (
                urlsplit(server)._replace(path=f"/{name}").geturl()
            )  # the host may be a folder, with its own slashes
            write_at_once({"COTMOC_HOME": str(tmp_path), "COTMOC_DATABASE_URL": address})
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def write_at_once(place: dict[str, str]) -> None:
    env = {**os.environ, **place, "DJANGO_SETTINGS_MODULE": "cotmoc.site.settings"}
    run(env, "-m", "django", "migrate", "-v0")
    writers = [subprocess.Popen([sys.executable, "-c", WRITE, f"w{n}"], env=env, cwd=ROOT) for n in range(WRITERS)]
    assert [writer.wait(60) for writer in writers] == [0] * WRITERS
    assert run(env, "-c", VERIFY).split() == ["True", str(WRITERS * ROWS), "True", str(WRITERS * ROWS)]


def run(env: dict[str, str], *what: str) -> str:
    done = subprocess.run([sys.executable, *what], env=env, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr[-800:]
    return done.stdout
