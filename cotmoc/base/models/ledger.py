"""The ledger's table, and what it means for a table to be under the ledger.

The ledger is append-only (triggers refuse UPDATE and DELETE, migration 0002) and hash-chained; each entry holds the full
content of one revision of one row. A ledgered row can be written only through `cotmoc.base.ledger`.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cotmoc.base.scope import Scope, scoped

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser


class LedgerEntry(models.Model):
    """One revision of one row: full content, who, when, which device, why; chained by SHA-256 to the entry before."""

    class Act(models.TextChoices):
        CREATE = "create", _("Lập")
        AMEND = "amend", _("Sửa")
        WITHDRAW = "withdraw", _("Rút")
        RESTORE = "restore", _("Khôi phục")

    seq = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=60)
    object_id = models.UUIDField()
    revision = models.PositiveIntegerField()
    act = models.CharField(max_length=10, choices=Act)
    content = models.TextField()
    at = models.DateTimeField(_("Thời điểm"))
    author = models.CharField(_("Người ghi"), max_length=150)
    device = models.CharField(_("Thiết bị"), max_length=100, blank=True)
    reason = models.TextField(_("Lý do"), blank=True)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "object_id", "revision"], name="ledger_one_revision")
        ]
        indexes: ClassVar = [models.Index(fields=["kind", "at"], name="ledger_kind_at")]

    def __str__(self) -> str:
        return f"{self.seq} {self.kind} {self.object_id} #{self.revision}"


class LedgerBypass(RuntimeError):
    """A ledgered row was about to be written past the ledger. Always a bug of ours."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}: ledgered rows are written only through cotmoc.base.ledger")


class LedgeredQuerySet(models.QuerySet["Any"]):
    """Rows under the ledger: scoped by unit, readable as of any moment, not writable from here."""

    _askers: tuple[Any, ...] = ()
    """For whom these rows were scoped; `known_at` scopes what it rebuilds for the same users."""

    def for_user(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """The rows this user may see. The one place where scope is decided."""
        found: Self = scoped(self, user)
        found._askers = (*self._askers, user)
        return found

    def _clone(self) -> Self:
        clone: Self = super()._clone()  # type: ignore[misc]
        clone._askers = self._askers
        return clone

    def in_force(self) -> Self:
        """Without withdrawn rows."""
        return self.filter(withdrawn=False)

    def on(self, day: date) -> Self:
        """The rows in force whose validity holds on `day` (tables with `valid_from` and `valid_to`)."""
        return self.in_force().filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), valid_from__lte=day)

    def known_at(self, at: datetime | None, where: Callable[[Any], bool] | None = None) -> list[Any]:
        """The rows in force as the program knew them at `at` (None: now).

        Rows amended or withdrawn after `at` are rebuilt from the ledger; the scope of `for_user` holds for them, other filters
        of this query do not reach those, so `where` must say the same. One query when nothing changed since, two or three
        otherwise.
        """
        if at is None:
            return list(self.in_force())
        from cotmoc.base.ledger import rebuild

        settled = list(self.in_force().filter(revised_at__lte=at))
        changed = self.model._default_manager.filter(recorded_at__lte=at, revised_at__gt=at)
        for user in self._askers:
            changed = changed.for_user(user)
        rebuilt = rebuild(self.model, list(changed.values_list("pk", flat=True)), at)
        return settled + [row for row in rebuilt if where is None or where(row)]

    def update(self, **values: Any) -> int:
        raise LedgerBypass(f"{self.model.__name__}.update")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise LedgerBypass(f"{self.model.__name__}.delete")

    def bulk_create(self, objs: Iterable[Any], *args: Any, **options: Any) -> list[Any]:
        raise LedgerBypass(f"{self.model.__name__}.bulk_create")

    def bulk_update(self, objs: Iterable[Any], *args: Any, **options: Any) -> int:
        raise LedgerBypass(f"{self.model.__name__}.bulk_update")


LedgeredManager = models.Manager.from_queryset(LedgeredQuerySet)


class Ledgered(models.Model):
    """A row whose every revision is in the ledger."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    revision = models.PositiveIntegerField(default=0, editable=False)
    recorded_at = models.DateTimeField(_("Ghi lúc"), editable=False, db_index=True)
    revised_at = models.DateTimeField(_("Sửa lúc"), editable=False, db_index=True)
    withdrawn = models.BooleanField(_("Đã rút"), default=False, editable=False)

    objects = LedgeredManager()

    scope: ClassVar[Scope]
    """Which unit a row belongs to, and who may see it. Every concrete model says it (checked at start)."""

    class Meta:
        abstract = True

    def link(self, **links: Iterable[uuid.UUID]) -> Self:
        """Set many-to-many links by id; they are written with the next `ledger.write`."""
        self.__dict__.setdefault("_links", {}).update({name: sorted(map(str, ids)) for name, ids in links.items()})
        return self

    def save(self, *args: Any, **options: Any) -> None:
        raise LedgerBypass(f"{type(self).__name__}.save")

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        raise LedgerBypass(f"{type(self).__name__}.delete")
