"""`cotmoc backup FILE` and `cotmoc restore FILE`: one archive of database, originals and secret, checked both ways."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from cotmoc.site.commands.common import Result, command, progress, start_django


def add(commands: Any) -> None:
    made = command(commands, "backup", "write database, original files and secret into one archive", _backup)
    made.add_argument("file", type=Path)
    back = command(commands, "restore", "put an archive back into an empty data folder and verify it", _restore)
    back.add_argument("file", type=Path)


def _backup(args: argparse.Namespace) -> Result:
    start_django()
    from cotmoc.site import archive

    return archive.write(args.file, progress(args, "Sao lưu / backup")), 0


def _restore(args: argparse.Namespace) -> Result:
    from cotmoc.site import archive

    result = archive.read(args.file, args, progress(args, "Khôi phục / restore"))
    return result, 0 if result["sound"] else 4
