"""Evidence as it came, and the quarantine for what could not be read."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from cotmoc.base.models.ledger import Ledgered
from cotmoc.base.models.units import Unit
from cotmoc.base.scope import Scope


class EvidenceFile(Ledgered):
    """A file as it arrived. The bytes lie in the store under their SHA-256 (`base.evidence`) and never change."""

    scope = Scope("unit", "below")
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("Đơn vị"))
    sha256 = models.CharField("SHA-256", max_length=64, unique=True)
    size = models.PositiveBigIntegerField(_("Cỡ (byte)"))
    name = models.CharField(_("Tên tệp"), max_length=255)
    media_type = models.CharField(_("Kiểu"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("Tệp gốc")
        verbose_name_plural = _("Tệp gốc")

    def __str__(self) -> str:
        return self.name


class Quarantine(Ledgered):
    """A file that was kept but could not be used, with its reason; it waits for a person."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Chờ xử lý")
        SETTLED = "settled", _("Đã xử lý")

    scope = Scope("unit", "below")
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("Đơn vị"))
    evidence = models.ForeignKey(EvidenceFile, models.PROTECT, verbose_name=_("Tệp gốc"))
    code = models.CharField(_("Mã lỗi"), max_length=60)
    case = models.JSONField(default=dict, blank=True)
    """What fills the sentence of `code` in base.problems."""
    state = models.CharField(_("Tình trạng"), max_length=8, choices=State, default=State.WAITING)
    outcome = models.TextField(_("Kết quả xử lý"), blank=True)

    class Meta:
        verbose_name = _("Tệp chờ xử lý")
        verbose_name_plural = _("Tệp chờ xử lý")
        indexes: ClassVar = [models.Index(fields=["unit", "state"])]
