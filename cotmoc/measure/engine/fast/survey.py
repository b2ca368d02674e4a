"""`survey` by the compiled engine: the door of the reference."""

from collections.abc import Sequence
from dataclasses import replace

from cotmoc.geo.line import Line
from cotmoc.measure.engine.fast.cover import cover
from cotmoc.measure.engine.survey import Posts, Survey, visits_to
from cotmoc.measure.engine.values import GroupTrack, Rules


def survey(line: Line, tracks: Sequence[GroupTrack], rules: Rules, reaches_m: Sequence[float], posts: Posts) -> Survey:
    """What `survey.survey` gives: the same rows, in the same order of groups."""
    intervals = tuple(cover(line, tracks, replace(rules, reach_m=float(reach))) for reach in reaches_m)
    return Survey(intervals, visits_to(posts, line, tracks, rules))
