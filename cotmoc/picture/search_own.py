"""What the picture itself finds: markers, units, people, gates; records of every register; figures; things to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cotmoc.base import clock, figures, wording
from cotmoc.base.border import borders
from cotmoc.base.models import BorderGate, Person, Posting, Unit, UnitName
from cotmoc.base.shell import VERBS
from cotmoc.base.text import fold
from cotmoc.geo.marker_number import BadMarkerNumber, MarkerNumber
from cotmoc.picture import panels
from cotmoc.picture.positions import record_url
from cotmoc.picture.search import Hit, Query, provider
from cotmoc.picture.things import number_path
from cotmoc.record.register import Record, registers

PER_REGISTER = 4
ABOUT = frozenset({"marker", "from_marker", "to_marker"})
"""Relations that say what a record is about."""
WORDS_OF_MARKER = {"moc", "coc", "dau", "so", "cot"}


def asked_numbers(query: Query) -> set[str]:
    """The marker numbers that a query may mean: `731`, `cd5`, `coc dau 5`, `519-2.1`."""
    found = set()
    for written in (query.text, *query.words):
        try:
            found.add(str(MarkerNumber.parse(written)))
        except BadMarkerNumber:
            continue
    return found


def markers(query: Query, user: Any, at: datetime) -> Iterator[Hit]:
    """By number, with the holder's name as a help: `dac pring 731`."""
    numbers = asked_numbers(query)
    names = [name for name in query.names if name not in WORDS_OF_MARKER]
    if not numbers:
        return
    for border in borders(user, at):
        for place in border.standing:
            if place.marker.number not in numbers:
                continue
            held = border.holder(place.chainage_m)
            unit = held.unit.short_name if held else ""
            fits = all(name in fold(unit) for name in names) or place.marker.kind == "stake"
            url = reverse("picture:marker", args=[number_path(place.marker.number)])
            title = f"{place.marker} · {unit}" if unit else str(place.marker)
            where = wording.chainage(place.chainage_m)
            yield Hit("places", title, url, "marker", where, panels.state_of(place.marker, user, at), 0 if fits else 2)
            new = f"/record/marker-inspections/new?marker={number_path(place.marker.number)}"
            yield Hit(
                "actions",
                _("Lập biên bản kiểm tra %(marker)s") % {"marker": _lower(str(place.marker))},
                new,
                "chevron-right",
            )


def _lower(text: str) -> str:
    """`Mốc 709` inside a sentence; a stake's number stays."""
    return text[:1].lower() + text[1:] if text[:1].isalpha() and not text[1:2].isupper() else text


def units(query: Query, user: Any, at: datetime) -> Iterator[Hit]:
    """By code and by every name that a unit ever bore; the present name is shown, the old one beside it."""
    once: dict[Any, list[str]] = {}
    for unit_id, name in UnitName.objects.for_user(user).in_force().values_list("unit_id", "name"):
        once.setdefault(unit_id, []).append(name)
    held = {h.unit.pk: h for border in borders(user, at) for h in border.held}
    for unit in Unit.objects.for_user(user).in_force():
        now = fold(f"{unit.code} {unit.name} {unit.short_name}")
        before = [
            name for name in once.get(unit.pk, []) if query.names and query.finds(fold(name)) and not query.finds(now)
        ]
        named = bool(query.names) and query.finds_part(now)
        if not (named or before or query.finds(now)):
            continue
        said = wording.kilometres(held[unit.pk].length_m) if unit.pk in held else str(unit.get_kind_display())
        title = f"{unit.name} ({before[0]})" if before else unit.name
        yield Hit(
            "places",
            title,
            reverse("picture:unit", args=[unit.code]),
            "post",
            said,
            rank=0 if before or query.finds(now) else 1,
        )


def gates(query: Query, user: Any, at: datetime) -> Iterator[Hit]:
    for gate in BorderGate.objects.for_user(user).in_force().select_related("unit"):
        if query.finds(fold(f"{gate.code} {gate.name} {gate.opposite}")):
            yield Hit("places", gate.name, reverse("picture:unit", args=[gate.unit.code]), "gate", str(gate.unit))


