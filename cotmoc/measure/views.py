"""The pages of measuring. Each reads the request, asks one thing, chooses a template."""

from __future__ import annotations

import csv
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from cotmoc.base import figures
from cotmoc.base.asking import as_of, question_from
from cotmoc.base.border import borders
from cotmoc.base.figures import Question
from cotmoc.base.models import Unit
from cotmoc.base.problems import Problem
from cotmoc.base.units import account_of, units_below
from cotmoc.base.views import inert
from cotmoc.measure.coverage_page import CoveragePage
from cotmoc.measure.layers import DOUBTS
from cotmoc.measure.markers_page import MarkersPage
from cotmoc.measure.settings import REACHES
from cotmoc.picture import map_config
from cotmoc.picture.extent import extent

KILOMETRES = frozenset({"from_km", "to_km"})
"""Fields of the form under the strip: people write kilometres, addresses say metres."""
ROLL_UP = {
    "SUM": _("cộng"), "RATIO": _("tổng tử số chia tổng mẫu số, không lấy trung bình của phần trăm"),
    "DIST": _("đếm khác nhau"), "UNION": _("hợp các đoạn, không cộng chồng"), "STOCK": _("số ở cuối kỳ"),
    "MIN": _("nhỏ nhất"), "MAX": _("lớn nhất"), "MED": _("trung vị, tính lại từ bản ghi"),
}  # fmt: skip
NO_DATA = {
    "n": _("bằng 0 chỉ khi mọi tháng - đơn vị có bản ghi; nếu không, là cận dưới hoặc chưa có số liệu"),
    "e": _("mẫu số rỗng: không áp dụng, không phải 0 cũng không phải 100"),
    "b": _("có sổ gốc (tuyến, mốc, kế hoạch): số 0 là số 0 thật; không có sổ gốc thì không có số"),
}
SUBJECTS = {
    "line": _("Đường biên"), "coast": _("Bờ biển"), "marker": _("Mốc, cọc dấu"), "object": _("Mốc, cọc dấu"),
    "stake": _("Mốc, cọc dấu"), "patrol": _("Tuần tra"), "joint": _("Tuần tra song phương"),
}  # fmt: skip
"""What a measure is about, by the first word of its id, in the order of the page."""


def _question(request: HttpRequest, *keep: str) -> Question:
    """The question of a page; parameters left empty are not asked."""
    question = question_from(request, keep)
    return replace(question, extra=tuple((name, value) for name, value in question.extra if value))


def _holders(request: HttpRequest) -> list[Unit]:
    """The reader's unit and those below it that hold a stretch of a line."""
    account = account_of(request.user)
    if account is None:
        return []
    below = Unit.objects.in_force().filter(pk__in=units_below(account.unit_id) - {account.unit_id})
    holding = below.filter(stretches__withdrawn=False).distinct()
    return [account.unit, *holding]


def _metres_asked(request: HttpRequest) -> str:
    """The query with the kilometres of the selection's form (`134,5`) written as the metres of the address."""
    asked = request.GET.copy()
    for name in KILOMETRES:
        text = asked.pop(name, [""])[-1].strip().replace(",", ".")
        if not text:
            continue
        try:
            asked[name.replace("_km", "_m")] = f"{float(text) * 1000:.0f}"
        except ValueError:
            hint = "Ghi số km, như 134,5. / Write kilometres, such as 134.5."
            raise Problem("request.parameter", name=name, value=text, hint=hint) from None
    return asked.urlencode()


@require_GET
def coverage(request: HttpRequest) -> HttpResponse:
    if not KILOMETRES.isdisjoint(request.GET):
        return redirect(f"{request.path}?{_metres_asked(request)}")
    question = _question(request, "reach", "from_m", "to_m")
    page = CoveragePage(question, request.user, as_of(request) is not None)
    if request.GET.get("format") == "csv":
        return _posts_as_csv(page)
    drawn = [*map_config.of_slots("treaty", "ages", "ticks", "posts"), DOUBTS]
    bounds = page.box if page.whole.land else extent(question, request.user)
    context = {
        "page": page,
        "question": question,
        "units": _holders(request),
        "reaches": REACHES,
        "map": map_config.config(page.whole_question, bounds, drawn, as_of(request) is not None),
        "table": request.GET.get("view") == "table",
        "no_line": not borders(request.user, question.at),
        "query": page.whole_question.query(),
    }
    return render(request, "measure/coverage.html", context)


def _posts_as_csv(page: CoveragePage) -> HttpResponse:
    """The table of posts with unrounded values, kilometres and percent."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="do-phu-{page.question.unit.code}.csv"'
    response.write("\ufeff")  # Excel reads UTF-8 only with a byte order mark
    writer = csv.writer(response)
    writer.writerow(
        ["don_vi", "ten", "km", "trong_han_pct", "qua_han_km", "chua_co_vet_km", "lau_nhat_ngay", "so_chuyen"]
    )
    for post in page.posts:
        values: list[Any] = [
            post.within.value,
            post.overdue.value,
            post.never.value,
            post.oldest.value,
            post.patrols.value,
        ]
        writer.writerow([inert(post.code), inert(post.name), post.km, *values])
    return response


@require_GET
def markers(request: HttpRequest) -> HttpResponse:
    question = _question(request)
    page = MarkersPage(question, request.GET.get("state", ""))
    context = {"page": page, "question": question, "units": _holders(request)}
    return render(request, "measure/markers.html", context | {"no_line": not borders(request.user, question.at)})


@require_GET
def measures(request: HttpRequest) -> HttpResponse:
    """All measures by subject."""
    groups: dict[str, list[Any]] = {str(name): [] for name in SUBJECTS.values()}
    for measure in figures.measures().values():
        groups[str(SUBJECTS[measure.id.split(".")[0]])].append(measure)
    return render(request, "measure/measures.html", {"groups": groups})


@require_GET
def measure(request: HttpRequest, measure_id: str) -> HttpResponse:
    """One measure: what it means, and its figure for the reader's unit."""
    declared = figures.measures().get(measure_id)
    if declared is None:
        raise Problem("page.missing")
    figure, answer = figures.ask(measure_id, question_from(request), request.user)
    context = {"measure": declared, "figure": figure, "answer": answer}
    context |= {"roll_up": ROLL_UP[declared.roll_up], "no_data": NO_DATA[declared.no_data]}
    return render(request, "measure/measure.html", context)
