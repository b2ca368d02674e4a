"""NMEA 0183: RMC and GGA sentences, with the date from RMC or ZDA and the accuracy from GGA's HDOP."""

import math
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from operator import xor

from cotmoc.geo.fixes import NO_TIME
from cotmoc.geo.readers.gpx import HDOP_METRES
from cotmoc.geo.readers.times import milliseconds
from cotmoc.geo.readers.tracks import Collector, number

SENTENCE = re.compile(r"\$(?P<body>[A-Z]{2}(?P<kind>RMC|GGA|ZDA),[^*\r\n]*)(?:\*(?P<check>[0-9A-Fa-f]{2}))?")
LOOKS_LIKE = re.compile(r"^\$[A-Z]{2}(RMC|GGA|GLL|GSA|GSV|VTG|ZDA),", re.MULTILINE)
HALF_DAY_S = 43_200
DAY = timedelta(days=1)


@dataclass(slots=True)
class _Moment:
    """Everything said about one second of one day."""

    clock_s: float
    lon: float = math.nan
    lat: float = math.nan
    hdop: float = math.nan
    day: date | None = None


def read(text: str, collector: Collector) -> None:
    """Fill the collector. Times are UTC by the standard.

    Each sentence carries its own checksum, so a log that broke off in mid-sentence is used up to there; sentences with
    a wrong checksum are counted. Without any date the fixes have no time.
    """
    moments: list[_Moment] = []
    bad = void = 0
    for sentence in SENTENCE.finditer(text):
        if not _intact(sentence):
            bad += 1
            continue
        fields = sentence["body"].split(",")
        seen = {"RMC": _rmc, "GGA": _gga, "ZDA": _zda}[sentence["kind"]](fields)
        if seen is None:
            void += 1
        elif moments and moments[-1].clock_s == seen.clock_s:
            _merge(moments[-1], seen)
        else:
            moments.append(seen)
    if bad:
        collector.tell("nmea.bad_checksum", count=bad)
    if void:
        collector.tell("track.no_fix", level="info", count=void)
    _fill(collector, moments)


def _intact(sentence: re.Match[str]) -> bool:
    """True for the right checksum; a sentence without one is not to be trusted."""
    check = sentence["check"]
    return check is not None and reduce(xor, sentence["body"].encode("latin-1", "replace"), 0) == int(check, 16)


def _rmc(fields: list[str]) -> _Moment | None:
    """$--RMC,time,status,lat,N,lon,E,knots,course,ddmmyy; None when the receiver says "void"."""
    clock = _clock(fields[1])
    if len(fields) < 10 or fields[2] != "A" or clock is None:
        return None
    return _Moment(clock, _angle(fields[5], fields[6]), _angle(fields[3], fields[4]), day=_day(fields[9]))


def _gga(fields: list[str]) -> _Moment | None:
    """$--GGA,time,lat,N,lon,E,quality,satellites,hdop; None for quality 0."""
    clock = _clock(fields[1])
    if len(fields) < 9 or fields[6] in {"", "0"} or clock is None:
        return None
    return _Moment(clock, _angle(fields[4], fields[5]), _angle(fields[2], fields[3]), number(fields[8]))


def _zda(fields: list[str]) -> _Moment | None:
    """$--ZDA,time,day,month,year: a date, no place."""
    clock = _clock(fields[1])
    if len(fields) < 5 or clock is None:
        return None
    return _Moment(clock, day=_day(f"{fields[2]}{fields[3]}{fields[4][-2:]}"))


def _merge(known: _Moment, seen: _Moment) -> None:
    if math.isnan(known.lon):
        known.lon, known.lat = seen.lon, seen.lat
    known.hdop = seen.hdop if math.isnan(known.hdop) else known.hdop
    known.day = known.day or seen.day


def _fill(collector: Collector, moments: list[_Moment]) -> None:
    """Count the midnights between the sentences; each date found dates those after it, the first also those before."""
    days_on, midnights = [], 0
    for index, moment in enumerate(moments):
        midnights += index > 0 and moment.clock_s < moments[index - 1].clock_s - HALF_DAY_S
        days_on.append(midnights)
    dated = [(index, moment.day) for index, moment in enumerate(moments) if moment.day]
    start = dated[0][1] - days_on[dated[0][0]] * DAY if dated else None
    draft = collector.track()
    for moment, days in zip(moments, days_on, strict=True):
        start = moment.day - days * DAY if moment.day else start
        if not math.isnan(moment.lon):
            time = NO_TIME if start is None else _time(start + days * DAY, moment.clock_s)
            draft.add(moment.lon, moment.lat, time, moment.hdop * HDOP_METRES, inferred=True)
    if moments and start is None:
        collector.tell("time.no_date")


def _time(day: date, clock_s: float) -> int:
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return milliseconds(midnight) + round(clock_s * 1000)


def _clock(text: str) -> float | None:
    """hhmmss.sss as seconds of the day."""
    if not re.fullmatch(r"\d{6}(\.\d*)?", text):
        return None
    return int(text[:2]) * 3600 + int(text[2:4]) * 60 + float(text[4:])


def _day(text: str) -> date | None:
    """ddmmyy; the standard's two digits run from 1980."""
    if not re.fullmatch(r"\d{6}", text):
        return None
    year = int(text[4:])
    try:
        return date(year + (1900 if year >= 80 else 2000), int(text[2:4]), int(text[:2]))
    except ValueError:
        return None


def _angle(text: str, side: str) -> float:
    """dddmm.mmmm with its side as degrees; NaN for anything else."""
    head, point, tail = text.partition(".")
    if not head[:-2].isdigit() or side not in {"N", "S", "E", "W"}:
        return math.nan
    degrees = int(head[:-2]) + number(f"{head[-2:]}{point}{tail}") / 60
    return -degrees if side in {"S", "W"} else degrees
