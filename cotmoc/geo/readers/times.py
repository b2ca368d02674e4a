"""Times in files: ISO 8601, with the zone assumed where none is written, and that assumption remembered."""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from cotmoc.geo.fixes import NO_TIME

VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
"""One offset since 13 June 1975, hence right for every file that a satellite receiver can have written."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
YEAR_FIRST = re.compile(r"(?P<year>[0-9]{4})[-/.](?P<month>[0-9]{1,2})[-/.](?P<day>[0-9]{1,2})")
DAY_FIRST = re.compile(r"(?P<day>[0-9]{1,2})[-/.](?P<month>[0-9]{1,2})[-/.](?P<year>[0-9]{4})")
CLOCK = re.compile(
    r"(?P<hour>[0-9]{1,2})[:hg](?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]+))?)?"
    r"(?: ?(?P<half>sa|ch|am|pm))?"
)
EPOCH_SECONDS_BELOW = 1e11
"""A number below is seconds since epoch, above milliseconds: 1e11 s is the year 5138, 1e11 ms 1973."""
LATEST_MS = 253_402_300_800_000
"""The end of the year 9999."""
MILLISECOND = timedelta(milliseconds=1)


def milliseconds(moment: datetime) -> int:
    """Milliseconds since epoch of a moment with a zone."""
    return (moment - EPOCH) // MILLISECOND


def epoch_ms(value: float) -> int:
    """Milliseconds of a number of seconds or milliseconds since epoch; `NO_TIME` for what cannot be a moment."""
    milliseconds_given = value if abs(value) >= EPOCH_SECONDS_BELOW else value * 1000
    return round(milliseconds_given) if abs(milliseconds_given) < LATEST_MS else NO_TIME  # False for NaN, too


def parse_date(text: str) -> date | None:
    """2008/01/27, 2008-01-27, 27/01/2008 or 27.1.2008 (day first, as written in Vietnam)."""
    match = YEAR_FIRST.fullmatch(text.strip()) or DAY_FIRST.fullmatch(text.strip())
    if match is None:
        return None
    try:
        return date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        return None


def parse_clock(text: str) -> time | None:
    """06:00, 6:00:05, 06:00:05.250, 6h05, 6:05 CH (chiều, the afternoon), also with a zone: 06:00Z."""
    match = CLOCK.fullmatch(text.strip().lower())
    if match is None:
        with suppress(ValueError):
            return time.fromisoformat(text.strip())
        return None
    hour, half = int(match["hour"]), match["half"]
    if half and not 1 <= hour <= 12:
        return None
    hour = hour % 12 + 12 * (half in {"ch", "pm"}) if half else hour
    fraction = (match["fraction"] or "")[:6].ljust(6, "0")
    try:
        return time(hour, int(match["minute"]), int(match["second"] or 0), int(fraction))
    except ValueError:
        return None


@dataclass(slots=True)
class TimeReader:
    """Reads the times of one file; `zone` is assumed for those that name none."""

    zone: tzinfo
    assumed: int = 0
    """How many times named no zone."""
    unreadable: int = 0

    def ms(self, text: str | None) -> int:
        """Milliseconds since epoch UTC; `NO_TIME` for an empty or unreadable text (which is counted).

        A bare date is unreadable: it is not the time of a fix.
        """
        if not text:
            return NO_TIME
        text = text.strip()
        try:
            moment = datetime.fromisoformat(text) if len(text) > 10 else None
        except ValueError:
            moment = _day_first(text)
        return self.at(moment)

    def at(self, moment: datetime | None) -> int:
        """The same for a moment that is already read; None counts as unreadable."""
        if moment is None:
            self.unreadable += 1
            return NO_TIME
        if moment.tzinfo is None:
            self.assumed += 1
            moment = moment.replace(tzinfo=self.zone)
        return milliseconds(moment)


def _day_first(text: str) -> datetime | None:
    """27/01/2008 13:03:22, also with the year first and slashes; None where it is nothing of the kind."""
    day, _, clock = text.replace("T", " ").partition(" ")
    known = parse_date(day)
    if known is None or not clock:
        return None
    moment = parse_clock(clock)
    return datetime.combine(known, moment) if moment else None
