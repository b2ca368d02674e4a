"""Build the invented year: every row through the ledger at its own moment, every track as the bytes of a real file.

    build()                     one province, December 2019 to 24 November 2020, 06:00
    build(months=2)             the last two months only: seconds, for tests
    build(years=10, provinces=4, fix_interval=5)

All or nothing: a build that is killed leaves an empty database behind, and starts again from the beginning.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from django.db import transaction

from cotmoc.base import clock, ledger
from cotmoc.base.ledger import Author
from cotmoc.base.models import LedgerEntry, Setting
from cotmoc.demo.arrivals import Arrivals
from cotmoc.demo.drafting import draft
from cotmoc.demo.engine.year import Year
from cotmoc.demo.foundation import found
from cotmoc.demo.geography import read_shipped

NOW = datetime(2020, 11, 24, 6, 0, tzinfo=clock.VIETNAM).astimezone(UTC)
"""The present of the demonstration."""
DRAFTED = NOW - timedelta(hours=14)
"""When the review's drafter wrote his own sentence."""
DEMO = "demo"
"""The setting that makes every page say MINH HỌA."""
FOUNDED_BEFORE = timedelta(days=14)
Progress = Callable[[int, int], None]


@transaction.atomic
def build(
    years: int = 1,
    provinces: int = 1,
    months: int | None = None,
    fix_interval: float = 20,
    seed: int = 2020,
    progress: Progress | None = None,
) -> dict[str, int]:
    """Fill the empty database; returns the number of patrols and of ledger entries. `progress(done, total)` in patrols."""
    since = first_day(years, months)
    shipped = read_shipped()
    all_years = [
        Year.of(shipped.border, shipped.coast, shipped.island, since, NOW, seed, number)
        for number in range(1, provinces + 1)
    ]
    founded = datetime(since.year, since.month, 1, 8, tzinfo=clock.VIETNAM) - FOUNDED_BEFORE
    by = Author("Người dựng minh họa", "cotmoc demo", founded.astimezone(UTC))
    _say_so(seed, by)
    told = _Told(sum(len(year.orders) for year in all_years), progress)
    streams = [Arrivals(year, found(year, by)).events(round(fix_interval), told.one_more) for year in all_years]
    drafting = [(DRAFTED, 0, lambda: draft(DRAFTED))]
    for _, _, do in heapq.merge(*streams, drafting, key=lambda event: event[0]):
        do()
    told.all()
    return {"patrols": told.done, "entries": LedgerEntry.objects.count()}


def first_day(years: int, months: int | None) -> date:
    """A year of review runs from December to November; `months` counts back from November 2020, included."""
    if months is None:
        return date(NOW.year - years, 12, 1)
    index = NOW.year * 12 + NOW.month - months
    return date(index // 12, index % 12 + 1, 1)


def _say_so(seed: int, by: Author) -> None:
    """The settings of a demonstration: that it is one, and which moment it takes for the present."""
    offset = (NOW - datetime.now(UTC)).total_seconds()
    ledger.write(
        [
            Setting(key=DEMO, value={"seed": seed, "now": NOW.isoformat()}, verified_by=by.name),
            Setting(key=clock.DEMO_CLOCK, value=round(offset), verified_by=by.name),
        ],
        by,
    )
    clock.forget()


class _Told:
    """Counts patrols and tells how far the build is."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self.done, self.total, self.progress = 0, total, progress

    def one_more(self) -> None:
        self.done += 1
        if self.progress is not None:
            self.progress(min(self.done, self.total - 1), self.total)

    def all(self) -> None:
        if self.progress is not None:
            self.progress(self.total, self.total)
