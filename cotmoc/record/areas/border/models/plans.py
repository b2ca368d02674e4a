"""What must be walked and inspected how often, and the plan lines that come from it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cotmoc.base.models import LineStretch, Person
from cotmoc.base.models.units import Dated
from cotmoc.base.scope import Scope
from cotmoc.record.areas.border.models.patrols import BetweenMarkers, Patrol, PatrolKind
from cotmoc.record.register import Record, register

GRACE = timedelta(days=7)
"""A plan line ended within this after its window is done late, not missed. Default, to be set by the command."""
WAIVER_GRACE = timedelta(days=3)
"""A waiver approved later than this after the window explains a missed line, but does not waive it."""


@register
class PatrolRequirement(Record, Dated):
    """How often a stretch must be walked, or its markers inspected. No public rule exists: each command sets its own, dated."""

    class Subject(models.TextChoices):
        LINE = "line", _("Đường biên")
        MARKER = "marker", _("Mốc, cọc dấu")

    slug = "patrol-requirements"
    code_prefix = "YC"
    counted_on = "valid_from"
    columns = ("code", "subject", "stretch", "every_days", "valid_from", "valid_to", "verified_by")
    filters = ("subject",)
    form_fields = ("subject", "stretch", "every_days", "season", "valid_from", "valid_to", "verified_by", "note")
    searched = ("code", "subject", "note")
    new_label = _("Thêm yêu cầu")

    scope = Scope("unit", "command")
    subject = models.CharField(_("Đối tượng"), max_length=6, choices=Subject)
    stretch = models.ForeignKey(
        LineStretch, models.PROTECT, verbose_name=_("Đoạn"), related_name="requirements", null=True, blank=True
    )
    """Empty: every stretch of the unit and the units below it that has no requirement of its own."""
    every_days = models.PositiveSmallIntegerField(_("Hạn (ngày)"))
    season = models.CharField(_("Mùa"), max_length=60, blank=True)
    verified_by = models.CharField(_("Người đối chiếu"), max_length=120, blank=True)
    note = models.TextField(_("Ghi chú"), blank=True)

    class Meta:
        verbose_name = _("Yêu cầu tuần tra")
        verbose_name_plural = _("Yêu cầu tuần tra")
        ordering: ClassVar = ["-valid_from"]


@register
class PatrolPlanLine(Record, BetweenMarkers):
    """One planned patrol: a window, a stretch, and what became of it."""

    class Status(models.TextChoices):
        DUE = "due", _("Chưa đến hạn")
        DONE = "done", _("Đã thực hiện")
        LATE = "late", _("Thực hiện muộn")
        MISSED = "missed", _("Bỏ lỡ")
        WAIVED = "waived", _("Được miễn")

    slug = "patrol-plan-lines"
    code_prefix = "KH"
    counted_on = "window_to"
    columns = ("window_from", "window_to", "code", "kind", "unit", "stretch_text", "patrol", "waiver_reason")
    filters = ("kind",)
    form_fields = (
        "kind", "window_from", "window_to", "stretch", "from_marker", "to_marker", "team_size", "task", "patrol",
        "waiver_reason", "waived_by", "waived_on", "note",
    )  # fmt: skip
    searched = ("code", "kind", "unit", "task", "waiver_reason", "from_marker", "to_marker")
    beside = ("from_marker", "to_marker")
    titled_by = "stretch_text"
    new_label = _("Thêm dòng kế hoạch")

    kind = models.CharField(_("Loại tuần tra"), max_length=10, choices=PatrolKind)
    window_from = models.DateField(_("Từ ngày"))
    window_to = models.DateField(_("Hết ngày"))
    """The last day of the window, included."""
    stretch = models.ForeignKey(
        LineStretch, models.PROTECT, verbose_name=_("Đoạn"), related_name="+", null=True, blank=True
    )
    team_size = models.PositiveSmallIntegerField(_("Số người"), default=6)
    task = models.CharField(_("Nhiệm vụ"), max_length=200, blank=True)
    patrol = models.ForeignKey(
        Patrol, models.PROTECT, verbose_name=_("Chuyến đã đi"), related_name="plan_lines", null=True, blank=True
    )
    waiver_reason = models.CharField(_("Lý do miễn"), max_length=200, blank=True)
    waived_by = models.ForeignKey(
        Person, models.PROTECT, verbose_name=_("Người duyệt"), related_name="+", null=True, blank=True
    )
    waived_on = models.DateField(_("Ngày duyệt"), null=True, blank=True)
    note = models.TextField(_("Ghi chú"), blank=True)

    class Meta:
        verbose_name = _("Dòng kế hoạch tuần tra")
        verbose_name_plural = _("Dòng kế hoạch tuần tra")
        ordering: ClassVar = ["-window_from", "code"]
        indexes: ClassVar = [models.Index(fields=["window_to"]), models.Index(fields=["unit", "window_to"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(window_to__gte=F("window_from")), name="plan_window_in_order",
                violation_error_message=_("Ngày cuối sớm hơn ngày đầu. Sửa một trong hai."),
            )
        ]  # fmt: skip


def plan_status(window_to: date, ended_on: date | None, waived_on: date | None, today: date) -> PatrolPlanLine.Status:
    """What became of a plan line by `today`. Each line is exactly one of done, late, waived, missed, or not yet due.

    Done wins over a waiver; a waiver approved too late explains, but the line stays missed.
    """
    status = PatrolPlanLine.Status
    if ended_on is not None and ended_on <= today:
        if ended_on <= window_to:
            return status.DONE
        if ended_on <= window_to + GRACE:
            return status.LATE
    if waived_on is not None and waived_on <= min(today, window_to + WAIVER_GRACE):
        return status.WAIVED
    return status.MISSED if today > window_to + GRACE else status.DUE
