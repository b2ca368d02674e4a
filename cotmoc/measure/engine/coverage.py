"""Which stretches of the line a group's walk covered, exactly, and how sure that is.

A point of the line is *possibly* covered when it lies within reach + error of a step, *surely* when within reach -
error; the error is the larger accuracy of the step's two fixes. With accuracy 0 both are the exact figure.
"""

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from cotmoc.geo.line import Line
from cotmoc.measure.engine.capsule import Pairs
from cotmoc.measure.engine.near import Boxes, Things
from cotmoc.measure.engine.pieces import Steps, steps
from cotmoc.measure.engine.spans import runs
from cotmoc.measure.engine.values import GroupTrack, Intervals, Rules

ALGORITHM = "capsule-2"
"""Stored with every result; a change of the figures needs a new name."""

BLOCK = 20_000
"""So many steps at a time: what they meet stays small whatever the length of a track."""


def cover(line: Line, tracks: Sequence[GroupTrack], rules: Rules) -> Intervals:
    """The intervals of chainage that each group covered; groups are named in the order of their first track."""
    by_group: dict[str, list[GroupTrack]] = defaultdict(list)
    for track in tracks:
        by_group[track.group].append(track)
    segments = _segments(line)
    found = []
    for number, members in enumerate(by_group.values()):
        walked = steps(members, line.projection, rules)
        starts = range(0, len(walked), BLOCK)
        met = [_merged(_met(line, segments, walked.take(slice(i, i + BLOCK)), number, rules), rules) for i in starts]
        found.append(_merged(Intervals.join((), met), rules))
    return Intervals.join(tuple(by_group), found)


@lru_cache(maxsize=32)
def _segments(line: Line) -> Things:
    """The segments of a line with their index, which takes as long as measuring a short walk: kept for the next one."""
    return Things(Boxes.around(line.segments.ax, line.segments.ay, line.segments.bx, line.segments.by))


def _met(line: Line, segments: Things, walked: Steps, number: int, rules: Rules) -> Intervals:
    """One row for each meeting of a step and a segment, the possible ones and the sure ones."""
    step, segment = segments.near(walked, rules.reach_m + walked.error)
    pairs = Pairs.of(line.segments, segment, walked, step)
    rows = []
    for sure in (False, True):  # what is sure is possible, so the second round asks only what the first one met
        error = walked.error[step]
        from_m, to_m = pairs.reached(rules.reach_m - error if sure else rules.reach_m + error)
        met = from_m <= to_m
        step, pairs = step[met], pairs.take(met)
        size = len(step)
        group, certain = np.full(size, number), np.full(size, sure)
        rows.append(Intervals((), group, from_m[met], to_m[met], walked.first[step], walked.last[step], certain))
    return Intervals.join((), rows)


def _merged(rows: Intervals, rules: Rules) -> Intervals:
    """Rows of one group put together where they touch, within one grain of time and of one certainty."""
    if not len(rows):
        return rows
    order, starts = runs((rows.last // round(rules.grain_s * 1000)) * 2 + rows.sure, rows.from_m, rows.to_m)
    one_each = order[starts]
    return Intervals(
        rows.groups,
        rows.group[one_each],
        rows.from_m[one_each],
        np.maximum.reduceat(rows.to_m[order], starts),
        np.minimum.reduceat(rows.first[order], starts),
        np.maximum.reduceat(rows.last[order], starts),
        rows.sure[one_each],
    )
