"""Markers in the field: inspections with checklist and photos, damage cases from opening to repair."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cotmoc.base.models import BorderMarker, EvidenceFile, Ledgered, Person
from cotmoc.base.scope import Scope
from cotmoc.record.areas.border.models.patrols import Patrol
from cotmoc.record.register import Record, register

PHOTOS_NEEDED = 2
"""Photos without which an inspection is not complete. Default; not found in a text."""


class DamageKind(models.TextChoices):
    NONE = "", _("Không")
    CHIPPED = "chipped", _("Sứt, vỡ thân mốc")
    TILTED = "tilted", _("Nghiêng")
    COURT = "court", _("Lở, nứt sân mốc")
    TEXT = "text", _("Mờ, mất chữ khắc")
    SHIFTED = "shifted", _("Xê dịch")
    GONE = "gone", _("Mất")


class Threat(models.TextChoices):
    NONE = "", _("Không")
    LANDSLIDE = "landslide", _("Sạt lở")
    WATER = "water", _("Nước xói")
    TREE = "tree", _("Cây đổ")
    ANIMAL = "animal", _("Gia súc")
    PEOPLE = "people", _("Người xâm hại")


@register
class MarkerInspection(Record):
    """A patrol visits a border marker and reports its state: checklist, damage, threat, brush cut, photos, fix."""

    class State(models.TextChoices):
        INTACT = "intact", _("Nguyên trạng")
        DAMAGED = "damaged", _("Hư hỏng")
        DISPLACED = "displaced", _("Bị xê dịch")
        UNREACHED = "unreached", _("Không tới được")

    CHECKS: ClassVar = (
        "standing", "body", "court", "inscription", "not_moved", "surroundings", "sight_line", "access",
    )  # fmt: skip

    slug = "marker-inspections"
    code_prefix = "BB"
    counted_on = "seen_at"
    columns = ("seen_at", "code", "marker", "state", "unit", "photo_count", "check_text", "brush_cut_m")
    filters = ("state", "marker")
    form_fields = (
        "marker", "patrol", "seen_at", "inspector", "state", "unreached_reason", *CHECKS, "damage_kind", "damage_degree",
        "threat", "brush_cut_m", "lat", "lon", "accuracy_m", "joint", "note",
    )  # fmt: skip
    searched = ("code", "marker", "state", "unit", "inspector", "note", "damage_kind", "threat")
    lacking = Q(state="unreached", unreached_reason="") | ~Q(state="unreached") & (
        Q(photo_count__lt=PHOTOS_NEEDED) | reduce(or_, (Q(**{f"{item}__isnull": True}) for item in CHECKS))
    )
    titled_by = "marker"
    new_label = _("Lập biên bản")
    everyday = True
    form_template = "record/border/inspection_form.html"
    detail_template = "record/border/_inspection.html"

    marker = models.ForeignKey(BorderMarker, models.PROTECT, verbose_name=_("Mốc, cọc"), related_name="inspections")
    patrol = models.ForeignKey(
        Patrol, models.PROTECT, verbose_name=_("Chuyến tuần tra"), related_name="inspections", null=True, blank=True
    )
    seen_at = models.DateTimeField(_("Thời điểm"))
    inspector = models.ForeignKey(
        Person, models.PROTECT, verbose_name=_("Người kiểm tra"), related_name="+", null=True, blank=True
    )
    state = models.CharField(_("Tình trạng"), max_length=9, choices=State)
    unreached_reason = models.CharField(_("Lý do không tới được"), max_length=160, blank=True)

    standing = models.BooleanField(_("Mốc đứng vững, không nghiêng"), null=True, blank=True)
    body = models.BooleanField(_("Thân mốc không sứt, vỡ"), null=True, blank=True)
    court = models.BooleanField(_("Sân, bệ mốc không lở, nứt"), null=True, blank=True)
    inscription = models.BooleanField(_("Chữ khắc, quốc huy rõ"), null=True, blank=True)
    not_moved = models.BooleanField(_("Khoảng cách tới vật chuẩn không đổi"), null=True, blank=True)
    surroundings = models.BooleanField(_("Xung quanh không có dấu hiệu xâm hại"), null=True, blank=True)
    sight_line = models.BooleanField(_("Thông tầm nhìn tới mốc kề"), null=True, blank=True)
    access = models.BooleanField(_("Đường tới mốc đi được"), null=True, blank=True)

    damage_kind = models.CharField(_("Dạng hư hỏng"), max_length=8, choices=DamageKind, blank=True, default="")
    damage_degree = models.CharField(_("Mức độ"), max_length=120, blank=True)
    threat = models.CharField(_("Nguy cơ"), max_length=9, choices=Threat, blank=True, default="")
    brush_cut_m = models.PositiveSmallIntegerField(_("Phát quang (m)"), default=0)
    lat = models.FloatField(_("Vĩ độ điện thoại"), null=True, blank=True)
    lon = models.FloatField(_("Kinh độ điện thoại"), null=True, blank=True)
    accuracy_m = models.FloatField(_("Sai số (m)"), null=True, blank=True)
    joint = models.BooleanField(_("Cùng lực lượng bạn"), default=False)
    note = models.TextField(_("Ghi chú"), blank=True)
    photo_count = models.PositiveSmallIntegerField(_("Ảnh"), default=0, editable=False)
    """Photos attached, kept by `actions.attach_photo`."""

    class Meta:
        verbose_name = _("Biên bản kiểm tra mốc")
        verbose_name_plural = _("Biên bản kiểm tra mốc")
        ordering: ClassVar = ["-seen_at"]
        indexes: ClassVar = [models.Index(fields=["marker", "seen_at"]), models.Index(fields=["seen_at"])]

    def answers(self) -> list[bool | None]:
        """The eight answers in the order of CHECKS; None where the item was left open."""
        return [getattr(self, name) for name in self.CHECKS]

    def check_text(self) -> str:
        """Items found good of items answered, e.g. `7/8`; empty when none was answered."""
        given = [answer for answer in self.answers() if answer is not None]
        return f"{sum(given)}/{len(given)}" if given else ""

    check_text.short_description = _("Mục đạt")  # type: ignore[attr-defined]

    def complete(self) -> bool:
        """All items answered and enough photos: only such an inspection proves that a marker is intact."""
        return not self.lacks()

    def lacks(self) -> list[str]:
        if self.state == self.State.UNREACHED:
            return [] if self.unreached_reason else [str(_("lý do không tới được"))]
        open_items = self.answers().count(None)
        missing = []
        if self.photo_count < PHOTOS_NEEDED:
            missing.append(str(_("%(n)d ảnh") % {"n": PHOTOS_NEEDED - self.photo_count}))
        if open_items:
            missing.append(str(_("%(n)d mục kiểm") % {"n": open_items}))
        return missing


class Photo(Ledgered):
    """A photo of an inspection. The original stays in the evidence store, untouched."""

    class Direction(models.TextChoices):
        NORTH = "north", _("Bắc")
        EAST = "east", _("Đông")
        SOUTH = "south", _("Nam")
        WEST = "west", _("Tây")
        SIGHT = "sight", _("Tầm nhìn")
        DETAIL = "detail", _("Chi tiết")

    scope = Scope("inspection__unit", "below")
    inspection = models.ForeignKey(MarkerInspection, models.PROTECT, related_name="photos")
    direction = models.CharField(_("Hướng"), max_length=6, choices=Direction)
    file = models.ForeignKey(EvidenceFile, models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(_("Chụp lúc"), null=True, blank=True)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("Ảnh")
        verbose_name_plural = _("Ảnh")


@register
class DamageCase(Record):
    """A marker found damaged, from the inspection that saw it to the repair and the inspection that confirms it."""

    slug = "damage-cases"
    code_prefix = "HH"
    counted_on = "opened_on"
    columns = ("opened_on", "code", "marker", "kind", "cause", "unit", "repaired_on", "closed_on")
    filters = ("kind", "cause", "marker")
    form_fields = (
        "marker", "inspection", "kind", "cause", "degree", "opened_on", "report_number", "repair", "repaired_on",
        "confirmed_by", "closed_on", "note",
    )  # fmt: skip
    searched = ("code", "marker", "kind", "cause", "repair", "note", "report_number")
    lacking = Q(report_number="")
    titled_by = "marker"
    new_label = _("Ghi vụ hư hỏng")

    marker = models.ForeignKey(BorderMarker, models.PROTECT, verbose_name=_("Mốc, cọc"), related_name="damage_cases")
    inspection = models.ForeignKey(
        MarkerInspection, models.PROTECT, verbose_name=_("Biên bản phát hiện"), related_name="damage_cases",
        null=True, blank=True,
    )  # fmt: skip
    kind = models.CharField(_("Dạng hư hỏng"), max_length=8, choices=DamageKind)
    cause = models.CharField(_("Nguyên nhân"), max_length=9, choices=Threat, blank=True, default="")
    degree = models.CharField(_("Mức độ"), max_length=120, blank=True)
    opened_on = models.DateField(_("Ngày phát hiện"))
    report_number = models.CharField(_("Số báo cáo"), max_length=60, blank=True)
    repair = models.TextField(_("Việc đã sửa"), blank=True)
    repaired_on = models.DateField(_("Ngày sửa xong"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        MarkerInspection, models.PROTECT, verbose_name=_("Biên bản xác nhận"), related_name="+", null=True, blank=True
    )
    closed_on = models.DateField(_("Ngày kết thúc"), null=True, blank=True)
    note = models.TextField(_("Ghi chú"), blank=True)

    class Meta:
        verbose_name = _("Vụ hư hỏng mốc")
        verbose_name_plural = _("Vụ hư hỏng mốc")
        ordering: ClassVar = ["-opened_on"]

    def lacks(self) -> list[str]:
        return [] if self.report_number else [str(_("số báo cáo"))]
