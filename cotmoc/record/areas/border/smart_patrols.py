"""A SMART patrol as a patrol of ours: its times, legs and members, its observations as text.

Members come as names only: who walked changes no figure, and another system's people are not ours. Whether a patrol was armed
is not kept.
"""

from __future__ import annotations

from datetime import tzinfo

from django.utils.translation import gettext as _

from cotmoc.base.models import Unit
from cotmoc.geo.fixes import NO_TIME
from cotmoc.geo.readers.smart import Day, Leg, SmartPatrol
from cotmoc.geo.readers.times import VIETNAM
from cotmoc.record.areas.border.models import Patrol, PatrolKind, PatrolLeg
from cotmoc.record.areas.border.tracks import moment

KINDS = {"MARINE": PatrolKind.COAST, "AIR": PatrolKind.MOBILE}
TRANSPORTS = (
    ("motor", PatrolLeg.Transport.MOTORBIKE),
    ("boat", PatrolLeg.Transport.BOAT),
    ("vessel", PatrolLeg.Transport.BOAT),
    ("vehicle", PatrolLeg.Transport.VEHICLE),
    ("car", PatrolLeg.Transport.VEHICLE),
)


def patrol_row(smart: SmartPatrol, unit: Unit) -> Patrol | None:
    """The patrol, not written yet; None where the file tells no start."""
    spans = [span for leg in smart.legs for day in leg.days for span in _span(day)]
    if not spans:
        return None
    patrol = Patrol(
        unit=unit,
        code=smart.id[:40] or f"SMART-{smart.start_date}"[:40],
        kind=KINDS.get(smart.kind.upper(), PatrolKind.ONE_SIDED),
        started_at=moment(min(spans)),
        ended_at=moment(max(spans)),
        purpose=smart.objective[:200],
        note=_note(smart),
    )
    patrol.refold()
    return patrol


def leg_rows(smart: SmartPatrol, patrol: Patrol) -> list[PatrolLeg]:
    """The legs that have times, in the order of the file; not written yet."""
    timed = [(leg, [span for day in leg.days for span in _span(day)]) for leg in smart.legs]
    return [
        PatrolLeg(
            patrol=patrol,
            order=order,
            transport=_transport(leg),
            started_at=moment(min(spans)),
            ended_at=moment(max(spans)),
            route=leg.mandate[:200],
        )
        for order, (leg, spans) in enumerate(timed, start=1)
        if spans
    ]


def _span(day: Day) -> list[int]:
    zone: tzinfo = day.zone() or VIETNAM
    return [ms for ms in (day.ms(day.start, zone), day.ms(day.end, zone)) if ms != NO_TIME]


def _transport(leg: Leg) -> str:
    said = leg.transport.lower()
    return next((transport for word, transport in TRANSPORTS if word in said), PatrolLeg.Transport.FOOT)


def _note(smart: SmartPatrol) -> str:
    members = [
        " ".join(filter(None, (member.family_name, member.given_name))) for leg in smart.legs for member in leg.members
    ]
    seen = [
        f"{day.date} {point.clock}: {', '.join(observation.category.rstrip('.') for observation in point.observations)}"
        for leg in smart.legs
        for day in leg.days
        for point in day.waypoints
    ]
    lines = [
        smart.comment,
        smart.team and _("Tổ: %(team)s") % {"team": smart.team},
        members and _("Thành viên: %(names)s") % {"names": ", ".join(dict.fromkeys(members))},
        *seen,
    ]
    return "\n".join(line for line in lines if line)
