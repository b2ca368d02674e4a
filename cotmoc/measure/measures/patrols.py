"""Patrols that were made, their effort, their proof, and the joint ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cotmoc.base import wording
from cotmoc.base.figures import Answer, Row
from cotmoc.measure import distances, effort
from cotmoc.measure.engine.smoothing import Walked
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


@measure(
    "patrol.km", "km đã đi", "Kilometres walked", "km",
    ("Quãng đường của các chuyến kết thúc trong kỳ, tính từ vết GPS đã làm mượt, kèm khoảng tin cậy chín phần mười; độ dài thô "
     "của vết ghi bên cạnh. Đoạn mất sóng không tính. Hai máy đi cùng nhau tính một lần.",
     "Distance of the patrols that ended in the period, from smoothed GPS tracks, with a band that holds nine of ten; the raw "
     "length stands beside it. Gaps do not count, and two receivers side by side count once."),
    "SUM", "n", "neutral", "5.120,4 km", 2,
)  # fmt: skip
def km(standing: Standing, user: Any) -> Answer:
    found = distances.of_patrols(standing.walks, standing.at)
    each = [found.get(row.id) for row in standing.patrols]
    total = distances.together(one for one in each if one is not None)
    rows = [(row.id, partial(_walked_row, standing, row, one)) for row, one in zip(standing.patrols, each, strict=True)]
    shown, hidden, amount = scoped(user, Patrol, rows)
    without = sum(row.id not in standing.tracks for row in standing.patrols)
    waiting = sum(one is None for one in each) - without
    missing = [_("%(n)s chuyến không có vết: quãng đường của các chuyến này không tính được.") % {"n": without}]
    unmeasured = [_("%(n)s chuyến có vết chưa đo: quãng đường sẽ có sau khi đo xong.") % {"n": waiting}]
    status = "lower_bound" if without or waiting > 0 else counted(standing)
    return Answer(
        None if status == "no_data" else total.metres / 1000,
        ("≥ " if status == "lower_bound" else "") + wording.kilometres(total.metres), status,
        _("%(km)s đã đi (trong khoảng %(band)s) theo vết GPS của các chuyến kết thúc trong kỳ %(span)s; độ dài thô của vết là "
          "%(raw)s.")
        % {
            "km": wording.kilometres(total.metres), "band": _band(total, 1), "raw": wording.kilometres(total.raw_m),
            "span": span(standing),
        },
        (*columns("")[:-1], str(_("km vết thô")), str(_("Trong khoảng")), "km"), shown,
        tuple(missing[: bool(without)] + unmeasured[: waiting > 0] + missing_reports(standing)), hidden, amount,
    )  # fmt: skip


def _walked_row(standing: Standing, row: Any, one: Walked | None) -> Row:
    """A patrol's row with the raw length, the band and the distance; dashes where no track was measured."""
    plain = _patrol_row(standing, row, one.metres / 1000 if one else 0.0, str)
    amounts = (
        (wording.kilometres(one.raw_m, 2, unit=False), _band(one, 2), wording.kilometres(one.metres, 2, unit=False))
        if one
        else (wording.MISSING,) * 3
    )
    return Row((*plain.cells[:-1], *amounts), plain.url, plain.amount)


def _band(one: Walked, decimals: int) -> str:
    low, high = (wording.kilometres(metres, decimals, unit=False) for metres in (one.low, one.high))
    return f"{low}–{high}"


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
