"""Sentences made of words and figures, so that every number in them can be opened.

A template writes figures as `{measure.id}`; nothing else may bring a digit into a sentence. What an author types by
hand is read the other way round: a number equal to one of the claim's figures becomes that figure, any other number is
*loose* and is shown as having no source.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cotmoc.review.engine.claim import Wording
from cotmoc.review.engine.condition import NAME, Outcome
from cotmoc.review.engine.facts import Fact, Facts

_BLANK = re.compile(rf"\{{({NAME})\}}")
# A number as officers write it: 1.234,5 · 63/67 · 88,5 % · 24/11/2020 · 06:00; a trailing full stop is the sentence's.
_NUMBER = re.compile(r"\d+(?:[./,:]\d+)*(?:\s?%)?")


@dataclass(frozen=True, slots=True)
class Text:
    """Plain words."""

    text: str


@dataclass(frozen=True, slots=True)
class FigureRef:
    """A figure in a sentence: how it reads here and which figure it opens."""

    text: str
    fact: Fact


@dataclass(frozen=True, slots=True)
class Loose:
    """A number typed by hand that no figure of the claim gives."""

    text: str


Part = Text | FigureRef | Loose


@dataclass(frozen=True, slots=True)
class Sentence:
    """Parts in reading order, in one language."""

    parts: tuple[Part, ...]
    language: str = "vi"

    @property
    def text(self) -> str:
        """The sentence as it reads."""
        return "".join(part.text for part in self.parts)

    @property
    def figures(self) -> tuple[Fact, ...]:
        """The figures it shows, each once, in reading order."""
        found = {part.fact.id: part.fact for part in self.parts if isinstance(part, FigureRef)}
        return tuple(found.values())

    @property
    def loose(self) -> tuple[str, ...]:
        """Numbers without a source."""
        return tuple(part.text for part in self.parts if isinstance(part, Loose))


def blanks(template: str) -> list[str]:
    """The measure ids a template asks for, in order, with repetitions."""
    return _BLANK.findall(template)


def stray_digits(template: str) -> list[str]:
    """Numbers a template would bring in by itself; a template with any is refused."""
    return _NUMBER.findall(_BLANK.sub("", template))


def say(wording: Wording, facts: Facts, language: str = "vi") -> Sentence:
    """Fill the wording's template and add the riders whose condition holds, before the full stop."""
    riders = [rider.text(language) for rider in wording.riders if rider.when.holds(facts) == Outcome.PASS]
    template = wording.text(language)
    if riders:
        template = template.removesuffix(".") + "".join(riders) + "."
    return fill(template, facts, language)


def fill(template: str, facts: Facts, language: str = "vi") -> Sentence:
    """The template with each `{measure.id}` replaced by the figure."""
    parts: list[Part] = []
    for index, piece in enumerate(_BLANK.split(template)):
        if index % 2:
            fact = facts.ask(piece)
            parts.append(FigureRef(fact.text(language), fact))
        elif piece:
            parts.append(Text(piece))
    return Sentence(tuple(parts), language)


def own(text: str, figures: Iterable[Fact] = (), language: str = "vi") -> Sentence:
    """An author's own sentence, its numbers matched to `figures` by how they read; the first match counts."""
    by_text: dict[str, Fact] = {}
    for fact in figures:
        by_text.setdefault(_bare(fact.text(language)), fact)
    return Sentence(tuple(_own_parts(text, by_text)), language)


def _own_parts(text: str, by_text: dict[str, Fact]) -> Iterator[Part]:
    done = 0
    for match in _NUMBER.finditer(text):
        if match.start() > done:
            yield Text(text[done : match.start()])
        yield from _number_parts(match.group(), by_text)
        done = match.end()
    if done < len(text):
        yield Text(text[done:])


def _number_parts(number: str, by_text: dict[str, Fact]) -> Iterator[Part]:
    """The number as one figure, or a pair `63/67` as two where both are figures; otherwise it is loose."""
    fact = by_text.get(_bare(number))
    if fact:
        yield FigureRef(number, fact)
        return
    part, slash, whole = number.partition("/")
    pair = by_text.get(part), by_text.get(whole)
    if slash and pair[0] and pair[1]:
        yield from (FigureRef(part, pair[0]), Text(slash), FigureRef(whole, pair[1]))
    else:
        yield Loose(number)


def _bare(text: str) -> str:
    """The number without unit words and spaces: `131,3 km` and `131,3` read alike, `88,5 %` and `88,5` do not."""
    found = _NUMBER.search(text)
    return re.sub(r"\s", "", found.group()) if found else text
