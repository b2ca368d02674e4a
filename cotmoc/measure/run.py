"""Tracks become walks, coverage and visits: load, run the engine, save.

Called when tracks come in (`remeasure_tracks`) and for everything anew (`rebuild`). A walk whose input did not change is
left alone, so both may be repeated at any time, and stopping in the middle loses nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

import numpy as np
from django.db import transaction
from django.db.models import Q

from cotmoc.base import clock, evidence, ledger
from cotmoc.base.border import BEST_FIRST
from cotmoc.base.models import BorderMarker, LedgerEntry, LineVersion, MarkerPosition
from cotmoc.geo.fixes import NO_TIME, Fixes
from cotmoc.geo.line import Line
from cotmoc.measure.engine import accuracy
from cotmoc.measure.engine.coverage import ALGORITHM, cover
from cotmoc.measure.engine.values import GroupTrack, Rules
from cotmoc.measure.engine.visits import marker_visits
from cotmoc.measure.kept import Stamp, stamp
from cotmoc.measure.models import CoverageInterval, MarkerVisit, Run, Walk
from cotmoc.measure.settings import MAX_GAP_S, MAX_HOP_M, REACHES, chosen, rules_params
from cotmoc.record.areas.border.models import PatrolTrack

Progress = Callable[[int, int], None]
MARGIN_DEG = 0.02
"""A line whose box is further than this from a track's box (about 2 km) cannot be within reach of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """A drawing of a line that walks are measured against, with the markers that stand on it."""

    version: UUID
    line: Line
    box: tuple[float, float, float, float]
    markers: tuple[UUID, ...]
    lon: np.ndarray
    lat: np.ndarray
    digest: str


@dataclass(frozen=True, slots=True)
class Group:
    """The tracks that were one walk, as known in [known_from, known_until)."""

    id: UUID
    patrol: UUID | None
    tracks: tuple[UUID, ...]
    known_from: datetime
    known_until: datetime | None


def remeasure_tracks(tracks: Sequence[PatrolTrack]) -> None:
    """Measure what new, moved or withdrawn tracks change: the groups they belong to and those they left."""
    groups: set[UUID] = set()
    for track, moves in _memberships([track.pk for track in tracks]).items():
        groups |= {patrol or track for _, patrol in moves if patrol is not LEFT}
    _measure(_groups(groups), groups)


def rebuild(progress: Progress | None = None) -> int:
    """Measure every track whose input changed; walks that are no more are removed. The number of walks measured."""
    return _measure(_groups(None), None, progress)


# --- load


LEFT = UUID(int=0)
"""Stands for "in no group" once a track is withdrawn."""
Moves = dict[UUID, list[tuple[datetime, UUID | None]]]


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


def _groups(wanted: set[UUID] | None) -> list[Group]:
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


def targets() -> tuple[Target, ...]:
    """Every drawing of every line; the markers stand with its newest drawing."""
    return _targets(stamp(LineVersion), stamp(BorderMarker), stamp(MarkerPosition))


@lru_cache(maxsize=2)
def _targets(*_: Stamp) -> tuple[Target, ...]:
    positions = sorted(
        MarkerPosition.objects.in_force(), key=lambda row: (-BEST_FIRST.index(row.source), row.valid_from)
    )
    best = {row.marker_id: row for row in positions}
    on_line: dict[UUID, list[MarkerPosition]] = defaultdict(list)
    for marker, line in BorderMarker.objects.in_force().order_by("pk").values_list("pk", "line_id"):
        if marker in best:
            on_line[line].append(best[marker])
    versions = list(LineVersion.objects.in_force().order_by("valid_from", "recorded_at"))
    newest = {version.line_id: version.pk for version in versions}
    return tuple(
        _target(version, on_line[version.line_id] if newest[version.line_id] == version.pk else [])
        for version in versions
    )


def _target(version: LineVersion, markers: Sequence[MarkerPosition]) -> Target:
    line = Line.from_geojson(version.geometry)
    places = np.concatenate(line.parts)
    lon, lat = np.array([row.lon for row in markers], float), np.array([row.lat for row in markers], float)
    digest = hashlib.sha256(json.dumps(version.geometry, sort_keys=True).encode())
    for row in markers:
        digest.update(f"{row.marker_id} {row.lon:.7f} {row.lat:.7f}\n".encode())
    west, south = places.min(axis=0) - MARGIN_DEG
    east, north = places.max(axis=0) + MARGIN_DEG
    box = (float(west), float(south), float(east), float(north))
    return Target(version.pk, line, box, tuple(row.marker_id for row in markers), lon, lat, digest.hexdigest())


# --- run


