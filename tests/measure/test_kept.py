"""After a write only the rows written are read again, and what is read is what a fresh reading gives."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from cotmoc.base import ledger
from cotmoc.base.ledger import Author
from cotmoc.base.models import LineVersion
from cotmoc.measure import stored
from cotmoc.measure.engine.values import Intervals
from cotmoc.measure.kept import Kept
from cotmoc.measure.run import rebuild
from cotmoc.record.areas.border.models import Patrol
from tests.province import NOW, Province

pytestmark = pytest.mark.django_db


def reading(asked: list[int]) -> Kept[str]:
    """Kind by patrol; `asked` gets the number of rows of each reading."""

    def read(rows: Any) -> list[tuple[UUID, str]]:
        found = list(rows.values_list("pk", "kind"))
        asked.append(len(found))
        return found

    return Kept(Patrol, read)


def walked(province: Province) -> None:
    for day in (1, 2, 3):
        province.walk("GR", 0, 2_000 * day, date(2020, 10, day))
    rebuild()


def test_an_amendment_reads_one_row(province: Province) -> None:
    walked(province)
    asked: list[int] = []
    kept = reading(asked)
    every = len(kept.values())
    assert every == 3
    assert kept.values()
    assert asked == [every]
    row = Patrol.objects.in_force().order_by("pk")[0]
    row.kind = "mobile"
    ledger.write([row], Author("thu"), "Sửa loại.")
    assert kept.values()[row.pk] == row.kind
    assert asked == [every, 1]
    assert dict(kept.values()) == dict(Patrol.objects.values_list("pk", "kind"))


def test_a_ledger_that_went_back_is_read_anew(province: Province) -> None:
    walked(province)
    asked: list[int] = []
    kept = reading(asked)
    before = dict(kept.values())
    row = Patrol.objects.in_force().order_by("pk")[0]
    with transaction.atomic():
        row.kind = "mobile"
        ledger.write([row], Author("thu"), "Sửa loại.")
        assert kept.values()[row.pk] == row.kind
        transaction.set_rollback(True)
    assert kept.values() == before


def test_a_new_walk_is_put_beside_those_kept(province: Province, monkeypatch: pytest.MonkeyPatch) -> None:
    """Grown or read anew, the intervals known at the moment are the same rows."""
    walked(province)
    version, at = LineVersion.objects.get().pk, NOW
    before = stored.walks(stored.last_run())
    assert len(stored.intervals(before.run, version, 100))
    province.walk("LE", 8_000, 12_000, date(2020, 10, 9))
    rebuild()
    after = stored.walks(stored.last_run())
    assert after.origin is before.origin
    assert len(after.groups) == len(before.groups) + 1
    grown = rows(stored.intervals_at(after.run, version, 100, at))
    stored.walks.cache_clear()
    monkeypatch.setattr(stored, "_newest", {})
    monkeypatch.setattr(stored, "_intervals", {})
    assert rows(stored.intervals_at(after.run, version, 100, at)) == grown


def rows(found: Intervals) -> list[tuple[float, float, int, bool]]:
    columns = (found.from_m, found.to_m, found.first, found.sure)
    return sorted(zip(*(column.tolist() for column in columns), strict=True))
