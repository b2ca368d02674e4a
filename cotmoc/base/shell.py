"""What the shell of every page needs: the verbs, the as-of moment, who is signed in. A context processor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from cotmoc.base import clock
from cotmoc.base.asking import as_of
from cotmoc.base.models import Setting, Unit
from cotmoc.base.units import account_of


@dataclass(frozen=True, slots=True)
class Verb:
    key: str
    label: Any
    address: str

    @property
    def url(self) -> str | None:
        """Its first page; None while the verb has no page."""
        try:
            return reverse(self.address)
        except NoReverseMatch:
            return None


VERBS = (
    Verb("record", _("Ghi nhận"), "record:home"),
    Verb("picture", _("Tình hình"), "picture:map"),
    Verb("measure", _("Đánh giá"), "measure:coverage"),
    Verb("plan", _("Kế hoạch"), "plan:home"),
    Verb("review", _("Kiểm điểm"), "review:home"),
)


@dataclass(frozen=True, slots=True)
class Shell:
    verbs: list[dict[str, Any]]
    as_of: datetime
    as_of_past: bool
    unit: Unit | None
    person_label: str
    demo: bool
    theme: str
    late: str = ""


def _person_label(request: HttpRequest) -> str:
    account = account_of(request.user)
    if account is None:
        return request.user.get_username()
    if account.person is None:
        return account.username
    day = clock.local(clock.now()).date()
    posting = account.person.postings.on(day).first()
    return f"{posting.rank} {account.person.name}" if posting else account.person.name


def _shell(request: HttpRequest) -> Shell:
    account = account_of(getattr(request, "user", None))
    here = request.path.strip("/").split("/")[0]
    verbs = [{"key": v.key, "label": v.label, "url": v.url, "active": v.key == here} for v in VERBS]
    past = as_of(request)
    theme = request.COOKIES.get("theme", "")
    return Shell(
        verbs=[verb for verb in verbs if verb["url"]],
        as_of=past or clock.now(),
        as_of_past=past is not None,
        unit=account.unit if account else None,
        person_label=_person_label(request) if account else "",
        demo=Setting.objects.filter(key="demo", withdrawn=False).exists(),
        theme=theme if theme in {"light", "dark"} else "",
    )


def shell(request: HttpRequest) -> dict[str, Any]:
    return {"shell": SimpleLazyObject(lambda: _shell(request))}
