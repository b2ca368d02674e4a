"""Which tracks were one walk, and since when that is known: read off the tracks' history in the ledger."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from cotmoc.base import ledger
from cotmoc.base.models import LedgerEntry
from cotmoc.measure.models import Walk
from cotmoc.record.areas.border.models import PatrolTrack

LEFT = UUID(int=0)
"""Stands for "in no group" once a track is withdrawn."""
Moves = dict[UUID, list[tuple[datetime, UUID | None]]]


@dataclass(frozen=True, slots=True)
class Group:
    """The tracks that were one walk, as known in [known_from, known_until)."""

    id: UUID
    patrol: UUID | None
    tracks: tuple[UUID, ...]
    known_from: datetime
    known_until: datetime | None


def touched_by(tracks: Iterable[PatrolTrack]) -> set[UUID]:
    """The groups that these tracks belong to, or once did."""
    found: set[UUID] = set()
    for track, moves in _memberships([track.pk for track in tracks]).items():
        found |= {patrol or track for _, patrol in moves if patrol is not LEFT}
    return found


def groups_of(wanted: set[UUID] | None) -> list[Group]:
    """The walks of these groups (None: of all), each for the span of time in which it was known as it is."""
    changes: dict[UUID, list[tuple[datetime, UUID, bool]]] = defaultdict(list)
    for track, moves in _memberships(None if wanted is None else _ever_in(wanted)).items():
        before = LEFT
        for moment, patrol in moves:
            now = LEFT if patrol is LEFT else patrol or track
            if before not in (LEFT, now):
                changes[before].append((moment, track, False))
            if now not in (LEFT, before):
                changes[now].append((moment, track, True))
            before = now
    return [group for key, found in changes.items() if wanted is None or key in wanted for group in _spans(key, found)]


def _memberships(tracks: Iterable[UUID] | None) -> Moves:
    """Per track: from when on it was known to belong to which patrol (None: to none)."""
    rows = PatrolTrack.objects.all() if tracks is None else PatrolTrack.objects.filter(pk__in=list(tracks))
    moves: Moves = {}
    amended: list[UUID] = []
    for pk, patrol, revision, recorded_at in rows.values_list("pk", "patrol_id", "revision", "recorded_at"):
        moves[pk] = [(recorded_at, patrol)]
        if revision > 1:
            amended.append(pk)
    for part in ledger.batches(amended, 500):
        entries = LedgerEntry.objects.filter(kind=ledger.kind_of(PatrolTrack), object_id__in=part).order_by("seq")
        for entry in entries:
            if entry.revision == 1:
                moves[entry.object_id] = []
            content = json.loads(entry.content)
            named = UUID(content["patrol_id"]) if content["patrol_id"] else None
            moves[entry.object_id].append((entry.at, LEFT if content["withdrawn"] else named))
    return moves


def _ever_in(groups: set[UUID]) -> set[UUID]:
    """Tracks that belong to one of the groups, or did when it was last measured."""
    now = PatrolTrack.objects.filter(Q(patrol_id__in=groups) | Q(pk__in=groups)).values_list("pk", flat=True)
    before = Walk.objects.filter(group__in=groups).values_list("track_ids", flat=True)
    return set(now) | {UUID(track) for tracks in before for track in tracks}


def _spans(key: UUID, changes: list[tuple[datetime, UUID, bool]]) -> list[Group]:
    changes.sort(key=lambda change: change[0])
    inside: set[UUID] = set()
    spans: list[Group] = []
    moments = sorted({moment for moment, _, _ in changes})
    for index, moment in enumerate(moments):
        for _, track, enters in (change for change in changes if change[0] == moment):
            (inside.add if enters else inside.discard)(track)
        until = moments[index + 1] if index + 1 < len(moments) else None
        if inside:
            patrol = None if key in inside else key
            spans.append(Group(key, patrol, tuple(sorted(inside)), moment, until))
    return spans
