"""What people decide about a review: which wording they keep, and at which moment the figures are frozen.

Figures, verdicts and offered wordings are never stored: they are computed from the records as known at the moment.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from cotmoc.base.models import Ledgered, Unit
from cotmoc.base.scope import Scope


class ReviewSentence(Ledgered):
    """A wording that a person chose instead of the one offered, or a sentence of their own.

    `claim` and `strength` choose a wording of a claim; `claim` with `text` says the claim in own words; `text` alone, under
    the heading `point`, is a sentence that no claim carries. What the figures do not carry needs a reason.
    """

    scope = Scope("unit", "below")
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("Đơn vị"), related_name="+")
    year = models.PositiveSmallIntegerField(_("Năm"))
    chapter = models.CharField(_("Chương"), max_length=20)
    point = models.CharField(_("Mục"), max_length=20)
    claim = models.CharField(_("Câu"), max_length=20, blank=True)
    strength = models.PositiveSmallIntegerField(_("Độ mạnh"), null=True, blank=True)
    text = models.TextField(_("Lời văn"), blank=True)
    reason = models.TextField(_("Lý do giữ"), blank=True)
    author = models.CharField(_("Người soạn"), max_length=120)

    class Meta:
        verbose_name = _("Câu kiểm điểm")
        verbose_name_plural = _("Câu kiểm điểm")
        ordering: ClassVar = ["recorded_at"]
        indexes: ClassVar = [models.Index(fields=["unit", "year", "chapter"])]

    def __str__(self) -> str:
        return self.text or f"{self.claim} ({self.strength})"


class ReviewFreeze(Ledgered):
    """The moment whose figures a review speaks of. A later freeze never removes an earlier one."""

    scope = Scope("unit", "below")
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("Đơn vị"), related_name="+")
    year = models.PositiveSmallIntegerField(_("Năm"))
    chapter = models.CharField(_("Chương"), max_length=20)
    code = models.CharField(_("Mã chốt"), max_length=30)
    at = models.DateTimeField(_("Thời điểm chốt"))
    figures = models.JSONField(_("Số liệu lúc chốt"), default=dict)
    """Each figure as it read: {measure: text}. Computing it again as of `at` must give the same."""
    author = models.CharField(_("Người chốt"), max_length=120)

    class Meta:
        verbose_name = _("Bản chốt số liệu")
        verbose_name_plural = _("Bản chốt số liệu")
        ordering: ClassVar = ["at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "year", "chapter", "code"], name="freeze_code_once")
        ]

    def __str__(self) -> str:
        return self.code
