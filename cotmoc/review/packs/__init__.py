"""Rule packs of the review: document layouts, strong words, claims with their templates, shortfall rules.

They are TOML files that a staff officer can edit, so they are read strictly: an unknown key, a missing one, a condition
that is not a comparison or a digit smuggled into a template is told with its place (`pack.key`, `pack.value`), never
passed over. A pack that no named officer has compared with its source says so wherever it is used.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cotmoc.base.problems import Problem
from cotmoc.review.engine.chapter import PackNote
from cotmoc.review.engine.claim import STRENGTHS, Claim, Rider, Wording
from cotmoc.review.engine.condition import Condition
from cotmoc.review.engine.sentence import blanks, stray_digits
from cotmoc.review.engine.shortfall import Cause, Rule
from cotmoc.review.engine.words import Word, Words

FOLDER = Path(__file__).parent
PACK_KEYS = ("id", "version", "title_vi", "title_en", "verified", "verified_by")
CLAIM_KEYS = ("id", "point", "title_vi", "title_en", "source", "measures")
RULE_TEXTS = ("id", "title_vi", "title_en", "vi", "en", "owner_vi", "owner_en", "remedy_vi", "remedy_en")
CAUSE_KEYS = ("share", "vi_mainly", "vi_partly", "en_mainly", "en_partly")


@dataclass(frozen=True, slots=True)
class Point:
    """A heading of the chapter under which claims stand."""

    id: str
    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class ClaimPack:
    """The claims of one chapter in their order, under their headings."""

    note: PackNote
    points: tuple[Point, ...]
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class WordPack:
    """The strong words, and what each of their inputs means, in Vietnamese."""

    note: PackNote
    words: Words
    inputs: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RulePack:
    """The shortfall rules of one chapter."""

    note: PackNote
    rules: tuple[Rule, ...]


@cache
def words() -> WordPack:
    """The pack of strong words. Raises Problem where the file is not as it must be."""
    return read_words((FOLDER / "strength-words.toml").read_text("utf-8"), "strength-words")


@cache
def claims(name: str) -> ClaimPack:
    """The pack `claims-<name>`. Raises Problem where the file is not as it must be."""
    return read_claims((FOLDER / f"claims-{name}.toml").read_text("utf-8"), f"claims-{name}")


@cache
def rules(name: str) -> RulePack:
    """The pack `shortfalls-<name>`. Raises Problem where the file is not as it must be."""
    return read_rules((FOLDER / f"shortfalls-{name}.toml").read_text("utf-8"), f"shortfalls-{name}")


def read_words(text: str, pack: str) -> WordPack:
    """Read a pack of strong words; every input used must be explained under `[inputs]`."""
    table = Table.parse(text, pack).only(("pack", "inputs", "word"))
    inputs = table.value("inputs")
    found = []
    for item in table.items("word"):
        item.only(("forms", "weaker"), ("needs", "proof", "asks"))
        needs, proof = item.conditions("needs"), item.conditions("proof")
        for name in (name for condition in (*needs, *proof) for name in condition.names if name not in inputs):
            raise item.bad_value(name, "một đại lượng trong [inputs]", "an input of [inputs]")
        asks = tuple(item.value("asks", []))
        found.append(Word(tuple(item.value("forms")), needs, proof, asks, item.value("weaker")))
    return WordPack(table.note(), Words(found), inputs)


def read_claims(text: str, pack: str) -> ClaimPack:
    """Read a chapter's claims; a claim's point must be one of the headings."""
    table = Table.parse(text, pack).only(("pack", "point", "claim"))
    points = tuple(Point(**item.only(("id", "vi", "en")).data) for item in table.items("point"))
    found = tuple(_claim(item) for item in table.items("claim"))
    for claim in found:
        if claim.point not in {point.id for point in points}:
            raise table.bad_value(claim.point, "một mục [[point]]", "a [[point]]")
    return ClaimPack(table.note(), points, found)


def read_rules(text: str, pack: str) -> RulePack:
    """Read a chapter's shortfall rules."""
    table = Table.parse(text, pack).only(("pack", "rule"))
    return RulePack(table.note(), tuple(_rule(item) for item in table.items("rule")))


def _claim(item: Table) -> Claim:
    item.only((*CLAIM_KEYS, "wording"), ("counter", "inputs"))
    values = {key: item.value(key) for key in CLAIM_KEYS} | {"measures": tuple(item.value("measures"))}
    wordings = tuple(_wording(wording) for wording in item.items("wording"))
    return Claim(**values, wordings=wordings, counter=tuple(item.value("counter", [])), inputs=item.value("inputs", {}))


