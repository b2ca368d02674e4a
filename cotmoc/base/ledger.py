"""Every write goes through here: the row and its ledger entry, in one transaction.

    write([...], by=author)            create new rows, amend existing ones (an amendment needs a reason)
    withdraw(row, by, reason)          take a row out of force; nothing is ever deleted
    verify()                           the chain holds and every table agrees with its last entries
    replay(into, until)                the same database again, at any moment

Each entry hashes its own canonical JSON together with the hash before it (SHA-256), so that a changed, removed or inserted entry
breaks every later one. The head must leave the machine now and then (printed, exported): the owner of a database could
otherwise rebuild the whole chain.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connections, models, transaction
from django.db.models import Max

from cotmoc.base import clock, once
from cotmoc.base.models import Ledgered, LedgerEntry
from cotmoc.base.problems import Problem

GENESIS = "0" * 64
BOOKKEEPING = frozenset({"id", "revision", "recorded_at", "revised_at"})
ADVISORY_LOCK = 0x436F744D6F63  # "CotMoc", one writer at a time on PostgreSQL


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes, from which device. `at` is set only by the demonstration and by imports of older ledgers."""

    name: str
    device: str = ""
    at: datetime | None = None

    def when(self) -> datetime:
        return self.at or clock.now()


# --- writing


@transaction.atomic
def write(rows: Iterable[Ledgered], by: Author, reason: str = "") -> list[Ledgered]:
    """Create the new rows and amend the others, in the order given; all or nothing.

    A row that did not change is left alone. Raises Problem `ledger.reason` for an amendment without reason and
    `ledger.conflict` where somebody else amended the row since it was read.
    """
    rows = list(rows)
    _lock()
    fresh = [row for row in rows if row.revision == 0]
    known = _unchanged_out([row for row in rows if row.revision > 0])
    if known and not reason.strip():
        raise Problem("ledger.reason", what=str(known[0]))
    at = by.when()
    _stamp(fresh, known, at)
    _store(fresh, known)
    entries = [(row, LedgerEntry.Act.CREATE) for row in fresh] + [(row, LedgerEntry.Act.AMEND) for row in known]
    _append(entries, by, at, reason)
    return rows


def withdraw(row: Ledgered, by: Author, reason: str) -> None:
    """Take a row out of force, with a reason. Its content and history stay."""
    _switch(row, by, reason, LedgerEntry.Act.WITHDRAW)


def restore(row: Ledgered, by: Author, reason: str) -> None:
    """Put a withdrawn row into force again."""
    _switch(row, by, reason, LedgerEntry.Act.RESTORE)


@transaction.atomic
def _switch(row: Ledgered, by: Author, reason: str, act: LedgerEntry.Act) -> None:
    if not reason.strip():
        raise Problem("ledger.reason", what=str(row))
    _lock()
    at = by.when()
    row.withdrawn = act == LedgerEntry.Act.WITHDRAW
    _check_revisions([row])
    _stamp([], [row], at)
    _store([], [row])
    _append([(row, act)], by, at, reason)


def _lock() -> None:
    """One writer at a time. On SQLite BEGIN IMMEDIATE has done it (settings); PostgreSQL takes an advisory lock."""
    connection = connections["default"]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ADVISORY_LOCK])


def _unchanged_out(rows: Sequence[Ledgered]) -> list[Ledgered]:
    if not rows:
        return []
    _check_revisions(rows)
    before = {(entry.kind, entry.object_id): entry.content for entry in _last_entries(rows)}
    return [row for row in rows if before[(kind_of(row), row.pk)] != canonical(content_of(row))]


def _check_revisions(rows: Sequence[Ledgered]) -> None:
    for model, group in _by_model(rows):
        stored = dict(model._default_manager.filter(pk__in=[row.pk for row in group]).values_list("pk", "revision"))
        for row in group:
            if stored.get(row.pk) != row.revision:
                raise Problem("ledger.conflict", what=str(row), theirs=stored.get(row.pk), ours=row.revision)


def _stamp(fresh: Sequence[Ledgered], known: Sequence[Ledgered], at: datetime) -> None:
    for row in fresh:
        row.recorded_at = row.revised_at = at
        row.revision = 1
    for row in known:
        row.revised_at = at
        row.revision += 1


def _store(fresh: Sequence[Ledgered], known: Sequence[Ledgered]) -> None:
    for model, group in _by_model(fresh):
        _past_the_guard(model).bulk_create(group, batch_size=500)
    for model, group in _by_model(known):
        fields = [f.name for f in model._meta.concrete_fields if not f.primary_key]
        _past_the_guard(model).bulk_update(group, fields, batch_size=100)
    for row in (*fresh, *known):
        _store_links(row)


