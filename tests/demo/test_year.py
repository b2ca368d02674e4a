"""An invented year 2020 on the real line: about 700 patrols with GPS noise, canopy gaps and 5-30 s fixes, inspections,
waived plans in the lockdown weeks, storm days in October, a few damaged and a few overdue markers; seedable, scalable.
"""

from collections import Counter
from datetime import date, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest

from cotmoc.demo.engine.events import DISRUPTIONS, HANOI, broken_trails
from cotmoc.demo.engine.inspecting import CHECKS
from cotmoc.demo.engine.planning import settle
from cotmoc.demo.engine.values import Outcome, PatrolKind, SimPatrol, SimPlanLine, Terrain
from cotmoc.demo.engine.year import Year
from cotmoc.demo.geography import Shipped
from tests.demo.conftest import NOW

TODAY = NOW.astimezone(HANOI).date()


@pytest.fixture(scope="module")
def patrols(year: Year) -> list[SimPatrol]:
    return list(year.patrols(20))


@pytest.fixture(scope="module")
def lines(year: Year, patrols: list[SimPatrol]) -> list[SimPlanLine]:
    ended = {patrol.plan_line: patrol.end for patrol in patrols if patrol.plan_line}
    return [settle(line, ended.get(line.code), TODAY) for line in year.lines]


def walked(patrols: list[SimPatrol]) -> list[SimPatrol]:
    return [patrol for patrol in patrols if patrol.track is not None]


def small_year(shipped: Shipped, seed: int, number: int = 1) -> Year:
    return Year.of(shipped.border, shipped.coast, shipped.island, date(2020, 11, 1), NOW, seed, number)


def content(year: Year) -> list[tuple[str, str, datetime]]:
    return [(p.code, p.track.fixes.digest() if p.track else "", p.recorded_at) for p in year.patrols(30)]


def test_the_same_seed_gives_the_same_year_and_another_seed_another(shipped: Shipped) -> None:
    first = content(small_year(shipped, 7))
    assert first == content(small_year(shipped, 7))
    assert first != content(small_year(shipped, 8))


def test_about_seven_hundred_patrols_of_all_kinds(patrols: list[SimPatrol]) -> None:
    kinds = Counter(patrol.kind for patrol in patrols)
    assert 650 <= len(patrols) <= 760
    assert set(kinds) == set(PatrolKind)
    assert 12 <= kinds[PatrolKind.JOINT] <= 40
    assert len({patrol.code for patrol in patrols}) == len(patrols)


def test_province_has_the_published_markers(year: Year) -> None:
    markers = year.province.markers
    stones = [marker for marker in markers if not marker.stake]
    assert {marker.number for marker in stones} == {str(number) for number in range(676, 736)}
    assert Counter(marker.size for marker in stones) == {"small": 42, "medium": 17, "large": 1}
    assert Counter(marker.locality for marker in stones) == {"H-TG": 27, "H-NG": 33}
    assert Counter(marker.locality for marker in markers if marker.stake) == {"H-TG": 2, "H-NG": 5}
    chainages = [marker.chainage_m for marker in sorted(stones, key=lambda marker: marker.number)]
    assert all(800 < b - a < 5000 for a, b in pairwise(chainages))


def test_stretches_of_the_land_posts_cover_the_line_without_gap(year: Year) -> None:
    land = [stretch for stretch in year.province.stretches if stretch.terrain == Terrain.LAND]
    assert [(stretch.start, stretch.end) for stretch in land] == [
        (None, "684"),
        ("684", "691"),
        ("691", "703"),
        ("703", "713"),
        ("713", "727"),
        ("727", None),
    ]
    assert land[0].from_m == 0
    assert land[-1].to_m == pytest.approx(year.ground.border.length_m)
    assert all(above.to_m == below.from_m for above, below in pairwise(land))


def test_land_posts_lie_inside_some_way_from_the_line(year: Year) -> None:
    posts = [unit for unit in year.province.units if unit.code in year.province.partners]
    lon, lat = np.array([(unit.lon, unit.lat) for unit in posts]).T
    chainage, offset = year.ground.border.line.locate(lon, lat)
    assert offset.min() > 1500
    assert (lon > year.ground.border.line.point_at(chainage)[0]).all()  # Vietnam lies to the east of this line


