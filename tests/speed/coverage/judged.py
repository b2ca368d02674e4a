"""What the judge holds against the engines: the definition by GEOS distances to every step, and nothing of theirs.

A walk is its unbroken steps and lone fixes (`Way`). Coverage is asked place by place: is this point of the line within
the reach of a step? Visits are found anew: on a straight step the distance to a marker falls and rises again, so GEOS
gives the nearest point and bisection the moments of coming and going.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray

from cotmoc.geo.fixes import Fixes
from cotmoc.geo.line import Line
from cotmoc.measure.engine.survey import Posts
from cotmoc.measure.engine.values import MERGE_M, Floats, Intervals, MarkerVisits, Rules

TOLERANCE_M = 1e-6
"""A place or a walk this near the reach is not asked: 1e-7 m is what a fitted projection may be off."""
TOLERANCE_MS = 3.0
ASIDE_M = (0.5, 0.01)
Shapes = NDArray[np.object_]


@dataclass
class Verdict:
    """What was asked and what was wrong."""

    patrols: int = 0
    ends: int = 0
    places: int = 0
    visits: int = 0
    unasked: int = 0
    worst_end_m: float = 0.0
    worst_visit_ms: float = 0.0
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """Steps and lone fixes (steps of no length) in flat metres, with the larger error and the times of their two fixes."""

    ends: Floats
    shapes: Shapes
    error: Floats
    first: Floats
    last: Floats


def way_of(line: Line, fixes: Fixes, rules: Rules) -> Way:
    x, y = line.projection.to_metres(fixes.lon, fixes.lat)
    held = (np.diff(fixes.time) <= rules.max_gap_s * 1000) & (np.hypot(np.diff(x), np.diff(y)) <= rules.max_hop_m)
    alone = np.flatnonzero(~np.append(held, False) & ~np.append(False, held))
    a = np.concatenate([np.flatnonzero(held), alone])
    b = np.concatenate([np.flatnonzero(held) + 1, alone])
    ends = np.stack([x[a], y[a], x[b], y[b]], axis=1).reshape(-1, 2, 2)
    error = np.maximum(fixes.accuracy[a], fixes.accuracy[b]).astype(np.float64)
    return Way(ends, shapely.linestrings(ends), error, fixes.time[a].astype(float), fixes.time[b].astype(float))


def judge_coverage(
    verdict: Verdict, name: str, line: Line, fixes: Fixes, way: Way, reach_m: float, rows: Intervals, sure: bool
) -> None:
    """Every end lies at the reach or at an end of a part of the line; places at, beside and between them, too."""
    from_m, to_m = _union(rows.from_m, rows.to_m)
    radius = reach_m + (-way.error if sure else way.error)
    corners = _corners(line)
    ends = np.concatenate([from_m, to_m])
    free = ends[np.abs(ends[:, None] - corners).min(axis=1, initial=np.inf) > 1e-3]
    off = np.abs(_beyond(line, free, way, radius))
    verdict.ends += len(free)
    verdict.worst_end_m = max(verdict.worst_end_m, float(off.max(initial=0)))
    if off.max(initial=0) > TOLERANCE_M:
        verdict.wrong.append(f"{name}: an end is {off.max():.2e} m from the reach")
    beside = [ends + aside * sign for aside in ASIDE_M for sign in (-1, 1)]
    passing = line.locate(fixes.lon, fixes.lat)[0][:, None] + np.array([-90.0, -30, 0, 30, 90])
    places = np.concatenate([*beside, (from_m + to_m) / 2, passing.ravel()])
    places = places[(places >= 0) & (places <= line.length_m)]
    places = places[np.abs(places[:, None] - corners).min(axis=1) > 1e-3]  # where parts meet, a chainage has two places
    beyond = _beyond(line, places, way, radius)
    index = np.searchsorted(from_m, places, side="right") - 1
    inside = (index >= 0) & (places <= np.append(to_m, -np.inf)[index])
    asked = np.abs(beyond) > TOLERANCE_M
    differ = asked & (inside != (beyond <= 0))
    for place in np.flatnonzero(differ & inside):
        asked[place] = differ[place] = not _in_a_slit(line, places[place], way, radius)
    verdict.places += int(asked.sum())
    verdict.unasked += int((~asked).sum())
    if differ.any():
        worst = np.abs(beyond[differ]).max()
        verdict.wrong.append(f"{name}: {int(differ.sum())} places on the wrong side, the worst {worst:.2e} m")


def _corners(line: Line) -> Floats:
    s = line.segments
    return np.concatenate([s.from_m[np.append(True, s.part[1:] != s.part[:-1])], s.to_m[-1:]])


def _union(from_m: Floats, to_m: Floats) -> tuple[Floats, Floats]:
    """Disjoint spans; apart by less than a millimetre is together, by definition."""
    spans: list[list[float]] = []
    for low, high in sorted(zip(from_m.tolist(), to_m.tolist(), strict=True)):
        if spans and low <= spans[-1][1] + MERGE_M:
            spans[-1][1] = max(spans[-1][1], high)
        else:
            spans.append([low, high])
    both = np.array(spans, np.float64).reshape(-1, 2)
    return both[:, 0], both[:, 1]


def _beyond(line: Line, chainage: Floats, way: Way, radius: Floats) -> Floats:
    """How much further than the reach each place of the line is from the walk (below 0: within)."""
    x, y = line.projection.to_metres(*line.point_at(chainage))
    away = shapely.distance(shapely.points(x, y)[:, None], way.shapes[None, :])
    return (np.where(radius < 0, np.inf, away) - radius).min(axis=1, initial=np.inf)


def _in_a_slit(line: Line, place: float, way: Way, radius: Floats) -> bool:
    """Whether ground on both sides of a place is covered, less than a millimetre apart: then the definition joins it."""
    beside = np.linspace(0, MERGE_M, 101)
    before = beside[_beyond(line, place - beside, way, radius) <= 0]
    after = beside[_beyond(line, place + beside, way, radius) <= 0]
    return bool(len(before) and len(after) and before[0] + after[0] <= MERGE_M)


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit as found here; `loose_ms` is how much its times may be off where it only grazes the reach."""

    marker: int
    enter: float
    leave: float
    nearest_m: float
    dwell_ms: float
    surely_m: float
    steps: int
    loose_ms: float


