"""Why an object is in its state, in a short phrase for tables."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from cotmoc.base import wording
from cotmoc.measure.engine.integrity import Reason
from cotmoc.measure.objects import Thing


def reason_text(thing: Thing, at: datetime, freshness_days: int) -> str:
    """The reason of the verdict with the days that decide it."""
    age = thing.age_days(at)
    days = wording.days(age) if age is not None else wording.MISSING
    return {
        Reason.PROVEN: _("đủ mục, đủ ảnh, %(days)s"),
        Reason.CASE_OPEN: _("có vụ hư hỏng chưa kết thúc"),
        Reason.FOUND_BAD: _("biên bản xấu chưa có biên bản tốt sau nó"),
        Reason.EXPIRED: _("quá %(limit)s ngày kể từ biên bản đủ căn cứ"),
        Reason.REPAIR_UNPROVEN: _("đã sửa, chưa có biên bản xác nhận"),
        Reason.INCOMPLETE: _("biên bản thiếu mục hoặc thiếu ảnh"),
        Reason.NEVER: _("chưa có biên bản nào"),
    }[thing.verdict.reason] % {"days": days, "limit": freshness_days}
