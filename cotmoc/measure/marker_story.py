"""What measuring says on a marker's own page: its verdict with the reason, its visits over the year, its inspections."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from cotmoc.base import translated, wording
from cotmoc.base.figures import Figure, Question, figure
from cotmoc.measure import effort, words
from cotmoc.measure.engine.integrity import Reason, State, Verdict, history, verdict
from cotmoc.measure.measures.answers import record_url
from cotmoc.measure.measures.one_marker import asked, moment, passes
from cotmoc.measure.objects import BAD, Thing, cases_of, inspections_of
from cotmoc.measure.standing import Standing, midnight, standing_of
from cotmoc.measure.stored import millis
from cotmoc.picture import panels
from cotmoc.record.areas.border.models import MarkerInspection, PatrolPlanLine
from cotmoc.record.areas.border.models.markers import PHOTOS_NEEDED

LEFT, RIGHT, INSPECTIONS_Y, PASSES_Y, BAND_Y, BAND = 92, 684, 30, 76, 112, 26
ROWS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened, on its lane."""

    x: float
    state: str
    hint: str
    url: str

    @property
    def left(self) -> float:
        """Where a sign of 16 units begins."""
        return round(self.x - 8, 1)


@dataclass(frozen=True, slots=True)
class Band:
    """A state between two moments."""

    x: float
    width: float
    state: str
    word: str


@dataclass(frozen=True, slots=True)
class Seen:
    """A row of the table of inspections."""

    code: str
    url: str
    at: datetime
    state: str
    word: str
    checks: str
    photos: int
    accuracy_m: float | None
    note: str
    complete: bool


