"""Server time and queries of every page, on the data folder in COTMOC_HOME (e.g. made by `cotmoc demo --years 10 --no-serve`).

    COTMOC_HOME=… scripts/bench pages [--user thammuu] [--runs 5] [--only review] [--profile]

Each door is asked through all middleware, without the network:

- *new*: at a moment of the past that nobody asked for before in this process (`&at=`, another minute each time), so nothing of
  the answer is kept. Doors without a past have none.
- *warm*: as it stands, asked again; the median of `--runs`.

CPU time of the process is what the goal is judged by, since a shared machine makes the clock say more; wall time stands
beside it. The slowest come first; `<<` marks what misses the goal.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

GOAL_MS = 100
PAGES = (
    "/", "/measure/coverage", "/measure/coverage?unit=GR", "/measure/coverage?reach=200", "/measure/coverage?view=table",
    "/measure/coverage?from_m=134000&to_m=140000", "/measure/markers", "/measure/measures",
    "/measure/measures/line.coverage_sure_pct",
    "/picture/map", "/picture/markers/", "/picture/markers/709", "/picture/units/GR",
    "/search?q=dac+pring+731", "/search?q=moc+709", "/search?q=nguyen",
    "/record/", "/record/quarantine/", "/record/tracks/", "/record/patrols/?q=dac+pring", "/record/patrols/?page=100",
    "/record/marker-inspections/?state=damaged", "/record/marker-inspections/?q=moc+717",
    "/review/", "/review/2019/row",
    "/review/2020/", "/review/2020/?unit=GR", "/review/2020/c/S21", "/review/2019/", "/review/2020/print",
    "/api/v1/patrols", "/api/v1/marker-inspections", "/settings/signs",
)  # fmt: skip
NO_PAST = ("/new", "/import", "/settings/")
"""Doors that write or show no records."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one door cost, in ms; `new` None where it has no past."""

    page: str
    status: int
    new_cpu: float | None
    warm_cpu: float
    warm_wall: float
    queries: int
    size: float

    @property
    def misses(self) -> bool:
        return max(self.warm_cpu, self.new_cpu or 0) > GOAL_MS

    def __str__(self) -> str:
        new = f"{self.new_cpu:8.0f}" if self.new_cpu is not None else f"{'–':>8}"
        mark = " <<" if self.misses else ""
        return (
            f"{self.page:58} {self.status:>6} {new} {self.warm_cpu:>9.0f} {self.warm_wall:>10.0f}"
            f" {self.queries:>8} {self.size:>6.0f}{mark}"
        )


def doors() -> Iterator[str]:
    """The pages above, every register, every layer, and the drawer, page and rows of every measure."""
    from cotmoc.base import figures
    from cotmoc.picture.layers import layers
    from cotmoc.record.register import registers

    yield from PAGES
    for model in registers().values():
        yield from (f"/record/{model.slug}/", f"/record/{model.slug}/new")
        row = model._default_manager.filter(withdrawn=False).order_by("pk").first()
        if row is not None:
            yield f"/record/{model.slug}/{row.pk}"
    for layer in layers():
        yield f"/picture/layers/{layer.id}.geojson?from=2020-10-25"  # what a map opens with: 30 days
    for id in figures.measures():
        yield from (f"/e/{quote(id)}?marker=709", f"/e/{quote(id)}?marker=709&format=csv")


class Bench:
    """Asks doors as one signed-in user."""

    def __init__(self, user: str) -> None:
        from django.conf import settings
        from django.contrib.auth import get_user_model
        from django.test import Client

        settings.ALLOWED_HOSTS.append("testserver")
        self.client = Client()
        signed = get_user_model().objects.get(username=user)
        self.client.force_login(signed, backend="django.contrib.auth.backends.ModelBackend")
        self.moment = datetime(2020, 11, 20, tzinfo=UTC)

    def ask(self, page: str) -> tuple[float, float, Any]:
        """CPU ms, wall ms and the response, with a streamed one read to its end."""
        cpu, wall = time.process_time(), time.perf_counter()
        response: Any = self.client.get(
            page, headers={"HX-Request": "true"} if page.startswith("/e/") or "/row" in page else {}
        )
        if response.streaming:
            response.content = b"".join(response.streaming_content)
        return (time.process_time() - cpu) * 1000, (time.perf_counter() - wall) * 1000, response

    def unasked(self, page: str) -> str:
        """The page at a moment of the past that it was not asked for before."""
        self.moment -= timedelta(minutes=1)
        return f"{page}{'&' if '?' in page else '?'}at={self.moment:%Y-%m-%dT%H:%MZ}"

    def cost(self, page: str, runs: int) -> Cost:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        past = not any(part in page for part in NO_PAST)
        new = statistics.median(self.ask(self.unasked(page))[0] for _ in range(3)) if past else None
        self.ask(page)
        warm = [self.ask(page) for _ in range(runs)]
        with CaptureQueriesContext(connection) as queries:
            _, _, response = self.ask(page)
        cpu, wall = (statistics.median(times) for times in zip(*((one[0], one[1]) for one in warm), strict=True))
        return Cost(page, response.status_code, new, cpu, wall, len(queries), len(response.content) / 1000)


def profiled(work: Callable[[], object]) -> None:
    """Where the time of one piece of work goes, the most costly first."""
    profile = cProfile.Profile()
    profile.runcall(work)
    pstats.Stats(profile, stream=sys.stdout).sort_stats(os.environ.get("SORT", "cumulative")).print_stats(
        r"cotmoc/|sqlite3|query.py|uuid|ledger", 60
    )


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--user", default="thammuu")
    arguments.add_argument("--runs", type=int, default=5)
    arguments.add_argument("--only", default="", help="doors whose address contains this")
    arguments.add_argument("--profile", action="store_true", help="profile the doors instead, new and warm")
    args = arguments.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cotmoc.site.settings")
    import django

    django.setup()
    from cotmoc.record.areas.border.models import Patrol

    bench = Bench(args.user)
    chosen = [page for page in dict.fromkeys(doors()) if args.only in page]
    first_cpu, first_wall, _ = bench.ask("/measure/coverage")
    print(
        f"{Patrol.objects.count()} patrols; the first page of the process: {first_cpu:.0f} ms CPU, {first_wall:.0f} ms"
    )
    if args.profile:
        for page in chosen:
            bench.ask(bench.unasked(page))
            for address in (bench.unasked(page), page, page):
                print(address)
                profiled(lambda address=address: bench.ask(address))  # type: ignore[misc]
        return
    print(f"{'page':58} {'status':>6} {'new CPU':>8} {'warm CPU':>9} {'warm wall':>10} {'queries':>8} {'kB':>6}")
    costs = [bench.cost(page, args.runs) for page in chosen]
    for cost in sorted(costs, key=lambda cost: max(cost.warm_cpu, cost.new_cpu or 0), reverse=True):
        print(cost)
    print(f"{sum(cost.misses for cost in costs)} of {len(costs)} doors over {GOAL_MS} ms CPU (<<)")


if __name__ == "__main__":
    main()
