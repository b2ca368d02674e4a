"""Conditions as the packs write them: `patrol.plan_done_pct >= 95`, `marker.intact_count == marker.total`.

A staff officer edits these lines, so the grammar is one comparison and nothing else; several of them stand in a list.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from cotmoc.review.engine.facts import Facts

NAME = r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*"
_LINE = re.compile(
    rf"^\s*(?P<left>{NAME})\s*(?P<op>>=|<=|==|!=|>|<)\s*(?:(?P<number>-?\d+(?:\.\d+)?)|(?P<right>{NAME}))\s*$"
)
_SIGNS = {">=": "từ {} trở lên", "<=": "không quá {}", "==": "bằng {}", "!=": "khác {}", ">": "trên {}", "<": "dưới {}"}
_SIGNS_EN = {
    ">=": "at least {}",
    "<=": "at most {}",
    "==": "equal to {}",
    "!=": "not {}",
    ">": "above {}",
    "<": "below {}",
}


class Outcome(StrEnum):
    """What a condition gives on figures that may be known only within bounds."""

    PASS = "pass"  # noqa: S105 (an outcome, not a password)
    FAIL = "fail"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Condition:
    """`left` compared with a number or with another figure."""

    left: str
    op: str
    right: float | str

    @classmethod
    def parse(cls, line: str) -> Condition:
        """Raises ValueError with the line itself where it is not one comparison."""
        found = _LINE.match(line)
        if found is None:
            raise ValueError(line)
        right: float | str = found["right"] or float(found["number"])
        return cls(found["left"], found["op"], right)

    @property
    def names(self) -> tuple[str, ...]:
        """The figures it asks for."""
        return (self.left, self.right) if isinstance(self.right, str) else (self.left,)

    def holds(self, facts: Facts) -> Outcome:
        """Pass where every value within the bounds passes, fail where none does, unknown between."""
        sides = [facts.ask(name) for name in self.names]
        if not all(side.applicable for side in sides):
            return Outcome.NOT_APPLICABLE
        other = sides[1].bounds if len(sides) == 2 else (float(self.right), float(self.right))
        return _compare(sides[0].bounds, self.op, other)

    def limit(self, facts: Facts, language: str) -> str:
        """The right side as it is read, with the unit of the left one where that is a percentage."""
        if isinstance(self.right, str):
            return facts.ask(self.right).text(language)
        return _number(self.right) + (" %" if self.left.endswith("_pct") else "")

    def words(self, facts: Facts, language: str) -> str:
        """`từ 95 % trở lên` / `at least 95 %`."""
        return (_SIGNS_EN if language == "en" else _SIGNS)[self.op].format(self.limit(facts, language))


def _compare(left: tuple[float, float], op: str, right: tuple[float, float]) -> Outcome:
    always, never = {
        ">=": (left[0] >= right[1], left[1] < right[0]),
        ">": (left[0] > right[1], left[1] <= right[0]),
        "<=": (left[1] <= right[0], left[0] > right[1]),
        "<": (left[1] < right[0], left[0] >= right[1]),
        "==": (left[0] == left[1] == right[0] == right[1], left[0] > right[1] or left[1] < right[0]),
        "!=": (left[0] > right[1] or left[1] < right[0], left[0] == left[1] == right[0] == right[1]),
    }[op]
    if always:
        return Outcome.PASS
    return Outcome.FAIL if never else Outcome.UNKNOWN


def _number(value: float) -> str:
    return f"{value:g}".replace(".", ",")
