"""The program with the small province in it, served as in use: `python -m tests.browser.served PORT`, data in COTMOC_HOME."""

from __future__ import annotations

import os
import sys
from datetime import date


def fill() -> None:
    """Some walks and inspections, so that every page has something to show and something missing."""
    from cotmoc.record.areas.border.models import PatrolTrack
    from cotmoc.record.areas.border.received import announce
    from tests.province import build, stop_clock

    stop_clock()
    province = build()
    for unit, from_m, to_m, day in (("GR", 0, 6_000, 10), ("LE", 6_000, 16_000, 18), ("DP", 16_000, 19_000, 20)):
        province.walk(unit, from_m, to_m, date(2020, 11, day))
    province.inspect("703", date(2020, 8, 7), photos=3)
    for number, state in (("703", "intact"), ("707", "damaged"), ("710", "intact")):
        province.inspect(number, date(2020, 11, 20), state)
    announce(list(PatrolTrack.objects.all()))


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "cotmoc.site.settings"
    import django
    import uvicorn
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    fill()
    uvicorn.run("cotmoc.site.asgi:application", port=int(sys.argv[1]), log_level="warning")


if __name__ == "__main__":
    main()