def _measure(groups: Sequence[Group], only: set[UUID] | None, progress: Progress | None = None) -> int:
    """Measure the groups whose input changed, each in its own transaction; remove walks that are no more.

    `only` are the groups asked for (None: all). The number of walks measured.
    """
    against, values = targets(), chosen()
    params = rules_params(values) | {"algorithm": ALGORITHM, "assumed_accuracy": accuracy.AS_OF}
    basis = hashlib.sha256(json.dumps([params, [one.digest for one in against]], sort_keys=True).encode()).hexdigest()
    tracks = _track_rows({track for group in groups for track in group.tracks}, only is None)
    have = _present(only)
    made: list[str] = []
    for number, group in enumerate(groups, 1):
        mine = [tracks[track] for track in group.tracks]
        digest = hashlib.sha256(" ".join([basis, *(row.fixes_sha256 for row in mine)]).encode()).hexdigest()
        if have.pop((group.id, group.known_from), None) != (digest, group.known_until):
            _save(group, digest, mine, against, values.marker_reach_m)
            made.append(digest)
        if progress is not None:
            progress(number, len(groups))
    for key, known_from in have:
        Walk.objects.filter(group=key, known_from=known_from).delete()
    if made or have:
        Run.objects.create(
            kind="coverage", params=params, version=ALGORITHM, made_at=clock.now(),
            input_digest=hashlib.sha256(" ".join(made).encode()).hexdigest(),
            result={"walks": len(made), "removed": len(have)},
        )  # fmt: skip
    return len(made)


def _track_rows(ids: set[UUID], every: bool) -> dict[UUID, PatrolTrack]:
    rows = PatrolTrack.objects.only("fixes_sha256", "blob_sha256", "source", "west", "south", "east", "north")
    return {row.pk: row for row in (rows if every else rows.filter(pk__in=ids))}


def _present(only: set[UUID] | None) -> dict[tuple[UUID, datetime], tuple[str, datetime | None]]:
    """The walks already stored, by group and beginning: digest and end."""
    rows = Walk.objects.all() if only is None else Walk.objects.filter(group__in=only)
    columns = rows.values_list("group", "known_from", "digest", "known_until")
    return {(group, since): (digest, until) for group, since, digest, until in columns}


@transaction.atomic
def _save(group: Group, digest: str, rows: list[PatrolTrack], against: Sequence[Target], marker_reach_m: int) -> None:
    Walk.objects.filter(group=group.id, known_from=group.known_from).delete()
    tracks = [GroupTrack(str(group.id), Fixes.from_bytes(evidence.get(row.blob_sha256)), row.source) for row in rows]
    times = np.concatenate([track.fixes.time[track.fixes.timed] for track in tracks])
    walk = Walk.objects.create(
        group=group.id, patrol_id=group.patrol, track_ids=[str(track) for track in group.tracks],
        known_from=group.known_from, known_until=group.known_until, digest=digest, timed=bool(len(times)),
        first=int(times.min()) if len(times) else None, last=int(times.max()) if len(times) else None,
    )  # fmt: skip
    near = [one for one in against if any(_meets(one.box, row) for row in rows)]
    CoverageInterval.objects.bulk_create([row for one in near for row in _covered(walk, one, tracks)])
    MarkerVisit.objects.bulk_create([row for one in near for row in _visits(walk, one, tracks, marker_reach_m)])


def _meets(box: tuple[float, float, float, float], row: PatrolTrack) -> bool:
    west, south, east, north = box
    return row.west <= east and row.east >= west and row.south <= north and row.north >= south


def _rules(reach_m: float) -> Rules:
    return Rules(reach_m=reach_m, max_gap_s=MAX_GAP_S, max_hop_m=MAX_HOP_M)


def _covered(walk: Walk, target: Target, tracks: Sequence[GroupTrack]) -> list[CoverageInterval]:
    rows: list[CoverageInterval] = []
    for reach in REACHES:
        found = cover(target.line, tracks, _rules(reach))
        columns = (found.sure, found.from_m, found.to_m, found.first, found.last)
        rows += [
            CoverageInterval(
                walk=walk, version_id=target.version, reach_m=reach, sure=sure, from_m=low, to_m=high,
                first=_time(first), last=_time(last),
            )
            for sure, low, high, first, last in zip(*(column.tolist() for column in columns), strict=True)
        ]  # fmt: skip
    return rows


def _visits(walk: Walk, target: Target, tracks: Sequence[GroupTrack], reach_m: int) -> list[MarkerVisit]:
    if not target.markers:
        return []
    found = marker_visits(target.lon, target.lat, tracks, target.line.projection, _rules(reach_m))
    columns = (found.marker, found.enter, found.leave, found.nearest_m, found.dwell_s, found.sure)
    return [
        MarkerVisit(
            walk=walk, marker_id=target.markers[marker], enter=_time(enter), leave=_time(leave), nearest_m=nearest,
            dwell_s=dwell, sure=sure,
        )
        for marker, enter, leave, nearest, dwell, sure in zip(*(column.tolist() for column in columns), strict=True)
    ]  # fmt: skip


def _time(milliseconds: int) -> int | None:
    return None if milliseconds == NO_TIME else milliseconds
