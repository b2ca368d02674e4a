"""What was measured of a patrol's or a track's walk, in words for its page: how far it went, and what was left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cotmoc.base import evidence, wording
from cotmoc.geo.fixes import Fixes
from cotmoc.measure.engine.accuracy import filled
from cotmoc.measure.engine.cleaning import clean
from cotmoc.measure.engine.values import GroupTrack, Limits, Rules
from cotmoc.measure.models import Walk
from cotmoc.measure.settings import MAX_GAP_S
from cotmoc.record.areas.border.models import Patrol, PatrolTrack
from cotmoc.record.areas.border.told import on_page


def register() -> None:
    """Tell on the pages of patrols and tracks."""
    on_page(story)


def story(row: Patrol | PatrolTrack, at: datetime | None) -> list[str]:
    """The sentences of one page."""
    if isinstance(row, Patrol):
        walk = _walk(Q(group=row.pk), at)
        return [*_distance(walk), *_left_out(walk.left_out)] if walk else []
    walk = _walk(Q(group=row.patrol_id or row.pk), at)
    alone = walk is not None and len(walk.track_ids) == 1
    return [*(_distance(walk) if alone else []), *_left_out(_counts(row))]


def _walk(of: Q, at: datetime | None) -> Walk | None:
    known = Q(known_until=None) if at is None else Q(known_from__lte=at) & (Q(known_until=None) | Q(known_until__gt=at))
    return Walk.objects.filter(of & known).order_by("-known_from").first()


def _counts(row: PatrolTrack) -> Mapping[str, int]:
    """What is left out of one track, looked up in its fixes."""
    track = GroupTrack("", Fixes.from_bytes(evidence.get(row.blob_sha256)), row.source)
    known = replace(track.fixes, accuracy=filled(track, Rules()))
    return clean(known, Limits(), MAX_GAP_S).counts


def _distance(walk: Walk | None) -> list[str]:
    if walk is None or walk.walked_m is None:
        return []
    low, high = (wording.kilometres(metres, 2, unit=False) for metres in (walk.walked_low_m, walk.walked_high_m))
    return [
        _("Quãng đường đã đi %(km)s, trong khoảng %(low)s–%(high)s; độ dài vết thô %(raw)s.")
        % {
            "km": wording.kilometres(walk.walked_m, 2), "low": low, "high": high,
            "raw": wording.kilometres(walk.raw_m, 2),
        }
    ]  # fmt: skip


def _left_out(counts: Mapping[str, int]) -> list[str]:
    """One sentence for what is not in the figures, one for where the walk is broken; none where there is nothing."""
    dropped = [
        _counted(counts, "outliers", ngettext("%(n)s điểm nhảy", "%(n)s điểm nhảy", counts.get("outliers", 0))),
        _counted(counts, "clock", ngettext("giờ sai của %(n)s điểm", "giờ sai của %(n)s điểm", counts.get("clock", 0))),
    ]
    broken = [
        _counted(counts, "gaps", ngettext("%(n)s khoảng mất sóng", "%(n)s khoảng mất sóng", counts.get("gaps", 0)))
        + (f" {_lasting(counts.get('gap_s', 0))}" if counts.get("gaps") else ""),
        _counted(counts, "jumps", ngettext("%(n)s chỗ nhảy xa", "%(n)s chỗ nhảy xa", counts.get("jumps", 0))),
    ]
    found = []
    if any(dropped):
        found.append(_("Không tính vào số liệu: %(what)s. Vết gốc giữ nguyên.") % {"what": _listed(dropped)})
    if any(broken):
        found.append(_("Vết đứt ở %(what)s; đoạn đó không tính.") % {"what": _listed(broken)})
    if counts.get("rolled_over"):
        found.append(
            _("%(n)s điểm có giờ lệch đúng 1024 tuần (bộ đếm tuần GPS quay vòng); đã tính theo giờ đúng.")
            % {"n": wording.number(counts["rolled_over"], 0)}
        )
    return found


def _counted(counts: Mapping[str, int], name: str, said: str) -> str:
    return said % {"n": wording.number(counts[name], 0)} if counts.get(name) else ""


def _listed(parts: list[str]) -> str:
    return ", ".join(filter(None, parts))


def _lasting(seconds: int) -> str:
    """`42 phút`, from two hours on `3 giờ 5 phút`."""
    minutes = max(1, round(seconds / 60))
    hours, rest = divmod(minutes, 60)
    if hours < 2:
        return _("%(n)s phút") % {"n": minutes}
    return _("%(hours)s giờ %(minutes)s phút") % {"hours": wording.number(hours, 0), "minutes": rest}
