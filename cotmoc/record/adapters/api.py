"""Every register as JSON, under the same rules as its pages: `/api/v1/<register>`.

    GET   /api/v1/registers                 what there is, with fields, filters and choices
    GET   /api/v1/patrols?unit=&from=&q=    a list; the same filters as the page, `page` and `size`
    GET   /api/v1/patrols/TT-1122-01      one record with its history
    POST  /api/v1/patrols                   a new record
    PATCH /api/v1/patrols/TT-1122-01      an amendment: `reason`, and the revision that was read in `If-Match`

Signed in by session, with the CSRF token on writes. A problem comes as `{"problem": {code, vi, en}}`, what a form would refuse as
422 with `fields`. Moments are ISO 8601 in UTC, links are numbers or codes, as a person would type them.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from django.core.paginator import Paginator
from django.db.models import Field
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import django_auth
from pydantic import ConfigDict, StringConstraints, create_model

from cotmoc import __version__
from cotmoc.base.asking import as_of
from cotmoc.base.problems import Problem
from cotmoc.base.units import account_of
from cotmoc.base.views import tell
from cotmoc.record.actions import author_of
from cotmoc.record.adapters import detail
from cotmoc.record.adapters.cells import Column, columns_of, key_field
from cotmoc.record.adapters.form import RecordForm, form_for
from cotmoc.record.adapters.table import PAGE, Listing
from cotmoc.record.register import Record, registers
from cotmoc.record.views import present_only, record_of

LARGEST_PAGE = 500
TYPES: dict[str, Any] = {"number": float | int, "yesno": bool, "links": list[str]}

api = NinjaAPI(
    title="Cột Mốc",
    version=__version__,
    docs_url=None,
    openapi_url="/openapi.json",
    auth=django_auth,
    urls_namespace="api",
)


class Told(Schema):
    """A problem: code and sentences."""

    code: str
    vi: str
    en: str


class Refused(Schema):
    """What could not be done, and why; `fields` says it per field where a form would."""

    problem: Told
    fields: dict[str, list[str]] = {}


class Row(Schema):
    """One record. `fields` holds what the register's form holds, `texts` the same as people read it."""

    id: str
    code: str
    unit: str
    revision: int
    recorded_at: str
    revised_at: str
    withdrawn: bool
    lacks: list[str]
    fields: dict[str, Any]
    texts: dict[str, str]


class Page(Schema):
    count: int
    page: int
    pages: int
    rows: list[Row]


class Change(Schema):
    field: str
    before: str
    after: str


class Entry(Schema):
    revision: int
    act: str
    at: str
    author: str
    device: str
    reason: str
    hash: str
    changes: list[Change]


class Whole(Row):
    """One record with its history, the newest revision first."""

    history: list[Entry]


class Written(Schema):
    """What may stand in the body of a write; each register has its own fields (see `/registers`)."""

    model_config = ConfigDict(extra="forbid")
    unit: str | None = None
    reason: Annotated[str, StringConstraints(max_length=500)] = ""


def row_told(row: Any) -> dict[str, Any]:
    columns = columns_of(type(row), row.form_fields)
    return {
        "id": str(row.pk),
        "code": row.code,
        "unit": row.unit.code,
        "revision": row.revision,
        "recorded_at": iso(row.recorded_at),
        "revised_at": iso(row.revised_at),
        "withdrawn": row.withdrawn,
        "lacks": row.lacks(),
        "fields": {of.name: plain(row, of) for of in columns},
        "texts": {of.name: detail.shown(row, of) for of in columns},
    }


def plain(row: Any, of: Column) -> Any:
    """A value as JSON, in the form in which it can be sent back."""
    value = getattr(row, of.name)
    match of.kind:
        case "links":
            return [_key(linked) for linked in value.all()]
        case "link":
            return _key(value) if value is not None else None
        case "moment":
            return iso(value) if value is not None else None
        case "day":
            return value.isoformat() if value is not None else None
    return value