def test_every_plan_line_has_exactly_one_outcome(lines: list[SimPlanLine], patrols: list[SimPatrol]) -> None:
    outcomes = Counter(line.outcome for line in lines)
    done = outcomes[Outcome.DONE] + outcomes[Outcome.LATE]
    assert sum(outcomes.values()) == len(lines)
    assert done == len({patrol.plan_line for patrol in patrols if patrol.plan_line})
    assert all(line.window_end + timedelta(days=7) >= TODAY for line in lines if line.outcome == Outcome.DUE)
    assert all(line.waived_on and line.reason for line in lines if line.outcome == Outcome.WAIVED)
    for wanted in (Outcome.DONE, Outcome.LATE, Outcome.MISSED, Outcome.WAIVED):
        assert outcomes[wanted] > 10


def test_waivers_stand_in_the_distancing_weeks_and_the_storm_weeks(lines: list[SimPlanLine]) -> None:
    share = {}
    for month in (4, 8, 10, 2, 6):
        due = [line for line in lines if line.window_end.month == month]
        share[month] = sum(line.outcome == Outcome.WAIVED for line in due) / len(due)
    assert share[4] > 0.4
    assert min(share[8], share[10]) > 0.15
    assert max(share[2], share[6]) < 0.05


def test_nobody_sets_out_into_a_storm(patrols: list[SimPatrol]) -> None:
    for storm in (stop for stop in DISRUPTIONS if stop.kind == "storm"):
        into = [p for p in patrols if storm.since <= p.start.astimezone(HANOI).date() <= storm.until]
        assert [p.code for p in into if p.terrain in storm.terrains and not p.purpose.endswith("theo lệnh")] == []


def test_no_track_goes_further_than_ordered(year: Year, patrols: list[SimPatrol]) -> None:
    """Every track stays by its piece of the line: at most a side path, a detour and the noise beyond it."""
    beyond = []
    for patrol in walked([p for p in patrols if p.terrain == Terrain.LAND])[::5]:
        assert patrol.track is not None
        chainage, offset = year.ground.border.line.locate(patrol.track.fixes.lon, patrol.track.fixes.lat)
        along = chainage[offset < 60]
        beyond.append((along < patrol.from_m - 500) | (along > patrol.to_m + 500))
        assert offset.max() < 2000
    assert np.concatenate(beyond).mean() < 0.02  # a side path may cross another bend of the line


def test_fixes_are_those_of_people_on_foot_and_of_boats(patrols: list[SimPatrol]) -> None:
    for patrol in walked(patrols)[::7]:
        assert patrol.track is not None
        fixes = patrol.track.fixes
        seconds = np.diff(fixes.time) / 1000
        assert seconds.min() >= 20
        east = np.diff(fixes.lon) * 111_320 * np.cos(np.radians(fixes.lat[1:]))
        pace = np.hypot(east, np.diff(fixes.lat) * 110_600) / seconds
        assert pace.max() < (16 if patrol.kind == PatrolKind.BOAT else 5)
        assert 3 <= fixes.accuracy.min() <= fixes.accuracy.max() <= 35
        assert patrol.start.timestamp() * 1000 <= fixes.time[0]
        assert fixes.time[-1] <= patrol.end.timestamp() * 1000


def test_canopy_noise_stays_for_minutes(year: Year, patrols: list[SimPatrol]) -> None:
    patrol = next(p for p in walked(patrols) if p.kind == PatrolKind.END_TO_END)
    assert patrol.track is not None
    _, offset = year.ground.border.line.locate(patrol.track.fixes.lon, patrol.track.fixes.lat)
    near = offset[offset < 60] - offset[offset < 60].mean()
    assert np.mean(near[1:] * near[:-1]) > 0.5 * np.mean(near**2)


def test_gaps_of_the_signal_are_there_and_nights_have_no_fixes(patrols: list[SimPatrol]) -> None:
    steps = np.concatenate([np.diff(p.track.fixes.time) / 1000 for p in walked(patrols) if p.track])
    assert np.count_nonzero((steps > 60) & (steps < 300)) > 100
    assert np.count_nonzero((steps > 300) & (steps < 7200)) > 30
    nights = [p for p in walked(patrols) if p.track and p.track.days]
    assert nights
    for patrol in nights:
        assert patrol.track is not None
        for begin in patrol.track.days:
            assert patrol.track.fixes.time[begin] - patrol.track.fixes.time[begin - 1] > 4 * 3600 * 1000


