"""What happens around every request: language, as-of moment, and problems told as sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import translation

from cotmoc.base import once
from cotmoc.base.asking import parse_moment
from cotmoc.base.problems import Problem

Handler = Callable[[HttpRequest], HttpResponse]
LANGUAGE_COOKIE = "lang"


class VietnameseFirst:
    """Vietnamese, unless the reader chose English. The browser is not asked: a post's laptop is often set to English."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = "en" if request.COOKIES.get(LANGUAGE_COOKIE) == "en" else "vi"
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class OneState:
    """All answers of one request speak of one state of the ledger, and are asked for once (`base.once`)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with once.request():
            return self.get_response(request)


class PlainText:
    """A NUL is no sign of any text: PostgreSQL refuses it, so every door does, before it asks the database."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        from cotmoc.base.views import tell

        sent = [request.path, *_texts(request.GET), *(_texts(request.POST) if request.method == "POST" else ())]
        return tell(request, Problem("request.bad", detail="NUL")) if any("\0" in text for text in sent) else None


def _texts(sent: QueryDict) -> Iterator[str]:
    for name, values in sent.lists():
        yield from (name, *map(str, values))


class AsOf:
    """`?at=` on any page: the moment it speaks of, on `request.as_of`; None for the present."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        at = request.GET.get("at", "")
        try:
            request.as_of = parse_moment(at) if at else None  # type: ignore[attr-defined]
        except Problem as problem:  # Django asks process_exception only for what views raise
            from cotmoc.base.views import tell

            return tell(request, problem)
        return None


class Problems:
    """A Problem raised anywhere becomes its sentence, as a page, a partial or JSON; never a bare 500."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        from cotmoc.base.views import tell

        return tell(request, exception) if isinstance(exception, Problem) else None
