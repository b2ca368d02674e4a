"""What a reader noticed in a file: told as values here, worded for people in `cotmoc/base/problems.py`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Level = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One observation about an input, by its code in the catalogue of problems.

    `where` names the place inside the file ("track 2, point 17", "row 5", a field); empty means the whole file.
    `values` fill the blanks of the catalogue's sentence. Errors stop the file or part of it, warnings ask for a look,
    infos say what was assumed.
    """

    code: str
    where: str = ""
    values: Mapping[str, object] = field(default_factory=dict, hash=False)
    level: Level = "error"

    def filling(self) -> dict[str, object]:
        """What fills the sentence: the values and `where`."""
        return {"where": self.where, **self.values}


class Unreadable(Exception):
    """The file cannot be used at all; `fault` says why."""

    def __init__(self, code: str, where: str = "", **values: object) -> None:
        self.fault = Fault(code, where, values)
        super().__init__(f"{code} {where} {dict(values)}".strip())
