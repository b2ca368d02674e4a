"""Settings of an installation that staff may change: each is a ledgered row."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from cotmoc.base.models.ledger import Ledgered
from cotmoc.base.scope import Scope


class Setting(Ledgered):
    """A named value (JSON), with who verified it. Rules are data; what nobody verified says so."""

    scope = Scope("", "all")
    key = models.CharField(_("Khóa"), max_length=80, unique=True)
    value = models.JSONField(_("Giá trị"))
    verified_by = models.CharField(_("Người đối chiếu"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("Thiết lập")

    def __str__(self) -> str:
        return self.key
