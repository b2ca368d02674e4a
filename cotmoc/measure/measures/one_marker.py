"""Figures of one marker: asked with its number (`marker=709`), whoever holds it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cotmoc.base import translated, wording
from cotmoc.base.figures import Answer, Row
from cotmoc.geo.marker_number import BadMarkerNumber, MarkerNumber
from cotmoc.measure import effort, objects
from cotmoc.measure.measures.answers import measure, record_url, scoped, span, when
from cotmoc.measure.measures.markers import inspection_columns, inspection_rows
from cotmoc.measure.objects import Thing
from cotmoc.measure.standing import Standing
from cotmoc.measure.stored import Visit, visits_to
from cotmoc.record.areas.border.models import Patrol


def asked(standing: Standing) -> Thing | None:
    """The marker of the question; None where none, or an unknown one, was asked for."""
    try:
        number = str(MarkerNumber.parse(standing.question.get("marker")))
    except BadMarkerNumber:
        return None
    place = next((place for place in standing.places_of_command if place.number == number), None)
    return objects.things([place], standing.at, standing.chosen.freshness_days)[0] if place else None


def unasked() -> Answer:
    return Answer(None, wording.MISSING, "not_applicable", _("Số này hỏi về một mốc: thêm số mốc vào câu hỏi."))


@measure(
    "marker.age_days", "Tuổi của biên bản cuối", "Age of the last inspection", gettext_noop("ngày"),
    ("Số ngày trọn từ biên bản tới nơi gần nhất của một mốc đến thời điểm xem.",
     "Whole days since the last inspection that reached one marker."),
    "MAX", "b", "down", gettext_noop("97 ngày"),
)  # fmt: skip
def age_days(standing: Standing, user: Any) -> Answer:
    thing = asked(standing)
    if thing is None:
        return unasked()
    pairs = [(thing, row) for row in reversed(thing.inspections)]
    rows, hidden, amount = inspection_rows(standing, pairs, user)
    days = thing.age_days(standing.at)
    return Answer(
        days, str(_("chưa có biên bản")) if days is None else translated.days(days), "no_data" if days is None else "exact",
        _("%(name)s có %(n)s biên bản; biên bản cuối lúc %(last)s.")
        % {"name": thing.place.name, "n": len(pairs), "last": when(thing.last.seen_at if thing.last else None)},
        inspection_columns(), rows, (), hidden, amount,
    )  # fmt: skip


def passes(standing: Standing, thing: Thing) -> list[Visit]:
    """Visits of walks to the marker in the period, oldest first; those without time are left out."""
    since, until = standing.span
    found = visits_to(standing.run, thing.place.id, standing.at)
    return [visit for visit in found if visit.enter is not None and since <= visit.enter < until]


def moment(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC)


@measure(
    "marker.pass_count", "Vết đi qua mốc", "Tracks past the marker", gettext_noop("lượt"),
    ("Số lượt vết GPS vào trong tầm của một mốc trong kỳ. Chứng minh có mặt, không chứng minh tình trạng.",
     "Visits of tracks within reach of one marker in the period. Proves presence, not state."),
    "SUM", "n", "up", gettext_noop("10 lượt trong 50 m"),
)  # fmt: skip
def pass_count(standing: Standing, user: Any) -> Answer:
    thing = asked(standing)
    if thing is None:
        return unasked()
    patrols, found = effort.patrols(standing.at), []
    for visit in reversed(passes(standing, thing)):
        patrol = patrols.get(visit.patrol) if visit.patrol else None
        cells = (
            patrol.code if patrol else str(_("vết chưa gắn chuyến")), when(moment(visit.enter)), wording.metres(visit.nearest_m),
            wording.number(visit.dwell_s / 60, 0),
        )  # fmt: skip
        found.append(
            (patrol.id if patrol else None, Row(cells, record_url("patrols", patrol.code) if patrol else "", 1.0))
        )
    rows, hidden, amount = scoped(user, Patrol, found)
    return Answer(
        len(found), wording.number(len(found), 0), "exact",
        _("%(n)s lượt vết vào trong %(reach)s m của %(name)s trong kỳ %(span)s.")
        % {"n": len(found), "reach": standing.chosen.marker_reach_m, "name": thing.place.name, "span": span(standing)},
        tuple(map(str, (_("Chuyến"), _("Tới lúc"), _("Gần nhất"), _("Phút trong tầm")))), rows, (), hidden, amount,
    )  # fmt: skip
