"""Numbers that people cite: `BB-1122-03`, the third of 22 November; with the year where another year took that form."""

from collections import Counter
from datetime import date


class Numbers:
    """Gives out the numbers of one province, register by register and day by day."""

    def __init__(self, tag: str = "") -> None:
        self._tag = tag
        self._given: Counter[str] = Counter()
        self._year_of: dict[str, int] = {}

    def next(self, register: str, day: date) -> str:
        """The next number of `register` (TT, BB, KH …) on a day; `TT-T2-1122-01` in the second province."""
        prefix = f"{register}-{self._tag}-" if self._tag else f"{register}-"
        short = f"{prefix}{day:%m%d}"
        begin = short if self._year_of.setdefault(short, day.year) == day.year else f"{prefix}{day:%y%m%d}"
        self._given[begin] += 1
        return f"{begin}-{self._given[begin]:02d}"
