"""The pages of every register: first page, list, record, form, exports. What one register needs besides, its area brings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.handlers.asgi import ASGIRequest
from django.core.paginator import Paginator
from django.db.models import DateTimeField
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from cotmoc.base import clock, ledger
from cotmoc.base.asking import as_of
from cotmoc.base.ledger import Author
from cotmoc.base.models import Quarantine, Unit
from cotmoc.base.problems import Problem
from cotmoc.base.scope import may_write_for
from cotmoc.base.units import account_of, units_below
from cotmoc.record import tasks
from cotmoc.record.actions import author_of, withdraw_record
from cotmoc.record.adapters import detail, export, rows
from cotmoc.record.adapters.cells import Column, shown, state_of
from cotmoc.record.adapters.form import RecordForm, form_for
from cotmoc.record.adapters.table import PAGE, Listing, column_order, options, table_columns
from cotmoc.record.register import Record, cell_text, registers

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Beside:
    """What an area does besides when its register gets a new record: to the row before it is written, and after."""

    prepare: Callable[[Any], None]
    then: Callable[[Any, Author], None]


def register_of(slug: str) -> type[Record]:
    """The register at an address. Problem `page.missing` where there is none."""
    model = registers().get(slug)
    if model is None:
        raise Problem("page.missing")
    return model


def record_of(request: HttpRequest, slug: str, key: str) -> Any:
    """The record of a number or id in reach of the user, as known at the asked moment."""
    model = register_of(slug)
    reach = model.objects.for_user(request.user)
    found = reach.filter(pk=key) if _is_id(key) else reach.filter(code=key).order_by("withdrawn", "-recorded_at")
    row = found.select_related("unit").first()
    at = as_of(request)
    if row is not None and at is not None and row.revised_at > at:
        row = next(iter(ledger.rebuild(model, [row.pk], at)), None)
    if row is None:
        raise Problem("page.missing")
    return row


def url_of(row: Any) -> str:
    """The address of a record; empty for what is no record."""
    if not isinstance(row, Record):
        return ""
    return reverse("record:record", args=[row.slug, row.code if "/" not in row.code else row.pk])


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What waits, what was written, and the one button."""
    account = account_of(request.user)
    if account is None:
        raise Problem("rights.no_account", user=request.user.get_username())
    at = as_of(request)
    books = [_book(Listing(model, request.user, at)) for model in registers().values()]
    counted = [{"task": task, "count": task.count(request.user)} for task in tasks.tasks()]
    waiting = [line for line in counted if line["count"]]
    quarantined = Quarantine.objects.for_user(request.user).in_force().filter(state=Quarantine.State.WAITING).count()
    context = {
        "books": books,
        "waiting": waiting,
        "quarantined": quarantined,
        "idle": not (quarantined or waiting or any(book["lacking"] for book in books)),
        "everyday": [model for model in registers().values() if model.everyday],
        "writable": at is None,
        "unit": account.unit,
    }
    return render(request, "record/home.html", context)


def _book(listing: Listing) -> dict[str, Any]:
    model = listing.model
    return {
        "slug": model.slug,
        "name": model._meta.verbose_name_plural,
        "count": listing.count(),
        "lacking": listing.without(lacking=True).count(),
    }


@require_GET
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """The list of a register; the record stands beside it."""
    model = register_of(slug)
    asked = Listing.read(model, request.GET, request.user, as_of(request))
    rows = asked.rows()
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "model": model,
        "name": model._meta.verbose_name_plural,
        "asked": asked,
        "columns": [_head(of, asked) for of in table_columns(model)],
        "page": page,
        "lines": [_line(row, asked) for row in page],
        "filters": [_filter(asked, name) for name in model.filters],
        "units": _units(request.user),
        "lacking": asked.without(lacking=True).count(),
        "amended": asked.without(amended=True).count(),
        "writable": asked.at is None,
        "narrowed": any(
            request.GET.get(name) for name in ("q", "from", "to", "unit", "lacking", "amended", *model.filters)
        ),
    }
    return render(request, "record/list.html", context)


