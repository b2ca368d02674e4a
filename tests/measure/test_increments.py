"""“A changed line version, reach or corrected track recomputes just what it must”: counted by what the runs themselves tell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from cotmoc.base import clock, ledger
from cotmoc.base.models import LineVersion, MarkerPosition
from cotmoc.measure import run, stored, targets
from cotmoc.measure.models import CoverageInterval, MarkerVisit, Run, Walk
from cotmoc.measure.run import Done
from cotmoc.record.areas.border.models import PatrolTrack
from tests.province import NOW, Province

WALKS = 3
REACHES = len(targets.REACHES)
COVERED = ("walk__group", "walk__known_from", "version", "reach_m", "sure", "from_m", "to_m", "first", "last")
VISITED = ("walk__group", "walk__known_from", "marker", "enter", "leave", "nearest_m", "dwell_s", "sure")


@pytest.fixture
def walked(province: Province) -> Province:
    for day in range(1, WALKS + 1):
        province.walk("GR", 0, 2_500 * day, date(2020, 10, day))
    assert run.rebuild() == Done(walks=WALKS, coverage=WALKS * REACHES, visits=WALKS)
    return province


def table() -> list[list[tuple[Any, ...]]]:
    return [
        sorted(CoverageInterval.objects.values_list(*COVERED), key=repr),
        sorted(MarkerVisit.objects.values_list(*VISITED), key=repr),
    ]


def same_as_afresh() -> None:
    """What was put together from old and new rows is what a rebuild from nothing gives."""
    found = table()
    Walk.objects.all().delete()
    run.rebuild()
    assert found == table()


def drawn(province: Province, shift: float, valid_from: date | None = None) -> LineVersion:
    """Another drawing of the line, some degrees to the east."""
    old = LineVersion.objects.get()
    places = [[lon + shift, lat] for lon, lat in old.geometry["coordinates"]]
    return LineVersion(
        line=old.line, source="Bản vẽ khác", measured_m=old.measured_m, vertex_count=old.vertex_count,
        geometry={"type": "LineString", "coordinates": places}, valid_from=valid_from or date(1890, 1, 1),
    )  # fmt: skip


def new_version(province: Province) -> Done:
    """The newest drawing: its own rows, and the markers that stand with it now."""
    ledger.write([drawn(province, 1e-4, date(2020, 1, 1))], province.author(date(2020, 10, 5), "BCH"))
    return Done(amended=WALKS, coverage=WALKS * REACHES, visits=WALKS)


def older_version(province: Province) -> Done:
    """A drawing of former years: its own rows only."""
    ledger.write([drawn(province, 1e-4)], province.author(date(2020, 10, 5), "BCH"))
    return Done(amended=WALKS, coverage=WALKS * REACHES)


def moved_marker(province: Province) -> Done:
    position = MarkerPosition.objects.get(marker=province.markers["702"])
    position.lon += 1e-4
    ledger.write([position], province.author(date(2020, 10, 5), "BCH"), "Đo lại tọa độ.")
    return Done(amended=WALKS, visits=WALKS)


def another_track(province: Province) -> Done:
    """A walk that is known with one track more from now on: the old one ends, a new one begins."""
    track = PatrolTrack.objects.order_by("started_at")[0]
    other = PatrolTrack.objects.order_by("started_at")[1]
    track.patrol = other.patrol
    ledger.write([track], province.author(date(2020, 10, 6), "GR"), "Vết của chuyến kia.")
    return Done(walks=3, coverage=3 * REACHES, visits=3)


def one_more_walk(province: Province) -> Done:
    province.walk("LE", 8_000, 9_000, date(2020, 10, 7))
    return Done(walks=1, coverage=REACHES, visits=1)


@pytest.mark.parametrize("change", [new_version, older_version, moved_marker, another_track, one_more_walk])
def test_a_change_recomputes_what_it_must(walked: Province, change: Callable[[Province], Done]) -> None:
    expected = change(walked)
    assert run.rebuild() == expected
    assert Run.objects.order_by("-made_at")[0].result == expected._asdict()
    same_as_afresh()


def test_a_new_reach_is_added_to_the_others(walked: Province, monkeypatch: pytest.MonkeyPatch) -> None:
    before = set(CoverageInterval.objects.values_list("pk", flat=True))
    monkeypatch.setattr(targets, "REACHES", (*targets.REACHES, 150))
    assert run.rebuild() == Done(amended=WALKS, coverage=WALKS)
    assert before <= set(CoverageInterval.objects.values_list("pk", flat=True))
    monkeypatch.undo()
    assert run.rebuild() == Done(amended=WALKS)
    assert before == set(CoverageInterval.objects.values_list("pk", flat=True)), "a reach that nobody asks for goes"


def test_another_algorithm_recomputes_all_parts(walked: Province, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(targets, "ALGORITHM", "another")
    assert run.rebuild() == Done(amended=WALKS, coverage=WALKS * REACHES, visits=WALKS)
    same_as_afresh()


def test_the_compiled_engine_gives_the_same_rows(walked: Province, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was measured before set-up was done need not be measured again."""
    pytest.importorskip("numba", reason="the fast engine is not installed (extra `fast`)")
    from cotmoc.measure.engine.fast.survey import survey

    by_reference = table()
    Walk.objects.all().delete()
    monkeypatch.setattr(run, "surveyor", lambda: survey)
    run.rebuild()
    for mine, theirs in zip(by_reference, table(), strict=True):
        assert [whole(row) for row in mine] == [whole(row) for row in theirs]
        assert [real(row) for row in mine] == [pytest.approx(real(row), abs=1e-6) for row in theirs]


