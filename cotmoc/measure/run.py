"""Tracks become walks, coverage and visits: load, run the engine, save.

Called when tracks come in (`remeasure_tracks`) and for everything that changed (`rebuild`). A walk's rows come in parts, one
per line version and reach, one for its visits to markers, and the distance walked in the walk's own row; each is stored with
a digest of what it depends on. So a corrected track concerns its walk only, a line version, a reach or the markers only their
part of every walk; what did not change is left alone. Both may be repeated at any time, and stopping in the middle loses the
running batch only.
"""

from __future__ import annotations

import hashlib
import os
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
from django.db import transaction

from cotmoc.base import clock, evidence, ledger
from cotmoc.geo.fixes import NO_TIME, Fixes
from cotmoc.measure import rows as table
from cotmoc.measure.engine.choice import surveyor
from cotmoc.measure.engine.coverage import ALGORITHM
from cotmoc.measure.engine.pieces import left_out
from cotmoc.measure.engine.smoothing import Walked, walked_each
from cotmoc.measure.engine.survey import Survey, Surveyor
from cotmoc.measure.engine.values import GroupTrack, Rules
from cotmoc.measure.membership import Group, groups_of, touched_by
from cotmoc.measure.models import CoverageInterval, MarkerVisit, Run, Walk
from cotmoc.measure.settings import chosen
from cotmoc.measure.targets import MARKERS, WALKED, Ask, Basis, Parts
from cotmoc.record.areas.border.models import PatrolTrack

Progress = Callable[[int, int], None]
BATCH = 100
"""So many walks are written together: one transaction, and what an interruption costs."""


DISTANCE = ("walked_m", "walked_low_m", "walked_high_m", "raw_m", "left_out")


class Done(NamedTuple):
    """What was computed."""

    walks: int = 0
    """Walks measured whole: new ones, and those whose tracks changed."""
    amended: int = 0
    """Walks of which some parts were measured anew, and the others left alone."""
    removed: int = 0
    """Walks that are no more."""
    coverage: int = 0
    """Parts computed: one walk, one line version, one reach."""
    visits: int = 0
    """Walks whose visits to markers were computed."""

    def plus(self, other: Done) -> Done:
        return Done(*(one + more for one, more in zip(self, other, strict=True)))


def remeasure_tracks(tracks: Sequence[PatrolTrack]) -> None:
    """Measure what new, moved or withdrawn tracks change: the groups they belong to and those they left."""
    groups = touched_by(tracks)
    _measure(groups_of(groups), groups)


def rebuild(progress: Progress | None = None) -> Done:
    """Measure all that changed since it was measured last; walks that are no more are removed."""
    return _measure(groups_of(None), None, progress)


# --- load


@dataclass(frozen=True, slots=True)
class Stored:
    """A walk as it was measured."""

    pk: int
    digest: str
    known_until: datetime | None
    measured: Parts


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """A walk to be measured. `walk` is the stored one whose other parts stay; None: it is measured whole."""

    group: Group
    rows: list[PatrolTrack]
    digest: str
    measured: Parts
    """What the walk's rows will have been computed from."""
    asks: list[Ask]
    walked: bool = True
    """Whether the distance walked is asked for."""
    walk: int | None = None
    replaced: frozenset[str] = frozenset()
    """Parts of the stored walk whose rows go."""


def _measure(groups: Sequence[Group], only: set[UUID] | None, progress: Progress | None = None) -> Done:
    """Measure what changed of the groups, in batches; remove walks that are no more. `only`: see `_present`."""
    basis = Basis(chosen())
    tracks = _track_rows({track for group in groups for track in group.tracks}, only is None)
    have = _present(only)
    jobs = []
    for group in groups:
        job = _job(
            group, [tracks[track] for track in group.tracks], have.pop((group.id, group.known_from), None), basis
        )
        if job is not None:
            jobs.append(job)
    jobs.sort(key=_lines)
    done, told = Done(), len(groups) - len(jobs)
    for batch in _surveyed(jobs, basis.rules):
        done = done.plus(_save(batch, basis))
        told += len(batch)
        if progress is not None:
            progress(told, len(groups))
    for gone in ledger.batches([stored.pk for stored in have.values()], BATCH):
        done = done.plus(_remove(gone, basis))
    return done


def _track_rows(ids: set[UUID], every: bool) -> dict[UUID, PatrolTrack]:
    rows = PatrolTrack.objects.only("fixes_sha256", "blob_sha256", "source", "west", "south", "east", "north")
    return {row.pk: row for row in (rows if every else rows.filter(pk__in=ids))}


def _present(only: set[UUID] | None) -> dict[tuple[UUID, datetime], Stored]:
    """The walks of these groups (None: of all) as they are stored, by group and beginning."""
    found = Walk.objects.all() if only is None else Walk.objects.filter(group__in=only)
    columns = found.values_list("group", "known_from", "pk", "digest", "known_until", "measured")
    return {(group, since): Stored(*stored) for group, since, *stored in columns}


