"""From the files of a group to the straight steps it walked.

What counts is the set of fixes, not how files cut it:

1. Tracks of one group that share a fix (same time and place) are copies or overlapping parts of one walk and are put
   together, each fix once. So a team of six phones with the same fixes is one walk.
2. A walk breaks where the time or the way between two fixes is longer than the rules allow; the file's own segment
   marks do not break it.
3. The end of a piece is joined to the start of the piece that follows it in time, under the same two limits. So a
   track that was cut into files is the same walk as before. Where two phones that share no fix walk side by side, an
   end has more than one possible successor, and the nearest in space is taken.

Fixes that cannot be true are left out first (`cleaning`), judged in the whole walk and not file by file.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cotmoc.geo.fixes import NO_TIME, PLACE_UNITS, Fixes
from cotmoc.geo.line import LocalProjection
from cotmoc.measure.engine.accuracy import filled
from cotmoc.measure.engine.cleaning import breaks_of, false_fixes, right_times
from cotmoc.measure.engine.values import Flags, Floats, GroupTrack, Limits, Rules, Times

Index = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """Straight steps in flat metres, each with its times and error; a lone fix is a step of no length.

    `error` is the larger accuracy of the two fixes, metres.
    """

    ax: Floats
    ay: Floats
    bx: Floats
    by: Floats
    first: Times
    last: Times
    error: Floats

    def __len__(self) -> int:
        return len(self.ax)

    def take(self, part: slice) -> "Steps":
        return Steps(*(getattr(self, name)[part] for name in self.__slots__))


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """The tidied fixes of several walks, one walk after the other, in flat metres.

    `time` is filled in where only some fixes of a walk have one; `since` and `until` are the last time that a fix states
    at or before this one and the first at or after it.
    """

    x: Floats
    y: Floats
    time: Times
    since: Times
    until: Times
    error: Floats
    walk: Index

    def hop(self, a: Index | np.int64, b: Index) -> Floats:
        return np.hypot(self.x[b] - self.x[a], self.y[b] - self.y[a])


def steps(tracks: Sequence[GroupTrack], projection: LocalProjection, rules: Rules) -> Steps:
    """All steps of one group's tracks."""
    places = places_of(whole_walks(tracks, rules), projection)
    starts, ends = _pieces(places, rules)
    inner = np.setdiff1d(np.arange(len(places.x)), ends, assume_unique=True)
    joined_from, joined_to = _joints(places, starts, ends, rules)
    lone = np.setdiff1d(starts[starts == ends], np.concatenate([joined_from, joined_to]))
    a = np.concatenate([inner, joined_from, lone])
    b = np.concatenate([inner + 1, joined_to, lone])
    return Steps(
        places.x[a],
        places.y[a],
        places.x[b],
        places.y[b],
        places.time[a],
        places.time[b],
        np.maximum(places.error[a], places.error[b]),
    )


def runs(places: Places, rules: Rules) -> list[Index]:
    """Positions of the fixes that follow each other without a break, joined pieces as one; the longest in time first."""
    starts, ends = _pieces(places, rules)
    joined_from, joined_to = _joints(places, starts, ends, rules)
    follower: dict[int, int] = {}
    later = (places.time[joined_to] > places.time[joined_from]) | (joined_to > joined_from)  # never round in a ring
    taken: set[int] = set()
    for end, start in zip(joined_from[later].tolist(), joined_to[later].tolist(), strict=True):
        if start not in taken:
            follower[end] = start
            taken.add(start)
    end_of = dict(zip(starts.tolist(), ends.tolist(), strict=True))
    found = []
    for first in sorted(set(end_of) - taken):
        parts, start = [], first
        while start >= 0:
            parts.append(np.arange(start, end_of[start] + 1))
            start = follower.get(end_of[start], -1)
        found.append(np.concatenate(parts))
    return sorted(found, key=lambda run: int(places.time[run[0]] - places.time[run[-1]]))


def whole_walks(tracks: Sequence[GroupTrack], rules: Rules) -> list[GroupTrack]:
    """The tracks tidied, with every accuracy known, those that share fixes put together, and false fixes left out."""
    known = [replace(track, fixes=replace(track.fixes, accuracy=filled(track, rules))) for track in tracks]
    known = [track for track in known if len(track.fixes)]
    if rules.cleaning is not None:
        righted, _ = right_times([track.fixes for track in known])
        known = [replace(track, fixes=fixes) for track, fixes in zip(known, righted, strict=True)]
    known = [replace(track, fixes=track.fixes.tidy()[0]) for track in known]
    walk = _components(len(known), _sharing([track.fixes for track in known]))
    walks = []
    for number in np.unique(walk):
        members = [known[i] for i in np.flatnonzero(walk == number)]
        walks.append(members[0] if len(members) == 1 else replace(members[0], fixes=_together(members)))
    return walks if rules.cleaning is None else _cleaned(walks, rules.cleaning)


