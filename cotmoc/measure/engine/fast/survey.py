"""`survey` by the compiled engine: the door of the reference."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from cotmoc.geo.fixes import PLACE_UNITS, Fixes
from cotmoc.geo.line import Line
from cotmoc.measure.engine.fast.cover import ERRORS_M, Engine, Walks, join, renumbered
from cotmoc.measure.engine.pieces import steps, whole_walks
from cotmoc.measure.engine.survey import Posts, Survey, visits_to
from cotmoc.measure.engine.values import GroupTrack, Intervals, Rules


def cover(line: Line, tracks: Sequence[GroupTrack], rules: Rules) -> Intervals:
    """What `coverage.cover` gives: the same rows, in the same order of groups."""
    return survey(line, tracks, rules, [rules.reach_m], Posts.none()).intervals[0]


def survey(line: Line, tracks: Sequence[GroupTrack], rules: Rules, reaches_m: Sequence[float], posts: Posts) -> Survey:
    """What `survey.survey` gives: the same rows, in the same order of groups; visits by marker and time."""
    by_group: dict[str, list[GroupTrack]] = defaultdict(list)
    for track in tracks:
        by_group[track.group].append(track)
    walks = [whole_walks(members, rules) for members in by_group.values()]
    worst = max((float(w.fixes.accuracy.max()) for group in walks for w in group if len(w.fixes)), default=0.0)
    error_m = next((size for size in ERRORS_M if worst <= size), ERRORS_M[-1])
    engine = Engine.of(line, rules, error_m, reaches_m, posts)
    one = np.array([number for number, group in enumerate(walks) if len(group) == 1], np.int64)
    every = _joined([walks[number][0] for number in one])
    plain = engine.regular(every)
    whole = one[plain]
    parts = [renumbered(engine.walks(_joined([walks[number][0] for number in whole])), whole)]
    others = set(range(len(walks))) - set(whole.tolist())
    for number, members in enumerate(by_group.values()):
        if number in others:
            parts.append(by_steps(engine, number, members))
    return ordered(join(tuple(by_group), parts))


def by_steps(engine: Engine, number: int, tracks: Sequence[GroupTrack]) -> Survey:
    """One group whose files the pass cannot take as they are: its steps, and the visits of the reference."""
    rows = engine.steps(number, steps(tracks, engine.line.projection, engine.rules))
    visits = visits_to(engine.posts, engine.line, tracks, engine.rules)
    return Survey(rows, replace(visits, groups=(), group=np.full(len(visits), number)))


def ordered(found: Survey) -> Survey:
    """Intervals by group, visits by marker and time."""
    intervals = tuple(rows.take(np.argsort(rows.group, kind="stable")) for rows in found.intervals)
    visits = found.visits
    return Survey(intervals, visits.take(np.lexsort((visits.group, visits.enter, visits.marker))))


def _joined(walks: Sequence[GroupTrack]) -> Walks:
    start = np.concatenate([[0], np.cumsum([len(walk.fixes) for walk in walks])])
    fixes = Fixes.join([walk.fixes for walk in walks])
    return Walks.of(start, fixes.lon * PLACE_UNITS, fixes.lat * PLACE_UNITS, fixes.time, fixes.accuracy)
