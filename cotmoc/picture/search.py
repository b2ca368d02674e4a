"""Search over everything that a user may see: one query, several providers, four groups in fixed order.

    @search.provider
    def stations(query: Query, user, at) -> Iterable[Hit]: ...

Both sides are folded (no case, no marks, đ as d). A query typed with marks ranks what is written just so first. Where nothing is
found, marks typed in Telex and left over (`ddawcs`) are taken back and the query is tried once more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cotmoc.base import clock
from cotmoc.base.text import fold, nfc

GROUPS: dict[str, str | Promise] = {
    "places": _("Nơi, vật"),
    "records": _("Bản ghi"),
    "figures": _("Số liệu"),
    "actions": _("Việc làm được"),
}
DATE = re.compile(r"(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})(?:[/.-](?P<year>\d{4}))?")
TELEX_TONE = re.compile(r"(?<=[aeiouyw])[sfrxj]|(?<=[aeiouyw][a-z])[sfrxj]$|(?<=[aeiouyw][a-z]{2})[sfrxj]$")
TELEX_D = re.compile(r"^d(?:d([a-z]*)|([a-z]+)d)$")
LONGEST = 100
"""Letters of a query that are looked at."""


@dataclass(frozen=True, slots=True)
class Query:
    """What was typed, taken apart. `names`: folded words with a letter first; `numbers`: words with a digit."""

    text: str
    names: tuple[str, ...]
    numbers: tuple[str, ...]
    day: date | None = None

    @property
    def words(self) -> tuple[str, ...]:
        return (*self.names, *self.numbers)

    def finds(self, said: str) -> bool:
        """True where all words stand in a folded text."""
        return all(word in said for word in self.words)

    def finds_part(self, said: str) -> bool:
        """True where all names, or all numbers, stand in a folded text."""
        return self.finds(said) or any(
            group and all(word in said for word in group) for group in (self.names, self.numbers)
        )

    def exact(self, title: str) -> bool:
        """True where the title has the words just as they were typed, with their marks."""
        return all(word in nfc(title).lower() for word in nfc(self.text).lower().split())


@dataclass(frozen=True, slots=True)
class Hit:
    """One line of the answer."""

    group: str
    title: str
    url: str
    sign: str
    said: str = ""
    """At the right: a state, a date, a length."""
    state: str = ""
    """A state of `STATES` (see the template tags), drawn with its sign and word."""
    rank: int = 0
    """Lower is nearer; hits of one rank keep the order of their provider."""
    parts: tuple[tuple[str, bool], ...] = ()
    """The title in pieces, true where it answers the query; filled by `search`."""


Provider = Callable[[Query, Any, datetime], Iterable[Hit]]
_providers: list[Provider] = []


def provider(function: Provider) -> Provider:
    """Decorator: this function answers queries too."""
    if function not in _providers:
        _providers.append(function)
    return function


@dataclass(slots=True)
class Found:
    """The answer: hits by group, in the fixed order of the groups; empty groups are left out."""

    query: Query
    groups: list[tuple[str | Promise, list[Hit]]] = field(default_factory=list)
    telex: bool = False
    """The marks of the query were taken as Telex left over."""

    @property
    def count(self) -> int:
        return sum(len(hits) for _label, hits in self.groups)


def search(text: str, user: Any, at: datetime, most: int = 6) -> Found:
    """At most `most` hits per group; nothing for an empty query."""
    query = parse(text, clock.local(at).date())
    if not query.words:
        return Found(query)
    found = _asked(query, user, at, most)
    plain = from_telex(fold(text))
    if not found.count and plain != fold(text):
        meant = _asked(parse(plain, clock.local(at).date()), user, at, most)
        meant.telex = True
        return meant if meant.count else found
    return found


def parse(text: str, today: date) -> Query:
    """Take a query apart. A day without year is the latest such day up to `today`."""
    kept = nfc(text)[:LONGEST].strip()
    words = fold(kept).split()
    numbers = tuple(word for word in words if any(sign.isdigit() for sign in word))
    names = tuple(word for word in words if word not in numbers)
    return Query(kept, names, numbers, next(filter(None, (_day(word, today) for word in numbers)), None))


def _day(word: str, today: date) -> date | None:
    match = DATE.fullmatch(word)
    if not match:
        return None
    day, month = int(match["day"]), int(match["month"])
    years = [int(match["year"])] if match["year"] else [today.year, today.year - 1]
    days = [_date(year, month, day) for year in years]
    known = [found for found in days if found is not None]
    return next((found for found in known if match["year"] or found <= today), None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def from_telex(folded: str) -> str:
    """A folded query without the letters that Telex would have turned into marks: `ddawcs pring` -> `dac pring`."""
    return " ".join(_word_from_telex(word) for word in folded.split())


def _word_from_telex(word: str) -> str:
    if not word.isalpha():
        return word
    word = TELEX_TONE.sub("", word, count=1)
    word = TELEX_D.sub(r"d\1\2", word)
    word = re.sub(r"([aeo])([a-z]*)\1", r"\1\2", word, count=1)
    return word.replace("w", "" if re.search("[aou]", word) else "u")


def _asked(query: Query, user: Any, at: datetime, most: int) -> Found:
    hits = [hit for ask in _providers for hit in ask(query, user, at)]
    hits = [
        replace(hit, rank=hit.rank * 2 + (not query.exact(hit.title)), parts=marked(hit.title, query.words))
        for hit in hits
    ]
    groups = []
    for key, label in GROUPS.items():
        mine = sorted((hit for hit in hits if hit.group == key), key=lambda hit: hit.rank)[:most]
        if mine:
            groups.append((label, mine))
    return Found(query, groups)


def marked(title: str, words: Iterable[str]) -> tuple[tuple[str, bool], ...]:
    """The title in pieces, true where a folded word stands in it: `Đồn `, `Đắc Pring`."""
    shown = nfc(title)
    folded = [fold(sign) if not sign.isspace() else " " for sign in shown]
    place = [i for i, signs in enumerate(folded) for _sign in signs]
    plain = "".join(folded)
    hit = [False] * len(shown)
    for word in words:
        for match in re.finditer(re.escape(word), plain):
            for i in range(match.start(), match.end()):
                hit[place[i]] = True
    for i in range(1, len(shown) - 1):
        hit[i] = hit[i] or (shown[i] == " " and hit[i - 1] and hit[i + 1])
    runs = groupby(zip(shown, hit, strict=True), key=lambda pair: pair[1])
    return tuple(("".join(sign for sign, _on in run), on) for on, run in runs)