def _head(of: Column, asked: Listing) -> dict[str, Any]:
    """The head of a column: what a click sorts by, and the present order."""
    sort = asked.sort or str((asked.model._meta.ordering or ("",))[0])
    order = "descending" if sort == f"-{of.name}" else "ascending" if sort == of.name else ""
    turned = f"-{of.name}" if order == "ascending" or (not order and of.kind in {"moment", "day"}) else of.name
    return {"column": of, "sort": turned if column_order(asked.model, of.name) else "", "order": order}


def _line(row: Any, asked: Listing) -> dict[str, Any]:
    """One row as the template draws it."""
    cells = [{"column": of, "text": shown(row, of), "state": state_of(row, of)} for of in table_columns(asked.model)]
    return {"row": row, "cells": cells, "url": url_of(row), "lacks": row.lacks(), "amendments": row.revision - 1}


def _filter(asked: Listing, name: str) -> dict[str, Any]:
    field: Any = asked.model._meta.get_field(name)
    return {
        "name": name,
        "label": field.verbose_name,
        "chosen": asked.chosen.get(name, ""),
        "options": options(asked, name),
    }


def _units(user: Any) -> list[Unit]:
    account = account_of(user)
    below = units_below(account.unit_id) if account else frozenset()
    return list(Unit.objects.in_force().filter(pk__in=below).order_by("short_name")) if len(below) > 1 else []


@require_GET
def record(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """One record with its history: a page, or the pane beside the list."""
    row = record_of(request, slug, key)
    at = as_of(request)
    revisions = detail.history(row, at)
    may_write = at is None and may_write_for(request.user, row.unit_id)
    context = {
        "row": row,
        "model": type(row),
        "facts": detail.facts(row, revisions, url_of),
        "revisions": revisions,
        "url": url_of(row),
        "name": row._meta.verbose_name_plural,
        "writable": may_write and not row.withdrawn,
        "restorable": may_write and row.withdrawn,
        "related": _related(row, request.user, at),
        "title": cell_text(row, row.titled_by) if row.titled_by else "",
        "lacks": row.lacks(),
        "at": at,
    }
    return render(
        request, "record/_record.html" if request.headers.get("HX-Request") else "record/record.html", context
    )


def _related(row: Any, user: Any, at: Any) -> list[dict[str, Any]]:
    """Records of other registers that point here, the newest first."""
    groups = []
    for relation in row._meta.related_objects:
        model = relation.related_model
        name = relation.get_accessor_name()
        if not (relation.one_to_many and name and isinstance(model, type) and issubclass(model, Record)):
            continue
        rows = model.objects.for_user(user).in_force().filter(**{relation.field.name: row.pk})
        if at is not None:
            rows = rows.filter(recorded_at__lte=at)
        found = [{"text": str(one), "url": url_of(one)} for one in rows.order_by("-recorded_at")[:20]]
        if found:
            groups.append({"name": model._meta.verbose_name_plural, "rows": found})
    return groups


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, slug: str, beside: Beside | None = None) -> HttpResponse:
    """A new record, and what its area does besides."""
    return _write(request, register_of(slug), None, beside)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """An amendment, with its reason."""
    row = record_of(request, slug, key)
    return _write(request, type(row), row, None)


def _write(request: HttpRequest, model: type[Record], row: Any, beside: Beside | None) -> HttpResponse:
    present_only(request)
    form_class = form_for(model, request.user)
    form = form_class(request.POST or None, instance=row, initial=_initial(request, model) if row is None else None)
    if request.method == "POST" and form.is_valid():
        by = author_of(request)
        if beside is not None:
            beside.prepare(form.instance)
        try:
            saved = form.save_by(by)
        except Problem as problem:
            return _told(request, model, form_class, row, problem)
        if beside is not None:
            beside.then(saved, by)
        return redirect(url_of(saved))
    return _form_page(request, model, form, row, status=422 if form.is_bound else 200)


def _initial(request: HttpRequest, model: type[Record]) -> dict[str, Any]:
    """What a new form begins with: what the address says, and the present moment where one is asked for."""
    counted: Any = model._meta.get_field(model.counted_on)
    now = clock.local(clock.now())
    begin = {} if counted.null else {counted.name: now if isinstance(counted, DateTimeField) else now.date()}
    return begin | {name: request.GET[name] for name in model.form_fields if name in request.GET}


