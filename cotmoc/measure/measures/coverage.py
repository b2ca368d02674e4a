"""How much of the line was reached in the period, surely and possibly, and what was not."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cotmoc.base import wording
from cotmoc.base.figures import Answer, Row, Rows, Status
from cotmoc.measure import effort
from cotmoc.measure.engine.spans import union
from cotmoc.measure.ground import Ground
from cotmoc.measure.measures.answers import (
    Counted,
    Owned,
    measure,
    missing_tracks,
    record_url,
    scoped,
    share,
    span,
    when,
)
from cotmoc.measure.standing import Standing
from cotmoc.measure.words import post, stretch
from cotmoc.record.areas.border.models import Patrol, PatrolTrack


def added_rows(standing: Standing, added: dict[int, float], user: Any) -> Counted:
    """Rows of walks with the metres each adds, the newest first."""
    patrols, tracks = effort.patrols(standing.at), {row.id: row for row in effort.tracks(standing.at)}
    of_patrols: list[tuple[Any, Owned]] = []
    of_tracks: list[tuple[Any, Owned]] = []
    for walk, metres in added.items():
        patrol = patrol_of(standing, patrols, walk)
        if patrol is not None:
            url = record_url("patrols", patrol.code)
            row = partial(_added_row, standing, patrol.code, patrol, metres, url)
            of_patrols.append((patrol.ended_at or patrol.started_at, (patrol.id, row)))
        else:
            track = tracks[standing.walks.groups[walk]]
            row = partial(_added_row, standing, track.name, track, metres, "")
            of_tracks.append((track.ended_at or standing.at, (track.id, row)))
    newest = [owned for _, owned in sorted(of_patrols, key=lambda pair: pair[0], reverse=True)]
    rows, hidden, amount = scoped(user, Patrol, newest)
    loose = [owned for _, owned in sorted(of_tracks, key=lambda pair: pair[0], reverse=True)]
    more, hidden_more, amount_more = scoped(user, PatrolTrack, loose)
    return Rows.join(rows, more), hidden + hidden_more, amount + amount_more


def _added_row(standing: Standing, name: str, row: Any, metres: float, url: str) -> Row:
    """A patrol, or a track of none (which may be without a name), with what it adds."""
    unit = post(standing.geography.units[row.unit_id].short_name)
    told = name or str(_("vết chưa gắn chuyến"))
    return Row((told, unit, when(row.ended_at), wording.kilometres(metres, 2, unit=False)), url, metres / 1000)


def patrol_of(standing: Standing, patrols: dict[UUID, Any], walk: int) -> Any | None:
    """The patrol of a walk; None for a track of no patrol, and for walk -1 (none)."""
    patrol = standing.walks.patrols[walk] if walk >= 0 else None
    return patrols.get(patrol) if patrol is not None else None


def coverage(standing: Standing, grounds: list[Ground], sure: bool, user: Any, said: str) -> Answer:
    """The share of the grounds that was covered in the period, with its rows."""
    added: dict[int, float] = {}
    for ground in grounds:
        for walk, metres in ground.shares(standing.in_period(ground, sure)).items():
            added[walk] = added.get(walk, 0.0) + metres
    reached, length = sum(added.values()), sum(ground.length_m for ground in grounds)
    value, text, status = share(reached, length)
    rows, hidden, amount = added_rows(standing, added, user)
    pair = f"{wording.kilometres(reached, unit=False)}/{wording.kilometres(length)}"
    return Answer(
        value, text, bounded(standing, status), said % {"pair": pair, "span": span(standing), "reach": standing.reach_m},
        (str(_("Chuyến")), str(_("Đơn vị")), str(_("Kết thúc")), str(_("km thêm"))), rows,
        tuple(missing_tracks(standing)), hidden, amount,
    )  # fmt: skip


def bounded(standing: Standing, status: Status) -> Status:
    """At least so much, while tracks wait to be measured."""
    return "lower_bound" if status == "exact" and standing.unmeasured else status


@measure(
    "line.coverage_sure_pct", "Tỷ lệ đường biên được tuần tra (chắc chắn)", "Line covered, sure", "%",
    ("Hợp các đoạn đường biên mà vết GPS chắc chắn đi trong tầm cách vết (tầm trừ sai số của vết), trong kỳ, chia cho chiều dài "
     "đường biên đơn vị giữ. Vết hở quá 5 phút hoặc quá 300 m không nối. Số dòng người trong tổ không làm đổi số này.",
     "Union of the stretches surely within reach of a track (reach minus its error) in the period, divided by the length held."),
    "UNION", "b", "up", gettext_noop("131,3 km trong 148,3 km: 88,5 %"),
)  # fmt: skip
def sure(standing: Standing, user: Any) -> Answer:
    said = _("%(pair)s đường biên chắc chắn có vết tuần tra trong kỳ %(span)s, cách vết không quá %(reach)s m.")
    return coverage(standing, standing.land, True, user, said)


@measure(
    "line.coverage_possible_pct", "Tỷ lệ đường biên được tuần tra (có thể)", "Line covered, possible", "%",
    ("Như tỷ lệ chắc chắn, nhưng tính cả phần mà sai số GPS cho phép là đã đi tới (tầm cộng sai số).",
     "As the sure share, with what the error of the fixes allows (reach plus error)."),
    "UNION", "b", "up", gettext_noop("134,0 km trong 148,3 km: 90,4 %"),
)  # fmt: skip
def possible(standing: Standing, user: Any) -> Answer:
    said = _("%(pair)s đường biên có thể đã có vết tuần tra trong kỳ %(span)s, cách vết không quá %(reach)s m.")
    return coverage(standing, standing.land, False, user, said)


@measure(
    "line.gap_km", "km chưa đến trong kỳ", "Never reached in the period", "km",
    ("Chiều dài đường biên trừ phần có thể đã đi tới trong kỳ: kể cả sai số GPS cũng không có vết nào.",
     "Length minus the possible union in the period: no track reaches it even allowing for GPS error."),
    "UNION", "b", "down", "1,0 km (km 66–67)",
)  # fmt: skip
def gap(standing: Standing, user: Any) -> Answer:
    rows: list[Row] = []
    for ground in standing.land:
        for place, low, high in ground.gaps(standing.in_period(ground, False)):
            rows.append(Row((stretch(low, high), post(ground.held[place].name), wording.kilometres(high - low, 2, unit=False)),
                            amount=(high - low) / 1000))  # fmt: skip
    value = sum(row.amount or 0.0 for row in rows)
    has_line = bool(standing.land)
    return Answer(
        value if has_line else None, wording.kilometres(value * 1000) if has_line else str(_("không áp dụng")),
        "exact" if has_line else "not_applicable",
        _("%(km)s đường biên không có vết nào trong kỳ %(span)s.")
        % {"km": wording.kilometres(value * 1000), "span": span(standing)},
        (str(_("Đoạn")), str(_("Đơn vị")), str(_("km"))), tuple(rows), tuple(missing_tracks(standing)),
    )  # fmt: skip


@measure(
    "line.length_km", "Chiều dài đường biên", "Line length", "km",
    ("Tổng chiều dài các đoạn đơn vị giữ, đo trên phiên bản đường biên đang có hiệu lực tại thời điểm xem.",
     "Length of the stretches held, measured on the line version in force."),
    "STOCK", "b", "neutral", gettext_noop("148,3 km (công bố 157,4 km)"),
)  # fmt: skip
def length(standing: Standing, user: Any) -> Answer:
    rows = tuple(
        Row((one.name, wording.chainage(low, high), one.markers, wording.kilometres(high - low, 2, unit=False)),
            amount=(high - low) / 1000)
        for ground in standing.land
        for one, (low, high) in zip(ground.held, ground.ends, strict=True)
    )  # fmt: skip
    metres = sum(ground.length_m for ground in standing.land)
    published = [ground.course for ground in standing.land if ground.course.published_m]
    missing = [
        _("Đo trên bản vẽ “%(source)s”; số công bố của cả tuyến là %(km)s.")
        % {"source": course.source, "km": wording.kilometres(course.published_m, 3)}
        for course in published
    ]
    return Answer(
        metres / 1000 if rows else None, wording.kilometres(metres) if rows else str(_("không áp dụng")),
        "exact" if rows else "not_applicable",
        _("Đơn vị giữ %(km)s đường biên trên %(n)s đoạn.") % {"km": wording.kilometres(metres), "n": len(rows)},
        (str(_("Đơn vị")), str(_("Đoạn")), str(_("Mốc")), str(_("km"))), rows, tuple(missing),
    )  # fmt: skip


def visitors(standing: Standing) -> dict[int, float]:
    """Walks that surely came to the line in the period, with the metres of it that each covered."""
    found: dict[int, float] = {}
    for ground in standing.land:
        rows = ground.inside(standing.in_period(ground, True))
        for walk in np.unique(rows.group).tolist():
            mine = rows.take(rows.group == walk)
            found[walk] = found.get(walk, 0.0) + union(mine.from_m, mine.to_m).length_m
    return found


@measure(
    "line.patrol_count", "Số chuyến đi trên đoạn", "Patrols on the stretch", gettext_noop("chuyến"),
    ("Chuyến (hoặc vết chưa gắn chuyến) có vết chắc chắn trong tầm của đoạn trong kỳ, dù đơn vị nào chủ trì.",
     "Patrols, or tracks of none, surely within reach of the stretch in the period, whoever led them."),
    "DIST", "b", "up", gettext_noop("12 chuyến"),
)  # fmt: skip
def patrol_count(standing: Standing, user: Any) -> Answer:
    came = visitors(standing)
    rows, hidden, amount = added_rows(standing, came, user)
    return Answer(
        len(came) if standing.land else None, wording.number(len(came), 0) if standing.land else str(_("không áp dụng")),
        bounded(standing, "exact") if standing.land else "not_applicable",
        _("%(n)s chuyến có vết trên đoạn này trong kỳ %(span)s; một km nhiều chuyến đi thì mỗi chuyến đều tính.")
        % {"n": wording.number(len(came), 0), "span": span(standing)},
        tuple(map(str, (_("Chuyến"), _("Đơn vị"), _("Kết thúc"), _("km trên đoạn")))), rows,
        tuple(missing_tracks(standing)), hidden, amount,
    )  # fmt: skip