def people(query: Query, user: Any, at: datetime) -> Iterator[Hit]:
    if not query.words:
        return
    rows = Person.objects.for_user(user).in_force().filter(_all_words(query.words)).order_by("code")[:PER_REGISTER]
    found = list(rows)
    day = clock.local(at).date()
    postings = {row.person_id: row for row in Posting.objects.on(day).filter(person__in=found).select_related("unit")}
    for person in found:
        posting = postings.get(person.pk)
        said = f"{posting.rank}, {posting.unit}" if posting else ""
        yield Hit("places", person.name, reverse("picture:person", args=[person.code]), "user", said)


def records(query: Query, user: Any, at: datetime) -> Iterator[Hit]:
    """Of every register: by its folded text, or on the day that was typed."""
    for model in registers().values():
        mine = model.objects.for_user(user).in_force().filter(recorded_at__lte=at).order_by(f"-{model.counted_on}")
        about = [f.name for f in model._meta.concrete_fields if f.name in ABOUT]
        rows = mine.filter(_wanted(model, query))
        for row in (rows.select_related(*about) if about else rows)[:PER_REGISTER]:
            when = wording.day(getattr(row, model.counted_on))
            title = f"{row.code}, {str(model._meta.verbose_name).lower()}{_about(row)}"
            yield Hit("records", title, record_url(row), "sync-received", when, rank=0 if _is_code(row, query) else 1)


def _wanted(model: type[Record], query: Query) -> Q:
    wanted = _all_words(query.words)
    if query.day is None:
        return wanted
    names = _all_words([word for word in query.names if word not in {"ngay"}])
    if isinstance(model._meta.get_field(model.counted_on), models.DateTimeField):
        start = datetime.combine(query.day, time(), tzinfo=clock.VIETNAM)
        return wanted | names & Q(
            **{f"{model.counted_on}__gte": start, f"{model.counted_on}__lt": start + timedelta(days=1)}
        )
    return wanted | names & Q(**{model.counted_on: query.day})


def _all_words(words: Iterable[str]) -> Q:
    wanted = Q()
    for word in words:
        wanted &= Q(folded__contains=word)
    return wanted


def _is_code(row: Any, query: Query) -> bool:
    return fold(row.code) in query.words


def _about(row: Any) -> str:
    """What a record is about: its marker or its stretch, if it has one."""
    if getattr(row, "marker_id", None):
        return f" {row.marker.number}"
    ends = [
        end.number for end in (getattr(row, "from_marker", None), getattr(row, "to_marker", None)) if end is not None
    ]
    return f" {'–'.join(dict.fromkeys(ends))}" if ends else ""


def measures(query: Query, user: Any, at: datetime) -> Iterator[Hit]:
    """Figures by their names in both languages and by their id."""
    english = get_language() == "en"
    for measure in figures.measures().values():
        if query.names and query.finds(fold(f"{measure.id} {measure.vi} {measure.en}")):
            yield Hit(
                "figures",
                measure.en if english else measure.vi,
                reverse("evidence", args=[measure.id]),
                "info",
                measure.unit,
            )


def pages(query: Query, user: Any, at: datetime) -> Iterator[Hit]:
    """New records and the verbs' first pages, by their names."""
    if not query.names:
        return
    for model in registers().values():
        title = _("Lập %(what)s") % {"what": str(model._meta.verbose_name).lower()}
        if query.finds(fold(title)):
            yield Hit("actions", title, f"/record/{model.slug}/new", "chevron-right")
    for verb in VERBS:
        title = _("Mở %(page)s") % {"page": verb.label}
        if verb.url and query.finds(fold(title)):
            yield Hit("actions", title, verb.url, "chevron-right")


def register() -> None:
    for ask in (markers, units, gates, people, records, measures, pages):
        provider(ask)