def _key(row: Any) -> str:
    return str(getattr(row, key_field(type(row))))


def iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def whole_told(row: Any, at: datetime | None) -> dict[str, Any]:
    entries = [
        {
            "revision": revision.entry.revision,
            "act": revision.entry.act,
            "at": iso(revision.entry.at),
            "author": revision.entry.author,
            "device": revision.entry.device,
            "reason": revision.entry.reason,
            "hash": revision.entry.hash,
            "changes": [
                {"field": change.name, "before": change.before, "after": change.after} for change in revision.changes
            ],
        }
        for revision in detail.history(row, at)
    ]
    return {**row_told(row), "history": entries}


# --- operations


@api.get("/registers", summary="The registers: addresses, fields, filters, choices")
def describe(request: HttpRequest) -> list[dict[str, Any]]:
    return [_described(model) for model in registers().values()]


def _described(model: type[Record]) -> dict[str, Any]:
    return {
        "register": model.slug,
        "name": str(model._meta.verbose_name),
        "filters": ["unit", "from", "to", "q", "lacking", "amended", "sort", "at", *model.filters],
        "fields": [_field_told(model, of) for of in columns_of(model, model.form_fields)],
    }


def _field_told(model: type[Record], of: Column) -> dict[str, Any]:
    field: Any = model._meta.get_field(of.name)
    choices = [{"value": value, "name": str(name)} for value, name in field.flatchoices] if field.choices else []
    return {
        "name": of.name,
        "label": str(of.label),
        "kind": of.kind,
        "required": not field.blank and not field.null,
        "choices": choices,
    }


def listed(request: HttpRequest, slug: str) -> dict[str, Any]:
    """A page of a register."""
    asked = Listing.read(registers()[slug], request.GET, request.user, as_of(request))
    try:
        size = min(max(int(request.GET.get("size", PAGE)), 1), LARGEST_PAGE)
    except ValueError as error:
        raise Problem("request.parameter", name="size", value=request.GET["size"], hint=f"1–{LARGEST_PAGE}") from error
    paginator = Paginator(asked.rows(("unit", *asked.model.form_fields)), size)
    page = paginator.get_page(request.GET.get("page"))
    rows = [row_told(row) for row in page]
    return {"count": paginator.count, "page": page.number, "pages": paginator.num_pages, "rows": rows}


def one(request: HttpRequest, slug: str, key: str, response: HttpResponse) -> dict[str, Any]:
    """One record with its history; `ETag` is the revision to amend from."""
    row = record_of(request, slug, key)
    response["ETag"] = f'"{row.revision}"'
    return whole_told(row, as_of(request))


def created(request: HttpRequest, slug: str, sent: dict[str, Any]) -> HttpResponse:
    """A new record."""
    present_only(request)
    model = registers()[slug]
    account = account_of(request.user)
    own = {"unit": account.unit.code} if account else {}
    form = form_for(model, request.user)(_form_data(own | _defaults(model) | sent))
    return _saved(request, form, status=201)


def _defaults(model: type[Record]) -> dict[str, Any]:
    """What a form would stand on before anyone types: the defaults of the model."""
    blank, fields = model(), [model._meta.get_field(name) for name in model.form_fields]
    columns = columns_of(model, [f.name for f in fields if isinstance(f, Field) and f.has_default()])
    return {of.name: plain(blank, of) for of in columns}


def amended(request: HttpRequest, slug: str, key: str, sent: dict[str, Any]) -> HttpResponse:
    """An amendment of the fields that are sent; the others stay."""
    present_only(request)
    row = record_of(request, slug, key)
    base = request.headers.get("If-Match", "").strip().removeprefix("W/").strip('"')
    if not base.isdigit():
        raise Problem("request.parameter", name="If-Match", value=base, hint=f'If-Match: "{row.revision}"')
    now = {"unit": row.unit.code} | {of.name: plain(row, of) for of in columns_of(type(row), row.form_fields)}
    form = form_for(type(row), request.user)(_form_data(now | sent) | {"base": base}, instance=row)
    return _saved(request, form, status=200)


