"""Units with several dated lines, people, and where people serve."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from cotmoc.base.models.ledger import Ledgered
from cotmoc.base.scope import Scope


class Dated(models.Model):
    """Something that holds from a day to a day. `valid_to` is the first day on which it holds no more; empty = still holds."""

    valid_from = models.DateField(_("Từ ngày"), default=date(1900, 1, 1))
    valid_to = models.DateField(_("Đến ngày"), null=True, blank=True)

    class Meta:
        abstract = True

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


class Unit(Ledgered):
    """A unit, post, station, locality or Party body. Its names and parents are dated rows of their own."""

    class Kind(models.TextChoices):
        COMMAND = "command", _("Bộ Chỉ huy")
        BOARD = "board", _("Ban Chỉ huy")
        LAND_POST = "land_post", _("Đồn biên phòng (tuyến núi)")
        SEA_POST = "sea_post", _("Đồn biên phòng (tuyến biển)")
        GATE_POST = "gate_post", _("Đồn biên phòng cửa khẩu")
        STATION = "station", _("Trạm kiểm soát")
        SQUADRON = "squadron", _("Hải đội")
        SECTION = "section", _("Cơ quan, phòng, ban")
        PARTY = "party", _("Tổ chức đảng")
        PARTNER = "partner", _("Đơn vị nước bạn")
        LOCALITY = "locality", _("Địa phương")

    scope = Scope("", "command")
    code = models.CharField(_("Mã"), max_length=30, unique=True)
    name = models.CharField(_("Tên hiện nay"), max_length=120)
    short_name = models.CharField(_("Tên gọn"), max_length=60)
    kind = models.CharField(_("Loại"), max_length=12, choices=Kind)
    lon = models.FloatField(_("Kinh độ"), null=True, blank=True)
    lat = models.FloatField(_("Vĩ độ"), null=True, blank=True)
    folded = models.CharField(max_length=200, editable=False, db_index=True, default="")

    class Meta:
        verbose_name = _("Đơn vị")
        verbose_name_plural = _("Đơn vị")
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.short_name


class UnitName(Ledgered, Dated):
    """A name that a unit bore. History keeps its names."""

    scope = Scope("unit", "command")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="names")
    name = models.CharField(_("Tên"), max_length=120)

    class Meta:
        verbose_name = _("Tên đơn vị")

    def __str__(self) -> str:
        return self.name


class UnitParent(Ledgered, Dated):
    """`unit` stands under `parent` on one line, between two days."""

    class Line(models.TextChoices):
        COMMAND = "command", _("Chỉ huy")
        PARTY = "party", _("Đảng")
        LOCALITY = "locality", _("Địa phương")

    scope = Scope("unit", "command")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="parents")
    parent = models.ForeignKey(Unit, models.PROTECT, related_name="children")
    line = models.CharField(_("Hệ"), max_length=8, choices=Line)

    class Meta:
        verbose_name = _("Quan hệ cấp trên")

    def __str__(self) -> str:
        return f"{self.unit} < {self.parent} ({self.get_line_display()})"


class Person(Ledgered):
    """A serviceman or woman. Family name first, as written."""

    scope = Scope("unit", "command")
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("Đơn vị"))
    code = models.CharField(_("Số hiệu"), max_length=30, unique=True)
    name = models.CharField(_("Họ và tên"), max_length=80)
    folded = models.CharField(max_length=120, editable=False, db_index=True, default="")

    class Meta:
        verbose_name = _("Quân nhân")
        verbose_name_plural = _("Quân nhân")

    def __str__(self) -> str:
        return self.name


class Posting(Ledgered, Dated):
    """Rank and post of a person in a unit, between two days."""

    scope = Scope("unit", "command")
    person = models.ForeignKey(Person, models.PROTECT, related_name="postings")
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("Đơn vị"))
    rank = models.CharField(_("Cấp bậc"), max_length=40)
    post = models.CharField(_("Chức vụ"), max_length=80)

    class Meta:
        verbose_name = _("Chức vụ theo thời gian")

    def __str__(self) -> str:
        return f"{self.rank} {self.person}, {self.post}"


class Account(Ledgered):
    """Which unit, and which person, stands behind a sign-in name. Passwords live in Django's own table, not in the ledger."""

    scope = Scope("unit", "below")
    username = models.CharField(_("Tên đăng nhập"), max_length=150, unique=True)
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("Đơn vị"))
    person = models.ForeignKey(Person, models.PROTECT, verbose_name=_("Quân nhân"), null=True, blank=True)

    class Meta:
        verbose_name = _("Tài khoản")

    def __str__(self) -> str:
        return self.username
