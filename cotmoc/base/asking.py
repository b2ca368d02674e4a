"""Reading a question from an address: unit, period, as-of. Bad values are told, not guessed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils.dateparse import parse_date, parse_datetime

from cotmoc.base import clock
from cotmoc.base.figures import Question
from cotmoc.base.models import Unit
from cotmoc.base.problems import Problem
from cotmoc.base.units import account_of, find_unit

RESERVED = frozenset({"unit", "from", "to", "at", "page", "sort", "partial", "lang", "q"})


YEARS = range(1900, 2200)
"""The years that a question may speak of."""


def as_of(request: HttpRequest) -> datetime | None:
    """The moment that the page speaks of (`?at=`), None for now. Set by the AsOf middleware."""
    moment: datetime | None = getattr(request, "as_of", None)
    return moment


def parse_moment(text: str) -> datetime:
    """`2020-11-24`, `2020-11-24T06:00`, with or without zone (then Vietnam), to UTC. A bare day means its end."""
    moment = _moment(text) if len(text) > 10 else None
    if moment is None:
        moment = datetime.combine(parse_day("at", text) + timedelta(days=1), time(), tzinfo=clock.VIETNAM)
    elif moment.tzinfo is None:
        moment = moment.replace(tzinfo=clock.VIETNAM)
    return moment.astimezone(UTC)


def _moment(text: str) -> datetime | None:
    """None for what is no moment of these years; a day beyond them would leave the calendar when it is shifted by a zone."""
    try:
        moment = parse_datetime(text.replace(" ", "+"))
    except ValueError:
        return None
    return moment if moment is not None and moment.year in YEARS else None


def parse_day(name: str, text: str) -> date:
    """A day of `YEARS`. Problem `request.parameter`, with the name of the parameter, for anything else."""
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None or day.year not in YEARS:
        hint = "Viết ngày dạng 2020-11-24. / Write the date as 2020-11-24."
        raise Problem("request.parameter", name=name, value=text, hint=hint)
    return day


def question_from(request: HttpRequest, keep: tuple[str, ...] | None = None) -> Question:
    """The question of a request. `keep` names the extra parameters of the page (None: all).

    Default: the user's unit, the calendar year of the as-of moment, as of now. Raises Problem for values out of reach or
    unreadable.
    """
    get: Any = request.GET
    if account_of(request.user) is None:
        raise Problem("rights.no_account", user=request.user.get_username())
    unit = find_unit(request.user, get.get("unit", ""))
    if unit is None:
        raise Problem("rights.page")
    at = as_of(request) or _end_of_minute(clock.now())
    since, until = _period(at, get.get("from", ""), get.get("to", ""))
    extra = {k: v for k, v in get.items() if k not in RESERVED and (keep is None or k in keep)}
    return Question(unit, since, until, at, tuple(sorted(extra.items())))


def _end_of_minute(moment: datetime) -> datetime:
    """The present, as questions name it: all that was recorded until now is in it, and the same question asked twice within a
    minute is the same question, so its answer may be kept."""
    return moment.replace(second=0, microsecond=0) + timedelta(minutes=1)


def question_of(unit: Unit, since: str = "", until: str = "", at: str = "", **extra: object) -> Question:
    """The question of a command line: days and moment as text, empty = default; `until` is the last day, included."""
    moment = parse_moment(at) if at else clock.now()
    first, last = _period(moment, since, until)
    return Question(unit, first, last, moment, tuple(sorted((name, str(value)) for name, value in extra.items())))


def _period(at: datetime, since: str, until: str) -> tuple[date, date]:
    """The half-open period of local days. `until` is the last day, included, as people say it; default: from 1 January of
    the as-of year up to and with the as-of day."""
    today = clock.local(at).date()
    first = parse_day("from", since) if since else date(today.year, 1, 1)
    last = (parse_day("to", until) if until else today) + timedelta(days=1)
    if last <= first:
        hint = "Ngày cuối không được sớm hơn ngày đầu. / The last day must not be before the first."
        raise Problem("request.parameter", name="to", value=until, hint=hint)
    return first, last
