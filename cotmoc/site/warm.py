"""What the first reader would wait for, done when the server starts: imports, templates, the tables of the figures.

It runs in a thread beside the server, which answers meanwhile. The log says when it is done.
"""

from __future__ import annotations

import logging
import threading
import time
from datetime import timedelta

from django.db import DatabaseError, connection
from django.template.loader import get_template
from django.urls import get_resolver

log = logging.getLogger("cotmoc")
TEMPLATES = (
    "measure/coverage.html", "measure/markers.html", "picture/map.html", "record/list.html", "review/year.html",
    "cotmoc/_drawer.html",
)  # fmt: skip


def start() -> threading.Thread:
    """Begin; ends by itself, and with the server."""
    thread = threading.Thread(target=_warm, name="warm", daemon=True)
    thread.start()
    return thread


def _warm() -> None:
    began = time.perf_counter()
    try:
        assert get_resolver().url_patterns
        for name in TEMPLATES:
            get_template(name)
        asked = ask()
    except DatabaseError as error:  # not built yet, or locked by a restore: the first reader will wait instead
        log.warning("not warm: %s", error)
    else:
        log.info("warm after %.1f s, %d figures asked", time.perf_counter() - began, asked)
    finally:
        connection.close()


def ask() -> int:
    """Ask what the review asks, for each command that has a line; returns the number of figures."""
    from cotmoc.base import clock
    from cotmoc.base.models import BorderLine, Unit
    from cotmoc.review import run
    from cotmoc.review.claims import border

    at = clock.now().replace(second=0, microsecond=0) + timedelta(minutes=1)
    year = clock.local(at).year
    commands = Unit.objects.filter(pk__in=BorderLine.objects.in_force().values("unit"))
    return sum(len(run.ask_all(border.wanted(), run.question_for(unit, year, at), None)[1]) for unit in commands)
