"""Patrols: who went, when, where to; the tracks that prove it; minutes with the other side."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cotmoc.base.models import BorderMarker, EvidenceFile, Ledgered, Person, Unit
from cotmoc.base.scope import Scope
from cotmoc.record.register import Record, register


class PatrolKind(models.TextChoices):
    END_TO_END = "end_to_end", _("Khép kín")
    ONE_SIDED = "one_sided", _("Đơn phương")
    JOINT = "joint", _("Song phương")
    MOBILE = "mobile", _("Cơ động")
    COAST = "coast", _("Bờ biển, trên biển")
    CHECKPOINT = "checkpoint", _("Từ chốt")


class BetweenMarkers(models.Model):
    """Something that goes from one marker to another; both ends may be open."""

    from_marker = models.ForeignKey(
        BorderMarker, models.PROTECT, verbose_name=_("Từ mốc"), related_name="+", null=True, blank=True
    )
    to_marker = models.ForeignKey(
        BorderMarker, models.PROTECT, verbose_name=_("Đến mốc"), related_name="+", null=True, blank=True
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.stretch_text()

    def stretch_text(self) -> str:
        """From marker – to marker, as numbers."""
        ends = [m.number for m in (self.from_marker, self.to_marker) if m is not None]
        return "–".join(dict.fromkeys(ends))

    stretch_text.short_description = _("Đoạn mốc")  # type: ignore[attr-defined]


@register
class Patrol(Record, BetweenMarkers):
    """One patrol, whatever its size: who walks in the team changes no figure of the line."""

    slug = "patrols"
    code_prefix = "TT"
    counted_on = "ended_at"
    columns = ("started_at", "code", "kind", "unit", "leader", "stretch_text", "head_count", "track_count")
    filters = ("kind",)
    form_fields = (
        "kind", "started_at", "ended_at", "leader", "members", "others_count", "purpose",
        "from_marker", "to_marker", "from_checkpoint", "weather", "finding", "safety", "note",
    )  # fmt: skip
    searched = ("code", "kind", "unit", "leader", "purpose", "finding", "from_marker", "to_marker")
    beside = ("from_marker", "to_marker", "members", "tracks")
    lacking = Q(ended_at__isnull=True) | Q(leader__isnull=True)
    titled_by = "stretch_text"
    new_label = _("Ghi chuyến tuần tra")
    everyday = True
    detail_template = "record/border/_patrol.html"

    kind = models.CharField(_("Loại tuần tra"), max_length=10, choices=PatrolKind)
    started_at = models.DateTimeField(_("Xuất phát"))
    ended_at = models.DateTimeField(_("Kết thúc"), null=True, blank=True)
    leader = models.ForeignKey(
        Person, models.PROTECT, verbose_name=_("Chỉ huy"), related_name="+", null=True, blank=True
    )
    members = models.ManyToManyField(Person, verbose_name=_("Thành viên"), related_name="+", blank=True)
    others_count = models.PositiveSmallIntegerField(_("Dân quân, nhân dân cùng đi"), default=0)
    purpose = models.CharField(_("Nhiệm vụ"), max_length=200, blank=True)
    from_checkpoint = models.CharField(_("Xuất phát từ chốt"), max_length=80, blank=True)
    weather = models.CharField(_("Thời tiết"), max_length=120, blank=True)
    finding = models.TextField(_("Phát hiện"), blank=True)
    safety = models.CharField(_("An toàn"), max_length=160, blank=True)
    note = models.TextField(_("Ghi chú"), blank=True)

    class Meta:
        verbose_name = _("Chuyến tuần tra")
        verbose_name_plural = _("Chuyến tuần tra")
        ordering: ClassVar = ["-started_at"]
        indexes: ClassVar = [models.Index(fields=["ended_at"]), models.Index(fields=["unit", "ended_at"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")), name="patrol_ends_after_start",
                violation_error_message=_("Giờ kết thúc sớm hơn giờ xuất phát. Sửa một trong hai."),
            )
        ]  # fmt: skip

    def lacks(self) -> list[str]:
        missing = [(self.ended_at is None, _("giờ kết thúc")), (self.leader_id is None, _("chỉ huy"))]
        return [str(what) for lacking, what in missing if lacking]

    def head_count(self) -> int:
        """Everyone who went: the leader, the members, those who came along."""
        people = {member.pk for member in self.members.all()} | ({self.leader_id} if self.leader_id else set())
        return len(people) + self.others_count

    head_count.short_description = _("Quân số")  # type: ignore[attr-defined]

    def track_count(self) -> int:
        return sum(not track.withdrawn for track in self.tracks.all())

    track_count.short_description = _("Vết")  # type: ignore[attr-defined]


class PatrolLeg(Ledgered):
    """A part of a patrol with its own transport: on foot from the post to the line, by boat along the coast."""

    class Transport(models.TextChoices):
        FOOT = "foot", _("Đi bộ")
        VEHICLE = "vehicle", _("Ô tô")
        MOTORBIKE = "motorbike", _("Xe máy")
        BOAT = "boat", _("Tàu, xuồng")

    scope = Scope("patrol__unit", "below")
    patrol = models.ForeignKey(Patrol, models.PROTECT, related_name="legs")
    order = models.PositiveSmallIntegerField(_("Chặng"))
    transport = models.CharField(_("Phương tiện"), max_length=9, choices=Transport)
    started_at = models.DateTimeField(_("Từ lúc"))
    ended_at = models.DateTimeField(_("Đến lúc"), null=True, blank=True)
    route = models.CharField(_("Lộ trình"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("Chặng")
        ordering: ClassVar = ["patrol", "order"]


class PatrolTrack(Ledgered):
    """A GPS track as received. The fixes lie in the evidence store under `fixes_sha256`; the same fixes are one track,
    whatever file brought them."""

    scope = Scope("unit", "below")
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("Đơn vị"), related_name="+")
    patrol = models.ForeignKey(
        Patrol, models.PROTECT, verbose_name=_("Chuyến tuần tra"), related_name="tracks", null=True, blank=True
    )
    file = models.ForeignKey(EvidenceFile, models.PROTECT, verbose_name=_("Tệp gốc"), related_name="tracks")
    name = models.CharField(_("Tên vết"), max_length=200, blank=True)
    source = models.CharField(_("Nguồn"), max_length=12)
    """gpx, kml, fit, nmea, geojson, csv, smart …; decides the default accuracy."""
    fixes_sha256 = models.CharField(max_length=64, unique=True)
    """`Fixes.digest()` of the tidied fixes: what makes the same track the same."""
    blob_sha256 = models.CharField(max_length=64)
    """Where the bytes of the fixes lie in the evidence store."""
    started_at = models.DateTimeField(_("Từ lúc"), null=True, blank=True)
    ended_at = models.DateTimeField(_("Đến lúc"), null=True, blank=True)
    fix_count = models.PositiveIntegerField(_("Số điểm"))
    duplicate_count = models.PositiveIntegerField(_("Điểm trùng"), default=0)
    length_m = models.FloatField(_("Chiều dài vết (m)"), default=0.0)
    """Raw geodesic length; grows with GPS noise."""
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    simplified = models.JSONField(default=list)
    """The track for the map: parts of [lon, lat], broken at gaps, simplified to 20 m, 1e-5 degree (MultiLineString)."""
    faults = models.JSONField(_("Lưu ý khi đọc"), default=list)
    """What the reader noticed: [{code, where, values}]."""

    class Meta:
        verbose_name = _("Vết GPS")
        verbose_name_plural = _("Vết GPS")
        ordering: ClassVar = ["-started_at"]
        indexes: ClassVar = [models.Index(fields=["started_at"]), models.Index(fields=["ended_at"])]

    def __str__(self) -> str:
        return self.name or _("Vết %(code)s") % {"code": self.fixes_sha256[:8]}


@register
class JointMinutes(Record):
    """Minutes of a joint patrol, signed and exchanged by both sides."""

    class Level(models.TextChoices):
        POST = "post", _("Đồn – đại đội")
        PROVINCE = "province", _("Tỉnh – tỉnh")

    slug = "joint-minutes"
    code_prefix = "SP"
    counted_on = "held_on"
    columns = ("held_on", "code", "level", "unit", "partner", "own_count", "partner_count", "signed", "next_on")
    filters = ("level", "partner")
    form_fields = (
        "patrol", "level", "held_on", "partner", "own_leader", "partner_leader", "own_count", "partner_count",
        "hosted_by_us", "agreed", "next_on", "signed_on",
    )  # fmt: skip
    searched = ("code", "partner", "agreed", "partner_leader")
    lacking = Q(signed_on__isnull=True)
    titled_by = "partner"
    new_label = _("Ghi biên bản song phương")

    patrol = models.ForeignKey(Patrol, models.PROTECT, verbose_name=_("Chuyến tuần tra"), related_name="minutes")
    level = models.CharField(_("Cấp"), max_length=8, choices=Level)
    held_on = models.DateField(_("Ngày"))
    partner = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("Đơn vị bạn"), related_name="+")
    own_leader = models.ForeignKey(
        Person, models.PROTECT, verbose_name=_("Trưởng đoàn ta"), related_name="+", null=True, blank=True
    )
    partner_leader = models.CharField(_("Trưởng đoàn bạn"), max_length=80, blank=True)
    own_count = models.PositiveSmallIntegerField(_("Quân số ta"))
    partner_count = models.PositiveSmallIntegerField(_("Quân số bạn"))
    hosted_by_us = models.BooleanField(_("Ta chủ trì"), default=True)
    agreed = models.TextField(_("Nội dung thống nhất"), blank=True)
    next_on = models.DateField(_("Lần sau"), null=True, blank=True)
    signed_on = models.DateField(_("Hai bên ký ngày"), null=True, blank=True)

    class Meta:
        verbose_name = _("Biên bản song phương")
        verbose_name_plural = _("Biên bản song phương")
        ordering: ClassVar = ["-held_on"]

    def signed(self) -> str:
        return str(_("đã ký")) if self.signed_on else ""

    signed.short_description = _("Hai bên ký")  # type: ignore[attr-defined]

    def lacks(self) -> list[str]:
        return [] if self.signed_on else [str(_("chữ ký hai bên"))]
