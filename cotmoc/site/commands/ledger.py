"""`cotmoc ledger verify|replay|head`: the chain holds, and the same database can be built again."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from cotmoc.site.commands.common import Result, command, progress, start_django


def add(commands: Any) -> None:
    top = commands.add_parser("ledger", help="verify the ledger, or build the database of a moment from it")
    kinds = top.add_subparsers(dest="act", required=True, metavar="WHAT")
    verify = command(kinds, "verify", "recompute the chain and compare every table with it", _verify)
    verify.add_argument("--evidence", action="store_true", help="also read every original file and check its SHA-256")
    verify.add_argument(
        "--replay", action="store_true", help="also build the database anew from the ledger and compare"
    )
    replay = command(kinds, "replay", "write the database of a moment into a new SQLite file", _replay)
    replay.add_argument("--into", type=Path, required=True)
    replay.add_argument("--at", default="", help="the moment, e.g. 2020-07-01; default: now")
    command(kinds, "head", "number and hash of the last entry, to be kept outside this machine", _head)


def _verify(args: argparse.Namespace) -> Result:
    start_django()
    from cotmoc.base import ledger

    verdict = ledger.verify(progress(args, "Sổ cái / ledger"))
    result: dict[str, Any] = {
        "sound": verdict.sound, "entries": verdict.entries, "rows": verdict.rows, "head": verdict.head,
        "faults": verdict.faults[:50],
    }  # fmt: skip
    if args.evidence:
        result["evidence"] = _check_evidence()
        result["sound"] = result["sound"] and not result["evidence"]["faults"]
    if args.replay:
        result["replay"] = _check_replay()
        result["sound"] = result["sound"] and result["replay"]["same"]
    return result, 0 if result["sound"] else 4


def _check_evidence() -> dict[str, Any]:
    from cotmoc.base import evidence
    from cotmoc.base.models import EvidenceFile
    from cotmoc.base.problems import Problem

    faults, count = [], 0
    for sha256 in EvidenceFile.objects.values_list("sha256", flat=True).iterator():
        count += 1
        try:
            evidence.get(sha256)
        except Problem as problem:
            faults.append({"code": problem.code, "sha256": sha256})
    return {"files": count, "faults": faults}


def _check_replay() -> dict[str, Any]:
    """Build the whole database from the ledger in a temporary file; it must verify with the same head."""
    import tempfile

    from cotmoc.base import ledger

    with tempfile.TemporaryDirectory() as folder:
        rows = replay_into(Path(folder) / "replay.sqlite3", None)
        again = ledger.verify(using="replay")
    return {"rows": rows, "same": again.sound and again.head == ledger.head()[1], "faults": again.faults[:10]}


def replay_into(path: Path, at: Any) -> int:
    """Migrate an empty SQLite file and replay into it; returns the number of rows."""
    from django.core.management import call_command
    from django.db import connections

    from cotmoc.base import ledger

    connections["replay"].close()
    connections["replay"].settings_dict["NAME"] = str(path)
    call_command("migrate", database="replay", verbosity=0, interactive=False)
    return ledger.replay("replay", until=at)


def _replay(args: argparse.Namespace) -> Result:
    start_django()
    from cotmoc.base.asking import parse_moment

    if args.into.exists():
        os.unlink(args.into)
    rows = replay_into(args.into, parse_moment(args.at) if args.at else None)
    return {"file": str(args.into), "rows": rows}, 0


def _head(args: argparse.Namespace) -> Result:
    start_django()
    from cotmoc.base import ledger

    seq, digest = ledger.head()
    return {"seq": seq, "hash": digest}, 0
