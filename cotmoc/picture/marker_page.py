"""What the page of one marker shows: identity, three separate positions, neighbours, photos."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.functional import cached_property

from cotmoc.base import clock, ledger
from cotmoc.base.border import Border, Held, Standing
from cotmoc.base.figures import Figure, Question
from cotmoc.base.models import BorderMarker, LedgerEntry, MarkerPosition, UnitName
from cotmoc.picture import positions
from cotmoc.picture.extent import Box, around
from cotmoc.record.areas.border.models import MarkerInspection, Photo

NEIGHBOURS = 3
"""Markers shown on either side."""
SIDES = (Photo.Direction.NORTH, Photo.Direction.EAST, Photo.Direction.SOUTH, Photo.Direction.WEST)
"""Directions that an inspection should bring; the others are welcome."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A place for the last photo of one direction; empty where there is none."""

    direction: Photo.Direction
    photo: Photo | None
    due: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two photos of one direction, the earlier first, and the choices to pick others."""

    direction: str
    choices: list[Photo]
    earlier: Photo | None
    later: Photo | None


class MarkerPage:
    """One marker, as seen by a user at a moment. Everything is asked for once, when the template wants it."""

    def __init__(self, border: Border, place: Standing, question: Question, user: Any) -> None:
        self.border, self.place, self.question, self.user = border, place, question, user
        self.marker: BorderMarker = place.marker
        self.day: date = clock.local(question.at).date()

    @cached_property
    def held(self) -> Held | None:
        return self.border.holder(self.place.chainage_m)

    @cached_property
    def holder_name(self) -> str:
        """The holder's name as of that day."""
        if self.held is None:
            return ""
        named = UnitName.objects.on(self.day).filter(unit=self.held.unit).first()
        return named.name if named else self.held.unit.name

    @cached_property
    def index(self) -> int:
        return next(i for i, row in enumerate(self.border.standing) if row.marker.pk == self.marker.pk)

    @cached_property
    def previous(self) -> Standing | None:
        return self.border.standing[self.index - 1] if self.index else None

    @cached_property
    def next(self) -> Standing | None:
        after = self.border.standing[self.index + 1 : self.index + 2]
        return after[0] if after else None

    @cached_property
    def bounds(self) -> Box:
        """Around the marker and its neighbours on either side."""
        near = self.border.standing[max(self.index - NEIGHBOURS, 0) : self.index + NEIGHBOURS + 1]
        lon, lat = [row.position.lon for row in near], [row.position.lat for row in near]
        return around(min(lon), min(lat), max(lon), max(lat))

    # --- the three positions

    @cached_property
    def stated(self) -> list[MarkerPosition]:
        rows = MarkerPosition.objects.filter(marker=self.marker)
        known = rows.known_at(self.question.at, lambda row: row.marker_id == self.marker.pk)
        return [row for row in known if row.holds_on(self.day)]

    @cached_property
    def treaty(self) -> list[MarkerPosition]:
        return [row for row in self.stated if row.source == MarkerPosition.Source.TREATY]

    @cached_property
    def survey(self) -> list[MarkerPosition]:
        return [row for row in self.stated if row.source == MarkerPosition.Source.SURVEY]

    @cached_property
    def invented(self) -> list[MarkerPosition]:
        return [row for row in self.stated if row.source == MarkerPosition.Source.INVENTED]

    @cached_property
    def inspections(self) -> list[MarkerInspection]:
        return positions.inspections_of(self.marker, self.question, self.user)

    @cached_property
    def phone(self) -> positions.PhonePlace | None:
        return positions.phone_place(self.inspections)

    @cached_property
    def phone_figure(self) -> Figure | None:
        return positions.figure(self.marker, self.question, self.inspections)

    # --- amendments

    @cached_property
    def history(self) -> list[LedgerEntry]:
        """Every entry about the marker and its stated positions that was known at the moment, the newest first."""
        rows = [self.marker, *self.stated]
        entries = [entry for row in rows for entry in ledger.history(row) if entry.at <= self.question.at]
        return sorted(entries, key=lambda entry: entry.seq, reverse=True)

    @cached_property
    def amendments(self) -> int:
        return sum(entry.act != LedgerEntry.Act.CREATE for entry in self.history)

    # --- photos

    @cached_property
    def photos(self) -> list[Photo]:
        """Photos of the inspections shown, the newest first."""
        ids = [row.pk for row in self.inspections]
        rows = (
            Photo.objects.for_user(self.user).in_force().filter(inspection__in=ids, recorded_at__lte=self.question.at)
        )
        found = rows.select_related("file", "inspection")
        return sorted(found, key=lambda row: (_taken(row), row.direction), reverse=True)

    @cached_property
    def frames(self) -> list[Frame]:
        """One per direction: the last photo, or an empty frame where the last inspection should have brought one."""
        last: dict[str, Photo] = {}
        for photo in self.photos:
            last.setdefault(photo.direction, photo)
        return [Frame(d, last.get(d), d in SIDES) for d in Photo.Direction if d in SIDES or d in last]

    @cached_property
    def shown_size(self) -> int:
        """Bytes of the originals of the photos shown."""
        return sum(frame.photo.file.size for frame in self.frames if frame.photo)

    def comparison(self, direction: str, earlier: str, later: str) -> Comparison:
        """The two photos asked for; else the last two of the direction; else of the first direction that has two."""
        by_direction: dict[str, list[Photo]] = {}
        for photo in self.photos:
            by_direction.setdefault(photo.direction, []).append(photo)
        taken = [key for key in Photo.Direction if key in by_direction]
        with_two = [key for key in taken if len(by_direction[key]) > 1]
        chosen = direction if direction in by_direction else next(iter([*with_two, *taken]), Photo.Direction.NORTH)
        rows = by_direction.get(chosen, [])
        named = {str(row.pk): row for row in rows}
        right = named.get(later, rows[0] if rows else None)
        left = named.get(earlier, next((row for row in rows if right and _taken(row) < _taken(right)), None))
        if left and right and _taken(left) > _taken(right):
            left, right = right, left
        return Comparison(chosen, rows, left, right)


def _taken(photo: Photo) -> datetime:
    return photo.taken_at or photo.inspection.seen_at
