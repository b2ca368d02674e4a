"""How long ago each piece of the line was last visited, against its limit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cotmoc.base import translated, wording
from cotmoc.base.figures import Answer, Row
from cotmoc.geo.fixes import NO_TIME
from cotmoc.measure import effort
from cotmoc.measure.engine.values import DAY_MS
from cotmoc.measure.ground import NEVER, Ground, Pieces
from cotmoc.measure.measures.answers import Counted, measure, missing_tracks, record_url, scoped, share, span, when
from cotmoc.measure.measures.coverage import added_rows, bounded, patrol_of
from cotmoc.measure.standing import Standing
from cotmoc.measure.words import post, stretch
from cotmoc.record.areas.border.models import Patrol


def no_limit(standing: Standing) -> list[str]:
    """Stretches for which nobody set a limit."""
    unset = [one.name for one in standing.held if not one.limit.set_by]
    if not unset:
        return []
    told = _("Chưa đặt yêu cầu tuần tra cho: %(units)s; tính theo hạn %(days)s ngày.")
    return [told % {"units": ", ".join(dict.fromkeys(unset)), "days": standing.chosen.interval_days}]


def piece_rows(standing: Standing, user: Any, pick: Any) -> Counted:
    """One row per piece that `pick(pieces)` chooses: place, post, last patrol, age, kilometres; the oldest first."""
    patrols = effort.patrols(standing.at)
    found = []
    for ground in standing.land:
        for low, high, last, walk, held in _chosen(ground.pieces, pick(ground.pieces)):
            patrol = patrol_of(standing, patrols, walk)
            row = partial(_piece_row, standing, (low, high), last, patrol, ground.held[held].name)
            found.append((last, low, (patrol.id if patrol else None, row)))
    found.sort(key=lambda one: one[:2])
    return scoped(user, Patrol, [owned for _, _, owned in found])


def _piece_row(standing: Standing, ends: tuple[float, float], last: int, patrol: Any | None, holder: str) -> Row:
    seen, (low, high) = None if last == NO_TIME else moment(last), ends
    age = _("chưa có vết nào") if seen is None else translated.days(standing.at - seen)
    code, km = patrol.code if patrol else wording.MISSING, wording.kilometres(high - low, 2, unit=False)
    url = record_url("patrols", patrol.code) if patrol else ""
    return Row((stretch(low, high), post(holder), code, age, km), url, (high - low) / 1000)


def _chosen(pieces: Pieces, mask: np.ndarray) -> Iterator[tuple[float, float, int, int, int]]:
    taken = pieces.take(mask)
    columns = (taken.from_m, taken.to_m, taken.last, taken.walk, taken.held)
    return zip(*(column.tolist() for column in columns), strict=True)


def moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def piece_columns() -> tuple[str, ...]:
    return tuple(map(str, (_("Đoạn"), _("Đơn vị"), _("Chuyến cuối"), _("Tuổi"), _("km"))))


def metres_where(standing: Standing, pick: Any) -> float:
    return sum(float(ground.pieces.metres[pick(ground.pieces)].sum()) for ground in standing.land)


@measure(
    "line.within_limit", "Chiều dài đi trong hạn", "Line within its limit", "km",
    ("Chiều dài đường biên có lượt đi chắc chắn gần nhất không cũ hơn hạn của đoạn, tại thời điểm xem. Hạn do yêu cầu tuần tra "
     "của đoạn hoặc của đơn vị đặt.",
     "Length of line whose last sure visit is not older than the limit of its stretch."),
    "STOCK", "b", "up", gettext_noop("131,3 km trong 148,3 km"),
)  # fmt: skip
def within_limit(standing: Standing, user: Any) -> Answer:
    added: dict[int, float] = {}
    for ground in standing.land:
        fresh = ground.pieces.take(~ground.pieces.late)
        for walk, metres in zip(fresh.walk.tolist(), fresh.metres.tolist(), strict=True):
            added[walk] = added.get(walk, 0.0) + metres
    reached, length = sum(added.values()), sum(ground.length_m for ground in standing.land)
    rows, hidden, amount = added_rows(standing, added, user)
    pair = f"{wording.kilometres(reached, unit=False)}/{wording.kilometres(length)}"
    _value, text, status = share(reached, length)
    return Answer(
        reached / 1000 if length else None, wording.kilometres(reached) if length else text, bounded(standing, status),
        _("%(pair)s đường biên có vết tuần tra trong hạn của từng đoạn (%(share)s).") % {"pair": pair, "share": text},
        tuple(map(str, (_("Chuyến"), _("Đơn vị"), _("Kết thúc"), _("km")))), rows,
        tuple(missing_tracks(standing) + no_limit(standing)), hidden, amount,
    )  # fmt: skip


@measure(
    "line.within_limit_pct", "Tỷ lệ đi trong hạn", "Share of the line within its limit", "%",
    ("Chiều dài đi trong hạn chia cho chiều dài đường biên đơn vị giữ.", "Length within the limit divided by the length held."),
    "RATIO", "b", "up", gettext_noop("131,3 km trong 148,3 km: 88,5 %"),
)  # fmt: skip
def within_limit_pct(standing: Standing, user: Any) -> Answer:
    answer = within_limit(standing, user)
    value, text, _status = share((answer.value or 0.0) * 1000, sum(ground.length_m for ground in standing.land))
    return Answer(
        value, text, answer.status, answer.said, answer.columns, answer.rows, answer.missing, answer.hidden,
        answer.hidden_amount,
    )  # fmt: skip


@measure(
    "line.overdue_km", "km quá hạn", "Overdue line", "km",
    ("Chiều dài đường biên có lượt đi chắc chắn gần nhất cũ hơn hạn của đoạn, hoặc chưa có lượt nào.",
     "Length of line whose last sure visit is older than its limit, or that has none."),
    "STOCK", "b", "down", gettext_noop("17,0 km, ở 5 đoạn liền"),
)  # fmt: skip
def overdue(standing: Standing, user: Any) -> Answer:
    return _pieces_answer(
        standing, user, lambda pieces: pieces.late, _("%(km)s đường biên quá hạn tuần tra, ở %(n)s đoạn liền.")
    )


@measure(
    "line.never_km", "km chưa có vết nào", "Never visited", "km",
    ("Chiều dài đường biên chưa từng có lượt đi chắc chắn nào trong các vết đã nhận.",
     "Length of line without any sure visit in the tracks received."),
    "STOCK", "b", "down", "1,0 km (km 66–67)",
)  # fmt: skip
def never(standing: Standing, user: Any) -> Answer:
    return _pieces_answer(
        standing,
        user,
        lambda pieces: pieces.classes == NEVER,
        _("%(km)s đường biên chưa có vết nào, ở %(n)s đoạn liền."),
    )


def _pieces_answer(standing: Standing, user: Any, pick: Any, said: str) -> Answer:
    metres = metres_where(standing, pick)
    rows, hidden, amount = piece_rows(standing, user, pick)
    has_line = bool(standing.land)
    return Answer(
        metres / 1000 if has_line else None, wording.kilometres(metres) if has_line else str(_("không áp dụng")),
        "exact" if has_line else "not_applicable",
        said % {"km": wording.kilometres(metres), "n": len(runs_of(standing, pick))}, piece_columns(), rows,
        tuple(missing_tracks(standing) + no_limit(standing)), hidden, amount,
    )  # fmt: skip


def runs_of(standing: Standing, pick: Any) -> list[tuple[Ground, float, float]]:
    """The pieces that `pick` chooses, put together where they touch along the line."""
    found: list[tuple[Ground, float, float]] = []
    for ground in standing.land:
        for low, high, *_rest in _chosen(ground.pieces, pick(ground.pieces)):
            if found and found[-1][0] is ground and low - found[-1][2] < 1e-3:
                found[-1] = (ground, found[-1][1], high)
            else:
                found.append((ground, low, high))
    return found


def oldest_piece(standing: Standing) -> tuple[Ground, int] | None:
    """The visited piece with the longest time since its last visit: its line and its place in `pieces`."""
    found = []
    for ground in standing.land:
        visited = np.flatnonzero(ground.pieces.last != NO_TIME)
        if len(visited):
            place = int(visited[np.argmin(ground.pieces.last[visited])])
            found.append((int(ground.pieces.last[place]), ground, place))
    if not found:
        return None
    return min(found, key=lambda one: one[0])[1:]


@measure(
    "line.oldest_days", "Đoạn lâu nhất", "Oldest stretch", gettext_noop("ngày"),
    ("Số ngày trọn từ lượt đi chắc chắn gần nhất của đoạn đã có vết mà lâu chưa đi lại nhất. Đoạn chưa có vết nào đếm riêng.",
     "Whole days since the last sure visit of the visited piece that waited longest."),
    "MAX", "b", "down", gettext_noop("147 ngày: km 67–68"),
)  # fmt: skip
def oldest(standing: Standing, user: Any) -> Answer:
    found = oldest_piece(standing)
    rows, hidden, amount = piece_rows(standing, user, lambda pieces: pieces.last != NO_TIME)
    if found is None:
        return Answer(None, str(_("chưa có số liệu")), "no_data", str(_("Chưa có vết nào trên đoạn này.")),
                      piece_columns(), rows, tuple(missing_tracks(standing)), hidden, amount)  # fmt: skip
    ground, place = found
    days = int(ground.pieces.age_ms[place] // DAY_MS)
    where = stretch(float(ground.pieces.from_m[place]), float(ground.pieces.to_m[place]))
    return Answer(
        days, translated.days(days), "exact",
        _("Đoạn có vết lâu chưa đi lại nhất: %(where)s, lượt cuối %(when)s.")
        % {"where": where, "when": when(moment(int(ground.pieces.last[place])))},
        piece_columns(), rows, tuple(missing_tracks(standing)), hidden, amount,
    )  # fmt: skip


@measure(
    "line.within_interval_pct", "Tỷ lệ km-ngày đúng hạn", "Km-days within the interval", "%",
    ("Cộng các km-ngày của kỳ mà cuối ngày đó đoạn không quá hạn, chia cho tổng km-ngày của kỳ. Ngày được miễn chưa trừ. Hạn "
     "lấy theo yêu cầu có hiệu lực tại thời điểm xem.",
     "Km-days of the period on which the piece was within its limit at the day's end, divided by all km-days. Waived days "
     "are not taken out."),
    "RATIO", "b", "up", "95,2 %",
)  # fmt: skip
def within_interval(standing: Standing, user: Any) -> Answer:
    rows, good, every = [], 0.0, 0.0
    for ground in standing.land:
        for one, inside, total in zip(ground.held, *ground.within_days(standing.days), strict=True):
            good, every = good + inside, every + total
            cells = (one.name, wording.kilometres(total, 1, unit=False), share(inside, total)[1],
                     wording.kilometres(inside, 1, unit=False))  # fmt: skip
            rows.append(Row(cells, amount=inside / 1000))
    value, text, status = share(good, every)
    return Answer(
        value, text, bounded(standing, status),
        _("%(good)s trong %(all)s km-ngày của kỳ %(span)s ở trong hạn.")
        % {"good": wording.kilometres(good, 0, unit=False), "all": wording.kilometres(every, 0, unit=False),
           "span": span(standing)},
        tuple(map(str, (_("Đơn vị"), _("km-ngày"), _("Tỷ lệ"), _("km-ngày đúng hạn")))), tuple(rows),
        tuple(missing_tracks(standing) + no_limit(standing)),
    )  # fmt: skip


@measure(
    "line.longest_gap_days", "Khoảng trống dài nhất", "Longest gap", gettext_noop("ngày"),
    ("Số ngày trọn dài nhất giữa hai lượt đi của cùng một đoạn trong kỳ, kể cả đầu kỳ và thời điểm xem.",
     "Most whole days between two visits of one place in the period, with the ends of the period."),
    "MAX", "b", "down", gettext_noop("147 ngày"),
)  # fmt: skip
def longest_gap(standing: Standing, user: Any) -> Answer:
    rows = sorted((row for ground in standing.land for row in _gap_rows(standing, ground)), key=lambda row: -(row[0]))
    days = rows[0][0] if rows else None
    return Answer(
        days, wording.MISSING if days is None else translated.days(days), "exact" if rows else "not_applicable",
        _("Khoảng thời gian dài nhất trong kỳ %(span)s mà một chỗ trên đường biên không có lượt đi: %(days)s.")
        % {"span": span(standing), "days": translated.days(days)},
        tuple(map(str, (_("Đơn vị"), _("Nơi"), _("Ngày")))), tuple(row for _, row in rows), tuple(missing_tracks(standing)),
    )  # fmt: skip


def _gap_rows(standing: Standing, ground: Ground) -> Iterator[tuple[int, Row]]:
    """Per stretch: the longest gap and where it was."""
    since, until = standing.span
    rows = ground.inside(ground.known.certain(True))
    rows = rows.take((rows.first != NO_TIME) & (rows.last >= since))
    edges = np.unique(np.concatenate([rows.from_m, rows.to_m, *([*ends] for ends in ground.ends)]))
    longest, seen = np.zeros(len(edges) - 1, np.int64), np.full(len(edges) - 1, since)
    for row in np.argsort(rows.first, kind="stable"):
        cells = slice(*np.searchsorted(edges, (rows.from_m[row], rows.to_m[row])))
        np.maximum(longest[cells], rows.first[row] - seen[cells], out=longest[cells])
        np.maximum(seen[cells], rows.last[row], out=seen[cells])
    np.maximum(longest, until - 1 - seen, out=longest)
    held = ground.held_at((edges[1:] + edges[:-1]) / 2)
    for place, one in enumerate(ground.held):
        mine = np.flatnonzero(held == place)
        worst = mine[np.argmax(longest[mine])]
        days = int(longest[worst] // DAY_MS)
        where = stretch(float(edges[worst]), float(edges[worst + 1]))
        yield days, Row((one.name, where, translated.days(days)))