def whole(row: tuple[Any, ...]) -> list[Any]:
    return [value for value in row if not isinstance(value, float)]


def real(row: tuple[Any, ...]) -> list[float]:
    return [value for value in row if isinstance(value, float)]


def test_nothing_changed_nothing_done(walked: Province) -> None:
    runs, before = Run.objects.count(), table()
    assert run.rebuild() == Done()
    assert (Run.objects.count(), table()) == (runs, before)


def test_the_rows_on_a_withdrawn_version_stay_for_questions_about_the_time_before(walked: Province) -> None:
    ledger.write([drawn(walked, 1e-4)], walked.author(date(2020, 10, 5), "BCH"))
    run.rebuild()
    mistaken = LineVersion.objects.get(source="Bản vẽ khác")
    of_it = list(CoverageInterval.objects.filter(version=mistaken).values_list("pk", flat=True).order_by("pk"))
    assert of_it
    ledger.withdraw(mistaken, walked.author(date(2020, 10, 6), "BCH"), "Bản vẽ nhầm.")
    assert run.rebuild() == Done()
    assert of_it == list(CoverageInterval.objects.filter(version=mistaken).values_list("pk", flat=True).order_by("pk"))


def test_what_is_kept_in_memory_follows(walked: Province, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows of walks that were there already changed: figures must not go on with those read before."""
    version = LineVersion.objects.get()
    assert len(stored.intervals(stored.last_run(), version.pk, 150)) == 0
    before = len(stored.walks(stored.last_run()).groups)
    monkeypatch.setattr(targets, "REACHES", (*targets.REACHES, 150))
    run.rebuild()
    found = stored.intervals_at(stored.last_run(), version.pk, 150, NOW)
    assert len(found) == CoverageInterval.objects.filter(version=version, reach_m=150).count() > 0
    assert len(stored.walks(stored.last_run()).groups) == before


def test_runs_of_one_moment_are_told_apart(walked: Province, monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.now() + timedelta(hours=1)
    monkeypatch.setattr(clock, "now", lambda: now)
    for day in (11, 12, 13):
        walked.walk("GR", 0, 1_000, date(2020, 10, day))
        run.rebuild()
        assert len(stored.walks(stored.last_run()).groups) == Walk.objects.count()
