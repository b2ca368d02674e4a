"""The border's own pages: importing tracks, tracks without a patrol, photos of an inspection, opening a damage case."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cotmoc.base import evidence
from cotmoc.base.asking import as_of
from cotmoc.base.ledger import Author
from cotmoc.base.models import Unit
from cotmoc.base.problems import Language, Problem, sentence
from cotmoc.base.units import account_of, find_unit, units_below
from cotmoc.base.views import wants_json
from cotmoc.record import views as records
from cotmoc.record.actions import author_of, require_right
from cotmoc.record.adapters.table import PAGE
from cotmoc.record.areas.border import actions, photos
from cotmoc.record.areas.border.models import MarkerInspection, Patrol, PatrolTrack, Photo
from cotmoc.record.areas.border.tracks import CLOCKS_DIFFER, patrols_around
from cotmoc.record.intake import waiting_of

SUGGESTED = 12


def language() -> Language:
    return "en" if get_language() == "en" else "vi"


# --- importing


@require_http_methods(["GET", "POST"])
def import_files(request: HttpRequest) -> HttpResponse:
    """Send track files; each gets its receipt. The page's script sends one file after the other and asks for JSON."""
    if request.method == "GET":
        return render(request, "record/border/import.html", {"units": _units(request), "receipts": []})
    records.present_only(request)
    unit = find_unit(request.user, request.POST.get("unit", ""))
    if unit is None:
        raise Problem("rights.page")
    by = author_of(request)
    receipts = [_received(upload, unit, by) for upload in request.FILES.getlist("files")]
    told = [receipt_told(receipt) for receipt in receipts]
    if wants_json(request):
        return JsonResponse({"receipts": told})
    return render(request, "record/border/import.html", {"units": _units(request), "receipts": told})


def _received(upload: UploadedFile, unit: Unit, by: Author) -> actions.Receipt:
    """Nothing that is larger than what is read at all is held in memory."""
    name = upload.name or "?"
    if (upload.size or 0) > actions.LARGEST:
        return actions.receive_too_large(name, upload.chunks(), unit, by)
    return actions.receive_file(name, upload.read(), unit, by)


def receipt_told(receipt: actions.Receipt) -> dict[str, Any]:
    """A receipt for a page or a program. The address leads to the tracks' patrol, else to what waits."""
    return {
        "name": receipt.name,
        "outcome": receipt.outcome,
        "sentences": receipt.sentences(language()),
        "url": _leads_to(receipt),
    }


def _leads_to(receipt: actions.Receipt) -> str:
    if receipt.quarantine is not None and not receipt.tracks:
        return reverse("record:waiting", args=[receipt.quarantine.pk])
    patrols = {track.patrol_id: track.patrol for track in receipt.tracks if track.patrol is not None}
    if len(patrols) == 1:
        return records.url_of(next(iter(patrols.values())))
    return reverse("record:tracks") if receipt.tracks else ""


def _units(request: HttpRequest) -> list[Unit]:
    account = account_of(request.user)
    if account is None:
        raise Problem("rights.no_account", user=request.user.get_username())
    below = Unit.objects.in_force().filter(pk__in=units_below(account.unit_id)).order_by("short_name")
    return sorted(below, key=lambda unit: unit.pk != account.unit_id)


@require_POST
def try_again(request: HttpRequest, key: UUID) -> HttpResponse:
    """Read a waiting file once more."""
    records.present_only(request)
    row = waiting_of(request, key)
    require_right(request.user, row.unit)
    receipt = actions.retry(row, author_of(request))
    messages.add_message(
        request,
        messages.WARNING if receipt.outcome == "quarantined" else messages.INFO,
        receipt.sentences(language())[0],
    )
    return redirect("record:waiting", row.pk)


# --- tracks without a patrol


@require_GET
def tracks(request: HttpRequest) -> HttpResponse:
    """Tracks that no patrol claims, the newest first."""
    found = waiting_tracks(request.user).select_related("unit", "file").defer("simplified")
    at = as_of(request)
    if at is not None:
        found = found.filter(recorded_at__lte=at)
    return render(
        request, "record/border/tracks.html", {"page": Paginator(found, PAGE).get_page(request.GET.get("page"))}
    )


def waiting_tracks(user: Any) -> Any:
    """Tracks in reach of the user that belong to no patrol."""
    return PatrolTrack.objects.for_user(user).in_force().filter(patrol__isnull=True)


def _track_of(request: HttpRequest, key: UUID) -> PatrolTrack:
    row = PatrolTrack.objects.for_user(request.user).select_related("unit", "file", "patrol").filter(pk=key).first()
    if row is None:
        raise Problem("page.missing")
    return row


