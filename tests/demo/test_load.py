"""The invented year in the database: through the ledger, at its own moments, with real files behind it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.conf import settings as configured
from django.db import transaction

from cotmoc.base import clock, evidence, ledger
from cotmoc.base.models import (
    BorderGate,
    BorderMarker,
    EvidenceFile,
    LedgerEntry,
    LineStretch,
    LineVersion,
    MarkerPosition,
    Setting,
    Unit,
    UnitParent,
)
from cotmoc.demo import load
from cotmoc.demo.engine.planning import settle
from cotmoc.demo.engine.values import SimPatrol
from cotmoc.demo.engine.year import Year
from cotmoc.demo.geography import Shipped
from cotmoc.geo.readers import read_tracks
from cotmoc.record.areas.border.models import (
    DamageCase,
    JointMinutes,
    MarkerInspection,
    Patrol,
    PatrolPlanLine,
    PatrolTrack,
    Photo,
)
from cotmoc.record.areas.border.models.plans import plan_status
from cotmoc.record.areas.calendar.models import Disruption


@dataclass(frozen=True)
class Built:
    """What `load.build` returned for the last month of two provinces, the folder of its files, what progress was told."""

    result: dict[str, int]
    home: Path
    told: list[tuple[int, int]]


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """Built once for this file, inside one transaction that is rolled back: nothing of it can be deleted otherwise."""
    before, home = configured.COTMOC_HOME, tmp_path_factory.mktemp("demo")
    configured.COTMOC_HOME = home
    told: list[tuple[int, int]] = []
    with django_db_blocker.unblock(), transaction.atomic():
        result = load.build(
            months=1, provinces=2, fix_interval=30, progress=lambda done, total: told.append((done, total))
        )
        configured.COTMOC_HOME = before
        yield Built(result, home, told)
        transaction.set_rollback(True)
    clock.forget()


@pytest.fixture
def demo(built: Built, db: None, settings: Any) -> Built:
    settings.COTMOC_HOME = built.home
    return built


@pytest.fixture(scope="module")
def invented(shipped: Shipped) -> tuple[Year, list[SimPatrol]]:
    """The same month straight from the engine."""
    year = Year.of(shipped.border, shipped.coast, shipped.island, load.first_day(1, 1), load.NOW, 2020)
    return year, list(year.patrols(30))


def mine(model: Any) -> Any:
    """Rows of the first province."""
    return model.objects.exclude(unit__code__startswith="T2")


def test_months_and_years_begin_where_the_review_year_says() -> None:
    assert load.first_day(1, None) == date(2019, 12, 1)
    assert load.first_day(3, None) == date(2017, 12, 1)
    assert load.first_day(1, 2) == date(2020, 10, 1)
    assert load.first_day(1, 12) == date(2019, 12, 1)


def test_it_says_that_it_is_a_demonstration_and_lives_in_its_own_present(demo: Built) -> None:
    assert Setting.objects.get(key="demo").value["seed"] == 2020
    assert abs((clock.now() - load.NOW).total_seconds()) < 600


def test_the_ledger_verifies_and_runs_in_the_order_of_time(demo: Built) -> None:
    verdict = ledger.verify()
    assert verdict.faults == []
    assert verdict.entries == demo.result["entries"]
    moments = list(LedgerEntry.objects.order_by("seq").values_list("at", flat=True))
    assert all(before <= after for before, after in pairwise(moments))
    assert moments[-1] < load.NOW


def test_progress_reaches_its_total(demo: Built) -> None:
    assert [done for done, _ in demo.told] == sorted(done for done, _ in demo.told)
    assert demo.told[-1][0] == demo.told[-1][1]
    assert demo.result["patrols"] == Patrol.objects.count()


def test_what_the_engine_invented_is_what_stands_in_the_registers(
    demo: Built, invented: tuple[Year, list[SimPatrol]]
) -> None:
    _, patrols = invented
    arrived = {patrol.code: patrol for patrol in patrols}
    rows = {row.code: row for row in mine(Patrol)}
    assert rows.keys() == arrived.keys()
    for code, row in rows.items():
        patrol = arrived[code]
        assert (row.started_at, row.ended_at, row.recorded_at) == (patrol.start, patrol.end, patrol.recorded_at)
        assert row.members.count() == len(patrol.members)
        fixes = sum(track.fix_count for track in row.tracks.all())
        assert fixes == (len(patrol.track.fixes) if patrol.track else 0)
    inspections = [inspection for patrol in patrols for inspection in patrol.inspections]
    assert mine(MarkerInspection).count() == len(inspections)
    assert Photo.objects.exclude(inspection__unit__code__startswith="T2").count() == sum(
        len(inspection.photos) for inspection in inspections
    )
    assert mine(JointMinutes).count() == sum(patrol.minutes is not None for patrol in patrols)


def test_plan_lines_have_the_outcome_that_the_program_derives(
    demo: Built, invented: tuple[Year, list[SimPatrol]]
) -> None:
    year, patrols = invented
    today = clock.local(load.NOW).date()
    ended = {patrol.plan_line: patrol.end for patrol in patrols if patrol.plan_line}
    expected = {line.code: settle(line, ended.get(line.code), today).outcome.value for line in year.lines}
    derived = {
        row.code: plan_status(
            row.window_to, clock.local(row.patrol.ended_at).date() if row.patrol else None, row.waived_on, today
        ).value
        for row in mine(PatrolPlanLine).select_related("patrol")
    }
    assert derived == expected
    assert Counter(derived.values())["done"] > 20


def test_each_track_is_a_gpx_file_that_reads_back_to_the_same_fixes(
    demo: Built, invented: tuple[Year, list[SimPatrol]]
) -> None:
    patrol = next(patrol for patrol in invented[1] if patrol.track)
    assert patrol.track is not None
    track = PatrolTrack.objects.get(patrol__code=patrol.code)
    data = evidence.get(track.file.sha256)
    read = read_tracks(track.file.name, data, now=load.NOW).tracks[0].fixes
    assert data.startswith(b"<?xml")
    assert read.digest() == patrol.track.fixes.digest() == track.fixes_sha256
    assert np.allclose(read.accuracy, patrol.track.fixes.accuracy, atol=0.06)
    assert not PatrolTrack.objects.filter(patrol=None).exists()


def test_photos_are_small_pictures_of_their_own(demo: Built) -> None:
    files = EvidenceFile.objects.filter(media_type="image/jpeg")
    assert files.count() == Photo.objects.count() > 50
    assert all(file.size < 15_000 for file in files)
    assert evidence.get(files[0].sha256)[:2] == b"\xff\xd8"
    for inspection in MarkerInspection.objects.all():
        assert inspection.photos.count() == inspection.photo_count


def test_some_records_were_corrected_with_a_reason(demo: Built) -> None:
    corrected = LedgerEntry.objects.filter(kind="border.markerinspection", act="amend")
    assert corrected.exists()
    assert all(entry.reason for entry in LedgerEntry.objects.filter(act="amend"))


def test_the_damage_after_the_storm_has_an_open_case(demo: Built) -> None:
    case = DamageCase.objects.get(unit__code="AX", marker__number="688")
    assert case.closed_on is None
    assert case.inspection is not None
    assert case.inspection.state == "damaged"


def test_the_ground_is_there_on_all_three_lines_of_units(demo: Built) -> None:
    post = Unit.objects.get(code="GR")
    assert {tie.line: tie.parent.code for tie in UnitParent.objects.filter(unit=post)} == {
        "command": "BCH",
        "party": "ĐU",
        "locality": "H-TG",
    }
    assert Counter(BorderMarker.objects.filter(line__code="QN-VL").values_list("kind", flat=True)) == {
        "main": 60,
        "stake": 7,
    }
    assert set(MarkerPosition.objects.values_list("source", flat=True)) == {"invented"}
    assert LineStretch.objects.filter(line__code="QN-VL").count() == 6
    assert "OpenStreetMap" in LineVersion.objects.get(line__code="QN-VL").licence
    gate = BorderGate.objects.get(code="CK-NG")
    classes = {on: gate.classes.on(on).get().kind for on in (date(2020, 12, 21), date(2020, 12, 22))}
    assert list(classes.values()) == ["main", "international"]


def test_only_the_disruptions_of_the_time_are_there(demo: Built) -> None:
    assert Disruption.objects.filter(name__contains="VAMCO").count() == 2
    assert not Disruption.objects.filter(name__contains="NOUL").exists()  # over before this month began


def test_a_further_province_keeps_to_itself(demo: Built) -> None:
    theirs = Patrol.objects.filter(unit__code__startswith="T2")
    assert theirs.count() > 20
    assert all(code.startswith("TT-T2-") for code in theirs.values_list("code", flat=True))
    assert BorderMarker.objects.filter(line__code="T2-VL").count() == 67
    assert not Unit.objects.filter(code__startswith="T2").exclude(name__contains="minh họa 2").exclude(kind="party")
