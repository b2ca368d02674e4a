"""From the fixes of a file to a track row: kept bytes, length, box, a line for the map, and the patrol it belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import shapely
from django.db.models import Q
from numpy.typing import NDArray
from pyproj import Geod

from cotmoc.base import evidence
from cotmoc.base.models import EvidenceFile, Unit
from cotmoc.base.units import units_below
from cotmoc.geo.faults import Fault
from cotmoc.geo.fixes import Fixes
from cotmoc.geo.readers import ReadTrack, Waypoint
from cotmoc.record.areas.border.models import Patrol, PatrolTrack

GEOD = Geod(ellps="WGS84")
CLOCKS_DIFFER = timedelta(hours=1)
"""A track may begin this much before its patrol's written start, or end this much after its end: people round."""
OPEN_PATROL = timedelta(days=3)
"""A patrol without a written end may still be out for this long."""
MAX_GAP_MS, MAX_HOP_M = 300_000, 300.0
"""The map's line is broken where fixes lie further apart than this: nobody knows that anyone walked there."""
END_OF_TIME_MS = 253_402_300_800_000
"""The year 10000: later times are a receiver's fault, and no calendar holds them."""
SIMPLIFY_M = 20.0
DEGREE_M = 111_195.0
NAMED_WAYPOINTS = 40


def track_row(track: ReadTrack, file: EvidenceFile, unit: Unit, source: str, faults: Iterable[Fault]) -> PatrolTrack:
    """The row of one track that was read, its fixes put into the evidence store; not written yet."""
    fixes, counts = track.fixes.tidy()
    times = fixes.time[fixes.timed & (np.abs(fixes.time) < END_OF_TIME_MS)]
    return PatrolTrack(
        unit=unit,
        file=file,
        name=track.name[:200],
        source=source[:12],
        fixes_sha256=fixes.digest(),
        blob_sha256=evidence.put(fixes.to_bytes()),
        started_at=moment(times[0]) if len(times) else None,
        ended_at=moment(times[-1]) if len(times) else None,
        fix_count=len(fixes),
        duplicate_count=counts["duplicates"],
        length_m=GEOD.line_length(fixes.lon, fixes.lat) if len(fixes) > 1 else 0.0,
        west=float(fixes.lon.min()),
        south=float(fixes.lat.min()),
        east=float(fixes.lon.max()),
        north=float(fixes.lat.max()),
        simplified=drawn(fixes),
        faults=[stored(fault) for fault in faults],
    )


def moment(milliseconds: Any) -> datetime:
    """Milliseconds since epoch as a UTC moment."""
    return datetime.fromtimestamp(int(milliseconds) / 1000, UTC)


def stored(fault: Fault) -> dict[str, Any]:
    """A fault as JSON; its sentence is made when it is shown."""
    values = {key: value if isinstance(value, int | float | str) else str(value) for key, value in fault.values.items()}
    return {"code": fault.code, "where": fault.where, "level": fault.level, "values": values}


def waypoints_told(waypoints: Sequence[Waypoint]) -> list[Fault]:
    """The waypoints of a file as a remark on its track; the file itself keeps all of them."""
    if not waypoints:
        return []
    named = [" – ".join(filter(None, (point.name, point.note))) for point in waypoints]
    names = "; ".join(filter(None, named[:NAMED_WAYPOINTS]))
    return [Fault("track.waypoints", "", {"count": len(waypoints), "names": names}, "info")]


def drawn(fixes: Fixes) -> list[list[list[float]]]:
    """The lines of the map: parts of [lon, lat], broken at gaps, simplified to 20 m, rounded to 1e-5 degree."""
    parts = [part for part in np.split(np.arange(len(fixes)), _breaks(fixes)) if len(part) > 1]
    if not parts:
        return [[[round(float(fixes.lon[0]), 5), round(float(fixes.lat[0]), 5)]]]
    return [_simplified(fixes.lon[part], fixes.lat[part]) for part in parts]


def _breaks(fixes: Fixes) -> NDArray[np.int64]:
    """Positions at which a new part begins."""
    if len(fixes) < 2:
        return np.zeros(0, np.int64)
    _, _, hop = GEOD.inv(fixes.lon[:-1], fixes.lat[:-1], fixes.lon[1:], fixes.lat[1:])
    known = fixes.timed[:-1] & fixes.timed[1:]
    gap = np.where(known, np.where(known, fixes.time[1:], 0) - np.where(known, fixes.time[:-1], 0), 0)
    return np.flatnonzero((np.asarray(hop) > MAX_HOP_M) | (gap > MAX_GAP_MS)) + 1


def _simplified(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> list[list[float]]:
    squeeze = max(np.cos(np.radians(lat.mean())), 0.01)
    line = shapely.linestrings(np.column_stack([lon * squeeze, lat]))
    kept = shapely.get_coordinates(shapely.simplify(line, SIMPLIFY_M / DEGREE_M)) / (squeeze, 1)
    return [[float(x), float(y)] for x, y in kept.round(5)]


def patrols_around(unit_id: UUID, started_at: datetime | None, ended_at: datetime | None) -> list[Patrol]:
    """The patrols of a unit, or of one below it, that were out during all of a track; none for a track without times."""
    if started_at is None or ended_at is None:
        return []
    over = Q(ended_at__gte=ended_at - CLOCKS_DIFFER) | Q(ended_at__isnull=True, started_at__gte=ended_at - OPEN_PATROL)
    out = Patrol.objects.in_force().filter(over, unit_id__in=units_below(unit_id))
    return list(out.filter(started_at__lte=started_at + CLOCKS_DIFFER))
