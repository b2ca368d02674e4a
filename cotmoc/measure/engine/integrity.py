"""Is a marker or stake as it should be? Three states, from inspections and damage cases.

The rule (one object, one moment t):

- *damaged*: a damage case is open, or the latest bad inspection is not older than the latest complete good one. Damage
  does not expire.
- *intact*: the latest complete good inspection is at most the freshness old, and nothing bad since: no bad inspection
  and no damage case that was opened after it.
- *unknown*: else. A good visit that left items unanswered or brought too few photos neither proves nor cancels.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from cotmoc.measure.engine.values import DAY_MS

PHOTOS_NEEDED = 2


class State(StrEnum):
    INTACT = "intact"
    DAMAGED = "damaged"
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """Why the state is what it is: one code, worded for people elsewhere."""

    PROVEN = "proven"
    """A fresh complete good inspection, nothing bad since."""
    CASE_OPEN = "case_open"
    """A damage case is open."""
    FOUND_BAD = "found_bad"
    """The latest bad inspection has no complete good one after it."""
    EXPIRED = "expired"
    """The last proof is older than the freshness."""
    REPAIR_UNPROVEN = "repair_unproven"
    """A damage case was closed, but no complete good inspection came after its opening."""
    INCOMPLETE = "incomplete"
    """Only inspections that prove nothing."""
    NEVER = "never"
    """No inspection at all."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """One inspection of the object. `at` is ms UTC of the visit itself; `good` is the inspector's finding."""

    id: str
    at: int
    good: bool
    items_answered: int
    items_asked: int
    photos: int

    @property
    def complete(self) -> bool:
        return self.items_answered >= self.items_asked and self.photos >= PHOTOS_NEEDED


@dataclass(frozen=True, slots=True)
class DamageCase:
    """A damage case, open from `opened` up to but without `closed` (ms UTC; None while it is open)."""

    id: str
    opened: int
    closed: int | None = None

    def open_at(self, moment: int) -> bool:
        return self.opened <= moment and (self.closed is None or moment < self.closed)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The state at one moment. `evidence` are the ids of the inspections and cases that decided it, latest first.

    `since` is when this state began (None: it was so from the beginning), `expires` the last moment at which the proof
    is still fresh, only for intact objects.
    """

    state: State
    reason: Reason
    evidence: tuple[str, ...]
    since: int | None
    expires: int | None


@dataclass(frozen=True, slots=True)
class Episode:
    """The object had one state for one reason in [since, until); None for open ends."""

    since: int | None
    until: int | None
    state: State
    reason: Reason
    evidence: tuple[str, ...]


def verdict(
    inspections: Sequence[Inspection], cases: Sequence[DamageCase], moment: int, freshness_days: float = 90.0
) -> Verdict:
    """The state at `moment`, from what had been seen up to and with it."""
    state, reason, evidence, expires = _judge(inspections, cases, moment, freshness_days)
    past = history(inspections, cases, None, moment + 1, freshness_days)
    since = past[-1].since
    for episode in reversed(past):
        if episode.state is not state:
            break
        since = episode.since
    return Verdict(state, reason, evidence, since, expires)


def history(
    inspections: Sequence[Inspection],
    cases: Sequence[DamageCase],
    since: int | None,
    until: int,
    freshness_days: float = 90.0,
) -> tuple[Episode, ...]:
    """The object's states over [since, until) in order, without holes; `since` None begins before all records."""
    if since is not None and since >= until:
        return ()
    freshness = round(freshness_days * DAY_MS)
    changes = (
        {i.at for i in inspections} | {c.opened for c in cases} | {c.closed for c in cases if c.closed is not None}
    )
    changes |= {i.at + freshness + 1 for i in inspections if i.good and i.complete}
    inside = sorted(t for t in changes if (since is None or t > since) and t < until)
    starts = [since, *inside]
    episodes: list[Episode] = []
    for start, end in zip(starts, [*inside, until], strict=True):
        state, reason, evidence, _ = (
            (State.UNKNOWN, Reason.NEVER, (), None)
            if start is None
            else _judge(inspections, cases, start, freshness_days)
        )
        if episodes and (episodes[-1].state, episodes[-1].reason, episodes[-1].evidence) == (state, reason, evidence):
            start = episodes.pop().since
        episodes.append(Episode(start, end, state, reason, evidence))
    return tuple(episodes)


def _judge(
    inspections: Sequence[Inspection], cases: Sequence[DamageCase], moment: int, freshness_days: float
) -> tuple[State, Reason, tuple[str, ...], int | None]:
    seen = sorted((i for i in inspections if i.at <= moment), key=lambda i: (i.at, i.id), reverse=True)
    known = sorted((c for c in cases if c.opened <= moment), key=lambda c: (c.opened, c.id), reverse=True)
    bad = next((i for i in seen if not i.good), None)
    proof = next((i for i in seen if i.good and i.complete), None)
    still_open = tuple(case.id for case in known if case.open_at(moment))
    if still_open:
        return State.DAMAGED, Reason.CASE_OPEN, still_open, None
    if bad and (proof is None or bad.at >= proof.at):
        return State.DAMAGED, Reason.FOUND_BAD, (bad.id,), None
    since_proof = tuple(case.id for case in known if proof is None or case.opened > proof.at)
    if since_proof:
        return State.UNKNOWN, Reason.REPAIR_UNPROVEN, since_proof, None
    if proof is None:
        reason = Reason.INCOMPLETE if seen else Reason.NEVER
        return State.UNKNOWN, reason, tuple(i.id for i in seen[:1]), None
    expires = proof.at + round(freshness_days * DAY_MS)
    if moment > expires:
        return State.UNKNOWN, Reason.EXPIRED, (proof.id,), None
    return State.INTACT, Reason.PROVEN, (proof.id,), expires