def _past_the_guard(model: type[Ledgered], using: str = "default") -> models.QuerySet[Any]:
    """A plain QuerySet: the one place where a ledgered table is written."""
    return models.QuerySet(model, using=using)


def _store_links(row: Ledgered) -> None:
    for name, ids in row.__dict__.get("_links", {}).items():
        getattr(row, name).set(ids)


def _append(
    entries: Sequence[tuple[Ledgered, LedgerEntry.Act]], by: Author, at: datetime, reason: str
) -> list[LedgerEntry]:
    seq, previous = head()
    made = []
    once.forget()
    for row, act in entries:
        seq += 1
        entry = LedgerEntry(
            seq=seq, kind=kind_of(row), object_id=row.pk, revision=row.revision, act=act,
            content=canonical(content_of(row)), at=at, author=by.name, device=by.device, reason=reason.strip(), previous=previous,
        )  # fmt: skip
        previous = entry.hash = hash_of(entry)
        made.append(entry)
    LedgerEntry.objects.bulk_create(made, batch_size=500)
    return made


def head(using: str = "default") -> tuple[int, str]:
    """Number and hash of the last entry; (0, zeros) for an empty ledger."""
    last = LedgerEntry.objects.using(using).order_by("-seq").values_list("seq", "hash").first()
    return last or (0, GENESIS)


# --- content


def kind_of(row: Ledgered | type[Ledgered]) -> str:
    return row._meta.label_lower


def ledgered_models() -> list[type[Ledgered]]:
    """Every table under the ledger."""
    return [model for model in apps.get_models() if issubclass(model, Ledgered)]


def content_of(row: Ledgered) -> dict[str, Any]:
    """The full content of a row as JSON values: its columns without bookkeeping, and its links as sorted ids."""
    values = {
        f.attname: _plain(f, getattr(row, f.attname)) for f in row._meta.concrete_fields if f.attname not in BOOKKEEPING
    }
    pending = row.__dict__.get("_links", {})
    for link in row._meta.many_to_many:
        if link.name in pending:
            values[link.name] = list(pending[link.name])
        else:
            ids = getattr(row, link.name).values_list("pk", flat=True) if row.revision else []
            values[link.name] = sorted(map(str, ids))
    return values


