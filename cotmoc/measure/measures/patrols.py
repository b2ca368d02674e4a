"""Patrols that were made, their effort, their proof, and the joint ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cotmoc.base import wording
from cotmoc.base.figures import Answer, Row
from cotmoc.measure import effort
from cotmoc.measure.load import people_of_patrols
from cotmoc.measure.measures.answers import (
    Counted,
    count_text,
    counted,
    measure,
    missing_reports,
    record_url,
    scoped,
    share,
    span,
    when,
)
from cotmoc.measure.standing import Standing
from cotmoc.measure.words import post
from cotmoc.record.areas.border.models import Patrol, PatrolKind


def whole(amount: float) -> str:
    return str(int(amount))


def patrol_rows(
    standing: Standing,
    patrols: Sequence[Any],
    amounts: Iterable[float],
    user: Any,
    text: Callable[[float], str] = whole,
) -> Counted:
    """One row per patrol: number, unit, kind, end, and what it adds."""
    rows = [
        (row.id, partial(_patrol_row, standing, row, amount, text))
        for row, amount in zip(patrols, amounts, strict=True)
    ]
    return scoped(user, Patrol, rows)


def _patrol_row(standing: Standing, row: Any, amount: float, text: Callable[[float], str]) -> Row:
    unit = post(standing.geography.units[row.unit_id].short_name)
    cells = (row.code, unit, str(PatrolKind(row.kind).label), when(row.ended_at), text(amount))
    return Row(cells, record_url("patrols", row.code), amount)


def columns(last: str) -> tuple[str, ...]:
    return tuple(map(str, (_("Chuyến"), _("Đơn vị"), _("Loại"), _("Kết thúc"), last)))


def joint(standing: Standing) -> list[Any]:
    return [row for row in standing.patrols if row.kind == PatrolKind.JOINT]


def number_of(standing: Standing, patrols: Sequence[Any], said: str, user: Any, *, exact: bool = False) -> Answer:
    """A count of patrols with its rows; zero or at least so many where units are silent."""
    status = "exact" if exact else counted(standing)
    rows, hidden, amount = patrol_rows(standing, patrols, [1.0] * len(patrols), user)
    return Answer(
        None if status == "no_data" else len(patrols), count_text(len(patrols), status), status,
        said % {"n": wording.number(len(patrols), 0), "span": span(standing)}, columns(_("Chuyến")), rows,
        tuple(missing_reports(standing)), hidden, amount,
    )  # fmt: skip


@measure(
    "patrol.count", "Số chuyến tuần tra (chủ trì)", "Patrols led", gettext_noop("chuyến"),
    ("Chuyến tuần tra do đơn vị chủ trì, kết thúc trong kỳ. Một chuyến là một, dù tổ đông hay ít.",
     "Patrols led by the unit that ended in the period."),
    "SUM", "n", "up", gettext_noop("698 chuyến"),
)  # fmt: skip
def count(standing: Standing, user: Any) -> Answer:
    return number_of(standing, standing.patrols, _("%(n)s chuyến tuần tra kết thúc trong kỳ %(span)s."), user)


@measure(
    "patrol.person_days", "Ngày công tuần tra", "Person-days", gettext_noop("ngày công"),
    ("Số người của chuyến (chỉ huy và thành viên, mỗi người một lần) nhân số ngày chuyến đi trong kỳ. Dân quân, lực lượng khác "
     "không tính ở đây.",
     "People of the patrol (leader and members, each once) times its local days in the period; others are apart."),
    "SUM", "n", "neutral", gettext_noop("9.412 ngày công"),
)  # fmt: skip
def person_days(standing: Standing, user: Any) -> Answer:
    question, people = standing.question, people_of_patrols()
    days = [
        effort.person_days(row, people.get(row.id, frozenset()), question.since, question.until, standing.at)
        for row in standing.patrols
    ]
    rows, hidden, amount = patrol_rows(standing, standing.patrols, map(float, days), user)
    status, total = counted(standing), sum(days)
    return Answer(
        None if status == "no_data" else total, count_text(total, status), status,
        _("%(n)s ngày công trong %(k)s chuyến kết thúc trong kỳ %(span)s.")
        % {"n": wording.number(total, 0), "k": wording.number(len(days), 0), "span": span(standing)},
        columns(_("Ngày công")), rows, tuple(missing_reports(standing)), hidden, amount,
    )  # fmt: skip


def _two_places(km: float) -> str:
    return wording.kilometres(km * 1000, 2, unit=False)


@measure(
    "patrol.km", "km đã đi (độ dài vết thô)", "Kilometres walked (raw)", "km",
    ("Cộng độ dài thô của các vết GPS gắn với chuyến kết thúc trong kỳ. Sai số GPS làm độ dài thô lớn hơn quãng đường thật.",
     "Sum of the raw lengths of the tracks of patrols that ended in the period; GPS noise makes it longer than the way."),
    "SUM", "n", "neutral", "6.120,4 km",
)  # fmt: skip
def km(standing: Standing, user: Any) -> Answer:
    metres = [sum(track.length_m for track in standing.tracks.get(row.id, ())) for row in standing.patrols]
    rows, hidden, amount = patrol_rows(standing, standing.patrols, [m / 1000 for m in metres], user, _two_places)
    without = sum(row.id not in standing.tracks for row in standing.patrols)
    missing = [_("%(n)s chuyến không có vết: quãng đường của các chuyến này không tính được.") % {"n": without}]
    status = "lower_bound" if without else counted(standing)
    return Answer(
        None if status == "no_data" else sum(metres) / 1000,
        ("≥ " if status == "lower_bound" else "") + wording.kilometres(sum(metres)), status,
        _("%(km)s vết GPS của các chuyến kết thúc trong kỳ %(span)s.")
        % {"km": wording.kilometres(sum(metres)), "span": span(standing)},
        columns("km"), rows, tuple(missing[: bool(without)] + missing_reports(standing)), hidden, amount,
    )  # fmt: skip


@measure(
    "patrol.track_pct", "Chuyến có vết", "Patrols with a track", "%",
    ("Chuyến kết thúc trong kỳ có ít nhất một vết GPS chia cho số chuyến.",
     "Patrols with at least one track divided by patrols."),
    "RATIO", "e", "up", "96,1 %",
)  # fmt: skip
def track_pct(standing: Standing, user: Any) -> Answer:
    having = [row for row in standing.patrols if row.id in standing.tracks]
    value, text, status = share(len(having), len(standing.patrols))
    rows, hidden, amount = patrol_rows(standing, having, [1.0] * len(having), user)
    return Answer(
        value, text, status,
        _("%(pair)s chuyến kết thúc trong kỳ %(span)s có vết GPS.")
        % {"pair": wording.pair(len(having), len(standing.patrols), 0), "span": span(standing)},
        columns(_("Có vết")), rows, (), hidden, amount,
    )  # fmt: skip


@measure(
    "patrol.without_track_count", "Chuyến không có vết", "Patrols without a track", gettext_noop("chuyến"),
    ("Chuyến kết thúc trong kỳ không có vết GPS nào.", "Patrols that ended in the period without any track."),
    "SUM", "n", "down", gettext_noop("12 chuyến"),
)  # fmt: skip
def without_track(standing: Standing, user: Any) -> Answer:
    lacking = [row for row in standing.patrols if row.id not in standing.tracks]
    said = _("%(n)s chuyến kết thúc trong kỳ %(span)s không có vết GPS.")
    return number_of(standing, lacking, said, user, exact=True)


@measure(
    "patrol.reported_pct", "Tháng - đơn vị có báo cáo", "Unit-months reported", "%",
    ("Số tháng - đơn vị (đơn vị giữ đoạn, tháng đã trọn) có ít nhất một chuyến chia cho số tháng - đơn vị của kỳ.",
     "Unit-months (units that hold a stretch, whole months) with at least one patrol, divided by all."),
    "RATIO", "b", "up", "100,0 %",
)  # fmt: skip
def reported_pct(standing: Standing, user: Any) -> Answer:
    reported, due = standing.reported
    value, text, status = share(reported, due)
    return Answer(
        value, text, status,
        _("%(pair)s tháng - đơn vị của kỳ %(span)s có chuyến ghi nhận.")
        % {"pair": wording.pair(reported, due, 0), "span": span(standing)},
        missing=tuple(missing_reports(standing)),
    )  # fmt: skip


# --- joint patrols


def signed(standing: Standing, row: Any) -> bool:
    """True where both sides had signed the patrol's minutes by the day."""
    return any(one.signed_on and one.signed_on <= standing.day for one in standing.minutes.get(row.id, ()))


