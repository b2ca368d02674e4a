"""Dates and clocks as lists and loggers write them."""

from datetime import UTC, datetime

import pytest

from cotmoc.geo.fixes import NO_TIME
from cotmoc.geo.readers.times import VIETNAM, TimeReader, epoch_ms, milliseconds

SIX_FIVE = milliseconds(datetime(2020, 11, 24, 6, 5, tzinfo=UTC))


@pytest.mark.parametrize(
    "text",
    [
        "2020-11-24T06:05:00Z",
        "2020-11-24T13:05:00+07:00",
        "2020-11-24 13:05",
        "24/11/2020 13:05:00",
        "24.11.2020 13:05:00,000",
        "24-11-2020 13h05",
        "24/11/2020 1:05 CH",
        "24/11/2020 1:05:00 PM",
        "2020/11/24 13:05:00.000",
        "24/11/2020 06:05Z",
    ],
)
def test_one_moment_in_many_forms(text: str) -> None:
    assert TimeReader(VIETNAM).ms(text) == SIX_FIVE


def test_midnight_and_noon_on_a_clock_of_twelve_hours() -> None:
    reader = TimeReader(UTC)
    assert reader.ms("24/11/2020 12:00 SA") == milliseconds(datetime(2020, 11, 24, tzinfo=UTC))
    assert reader.ms("24/11/2020 12:00 CH") == milliseconds(datetime(2020, 11, 24, 12, tzinfo=UTC))


@pytest.mark.parametrize(
    "text", ["24/11/2020", "31/02/2020 06:00", "24/11/2020 25:00", "24/11/2020 13:05 CH", "hôm qua"]
)
def test_what_is_no_moment_is_counted(text: str) -> None:
    reader = TimeReader(VIETNAM)
    assert reader.ms(text) == NO_TIME
    assert (reader.unreadable, reader.assumed) == (1, 0)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(1606197600, 1606197600000), (1606197600000, 1606197600000), (1606197600.25, 1606197600250), (1e300, NO_TIME)],
)
def test_numbers_since_epoch(value: float, expected: int) -> None:
    assert epoch_ms(value) == expected
    assert epoch_ms(float("nan")) == NO_TIME