class Story:
    """One marker at the question's moment, as a user may see it."""

    def __init__(self, number: str, question: Question, user: Any) -> None:
        self.question = question.with_(marker=number)
        self.user = user
        self.standing: Standing = standing_of(self.question)
        self.thing: Thing | None = asked(self.standing)

    # --- verdict

    @cached_property
    def verdict(self) -> Verdict:
        """With the beginning of the state: from all inspections, not only the decisive ones."""
        thing = self._thing
        freshness = self.standing.chosen.freshness_days
        return verdict(inspections_of(thing.inspections), cases_of(thing.cases), millis(self.standing.at), freshness)

    @property
    def _thing(self) -> Thing:
        assert self.thing is not None, "ask only about a marker that stands on a line"
        return self.thing

    @cached_property
    def age(self) -> Figure:
        days = self._thing.age_days(self.standing.at)
        text = _("chưa có biên bản") if days is None else translated.days(days)
        return figure("marker.age_days", self.question, days, text, "no_data" if days is None else "exact")

    @cached_property
    def passed(self) -> Figure:
        count = len(passes(self.standing, self._thing))
        return figure("marker.pass_count", self.question, count, wording.number(count, 0))

    @property
    def sentence(self) -> str:
        """Why the state is what it is. The figures stand beside it."""
        proof = next((row for row in self._thing.inspections if str(row.id) in self.verdict.evidence), None)
        seen = wording.day(proof.seen_at) if proof else wording.MISSING
        expires = wording.day(moment(self.verdict.expires))
        limit = self.standing.chosen.freshness_days
        return words.why(self.verdict.reason) % {"seen": seen, "expires": expires, "limit": limit}

    @property
    def need(self) -> str:
        """What would settle it; empty where nothing is open."""
        checks = len(MarkerInspection.CHECKS)
        if self.verdict.state is State.UNKNOWN:
            return _("Cần: một lần kiểm tra đủ %(checks)s mục, ít nhất %(photos)s ảnh.") % {
                "checks": checks, "photos": PHOTOS_NEEDED}  # fmt: skip
        if self.verdict.state is State.DAMAGED:
            return _("Cần: sửa xong, rồi một biên bản đủ mục, đủ ảnh ghi nguyên trạng.")
        return ""

    @cached_property
    def planned(self) -> Any | None:
        """The next plan line of its holder that passes the marker and is not yet due."""
        order = {place.id: place.chainage_m for place in self.standing.geography.places}
        here, today = self._thing.place.chainage_m, self.standing.day
        holder = frozenset([self._thing.place.holder]) if self._thing.place.holder else frozenset()
        lines = effort.planned(self.standing.at, holder, today, today + timedelta(days=90))
        for line in reversed(lines):
            ends = [order.get(line.row.from_marker_id), order.get(line.row.to_marker_id)]
            known = sorted(end for end in ends if end is not None)
            if line.status == PatrolPlanLine.Status.DUE and known and known[0] <= here <= known[-1]:
                return {
                    "code": line.row.code,
                    "url": record_url("patrol-plan-lines", line.row.code),
                    "to": line.row.window_to,
                }
        return None

    # --- the year

    @property
    def limit_set(self) -> bool:
        return bool(self._thing.place.limit.set_by)

    def _x(self, at: int) -> float:
        since, until = self.window
        return round(LEFT + (at - since) / (until - since) * (RIGHT - LEFT), 1)

    @cached_property
    def window(self) -> tuple[int, int]:
        """From the first day of the period to the moment, ms."""
        since, now = midnight(self.question.since), millis(self.standing.at)
        return since, max(now, since + 1)

    @property
    def months(self) -> list[tuple[float, str]]:
        first, day, found = self.question.since, self.standing.day, []
        month = first.replace(day=1)
        while month <= day:
            if midnight(month) >= self.window[0]:
                found.append((self._x(midnight(month)), translated.month(month.month)))
            month = (month + timedelta(days=32)).replace(day=1)
        return found if len(found) <= 13 else found[:: len(found) // 12 + 1]

    @cached_property
    def marks(self) -> list[Mark]:
        """Inspections of the period that the user may see."""
        return [
            Mark(self._x(millis(row.at)), row.state, f"{wording.moment(row.at)} · {row.word}", row.url)
            for row in self.inspections
            if self.window[0] <= millis(row.at) <= self.window[1]
        ]

    @cached_property
    def ticks(self) -> list[tuple[float, str]]:
        """Passes of the period: place and hint; nobody's name."""
        return [
            (self._x(visit.enter or 0), f"{wording.moment(moment(visit.enter))} · {wording.metres(visit.nearest_m)}")
            for visit in passes(self.standing, self._thing)
        ]

    @cached_property
    def bands(self) -> list[Band]:
        thing, (since, until) = self._thing, self.window
        freshness = self.standing.chosen.freshness_days
        episodes = history(inspections_of(thing.inspections), cases_of(thing.cases), since, until, freshness)
        bands: list[tuple[int, int, State]] = []
        for episode in episodes:
            start, stop = episode.since or since, episode.until or until
            if bands and bands[-1][2] is episode.state:
                bands[-1] = (bands[-1][0], stop, episode.state)
            else:
                bands.append((start, stop, episode.state))
        return [self._band(*band) for band in bands]

    def _band(self, start: int, stop: int, state: State) -> Band:
        x, width = self._x(start), round(self._x(stop) - self._x(start), 1)
        word = words.state_word(state)
        return Band(x, width, state.value, word if width > 7 * len(word) else "")

    @property
    def expiry(self) -> tuple[float, str] | None:
        """Where the last proof ran out inside the period: the beginning of the present unknown state."""
        if (
            self.verdict.reason is not Reason.EXPIRED
            or self.verdict.since is None
            or self.verdict.since < self.window[0]
        ):
            return None
        text = _("hết hạn %(day)s (%(n)s ngày)") % {
            "day": wording.day(moment(self.verdict.since)), "n": self.standing.chosen.freshness_days}  # fmt: skip
        return self._x(self.verdict.since), text

    # --- inspections

    @cached_property
    def inspections(self) -> list[Seen]:
        """The newest first; only those that the user may see."""
        visible = set(
            MarkerInspection.objects.for_user(self.user)
            .filter(marker=self._thing.place.id)
            .values_list("pk", flat=True)
        )
        return [_seen(row) for row in reversed(self._thing.inspections) if row.id in visible]

    @property
    def hidden(self) -> int:
        return len(self._thing.inspections) - len(self.inspections)


def _seen(row: Any) -> Seen:
    answers = [getattr(row, name) for name in MarkerInspection.CHECKS]
    given = [answer for answer in answers if answer is not None]
    complete = len(given) == len(answers) and row.photo_count >= PHOTOS_NEEDED
    state = (
        "displaced" if row.state == MarkerInspection.State.DISPLACED else "damaged" if row.state in BAD else "intact"
    )
    said = [row.damage_degree, _("phát quang %(m)s m") % {"m": row.brush_cut_m} if row.brush_cut_m else "", row.note]
    return Seen(
        row.code, record_url("marker-inspections", row.code), row.seen_at, state,
        str(MarkerInspection.State(row.state).label), f"{sum(given)}/{len(answers)}", row.photo_count, row.accuracy_m,
        "; ".join(filter(None, dict.fromkeys(said))), complete,
    )  # fmt: skip


def story_of(marker: Any, question: Question, user: Any) -> panels.Shown | None:
    """The cards of the marker's page; None for a marker that stands on no line."""
    story = Story(marker.number, question, user)
    if story.thing is None:
        return None
    return "measure/_story.html", {"story": story, "shown": story.inspections[:ROWS_SHOWN]}


def register() -> None:
    """Put the cards on the marker's page."""
    panels.add(panels.Panel("marker-story", "marker", story_of, order=10))
