"""Garmin FIT: the record messages of an activity, course points as waypoints (developer.garmin.com/fit)."""

import math
import struct
from datetime import datetime
from io import BytesIO

import fitdecode

from cotmoc.geo.faults import Unreadable
from cotmoc.geo.fixes import NO_TIME
from cotmoc.geo.readers.times import milliseconds
from cotmoc.geo.readers.tracks import Collector, TrackDraft

SEMICIRCLE = 180 / 2**31
"""Degrees; places are signed 32-bit parts of half a turn."""

CHECKSUM = fitdecode.CrcCheck.RAISE
ODDITIES = fitdecode.ErrorHandling.IGNORE
"""Unknown fields are passed over; what is broken shows in the checksum."""

DECODING_ERRORS = (
    fitdecode.FitError, ValueError, TypeError, OverflowError, LookupError, AttributeError, AssertionError, struct.error,
)  # fmt: skip
"""The checksum stands at the end: before it is reached, the decoder meets any nonsense in the bytes of a field."""


def is_fit(data: bytes) -> bool:
    return data[8:12] == b".FIT"


def read(data: bytes, collector: Collector) -> None:
    """Fill the collector. Times are UTC by the format. Unreadable when cut off or when the checksum is wrong."""
    draft = collector.track()
    try:
        with fitdecode.FitReader(BytesIO(data), check_crc=CHECKSUM, error_handling=ODDITIES) as frames:
            for frame in frames:
                if isinstance(frame, fitdecode.FitDataMessage):
                    _take(frame, draft, collector)
    except fitdecode.FitEOFError as error:
        raise Unreadable("file.truncated", format="FIT") from error
    except DECODING_ERRORS as error:
        raise Unreadable("file.damaged", format="FIT") from error


def _take(message: fitdecode.FitDataMessage, draft: TrackDraft, collector: Collector) -> None:
    if message.name == "event" and _value(message, "event_type") in {"stop", "stop_all"}:
        draft.new_segment()
    if message.name not in {"record", "course_point"}:
        return
    lon, lat = _value(message, "position_long"), _value(message, "position_lat")
    if lon is None or lat is None:  # heart rate and the like while the sky was covered
        return
    moment = _value(message, "timestamp")
    time = milliseconds(moment) if isinstance(moment, datetime) else NO_TIME
    if message.name == "course_point":
        collector.waypoint(str(_value(message, "name") or ""), lon * SEMICIRCLE, lat * SEMICIRCLE, time)
    else:
        accuracy = _value(message, "gps_accuracy")
        draft.add(lon * SEMICIRCLE, lat * SEMICIRCLE, time, math.nan if accuracy is None else float(accuracy))


def _value(message: fitdecode.FitDataMessage, name: str):
    return message.get_value(name, fallback=None)
