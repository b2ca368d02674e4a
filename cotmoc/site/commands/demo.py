"""`cotmoc demo`: the invented year, built once, then served."""

from __future__ import annotations

import argparse
import os
import secrets
import time
from pathlib import Path
from typing import Any

from cotmoc.site.commands import serve
from cotmoc.site.commands.common import Result, command, progress, say, start_django
from cotmoc.site.commands.init import prepare
from cotmoc.site.home import home

ACCOUNTS = {"thammuu": "", "gary": "GR", "laee": "LE"}
"""Sign-in names of the demonstration and the codes of their units; empty = the command."""


def add(commands: Any) -> None:
    made = command(commands, "demo", "build the invented year (first time) and serve it", run)
    made.add_argument("--years", type=int, default=1, help="years of records, ending on 24/11/2020")
    made.add_argument("--provinces", type=int, default=1)
    made.add_argument("--months", type=int, default=0, help="only the last months of the year: a small demonstration")
    made.add_argument("--fix-interval", type=float, default=20.0, metavar="S", help="seconds between GPS fixes (5–30)")
    made.add_argument("--seed", type=int, default=2020)
    made.add_argument("--no-serve", action="store_true", help="build only")
    made.add_argument("--host", default="127.0.0.1")
    made.add_argument("--port", type=int, default=int(os.environ.get("COTMOC_PORT", "8000")))
    made.set_defaults(workers=1)


def run(args: argparse.Namespace) -> Result:
    began = time.monotonic()
    prepare(args)
    built = _build_once(args)
    password = _accounts()
    seconds = time.monotonic() - began
    args.port = next(port for port in range(args.port, args.port + 100) if serve.is_free(args.host, port))
    address = f"http://{args.host}:{args.port}/"
    say(args, "")
    say(
        args,
        f"  Năm 2020 minh họa, sẵn sàng sau {seconds:.0f} giây / the invented year 2020, ready after {seconds:.0f} s",
    )
    say(args, f"  Mở / open   {address}")
    say(args, f"  Đăng nhập / sign in: {', '.join(ACCOUNTS)}   mật khẩu / password: {password}")
    say(args, "")
    result = {
        "address": address,
        "accounts": list(ACCOUNTS),
        "password": password,
        "built": built,
        "seconds": round(seconds, 1),
    }
    if args.no_serve:
        return result, 0
    serve.serve(args)
    return {}, 0


def _build_once(args: argparse.Namespace) -> bool:
    from cotmoc.base import clock
    from cotmoc.base.models import LedgerEntry
    from cotmoc.demo import load

    if LedgerEntry.objects.exists():
        start_django()
        return False
    say(args, "Dựng năm minh họa / building the invented year …")
    step = progress(args, "Năm 2020")
    load.build(
        years=args.years, provinces=args.provinces, months=args.months or None, fix_interval=args.fix_interval,
        seed=args.seed, progress=step,
    )  # fmt: skip
    clock.forget()
    return True


def _accounts() -> str:
    """Accounts of the demonstration; their one password is made on the first start and kept in the data folder."""
    from django.contrib.auth import get_user_model

    from cotmoc.base.models import Person
    from cotmoc.site.commands.account import create
    from cotmoc.site.commands.common import unit_by_code

    path = home() / "demo-password.txt"
    if not path.exists():
        _write_private(path, secrets.token_urlsafe(9))
    password = path.read_text().strip()
    for name, code in ACCOUNTS.items():
        if not get_user_model().objects.filter(username=name).exists():
            unit = unit_by_code(code)
            create(name, password, unit, Person.objects.in_force().filter(unit=unit).order_by("code").first())
    return password


def _write_private(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
