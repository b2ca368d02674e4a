"""DESIGN_UI section 5: numbers `1.234,5`, `88,5 %`, dates `24/11/2020 06:00`, `km 134–140`; missing is `–`, zero is `0`."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cotmoc.base import wording

MORNING = datetime(2020, 11, 23, 23, 0, tzinfo=UTC)  # 06:00 of the next day in Vietnam


@pytest.mark.parametrize(
    ("value", "decimals", "written"),
    [
        (0, None, "0"),
        (67, None, "67"),
        (1234567, None, "1.234.567"),
        (1234.5, None, "1.234,5"),
        (131.25, 1, "131,3"),  # half up, not to even
        (0.125, 2, "0,13"),
        (2.5, 0, "3"),
        (-2.5, 0, "−3"),
        (-0.04, 1, "0,0"),  # what is written as zero has no sign
        (Decimal("157.422"), 3, "157,422"),
        (1e16, 0, "10.000.000.000.000.000"),
        (None, 1, "–"),
        (math.nan, 1, "–"),
    ],
)
def test_numbers(value: Any, decimals: int | None, written: str) -> None:
    assert wording.number(value, decimals) == written


@pytest.mark.parametrize(
    ("said", "written"),
    [
        (wording.percent(0.885), "88,5 %"),
        (wording.percent(1), "100,0 %"),
        (wording.percent(None), "–"),
        (wording.pair(63, 67), "63/67"),
        (wording.pair(131.3, 148.29, 1), "131,3/148,3"),
        (wording.kilometres(131_300), "131,3 km"),
        (wording.kilometres(157_422, 3, unit=False), "157,422"),
        (wording.kilometres(math.nan), "–"),
        (wording.metres(311.6), "312 m"),
        (wording.accuracy(8), "±8 m"),
        (wording.chainage(80_400), "km 80,4"),
        (wording.chainage(134_000, 140_000), "km 134–140"),
        (wording.chainage(66_200, 66_900), "km 66,2–66,9"),
        (wording.chainage(None), "–"),
        (wording.day(MORNING), "24/11/2020"),
        (wording.day(date(2020, 8, 7)), "07/08/2020"),
        (wording.clock(MORNING), "06:00"),
        (wording.moment(MORNING), "24/11/2020 06:00"),
        (wording.moment(MORNING.replace(tzinfo=None)), "24/11/2020 06:00"),
        (wording.moment(date(2020, 11, 24)), "24/11/2020"),
        (wording.moment(None), "–"),
        (wording.period(date(2020, 9, 25), date(2020, 11, 24)), "25/09–24/11/2020"),
        (wording.period(date(2019, 12, 1), date(2020, 1, 31)), "01/12/2019–31/01/2020"),
        (wording.days(timedelta(days=97, hours=23)), "97 ngày"),
        (wording.days(59.99), "59 ngày"),
        (wording.days(None), "–"),
        (wording.duration(timedelta(hours=7, minutes=48)), "7:48"),
        (wording.duration(timedelta(hours=47, minutes=59)), "47:59"),
        (wording.duration(timedelta(days=2)), "2 ngày"),
        (wording.money(1_250_000), "1.250.000 đồng"),
        (wording.size(3_140), "3,1 kB"),
        (wording.size(6_200_000), "6,2 MB"),
        (wording.size(12), "12 B"),
    ],
)
def test_words(said: str, written: str) -> None:
    assert said.replace(wording.NBSP, " ") == written


def test_a_unit_never_stands_alone_on_the_next_line() -> None:
    for said in (wording.percent(0.5), wording.kilometres(1), wording.metres(1), wording.chainage(1), wording.days(1)):
        assert " " not in said
        assert wording.NBSP in said


def _back(written: str) -> Decimal:
    return Decimal(written.replace(".", "").replace(",", ".").replace(wording.MINUS, "-"))


@given(st.lists(st.floats(0, 1e5), max_size=12), st.integers(0, 3))
def test_shown_parts_add_up_to_the_shown_total(values: list[float], decimals: int) -> None:
    total = sum((Decimal(str(value)) for value in values), Decimal(0))
    shown = wording.parts(values, decimals)
    assert sum(map(_back, shown), Decimal(0)) == _back(wording.number(total, decimals))
    for part, value in zip(shown, values, strict=True):
        assert abs(_back(part) - Decimal(str(value))) < Decimal(1).scaleb(-decimals)


@given(st.decimals(-(10**12), 10**12, places=3))
def test_a_number_reads_back_to_itself(value: Decimal) -> None:
    assert _back(wording.number(value, 3)) == value


def test_a_days_end_is_written_on_that_day() -> None:
    midnight = datetime(2020, 10, 6, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    assert wording.as_of(midnight) == "05/10/2020 24:00"
    assert wording.as_of(midnight.replace(hour=6)) == "06/10/2020 06:00"
    assert wording.as_of(None) == wording.MISSING