def judge_visits(
    verdict: Verdict, name: str, line: Line, way: Way, posts: Posts, rules: Rules, rows: MarkerVisits
) -> None:
    """The same visits, moment by moment; a walk that a hair decides is not asked."""
    found, hairs = visits_of(line, way, posts, rules)
    verdict.unasked += len(hairs)
    for marker in sorted({visit.marker for visit in found} | set(rows.marker.tolist())):
        if marker in hairs:
            continue
        mine = [visit for visit in found if visit.marker == marker]
        theirs = np.flatnonzero(rows.marker == marker)
        theirs = theirs[np.argsort(rows.enter[theirs], kind="stable")]
        verdict.visits += len(mine)
        if len(mine) != len(theirs):
            verdict.wrong.append(f"{name}: {len(theirs)} visits to marker {marker}, not {len(mine)}")
            continue
        for visit, row in zip(mine, theirs, strict=True):
            _judge_visit(verdict, f"{name} marker {marker}", visit, rows, int(row), posts.reach_m)


def _judge_visit(verdict: Verdict, name: str, visit: Visit, rows: MarkerVisits, row: int, reach_m: float) -> None:
    off = max(abs(visit.enter - float(rows.enter[row])), abs(visit.leave - float(rows.leave[row])))
    dwell = abs(visit.dwell_ms - float(rows.dwell_s[row]) * 1000)
    if not visit.loose_ms:
        verdict.worst_visit_ms = max(verdict.worst_visit_ms, off)
    if off > TOLERANCE_MS + visit.loose_ms or dwell > (TOLERANCE_MS + visit.loose_ms) * (visit.steps + 1):
        verdict.wrong.append(f"{name}: times off by {off:.1f} ms, dwell by {dwell:.1f} ms")
    if abs(visit.nearest_m - float(rows.nearest_m[row])) > TOLERANCE_M:
        verdict.wrong.append(f"{name}: nearest {rows.nearest_m[row]:.7f} m, not {visit.nearest_m:.7f}")
    if abs(visit.surely_m - reach_m) > TOLERANCE_M and bool(rows.sure[row]) != (visit.surely_m <= reach_m):
        verdict.wrong.append(f"{name}: sure is {rows.sure[row]}, nearest with error {visit.surely_m:.7f} m")


