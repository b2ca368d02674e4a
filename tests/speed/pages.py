"""Server time and queries of every page, on the data folder in COTMOC_HOME (e.g. made by `cotmoc demo --years 10 --no-serve`).

    COTMOC_HOME=… scripts/bench pages [--user thammuu] [--runs 7]

Each page is asked once cold (first in this process), then `--runs` times warm; the median of the warm ones is quoted.
Time is that of the whole request through all middleware, without the network. The goal: 100 ms at ten province-years.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time

PAGES = (
    "/measure/coverage", "/measure/coverage?unit=GR", "/measure/coverage?at=2020-07-01", "/measure/markers", "/measure/measures",
    "/e/line.coverage_sure_pct", "/e/line.within_limit_pct", "/e/marker.intact_count", "/e/patrol.count",
    "/picture/map", "/picture/markers/", "/picture/markers/709", "/picture/units/GR", "/search?q=dac+pring+731",
    "/record/", "/record/patrols/", "/record/patrols/?q=dac+pring", "/record/marker-inspections/", "/record/patrol-plan-lines/",
    "/review/", "/review/2020/", "/review/2020/print", "/api/v1/patrols",
)  # fmt: skip


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--user", default="thammuu")
    arguments.add_argument("--runs", type=int, default=7)
    args = arguments.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cotmoc.site.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from cotmoc.record.areas.border.models import Patrol

    settings.ALLOWED_HOSTS.append("testserver")
    from django.db import connection

    client = Client()
    client.force_login(
        get_user_model().objects.get(username=args.user), backend="django.contrib.auth.backends.ModelBackend"
    )
    print(f"{Patrol.objects.count()} patrols; median of {args.runs} warm runs")
    print(f"{'page':48} {'status':>6} {'cold ms':>8} {'warm ms':>8} {'queries':>8} {'kB':>6}")
    for page in PAGES:
        cold, response = timed(client, page)
        warm = statistics.median(timed(client, page)[0] for _ in range(args.runs))
        with CaptureQueriesContext(connection) as queries:
            client.get(page)
        size = len(response.content) / 1000 if not response.streaming else float("nan")
        print(f"{page:48} {response.status_code:>6} {cold:>8.0f} {warm:>8.1f} {len(queries):>8} {size:>6.0f}")


def timed(client: object, page: str) -> tuple[float, object]:
    """Milliseconds of one request, and its response."""
    began = time.perf_counter()
    response = client.get(page)  # type: ignore[attr-defined]
    return (time.perf_counter() - began) * 1000, response


if __name__ == "__main__":
    main()
