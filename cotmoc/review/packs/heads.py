"""Who issues and signs a document, by family of layout and kind of unit. Editable, not verified."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from cotmoc.base.problems import Problem
from cotmoc.review.engine.chapter import PackNote
from cotmoc.review.packs import FOLDER, Table

KEYS = ("family", "kinds", "parent", "issuer", "issuer_code", "signer", "recipients")


@dataclass(frozen=True, slots=True)
class HeadPattern:
    """Texts with `{unit}`, `{short}` and `{parent}` to be filled."""

    family: str
    kinds: tuple[str, ...]
    parent: str
    issuer: str
    issuer_code: str
    signer: tuple[str, ...]
    recipients: tuple[str, ...]


def head_for(family: str, kind: str) -> HeadPattern:
    """The pattern of a kind of unit. Raises Problem `pack.unknown` where there is none."""
    for pattern in _heads()[1]:
        if pattern.family == family and kind in pattern.kinds:
            return pattern
    raise Problem("pack.unknown", pack=f"heads {family} {kind}", day="–")


def note() -> PackNote:
    """Title, version and verification of the pack."""
    return _heads()[0]


@cache
def _heads() -> tuple[PackNote, tuple[HeadPattern, ...]]:
    table = Table.parse((FOLDER / "heads.toml").read_text("utf-8"), "heads").only(("pack", "head"))
    return table.note(), tuple(_head(item.only(KEYS)) for item in table.items("head"))


def _head(item: Table) -> HeadPattern:
    lists = {key: tuple(item.value(key)) for key in ("kinds", "signer", "recipients")}
    return HeadPattern(**(item.data | lists))
