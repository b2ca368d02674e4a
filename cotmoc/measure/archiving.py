"""The tracks of the records into an archive of fixes, which is measured on all cores and on several machines.

It is the operator's: all tracks in force are in it, whatever their unit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from cotmoc.base import evidence
from cotmoc.base.problems import Problem
from cotmoc.geo.fixes import Fixes
from cotmoc.measure.engine import fast
from cotmoc.measure.engine.values import GroupTrack
from cotmoc.measure.membership import Group, groups_of
from cotmoc.record.areas.border.models import Patrol, PatrolTrack

if TYPE_CHECKING:
    from cotmoc.measure.archive.filled import Filled

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class _Named:
    group: Group
    name: str
    tracks: Sequence[PatrolTrack]


def archive(folder: Path, progress: Progress | None = None) -> Filled:
    """Write the fixes of all walks, as they are known now, into Parquet by month; only months that changed.

    Problem `archive.engine` where the extra `fast` is not installed.
    """
    if not fast.available() or find_spec("pyarrow") is None:
        raise Problem("archive.engine")
    from cotmoc.measure.archive.filled import Entry, fill

    entries = []
    for one in _named():
        begins = [track.started_at for track in one.tracks if track.started_at is not None]
        digest = " ".join(sorted(f"{track.fixes_sha256} {track.source}" for track in one.tracks))
        entries.append(Entry(one.name, min(begins, default=None), digest, partial(_fixes, one)))
    return fill(folder, entries, progress)


def _named() -> list[_Named]:
    """The walks known now, named by their patrol's code: by their key where they have none of their own."""
    groups = [group for group in groups_of(None) if group.known_until is None]
    tracks = PatrolTrack.objects.only("fixes_sha256", "blob_sha256", "source", "started_at").in_bulk()
    codes = dict(Patrol.objects.values_list("pk", "code"))
    times = Counter(codes.get(group.id, "") for group in groups)
    named = []
    for group in groups:
        code = codes.get(group.id, "")
        name = code if times[code] == 1 and code else str(group.id)
        named.append(_Named(group, name, [tracks[track] for track in group.tracks]))
    return named


def _fixes(one: _Named) -> list[GroupTrack]:
    return [
        GroupTrack(one.name, Fixes.from_bytes(evidence.get(track.blob_sha256)), track.source) for track in one.tracks
    ]