def _plain(f: Any, value: Any) -> Any:
    value = value if isinstance(f, models.JSONField) else f.to_python(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if value is None or isinstance(value, str | int | float | bool | list | dict):
        return value
    return str(value)  # UUID, date, Decimal: to_python() reads them back


def canonical(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def hash_of(entry: LedgerEntry) -> str:
    """SHA-256 over the canonical JSON of everything in the entry, the hash before it included."""
    body = [
        entry.seq, entry.kind, str(entry.object_id), entry.revision, entry.act, entry.content,
        entry.at.astimezone(UTC).isoformat(), entry.author, entry.device, entry.reason, entry.previous,
    ]  # fmt: skip
    return hashlib.sha256(canonical(body).encode()).hexdigest()


def row_from(model: type[Ledgered], entry: LedgerEntry, recorded_at: datetime) -> Any:
    """The row that an entry states; `links` of it are pending, not stored."""
    content = json.loads(entry.content)
    links = {f.name: content.pop(f.name, []) for f in model._meta.many_to_many}
    columns = {f.attname: f for f in model._meta.concrete_fields}
    values = {
        name: value if isinstance(columns[name], models.JSONField) else columns[name].to_python(value)
        for name, value in content.items()
        if name in columns
    }
    row = model(id=entry.object_id, revision=entry.revision, recorded_at=recorded_at, revised_at=entry.at, **values)
    return row.link(**links) if links else row


# --- reading back


def history(row: Ledgered) -> list[LedgerEntry]:
    """All revisions of a row, the newest first."""
    return list(LedgerEntry.objects.filter(kind=kind_of(row), object_id=row.pk).order_by("-revision"))


def _last_entries(rows: Sequence[Ledgered]) -> list[LedgerEntry]:
    found: list[LedgerEntry] = []
    for model, group in _by_model(rows):
        for part in batches([row.pk for row in group], 500):
            entries = LedgerEntry.objects.filter(kind=kind_of(model), object_id__in=part)
            last = entries.values("object_id").annotate(revision=Max("revision"))
            wanted = {(row["object_id"], row["revision"]) for row in last}
            found += [entry for entry in entries if (entry.object_id, entry.revision) in wanted]
    return found


def rebuild(model: type[Ledgered], ids: Sequence[UUID], at: datetime) -> list[Any]:
    """The rows with these ids as they were known at `at`, without those withdrawn then."""
    last: dict[UUID, LedgerEntry] = {}
    first: dict[UUID, datetime] = {}
    for part in batches(ids, 500):
        for entry in LedgerEntry.objects.filter(kind=kind_of(model), object_id__in=part, at__lte=at).order_by("seq"):
            first.setdefault(entry.object_id, entry.at)
            last[entry.object_id] = entry
    rows = (row_from(model, entry, first[key]) for key, entry in last.items())
    return [row for row in rows if not row.withdrawn]


# --- verification and replay


@dataclass(slots=True)
class Verdict:
    """What `verify` found. `faults` are in the order of the ledger; empty means that everything agrees."""

    entries: int = 0
    rows: int = 0
    head: str = GENESIS
    faults: list[dict[str, Any]] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        return not self.faults


def verify(progress: Callable[[int, int], None] | None = None, using: str = "default") -> Verdict:
    """Recompute the chain and compare every table with its last entries. O(entries), one pass, constant memory per row."""
    verdict = Verdict()
    last: dict[tuple[str, UUID], tuple[int, str]] = {}
    previous, expected = GENESIS, 1
    total = LedgerEntry.objects.using(using).count()
    for entry in LedgerEntry.objects.using(using).order_by("seq").iterator(chunk_size=2000):
        if entry.seq != expected:
            verdict.faults.append({"seq": entry.seq, "detail": f"entry {expected} is missing"})
        elif entry.previous != previous or entry.hash != hash_of(entry):
            verdict.faults.append({"seq": entry.seq, "detail": "hash does not match"})
        previous, expected = entry.hash, entry.seq + 1
        last[(entry.kind, entry.object_id)] = (entry.revision, _digest(entry.content))
        verdict.entries += 1
        if progress and verdict.entries % 2000 == 0:
            progress(verdict.entries, total)
    verdict.head = previous
    for model in ledgered_models():
        _compare_table(model, last, verdict, using)
    verdict.faults += [{"seq": None, "detail": f"row is gone: {kind} {key}"} for kind, key in last]
    return verdict


def _compare_table(
    model: type[Ledgered], last: dict[tuple[str, UUID], tuple[int, str]], verdict: Verdict, using: str
) -> None:
    links = [f.name for f in model._meta.many_to_many]
    rows = model._default_manager.using(using).prefetch_related(*links).iterator(chunk_size=1000)
    for row in rows:
        verdict.rows += 1
        _take_prefetched(row, links)
        stated = last.pop((kind_of(model), row.pk), None)
        if stated != (row.revision, _digest(canonical(content_of(row)))):
            verdict.faults.append({"seq": None, "detail": f"row differs from the ledger: {kind_of(model)} {row.pk}"})


def _take_prefetched(row: Ledgered, links: Sequence[str]) -> None:
    for name in links:
        row.link(**{name: [linked.pk for linked in getattr(row, name).all()]})


def _digest(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()


def replay(into: str, until: datetime | None = None, source: str = "default") -> int:
    """Build the database of a moment in the empty, migrated database `into`; returns the number of rows.

    Entries are copied as they are, so the copy verifies with the same head.
    """
    entries = LedgerEntry.objects.using(source).order_by("seq")
    if until is not None:
        entries = entries.filter(at__lte=until)
    states: dict[str, dict[UUID, tuple[LedgerEntry, datetime]]] = {}
    with transaction.atomic(using=into):
        for part in batches(entries.iterator(chunk_size=2000), 2000):
            LedgerEntry.objects.using(into).bulk_create(part)
            for entry in part:
                of_kind = states.setdefault(entry.kind, {})
                known = of_kind.get(entry.object_id)
                of_kind[entry.object_id] = (entry, known[1] if known else entry.at)
        return sum(_fill(model, states.get(kind_of(model), {}), into) for model in ledgered_models())


def _fill(model: type[Ledgered], states: dict[UUID, tuple[LedgerEntry, datetime]], into: str) -> int:
    for part in batches(states.values(), 500):
        rows = [row_from(model, entry, recorded_at) for entry, recorded_at in part]
        _past_the_guard(model, into).bulk_create(rows)
        for link in model._meta.many_to_many:
            through: Any = link.remote_field.through
            left, right = link.m2m_column_name(), link.m2m_reverse_name()
            pairs = [(row.pk, UUID(other)) for row in rows for other in row.__dict__["_links"][link.name]]
            through._default_manager.using(into).bulk_create(
                [through(**{left: a, right: b}) for a, b in pairs], batch_size=500
            )
    return len(states)


def _by_model(rows: Iterable[Ledgered]) -> Iterator[tuple[type[Ledgered], list[Ledgered]]]:
    groups: dict[type[Ledgered], list[Ledgered]] = {}
    for row in rows:
        groups.setdefault(type(row), []).append(row)
    yield from groups.items()


def batches(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """Lists of at most `size` items: keeps queries under the database's limit of parameters."""
    part: list[Any] = []
    for item in items:
        part.append(item)
        if len(part) == size:
            yield part
            part = []
    if part:
        yield part
