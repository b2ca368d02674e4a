"""What a patrol finds and writes down at a marker."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np
from numpy.random import Generator

from cotmoc.demo.engine.events import LAST_INSPECTION, BrokenTrail, damage_at
from cotmoc.demo.engine.planning import Order
from cotmoc.demo.engine.values import PatrolKind, SimInspection, SimMarker

CHECKS = ("standing", "body", "court", "inscription", "not_moved", "surroundings", "sight_line", "access")
"""The checklist, in the order of the form."""
DIRECTIONS = ("north", "east", "south", "west")

INSPECTED_SHARE = {
    PatrolKind.END_TO_END: 1.0,
    PatrolKind.JOINT: 1.0,
    PatrolKind.ONE_SIDED: 0.4,
    PatrolKind.CHECKPOINT: 0.3,
    PatrolKind.MOBILE: 0.25,
}
INCOMPLETE_SHARE = {PatrolKind.ONE_SIDED: 0.08, PatrolKind.CHECKPOINT: 0.12, PatrolKind.MOBILE: 0.08}
SMALL_FAULTS = ("sight_line", "access")
"""Items that are sometimes bad although the marker itself stands as built."""
NOTES = (
    "",
    "",
    "",
    "Khu vực mốc sạch, thoáng",
    "Trời mù, ảnh hơi tối",
    "Có đại diện thôn cùng đi",
    "Cỏ mọc nhanh sau mưa",
)


def markers_to_inspect(
    order: Order, markers: Sequence[SimMarker], broken: Sequence[BrokenTrail], rng: Generator
) -> list[SimMarker]:
    """The markers on the way that this patrol stops at to inspect, in the order of the line."""
    if order.sent_to:
        return [marker for marker in markers if marker.number == order.sent_to]
    share = INSPECTED_SHARE.get(order.kind, 0.0)
    chosen = []
    for marker in sorted(markers, key=lambda marker: marker.chainage_m):
        wanted = rng.random() < share  # drawn for each marker, so that one more marker does not change the others
        on_way = order.from_m <= marker.chainage_m < order.to_m
        given_up = marker.number in LAST_INSPECTION and order.start >= LAST_INSPECTION[marker.number]
        cut_off = any(t.since <= order.start and t.from_m < marker.chainage_m < t.to_m for t in broken)
        if wanted and on_way and not given_up and not cut_off:
            chosen.append(marker)
    return chosen


def inspect(
    order: Order, marker: SimMarker, code: str, seen_at: datetime, inspector: str, has_phone: bool, rng: Generator
) -> SimInspection:
    """The record of one marker. Where the phone had failed there is neither fix nor photo."""
    damage = damage_at(marker.number, seen_at)
    items = _items(order, damaged=damage is not None, rng=rng)
    accuracy = round(float(rng.uniform(4, 14)), 1)
    lon = lat = None
    if has_phone:
        east, north = rng.normal(0, 0.6 * accuracy, 2)
        lat = round(marker.lat + north / 111_200, 6)
        lon = round(marker.lon + east / (111_200 * np.cos(np.radians(marker.lat))), 6)
    return SimInspection(
        code=code,
        marker=marker.number,
        seen_at=seen_at,
        inspector=inspector,
        state="damaged" if damage else "intact",
        items=items,
        damage_kind=damage.kind if damage else "",
        damage_degree=damage.degree if damage else "",
        threat=damage.cause if damage else "",
        brush_cut_m=int(rng.choice([0, 0, 10, 15, 20, 30, 40])),
        photos=_photos(len(items) == len(CHECKS), damage is not None, rng) if has_phone else (),
        lon=lon,
        lat=lat,
        accuracy_m=accuracy if has_phone else None,
        joint=order.kind == PatrolKind.JOINT,
        note=damage.degree if damage else str(rng.choice(NOTES)),
    )


def _items(order: Order, damaged: bool, rng: Generator) -> dict[str, bool]:
    items = dict.fromkeys(CHECKS, True)
    for name in SMALL_FAULTS:
        items[name] = bool(rng.random() > 0.06)
    if damaged:
        items["court"] = items["surroundings"] = False
    if not order.sent_to and rng.random() < INCOMPLETE_SHARE.get(order.kind, 0.0):
        for name in rng.choice(CHECKS[4:], 2, replace=False):
            del items[str(name)]
    return items


def _photos(complete: bool, damaged: bool, rng: Generator) -> tuple[str, ...]:
    if not complete:
        return DIRECTIONS[: int(rng.integers(0, 4))]
    extra = ("detail",) if damaged else ("sight",) if rng.random() < 0.3 else ()
    return DIRECTIONS + extra
