"""What the review knows about a figure: its value, and between which bounds the truth must lie.

A figure that is not fully known is not a number with a footnote, it is a *range*. Marker integrity with 63 proven and 4
unknown markers is 63 at least and 67 at most; a count with reports missing is "at least n"; no data is "anything". All
judging below compares ranges, so that not knowing can never read as a pass or as a failure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import inf


class Status(StrEnum):
    """How a figure stands; the words are those of the measures."""

    EXACT = "exact"
    LOWER_BOUND = "lower_bound"
    NO_DATA = "no_data"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure as the review uses it.

    `id` is the measure's id; `vi` and `en` are the figure as it is read (`63/67`, `88,5 %`); `rows` counts the records
    behind it; `key` is the address of its evidence, empty for what is not computed (the day the report speaks of).
    `low` and `high` bound the truth in the unit of `value`.
    """

    id: str
    value: float | None
    vi: str
    en: str
    status: Status = Status.EXACT
    rows: int = 0
    key: str = ""
    name_vi: str = ""
    name_en: str = ""
    low: float | None = None
    high: float | None = None

    @property
    def bounds(self) -> tuple[float, float]:
        """(low, high): stated bounds first, else what the status says."""
        if self.status == Status.NO_DATA or self.value is None:
            return (-inf, inf) if self.low is None or self.high is None else (self.low, self.high)
        low = self.value if self.low is None else self.low
        if self.high is not None:
            return low, self.high
        return low, inf if self.status == Status.LOWER_BOUND else self.value

    @property
    def applicable(self) -> bool:
        """False where the question has no object (an empty denominator)."""
        return self.status != Status.NOT_APPLICABLE

    @property
    def known(self) -> bool:
        """True where there is any value at all, exact or at least."""
        return self.applicable and self.status != Status.NO_DATA and self.value is not None

    def text(self, language: str) -> str:
        """The figure as it is read in `vi` or `en`."""
        return self.en if language == "en" else self.vi


class Facts(Mapping[str, Fact]):
    """The figures of one chapter by measure id; asking for one that was never measured gives "no data"."""

    def __init__(self, facts: Iterable[Fact] = ()) -> None:
        self._by_id = {fact.id: fact for fact in facts}

    def __getitem__(self, key: str) -> Fact:
        return self._by_id[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_id)

    def __len__(self) -> int:
        return len(self._by_id)

    def ask(self, key: str) -> Fact:
        """The figure `key`; one without data where nobody measured it."""
        return self._by_id.get(key) or Fact(key, None, "chưa có số liệu", "no data", Status.NO_DATA)