def _wording(item: Table) -> Wording:
    item.only(("strength", "vi", "en"), ("must", "deny", "proof", "riders"))
    kinds = {kind: item.conditions(kind) for kind in ("must", "deny", "proof")}
    riders = tuple(_rider(rider) for rider in item.items("riders", empty=True))
    vi, en = item.template("vi"), item.template("en")
    if sorted(blanks(vi)) != sorted(blanks(en)):
        raise item.bad_value(en, "câu có cùng các số liệu với câu tiếng Việt", "a sentence with the same figures")
    if item.value("strength") not in STRENGTHS:
        raise item.bad_value(str(item.value("strength")), "độ mạnh 1, 2 hoặc 3", "a strength 1, 2 or 3")
    return Wording(item.value("strength"), vi, en, **kinds, riders=riders)


def _rider(item: Table) -> Rider:
    item.only(("when", "vi", "en"))
    return Rider(item.condition(item.value("when")), item.template("vi"), item.template("en"))


def _rule(item: Table) -> Rule:
    item.only((*RULE_TEXTS, "when", "check", "measures", "due_days"), ("unless", "cause"))
    texts = {key: item.template(key) if key in {"vi", "en"} else item.value(key) for key in RULE_TEXTS}
    cause = item.value("cause", None)
    if cause is not None:
        cause = Cause(**Table(cause, item.pack, f"{item.where}.cause").only(CAUSE_KEYS).data)
    return Rule(
        **texts,
        when=item.conditions("when"),
        check=item.conditions("check"),
        unless=item.conditions("unless"),
        measures=tuple(item.value("measures")),
        due_days=item.value("due_days"),
        cause=cause,
    )


class Table:
    """One table of a pack with its place, for strict reading."""

    def __init__(self, data: dict[str, Any], pack: str, where: str) -> None:
        self.data, self.pack, self.where = data, pack, where

    @classmethod
    def parse(cls, text: str, pack: str) -> Table:
        """The whole file. Raises Problem for text that is not TOML."""
        try:
            return cls(tomllib.loads(text), pack, pack)
        except tomllib.TOMLDecodeError as error:
            raise Problem("pack.value", pack=pack, where=pack, value=str(error), what="TOML", what_en="TOML") from error

    def only(self, required: Iterable[str], optional: Iterable[str] = ()) -> Table:
        """This table, after checking that it has all required keys and no others than these."""
        required, optional = set(required), set(optional)
        for key in sorted(required - self.data.keys()):
            raise self._bad_key(key, "còn thiếu", "missing")
        for key in sorted(self.data.keys() - required - optional):
            raise self._bad_key(key, "không có trong quy ước", "not known")
        return self

    def value(self, key: str, default: Any = ...) -> Any:
        """The value of `key`."""
        return self.data[key] if default is ... else self.data.get(key, default)

    def items(self, key: str, *, empty: bool = False) -> list[Table]:
        """The tables of an array of tables; `empty` allows it to be absent."""
        rows = self.data.get(key, []) if empty else self.data[key]
        return [Table(row, self.pack, f"{key} {row.get('id', index + 1)}") for index, row in enumerate(rows)]

    def note(self) -> PackNote:
        """Title, version and verification of the pack."""
        head = Table(self.data["pack"], self.pack, "pack").only(PACK_KEYS)
        return PackNote(
            head.value("title_vi"), head.value("version"), head.value("verified_by"), head.value("title_en")
        )

    def conditions(self, key: str) -> tuple[Condition, ...]:
        """The conditions listed under `key`; none where it is absent."""
        return tuple(self.condition(line) for line in self.data.get(key, []))

    def condition(self, line: str) -> Condition:
        """One condition. Raises Problem where it is not a comparison."""
        try:
            return Condition.parse(line)
        except ValueError as error:
            raise self.bad_value(line, "phép so sánh", "a comparison") from error

    def template(self, key: str) -> str:
        """A sentence template. Raises Problem where it brings a number of its own."""
        text: str = self.data[key]
        if stray_digits(text):
            raise self.bad_value(text, "mẫu câu không có số tự ghi", "a template without numbers of its own")
        return text

    def bad_value(self, value: str, what: str, what_en: str) -> Problem:
        """The problem of a value that cannot be used here."""
        return Problem("pack.value", pack=self.pack, where=self.where, value=value, what=what, what_en=what_en)

    def _bad_key(self, key: str, what: str, what_en: str) -> Problem:
        return Problem("pack.key", pack=self.pack, where=self.where, key=key, what=what, what_en=what_en)
