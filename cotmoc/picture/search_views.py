"""The door of search: a page of its own, or the part that the palette shows."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cotmoc.base import clock
from cotmoc.base.asking import as_of
from cotmoc.picture.search import search


@require_GET
def results(request: HttpRequest) -> HttpResponse:
    found = search(request.GET.get("q", ""), request.user, as_of(request) or clock.now())
    template = "picture/_found.html" if request.GET.get("partial") else "picture/search.html"
    return render(request, template, {"found": found})
