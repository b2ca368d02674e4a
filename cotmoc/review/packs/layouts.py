"""Document layouts by date: the state's (NĐ 30/2020) and the Party's (HD 36, from 27 May 2026 HD 05).

Where the source gives a range, the first value is used. Sizes in points, margins in millimetres.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Literal

from cotmoc.base.problems import Problem
from cotmoc.review.packs import FOLDER, Table

Family = Literal["state", "party"]


@dataclass(frozen=True, slots=True)
class Layout:
    """What a document's face needs of a layout pack."""

    id: str
    family: Family
    title: str
    title_en: str
    verified: str
    margins_verified: str
    margins_mm: tuple[float, float, float, float]
    """Top, bottom, left, right."""
    body_pt: float
    head_pt: float
    motto_pt: float
    title_pt: float
    indent_mm: float
    right_head: tuple[str, ...]
    separator: str
    recipients_label: str
    end_mark: str
    number_pattern: str

    def number(self, type_code: str, issuer_code: str) -> str:
        """The line of number and symbol with the number left open: `Số:      /BC-BCH`, `Số      -BC/ĐU`."""
        open_number = self.number_pattern.replace("{n:02d}", "\u00a0" * 6)
        return open_number.format(type=type_code, issuer=issuer_code)


def layout_on(family: Family, day: date) -> Layout:
    """The layout in force on the day of the document. Raises Problem `pack.unknown` where there is none."""
    for layout, since, until in _layouts():
        if layout.family == family and since <= day and (until is None or day < until):
            return layout
    raise Problem("pack.unknown", pack=family, day=f"{day:%d/%m/%Y}")


@cache
def _layouts() -> tuple[tuple[Layout, date, date | None], ...]:
    table = Table.parse((FOLDER / "layouts.toml").read_text("utf-8"), "layouts").only(("layout",))
    return tuple(_dated(item) for item in table.items("layout"))


def _dated(item: Table) -> tuple[Layout, date, date | None]:
    """A layout with its validity. Raises Problem `pack.key` where something that the papers need is missing."""
    try:
        return _layout(item.data), item.data["valid_from"], item.data.get("valid_to")
    except KeyError as error:
        key = str(error.args[0])
        raise Problem(
            "pack.key", pack=item.pack, where=item.where, key=key, what="còn thiếu", what_en="missing"
        ) from error


def _layout(data: dict[str, Any]) -> Layout:
    left, right, party = data["left_head"], data["right_head"], data["id"].startswith("party")
    margins = data["margins_mm"]
    return Layout(
        id=data["id"],
        family="party" if party else "state",
        title=data["title_vi"],
        title_en=data["title_en"],
        verified=data["verified"],
        margins_verified=data.get("margins_verified", data["verified"]),
        margins_mm=tuple(margins[side][0] for side in ("top", "bottom", "left", "right")),
        body_pt=_least(data["body"].get("size", 14)),
        head_pt=_least(left["issuer"].get("size", 13)),
        motto_pt=_least(right.get("line2_size", 13)),
        title_pt=_least(data["title"].get("size", 15 if party else 13)),
        indent_mm=_least(data["body"]["indent_mm"]),
        right_head=tuple(right[line] for line in ("line1", "line2") if line in right),
        separator=left.get("separator", ""),
        recipients_label=data["recipients"]["label"],
        end_mark=data["end_mark"],
        number_pattern=data["number"]["pattern"],
    )


def _least(value: float | list[float]) -> float:
    return float(min(value)) if isinstance(value, list) else float(value)
