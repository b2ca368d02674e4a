"""A claim: one thing the review wants to say, in wordings of falling strength, each with what it must prove.

Strength 3 is the praise the committee would like to sign, 2 the careful wording, 1 the bare facts. Below 1 nothing is
said here: the matter becomes a shortfall. Conditions come in three kinds:

* `deny`: if it holds, the sentence is false;
* `must`: if it fails, the sentence is false; if it is unknown, the sentence is unproven;
* `proof`: about the evidence, not about the matter (reports missing, patrols without a track). If it does not hold, the
  sentence is unproven, never false.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cotmoc.review.engine.condition import Condition
from cotmoc.review.engine.facts import Facts

STRENGTHS = (3, 2, 1)


@dataclass(frozen=True, slots=True)
class Rider:
    """A clause that must be said when its condition holds ("…, trong đó 14,2 % được miễn")."""

    when: Condition
    vi: str
    en: str

    def text(self, language: str) -> str:
        """The clause's template in `vi` or `en`."""
        return self.en if language == "en" else self.vi


@dataclass(frozen=True, slots=True)
class Wording:
    """The sentence at one strength: a template per language and its tests.

    The strong words of the Vietnamese template bring their own conditions (`words.py`).
    """

    strength: int
    vi: str
    en: str
    must: tuple[Condition, ...] = ()
    deny: tuple[Condition, ...] = ()
    proof: tuple[Condition, ...] = ()
    riders: tuple[Rider, ...] = ()

    def text(self, language: str) -> str:
        """The sentence's template in `vi` or `en`."""
        return self.en if language == "en" else self.vi


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim of a chapter.

    `source` quotes the sentence of the published review that it answers. `inputs` says which figure stands for each
    input of the strong words (`m`, `dq`, `on_time`, …). `counter` names the figures that speak against the claim; they
    are shown with it whatever the verdict.
    """

    id: str
    point: str
    title_vi: str
    title_en: str
    source: str
    measures: tuple[str, ...]
    wordings: tuple[Wording, ...]
    counter: tuple[str, ...] = ()
    inputs: Mapping[str, str] = field(default_factory=dict, hash=False)

    def wording(self, strength: int) -> Wording:
        """The wording of that strength; KeyError where the claim has none."""
        for wording in self.wordings:
            if wording.strength == strength:
                return wording
        raise KeyError(strength)

    def rows(self, facts: Facts) -> int:
        """Records behind all figures of the claim, a record counted once for each figure it carries."""
        return sum(facts.ask(measure).rows for measure in self.measures)
