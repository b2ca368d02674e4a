"""What the records themselves put on the map: the line, limits of stretches, posts, gates, markers, tracks."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

import numpy as np
from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cotmoc.base import clock, wording
from cotmoc.base.border import Border, borders
from cotmoc.base.figures import Question
from cotmoc.base.models import BorderGate, BorderLine, GateClass, Unit
from cotmoc.base.units import units_below
from cotmoc.geo.marker_number import BadMarkerNumber, MarkerNumber
from cotmoc.picture.extent import held_by
from cotmoc.picture.layers import GeoJson, Layer, add, collection, feature, point
from cotmoc.picture.positions import record_url
from cotmoc.record.areas.border.models import PatrolTrack

TICK_M = 3_000
"""Length of the limit between two posts, drawn across the line."""
POSTS = (
    Unit.Kind.COMMAND,
    Unit.Kind.LAND_POST,
    Unit.Kind.SEA_POST,
    Unit.Kind.GATE_POST,
    Unit.Kind.STATION,
    Unit.Kind.SQUADRON,
)
TRACKS_SHOWN = 1_000
"""A map of more tracks says nothing; the newest are drawn, and the page says how many there are."""


def number_path(number: str) -> str:
    """A marker's number as it stands in an address: `519/2(1)` as `519-2.1`."""
    try:
        return MarkerNumber.parse(number).path
    except BadMarkerNumber:
        return number


def line(question: Question, user: Any) -> GeoJson:
    """The land border as drawn in the version in force. A guarded coast has no treaty line."""
    return collection([_drawn(b) for b in borders(user, question.at) if b.line.kind == BorderLine.Kind.LAND])


def _drawn(border: Border) -> GeoJson:
    length = wording.kilometres(border.version.measured_m)
    return feature(
        border.version.geometry,
        title=border.line.name,
        text=length,
        cells=[border.line.name, length, border.version.source],
    )


def ticks(question: Question, user: Any) -> GeoJson:
    """Where one unit's stretch ends and the next begins: short lines across the border."""
    return collection([row for border in borders(user, question.at) for row in _ticks(border)])


def _ticks(border: Border) -> list[GeoJson]:
    limits = sorted({held.from_m for held in border.held} | {held.to_m for held in border.held})
    inner = np.array([m for m in limits if 0 < m < border.course.length_m])
    if not len(inner):
        return []
    project = border.course.projection
    x, y = project.to_metres(*border.course.point_at(inner))
    before = np.array(project.to_metres(*border.course.point_at(inner - TICK_M / 2)))
    after = np.array(project.to_metres(*border.course.point_at(inner + TICK_M / 2)))
    along = (after - before) / np.maximum(np.hypot(*(after - before)), 1e-9)
    across = np.array([-along[1], along[0]]) * TICK_M / 2
    ends = [project.to_degrees(x + side * across[0], y + side * across[1]) for side in (-1, 1)]
    return [
        feature(
            {"type": "LineString", "coordinates": [[round(float(e[0][i]), 6), round(float(e[1][i]), 6)] for e in ends]}
        )
        for i in range(len(inner))
    ]


def posts(question: Question, user: Any) -> GeoJson:
    """The units with a place, as far as they stand under the question's unit; and the gates."""
    below = units_below(question.unit.pk, clock.local(question.at).date())
    units = Unit.objects.for_user(user).filter(pk__in=below, kind__in=POSTS, lon__isnull=False, lat__isnull=False)
    held = _held_text(question, user)
    rows = units.known_at(
        question.at, lambda u: u.pk in below and u.kind in POSTS and u.lon is not None and u.lat is not None
    )
    return collection([_post(unit, held.get(unit.pk, "")) for unit in sorted(rows, key=lambda unit: unit.code)])


def _held_text(question: Question, user: Any) -> dict[Any, str]:
    """Per unit: how much of the lines it holds, and from which kilometre to which."""
    return {
        held.unit.pk: f"{wording.kilometres(held.length_m)}, {wording.chainage(held.from_m, held.to_m)}"
        for border in borders(user, question.at)
        for held in held_by(question, border)
    }


def _post(unit: Unit, held: str) -> GeoJson:
    lon, lat = unit.lon or 0.0, unit.lat or 0.0  # posts() takes only units with a place
    url = reverse("picture:unit", args=[unit.code])
    cells = [unit.name, str(unit.get_kind_display()), held]
    return point(lon, lat, label=unit.short_name, sign="post", title=unit.name, text=held, url=url, cells=cells)