def _form_data(sent: dict[str, Any]) -> Any:
    """JSON values as a form sends them."""
    words = {True: "true", False: "false", None: ""}
    return {
        name: value
        if isinstance(value, list)
        else words[value]
        if value is None or isinstance(value, bool)
        else str(value)
        for name, value in sent.items()
    }


def _saved(request: HttpRequest, form: RecordForm, status: int) -> HttpResponse:
    if not form.is_valid():
        fields = {name: [str(error) for error in errors] for name, errors in form.errors.items()}
        return refused("record.refused", fields)
    row: Any = form.save_by(author_of(request))
    response = JsonResponse(whole_told(type(row).objects.get(pk=row.pk), None), status=status)
    response["ETag"] = f'"{row.revision}"'
    return response


def refused(code: str, fields: dict[str, list[str]]) -> JsonResponse:
    problem = Problem(code, fields=", ".join(fields))
    told = {"code": code, "vi": problem.sentence("vi"), "en": problem.sentence("en")}
    return JsonResponse({"problem": told, "fields": fields}, status=problem.status)


# --- one set of addresses per register


def body_of(model: type[Record]) -> type[Schema]:
    """The body of a write to this register: its fields, typed and none unknown."""
    fields: dict[str, Any] = {
        of.name: (TYPES.get(of.kind, str) | None, None) for of in columns_of(model, model.form_fields)
    }
    return create_model(f"{model.__name__}Written", __base__=Written, **fields)


def _serve(model: type[Record]) -> None:
    slug, name, body = model.slug, str(model.__name__), body_of(model)
    problems = dict.fromkeys((400, 403, 404, 409, 422), Refused)

    def create(request: HttpRequest, sent: Any) -> HttpResponse:
        return created(request, slug, sent.dict(exclude_unset=True))

    def amend(request: HttpRequest, key: str, sent: Any) -> HttpResponse:
        return amended(request, slug, key, sent.dict(exclude_unset=True))

    create.__annotations__["sent"] = amend.__annotations__["sent"] = body

    def read_list(request: HttpRequest) -> Any:
        return listed(request, slug)

    def read_one(request: HttpRequest, key: str, response: HttpResponse) -> Any:
        return one(request, slug, key, response)

    api.get(f"/{slug}", response={200: Page, **problems}, operation_id=f"list{name}", tags=[slug])(read_list)
    api.get(f"/{slug}/{{key}}", response={200: Whole, **problems}, operation_id=f"read{name}", tags=[slug])(read_one)
    api.post(f"/{slug}", response={201: Whole, **problems}, operation_id=f"create{name}", tags=[slug])(create)
    api.patch(f"/{slug}/{{key}}", response={200: Whole, **problems}, operation_id=f"amend{name}", tags=[slug])(amend)


@api.exception_handler(Problem)
def _problem(request: HttpRequest, problem: Problem) -> HttpResponse:
    return tell(request, problem)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields = {str(one["loc"][2 if len(one["loc"]) > 2 else -1]): [str(one["msg"])] for one in error.errors}
    return refused("record.refused", fields)


@api.exception_handler(HttpError)
def _bad(request: HttpRequest, error: HttpError) -> HttpResponse:
    forged = error.status_code == 403  # the only 403 of the framework: a write without the session's token
    return tell(request, Problem("request.forged") if forged else Problem("request.bad", detail=str(error)))


@api.exception_handler(AuthenticationError)
def _unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return tell(request, Problem("signin.needed"))


for _model in registers().values():
    _serve(_model)


def addresses() -> list[Any]:
    """The API's addresses. Its operations ask for the session themselves, so that a program gets 401 and no sign-in page."""
    found = api.urls[0]
    for pattern in found:
        if isinstance(pattern, URLPattern) and pattern.name not in {"openapi-json", "api-root"}:
            pattern.callback.login_required = False  # type: ignore[attr-defined]
    return found
