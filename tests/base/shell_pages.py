"""Pages made of the shell's own parts only, for the browser test: a figure, a map, a strip, a date, a form."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import engines
from django.urls import path

from cotmoc.base import views
from cotmoc.base.figures import Answer, Row
from tests.base.test_shell import figure

LINE = [[107.40 + i / 1000, 15.6 - i / 100] for i in range(10)]
MAP = {
    "bounds": [107.38, 15.5, 107.43, 15.61],
    "attribution": "© OpenStreetMap contributors (ODbL)",
    "layers": {
        "ages": {
            "type": "Feature",
            "geometry": {"type": "LineString", "coordinates": LINE},
            "properties": {"age": "a3", "from_m": 0, "to_m": 10_000, "evidence": "/e/coverage"},
        },
        "markers": {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": LINE[5]},
            "properties": {"state": "unknown", "label": "709", "title": "Mốc 709"},
        },
    },
}
PAGE = """{% extends "cotmoc/base.html" %}{% load cotmoc %}
{% block heading %}Thử{% endblock %}
{% block filters %}<form class="chips" data-auto><label class="chip">
<span>Đơn vị</span><select name="unit"><option value="">tất cả
<option value="LE">La Êê</select></label><input type="hidden" name="q" value=""></form>{% endblock %}
{% block content %}<p>{% fig figure %}</p>
<form id="stretch" method="get"><input name="from_km"><input name="to_km"><input type="date" name="day" value="2020-11-24"></form>
<section class="card"><div class="strip-scroll"><svg class="strip" viewBox="0 0 1000 60" data-strip data-x0="0" data-x1="1000"
 data-length-m="10000" data-form="#stretch"><rect width="1000" height="60" class="age-a1"/></svg></div></section>
<div class="map" data-map aria-label="Bản đồ"><script type="application/json">{{ map|safe }}</script></div>{% endblock %}"""


@login_not_required
def page(request: HttpRequest) -> HttpResponse:
    template = engines["django"].from_string(PAGE)
    return HttpResponse(template.render({"figure": figure(), "map": json.dumps(MAP)}, request))


@login_not_required
def evidence(request: HttpRequest, measure: str) -> HttpResponse:
    shown = figure()
    answer = Answer(
        0.885, "88,5 %", said="131,3 km trong 148,3 km.", columns=("Vết", "km"), rows=(Row(("TT-119", "9,4")),)
    )
    context: dict[str, Any] = {
        "measure": {"vi": measure},
        "figure": shown,
        "answer": answer,
        "question": shown.question,
    }
    return render(request, "cotmoc/_drawer.html", context | {"shown": answer.rows})


@login_not_required
def search(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f'<h3>Nơi, vật</h3><a href="/shell?found={request.GET["q"]}">Mốc 731</a>')


urlpatterns = [
    path("shell", page),
    path("e/<str:measure>", evidence),
    path("search", search),
    path("settings/theme", views.choose_theme, name="theme"),
    path("settings/language", views.choose_language, name="language"),
    path("sign-out", search, name="logout"),
]