def _job(group: Group, rows: list[PatrolTrack], have: Stored | None, basis: Basis) -> Job | None:
    """What is to be done about a walk; None where nothing changed."""
    walked = " ".join(f"{row.fixes_sha256} {row.source}" for row in rows)
    digest = hashlib.sha256(walked.encode()).hexdigest()
    near = basis.near(rows)
    parts = basis.parts(near)
    if have is None or (have.digest, have.known_until) != (digest, group.known_until):
        return Job(group, rows, digest, parts, basis.asks(near, set(parts)))
    changed = {part for part, of in parts.items() if have.measured.get(part) != of}
    # what was measured on a version that is withdrawn by now stays: questions about the time before need it
    idle = {
        part for part in have.measured.keys() - parts.keys() if _version(part) in basis.versions | {MARKERS, WALKED}
    }
    if not changed and not idle:
        return None
    measured = {part: of for part, of in have.measured.items() if part not in idle} | parts
    replaced = frozenset((changed & have.measured.keys()) | idle) - {WALKED}
    return Job(group, rows, digest, measured, basis.asks(near, changed), WALKED in changed, have.pk, replaced)


def _lines(job: Job) -> list[str]:
    """Walks on the same lines one after the other: what an engine prepares for a line serves them all."""
    return [str(ask.target.version) for ask in job.asks]


def _version(part: str) -> str:
    return part.partition("/")[0]


# --- run


@dataclass(frozen=True, slots=True, eq=False)
class Surveyed:
    """A job done: what the engine said to each of its asks."""

    job: Job
    first: int | None
    last: int | None
    """Of all its fixes, ms; None where none has a time."""
    answers: list[Survey]
    distance: dict[str, Any]
    """The columns of `Walk` that tell how far it went; empty where that was not asked."""


def _surveyed(jobs: Sequence[Job], rules: Rules) -> Iterator[list[Surveyed]]:
    """The jobs in batches, done on all cores: the next ones are computed while one is written."""
    engine = surveyor()
    if len(jobs) <= BATCH:
        if jobs:
            yield _survey(jobs, rules, engine)
        return
    ahead = os.cpu_count() or 1
    with ThreadPoolExecutor(ahead) as pool:
        coming: deque[Future[list[Surveyed]]] = deque()
        for part in ledger.batches(jobs, BATCH):
            coming.append(pool.submit(_survey, part, rules, engine))
            if len(coming) > ahead:
                yield coming.popleft().result()
        while coming:
            yield coming.popleft().result()


def _survey(jobs: Sequence[Job], rules: Rules, engine: Surveyor) -> list[Surveyed]:
    """Ask the engine, once for all jobs that ask the same. It may run in any thread: it reads evidence, no database."""
    tracks = [_tracks(str(number), job) for number, job in enumerate(jobs)]
    answers = _answers(jobs, tracks, rules, engine)
    walking = [number for number, job in enumerate(jobs) if job.walked]
    distances = dict(zip(walking, walked_each([tracks[number] for number in walking], rules), strict=True))
    done = []
    for number, (job, mine) in enumerate(zip(jobs, tracks, strict=True)):
        times = np.concatenate([track.fixes.time[track.fixes.timed] for track in mine])
        first, last = (int(times.min()), int(times.max())) if len(times) else (None, None)
        distance = _distance(distances[number], mine, rules) if job.walked else {}
        done.append(Surveyed(job, first, last, [answers[number, ask] for ask in range(len(job.asks))], distance))
    return done


def _tracks(name: str, job: Job) -> list[GroupTrack]:
    return [GroupTrack(name, Fixes.from_bytes(evidence.get(row.blob_sha256)), row.source) for row in job.rows]


def _answers(
    jobs: Sequence[Job], tracks: Sequence[Sequence[GroupTrack]], rules: Rules, engine: Surveyor
) -> dict[tuple[int, int], Survey]:
    """What the engine says to each ask of each job: (number of the job, place of the ask)."""
    alike: dict[tuple[UUID, tuple[int, ...], bool], list[tuple[int, int]]] = defaultdict(list)
    for number, job in enumerate(jobs):
        for place, ask in enumerate(job.asks):
            alike[ask.target.version, ask.reaches, bool(len(ask.posts))].append((number, place))
    answers = {}
    for asked in alike.values():
        ask = jobs[asked[0][0]].asks[asked[0][1]]
        every = [track for number, _ in asked for track in tracks[number]]
        found = engine(ask.target.line, every, rules, ask.reaches, ask.posts)
        for group, key in enumerate(asked):  # groups come back in the order of their first track
            mine = tuple(rows.take(rows.group == group) for rows in found.intervals)
            answers[key] = Survey(mine, found.visits.take(found.visits.group == group))
    return answers


def _distance(found: Walked, tracks: Sequence[GroupTrack], rules: Rules) -> dict[str, Any]:
    return {
        "walked_m": found.metres, "walked_low_m": found.low, "walked_high_m": found.high, "raw_m": found.raw_m,
        "left_out": dict(left_out(tracks, rules)),
    }  # fmt: skip


