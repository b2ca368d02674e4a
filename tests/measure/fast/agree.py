"""When two engines agree: what the one covers and the other does not lies exactly at the reach, to a micrometre."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import shapely

from cotmoc.geo.line import Line
from cotmoc.measure.engine.pieces import steps
from cotmoc.measure.engine.spans import union
from cotmoc.measure.engine.survey import Survey
from cotmoc.measure.engine.values import Floats, GroupTrack, Intervals, MarkerVisits, Rules, Spans

EXACT_M = 1e-6


def spans_of(rows: Intervals, group: str, sure: bool) -> Spans:
    mine = rows.of_group(group).certain(sure)
    return union(mine.from_m, mine.to_m)


def only_one(one: Spans, other: Spans) -> tuple[Floats, Floats]:
    """Ends of the stretches that lie in just one of the two."""
    edges = np.unique(np.concatenate([one.from_m, one.to_m, other.from_m, other.to_m]))
    middle = (edges[1:] + edges[:-1]) / 2
    apart = _inside(one, middle) != _inside(other, middle)
    return edges[:-1][apart], edges[1:][apart]


def _inside(spans: Spans, places: Floats) -> np.ndarray:
    index = np.searchsorted(spans.from_m, places, side="right") - 1
    return (index >= 0) & (places <= np.append(spans.to_m, -np.inf)[index])


def distance_m(line: Line, tracks: list[GroupTrack], rules: Rules, chainage: Floats, sign: float) -> Floats:
    """How far each place of the line is from the reach: distance to each step less reach, plus or minus its error."""
    walked = steps(tracks, line.projection, rules)
    x, y = line.projection.to_metres(*line.point_at(chainage))
    ends = np.stack([walked.ax, walked.ay, walked.bx, walked.by], axis=1).reshape(-1, 2, 2)
    away = shapely.distance(shapely.points(x, y)[:, None], shapely.linestrings(ends)[None, :])
    return (away - (rules.reach_m + sign * walked.error)).min(axis=1, initial=np.inf)


def agree(line: Line, tracks: list[GroupTrack], rules: Rules, fast: Intervals, reference: Intervals) -> None:
    """Assert that both name the same groups, rows and times, and the same ground up to EXACT_M."""
    assert fast.groups == reference.groups
    for group in fast.groups:
        mine = [track for track in tracks if track.group == group]
        graze = False
        for sure in (False, True):
            low, high = only_one(spans_of(fast, group, sure), spans_of(reference, group, sure))
            wide = high - low > EXACT_M
            places = np.concatenate([low[wide], ((low + high) / 2)[wide], high[wide]])
            off = distance_m(line, mine, rules, places, -1.0 if sure else 1.0)
            assert np.abs(off).max(initial=0) <= EXACT_M
            graze |= bool(wide.any())
        if not graze:
            same_rows(fast.of_group(group), reference.of_group(group))


def same_rows(one: Intervals, other: Intervals) -> None:
    """The same rows but for their order. A touch (no length) may be missing where rounding decides."""
    a, b = (_ordered(rows.take(rows.to_m - rows.from_m > 1e-3)) for rows in (one, other))
    for name in ("sure", "first", "last"):
        assert np.array_equal(getattr(a, name), getattr(b, name)), name
    assert np.allclose(a.from_m, b.from_m, rtol=0, atol=EXACT_M)
    assert np.allclose(a.to_m, b.to_m, rtol=0, atol=EXACT_M)


def _ordered(rows: Intervals) -> Intervals:
    return rows.take(np.lexsort((rows.from_m, rows.last, rows.sure)))


def agree_on_survey(
    line: Line, tracks: list[GroupTrack], rules: Rules, reaches_m: Sequence[float], fast: Survey, reference: Survey
) -> None:
    """Assert that both tell the same of each reach, and the same visits."""
    assert len(fast.intervals) == len(reference.intervals) == len(reaches_m)
    for reach, mine, theirs in zip(reaches_m, fast.intervals, reference.intervals, strict=True):
        agree(line, tracks, replace(rules, reach_m=reach), mine, theirs)
    same_visits(fast.visits, reference.visits)


def same_visits(one: MarkerVisits, other: MarkerVisits) -> None:
    """The same visits but for their order; a moment may differ by the millisecond that a rounding decides."""
    a, b = (visits.take(np.lexsort((visits.enter, visits.group, visits.marker))) for visits in (one, other))
    assert a.groups == b.groups
    for name in ("marker", "group", "sure"):
        assert np.array_equal(getattr(a, name), getattr(b, name)), name
    for name in ("enter", "leave"):
        assert np.abs(getattr(a, name) - getattr(b, name)).max(initial=0) <= 1, name
    assert np.allclose(a.nearest_m, b.nearest_m, rtol=0, atol=EXACT_M)
    assert np.allclose(a.dwell_s, b.dwell_s, rtol=0, atol=0.001 * 60)