@measure(
    "joint.count", "Số chuyến song phương", "Joint patrols", gettext_noop("chuyến"),
    ("Chuyến tuần tra song phương do đơn vị chủ trì, kết thúc trong kỳ.",
     "Joint patrols led by the unit that ended in the period."),
    "SUM", "n", "up", gettext_noop("14 chuyến"),
)  # fmt: skip
def joint_count(standing: Standing, user: Any) -> Answer:
    said = _("%(n)s chuyến tuần tra song phương kết thúc trong kỳ %(span)s.")
    return number_of(standing, joint(standing), said, user)


@measure(
    "joint.minutes_pct", "Song phương có biên bản ký", "Joint patrols with signed minutes", "%",
    ("Chuyến song phương có biên bản hai bên đã ký chia cho số chuyến song phương.",
     "Joint patrols with minutes signed by both sides divided by joint patrols."),
    "RATIO", "e", "up", "13/14",
)  # fmt: skip
def minutes_pct(standing: Standing, user: Any) -> Answer:
    every = joint(standing)
    having = [row for row in every if signed(standing, row)]
    value, _text, status = share(len(having), len(every))
    rows, hidden, amount = patrol_rows(standing, having, [1.0] * len(having), user)
    text = _text if len(every) >= 20 or value is None else wording.pair(len(having), len(every), 0)
    return Answer(
        value, text, status,
        _("%(pair)s chuyến song phương trong kỳ %(span)s có biên bản hai bên ký.")
        % {"pair": wording.pair(len(having), len(every), 0), "span": span(standing)},
        columns(_("Đã ký")), rows, (), hidden, amount,
    )  # fmt: skip


@measure(
    "joint.without_minutes_count", "Song phương chưa có biên bản ký", "Joint patrols without signed minutes",
    gettext_noop("chuyến"),
    ("Chuyến song phương kết thúc trong kỳ chưa có biên bản hai bên ký.", "Joint patrols without minutes signed by both sides."),
    "SUM", "n", "down", gettext_noop("1 chuyến"),
)  # fmt: skip
def without_minutes(standing: Standing, user: Any) -> Answer:
    lacking = [row for row in joint(standing) if not signed(standing, row)]
    said = _("%(n)s chuyến song phương trong kỳ %(span)s chưa có biên bản hai bên ký.")
    return number_of(standing, lacking, said, user, exact=True)