# --- save


@transaction.atomic
def _save(batch: Sequence[Surveyed], basis: Basis) -> Done:
    """Write a batch and the run that it was. Walks that another process measured meanwhile are left to it."""
    whole = _new_walks([one for one in batch if one.job.walk is None])
    amended = _amended_walks([one for one in batch if one.job.walk is not None])
    written = whole + amended
    for walk, one in written:
        for ask, answer in zip(one.job.asks, one.answers, strict=True):
            _insert(walk, ask, answer)
    done = Done(
        walks=len(whole),
        amended=len(amended),
        coverage=sum(len(ask.reaches) for _, one in written for ask in one.job.asks),
        visits=sum(any(len(ask.posts) for ask in one.job.asks) for _, one in written),
    )
    _tell(done, basis, " ".join(one.job.digest for _, one in written))
    return done


@transaction.atomic
def _remove(walks: Sequence[int], basis: Basis) -> Done:
    done = Done(removed=Walk.objects.filter(pk__in=walks).count())
    Walk.objects.filter(pk__in=walks).delete()
    _tell(done, basis, "")
    return done


def _new_walks(batch: Sequence[Surveyed]) -> list[tuple[int, Surveyed]]:
    """Their rows in `Walk`, instead of those that were there; a walk measured anew has a new key."""
    jobs = [one.job for one in batch]
    mine = {(job.group.id, job.group.known_from) for job in jobs}
    there = Walk.objects.filter(group__in=[job.group.id for job in jobs]).values_list("pk", "group", "known_from")
    Walk.objects.filter(pk__in=[pk for pk, group, since in there if (group, since) in mine]).delete()
    made = Walk.objects.bulk_create(
        Walk(
            group=job.group.id, patrol_id=job.group.patrol, track_ids=[str(track) for track in job.group.tracks],
            known_from=job.group.known_from, known_until=job.group.known_until, digest=job.digest,
            measured=job.measured, timed=one.first is not None, first=one.first, last=one.last, **one.distance,
        )
        for one in batch for job in [one.job]
    )  # fmt: skip
    return [(walk.pk, one) for walk, one in zip(made, batch, strict=True)]


def _amended_walks(batch: Sequence[Surveyed]) -> list[tuple[int, Surveyed]]:
    """The walks that are still there, without the parts that are to be replaced."""
    there = Walk.objects.in_bulk([one.job.walk for one in batch])
    found = [(one.job.walk, one) for one in batch if one.job.walk is not None and one.job.walk in there]
    replaced: dict[str, list[int]] = defaultdict(list)
    for walk, one in found:
        there[walk].measured = one.job.measured
        for name, amount in one.distance.items():
            setattr(there[walk], name, amount)
        for part in one.job.replaced:
            replaced[part].append(walk)
    Walk.objects.bulk_update(list(there.values()), ["measured", *DISTANCE])
    for part, walks in replaced.items():
        _rows_of(part).filter(walk__in=walks).delete()
    return found


def _rows_of(part: str) -> Any:
    if part == MARKERS:
        return MarkerVisit.objects.all()
    version, _, reach = part.partition("/")
    return CoverageInterval.objects.filter(version=UUID(version), reach_m=int(reach))


def _insert(walk: int, ask: Ask, answer: Survey) -> None:
    for reach, found in zip(ask.reaches, answer.intervals, strict=True):
        size = len(found)
        table.insert(CoverageInterval, {
            "walk_id": [walk] * size, "version_id": [ask.target.version] * size, "reach_m": [reach] * size,
            "sure": found.sure.tolist(), "from_m": found.from_m.tolist(), "to_m": found.to_m.tolist(),
            "first": _times(found.first), "last": _times(found.last),
        })  # fmt: skip
    visits = answer.visits
    table.insert(MarkerVisit, {
        "walk_id": [walk] * len(visits), "marker_id": [ask.target.markers[marker] for marker in visits.marker.tolist()],
        "enter": _times(visits.enter), "leave": _times(visits.leave), "nearest_m": visits.nearest_m.tolist(),
        "dwell_s": visits.dwell_s.tolist(), "sure": visits.sure.tolist(),
    })  # fmt: skip


def _times(moments: np.ndarray) -> list[int | None]:
    return [None if moment == NO_TIME else moment for moment in moments.tolist()]


def _tell(done: Done, basis: Basis, digests: str) -> None:
    """Store what was computed. Each run is later than the one before: what is kept in memory goes by the newest."""
    last = Run.objects.filter(kind="coverage").order_by("-made_at").values_list("made_at", flat=True).first()
    now = clock.now()
    Run.objects.create(
        kind="coverage", params=basis.params, version=ALGORITHM,
        made_at=now if last is None else max(now, last + timedelta(microseconds=1)),
        input_digest=hashlib.sha256(digests.encode()).hexdigest(), result=done._asdict(),
    )  # fmt: skip
