"""IGC flight recorder files (FAI/IGC technical specification): the helicopters and drones of a search write them."""

import math
import re
from datetime import UTC, datetime, timedelta

from cotmoc.geo.readers.times import milliseconds
from cotmoc.geo.readers.tracks import Collector, number

LOOKS_LIKE = re.compile(r"^A[A-Z0-9]{3}.*\n(?:.*\n)*?H[FOP]DTE", re.MULTILINE)
DATE = re.compile(r"^H[FOP]DTE(?:DATE:)?\s*(\d{2})(\d{2})(\d{2})", re.MULTILINE)
FIX = re.compile(
    r"^B(?P<clock>\d{6})(?P<lat>\d{7})(?P<ns>[NS])(?P<lon>\d{8})(?P<ew>[EW])(?P<valid>[AV]).*$", re.MULTILINE
)
ACCURACY_COLUMN = re.compile(r"^I\d{2}(?:\d{4}[A-Z]{3})*?(\d{2})(\d{2})FXA", re.MULTILINE)
DAY = timedelta(days=1)


def read(text: str, collector: Collector) -> None:
    """Fill the collector. Times are UTC by the format; the date is that of take-off and moves on at midnight."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    stated = DATE.search(text)
    day = _date(stated) if stated else None
    columns = ACCURACY_COLUMN.search(text)
    accuracy_at = slice(int(columns[1]) - 1, int(columns[2])) if columns else None
    draft = collector.track()
    last = ""
    for fix in FIX.finditer(text):
        if day and fix["clock"] < last:
            day += DAY
        last = fix["clock"]
        accuracy = number(fix[0][accuracy_at]) if accuracy_at else math.nan
        lon, lat = _angle(fix["lon"], fix["ew"]), _angle(fix["lat"], fix["ns"])
        if day:
            draft.add(lon, lat, milliseconds(day) + _clock_ms(last), accuracy)
        else:
            draft.add(lon, lat, accuracy=accuracy)
    if day is None:
        collector.tell("time.no_date")


def _date(stated: re.Match[str]) -> datetime | None:
    day, month, year = (int(part) for part in stated.groups())
    try:
        return datetime(year + (1900 if year >= 80 else 2000), month, day, tzinfo=UTC)
    except ValueError:
        return None


def _clock_ms(text: str) -> int:
    return (int(text[:2]) * 3600 + int(text[2:4]) * 60 + int(text[4:])) * 1000


def _angle(text: str, side: str) -> float:
    """DDMMmmm or DDDMMmmm (thousandths of minutes) as degrees."""
    degrees = int(text[:-5]) + int(text[-5:]) / 60_000
    return -degrees if side in "SW" else degrees
