"""Backup and restore: one ZIP with the database, every original file and the secret, listed with their SHA-256.

On SQLite the database is copied by SQLite's own online backup, so writers may go on. On PostgreSQL the ledger is replayed into a
SQLite file, accounts are copied beside: the archive is the same for both, and restores into both.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from cotmoc import __version__
from cotmoc.base.problems import Problem
from cotmoc.site.home import home, make_home

DATABASE = "cotmoc.sqlite3"
ACCOUNTS = "accounts.json"
Progress = Callable[[int, int], None]


def write(target: Path, progress: Progress) -> dict[str, Any]:
    """Write the archive beside its final name, then move it there: a broken backup never has the name of a whole one."""
    partial = target.with_name(target.name + ".part")
    partial.unlink(missing_ok=True)
    partial.touch(mode=0o600)  # the secret and the hashes of the passwords are in it
    manifest: dict[str, Any] = {"program": __version__, "files": {}}
    with tempfile.TemporaryDirectory(dir=home()) as folder, zipfile.ZipFile(partial, "w", allowZip64=True) as archive:
        parts = [*_database(Path(folder)), *_originals()]  # the originals last: every row of the copy has its file
        manifest["head"] = _head_of(Path(folder) / DATABASE)  # the copy's own: people may be writing meanwhile
        for number, (name, path) in enumerate(parts, 1):
            manifest["files"][name] = _sha256(path)
            packing = zipfile.ZIP_DEFLATED if path.suffix in {".sqlite3", ".json"} else zipfile.ZIP_STORED
            archive.write(path, name, compress_type=packing)
            progress(number, len(parts))
        archive.writestr("manifest.json", json.dumps(manifest, indent=1), zipfile.ZIP_DEFLATED)
    partial.replace(target)
    return {
        "file": str(target),
        "files": len(manifest["files"]),
        "bytes": target.stat().st_size,
        "head": manifest["head"],
    }


def _database(folder: Path) -> Iterator[tuple[str, Path]]:
    from django.contrib.auth import get_user_model
    from django.core import serializers
    from django.db import connection, connections

    copy = folder / DATABASE
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with sqlite3.connect(copy) as into:
            connection.connection.backup(into)
        into.close()
    else:
        from cotmoc.site.commands.ledger import replay_into

        replay_into(copy, None)
        connections["replay"].close()  # only then is everything in the file itself, and not in its write-ahead log
    yield DATABASE, copy
    accounts = folder / ACCOUNTS
    accounts.write_text(serializers.serialize("json", get_user_model().objects.order_by("pk")))
    yield ACCOUNTS, accounts


def _head_of(copy: Path) -> list[Any]:
    from django.db import connections

    from cotmoc.base import ledger

    connections["replay"].close()
    connections["replay"].settings_dict["NAME"] = str(copy)
    head = list(ledger.head("replay"))
    connections["replay"].close()
    return head


def _originals() -> Iterator[tuple[str, Path]]:
    secret = home() / "secret.key"
    if secret.exists():
        yield "secret.key", secret
    folder = home() / "evidence"
    for path in sorted(folder.rglob("*")) if folder.exists() else ():
        if path.is_file() and not path.name.startswith("."):
            yield path.relative_to(home()).as_posix(), path


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read(source: Path, args: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    """Restore into an empty data folder, check every file against the manifest, verify the ledger.

    Raises Problem `backup.unreadable`, `backup.not_empty` or `backup.damaged`; nothing is put in place before all files
    are checked.
    """
    with _open(source) as archive:
        manifest = _manifest(archive)
        _refuse_used_folder()
        folder = make_home()
        _refuse_used_database()
        with tempfile.TemporaryDirectory(dir=folder, prefix=".restore-") as staging:
            _unpack(archive, manifest["files"], Path(staging), progress)
            _put_in_place(Path(staging), folder, manifest["files"])
    return _start(args, manifest)


def _open(source: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(source)
    except FileNotFoundError as error:
        raise Problem("cli.not_found", path=source) from error
    except zipfile.BadZipFile as error:
        raise Problem("backup.unreadable", path=source) from error


def _manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads(archive.read("manifest.json"))
    except (KeyError, ValueError) as error:
        raise Problem("backup.unreadable", path=archive.filename) from error
    return manifest


def _refuse_used_folder() -> None:
    if (home() / DATABASE).exists():
        raise Problem("backup.not_empty", folder=home())


def _refuse_used_database() -> None:
    """On PostgreSQL the folder may be empty and the database not."""
    from cotmoc.site.commands.common import start_django

    start_django(need_database=False)
    from django.db import connection

    from cotmoc.base import ledger

    if (
        connection.vendor != "sqlite"
        and "base_ledgerentry" in connection.introspection.table_names()
        and ledger.head()[0]
    ):
        raise Problem("backup.not_empty", folder=f"{connection.vendor}/{connection.settings_dict['NAME']}")


def _unpack(archive: zipfile.ZipFile, files: dict[str, str], into: Path, progress: Progress) -> None:
    for number, (name, sha256) in enumerate(files.items(), 1):
        path = into / name
        if not path.resolve().is_relative_to(into.resolve()):
            raise Problem("backup.damaged", name=name)
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            path.write_bytes(archive.read(name))
        except (KeyError, zipfile.BadZipFile) as error:
            raise Problem("backup.damaged", name=name) from error
        if _sha256(path) != sha256:
            raise Problem("backup.damaged", name=name)
        progress(number, len(files))


def _put_in_place(staging: Path, folder: Path, files: dict[str, str]) -> None:
    for name in files:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        (staging / name).replace(target)
    (folder / "secret.key").chmod(0o600)


def _start(args: argparse.Namespace, manifest: dict[str, Any]) -> dict[str, Any]:
    """Bring the restored database to this version and verify it; on PostgreSQL, replay into it first.

    A database that was replayed, now or for the backup, holds what the ledger holds: the accounts' passwords come from
    beside it, and what is derived from the tracks is computed again (nothing is, where the copy had it).
    """
    from cotmoc.site.commands.common import start_django
    from cotmoc.site.commands.init import prepare

    prepare(args)
    start_django()
    from django.db import connection, connections

    from cotmoc.base import ledger
    from cotmoc.measure import run

    if connection.vendor != "sqlite":
        connections["replay"].settings_dict["NAME"] = str(home() / DATABASE)
        ledger.replay("default", source="replay")
    _sign_ins(home() / ACCOUNTS)
    run.rebuild()
    verdict = ledger.verify()
    same = list(ledger.head()) == manifest["head"]
    return {
        "sound": verdict.sound and same,
        "entries": verdict.entries,
        "rows": verdict.rows,
        "head": list(ledger.head()),
    }


def _sign_ins(path: Path) -> None:
    """The accounts with their passwords; the database counts their numbers itself."""
    from django.contrib.auth import get_user_model
    from django.core import serializers

    known = set(get_user_model().objects.values_list("username", flat=True))
    for account in serializers.deserialize("json", path.read_text()):
        if account.object.__dict__["username"] not in known:
            account.object.pk = None
            account.save()
    path.unlink()
