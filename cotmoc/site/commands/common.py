"""What several commands share: Django on demand, progress on standard error, the language of sentences."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from typing import Any

from cotmoc.base.problems import Language, Problem
from cotmoc.site.home import home

Result = tuple[dict[str, Any], int]


def language() -> Language:
    """Vietnamese; English where the environment's LANG or COTMOC_LANG asks for it."""
    chosen = os.environ.get("COTMOC_LANG") or os.environ.get("LANG", "vi")
    return "en" if chosen.startswith("en") else "vi"


def command(
    commands: Any, name: str, help_text: str, run: Callable[[argparse.Namespace], Result]
) -> argparse.ArgumentParser:
    """Declare a command with `--json` and `--quiet`."""
    made: argparse.ArgumentParser = commands.add_parser(name, help=help_text, description=help_text)
    made.add_argument("--json", action="store_true", help="print the result as JSON")
    made.add_argument("--quiet", action="store_true", help="no progress on standard error")
    made.set_defaults(run=run)
    return made


def start_django(need_database: bool = True) -> None:
    """Load Django. Raises Problem `cli.no_database` where no database was made yet."""
    import django
    from django.db import OperationalError, connection

    django.setup()
    if not need_database:
        return
    try:
        ready = "base_ledgerentry" in connection.introspection.table_names()
    except OperationalError:  # SQLite: the folder is not there; PostgreSQL: no such database or server
        ready = False
    if not ready:
        raise Problem("cli.no_database", folder=home())


def say(args: argparse.Namespace, text: str) -> None:
    """A remark on standard error."""
    if not args.quiet:
        print(text, file=sys.stderr, flush=True)


def progress(args: argparse.Namespace, label: str) -> Callable[[int, int], None]:
    """A progress bar on standard error: call with (done, total)."""
    from tqdm import tqdm

    bar = tqdm(desc=label, disable=args.quiet, file=sys.stderr, leave=True, unit="")

    def step(done: int, total: int) -> None:
        bar.total = total
        bar.update(done - bar.n)
        if done >= total:
            bar.close()

    return step


def operator() -> Any:
    """The author of what is written from the command line."""
    import getpass

    from cotmoc.base.ledger import Author

    return Author(f"cli:{getpass.getuser()}", "command line")


def unit_by_code(code: str) -> Any:
    """The unit of `--unit`; the only command where the code is empty. Raises Problem `cli.unit`."""
    from cotmoc.base.models import Unit

    units = Unit.objects.in_force()
    found = units.filter(code=code).first() if code else units.filter(kind=Unit.Kind.COMMAND).order_by("code").first()
    if found is None:
        known = ", ".join(units.values_list("code", flat=True)[:12])
        raise Problem("cli.unit", code=code, known=known)
    return found
