"""`cotmoc init`: the data folder, secrets, database and static files of an installation."""

from __future__ import annotations

import argparse
import os
from typing import Any

from cotmoc.site.commands.common import Result, command, operator, progress, say, start_django
from cotmoc.site.home import make_home


def add(commands: Any) -> None:
    made = command(commands, "init", "create the data folder, its secrets and the database; safe to repeat", run)
    made.add_argument("--unit-code", default="", help="code of the command that lives here, e.g. QNA")
    made.add_argument("--unit-name", default="", help="its name, e.g. 'Bộ Chỉ huy Bộ đội Biên phòng tỉnh …'")
    made.add_argument(
        "--user", default="", help="sign-in name of its first account; password from COTMOC_PASSWORD or asked"
    )


def run(args: argparse.Namespace) -> Result:
    folder = prepare(args)
    if args.unit_code:
        _first_command(args)
    return {"folder": str(folder), "said": f"Đã sẵn sàng / ready: {folder}"}, 0


def prepare(args: argparse.Namespace) -> Any:
    """Folder, secret, tables, static files, compiled engine."""
    folder = make_home()
    say(args, f"COTMOC_HOME = {folder}")
    start_django(need_database=False)
    migrate(args)
    from django.core.management import call_command

    say(args, "Chuẩn bị trang / collecting pages …")
    call_command("collectstatic", interactive=False, verbosity=0)
    compile_engine(args)
    return folder


def migrate(args: argparse.Namespace) -> None:
    """Bring the database to this version, with progress."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not plan:
        return
    step = progress(args, "Cơ sở dữ liệu / database")
    done = 0

    def on_progress(action: str, *_: Any) -> None:
        nonlocal done
        if action == "apply_success":
            done += 1
            step(done, len(plan))

    executor.progress_callback = on_progress
    executor.migrate(executor.loader.graph.leaf_nodes(), plan)


def compile_engine(args: argparse.Namespace) -> None:
    """Compile the coverage engine, where it is installed and was not compiled yet: half a minute, once."""
    from cotmoc.measure.engine import choice, fast

    if not fast.available() or choice.is_ready() or os.environ.get("COTMOC_COMPILE") == "no":
        return
    say(args, "Biên dịch bộ đo, một lần / compiling the coverage engine, once …")
    if not choice.prepare(progress(args, "Biên dịch / compiling")):
        say(args, "Chưa biên dịch được: số liệu vẫn đúng, đo chậm hơn / not compiled: same figures, slower")


def _first_command(args: argparse.Namespace) -> None:
    from cotmoc.base import ledger
    from cotmoc.base.models import Unit
    from cotmoc.base.text import fold
    from cotmoc.site.commands.account import create, password_for

    unit = Unit.objects.filter(code=args.unit_code).first()
    if unit is None:
        name = args.unit_name or args.unit_code
        unit = Unit(code=args.unit_code, name=name, short_name=name, kind=Unit.Kind.COMMAND, folded=fold(name))
        ledger.write([unit], operator())
    if args.user:
        create(args.user, password_for(args.user, os.environ.get("COTMOC_PASSWORD", "")), unit)
