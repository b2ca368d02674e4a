"""Why an object is in its state: a short phrase for tables, a sentence for its own page."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from cotmoc.base import translated, wording
from cotmoc.measure.engine.integrity import Reason, State
from cotmoc.measure.objects import Thing


def stretch(low_m: float, high_m: float) -> str:
    """A stretch by its ends, or one place where both would be written alike."""
    return wording.chainage(low_m) if high_m - low_m < 100 else wording.chainage(low_m, high_m)


def post(name: str) -> str:
    """The short name of a post without the word for post."""
    return name.removeprefix("Đồn ")


def reason_text(thing: Thing, at: datetime, freshness_days: int) -> str:
    """The reason of the verdict with the days that decide it."""
    age = thing.age_days(at)
    days = translated.days(age) if age is not None else wording.MISSING
    return {
        Reason.PROVEN: _("đủ mục, đủ ảnh, %(days)s"),
        Reason.CASE_OPEN: _("có vụ hư hỏng chưa kết thúc"),
        Reason.FOUND_BAD: _("biên bản xấu chưa có biên bản tốt sau nó"),
        Reason.EXPIRED: _("quá %(limit)s ngày kể từ biên bản đủ căn cứ"),
        Reason.REPAIR_UNPROVEN: _("đã sửa, chưa có biên bản xác nhận"),
        Reason.INCOMPLETE: _("biên bản thiếu mục hoặc thiếu ảnh"),
        Reason.NEVER: _("chưa có biên bản nào"),
    }[thing.verdict.reason] % {"days": days, "limit": freshness_days}


def state_word(state: State) -> str:
    """The state in one word."""
    return {State.INTACT: _("Nguyên trạng"), State.DAMAGED: _("Hư hỏng"), State.UNKNOWN: _("Chưa rõ")}[state]


def why(reason: Reason) -> str:
    """The sentence of a reason, to be filled with `seen` and `expires` (days) and `limit` (number of days)."""
    return {
        Reason.PROVEN: _(
            "Biên bản ngày %(seen)s đủ mục, đủ ảnh, ghi nguyên trạng; từ đó không có tin xấu. "
            "Chứng minh còn hạn đến %(expires)s."
        ),
        Reason.EXPIRED: _(
            "Biên bản đủ căn cứ cuối cùng ngày %(seen)s, quá hạn chứng minh %(limit)s ngày. Không có tin nào nói mốc "
            "hư hỏng, cũng không có gì chứng minh mốc còn nguyên trạng."
        ),
        Reason.CASE_OPEN: _("Có vụ hư hỏng chưa kết thúc."),
        Reason.FOUND_BAD: _(
            "Biên bản ngày %(seen)s ghi hư hỏng; sau đó chưa có biên bản nào đủ mục, đủ ảnh ghi nguyên trạng."
        ),
        Reason.REPAIR_UNPROVEN: _("Vụ hư hỏng đã kết thúc, nhưng chưa có biên bản đủ mục, đủ ảnh xác nhận sau đó."),
        Reason.INCOMPLETE: _("Biên bản thiếu mục hoặc thiếu ảnh: không chứng minh, cũng không bác bỏ."),
        Reason.NEVER: _("Chưa có biên bản nào."),
    }[reason]
