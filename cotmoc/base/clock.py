"""The program's one clock.

A demonstration lives in its own year: its clock is shifted by a fixed offset kept in a settings row, so that “now” is
24 Nov 2020 and time still passes. Everything that asks for the time asks here.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils import timezone

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
DEMO_CLOCK = "demo.clock_offset_seconds"


@lru_cache(maxsize=1)
def _offset() -> timedelta:
    from cotmoc.base.models import Setting  # the table is needed only once, after start

    row = Setting.objects.filter(key=DEMO_CLOCK).first()
    return timedelta(seconds=row.value) if row else timedelta()


def now() -> datetime:
    """The present moment, UTC. In a demonstration: the invented present."""
    return timezone.now() + _offset()


def forget() -> None:
    """Read the offset anew: after a demonstration was built or a backup restored."""
    _offset.cache_clear()


def local(moment: datetime) -> datetime:
    """The same moment on Vietnamese clocks."""
    return moment.astimezone(VIETNAM)
