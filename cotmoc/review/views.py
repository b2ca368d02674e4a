"""Pages of the review: years, editor, evidence of a sentence, print preview, files, and the choices people make."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cotmoc.base import clock, ledger
from cotmoc.base.asking import YEARS, as_of
from cotmoc.base.models import Unit
from cotmoc.base.problems import Problem
from cotmoc.base.units import account_of, find_unit
from cotmoc.record.actions import author_of
from cotmoc.review import actions, late, paper, run, shown
from cotmoc.review.claims import border
from cotmoc.review.engine import explain
from cotmoc.review.engine.verdict import Verdict
from cotmoc.review.formats.docx import docx
from cotmoc.review.formats.pdf import pages, pdf
from cotmoc.review.models import ReviewFreeze
from cotmoc.review.packs.layouts import Family
from cotmoc.review.run import Draft, Line

LIVE = "now"
"""`?freeze=now`: figures as of now, whatever was frozen."""
PREVIEW_PPI = 110
KEEP_PICTURES_S = 600
DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which chapter a request means."""

    unit: Unit
    year: int
    at: datetime
    freeze: ReviewFreeze | None
    past: bool
    """The reader looks at a past moment: nothing can be changed here."""
    query: str
    """The same choice as an address query."""


def asked(request: HttpRequest, year: int) -> Asked:
    """Unit, moment and freeze of a request: a given past moment, else the chosen or latest freeze, else now."""
    if account_of(request.user) is None:
        raise Problem("rights.no_account", user=request.user.get_username())
    unit = find_unit(request.user, request.GET.get("unit", ""))
    if unit is None:
        raise Problem("rights.page")
    if year not in YEARS:
        raise Problem("page.missing")
    past, code = as_of(request), request.GET.get("freeze", "")
    chosen = None if past or code == LIVE else _freeze(unit, year, code, request.user)
    at = past or (chosen.at if chosen else _this_minute())
    named = {
        "unit": unit.code,
        "freeze": code,
        "at": request.GET.get("at", ""),
        "layout": request.GET.get("layout", ""),
    }
    query = urlencode({name: value for name, value in named.items() if value})
    return Asked(unit, year, at, chosen, past is not None, query)


def _this_minute() -> datetime:
    """The end of the running minute: what was just recorded counts, and the pages of a minute share their figures."""
    return clock.now().replace(second=0, microsecond=0) + timedelta(minutes=1)


def _freeze(unit: Unit, year: int, code: str, user: Any) -> ReviewFreeze | None:
    made = run.freezes(unit, year, user)
    if not code:
        return made[-1] if made else None
    found = next((row for row in made if row.code == code), None)
    if found is None:
        raise Problem("page.missing")
    return found


def drafted(request: HttpRequest, what: Asked, language: str = "") -> Draft:
    """The chapter of a request, in the reader's language. Papers and freezes are Vietnamese for every reader."""
    question = run.question_for(what.unit, what.year, what.at)
    language = language or ("en" if get_language() == "en" else "vi")
    return run.draft(
        question, what.year, request.user, language=language, wordings_at=as_of(request), freeze=what.freeze
    )


def _line(draft: Draft, key: str) -> Line:
    found = draft.line(key)
    if found is None:
        raise Problem("review.no_sentence", key=key)
    return found


