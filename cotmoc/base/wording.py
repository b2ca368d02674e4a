"""How numbers, dates, lengths and chainages are written. No Django: documents, pages and sentences share it.

The forms follow the state's usage: `1.234,5`, `88,5 %`, `24/11/2020 06:00`, `km 134–140`. A missing value is `–`,
never 0. Between a number and its unit stands a no-break space, so that a line never ends between them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
MISSING = "–"
MINUS = "−"
NBSP = "\u00a0"


def number(value: float | Decimal | None, decimals: int | None = None) -> str:
    """`1234.5` as `1.234,5`, rounded half up. Without `decimals` an int stays whole and a float keeps what it has."""
    exact = _decimal(value)
    if exact is None:
        return MISSING
    if decimals is not None:
        exact = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    text = f"{abs(exact):,f}".replace(",", " ").replace(".", ",").replace(" ", ".")
    return f"{MINUS}{text}" if exact < 0 and any(digit in text for digit in "123456789") else text


def percent(share: float | Decimal | None, decimals: int = 1) -> str:
    """A share of 1 as `88,5 %`."""
    exact = _decimal(share)
    return MISSING if exact is None else f"{number(exact * 100, decimals)}{NBSP}%"


def pair(part: float | None, whole: float | None, decimals: int | None = None) -> str:
    """`63/67`, the form a share of few things is given in."""
    return f"{number(part, decimals)}/{number(whole, decimals)}"


def kilometres(metres: float | Decimal | None, decimals: int = 1, *, unit: bool = True) -> str:
    """Metres as `131,3 km`, or `131,3` where the unit stands in the table's head."""
    exact = _decimal(metres)
    if exact is None:
        return MISSING
    return number(exact / 1000, decimals) + (f"{NBSP}km" if unit else "")


def metres(value: float | Decimal | None) -> str:
    """Metres as `312 m`."""
    return MISSING if _decimal(value) is None else f"{number(value, 0)}{NBSP}m"


def accuracy(value: float | Decimal | None) -> str:
    """A radius of uncertainty in metres as `±8 m`."""
    return MISSING if _decimal(value) is None else f"±{metres(value)}"


def chainage(from_m: float | None, to_m: float | None = None) -> str:
    """A place on the line as `km 80,4`, a stretch as `km 134–140` (whole kilometres) or `km 66,2–66,9`."""
    if _decimal(from_m) is None:
        return MISSING
    if to_m is None:
        return f"km{NBSP}{kilometres(from_m, unit=False)}"
    ends = (from_m, to_m)
    decimals = 0 if all(round(end or 0, -2) % 1000 == 0 for end in ends) else 1
    return f"km{NBSP}{'–'.join(kilometres(end, decimals, unit=False) for end in ends)}"


def day(value: date | datetime | None) -> str:
    """`24/11/2020`; a moment is shown by its date in Vietnam."""
    return MISSING if value is None else f"{_local(value):%d/%m/%Y}"


def clock(value: datetime | None) -> str:
    """`06:00` in Vietnam."""
    return MISSING if value is None else f"{_local(value):%H:%M}"


def moment(value: date | datetime | None) -> str:
    """`24/11/2020 06:00` in Vietnam; a date alone stays a date."""
    if value is None or not isinstance(value, datetime):
        return day(value)
    return f"{day(value)} {clock(value)}"


def as_of(value: datetime | None) -> str:
    """The moment that a page speaks of. A day's end is written on that day: `05/10/2020 24:00`, not as the next day's 00:00."""
    if value is None or clock(value) != "00:00":
        return moment(value)
    return f"{day(value - timedelta(days=1))} 24:00"


def period(since: date | datetime | None, until: date | datetime | None) -> str:
    """`25/09–24/11/2020`; both years are written when they differ. `until` is the last day that belongs to it."""
    if since is None or until is None:
        return f"{day(since)}–{day(until)}"
    first, last = _local(since), _local(until)
    return f"{first:%d/%m}–{day(until)}" if first.year == last.year else f"{day(since)}–{day(until)}"


def days(count: float | timedelta | None, word: str = "ngày") -> str:
    """Whole days as `97 ngày`, rounded down: a limit of 60 days is not over before the sixtieth is."""
    if isinstance(count, timedelta):
        count = count / timedelta(days=1)
    exact = _decimal(count)
    return MISSING if exact is None else f"{number(exact.to_integral_value(ROUND_FLOOR), 0)}{NBSP}{word}"


def duration(value: timedelta | None) -> str:
    """`7:48` (hours:minutes) under two days, then `97 ngày`."""
    if value is None:
        return MISSING
    if value >= timedelta(days=2):
        return days(value)
    minutes = int(value / timedelta(minutes=1))
    return f"{minutes // 60}:{minutes % 60:02d}"


def money(dong: int | Decimal | None) -> str:
    """`1.250.000 đồng`."""
    return MISSING if dong is None else f"{number(dong, 0)}{NBSP}đồng"


def size(octets: int) -> str:
    """`3,1 kB`, `6,2 MB` (powers of ten)."""
    for unit, step in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if octets >= step:
            return f"{number(octets / step, 1)}{NBSP}{unit}"
    return f"{octets}{NBSP}B"


def parts(values: Sequence[float], decimals: int = 1) -> list[str]:
    """The values rounded so that they add up to their rounded sum (largest remainder), in their order."""
    exact = [Decimal(str(value)) for value in values]
    step = Decimal(1).scaleb(-decimals)
    low = [value.quantize(step, ROUND_FLOOR) for value in exact]
    missing = int((sum(exact, Decimal(0)).quantize(step, ROUND_HALF_UP) - sum(low, Decimal(0))) / step)
    by_remainder = sorted(range(len(exact)), key=lambda i: (low[i] - exact[i], i))
    raised = set(by_remainder[:missing])
    return [number(value + (step if i in raised else 0), decimals) for i, value in enumerate(low)]


def _decimal(value: float | Decimal | None) -> Decimal | None:
    """The number as it is written (0.125, not 0.12500000000000001); None for missing and NaN."""
    if value is None or value != value:
        return None
    return value if isinstance(value, Decimal) else Decimal(str(value))


def _local(value: date | datetime) -> date | datetime:
    """A moment in Vietnam's time; one without zone is taken as UTC, as everything inside is."""
    if not isinstance(value, datetime):
        return value
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(LOCAL)
