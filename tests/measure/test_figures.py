"""Item 5: exact coverage, age per place, overdue by requirement, three-state integrity: figures one can check by hand.

The province's line is 20 km: Ga Ry holds km 0–6, La Êê 6–16, Đắc Pring 16–20; today is 24/11/2020 06:00.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from cotmoc.base import clock, figures, ledger
from cotmoc.base.figures import Answer
from cotmoc.base.ledger import Author
from cotmoc.measure import run
from cotmoc.measure.models import Run
from cotmoc.record.areas.border.models import DamageCase, JointMinutes, PatrolPlanLine, PatrolRequirement, PatrolTrack
from tests.province import Province, at

Ask = Callable[..., Answer]


@pytest.fixture
def ask(province: Province) -> Ask:
    """Answer a measure for a unit, everything measured."""

    def answered(
        measure: str, unit: str = "BCH", moment: datetime | None = None, user: Any = None, **extra: Any
    ) -> Answer:
        run.rebuild()
        question = province.question(unit, *([moment] if moment else []), **extra)
        return figures.ask(measure, question, user)[1]

    return answered


def value(answer: Answer) -> float:
    assert answer.value is not None
    return answer.value


# --- the line


def test_nothing_walked_is_a_gap_and_not_a_zero_without_reason(province: Province, ask: Ask) -> None:
    assert value(ask("line.coverage_sure_pct")) == 0
    assert value(ask("line.gap_km")) == pytest.approx(20, abs=0.01)
    assert value(ask("line.never_km")) == pytest.approx(20, abs=0.01)
    assert ask("line.oldest_days").status == "no_data"
    assert ask("line.coverage_sure_pct", "CD").status == "not_applicable"


def test_a_walk_covers_its_length_and_the_reach_beyond_its_ends(province: Province, ask: Ask) -> None:
    province.walk("LE", 8_000, 12_000, date(2020, 10, 1))
    # 20 m beside the line with ±5 m: the end caps add sqrt((100 ∓ 5)² − 20²) on both sides
    sure = 4_000 + 2 * (95**2 - 20**2) ** 0.5
    possible = 4_000 + 2 * (105**2 - 20**2) ** 0.5
    assert value(ask("line.coverage_sure_pct")) / 100 * 20_000 == pytest.approx(sure, abs=2)
    assert value(ask("line.coverage_possible_pct")) / 100 * 20_000 == pytest.approx(possible, abs=2)
    assert value(ask("line.coverage_sure_pct", "LE")) == pytest.approx(sure / 100, abs=0.05)
    assert value(ask("line.coverage_sure_pct", "GR")) == 0
    assert value(ask("line.gap_km")) == pytest.approx((20_000 - possible) / 1000, abs=0.002)


def test_reach_changes_what_is_covered(province: Province, ask: Ask) -> None:
    province.walk("LE", 8_000, 12_000, date(2020, 10, 1), offset_m=60)
    assert value(ask("line.coverage_sure_pct", reach=50)) == 0
    assert value(ask("line.coverage_sure_pct", reach=100)) > 19


def test_rows_add_up_to_the_figure_newest_first(province: Province, ask: Ask) -> None:
    province.walk("LE", 8_000, 12_000, date(2020, 9, 1))
    newer = province.walk("LE", 10_000, 14_000, date(2020, 10, 1))
    answer = ask("line.coverage_sure_pct")
    amounts = [row.amount or 0 for row in answer.rows]
    assert sum(amounts) == pytest.approx(value(answer) / 100 * 20, abs=1e-6)
    assert answer.rows[0].cells[0] == newer.code
    assert amounts[0] == pytest.approx(4.19, abs=0.01)
    assert amounts[1] == pytest.approx(2.0, abs=0.01)


def test_ages_against_the_limit(province: Province, ask: Ask) -> None:
    province.walk("GR", 0, 6_000, date(2020, 11, 20))
    province.walk("LE", 6_000, 16_000, date(2020, 8, 1))
    within, overdue = value(ask("line.within_limit")), value(ask("line.overdue_km"))
    assert within + overdue == pytest.approx(20, abs=0.01)
    assert within == pytest.approx(6.09, abs=0.02)
    assert value(ask("line.never_km")) == pytest.approx(3.91, abs=0.02)
    assert value(ask("line.oldest_days")) == 114  # 1/8 some time after 8:00 to 24/11 06:00
    assert "Chưa đặt yêu cầu" in " ".join(ask("line.overdue_km").missing)


def test_a_requirement_sets_the_limit_of_its_unit_only(province: Province, ask: Ask) -> None:
    province.walk("LE", 6_000, 16_000, date(2020, 8, 1))
    rule = PatrolRequirement(
        unit=province.units["LE"], code="YC-1", subject="line", every_days=200, valid_from=date(2020, 1, 1)
    )
    ledger.write([rule], province.author(date(2020, 8, 2), "LE"))
    assert value(ask("line.overdue_km", "LE")) == pytest.approx(0, abs=0.01)
    assert not any("Chưa đặt" in line for line in ask("line.overdue_km", "LE").missing)
    assert value(ask("line.overdue_km", "GR")) == pytest.approx(6)  # 60 days where nobody set a limit


def test_parts_of_the_posts_add_up_to_the_whole(province: Province, ask: Ask) -> None:
    province.walk("GR", 3_000, 9_000, date(2020, 11, 1))
    province.walk("DP", 20_000, 15_000, date(2020, 5, 1))
    for measure in ("line.length_km", "line.within_limit", "line.overdue_km", "line.never_km", "line.gap_km"):
        parts = sum(value(ask(measure, unit)) for unit in ("GR", "LE", "DP"))
        assert parts == pytest.approx(value(ask(measure)), abs=1e-6), measure


def test_km_days_within_the_interval(province: Province, ask: Ask) -> None:
    province.walk("GR", 0, 20_000, date(2020, 3, 1), speed_ms=2)
    # walked once on 1 March: in time at the ends of the days 1/3..29/4 (60 days, the 61st is over 60 x 24 h)
    answer = ask("line.within_interval_pct")
    assert value(answer) == pytest.approx(60 / 329 * 100, abs=0.2)
    assert value(ask("line.longest_gap_days")) == (date(2020, 11, 24) - date(2020, 3, 1)).days - 1


def test_a_selection_of_kilometres(province: Province, ask: Ask) -> None:
    province.walk("LE", 8_000, 12_000, date(2020, 11, 1))
    assert value(ask("line.length_km", from_m=9000, to_m=11000)) == pytest.approx(2, abs=1e-6)
    assert value(ask("line.coverage_sure_pct", from_m=9000, to_m=11000)) == pytest.approx(100)
    assert value(ask("object.total", from_m=9000, to_m=11000)) == 1


# --- as of


def test_a_track_counts_from_when_it_was_known(province: Province, ask: Ask) -> None:
    province.walk("GR", 0, 6_000, date(2020, 10, 1))  # reported at 18:00
    assert value(ask("line.coverage_sure_pct", moment=at(date(2020, 10, 1), 17))) == 0
    assert value(ask("line.coverage_sure_pct", moment=at(date(2020, 10, 1), 19))) > 30


def test_moving_a_track_to_another_patrol_changes_the_present_not_the_past(province: Province, ask: Ask) -> None:
    first = province.walk("GR", 0, 6_000, date(2020, 10, 1))
    second = province.walk("GR", 0, 1_000, date(2020, 10, 2))
    track = PatrolTrack.objects.get(patrol=first)
    track.patrol = second
    ledger.write([track], province.author(date(2020, 10, 5), "GR"), "gắn nhầm chuyến")
    now = [row.cells[0] for row in ask("line.coverage_sure_pct").rows]
    before = [row.cells[0] for row in ask("line.coverage_sure_pct", moment=at(date(2020, 10, 4))).rows]
    assert now == [second.code]
    assert sorted(before) == sorted([first.code, second.code])


def test_a_withdrawn_track_no_longer_counts(province: Province, ask: Ask) -> None:
    province.walk("GR", 0, 6_000, date(2020, 10, 1))
    ledger.withdraw(PatrolTrack.objects.get(), province.author(date(2020, 10, 9), "GR"), "vết của chuyến khác")
    assert value(ask("line.coverage_sure_pct")) == 0
    assert value(ask("line.coverage_sure_pct", moment=at(date(2020, 10, 8)))) > 30


def test_measuring_again_changes_nothing(province: Province) -> None:
    province.walk("GR", 0, 6_000, date(2020, 10, 1))
    assert run.rebuild().walks == 1
    assert run.rebuild() == run.Done()
    run.remeasure_tracks(list(PatrolTrack.objects.all()))
    assert Run.objects.count() == 1


def test_tracks_not_measured_yet_make_it_a_lower_bound(province: Province) -> None:
    province.walk("GR", 0, 6_000, date(2020, 10, 1))
    _, answer = figures.ask("line.coverage_sure_pct", province.question())
    assert answer.status == "lower_bound"
    assert any("chưa đo" in line for line in answer.missing)


# --- markers


def test_three_states_always_add_up(province: Province, ask: Ask) -> None:
    province.inspect("701", date(2020, 11, 1))
    province.inspect("702", date(2020, 11, 1), "damaged")
    province.inspect("703", date(2020, 6, 1))  # proof has run out
    province.inspect("704", date(2020, 11, 1), photos=1)  # incomplete: neither proves nor cancels
    states = {state: value(ask(f"marker.{state}_count")) for state in ("intact", "damaged", "unknown")}
    assert states == {"intact": 1, "damaged": 1, "unknown": 10}
    assert value(ask("marker.total")) == 11
    assert value(ask("stake.total")) == 1
    assert value(ask("object.total")) == 12
    assert [row.cells[0] for row in ask("marker.damaged_count").rows] == ["702"]
    assert value(ask("marker.damaged_without_case_count")) == 1
    assert value(ask("marker.overdue_count")) == 9  # 701, 702, 704 were seen within 60 days


def test_inspected_needs_to_reach_the_marker(province: Province, ask: Ask) -> None:
    province.inspect("701", date(2020, 11, 1), brush_cut_m=12)
    province.inspect("701", date(2020, 11, 5))
    province.inspect("702", date(2020, 11, 1), "unreached", photos=0, unreached_reason="sạt lở")
    assert value(ask("marker.inspected_count")) == 1
    assert value(ask("marker.not_inspected_count")) == 11
    assert value(ask("marker.visits_min")) == 0
    assert value(ask("marker.brush_count")) == 1
    assert value(ask("marker.inspected_pct")) == pytest.approx(100 / 12)
    assert ask("marker.inspected_pct").text == "1/12"  # under twenty things: the pair, no percentage


def test_presence_needs_a_fix_or_a_photo(province: Province, ask: Ask) -> None:
    province.inspect("701", date(2020, 11, 1))
    blind = province.inspect("702", date(2020, 11, 1), photos=0)
    blind.lat = blind.lon = None
    ledger.write([blind], province.author(date(2020, 11, 2), "GR"), "vị trí của máy khác")
    assert value(ask("marker.presence_pct")) == 50
    assert [row.cells[1] for row in ask("marker.without_presence_count").rows] == ["702"]


def test_damage_cases_from_opening_to_repair(province: Province, ask: Ask) -> None:
    bad = province.inspect("709", date(2020, 7, 11), "damaged")
    case = DamageCase(
        unit=province.units["DP"], code="HH-1", marker=province.markers["709"], inspection=bad, kind="court",
        opened_on=date(2020, 7, 11),
    )  # fmt: skip
    ledger.write([case], province.author(date(2020, 7, 11), "DP"))
    assert value(ask("marker.damage_open_count")) == 1
    assert value(ask("marker.damage_over_norm_count")) == 1
    good = province.inspect("709", date(2020, 10, 20))
    case.repaired_on, case.closed_on, case.confirmed_by = date(2020, 10, 19), date(2020, 10, 21), good
    ledger.write([case], province.author(date(2020, 10, 21), "DP"), "sửa xong")
    assert value(ask("marker.damage_open_count")) == 0
    assert value(ask("marker.damage_opened_count")) == value(ask("marker.damage_repaired_count")) == 1
    assert value(ask("marker.intact_count", "DP")) == 1
    assert value(ask("marker.damaged_count", moment=at(date(2020, 10, 1)))) == 1


# --- patrols and plan


def test_patrols_count_where_they_end_and_silence_is_not_zero(province: Province, ask: Ask) -> None:
    assert ask("patrol.count").status == "no_data"
    province.walk("GR", 0, 2_000, date(2020, 1, 10))
    province.walk("GR", 0, 2_000, date(2019, 12, 20))
    answer = ask("patrol.count")
    assert (answer.value, answer.status, answer.text) == (1, "lower_bound", "≥ 1")
    for month in range(1, 11):
        for unit in ("GR", "LE", "DP"):
            province.walk(unit, 0, 50 + len(province.made) + 10 * ord(unit[0]), date(2020, month, 15))
    assert (ask("patrol.count").value, ask("patrol.count").status) == (31, "exact")
    assert value(ask("patrol.reported_pct")) == 100
    assert value(ask("patrol.count", "GR")) == 11


def test_person_days_tracks_and_kilometres(province: Province, ask: Ask) -> None:
    patrol = province.walk("GR", 0, 2_000, date(2020, 11, 10))
    days = value(ask("patrol.person_days", "GR"))
    assert patrol.leader is not None
    assert days == 1  # the leader is among the members and counts once
    assert value(ask("patrol.km", "GR")) == pytest.approx(2.0, abs=0.01)
    assert value(ask("patrol.track_pct")) == 100


def plan_line(province: Province, code: str, to: date, **values: Any) -> PatrolPlanLine:
    row = PatrolPlanLine(
        unit=province.units["GR"],
        code=code,
        kind="one_sided",
        window_from=to - timedelta(days=4),
        window_to=to,
        **values,
    )
    ledger.write([row], province.author(to - timedelta(days=30), "BCH"))
    return row


def test_done_late_waived_missed_and_due_are_all_there_is(province: Province, ask: Ask) -> None:
    done, late = (province.walk("GR", 0, 100, day) for day in (date(2020, 3, 10), date(2020, 3, 14)))
    plan_line(province, "KH-1", date(2020, 3, 10), patrol=done)
    plan_line(province, "KH-2", date(2020, 3, 10), patrol=late)
    plan_line(province, "KH-3", date(2020, 4, 10), waived_on=date(2020, 4, 12), waiver_reason="giãn cách")
    plan_line(province, "KH-4", date(2020, 4, 10), waived_on=date(2020, 4, 20), waiver_reason="giãn cách")  # too late
    plan_line(province, "KH-5", date(2020, 5, 10))
    plan_line(province, "KH-6", date(2020, 11, 23))  # within grace
    assert value(ask("patrol.planned_count")) == 6
    assert value(ask("patrol.plan_raw_pct")) == pytest.approx(100 * 2 / 5)
    assert value(ask("patrol.plan_done_pct")) == pytest.approx(100 * 2 / 4)
    assert value(ask("patrol.plan_on_time_pct")) == pytest.approx(100 / 4)
    assert value(ask("patrol.waived_share_pct")) == pytest.approx(100 / 5)
    assert value(ask("patrol.missed_count")) == 2
    assert value(ask("patrol.missed_unexplained_count")) == 1
    assert value(ask("patrol.missed_explained_pct")) == 50
    assert ask("patrol.plan_done_pct", "LE").status == "not_applicable"


def test_joint_patrols_and_their_minutes(province: Province, ask: Ask) -> None:
    with_minutes = province.walk("GR", 0, 100, date(2020, 3, 10), kind="joint")
    province.walk("GR", 0, 100, date(2020, 9, 10), kind="joint")
    minutes = JointMinutes(
        unit=province.units["GR"], code="SP-1", patrol=with_minutes, level="post", held_on=date(2020, 3, 10),
        partner=province.units["CD"], own_count=8, partner_count=6, signed_on=date(2020, 3, 10),
    )  # fmt: skip
    ledger.write([minutes], province.author(date(2020, 3, 11), "GR"))
    assert value(ask("joint.count")) == 2
    assert value(ask("joint.minutes_pct")) == 50
    assert value(ask("joint.without_minutes_count")) == 1


# --- scope, and every measure


def test_rows_of_other_units_are_counted_not_shown(province: Province, ask: Ask) -> None:
    province.walk("LE", 3_000, 9_000, date(2020, 11, 1))  # La Êê walks into Ga Ry's stretch
    answer = ask("line.coverage_sure_pct", "GR", user=province.users["GR"])
    assert (len(answer.rows), answer.hidden) == (0, 1)
    assert answer.hidden_amount == pytest.approx(value(answer) / 100 * 6, abs=1e-6)


def test_every_measure_answers_an_empty_year_and_a_full_one(province: Province) -> None:
    empty = {name: figures.ask(name, province.question())[1] for name in figures.measures()}
    assert all(answer.said for name, answer in empty.items() if "." in name)
    province.walk("GR", 0, 20_000, date(2020, 11, 1), speed_ms=2)
    province.inspect("701", date(2020, 11, 1))
    run.rebuild()
    for name in figures.measures():
        answer = figures.ask(name, province.question(), province.users["BCH"])[1]
        assert (answer.value is None) == (answer.status in {"no_data", "not_applicable"}), name
        assert all(len(row.cells) == len(answer.columns) for row in answer.rows), name


def test_sure_is_within_possible_is_within_the_line(province: Province, ask: Ask) -> None:
    for month in range(1, 11):
        province.walk(
            "GR", 1_000 * month, 1_000 * month + 2_500, date(2020, month, 3), accuracy_m=month * 9, offset_m=50
        )
    sure, possible = value(ask("line.coverage_sure_pct")), value(ask("line.coverage_possible_pct"))
    assert 0 < sure < possible <= 100


def test_the_clock_of_the_author_is_not_the_clock_of_the_walk(province: Province, ask: Ask) -> None:
    """A late report of an old walk changes what is known today, and nothing of what was known before."""
    patrol = province.walk("GR", 0, 100, date(2020, 2, 1))
    assert clock.local(patrol.ended_at).date() == date(2020, 2, 1)
    before = value(ask("line.within_limit", moment=at(date(2020, 2, 10))))
    track = PatrolTrack.objects.get(patrol=patrol)
    track.name = "TT sửa tên"
    ledger.write([track], Author("GR", "thử", at(date(2020, 6, 1))), "tên vết sai")
    assert value(ask("line.within_limit", moment=at(date(2020, 2, 10)))) == before