def test_finer_fixes_are_more_fixes_of_the_same_patrols(shipped: Shipped) -> None:
    year = small_year(shipped, 2020)
    coarse, fine = (list(year.patrols(interval)) for interval in (30, 10))
    assert [(p.code, p.start, p.end) for p in coarse] == [(p.code, p.start, p.end) for p in fine]
    count = [sum(len(p.track.fixes) for p in part if p.track) for part in (coarse, fine)]
    assert 2.7 < count[1] / count[0] < 3.3
    with pytest.raises(ValueError, match="5 to 30"):
        next(year.patrols(60))


def test_a_few_markers_are_damaged_and_a_few_overdue(year: Year, patrols: list[SimPatrol]) -> None:
    """State of each marker as CLAIMS section 0 has it, with 90 days of freshness, computed here in its plainest form."""
    bad: dict[str, datetime] = {}
    good: dict[str, datetime] = {}
    for inspection in sorted((i for p in patrols for i in p.inspections), key=lambda i: i.seen_at):
        if inspection.state == "damaged":
            bad[inspection.marker] = inspection.seen_at
        elif len(inspection.items) == len(CHECKS) and len(inspection.photos) >= 2:
            good[inspection.marker] = inspection.seen_at
    long_ago = NOW - timedelta(days=90)
    numbers = {marker.number for marker in year.province.markers}
    damaged = {number for number in bad if number not in good or good[number] < bad[number]}
    unknown = {number for number in numbers - damaged if number not in good or good[number] <= long_ago}
    assert len(numbers) == 67
    assert 1 <= len(damaged) <= 3
    assert 2 <= len(unknown) <= 5
    assert {"709", "698"} <= set(bad) - damaged  # found damaged and repaired within the year


def test_inspections_lie_on_the_way_and_in_the_time_of_their_patrol(patrols: list[SimPatrol]) -> None:
    codes = [inspection.code for patrol in patrols for inspection in patrol.inspections]
    assert len(set(codes)) == len(codes)
    for patrol in patrols:
        for inspection in patrol.inspections:
            assert patrol.start < inspection.seen_at < patrol.end
            assert inspection.inspector in patrol.members
            assert (inspection.lon is None) == (patrol.track is None)


def test_one_stretch_was_never_walked(year: Year, patrols: list[SimPatrol]) -> None:
    cliff = broken_trails(year.province.markers)[0]
    middle = (cliff.from_m + cliff.to_m) / 2
    passing = [p for p in walked(patrols) if p.terrain == Terrain.LAND and p.from_m < middle < p.to_m]
    assert len(passing) > 10
    for patrol in passing:
        assert patrol.track is not None
        chainage, offset = year.ground.border.line.locate(patrol.track.fixes.lon, patrol.track.fixes.lat)
        assert not np.any((np.abs(chainage - middle) < 200) & (offset < 150))


def test_records_arrive_after_they_were_seen_and_some_days_later(patrols: list[SimPatrol]) -> None:
    delays = [(patrol.recorded_at - patrol.end).total_seconds() / 3600 for patrol in patrols]
    assert min(delays) > 0
    assert all(patrol.recorded_at < NOW for patrol in patrols)
    assert sum(delay > 20 for delay in delays) > 20


def test_names_have_the_family_name_first_and_do_not_repeat_within_a_unit(year: Year) -> None:
    families = {"Nguyễn", "Trần", "Alăng", "Zơrâm"}
    assert families <= {person.name.split()[0] for person in year.province.people}
    for unit in year.province.units:
        names = [person.name for person in year.province.staff(unit.code)]
        assert len(set(names)) == len(names)


def test_a_second_province_is_the_same_line_elsewhere_under_invented_names(shipped: Shipped, year: Year) -> None:
    second = small_year(shipped, 2020, number=2)
    assert second.ground.border.length_m == pytest.approx(year.ground.border.length_m, rel=1e-6)
    real = {unit.name for unit in year.province.units if unit.kind not in ("partner",)}
    assert not real & {unit.name for unit in second.province.units}
    assert not {unit.code for unit in year.province.units} & {unit.code for unit in second.province.units}
    assert all("minh họa 2" in unit.name for unit in second.province.units)
    assert sum(1 for _ in second.patrols(30)) > 20
