"""Doors that belong to no verb: landing, evidence, problems told as pages."""

from __future__ import annotations

import csv
import logging
import secrets
import sys
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from cotmoc.base import clock, figures
from cotmoc.base.asking import question_from
from cotmoc.base.middleware import LANGUAGE_COOKIE
from cotmoc.base.problems import Problem

log = logging.getLogger("cotmoc")
YEAR = 365 * 86400


def wants_json(request: HttpRequest) -> bool:
    return request.path.startswith("/api/") or request.headers.get("Accept", "").startswith("application/json")


def tell(request: HttpRequest, problem: Problem) -> HttpResponse:
    """A problem as the reader asked for it: JSON, a partial for HTMX, or a page."""
    if wants_json(request):
        said = {"code": problem.code, "vi": problem.sentence("vi"), "en": problem.sentence("en")}
        return JsonResponse({"problem": said}, status=problem.status)
    language: Any = "en" if translation.get_language() == "en" else "vi"
    context = {"sentence": problem.sentence(language), "code": problem.code, "status": problem.status}
    partial = "cotmoc/_problem.html" if request.headers.get("HX-Request") else "cotmoc/errors/problem.html"
    return render(request, partial, context, status=problem.status)


@login_not_required
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return tell(request, Problem("request.bad", detail=type(exception).__name__))


@login_not_required
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return tell(request, Problem("rights.page"))


@login_not_required
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return tell(request, Problem("page.missing"))


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    token = f"L-{secrets.token_hex(3).upper()}"
    log.error("server error %s at %s", token, request.path, exc_info=sys.exc_info())
    return tell(request, Problem("server.failed", at=f"{clock.local(clock.now()):%H:%M}", token=token))


@login_not_required
def locked_out(request: HttpRequest, credentials: Any = None, *args: Any, **kwargs: Any) -> HttpResponse:
    return tell(request, Problem("signin.locked"))


@require_GET
def landing(request: HttpRequest) -> HttpResponse:
    """The first page: the coverage of the user's own line."""
    return redirect("measure:coverage")


@require_GET
def evidence(request: HttpRequest, measure: str) -> HttpResponse:
    """What carries a figure: the drawer, a full page without JavaScript, or CSV."""
    declared = figures.measures().get(measure)
    if declared is None:
        raise Problem("page.missing")
    question = question_from(request)
    figure, answer = figures.ask(measure, question, request.user)
    if request.GET.get("format") == "csv":
        return _rows_as_csv(measure, answer)
    context = {
        "measure": declared,
        "figure": figure,
        "answer": answer,
        "question": question,
        "english": translation.get_language() == "en",
        "shown": answer.rows[:200],
    }
    drawer = request.headers.get("HX-Request")
    return render(request, "cotmoc/_drawer.html" if drawer else "cotmoc/evidence.html", context)


def _rows_as_csv(measure: str, answer: figures.Answer) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{measure}.csv"'
    response.write("\ufeff")  # Excel reads UTF-8 only with a byte order mark
    writer = csv.writer(response)
    writer.writerow(answer.columns)
    writer.writerows(tuple(map(inert, row.cells)) for row in answer.rows)
    return response


def inert(cell: str) -> str:
    """A cell that a spreadsheet would run as a formula gets an apostrophe (OWASP: CSV injection)."""
    return (
        f"'{cell}"
        if cell and cell[0] in "=+-@\t\r" and not cell.lstrip("-+").replace(",", "").replace(".", "").isdigit()
        else cell
    )


@require_POST
@login_not_required
def choose_language(request: HttpRequest) -> HttpResponse:
    response = redirect(_back(request))
    response.set_cookie(
        LANGUAGE_COOKIE, "en" if request.POST.get("lang") == "en" else "vi", max_age=YEAR, samesite="Lax"
    )
    return response


@require_POST
@login_not_required
def choose_theme(request: HttpRequest) -> HttpResponse:
    response = redirect(_back(request))
    theme = request.POST.get("theme", "")
    response.set_cookie("theme", theme if theme in {"light", "dark"} else "", max_age=YEAR, samesite="Lax")
    return response


def _back(request: HttpRequest) -> str:
    """The page the reader came from, if it is one of ours."""
    back = request.POST.get("next", "/")
    ours = url_has_allowed_host_and_scheme(back, allowed_hosts=None)  # knows what browsers make of `/\\host` and tabs
    return back if back.startswith("/") and ours else "/"


@require_GET
def signs(request: HttpRequest) -> HttpResponse:
    """The sheet of all signs and colours."""
    return render(request, "cotmoc/signs.html")
