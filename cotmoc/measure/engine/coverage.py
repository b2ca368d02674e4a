"""Which stretches of the line a group's walk covered, exactly, and how sure that is.

A point of the line is *possibly* covered when it lies within reach + error of a step, *surely* when within reach -
error; the error is the larger accuracy of the step's two fixes. With accuracy 0 both are the exact figure.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from cotmoc.geo.line import Line
from cotmoc.measure.engine.capsule import Pairs
from cotmoc.measure.engine.near import Boxes, Things
from cotmoc.measure.engine.pieces import Steps, steps
from cotmoc.measure.engine.spans import runs
from cotmoc.measure.engine.values import GroupTrack, Intervals, Rules

ALGORITHM = "capsule-1"
"""Stored with every result; a change of the figures needs a new name."""


def cover(line: Line, tracks: Sequence[GroupTrack], rules: Rules) -> Intervals:
    """The intervals of chainage that each group covered; groups are named in the order of their first track."""
    by_group: dict[str, list[GroupTrack]] = defaultdict(list)
    for track in tracks:
        by_group[track.group].append(track)
    names = tuple(by_group)
    things = Things(Boxes.around(line.segments.ax, line.segments.ay, line.segments.bx, line.segments.by))
    parts = [Intervals.empty(names)]
    for number, members in enumerate(by_group.values()):
        walked = steps(members, line.projection, rules)
        parts += [_rows(names, number, contact, rules) for contact in _contacts(line, things, walked, rules)]
    return Intervals.of(names, *(np.concatenate([getattr(part, name) for part in parts]) for name in COLUMNS))


COLUMNS = ("group", "from_m", "to_m", "first", "last", "sure")
Contact = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, bool]


def _contacts(line: Line, things: Things, walked: Steps, rules: Rules) -> Iterator[Contact]:
    """from_m, to_m, first, last of each meeting of a step and a segment; the possible ones, then the sure ones."""
    step, segment = things.near(walked, rules.reach_m + walked.error)
    pairs = Pairs.of(line.segments, segment, walked, step)
    for sure in (False, True):  # what is sure is possible, so the second round asks only what the first one met
        error = walked.error[step]
        from_m, to_m = pairs.reached(rules.reach_m - error if sure else rules.reach_m + error)
        met = from_m <= to_m
        step, pairs = step[met], pairs.take(met)
        yield from_m[met], to_m[met], walked.first[step], walked.last[step], sure


def _rows(names: tuple[str, ...], number: int, contact: Contact, rules: Rules) -> Intervals:
    """Contacts of one group put together where they touch, within one grain of time."""
    from_m, to_m, first, last, sure = contact
    if not len(from_m):
        return Intervals.empty(names)
    order, starts = runs(last // round(rules.grain_s * 1000), from_m, to_m)
    size = len(starts)
    return Intervals.of(
        names,
        np.full(size, number),
        from_m[order][starts],
        np.maximum.reduceat(to_m[order], starts),
        np.minimum.reduceat(first[order], starts),
        np.maximum.reduceat(last[order], starts),
        np.full(size, sure),
    )