def gates(question: Question, user: Any) -> GeoJson:
    """The gates of the command with their class of that day."""
    day = clock.local(question.at).date()
    classes = Prefetch("classes", GateClass.objects.on(day), to_attr="of_day")
    rows = (
        BorderGate.objects.for_user(user)
        .in_force()
        .filter(recorded_at__lte=question.at, lon__isnull=False, lat__isnull=False)
    )
    return collection([_gate(gate) for gate in rows.select_related("unit").prefetch_related(classes).order_by("code")])


def _gate(gate: Any) -> GeoJson:
    kind = ", ".join(str(row.get_kind_display()) for row in gate.of_day)
    url = reverse("picture:unit", args=[gate.unit.code])
    cells = [gate.name, kind, gate.unit.short_name]
    return point(gate.lon, gate.lat, label=gate.name, sign="gate", title=gate.name, text=kind, url=url, cells=cells)


def markers(question: Question, user: Any) -> GeoJson:
    """All markers and stakes where they stand. Their state is not for the picture to say: `measure` says it."""
    return collection([row for border in borders(user, question.at) for row in _markers(border)])


def _markers(border: Border) -> list[GeoJson]:
    rows = []
    for place in border.standing:
        held = border.holder(place.chainage_m)
        where, unit = wording.chainage(place.chainage_m), held.unit.short_name if held else ""
        rows.append(
            point(
                place.position.lon, place.position.lat, label=place.marker.number, state="plain", title=str(place.marker),
                text=f"{where} · {unit}" if unit else where, kind="stake" if place.marker.kind == "stake" else "marker",
                url=reverse("picture:marker", args=[number_path(place.marker.number)]),
                cells=[str(place.marker), str(place.marker.get_kind_display()), where, unit],
            )
        )  # fmt: skip
    return rows


def tracks_of(question: Question, user: Any) -> Any:
    """The tracks of the period that the user may see, of the question's unit and below, the newest first."""
    since = datetime.combine(question.since, time(), tzinfo=clock.VIETNAM).astimezone(UTC)
    until = min(datetime.combine(question.until, time(), tzinfo=clock.VIETNAM).astimezone(UTC), question.at)
    rows = PatrolTrack.objects.for_user(user).in_force().filter(recorded_at__lte=question.at)
    below = units_below(question.unit.pk, clock.local(question.at).date())
    return rows.filter(unit_id__in=below, started_at__gte=since, started_at__lt=until).order_by("-started_at")


def tracks(question: Question, user: Any) -> GeoJson:
    """Tracks of the period, simplified to 20 m; nobody's name is on them."""
    rows = tracks_of(question, user).select_related("patrol", "unit")[:TRACKS_SHOWN]
    return collection([_track(row) for row in rows])


def _track(track: PatrolTrack) -> GeoJson:
    started, length = wording.moment(track.started_at), wording.kilometres(track.length_m)
    patrol = track.patrol
    title = patrol.code if patrol else str(track)
    said = patrol.get_kind_display() if patrol else str(_("chưa gắn chuyến"))
    url = record_url(patrol) if patrol else ""
    cells = [title, str(track.unit), started, length, str(said)]
    geometry = {"type": "MultiLineString", "coordinates": track.simplified}
    return feature(geometry, title=title, text=f"{track.unit} · {started} · {length} · {said}", url=url, cells=cells)


def register() -> None:
    """Put the records' own layers on the map."""
    add(
        Layer(
            "line",
            _("Đường biên"),
            line,
            slot="treaty",
            order=20,
            columns=(_("Tuyến"), _("Dài"), _("Nguồn")),
        )
    )
    add(Layer("limits", _("Ranh giới đoạn"), ticks, slot="ticks", order=25))
    columns: tuple[Any, ...] = (_("Chuyến"), _("Đơn vị"), _("Xuất phát"), _("Độ dài vết thô"), _("Loại"))
    add(Layer("tracks", _("Vết tuần tra"), tracks, order=40, columns=columns))
    add(Layer("posts", _("Đơn vị"), posts, order=50, columns=(_("Đơn vị"), _("Loại"), _("Đoạn giữ"))))
    columns = (_("Cửa khẩu"), _("Loại"), _("Đơn vị"))
    add(Layer("gates", _("Cửa khẩu"), gates, slot="posts", order=55, columns=columns))
    columns = (_("Số"), _("Loại"), _("Lý trình"), _("Đơn vị giữ"))
    add(Layer("markers", _("Mốc, cọc dấu"), markers, order=60, columns=columns))
