"""Words around numbers in the reader's language: what `wording` writes for documents in Vietnamese, for pages in either."""

from __future__ import annotations

from datetime import timedelta
from decimal import ROUND_FLOOR, Decimal

from django.utils.translation import gettext, pgettext

from cotmoc.base import wording


def days(count: float | timedelta | None) -> str:
    """Whole days as `97 ngày`, `97 days`, rounded down; missing as `–`."""
    if isinstance(count, timedelta):
        count = count / timedelta(days=1)
    one = count is not None and Decimal(str(count)).to_integral_value(ROUND_FLOOR) == 1
    return wording.days(count, pgettext("one day", "ngày") if one else gettext("ngày"))


def month(number_of_month: int) -> str:
    """`Th.11`, `M11`: the head of a month's column."""
    return gettext("Th.%(n)s") % {"n": number_of_month}
