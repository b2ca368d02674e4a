"""The patrol plan and what became of it: each line is done, late, waived, missed, or not yet due."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cotmoc.base import wording
from cotmoc.base.figures import Answer, Row
from cotmoc.measure.effort import Planned
from cotmoc.measure.measures.answers import Counted, few, measure, record_url, scoped, span
from cotmoc.measure.standing import Standing
from cotmoc.measure.words import post
from cotmoc.record.areas.border.models import PatrolKind, PatrolPlanLine

Status = PatrolPlanLine.Status
CARRIED_OUT = (Status.DONE, Status.LATE)


def plan_rows(standing: Standing, lines: Sequence[Planned], user: Any) -> Counted:
    """One row per plan line: number, unit, window, what became of it and why."""
    return scoped(user, PatrolPlanLine, [(line.row.id, partial(_plan_row, standing, line)) for line in lines])


def _plan_row(standing: Standing, line: Planned) -> Row:
    row = line.row
    unit, window = (
        post(standing.geography.units[row.unit_id].short_name),
        wording.period(row.window_from, row.window_to),
    )
    cells = (row.code, unit, window, str(Status(line.status).label), _why(line))
    return Row(cells, record_url("patrol-plan-lines", row.code), 1.0)


def _why(line: Planned) -> str:
    if line.status in CARRIED_OUT:
        return line.patrol.code if line.patrol else ""
    return line.row.waiver_reason if line.status == Status.WAIVED else line.cause


def settled(standing: Standing) -> list[Planned]:
    """Lines whose outcome stands; those not yet due are left out of every share."""
    return [line for line in standing.plan if line.status != Status.DUE]


def of(lines: Sequence[Planned], *statuses: str) -> list[Planned]:
    return [line for line in lines if line.status in statuses]


def not_due(standing: Standing) -> tuple[str, ...]:
    due = len(standing.plan) - len(settled(standing))
    return (_("%(n)s dòng kế hoạch chưa đến hạn, chưa tính.") % {"n": wording.number(due, 0)},) if due else ()


def columns() -> tuple[str, ...]:
    return tuple(map(str, (_("Dòng kế hoạch"), _("Đơn vị"), _("Thời hạn"), _("Kết quả"), _("Chuyến, lý do"))))


def plan_share(standing: Standing, part: Sequence[Planned], whole: Sequence[Planned], said: str, user: Any) -> Answer:
    """A share of plan lines; its rows are the lines that count in it."""
    value, text, status = few(len(part), len(whole))
    rows, hidden, amount = plan_rows(standing, part, user)
    pair = wording.pair(len(part), len(whole), 0)
    return Answer(value, text, status, said % {"pair": pair, "span": span(standing)}, columns(), rows,
                  not_due(standing), hidden, amount)  # fmt: skip


def plan_count(standing: Standing, lines: Sequence[Planned], said: str, user: Any) -> Answer:
    base = bool(standing.plan)
    rows, hidden, amount = plan_rows(standing, lines, user)
    return Answer(
        len(lines) if base else None, wording.number(len(lines), 0) if base else str(_("chưa có kế hoạch")),
        "exact" if base else "no_data", said % {"n": wording.number(len(lines), 0), "span": span(standing)}, columns(), rows,
        not_due(standing), hidden, amount,
    )  # fmt: skip


@measure(
    "patrol.planned_count", "Số dòng kế hoạch", "Plan lines", gettext_noop("dòng"),
    ("Dòng kế hoạch có ngày cuối trong kỳ, kể cả dòng chưa đến hạn.", "Plan lines whose window ends in the period."),
    "SUM", "b", "neutral", gettext_noop("702 dòng"),
)  # fmt: skip
def planned_count(standing: Standing, user: Any) -> Answer:
    return plan_count(standing, standing.plan, _("%(n)s dòng kế hoạch có hạn trong kỳ %(span)s."), user)


@measure(
    "patrol.plan_raw_pct", "Thực hiện so kế hoạch", "Done of planned", "%",
    ("Dòng đã thực hiện (kể cả muộn trong 7 ngày) chia cho số dòng kế hoạch đã đến hạn.",
     "Lines done (also late within 7 days) divided by the lines that fell due."),
    "RATIO", "b", "up", "86,0 %",
)  # fmt: skip
def raw_pct(standing: Standing, user: Any) -> Answer:
    every = settled(standing)
    said = _("%(pair)s dòng kế hoạch trong kỳ %(span)s đã thực hiện.")
    return plan_share(standing, of(every, *CARRIED_OUT), every, said, user)


@measure(
    "patrol.plan_done_pct", "Thực hiện (trừ miễn)", "Done of due", "%",
    ("Dòng đã thực hiện chia cho số dòng đến hạn trừ dòng được miễn. Luôn đọc cùng tỷ lệ so kế hoạch.",
     "Lines done divided by the lines due without those waived; always read with the raw share."),
    "RATIO", "b", "up", "95,2 %",
)  # fmt: skip
def done_pct(standing: Standing, user: Any) -> Answer:
    every = settled(standing)
    owed = [line for line in every if line.status != Status.WAIVED]
    said = _("%(pair)s dòng kế hoạch phải thực hiện trong kỳ %(span)s đã thực hiện.")
    return plan_share(standing, of(every, *CARRIED_OUT), owed, said, user)


@measure(
    "patrol.plan_on_time_pct", "Thực hiện đúng hạn", "Done on time", "%",
    ("Dòng có chuyến kết thúc không sau ngày cuối chia cho số dòng đến hạn trừ dòng được miễn.",
     "Lines whose patrol ended by the last day of the window, divided by the lines due without those waived."),
    "RATIO", "b", "up", "90,1 %",
)  # fmt: skip
def on_time_pct(standing: Standing, user: Any) -> Answer:
    every = settled(standing)
    owed = [line for line in every if line.status != Status.WAIVED]
    said = _("%(pair)s dòng kế hoạch phải thực hiện trong kỳ %(span)s thực hiện đúng hạn.")
    return plan_share(standing, of(every, Status.DONE), owed, said, user)


@measure(
    "patrol.waived_share_pct", "Tỷ lệ được miễn", "Waived", "%",
    ("Dòng được miễn chia cho số dòng kế hoạch đã đến hạn. Miễn duyệt sau hạn quá 3 ngày không tính là miễn.",
     "Lines waived divided by the lines that fell due; a waiver approved over 3 days late does not count."),
    "RATIO", "b", "down", "9,7 %",
)  # fmt: skip
def waived_pct(standing: Standing, user: Any) -> Answer:
    every = settled(standing)
    return plan_share(
        standing, of(every, Status.WAIVED), every, _("%(pair)s dòng kế hoạch trong kỳ %(span)s được miễn."), user
    )


@measure(
    "patrol.missed_count", "Bỏ lỡ", "Missed", gettext_noop("dòng"),
    ("Dòng kế hoạch không thực hiện trong hạn và 7 ngày sau, không được miễn.", "Lines neither done within 7 days nor waived."),
    "SUM", "b", "down", gettext_noop("12 dòng"),
)  # fmt: skip
def missed(standing: Standing, user: Any) -> Answer:
    return plan_count(
        standing, of(standing.plan, Status.MISSED), _("%(n)s dòng kế hoạch bị bỏ lỡ trong kỳ %(span)s."), user
    )


@measure(
    "patrol.missed_unexplained_count", "Bỏ lỡ chưa có lý do", "Missed, unexplained", gettext_noop("dòng"),
    ("Dòng bỏ lỡ không có miễn nào được duyệt và không có gián đoạn nào phủ ít nhất nửa thời hạn.",
     "Missed lines without any approved waiver and without a disruption over at least half of their window."),
    "SUM", "b", "down", gettext_noop("2 dòng"),
)  # fmt: skip
def unexplained(standing: Standing, user: Any) -> Answer:
    lines = [line for line in of(standing.plan, Status.MISSED) if not line.explained]
    return plan_count(standing, lines, _("%(n)s dòng bỏ lỡ trong kỳ %(span)s chưa có lý do ghi nhận."), user)


@measure(
    "patrol.missed_explained_pct", "Bỏ lỡ có lý do", "Missed, explained", "%",
    ("Dòng bỏ lỡ có miễn duyệt muộn hoặc có gián đoạn phủ ít nhất nửa thời hạn, chia cho số dòng bỏ lỡ.",
     "Missed lines that a late waiver or a disruption explains, divided by missed lines."),
    "RATIO", "e", "neutral", "10/12",
)  # fmt: skip
def explained_pct(standing: Standing, user: Any) -> Answer:
    every = of(standing.plan, Status.MISSED)
    said = _("%(pair)s dòng bỏ lỡ trong kỳ %(span)s có lý do ghi nhận.")
    return plan_share(standing, [line for line in every if line.explained], every, said, user)


def causes(standing: Standing) -> list[tuple[str, int]]:
    """What explains missed lines, the commonest first."""
    return Counter(line.cause for line in of(standing.plan, Status.MISSED) if line.explained).most_common()


@measure(
    "joint.plan_done_pct", "Song phương so thỏa thuận", "Joint patrols done of agreed", "%",
    ("Dòng kế hoạch song phương đã thực hiện chia cho số dòng song phương đến hạn trừ dòng được miễn.",
     "Joint plan lines done divided by joint lines due without those waived."),
    "RATIO", "b", "up", "11/12",
)  # fmt: skip
def joint_done_pct(standing: Standing, user: Any) -> Answer:
    every = [line for line in settled(standing) if line.row.kind == PatrolKind.JOINT]
    owed = [line for line in every if line.status != Status.WAIVED]
    said = _("%(pair)s chuyến song phương đã thỏa thuận trong kỳ %(span)s được thực hiện.")
    return plan_share(standing, of(every, *CARRIED_OUT), owed, said, user)
