"""Stretches are anchored on markers; a marker's chainage is a property of the line's version."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from cotmoc.base import ledger
from cotmoc.base.border import borders
from cotmoc.base.models import MarkerPosition
from tests.province import NOW, Province


def test_markers_and_stretches_have_the_chainage_of_the_plan(province: Province) -> None:
    (border,) = borders(province.users["GR"], NOW)
    assert [place.marker.number for place in border.standing][:4] == ["701", "702", "703", "CD1"]
    assert border.of(province.markers["704"].pk).chainage_m == pytest.approx(6_000, abs=0.1)  # type: ignore[union-attr]
    spans = [(held.unit.code, round(held.from_m), round(held.to_m)) for held in border.held]
    assert spans == [("GR", 0, 6_000), ("LE", 6_000, 16_000), ("DP", 16_000, 20_000)]
    codes = [border.holder(m).unit.code for m in (0, 5_999, 6_001, 20_000)]  # type: ignore[union-attr]
    assert codes == ["GR", "GR", "LE", "DP"]


def test_a_resurvey_moves_the_marker_from_its_day_and_from_when_it_was_known(province: Province) -> None:
    lon, lat = province.line.point_at(4_100)
    survey = MarkerPosition(
        marker=province.markers["703"],
        source="survey",
        lon=float(lon[0]),
        lat=float(lat[0]),
        valid_from=date(2020, 6, 1),
    )
    ledger.write([survey], ledger.Author("đo đạc", at=datetime(2020, 9, 1, tzinfo=UTC)))

    def chainage(at: datetime) -> float:
        (border,) = borders(province.users["BCH"], at)
        return border.of(province.markers["703"].pk).chainage_m  # type: ignore[union-attr]

    assert chainage(datetime(2020, 5, 1, tzinfo=UTC)) == pytest.approx(4_000, abs=0.1)
    assert chainage(datetime(2020, 8, 1, tzinfo=UTC)) == pytest.approx(4_000, abs=0.1)  # not known yet
    assert chainage(NOW) == pytest.approx(4_100, abs=0.1)


def test_nobody_without_an_account_sees_a_line(province: Province) -> None:
    assert borders(None, NOW) == []
