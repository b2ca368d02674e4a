"""What was measured. These tables are derived: nothing here is under the ledger, all of it can be rebuilt from the tracks.

    Walk               what one patrol (or one track that belongs to none) is known to have walked, in a span of knowledge
    CoverageInterval   the stretches of a line version that a walk covered, per reach, possible and sure
    MarkerVisit        the markers that a walk came to
    Run                what was computed, from what, when: so that any number can be computed again

A walk is known from the moment its tracks were received until a track was added, moved or withdrawn; then the next one
begins. So the figures of any past moment are read off the rows known then, and nothing is recomputed for "as of". For the
same reason the rows on a line version that was withdrawn stay.
"""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from cotmoc.base.models import BorderMarker, LineVersion
from cotmoc.record.areas.border.models import Patrol


class Walk(models.Model):
    """What one group of tracks shows, as known in [known_from, known_until); times are ms UTC."""

    group = models.UUIDField(db_index=True)
    """The patrol, or the track itself where it belongs to none."""
    patrol = models.ForeignKey(Patrol, models.CASCADE, null=True, related_name="walks")
    track_ids = models.JSONField(default=list)
    known_from = models.DateTimeField(_("Biết từ"))
    known_until = models.DateTimeField(_("Biết đến"), null=True)
    first = models.BigIntegerField(null=True)
    last = models.BigIntegerField(null=True)
    timed = models.BooleanField(default=True)
    """False where no fix has a time: proof of presence, not of when."""
    digest = models.CharField(max_length=64, db_index=True)
    """Of the tracks' fixes and kinds of source."""
    walked_m = models.FloatField(_("Quãng đường (m)"), null=True)
    """Distance walked, smoothed; its band is `walked_low_m..walked_high_m`. Null: not measured yet."""
    walked_low_m = models.FloatField(null=True)
    walked_high_m = models.FloatField(null=True)
    raw_m = models.FloatField(_("Độ dài vết thô (m)"), null=True)
    """Length of all fixes as they came, each once."""
    left_out: Any = models.JSONField(default=dict)
    """Counts of what was left out or breaks the walk (`engine.cleaning`)."""
    measured = models.JSONField(default=dict)
    """What the rows below and the distance depend on besides: {"line version/reach": digest, "markers": digest, "walked":
    digest} of lines, markers, rules, algorithm. So each part can be computed anew by itself."""

    class Meta:
        verbose_name = _("Chuyến đã đo")
        constraints: ClassVar = [models.UniqueConstraint(fields=["group", "known_from"], name="walk_once")]

    def __str__(self) -> str:
        return f"{self.group} {self.known_from:%Y-%m-%d}"


class CoverageInterval(models.Model):
    """`from_m..to_m` of a line version was within reach of a walk between `first` and `last` (ms UTC, null: no times)."""

    walk = models.ForeignKey(Walk, models.CASCADE, related_name="intervals")
    version = models.ForeignKey(LineVersion, models.CASCADE, related_name="+")
    reach_m = models.PositiveSmallIntegerField()
    sure = models.BooleanField()
    from_m = models.FloatField()
    to_m = models.FloatField()
    first = models.BigIntegerField(null=True)
    last = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("Đoạn đã phủ")
        indexes: ClassVar = [models.Index(fields=["version", "reach_m"])]

    def __str__(self) -> str:
        return f"{self.from_m:.0f}–{self.to_m:.0f} m"


class MarkerVisit(models.Model):
    """A walk was within the reach of a marker from `enter` to `leave` (ms UTC, null: no times)."""

    walk = models.ForeignKey(Walk, models.CASCADE, related_name="visits")
    marker = models.ForeignKey(BorderMarker, models.CASCADE, related_name="visits")
    enter = models.BigIntegerField(null=True)
    leave = models.BigIntegerField(null=True)
    nearest_m = models.FloatField()
    dwell_s = models.FloatField()
    sure = models.BooleanField()

    class Meta:
        verbose_name = _("Lượt tới mốc")

    def __str__(self) -> str:
        return f"{self.marker_id} {self.nearest_m:.0f} m"


class Run(models.Model):
    """One computation: kind, parameters, digest of its input, version of the algorithm, when, and what came out."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20)
    params = models.JSONField(default=dict)
    input_digest = models.CharField(max_length=64)
    version = models.CharField(max_length=40)
    made_at = models.DateTimeField(db_index=True)
    result: Any = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("Lần tính")
        indexes: ClassVar = [models.Index(fields=["kind", "made_at"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.made_at:%Y-%m-%d %H:%M}"
