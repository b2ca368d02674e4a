"""Every write goes through the ledger: append-only, hash-chained, full content; replay gives the same database, at any moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from cotmoc.base import ledger
from cotmoc.base.ledger import Author
from cotmoc.base.models import LedgerEntry, Person, Setting, Unit
from cotmoc.base.models.ledger import LedgerBypass
from cotmoc.base.problems import Problem
from cotmoc.record.areas.border.models import Patrol, PatrolKind

T0 = datetime(2020, 3, 1, tzinfo=UTC)


def at(days: int) -> Author:
    return Author("test", "bench", T0 + timedelta(days=days))


@pytest.fixture
def unit(db: None) -> Unit:
    row = Unit(code="GR", name="Đồn Biên phòng Ga Ry", short_name="Ga Ry", kind=Unit.Kind.LAND_POST)
    ledger.write([row], at(0))
    return row


def test_a_row_is_written_with_its_entry(unit: Unit) -> None:
    entry = LedgerEntry.objects.get()
    assert (entry.seq, entry.kind, entry.object_id, entry.revision, entry.act) == (1, "base.unit", unit.pk, 1, "create")
    assert "Ga Ry" in entry.content
    assert entry.at == T0
    assert ledger.verify().sound


def test_an_amendment_needs_a_reason_and_keeps_what_was(unit: Unit) -> None:
    unit.short_name = "Ga Ri"
    with pytest.raises(Problem, match="reason"):
        ledger.write([unit], at(1))
    ledger.write([unit], at(1), reason="Sửa lỗi chính tả")
    assert [entry.revision for entry in ledger.history(unit)] == [2, 1]
    assert "Ga Ry" in ledger.history(unit)[1].content
    assert Unit.objects.get().revision == 2


def test_a_write_that_changes_nothing_leaves_no_entry(unit: Unit) -> None:
    ledger.write([unit], at(1), reason="không đổi gì")
    assert LedgerEntry.objects.count() == 1


def test_two_people_amending_the_same_row_are_told(unit: Unit) -> None:
    mine, theirs = Unit.objects.get(), Unit.objects.get()
    theirs.short_name = "Ga Ry 1"
    ledger.write([theirs], at(1), reason="đổi")
    mine.short_name = "Ga Ry 2"
    with pytest.raises(Problem) as told:
        ledger.write([mine], at(2), reason="đổi")
    assert told.value.code == "ledger.conflict"


def test_nothing_passes_the_ledger_by(unit: Unit) -> None:
    with pytest.raises(LedgerBypass):
        unit.save()
    with pytest.raises(LedgerBypass):
        Unit.objects.filter(pk=unit.pk).update(code="X")
    with pytest.raises(LedgerBypass):
        Unit.objects.all().delete()


@pytest.mark.parametrize("statement", ["UPDATE base_ledgerentry SET reason = 'x'", "DELETE FROM base_ledgerentry"])
def test_the_database_refuses_to_change_the_ledger(unit: Unit, statement: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_table_changed_behind_the_ledger_is_found(unit: Unit) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE base_unit SET name = 'khác'")
    faults = ledger.verify().faults
    assert len(faults) == 1
    assert "base.unit" in faults[0]["detail"]


def test_a_forged_entry_breaks_the_chain(unit: Unit) -> None:
    ledger.write([Setting(key="a", value=1)], at(1))
    with connection.cursor() as cursor:
        drop = (
            "DROP TRIGGER ledger_no_update"
            if connection.vendor == "sqlite"
            else "DROP TRIGGER ledger_no_change ON base_ledgerentry"
        )
        cursor.execute(drop)
        cursor.execute("UPDATE base_ledgerentry SET author = 'ai đó' WHERE seq = 1")
    assert ledger.verify().faults[0]["seq"] == 1


def test_withdrawn_rows_stay_but_are_not_in_force(unit: Unit) -> None:
    setting = Setting(key="x", value={"n": 1})
    ledger.write([setting], at(1))
    ledger.withdraw(setting, at(2), "nhập nhầm")
    assert not Setting.objects.in_force().exists()
    assert Setting.objects.count() == 1
    ledger.restore(setting, at(3), "nhập đúng")
    assert Setting.objects.in_force().exists()
    assert ledger.verify().sound


def test_rows_are_known_as_of_any_moment(unit: Unit) -> None:
    row = Setting(key="k", value=1)
    ledger.write([row], at(10))
    row.value = 2
    ledger.write([row], at(20), reason="mới")
    ledger.withdraw(row, at(30), "thôi")
    values = [
        [r.value for r in Setting.objects.all().known_at(T0 + timedelta(days=d))] for d in (5, 10, 15, 20, 29, 30)
    ]
    assert values == [[], [1], [1], [2], [2], []]


@pytest.mark.django_db(databases=["default", "replay"])
def test_replay_gives_the_same_database_at_any_moment(unit: Unit) -> None:
    people = [Person(unit=unit, code=f"P{i}", name=f"Nguyễn Văn {i}") for i in range(3)]
    ledger.write(people, at(1))
    patrol = Patrol(unit=unit, code="TT-1", kind=PatrolKind.ONE_SIDED, started_at=T0, leader=people[0])
    patrol.link(members=[p.pk for p in people[:2]])
    ledger.write([patrol], at(2))
    before = ledger.head()
    patrol.ended_at = T0 + timedelta(days=3)
    patrol.link(members=[p.pk for p in people])
    ledger.write([patrol], at(5), reason="bổ sung người")

    ledger.replay("replay", until=T0 + timedelta(days=3))
    assert ledger.head("replay") == before
    assert ledger.verify(using="replay").sound
    then = Patrol.objects.using("replay").get()
    assert then.ended_at is None
    assert then.members.count() == 2
    assert Patrol.objects.get().members.count() == 3