# --- pages


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The years there are records of, with what can be said of each."""
    today = clock.local(as_of(request) or clock.now())
    first = late.first_year(request.user) or today.year
    years = [_judged(request, today.year)]
    years += [{"year": year, "asked": asked(request, year)} for year in range(today.year - 1, first - 1, -1)]
    return render(request, "review/home.html", {"years": years})


def _judged(request: HttpRequest, year: int) -> dict[str, Any]:
    what = asked(request, year)
    draft = drafted(request, what)
    return {"year": year, "draft": draft, "counts": draft.counts(), "asked": what}


@require_GET
def year_row(request: HttpRequest, year: int) -> HttpResponse:
    """One earlier year of the list: each is a chapter to judge, so they come as they scroll into view."""
    if not request.headers.get("HX-Request"):
        return editor(request, year)
    return render(request, "review/_year_row.html", {"row": _judged(request, year)})


@require_GET
def editor(request: HttpRequest, year: int) -> HttpResponse:
    """The chapter with its sentences and the evidence of one of them."""
    what = asked(request, year)
    draft = drafted(request, what)
    keys = [line.key for line in draft.lines]
    key = request.GET.get("s", "") or _worth_a_look(draft)
    return _editor(request, what, draft, key if key in keys else "")


@require_GET
def sentence(request: HttpRequest, year: int, key: str) -> HttpResponse:
    """The evidence of one sentence: a panel for HTMX, otherwise the whole editor with it open."""
    what = asked(request, year)
    draft = drafted(request, what)
    line = _line(draft, key)
    if request.headers.get("HX-Request"):
        return render(request, "review/_evidence.html", _context(what, draft, line))
    return _editor(request, what, draft, key)


def _editor(request: HttpRequest, what: Asked, draft: Draft, key: str) -> HttpResponse:
    context = _context(what, draft, draft.line(key))
    context |= {
        "outline": shown.outline(draft),
        "counts": draft.counts(),
        "total": len(draft.lines),
        "late": late.records(what.freeze, draft.question, request.user) if what.freeze else None,
        "freezes": run.freezes(what.unit, what.year, request.user),
        "packs": [border.pack().note, border.rule_pack().note, border.word_pack().note],
    }
    return render(request, "review/year.html", context)


def _context(what: Asked, draft: Draft, line: Line | None) -> dict[str, Any]:
    return {
        "asked": what,
        "draft": draft,
        "year": what.year,
        "query": what.query,
        "selected": line.key if line else "",
        "evidence": shown.evidence(draft, line) if line else None,
        "title": border.TITLE_EN if draft.language == "en" else border.TITLE_VI,
        "points": border.pack().points,
    }


def _worth_a_look(draft: Draft) -> str:
    """The sentence to open first: the worst verdict, and among equals the first."""
    order = [Verdict.CONTRADICTED, Verdict.NOT_CONTRADICTED, Verdict.NO_EVIDENCE, Verdict.SUPPORTED]
    ranked = sorted(draft.lines, key=lambda line: (order.index(line.verdict), line.number))
    return ranked[0].key if ranked else ""


@require_GET
def changes(request: HttpRequest, year: int) -> HttpResponse:
    """What reads differently now than at the freeze, and the records that came since."""
    what = asked(request, year)
    if what.freeze is None:
        raise Problem("page.missing")
    then = drafted(request, what)
    now = run.draft(run.question_for(what.unit, year, clock.now()), year, request.user, language=then.language)
    context = _context(what, then, None) | {
        "changes": late.changes(then, now),
        "late": late.records(what.freeze, then.question, request.user),
        "same": what.freeze.figures == paper.reading(drafted(request, what, "vi")),
    }
    return render(request, "review/changes.html", context)


@require_GET
def print_preview(request: HttpRequest, year: int) -> HttpResponse:
    """The pages as they will be printed, with the list of what must be in order before."""
    what = asked(request, year)
    draft = drafted(request, what)
    made = paper.paper(drafted(request, what, "vi"), _family(request))
    count = 0 if made.chapter.contradicted else len(_pictures(request, _pin(request, what), made))
    context = _context(what, draft, None) | {
        "paper": made,
        "pages": range(1, count + 1),
        "pinned": _pin(request, what),
        "family": _family(request),
        "kept": [line for line in draft.lines if line.kept],
        "freezes": run.freezes(what.unit, what.year, request.user),
    }
    return render(request, "review/print.html", context)


def _pin(request: HttpRequest, what: Asked) -> str:
    """The address query that gives this very paper again: its freeze or its moment is named."""
    named = {"unit": what.unit.code, "layout": _family(request)}
    named |= {"freeze": what.freeze.code} if what.freeze else {"at": what.at.isoformat()}
    return urlencode(named)


def _family(request: HttpRequest) -> Family:
    return "party" if request.GET.get("layout") == "party" else "state"


# --- files


@require_GET
def page_picture(request: HttpRequest, year: int, number: int) -> HttpResponse:
    """One page of the paper as PNG."""
    what = asked(request, year)
    made = _pictures(request, _pin(request, what), None)
    if not 1 <= number <= len(made):
        raise Problem("page.missing")
    return HttpResponse(made[number - 1], content_type="image/png")


def _pictures(request: HttpRequest, pinned: str, made: paper.Paper | None) -> list[bytes]:
    """The pages as pictures, kept for some minutes: a preview asks for each page by itself."""
    words = (request.path.split("/")[2], pinned, str(request.user.pk), ledger.head()[1])
    key = "review-pages-" + hashlib.sha256("|".join(words).encode()).hexdigest()
    kept: list[bytes] | None = cache.get(key)
    if kept is None:
        paper_ = made or _paper(request, int(words[0]))
        kept = pages(paper_.chapter, paper_.layout, PREVIEW_PPI)
        cache.set(key, kept, KEEP_PICTURES_S)
    return kept


def _paper(request: HttpRequest, year: int) -> paper.Paper:
    return paper.paper(drafted(request, asked(request, year), "vi"), _family(request))


@require_GET
def report_pdf(request: HttpRequest, year: int) -> HttpResponse:
    """The chapter as PDF. Problem `review.contradicted` while a sentence stands against the records."""
    made = _paper(request, year)
    return _file(pdf(made.chapter, made.layout), "application/pdf", made, "pdf")


@require_GET
def report_docx(request: HttpRequest, year: int) -> HttpResponse:
    """The chapter as DOCX for the clerk, under the same condition."""
    made = _paper(request, year)
    return _file(docx(made.chapter, made.layout), DOCX_TYPE, made, "docx")


@require_GET
def evidence_zip(request: HttpRequest, year: int) -> HttpResponse:
    """Every figure with its records; its SHA-256 is printed in the annex."""
    made = _paper(request, year)
    return _file(made.evidence, "application/zip", made, "zip")


def _file(data: bytes, kind: str, made: paper.Paper, ending: str) -> HttpResponse:
    response = HttpResponse(data, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{made.chapter.freeze.code}.{ending}"'
    return response


# --- choices


@require_POST
def keep(request: HttpRequest, year: int, key: str) -> HttpResponse:
    """Keep a wording of a claim, or own words for it."""
    what, draft = _writable(request, year)
    judgement = next((one for one in draft.judgements if one.claim.id == key), None)
    if judgement is None:
        raise Problem("review.no_sentence", key=key)
    text, strength = request.POST.get("text", ""), request.POST.get("strength", "")
    wish = actions.Wish(
        judgement.claim.point, key, int(strength) if strength.isdigit() else None, text, request.POST.get("reason", "")
    )
    level = next((one for one in judgement.levels if one.strength == wish.strength), None)
    if level is None and not text.strip():
        raise Problem("review.empty")
    carried = level is not None and level.verdict == Verdict.SUPPORTED
    why = explain.why(level, draft.facts, draft.language) if level else explain.OWN_WORDS[draft.language]
    actions.keep(what.unit, year, wish, carried=carried, why=why, by=author_of(request), user=request.user)
    return _back(request, what, key)


@require_POST
def use_offered(request: HttpRequest, year: int, key: str) -> HttpResponse:
    """Go back to the wording that the figures carry."""
    what, _draft = _writable(request, year)
    actions.use_offered(what.unit, year, key, author_of(request), request.user)
    return _back(request, what, key)


@require_POST
def add(request: HttpRequest, year: int) -> HttpResponse:
    """Add an own sentence under a heading. It has no figures, so it needs a reason."""
    what, draft = _writable(request, year)
    points = [point.id for point in border.pack().points]
    point = request.POST.get("point", "")
    wish = actions.Wish(point if point in points else points[0], text=request.POST.get("text", ""),
                        reason=request.POST.get("reason", ""))  # fmt: skip
    why = explain.NO_CLAIM[draft.language]
    row = actions.keep(what.unit, year, wish, carried=False, why=why, by=author_of(request), user=request.user)
    return _back(request, what, f"own-{row.pk}")


@require_POST
def drop(request: HttpRequest, year: int, key: str) -> HttpResponse:
    """Take an own sentence out."""
    what, draft = _writable(request, year)
    line = _line(draft, key)
    if line.kept is None or line.kept.claim:
        raise Problem("review.no_sentence", key=key)
    reason = request.POST.get("reason", "").strip() or str(_("Bỏ câu tự soạn."))
    actions.drop(line.kept, author_of(request), request.user, reason)
    return _back(request, what, "")


@require_POST
def freeze(request: HttpRequest, year: int) -> HttpResponse:
    """Freeze the figures as they read now; earlier freezes stay."""
    what, _draft = _writable(request, year)
    now = clock.now().replace(microsecond=0)
    draft = run.draft(run.question_for(what.unit, year, now), year, request.user)
    made = actions.freeze(what.unit, year, paper.reading(draft), author_of(request), request.user, now)
    messages.success(request, _("Đã chốt số liệu, mã %(code)s.") % {"code": made.code})
    return redirect(f"{reverse('review:year', args=[year])}?{urlencode({'unit': what.unit.code})}")


def _writable(request: HttpRequest, year: int) -> tuple[Asked, Draft]:
    """The chapter of a request that wants to change it. Raises Problem `review.past` for a past moment."""
    what = asked(request, year)
    if what.past:
        raise Problem("review.past")
    return what, drafted(request, what)


def _back(request: HttpRequest, what: Asked, key: str) -> HttpResponse:
    query = "&".join(filter(None, [what.query, urlencode({"s": key}) if key else ""]))
    return redirect(f"{reverse('review:year', args=[what.year])}?{query}")
