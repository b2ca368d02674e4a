"""Words of praise and what they need: "nghiêm túc" needs 98 %, "bảo đảm nguyên trạng" needs no unknown marker.

The list is a pack (`packs/strength-words.toml`); the figures that stand for its inputs are named by each claim.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cotmoc.review.engine.condition import Condition, Outcome
from cotmoc.review.engine.facts import Facts


@dataclass(frozen=True, slots=True)
class Word:
    """A strong word with its synonyms.

    `needs` are about the matter and `proof` about the evidence, both in the inputs of the pack; `asks` are conditions
    that no figure answers and a person must confirm. `weaker` is what to write instead.
    """

    forms: tuple[str, ...]
    needs: tuple[Condition, ...] = ()
    proof: tuple[Condition, ...] = ()
    asks: tuple[str, ...] = ()
    weaker: str = ""


@dataclass(frozen=True, slots=True)
class Unmet:
    """A word that a text uses without what it needs, and what to write instead."""

    word: str
    needs: tuple[Condition, ...]
    asks: tuple[str, ...]
    weaker: str


class Words:
    """The pack's words, looked up by any of their forms."""

    def __init__(self, words: Iterable[Word] = ()) -> None:
        self.words = tuple(words)
        self._by_form = {form: word for word in self.words for form in word.forms}

    def __getitem__(self, form: str) -> Word:
        return self._by_form[form]

    def found_in(self, text: str) -> list[str]:
        """Strong words of `text` in the order of the text, the longest form where several begin at one place."""
        forms = sorted(self._by_form, key=len, reverse=True)
        if not forms:
            return []
        pattern = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, forms)) + r")(?!\w)", re.IGNORECASE)
        return [match.group().lower() for match in pattern.finditer(text)]

    def unmet(self, text: str, facts: Facts, inputs: Mapping[str, str]) -> list[Unmet]:
        """The strong words of `text` whose conditions do not all hold; an unknown condition does not hold."""
        found = []
        for form in dict.fromkeys(self.found_in(text)):
            word = self._by_form[form]
            missing = [need for need in (*word.needs, *word.proof) if not _holds(translate(need, inputs), facts)]
            if missing or word.asks:
                found.append(Unmet(form, tuple(missing), word.asks, word.weaker))
        return found


def translate(need: Condition, inputs: Mapping[str, str]) -> Condition:
    """The word's condition on the claim's own figures; an input the claim does not name stays, and is unknown."""
    right = inputs.get(need.right, need.right) if isinstance(need.right, str) else need.right
    return Condition(inputs.get(need.left, need.left), need.op, right)


def _holds(condition: Condition, facts: Facts) -> bool:
    return condition.holds(facts) in {Outcome.PASS, Outcome.NOT_APPLICABLE}