def left_out(tracks: Sequence[GroupTrack], rules: Rules) -> Counter[str]:
    """What one group's tracks have of each kind of `cleaning`, as a figure's words tell it. Nothing where all is kept."""
    if rules.cleaning is None or not tracks:
        return Counter()
    whole = whole_walks(tracks, replace(rules, cleaning=None))
    righted, counts = right_times([walk.fixes for walk in whole])
    walks = [fixes.tidy()[0] for fixes in righted]
    for row in _in_rows(walks):
        fixes = Fixes.join([walks[i] for i in row])
        false = false_fixes(fixes, rules.cleaning)
        counts["outliers"] += int(np.count_nonzero(false))
        counts += breaks_of(fixes.take(~false), rules.cleaning, rules.max_gap_s)
    return +counts


def _cleaned(walks: Sequence[GroupTrack], limits: Limits) -> list[GroupTrack]:
    """The walks without their false fixes, each judged with the walks before and after it: a cut file changes nothing."""
    true: dict[int, Flags] = {}
    for row in _in_rows([walk.fixes for walk in walks]):
        fixes = Fixes.join([walks[i].fixes for i in row])
        ends = np.cumsum([len(walks[i].fixes) for i in row])[:-1]
        true.update(zip(row, np.split(~false_fixes(fixes, limits), ends), strict=True))
    kept = [
        walk if i not in true or true[i].all() else replace(walk, fixes=walk.fixes.take(true[i]))
        for i, walk in enumerate(walks)
    ]
    return [walk for walk in kept if len(walk.fixes)]


def _in_rows(walks: Sequence[Fixes]) -> list[list[int]]:
    """Numbers of the walks that follow each other in time, each row as one receiver may have made it.

    A walk goes on where the row that ended nearest to its beginning left off. Walks without any time are in no row.
    """
    timed = [(fixes.time[fixes.timed], i) for i, fixes in enumerate(walks) if fixes.timed.any()]
    rows: list[list[int]] = []
    for time, i in sorted(((int(time[0]), int(time[-1])), i) for time, i in timed):
        open_rows = [row for row in rows if _last_time(walks[row[-1]]) <= time[0]]
        if open_rows:
            min(open_rows, key=lambda row: _away(walks[row[-1]], walks[i])).append(i)
        else:
            rows.append([i])
    return rows


def _last_time(fixes: Fixes) -> int:
    return int(fixes.time[fixes.timed][-1])


def _away(before: Fixes, after: Fixes) -> float:
    """How far the beginning of one lies from the end of the other, in degrees: only to compare."""
    return float(abs(before.lat[-1] - after.lat[0]) + abs(before.lon[-1] - after.lon[0]))


def continued(tracks: Sequence[GroupTrack], projection: LocalProjection, rules: Rules) -> Index:
    """The number of the walk each track belongs to, when files name no group: sharing a fix or following each other."""
    some = [i for i, track in enumerate(tracks) if len(track.fixes)]
    tidied = [tracks[i].fixes.tidy()[0] for i in some]
    places = places_of([replace(tracks[i], fixes=fixes) for i, fixes in zip(some, tidied, strict=True)], projection)
    starts, ends = _pieces(places, rules)
    joined_from, joined_to = _joints(places, starts, ends, rules)
    joints = np.column_stack([places.walk[joined_from], places.walk[joined_to]])
    pairs = np.concatenate([_sharing(tidied), joints])
    return _components(len(tracks), np.array(some, np.int64)[pairs] if len(pairs) else pairs)


def _together(members: Sequence[GroupTrack]) -> Fixes:
    """One walk from overlapping tracks. Sorted before joining, so that the order of files means nothing."""

    def key(member: GroupTrack) -> tuple[int, str, float]:
        fixes = member.fixes
        return int(fixes.time[fixes.timed].min()), fixes.digest(), float(fixes.accuracy.sum())

    ordered = sorted(members, key=key)
    return Fixes.join([member.fixes for member in ordered]).tidy()[0]


def _sharing(tracks: Sequence[Fixes]) -> Index:
    """Pairs of tracks that have a timed fix in common, shape (n, 2)."""
    if len(tracks) < 2:
        return np.empty((0, 2), np.int64)
    joined = Fixes.join(tracks)
    track = np.repeat(np.arange(len(tracks)), [len(fixes) for fixes in tracks])[joined.timed]
    columns = [joined.time, np.rint(joined.lon * PLACE_UNITS), np.rint(joined.lat * PLACE_UNITS)]
    columns = [column[joined.timed] for column in columns]
    order = np.lexsort((track, *columns))
    same = np.logical_and.reduce([column[order][1:] == column[order][:-1] for column in columns])
    pairs = np.column_stack([track[order][:-1], track[order][1:]])[same]
    return np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0)


