"""`cotmoc account NAME --unit CODE`: an account of a unit; the password is asked, or comes from COTMOC_PASSWORD."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from typing import Any

from cotmoc.base.problems import Problem
from cotmoc.site.commands.common import Result, command, operator, start_django, unit_by_code


def add(commands: Any) -> None:
    made = command(commands, "account", "create an account, or give it a new password or unit", run)
    made.add_argument("name")
    made.add_argument("--unit", default="", help="code of its unit")
    made.add_argument("--person", default="", help="code of the person behind it")


def run(args: argparse.Namespace) -> Result:
    start_django()
    from cotmoc.base.models import Person

    unit = unit_by_code(args.unit)
    person = Person.objects.in_force().filter(code=args.person).first() if args.person else None
    create(args.name, password_for(args.name, os.environ.get("COTMOC_PASSWORD", "")), unit, person)
    return {"account": args.name, "unit": unit.code}, 0


def password_for(name: str, given: str) -> str:
    """The given password, or one typed now; checked by the rules of the installation.

    Raises Problem `signin.weak`, `cli.no_password` where nobody is there to type.
    """
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    if not given and not sys.stdin.isatty():
        raise Problem("cli.no_password", name=name)
    password = given or getpass.getpass(f"Mật khẩu cho {name} / password: ")
    try:
        validate_password(password)
    except ValidationError as error:
        raise Problem("signin.weak", detail=" ".join(error.messages)) from error
    return password


def create(name: str, password: str, unit: Any, person: Any = None) -> None:
    """Make or renew an account. The password goes to Django's table, the account's unit to the ledger."""
    from django.contrib.auth import get_user_model

    from cotmoc.base import ledger
    from cotmoc.base.models import Account

    user, _ = get_user_model().objects.get_or_create(username=name)
    user.set_password(password)
    user.save()
    account = Account.objects.filter(username=name).first() or Account(username=name)
    account.unit, account.person = unit, person
    ledger.write([account], operator(), reason="Cập nhật tài khoản")
