"""How an answer is put together: rows in the asker's reach, the count of the others, and the forms that values take."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from cotmoc.base import wording
from cotmoc.base.figures import Answer, Measure, NoData, Question, RollUp, Row, Rows, Status, declare
from cotmoc.base.models import Ledgered
from cotmoc.geo.marker_number import MarkerNumber
from cotmoc.measure.load import visible
from cotmoc.measure.standing import Standing, standing_of

Worded = Row | Callable[[], Row]
"""A row, or what puts it into words when somebody reads it."""
Owned = tuple[UUID | None, Worded]
"""A row and the id of the record it shows (None: it shows no record of a unit, everybody may see it)."""
Counted = tuple[Rows, int, float]
"""The rows that the asker may see, the number of the others, and what these add."""


def scoped(user: Any, model: type[Ledgered], rows: Iterable[Owned]) -> Counted:
    """The rows that the asker may see, the number of the others, and what these add. `user` None sees all."""
    every = list(rows)
    if user is None:
        return Rows(row for _, row in every), 0, 0.0
    seen = visible(model, user)
    shown = Rows(row for key, row in every if key is None or key in seen)
    hidden = Rows(row for key, row in every if key is not None and key not in seen)
    return shown, len(hidden), sum(row.amount or 0.0 for row in hidden)


def record_url(slug: str, code: str) -> str:
    """Where a record stands."""
    return f"/record/{slug}/{quote(code, safe='')}"


def marker_url(number: str) -> str:
    """Where a marker's own page stands."""
    return f"/picture/markers/{MarkerNumber.parse(number).path}"


def span(standing: Standing) -> str:
    """`từ 01/01 đến 24/11/2020` as a period of whole days, cut at the moment."""
    from datetime import timedelta

    last = min(standing.question.until - timedelta(days=1), standing.day)
    return wording.period(standing.question.since, last)


def when(moment: datetime | None) -> str:
    return wording.moment(moment)


def measure(
    id: str,
    vi: str | Promise,
    en: str,
    unit: str,
    meaning: tuple[str, str],
    roll_up: RollUp,
    no_data: NoData,
    better: Any = "neutral",
    example: str = "",
    version: int = 1,
) -> Callable[[Callable[[Standing, Any], Answer]], Callable[[Standing, Any], Answer]]:
    """Decorator: declare a measure that is answered from a `Standing`. `meaning` is (Vietnamese, English)."""

    def declared(answer: Callable[[Standing, Any], Answer]) -> Callable[[Standing, Any], Answer]:
        def asked(question: Question, user: Any) -> Answer:
            return answer(standing_of(question), user)

        declare(
            Measure(
                id=id, vi=str(vi), en=en, unit=unit, meaning_vi=meaning[0], meaning_en=meaning[1], roll_up=roll_up,
                no_data=no_data, answer=asked, better=better, example=example, version=version,
            )
        )  # fmt: skip
        return answer

    return declared


def count_text(value: float, status: Status) -> str:
    """A count; `≥` where more may come."""
    if status == "no_data":
        return str(_("chưa có số liệu"))
    return f"≥ {wording.number(value, 0)}" if status == "lower_bound" else wording.number(value, 0)


def share(part: float, whole: float) -> tuple[float | None, str, Status]:
    """Percent of a whole: value, text and status; `not_applicable` where there is nothing to have a share of."""
    if not whole:
        return None, str(_("không áp dụng")), "not_applicable"
    return 100.0 * part / whole, wording.percent(part / whole), "exact"


def few(part: float, whole: float) -> tuple[float | None, str, Status]:
    """A share of things that are counted: under 20 the text is the pair alone."""
    value, text, status = share(part, whole)
    return (value, wording.pair(part, whole, 0), status) if value is not None and whole < 20 else (value, text, status)


def missing_tracks(standing: Standing) -> list[str]:
    """What is not known about presence, and which way it could move a figure of the line."""
    told: list[str] = []
    if standing.untimed:
        told.append(
            _(
                "%(n)s vết không có thời gian: chứng minh có mặt, không tính được ngày. Nếu biết ngày, số này chỉ có thể tốt hơn."
            )
            % {"n": wording.number(len(standing.untimed), 0)}
        )
    if standing.unassigned:
        told.append(
            _("%(n)s vết chưa gắn chuyến: vẫn tính cho đường biên, không tính cho chuyến nào.")
            % {"n": wording.number(len(standing.unassigned), 0)}
        )
    if standing.unmeasured:
        told.append(
            _("%(n)s vết đã nhận nhưng chưa đo; đo xong, số này chỉ có thể tốt hơn.")
            % {"n": wording.number(len(standing.unmeasured), 0)}
        )
    return told


def missing_reports(standing: Standing) -> list[str]:
    reported, due = standing.reported
    if reported >= due:
        return []
    return [
        _("%(k)s/%(n)s tháng - đơn vị có chuyến ghi nhận; tháng còn lại không có bản ghi, không suy ra là không đi.")
        % {"k": wording.number(reported, 0), "n": wording.number(due, 0)}
    ]


def counted(standing: Standing) -> Status:
    """The status of a count of reports: exact only where every unit-month has one."""
    reported, due = standing.reported
    if not reported and not standing.patrols_of_any_kind:
        return "no_data"
    return "exact" if reported >= due else "lower_bound"