def _components(size: int, pairs: Index) -> Index:
    """The smallest member of each one's component."""
    parent = list(range(size))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = i = parent[parent[i]]
        return i

    for a, b in pairs.tolist():
        low, high = sorted((root(a), root(b)))
        parent[high] = low
    return np.array([root(i) for i in range(size)], np.int64)


def places_of(walks: Sequence[GroupTrack], projection: LocalProjection) -> Places:
    """The fixes of tidied walks in flat metres, with their times filled in."""
    fixes = Fixes.join([walk.fixes for walk in walks])
    x, y = projection.to_metres(fixes.lon, fixes.lat)
    number = np.repeat(np.arange(len(walks)), [len(walk.fixes) for walk in walks])
    error = fixes.accuracy.astype(np.float64)
    if fixes.timed.all():
        return Places(x, y, fixes.time, fixes.time, fixes.time, error, number)
    since, until = _stated(fixes.time, number), _stated(fixes.time[::-1], number[::-1])[::-1]
    return Places(x, y, _filled(x, y, since, until, number), since, until, error, number)


def _stated(time: Times, walk: Index) -> Times:
    """The time of the last fix so far of the same walk that has one, `NO_TIME` where none has."""
    last = np.maximum.accumulate(np.where(time != NO_TIME, np.arange(len(time)), -1))
    own = (last >= 0) & (walk[last] == walk)
    return np.where(own, time[last], NO_TIME)


def _filled(x: Floats, y: Floats, since: Times, until: Times, walk: Index) -> Times:
    """Times where the fixes without one lie between two that have one: at an even pace between these.

    Before the first and after the last time of a walk, that time: it was about then, and the walk stays one visit. A
    walk without any time gets none.
    """
    step = np.append(0.0, np.hypot(np.diff(x), np.diff(y)))
    way = np.cumsum(step)
    between = (since != NO_TIME) & (until != NO_TIME)
    stated = between & (since == until)
    at = np.flatnonzero(stated)
    if not at.size:
        return np.where(since == NO_TIME, until, since)
    before = at[np.clip(np.searchsorted(at, np.arange(len(x)), side="right") - 1, 0, None)]
    after = at[np.clip(np.searchsorted(at, np.arange(len(x)), side="left"), None, at.size - 1)]
    whole = way[after] - way[before]
    share = np.where(whole > 0, (way - way[before]) / np.where(whole > 0, whole, 1), 0.0)
    lasting = np.where(between, until - np.where(between, since, 0), 0)
    filled = since + np.rint(share * lasting).astype(np.int64)
    return np.where(between, filled, np.where(since == NO_TIME, until, since))


def _pieces(places: Places, rules: Rules) -> tuple[Index, Index]:
    """Positions of the first and the last fix of every piece."""
    size = len(places.x)
    if not size:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    before, after = np.arange(size - 1), np.arange(1, size)
    broken = (places.walk[1:] != places.walk[:-1]) | (places.hop(before, after) > rules.max_hop_m)
    began, ended = places.since[:-1], places.until[1:]
    timed = (began != NO_TIME) & (ended != NO_TIME)
    broken |= timed & (np.where(timed, ended - np.where(timed, began, 0), 0) > rules.max_gap_s * 1000)
    cuts = np.flatnonzero(broken)
    return np.append(0, cuts + 1), np.append(cuts, size - 1)


def _known(stated: Times, filled: Times) -> Times:
    """The stated times, the filled ones where there are none."""
    return np.where(stated == NO_TIME, filled, stated)


def _joints(places: Places, starts: Index, ends: Index, rules: Rules) -> tuple[Index, Index]:
    """Pairs (end of a piece, start of its successor).

    A successor begins when the piece ends or later, within both limits, and no other piece lies wholly between them.
    """
    timed = (places.time[starts] != NO_TIME) & (places.time[ends] != NO_TIME)
    order = np.argsort(_known(places.until, places.time)[starts[timed]], kind="stable")
    starts, ends = starts[timed][order], ends[timed][order]
    begin, finish = _known(places.until, places.time)[starts], _known(places.since, places.time)[ends]
    over = np.maximum(begin, places.time[ends])
    first = np.searchsorted(begin, finish, side="left")
    stop = np.searchsorted(begin, finish + round(rules.max_gap_s * 1000), side="right")
    joints = []
    for piece in np.flatnonzero(stop > first):
        near = np.arange(first[piece], stop[piece])
        near = near[near != piece]  # a piece of one moment begins when it ends
        if near.size:
            near = near[begin[near] <= over[near].min()]
            hops = places.hop(ends[piece], starts[near])
            if hops.min() <= rules.max_hop_m:
                joints.append((ends[piece], starts[near[np.argmin(hops)]]))
    pairs = np.array(joints, np.int64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]
