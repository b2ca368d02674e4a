"""The numbers of border markers and witness stakes.

    676         a marker                            519/2       the second auxiliary marker after 519
    165(1)      the first of several at one place   519/2(1)    both
    CD5         a witness stake (cọc dấu)

People may type any of `Mốc 676`, `519-2.1`, `519/2 (1)`, `cọc dấu 5`; all are one number. It is a string with a
grammar, never an integer: 165(1) and 165(2) stand on two banks of a river.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import total_ordering
from typing import Self

from cotmoc.geo.faults import Fault

STAKE = "CD"
FORM = re.compile(
    r"(?P<stake>(?:coc dau|cd)(?: so)?\b|cd(?=\d))?"
    r"(?:(?:cot )?moc(?: gioi| quoc gioi| bien gioi)?(?: so)?\b|marker|no\b)?"
    r"[ .:\-]*(?P<base>\d{1,5})"
    r"(?: ?[/\-] ?(?P<sub>\d{1,3}))?"
    r"(?: ?\( ?(?P<copy>\d{1,2}) ?\)|\.(?P<path_copy>\d{1,2}))?"
)


class BadMarkerNumber(ValueError):
    """The text is no marker number; `fault` holds it."""

    def __init__(self, text: str) -> None:
        self.fault = Fault("marker.number", "", {"text": text})
        super().__init__(f"not a marker number: {text!r}")


@total_ordering
@dataclass(frozen=True, slots=True)
class MarkerNumber:
    """A number taken apart. Ordered as on a list: 165, 165(1), 165/1, 166, …, then the stakes."""

    base: int
    sub: int | None = None
    copy: int | None = None
    stake: bool = False

    @classmethod
    def parse(cls, text: str) -> Self:
        """Any form people write. BadMarkerNumber for anything else."""
        match = FORM.fullmatch(_folded(text))
        if not match or not int(match["base"]):
            raise BadMarkerNumber(text)
        sub, copy = match["sub"], match["copy"] or match["path_copy"]
        return cls(int(match["base"]), int(sub) if sub else None, int(copy) if copy else None, bool(match["stake"]))

    def __str__(self) -> str:
        """As engraved and listed: `519/2(1)`."""
        return self._joined("/", "({})")

    @property
    def path(self) -> str:
        """For addresses and file names: `519-2.1`."""
        return self._joined("-", ".{}")

    @property
    def sort_key(self) -> tuple[bool, int, int, int]:
        return (self.stake, self.base, self.sub or 0, self.copy or 0)

    @property
    def sort_text(self) -> str:
        """The same order for a text column of a database: `0.00519.002.01`."""
        return f"{self.stake:d}.{self.base:05d}.{self.sub or 0:03d}.{self.copy or 0:02d}"

    def __lt__(self, other: "MarkerNumber") -> bool:
        return self.sort_key < other.sort_key

    def _joined(self, before_sub: str, copy_form: str) -> str:
        sub = "" if self.sub is None else f"{before_sub}{self.sub}"
        copy = "" if self.copy is None else copy_form.format(self.copy)
        return f"{STAKE if self.stake else ''}{self.base}{sub}{copy}"


def _folded(text: str) -> str:
    """Lower case without marks, one blank between words; full-width forms as plain ones."""
    plain = unicodedata.normalize("NFKD", text.lower().replace("đ", "d").replace("–", "-"))
    return " ".join("".join(sign for sign in plain if not unicodedata.combining(sign)).split())
