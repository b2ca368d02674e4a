"""What came in and could not be used, and the original files: seen, downloaded, settled by a person."""

from __future__ import annotations

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_POST

from cotmoc.base import evidence
from cotmoc.base.asking import as_of
from cotmoc.base.models import EvidenceFile, Quarantine
from cotmoc.base.problems import Problem, sentence
from cotmoc.record.actions import author_of, require_right, settle_waiting
from cotmoc.record.adapters.table import PAGE
from cotmoc.record.views import present_only


def waiting_of(request: HttpRequest, key: UUID) -> Quarantine:
    """The waiting file of this id in reach of the user."""
    row = Quarantine.objects.for_user(request.user).select_related("evidence", "unit").filter(pk=key).first()
    if row is None:
        raise Problem("page.missing")
    return row


def reason_of(row: Quarantine) -> str:
    """Why the file waits, as a sentence."""
    return sentence(row.code, "en" if get_language() == "en" else "vi", {"file": row.evidence.name, **row.case})


@require_GET
def quarantine(request: HttpRequest) -> HttpResponse:
    """Files that wait, the newest first; `?state=settled` those that were settled."""
    state = Quarantine.State.SETTLED if request.GET.get("state") == "settled" else Quarantine.State.WAITING
    rows = Quarantine.objects.for_user(request.user).select_related("evidence", "unit")
    at = as_of(request)
    if at is not None:
        rows = rows.filter(recorded_at__lte=at)
    found = rows.in_force().filter(state=state).order_by("-recorded_at")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "lines": [{"row": row, "reason": reason_of(row)} for row in page], "state": state}
    return render(request, "record/quarantine.html", context)


@require_GET
def waiting(request: HttpRequest, key: UUID) -> HttpResponse:
    """One waiting file: why it waits, what it is, what can be done."""
    row = waiting_of(request, key)
    return render(
        request, "record/waiting.html", {"row": row, "reason": reason_of(row), "writable": as_of(request) is None}
    )


@require_POST
def settle(request: HttpRequest, key: UUID) -> HttpResponse:
    """Close a waiting file with its outcome in words. The file itself stays."""
    present_only(request)
    row = waiting_of(request, key)
    require_right(request.user, row.unit)
    settle_waiting(row, request.POST.get("outcome", ""), author_of(request))
    return redirect("record:waiting", row.pk)


@require_GET
def download(request: HttpRequest, sha256: str) -> HttpResponse:
    """An original as it came, always as a download: a stranger's bytes are never shown by our own address."""
    file = EvidenceFile.objects.for_user(request.user).filter(sha256=sha256).first()
    if file is None:
        raise Problem("page.missing")
    response = HttpResponse(evidence.get(file.sha256), content_type="application/octet-stream")
    name = "".join(sign if sign.isalnum() or sign in "._-" else "_" for sign in file.name)
    ascii_name = name.encode("ascii", "replace").decode().replace("?", "_")
    response["Content-Disposition"] = f'attachment; filename="{ascii_name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
