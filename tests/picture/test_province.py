"""The small province that tests are built on is what it says."""

from __future__ import annotations

from datetime import date

import pytest

from cotmoc.base import clock, evidence, ledger
from cotmoc.geo.fixes import Fixes
from cotmoc.record.areas.border.models import PatrolTrack
from tests.province import NOW, Province


def test_the_line_and_the_walk_have_the_lengths_that_are_written(province: Province) -> None:
    assert province.line.length_m == pytest.approx(20_000, abs=0.01)
    patrol = province.walk("GR", 0, 6_000, date(2020, 10, 1))
    track = PatrolTrack.objects.get(patrol=patrol)
    assert track.length_m == pytest.approx(6_000, abs=1)
    fixes = Fixes.from_bytes(evidence.get(track.blob_sha256))
    _, offset = province.line.locate(fixes.lon, fixes.lat)
    assert offset == pytest.approx(20, abs=0.1)
    assert len(fixes) == track.fix_count == 251


def test_everything_went_through_the_ledger(province: Province) -> None:
    province.inspect("703", date(2020, 10, 1))
    assert ledger.verify().sound


def test_today_is_the_day_of_the_pictures(province: Province) -> None:
    assert abs((clock.now() - NOW).total_seconds()) < 60
