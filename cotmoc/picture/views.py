"""The pages of the picture: map, markers, units, people. Each reads the request, asks one thing, chooses a template."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page, require_GET

from cotmoc.base import evidence
from cotmoc.base.asking import as_of, question_from
from cotmoc.base.border import borders
from cotmoc.base.figures import Question
from cotmoc.base.models import Unit
from cotmoc.base.problems import Problem
from cotmoc.base.text import fold
from cotmoc.base.units import account_of, units_below
from cotmoc.picture import finding, map_config, panels, things
from cotmoc.picture.extent import Box, extent
from cotmoc.picture.layers import collection, layer
from cotmoc.picture.marker_page import MarkerPage
from cotmoc.picture.things import number_path
from cotmoc.picture.unit_page import UnitPage, patrols_of, postings_of
from cotmoc.record.areas.border import photos
from cotmoc.record.areas.border.models import Photo

RECENT = timedelta(days=30)
"""The tracks that a map opens with."""
PAGE = ("marker", "view", "layers", "bbox", "wall")
"""Parameters of these pages that are no part of the question."""


def _question(request: HttpRequest) -> Question:
    question = question_from(request)
    return replace(question, extra=tuple((k, v) for k, v in question.extra if k not in PAGE))


def _recent(request: HttpRequest) -> Question:
    """The question of a map: without a period, the last 30 days."""
    question = _question(request)
    return question if request.GET.get("from") else replace(question, since=question.until - RECENT)


# --- map


@require_GET
def map_page(request: HttpRequest) -> HttpResponse:
    question = _recent(request)
    drawn = map_config.chosen(request.GET.getlist("layers"))
    bounds = _box(request.GET.get("bbox", "")) or extent(question, request.user)
    shown = [row for row in drawn if row.columns]
    context = {
        "question": question,
        "map": map_config.config(question, bounds, drawn, as_of(request) is not None),
        "choices": map_config.choices(drawn),
        "verdicts": any(row.replaces == "markers" for row in drawn),
        "units": _units(request.user),
        "track_count": things.tracks_of(question, request.user).count(),
        "tracks_shown": things.TRACKS_SHOWN,
        "last_day": question.last_day,
    }
    if request.GET.get("view") == "table":
        context["tables"] = [(row, row.build(question, request.user)["features"]) for row in shown]
    if "wall" in request.GET:
        context["tiles"] = panels.shown("wall", "main", question.unit, question, request)
        return render(request, "picture/wall.html", context)
    return render(request, "picture/map.html", context)


def _units(user: Any) -> list[Unit]:
    """The user's unit and those below it that hold something or go on patrol."""
    account = account_of(user)
    below = units_below(account.unit_id) if account else frozenset()
    return list(Unit.objects.in_force().filter(pk__in=below, kind__in=things.POSTS))


def _box(text: str) -> Box | None:
    """`107.3,15.2,107.9,15.9`; None where nothing was asked. Raises Problem for what is no box."""
    if not text:
        return None
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        west, south, east, north = 0, 0, 0, 0
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        hint = "Viết tây,nam,đông,bắc bằng độ. / Write west,south,east,north in degrees."
        raise Problem("request.parameter", name="bbox", value=text, hint=hint)
    return (west, south, east, north)


@require_GET
@gzip_page
@cache_control(private=True, no_cache=True)
@conditional_page
def layer_data(request: HttpRequest, ids: str) -> HttpResponse:
    """One layer or several of one slot, `posts+gates`, as GeoJSON, scoped to the user."""
    wanted = [layer(name) for name in ids.split("+")]
    question = _question(request)
    features = []
    for row in wanted:
        if row is None:
            raise Problem("page.missing")
        features += row.build(question, request.user)["features"]
    return JsonResponse(
        collection(features), content_type="application/geo+json", json_dumps_params={"separators": (",", ":")}
    )


# --- markers


@require_GET
def marker_list(request: HttpRequest) -> HttpResponse:
    question = _question(request)
    units = units_below(question.unit.pk)
    wanted = fold(request.GET.get("q", ""))
    rows = []
    for border in borders(request.user, question.at):
        for place in border.standing:
            held = border.holder(place.chainage_m)
            said = fold(f"{place.marker} {held.unit.name if held else ''}")
            mine = held is None or held.unit.pk in units or "unit" not in request.GET
            if mine and all(word in said for word in wanted.split()):
                rows.append({"place": place, "held": held, "path": number_path(place.marker.number)})
    context = {"question": question, "rows": rows, "units": _units(request.user), "q": request.GET.get("q", "")}
    return render(request, "picture/markers.html", context)


@require_GET
def marker(request: HttpRequest, number: str) -> HttpResponse:
    found = finding.marker(request.user, number, as_of(request))
    if found is None:
        raise Problem("picture.no_marker", number=number)
    border, place = found
    path = number_path(place.marker.number)
    if path != number:
        return redirect(_kept(request, reverse("picture:marker", args=[path])))
    question = _question(request)
    page = MarkerPage(border, place, question, request.user)
    drawn = map_config.of_slots("treaty", "ages", "posts", "markers")
    get = request.GET
    context = {
        "page": page,
        "question": question,
        "path": path,
        "map": map_config.config(question, page.bounds, drawn, as_of(request) is not None),
        "left": panels.shown("marker", "left", place.marker, question, request),
        "main": panels.shown("marker", "main", place.marker, question, request),
        "right": panels.shown("marker", "right", place.marker, question, request),
        "comparison": page.comparison(get.get("side", ""), get.get("earlier", ""), get.get("later", "")),
        "directions": Photo.Direction.choices,
        "may_write": as_of(request) is None,
    }
    return render(request, "picture/marker.html", context)


def _kept(request: HttpRequest, path: str) -> str:
    """Another address with the query of this one."""
    return f"{path}?{request.GET.urlencode()}" if request.GET else path


@require_GET
@cache_control(private=True, max_age=86_400, immutable=True)
def photo(request: HttpRequest, photo_id: UUID) -> HttpResponse:
    """A photo as pages show it: drawn anew from the sealed original, without what a camera writes beside the picture."""
    row = Photo.objects.for_user(request.user).filter(pk=photo_id).select_related("file").first()
    if row is None:
        raise Problem("page.missing")
    shown = photos.shown(row.file.name, evidence.get(row.file.sha256))
    return HttpResponse(shown, content_type="image/jpeg", headers={"Content-Disposition": "inline"})


# --- units and people


@require_GET
def unit(request: HttpRequest, code: str) -> HttpResponse:
    found = finding.unit(request.user, code)
    if found is None:
        raise Problem("picture.no_unit", name=code)
    if found.code != code:
        return redirect(_kept(request, reverse("picture:unit", args=[found.code])))
    question = replace(_question(request), unit=found)
    page = UnitPage(found, question, request.user)
    drawn = map_config.of_slots("treaty", "ticks", "ages", "posts", "markers")
    context = {
        "page": page,
        "question": question,
        "map": map_config.config(question, page.bounds, drawn, as_of(request) is not None),
        "main": panels.shown("unit", "main", found, question, request),
        "right": panels.shown("unit", "right", found, question, request),
    }
    return render(request, "picture/unit.html", context)


@require_GET
def person(request: HttpRequest, code: str) -> HttpResponse:
    found = finding.person(request.user, code)
    if found is None:
        raise Problem("page.missing")
    question = _question(request)
    context = {
        "person": found,
        "question": question,
        "postings": postings_of(found, question, request.user),
        "patrols": patrols_of(found, question, request.user),
        "main": panels.shown("person", "main", found, question, request),
    }
    return render(request, "picture/person.html", context)