@require_GET
def track(request: HttpRequest, key: UUID) -> HttpResponse:
    """One track: what it is, what was noticed in it, and which patrols it may belong to."""
    row = _track_of(request, key)
    context = {
        "row": row,
        "remarks": [_remark(row, fault) for fault in row.faults],
        "patrol_url": records.url_of(row.patrol) if row.patrol else "",
        "candidates": _candidates(row, request.user),
        "at": as_of(request),
        "writable": as_of(request) is None,
    }
    return render(request, "record/border/track.html", context)


def _remark(row: PatrolTrack, fault: dict[str, Any]) -> str:
    return sentence(fault["code"], language(), {"file": row.file.name, "where": fault["where"], **fault["values"]})


def _candidates(row: PatrolTrack, user: Any) -> list[Patrol]:
    """The patrols that were out then, but its own; else the nearest ones in time."""
    around = patrols_around(row.unit_id, row.started_at, row.ended_at)
    others = [patrol for patrol in around if patrol.pk != row.patrol_id]
    if others or row.started_at is None:
        return others
    reach = Patrol.objects.for_user(user).in_force()
    if row.patrol_id is not None:
        reach = reach.exclude(pk=row.patrol_id)
    later = reach.filter(started_at__gte=row.started_at - CLOCKS_DIFFER).order_by("started_at")[: SUGGESTED // 2]
    before = reach.filter(started_at__lt=row.started_at - CLOCKS_DIFFER).order_by("-started_at")[: SUGGESTED // 2]
    return [*before, *later]


@require_POST
def attach(request: HttpRequest, key: UUID) -> HttpResponse:
    """Give a track to the patrol whose number was chosen or typed."""
    records.present_only(request)
    row = _track_of(request, key)
    code = request.POST.get("patrol", "").strip()
    patrol = Patrol.objects.for_user(request.user).in_force().filter(code=code).first()
    if patrol is None:
        raise Problem("request.parameter", name=_("chuyến"), value=code, hint=_("Chọn một chuyến trong danh sách."))
    reason = request.POST.get("reason", "").strip() or _("Gắn vết vào chuyến %(code)s") % {"code": patrol.code}
    actions.attach_track(row, patrol, author_of(request), reason, request.user)
    return redirect(records.url_of(patrol))


# --- inspections


def new_inspection(request: HttpRequest) -> HttpResponse:
    """The inspection form, photos with it."""
    sent = _usable_photos(request) if request.method == "POST" else []

    def prepare(row: MarkerInspection) -> None:
        row.photo_count = len({one.data for one in sent})

    def then(row: MarkerInspection, by: Author) -> None:
        actions.attach_photos(row, sent, by)
        _tell_what_lacks(request, row)

    return records.new(request, MarkerInspection.slug, records.Beside(prepare, then))


def _usable_photos(request: HttpRequest) -> list[actions.SentPhoto]:
    """The photos of a form; one that cannot be used is told, the record stands."""
    usable = []
    for direction in Photo.Direction:
        for upload in request.FILES.getlist(f"photo_{direction}"):
            one = actions.SentPhoto(upload.name or "?", upload.read(), direction)
            try:
                photos.check(one.name, one.data)
                usable.append(one)
            except Problem as problem:
                messages.warning(request, problem.sentence(language()))
    return usable


def _tell_what_lacks(request: HttpRequest, row: MarkerInspection) -> None:
    lacks = row.lacks()
    if lacks:
        messages.warning(request, _("Đã lưu. Còn thiếu: %(what)s.") % {"what": ", ".join(lacks)})
    else:
        messages.success(request, _("Đã lưu, đủ mục."))


@require_POST
def add_photos(request: HttpRequest, key: str) -> HttpResponse:
    """Photos for an inspection that is already written."""
    records.present_only(request)
    row = records.record_of(request, MarkerInspection.slug, key)
    require_right(request.user, row.unit)
    actions.attach_photos(row, _usable_photos(request), author_of(request))
    _tell_what_lacks(request, row)
    return redirect(records.url_of(row))


@require_GET
def photo(request: HttpRequest, key: UUID) -> HttpResponse:
    """A photo as pages show it: drawn anew from the original, without what the camera wrote beside it."""
    row = Photo.objects.for_user(request.user).select_related("file").filter(pk=key).first()
    if row is None:
        raise Problem("page.missing")
    response = HttpResponse(photos.shown(row.file.name, evidence.get(row.file.sha256)), content_type="image/jpeg")
    response["Content-Disposition"] = 'inline; filename="photo.jpg"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=86400, immutable"
    return response


@require_POST
def damage_case(request: HttpRequest, key: str) -> HttpResponse:
    """Open the damage case of an inspection, or go to the one that is open."""
    records.present_only(request)
    row = records.record_of(request, MarkerInspection.slug, key)
    return redirect(records.url_of(actions.open_damage_case(row, author_of(request), request.user)))
