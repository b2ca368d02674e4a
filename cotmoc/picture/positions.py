"""What phones say about where a marker stands: they prove that somebody was there, not that the stone has not moved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cotmoc.base import clock, figures, wording
from cotmoc.base.figures import Answer, Figure, Measure, Question, Row
from cotmoc.base.models import BorderMarker
from cotmoc.geo.line import GEOD
from cotmoc.geo.marker_number import BadMarkerNumber, MarkerNumber
from cotmoc.record.areas.border.models import MarkerInspection

MEASURE = "marker.phone_spread_m"


@dataclass(frozen=True, slots=True)
class PhonePlace:
    """The middle of the phones' positions at a marker. `spread_m`: half of them lie nearer to the middle than this."""

    lon: float
    lat: float
    spread_m: float
    away_m: tuple[float, ...]
    """Distance of each from the middle, in the order of the inspections."""


def inspections_of(marker: BorderMarker, question: Question, user: Any) -> list[MarkerInspection]:
    """The inspections that the user may see, seen and known by the question's moment, the newest first. Two queries."""
    rows = MarkerInspection.objects.for_user(user).select_related("unit", "inspector", "patrol")
    at = question.at
    known = rows.filter(marker=marker, recorded_at__lte=at).known_at(at, lambda row: row.marker_id == marker.pk)
    return sorted((row for row in known if row.seen_at <= at), key=lambda row: row.seen_at, reverse=True)


def placed(inspections: list[MarkerInspection]) -> list[MarkerInspection]:
    """Those that reached the marker and carry a phone's position."""
    return [
        row for row in inspections if row.lat is not None and row.lon is not None and row.state != row.State.UNREACHED
    ]


def phone_place(inspections: list[MarkerInspection]) -> PhonePlace | None:
    """The median position and how far the phones lie from it; None without any position."""
    rows = placed(inspections)
    if not rows:
        return None
    lon, lat = np.array([row.lon for row in rows], float), np.array([row.lat for row in rows], float)
    middle = float(np.median(lon)), float(np.median(lat))
    _to, _back, away = GEOD.inv(lon, lat, np.full(len(rows), middle[0]), np.full(len(rows), middle[1]))
    return PhonePlace(*middle, float(np.median(away)), tuple(float(metres) for metres in away))


def figure(marker: BorderMarker, question: Question, inspections: list[MarkerInspection]) -> Figure | None:
    """`7 lần, lệch giữa 4,1 m`, opening the inspections; None without a phone's position."""
    place = phone_place(inspections)
    if place is None:
        return None
    asked = question.with_(marker=marker.number)
    return figures.figure(MEASURE, asked, place.spread_m, _said(len(place.away_m), place.spread_m))


def _said(count: int, spread_m: float) -> str:
    return _("%(count)d lần, lệch giữa %(spread)s m") % {"count": count, "spread": wording.number(spread_m, 1)}


def _answer(question: Question, user: Any) -> Answer:
    marker = _asked_marker(question, user)
    if marker is None:
        return Answer(None, wording.MISSING, "not_applicable", _("Số này hỏi về một mốc: thêm số mốc vào câu hỏi."))
    rows = placed(inspections_of(marker, question, user))
    place = phone_place(rows)
    if place is None:
        return Answer(
            None,
            wording.MISSING,
            "no_data",
            _("Chưa có biên bản nào ở %(marker)s có vị trí điện thoại.") % {"marker": marker},
        )
    said = _(
        "Một nửa số vị trí điện thoại ở %(marker)s cách điểm giữa không quá %(spread)s m. Chỉ chứng minh có người tới."
    ) % {
        "marker": marker,
        "spread": wording.number(place.spread_m, 1),
    }
    shown = tuple(
        Row(
            (row.code, wording.moment(row.seen_at), wording.accuracy(row.accuracy_m), f"{wording.number(away, 1)} m"),
            record_url(row),
        )
        for row, away in zip(rows, place.away_m, strict=True)
    )
    columns = (_("Biên bản"), _("Thời điểm"), _("Sai số"), _("Cách điểm giữa"))
    return Answer(place.spread_m, _said(len(rows), place.spread_m), "exact", said, columns, shown)


def _asked_marker(question: Question, user: Any) -> BorderMarker | None:
    try:
        number = str(MarkerNumber.parse(question.get("marker")))
    except BadMarkerNumber:
        return None
    day = clock.local(question.at).date()
    marker: BorderMarker | None = BorderMarker.objects.for_user(user).on(day).filter(number=number).first()
    return marker


def record_url(row: Any) -> str:
    """The address of a record in its register."""
    return f"/record/{row.slug}/{row.code}"


def register() -> None:
    figures.declare(
        Measure(
            MEASURE, "Độ tản vị trí điện thoại ở mốc", "Spread of phone positions at a marker", "m",
            "Lấy vị trí điện thoại của mọi biên bản tới được mốc; điểm giữa là trung vị kinh độ và vĩ độ; độ tản là trung vị"
            " khoảng cách tới điểm giữa. Vị trí điện thoại chỉ chứng minh có người tới, không chứng minh mốc không xê dịch.",
            "Takes the phone position of every inspection that reached the marker; the middle is the median longitude and"
            " latitude, the spread the median distance from it. It proves presence, not that the stone has not moved.",
            "MED", "e", _answer, better="down", example=gettext_noop("7 lần, lệch giữa 4,1 m"),
        )
    )  # fmt: skip