def _told(
    request: HttpRequest, model: type[Record], form_class: type[RecordForm], row: Any, problem: Problem
) -> HttpResponse:
    """The form again with what was typed. After a conflict it stands on the newer revision, which is shown beside it."""
    given: Any = request.POST.copy()
    fresh: Any = model._default_manager.filter(pk=row.pk).first() if row else None
    if fresh is not None and problem.code == "ledger.conflict":
        given["base"] = str(fresh.revision)
    form = form_class(given, instance=fresh or None)
    form.is_valid()
    newer = detail.history(fresh)[:1] if fresh is not None and problem.code == "ledger.conflict" else []
    return _form_page(request, model, form, fresh, status=problem.status, problem=problem, newer=newer)


def _form_page(
    request: HttpRequest, model: type[Record], form: RecordForm, row: Any, status: int, **more: Any
) -> HttpResponse:
    problem = more.pop("problem", None)
    english = request.LANGUAGE_CODE == "en"
    context = {
        "model": model,
        "name": model._meta.verbose_name_plural,
        "form": form,
        "row": row,
        "back": url_of(row) if row else reverse("record:list", args=[model.slug]),
        "problem": problem.sentence("en" if english else "vi") if problem else "",
        **more,
    }
    return render(request, model.form_template, context, status=status)


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Take a record out of force; asks for the reason."""
    present_only(request)
    row = record_of(request, slug, key)
    if request.method == "POST":
        withdraw_record(row, author_of(request), request.POST.get("reason", ""), request.user)
        return redirect("record:record", row.slug, row.pk)
    context = {"row": row, "name": row._meta.verbose_name_plural, "url": url_of(row)}
    return render(request, "record/withdraw.html", context)


@require_http_methods(["POST"])
def restore(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Put a withdrawn record into force again, with a reason."""
    present_only(request)
    row = record_of(request, slug, key)
    if not may_write_for(request.user, row.unit_id):
        raise Problem("rights.unit", unit=row.unit.short_name)
    ledger.restore(row, author_of(request), request.POST.get("reason", ""))
    return redirect(url_of(row))


@require_http_methods(["GET", "POST"])
def import_table(request: HttpRequest, slug: str) -> HttpResponse:
    """Rows of this register from a CSV file; each line is told what became of it."""
    present_only(request)
    model = register_of(slug)
    account, upload = account_of(request.user), request.FILES.get("file")
    if account is None:
        raise Problem("rights.no_account", user=request.user.get_username())
    told: list[rows.RowTold] = []
    if request.method == "POST" and upload is not None:
        name, data = upload.name or "?", upload.read()
        told = rows.import_rows(model, name, data, account.unit, author_of(request), request.user)
    context = {
        "model": model,
        "name": model._meta.verbose_name_plural,
        "fields": export.exported(model),
        "sent": upload is not None,
        "told": [{"line": one, "url": url_of(one.row)} for one in told],
        "written": sum(one.row is not None and not one.known for one in told),
        "known": sum(one.known for one in told),
        "refused": sum(one.row is None for one in told),
    }
    return render(request, "record/import_table.html", context)


@require_GET
def export_csv(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """The rows of the list as CSV, streamed."""
    asked = Listing.read(register_of(slug), request.GET, request.user, as_of(request))
    pieces = export.csv_pieces(asked)
    flowing = export.asynchronous(pieces) if isinstance(request, ASGIRequest) else pieces
    response = StreamingHttpResponse(flowing, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slug}.csv"'
    return response


@require_GET
def export_xlsx(request: HttpRequest, slug: str) -> FileResponse:
    """The rows of the list as a workbook."""
    asked = Listing.read(register_of(slug), request.GET, request.user, as_of(request))
    return FileResponse(export.xlsx_file(asked), as_attachment=True, filename=f"{slug}.xlsx", content_type=XLSX)


def present_only(request: HttpRequest) -> None:
    """Problem `record.past` on a page that shows the past: what was known then cannot be written."""
    if as_of(request) is not None:
        raise Problem("record.past")


def _is_id(key: str) -> bool:
    try:
        UUID(key)
    except ValueError:
        return False
    return True
