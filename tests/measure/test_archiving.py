"""`cotmoc measure archive DIR`: the records' tracks as an archive that gives the records' own metres."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

pytest.importorskip("numba", reason="the fast engine is not installed (extra `fast`)")
pytest.importorskip("pyarrow", reason="pyarrow is not installed (extra `fast`)")

from cotmoc.base import evidence, ledger
from cotmoc.base.models import LineVersion
from cotmoc.measure import archiving, run, stored
from cotmoc.measure.archive import fixes as archive_fixes
from cotmoc.measure.engine.spans import union
from cotmoc.record.areas.border.models import PatrolTrack
from cotmoc.site.cli import main
from tests.province import NOW, Province


@pytest.fixture
def walked(province: Province) -> Province:
    for month, day, low, high in ((9, 1, 0, 3_000), (9, 20, 2_000, 4_000), (10, 5, 9_000, 7_500), (11, 2, 100, 200)):
        province.walk("GR", low, high, date(2020, month, day), offset_m=60, accuracy_m=12)
    return province


def test_it_gives_the_metres_of_the_records(walked: Province, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    run.rebuild()
    version = LineVersion.objects.get()
    (tmp_path / "line.geojson").write_text(json.dumps(version.geometry))
    assert main(["measure", "archive", str(tmp_path / "archive"), "--json", "--quiet"]) == 0
    assert json.loads(capsys.readouterr().out)["written"] == ["2020-09", "2020-10", "2020-11"]
    asked = ["measure", "coverage", "--archive", str(tmp_path / "archive"), "--line", str(tmp_path / "line.geojson")]
    assert main([*asked, "--json", "--quiet"]) == 0
    answer = json.loads(capsys.readouterr().out)
    known = stored.intervals_at(stored.last_run(), version.pk, 100, NOW)
    for name, sure in (("sure", True), ("possible", False)):
        rows = known.certain(sure)
        assert answer["covered_m"][name] == pytest.approx(union(rows.from_m, rows.to_m).length_m, abs=2e-3)
    assert answer["covered_m"]["sure"] > 5_000


def test_only_months_that_changed_are_written(walked: Province, tmp_path: Path) -> None:
    first = archiving.archive(tmp_path)
    assert (first.months, first.groups, first.removed) == (3, 4, ())
    foreign = tmp_path / "another-province-2020-09.parquet"
    foreign.write_bytes((tmp_path / "2020-09.parquet").read_bytes())
    assert archiving.archive(tmp_path).written == ()
    names = [name for path in sorted(tmp_path.glob("2020-*")) for name in archive_fixes.group_names(path)]
    assert names == ["TT-2020-09-001", "TT-2020-09-002", "TT-2020-10-003", "TT-2020-11-004"]
    walked.walk("LE", 8_000, 9_000, date(2020, 10, 30))
    told: list[tuple[int, int]] = []
    assert archiving.archive(tmp_path, lambda done, of: told.append((done, of))).written == ("2020-10",)
    assert told == [(1, 2), (2, 2)]
    ledger.withdraw(PatrolTrack.objects.order_by("-started_at")[0], walked.author(date(2020, 11, 5), "BCH"), "Nhầm.")
    last = archiving.archive(tmp_path)
    assert (last.months, last.written, last.removed) == (2, (), ("2020-11",))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2020-09.parquet", "2020-10.parquet", foreign.name]


def test_stopped_in_the_middle_it_goes_on(walked: Province, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    get, left = evidence.get, [2]

    def stopped(sha256: str) -> bytes:
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        return get(sha256)

    with monkeypatch.context() as patched:
        patched.setattr(evidence, "get", stopped)
        with pytest.raises(KeyboardInterrupt):
            archiving.archive(tmp_path)
    assert [path.name for path in tmp_path.glob("*.parquet")] == ["2020-09.parquet"]
    assert len(archive_fixes.group_names(tmp_path / "2020-09.parquet")) == 2
    assert archiving.archive(tmp_path).written == ("2020-10", "2020-11")
    assert not list(tmp_path.glob("*.part"))


def test_two_tracks_of_one_patrol_are_one_group(walked: Province, tmp_path: Path) -> None:
    one, other = PatrolTrack.objects.order_by("started_at")[:2]
    other.patrol = one.patrol
    ledger.write([other], walked.author(date(2020, 10, 1), "GR"), "Vết của chuyến kia.")
    made = archiving.archive(tmp_path)
    assert (made.groups, made.fixes) == (3, sum(PatrolTrack.objects.values_list("fix_count", flat=True)))
    assert archive_fixes.group_names(tmp_path / "2020-09.parquet") == ["TT-2020-09-001"]
