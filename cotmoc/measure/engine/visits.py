"""Which markers a group came to, when, how near and for how long."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cotmoc.geo.fixes import NO_TIME
from cotmoc.geo.line import LocalProjection
from cotmoc.measure.engine.near import Boxes, Things
from cotmoc.measure.engine.pieces import Steps, steps
from cotmoc.measure.engine.spans import running_max, visit_starts
from cotmoc.measure.engine.values import Floats, GroupTrack, MarkerVisits, Rules, Times


def marker_visits(
    lon: ArrayLike, lat: ArrayLike, tracks: Sequence[GroupTrack], projection: LocalProjection, rules: Rules
) -> MarkerVisits:
    """Every visit to each marker (degrees WGS84), in the plane metric of the line.

    A group is with a marker while its walk is within the reach; between fixes it moves straight at an even pace. Two
    presences apart no longer than the pause are one visit.
    """
    x, y = projection.to_metres(np.atleast_1d(lon), np.atleast_1d(lat))
    things = Things(Boxes(x, y, x, y))
    groups: list[str] = []
    parts = [_none()]
    for group, walked in _walks(tracks, projection, rules):
        parts.append(_visits_of(len(groups), x, y, things, walked, rules))
        groups.append(group)
    columns = [np.concatenate([part[i] for part in parts]) for i in range(len(parts[0]))]
    order = np.lexsort((columns[1], columns[2], columns[0]))
    return MarkerVisits(tuple(groups), *(column[order] for column in columns))


Columns = tuple[NDArray, ...]
SEARCH_CHUNK = 64


def _walks(tracks: Sequence[GroupTrack], projection: LocalProjection, rules: Rules) -> Iterator[tuple[str, Steps]]:
    """Each group and its steps, groups in the order of their first track; one at a time, a year of them is large."""
    by_group: dict[str, list[GroupTrack]] = defaultdict(list)
    for track in tracks:
        by_group[track.group].append(track)
    for group, members in by_group.items():
        yield group, steps(members, projection, rules)


def _none() -> Columns:
    whole, real = np.empty(0, np.int64), np.empty(0, np.float64)
    return whole, whole, whole, whole, real, real, np.empty(0, np.bool_)


def _visits_of(number: int, x: Floats, y: Floats, things: Things, walked: Steps, rules: Rules) -> Columns:
    """One group's visits: the columns of `MarkerVisits`."""
    step, marker = things.near(walked, np.full(len(walked), rules.reach_m))
    nearest, begin, end = _passage(x[marker], y[marker], walked, step, rules.reach_m)
    met = nearest <= rules.reach_m
    step, marker, nearest, begin, end = step[met], marker[met], nearest[met], begin[met], end[met]
    if not len(step):
        return _none()
    order, starts = visit_starts(marker, np.zeros(len(marker), np.int64), begin, end, rules.pause_s)
    is_start = np.isin(order, starts)
    at = np.flatnonzero(is_start)
    visit = np.cumsum(is_start) - 1
    inside = _time_inside(visit, begin[order], end[order])
    return (
        marker[order][at],
        np.full(len(at), number),
        np.minimum.reduceat(begin[order], at),
        np.maximum.reduceat(end[order], at),
        np.minimum.reduceat(nearest[order], at),
        np.add.reduceat(inside, at) / 1000,
        np.minimum.reduceat((nearest + walked.error[step])[order], at) <= rules.reach_m,
    )


def _passage(x: Floats, y: Floats, walked: Steps, step: NDArray[np.int64], reach: float) -> tuple[Floats, Times, Times]:
    """Nearest distance of each step to its marker, and from when to when it is within the reach."""
    ax, ay = walked.ax[step], walked.ay[step]
    ex, ey = walked.bx[step] - ax, walked.by[step] - ay
    length = np.hypot(ex, ey)
    safe = np.where(length > 0, length, 1.0)
    ex, ey = ex / safe, ey / safe
    along, aside = (x - ax) * ex + (y - ay) * ey, (x - ax) * ey - (y - ay) * ex
    foot = np.clip(along, 0, length)
    nearest = np.where(length > 0, np.hypot(along - foot, aside), np.hypot(x - ax, y - ay))
    half = np.sqrt(np.maximum(reach * reach - aside * aside, 0))
    low = np.where(length > 0, np.clip((along - half) / safe, 0, 1), 0.0)
    high = np.where(length > 0, np.clip((along + half) / safe, 0, 1), 1.0)
    first, last = walked.first[step], walked.last[step]
    lasting = np.where(first == NO_TIME, 0, last - np.where(first == NO_TIME, last, first))
    begin = np.where(first == NO_TIME, NO_TIME, first + np.rint(low * lasting).astype(np.int64))
    end = np.where(first == NO_TIME, NO_TIME, first + np.rint(high * lasting).astype(np.int64))
    return nearest, begin, end


def _time_inside(visit: NDArray[np.int64], begin: Times, end: Times) -> NDArray[np.int64]:
    """What each presence adds to the time of its visit, ms: walks of two phones at once count once."""
    timed = begin != NO_TIME
    zero = begin[timed].min() if timed.any() else 0
    start = np.where(timed, begin - np.where(timed, zero, begin), 0)
    stop = np.where(timed, end - np.where(timed, zero, end), 0)
    seen = running_max(visit, stop)
    same = np.concatenate([[False], visit[1:] == visit[:-1]])
    before = np.where(same, np.concatenate([[0], seen[:-1]]), start)
    return np.maximum(0, stop - np.maximum(start, before))


def nearest_m(
    lon: ArrayLike, lat: ArrayLike, tracks: Sequence[GroupTrack], projection: LocalProjection, rules: Rules
) -> Floats:
    """Smallest distance in metres from each place to any step of the tracks, however far; inf without any step."""
    x, y = projection.to_metres(np.atleast_1d(lon), np.atleast_1d(lat))
    best = np.full(len(x), np.inf)
    for _, walked in _walks(tracks, projection, rules):
        boxes = Boxes.around(walked.ax, walked.ay, walked.bx, walked.by).chunks(SEARCH_CHUNK)
        away_x = np.maximum(np.maximum(boxes.left - x[:, None], x[:, None] - boxes.right), 0)
        away_y = np.maximum(np.maximum(boxes.bottom - y[:, None], y[:, None] - boxes.top), 0)
        place, chunk = np.nonzero(np.hypot(away_x, away_y) < best[:, None])
        step = (chunk[:, None] * SEARCH_CHUNK + np.arange(SEARCH_CHUNK)).ravel()
        place = np.repeat(place, SEARCH_CHUNK)[step < len(walked)]
        step = step[step < len(walked)]
        near, _, _ = _passage(x[place], y[place], walked, step, rules.reach_m)
        np.minimum.at(best, place, near)
    return best