def visits_of(line: Line, way: Way, posts: Posts, rules: Rules) -> tuple[list[Visit], set[int]]:
    """All visits by marker and time, and the markers that a hair decides."""
    x, y = line.projection.to_metres(posts.lon, posts.lat)
    places = shapely.points(x, y)
    near = shapely.distance(places[:, None], way.shapes[None, :])
    hairs = set(np.unique(np.nonzero(np.abs(near - posts.reach_m) < TOLERANCE_M)[0]).tolist())
    found: list[Visit] = []
    for marker in np.flatnonzero((near <= posts.reach_m).any(axis=1)):
        steps = np.flatnonzero(near[marker] <= posts.reach_m)
        begin, end = _presence(places[marker], way, steps, posts.reach_m)
        speed = np.hypot(*(way.ends[steps, 1] - way.ends[steps, 0]).T) / np.maximum(
            1, way.last[steps] - way.first[steps]
        )
        grazing = near[marker][steps] > posts.reach_m - 0.01
        loose = np.where(grazing & (speed > 0), np.sqrt(2 * posts.reach_m * TOLERANCE_M) / np.maximum(speed, 1e-9), 0.0)
        surely = near[marker][steps] + way.error[steps]
        found += _merged(int(marker), begin, end, near[marker][steps], surely, loose, rules.pause_s * 1000)
    return found, hairs


def _presence(place: shapely.Point, way: Way, steps: NDArray[np.int64], reach_m: float) -> tuple[Floats, Floats]:
    """From when to when, in whole ms, each step is within the reach: bisection on both sides of its nearest point."""
    shapes, length = way.shapes[steps], shapely.length(way.shapes[steps])
    foot = np.where(length > 0, shapely.line_locate_point(shapes, place), 0.0)

    def within(along: Floats) -> NDArray[np.bool_]:
        a, b = way.ends[steps, 0], way.ends[steps, 1]
        at = a + (b - a) * (along / np.where(length > 0, length, 1.0))[:, None]
        return np.asarray(shapely.distance(shapely.points(at), place) <= reach_m)

    def edge(outer: Floats) -> Floats:
        low, high = foot, outer
        for _ in range(60):
            middle = (low + high) / 2
            good = within(middle)
            low, high = np.where(good, middle, low), np.where(good, high, middle)
        return np.where(within(outer), outer, low)

    lasting, safe = way.last[steps] - way.first[steps], np.where(length > 0, length, 1.0)
    begin = np.where(
        length > 0, way.first[steps] + np.rint(edge(np.zeros(len(steps))) / safe * lasting), way.first[steps]
    )
    end = np.where(length > 0, way.first[steps] + np.rint(edge(length) / safe * lasting), way.last[steps])
    return begin, end


def _merged(
    marker: int, begin: Floats, end: Floats, near: Floats, surely: Floats, loose: Floats, pause_ms: float
) -> list[Visit]:
    """Presences apart no longer than the pause are one visit; times when none was there are no dwelling."""
    visits: list[Visit] = []
    for i in np.argsort(begin, kind="stable"):
        one = (float(begin[i]), float(end[i]), float(near[i]), float(surely[i]), float(loose[i]))
        last = visits[-1] if visits else None
        if last is None or one[0] - last.leave > pause_ms:
            visits.append(Visit(marker, one[0], one[1], one[2], one[1] - one[0], one[3], 1, one[4]))
            continue
        dwell = last.dwell_ms + max(0.0, one[1] - max(one[0], last.leave))
        visits[-1] = Visit(
            marker, last.enter, max(last.leave, one[1]), min(last.nearest_m, one[2]), dwell,
            min(last.surely_m, one[3]), last.steps + 1, max(last.loose_ms, one[4]),
        )  # fmt: skip
    return visits


def report(name: str, seed: int, verdict: Verdict, seconds: float, kinds: Sequence[tuple[str, int]]) -> str:
    return (
        f"{name:<14} seed {seed}: {verdict.patrols} patrols, {verdict.ends} ends (worst {verdict.worst_end_m:.1e} m),"
        f" {verdict.places} places, {verdict.visits} visits (worst {verdict.worst_visit_ms:.0f} ms),"
        f" {verdict.unasked} not asked, {len(verdict.wrong)} wrong, {seconds:.0f} s\n"
        f"{'':<14} {', '.join(f'{kind} {count}' for kind, count in kinds)}"
    )
