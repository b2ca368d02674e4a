"""The command line: `cotmoc COMMAND …`.

Results go to standard output (`--json` for machines), progress and remarks to standard error.
Exit codes: 0 done · 1 done, but some input could not be used · 2 wrong call · 3 not done, a sentence says why ·
4 the ledger is not sound.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from typing import Any

from cotmoc import __version__
from cotmoc.base.problems import Problem
from cotmoc.site.commands import account, backup, demo, geodata, importing, init, ledger, measure, review, serve
from cotmoc.site.commands.common import language

COMMANDS = (init, demo, serve, account, importing, geodata, measure, review, ledger, backup)


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="cotmoc", description="Cột Mốc: record, picture, measure, plan, review.")
    top.add_argument("--version", action="version", version=f"cotmoc {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for command in COMMANDS:
        command.add(commands)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cotmoc.site.settings")
    args = parser().parse_args(arguments)
    try:
        result, code = args.run(args)
        _print(result, args, result.pop("said", ""))
    except Problem as problem:
        said = {"problem": {"code": problem.code, "vi": problem.sentence("vi"), "en": problem.sentence("en")}}
        _print(said, args, problem.sentence(language()))
        return 3
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader of our output left, as `head` does
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 (kept open until exit on purpose)
        return 0
    return int(code)


def _print(result: dict[str, Any], args: argparse.Namespace, said: str) -> None:
    if getattr(args, "json", False):
        print(json.dumps(result, ensure_ascii=False, default=str))
    elif said:
        print(said)
    elif result:
        print(json.dumps(result, ensure_ascii=False, indent=2, default=str))


if __name__ == "__main__":
    sys.exit(main())
