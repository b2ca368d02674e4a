"""The border line in versions, markers and stakes, stretches anchored on markers, coast, gates."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from cotmoc.base.models.ledger import Ledgered
from cotmoc.base.models.units import Dated, Unit
from cotmoc.base.scope import Scope


class BorderLine(Ledgered):
    """A line that is guarded: the land border of a province, a stretch of coast, the shore of an island."""

    class Kind(models.TextChoices):
        LAND = "land", _("Biên giới đất liền")
        COAST = "coast", _("Bờ biển")
        ISLAND = "island", _("Bờ đảo")

    scope = Scope("unit", "command")
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("Đơn vị"))
    code = models.CharField(_("Mã"), max_length=30, unique=True)
    name = models.CharField(_("Tên"), max_length=120)
    kind = models.CharField(_("Loại"), max_length=8, choices=Kind)

    class Meta:
        verbose_name = _("Tuyến")
        verbose_name_plural = _("Tuyến")

    def __str__(self) -> str:
        return self.name


class LineVersion(Ledgered, Dated):
    """One drawing of the line. Its length is a property of this drawing: coverage always names the version."""

    scope = Scope("line__unit", "command")
    line = models.ForeignKey(BorderLine, models.PROTECT, related_name="versions")
    source = models.CharField(_("Nguồn"), max_length=200)
    licence = models.CharField(_("Giấy phép"), max_length=120, blank=True)
    surveyed_on = models.DateField(_("Ngày của nguồn"), null=True, blank=True)
    crs = models.CharField(_("Hệ tọa độ gốc"), max_length=60, default="EPSG:4326")
    accuracy_m = models.FloatField(_("Sai số (m)"), null=True, blank=True)
    published_m = models.FloatField(_("Chiều dài công bố (m)"), null=True, blank=True)
    measured_m = models.FloatField(_("Chiều dài đo trên bản vẽ (m)"))
    vertex_count = models.PositiveIntegerField(_("Số đỉnh"))
    geometry = models.JSONField(_("Hình"))
    """GeoJSON LineString or MultiLineString, EPSG:4326."""

    class Meta:
        verbose_name = _("Phiên bản đường biên")

    def __str__(self) -> str:
        return f"{self.source} ({self.valid_from:%d/%m/%Y})"


class BorderMarker(Ledgered, Dated):
    """A boundary marker or witness stake. Its number is a string: `676`, `511/1`, `165(1)`, `CD5`."""

    class Class(models.TextChoices):
        MAIN = "main", _("Mốc chính")
        AUXILIARY = "auxiliary", _("Mốc phụ")
        STAKE = "stake", _("Cọc dấu")

    class Size(models.TextChoices):
        LARGE = "large", _("Mốc đại")
        MEDIUM = "medium", _("Mốc trung")
        SMALL = "small", _("Mốc tiểu")
        SPECIAL = "special", _("Mốc đặc biệt")
        NONE = "none", _("Không phân cỡ")

    class Multiplicity(models.TextChoices):
        SINGLE = "single", _("Mốc đơn")
        DOUBLE = "double", _("Mốc đôi")
        TRIPLE = "triple", _("Mốc ba")

    scope = Scope("line__unit", "command")
    line = models.ForeignKey(BorderLine, models.PROTECT, related_name="markers", verbose_name=_("Tuyến"))
    number = models.CharField(_("Số hiệu"), max_length=20)
    sort_key = models.CharField(max_length=40, editable=False, db_index=True)
    kind = models.CharField(_("Loại"), max_length=9, choices=Class)
    size = models.CharField(_("Cỡ"), max_length=7, choices=Size, default=Size.NONE)
    multiplicity = models.CharField(_("Đơn, đôi, ba"), max_length=6, choices=Multiplicity, default=Multiplicity.SINGLE)
    inscription = models.CharField(_("Số khắc"), max_length=80, blank=True)
    material = models.CharField(_("Vật liệu"), max_length=60, blank=True)
    note = models.TextField(_("Ghi chú"), blank=True)

    class Meta:
        verbose_name = _("Mốc, cọc dấu")
        verbose_name_plural = _("Mốc, cọc dấu")
        ordering: ClassVar = ["sort_key"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["line", "number", "valid_from"], name="marker_number")]

    def __str__(self) -> str:
        return self.number if self.kind == self.Class.STAKE else _("Mốc %(number)s") % {"number": self.number}


class MarkerPosition(Ledgered, Dated):
    """One statement of where a marker stands. Treaty, re-survey and phone are never mixed; a phone proves presence only."""

    class Source(models.TextChoices):
        TREATY = "treaty", _("Hiệp định")
        SURVEY = "survey", _("Đo lại")
        INVENTED = "invented", _("Minh họa")

    scope = Scope("marker__line__unit", "command")
    marker = models.ForeignKey(BorderMarker, models.PROTECT, related_name="positions")
    source = models.CharField(_("Nguồn"), max_length=8, choices=Source)
    lon = models.FloatField(_("Kinh độ"))
    lat = models.FloatField(_("Vĩ độ"))
    height_m = models.FloatField(_("Độ cao (m)"), null=True, blank=True)
    as_written = models.CharField(_("Như trong nguồn"), max_length=120, blank=True)
    crs = models.CharField(_("Hệ tọa độ"), max_length=60, default="EPSG:4326")
    accuracy_m = models.FloatField(_("Sai số (m)"), null=True, blank=True)
    reference = models.CharField(_("Tài liệu"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("Vị trí mốc")


class LineStretch(Ledgered, Dated):
    """The part of a line that a unit holds, anchored on markers: from `start` up to, not including, `end`.

    An empty start is the line's beginning, an empty end its end: the stretches of a line share their boundaries. On a
    coast, which has no markers, the anchors are points.
    """

    scope = Scope("unit", "command")
    line = models.ForeignKey(BorderLine, models.PROTECT, related_name="stretches")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="stretches")
    start = models.ForeignKey(BorderMarker, models.PROTECT, null=True, blank=True, related_name="+")
    end = models.ForeignKey(BorderMarker, models.PROTECT, null=True, blank=True, related_name="+")
    start_lon = models.FloatField(null=True, blank=True)
    start_lat = models.FloatField(null=True, blank=True)
    end_lon = models.FloatField(null=True, blank=True)
    end_lat = models.FloatField(null=True, blank=True)

    class Meta:
        verbose_name = _("Đoạn tuyến")
        verbose_name_plural = _("Đoạn tuyến")

    def __str__(self) -> str:
        return f"{self.unit.short_name}: {self.line.name}"


class BorderGate(Ledgered):
    """A gate is a place of its own, not a point of the line. Its class is dated."""

    scope = Scope("unit", "command")
    unit = models.ForeignKey(Unit, models.PROTECT)
    code = models.CharField(_("Mã"), max_length=30, unique=True)
    name = models.CharField(_("Tên"), max_length=120)
    opposite = models.CharField(_("Bên kia"), max_length=120, blank=True)
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)

    class Meta:
        verbose_name = _("Cửa khẩu")
        verbose_name_plural = _("Cửa khẩu")

    def __str__(self) -> str:
        return self.name


class GateClass(Ledgered, Dated):
    class Class(models.TextChoices):
        INTERNATIONAL = "international", _("Cửa khẩu quốc tế")
        MAIN = "main", _("Cửa khẩu chính")
        SECONDARY = "secondary", _("Cửa khẩu phụ")
        OPENING = "opening", _("Lối mở")

    scope = Scope("gate__unit", "command")
    gate = models.ForeignKey(BorderGate, models.PROTECT, related_name="classes")
    kind = models.CharField(_("Loại"), max_length=13, choices=Class)
    decision = models.CharField(_("Văn bản"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("Loại cửa khẩu")
