"""Disruptions: what kept plans from being carried out, with the order that says so."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from cotmoc.base.models import Unit
from cotmoc.base.scope import Scope
from cotmoc.record.register import Record, register


@register
class Disruption(Record):
    """A span of days in which an outside cause hindered a unit's work. It explains missed plan lines, it does not excuse them."""

    class Kind(models.TextChoices):
        DISTANCING = "distancing", _("Giãn cách, cách ly xã hội")
        STORM = "storm", _("Bão, mưa lũ")
        ROAD = "road", _("Đường bị chia cắt")
        OTHER = "other", _("Khác")

    slug = "disruptions"
    code_prefix = "GD"
    counted_on = "since"
    columns = ("code", "kind", "name", "since", "until", "order_number", "unit")
    filters = ("kind",)
    form_fields = ("kind", "name", "since", "until", "units", "order_number", "verified_by", "note")
    searched = ("code", "name", "order_number", "kind")
    titled_by = "name"
    new_label = _("Ghi gián đoạn")

    scope = Scope("unit", "command")
    kind = models.CharField(_("Loại"), max_length=10, choices=Kind)
    name = models.CharField(_("Nội dung"), max_length=160)
    since = models.DateField(_("Từ ngày"))
    until = models.DateField(_("Hết ngày"))
    """The last day, included."""
    units = models.ManyToManyField(Unit, verbose_name=_("Đơn vị chịu ảnh hưởng"), related_name="+")
    order_number = models.CharField(_("Văn bản, lệnh"), max_length=120, blank=True)
    verified_by = models.CharField(_("Người đối chiếu"), max_length=120, blank=True)
    note = models.TextField(_("Ghi chú"), blank=True)

    class Meta:
        verbose_name = _("Gián đoạn")
        verbose_name_plural = _("Gián đoạn")
        ordering: ClassVar = ["-since"]
