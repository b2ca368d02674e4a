"""What happens to everybody in the invented year: distancing, storms, damage to markers, trails that break.

The distancing weeks and the storms of 2020 are facts of that year (storm days: IBTrACS, nearest passage to 15.7 N 108.3 E;
the Vietnamese numbers were joined by hand). Everything about a single marker or trail is invented. Years before 2020 pass
undisturbed: they serve size, not story.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise

from cotmoc.demo.engine.values import SimDamage, SimDisruption, SimMarker, Terrain

HANOI = timezone(timedelta(hours=7))

SEA_ONLY = (Terrain.COAST, Terrain.ISLAND)


def local(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A moment of local time, in UTC."""
    return datetime(year, month, day, hour, minute, tzinfo=HANOI).astimezone(UTC)


DISRUPTIONS = (
    SimDisruption(
        "joint_suspended",
        "Tạm dừng tuần tra song phương",
        "Điện minh họa 03/2020",
        date(2020, 3, 15),
        date(2020, 7, 31),
        (Terrain.LAND,),
    ),
    SimDisruption("distancing", "Giãn cách xã hội toàn quốc", "Chỉ thị 16/CT-TTg", date(2020, 4, 1), date(2020, 4, 22)),
    SimDisruption(
        "distancing", "Giãn cách xã hội đợt tháng 8", "Điện minh họa 08/2020", date(2020, 8, 1), date(2020, 8, 13)
    ),
    SimDisruption("storm", "Bão SINLAKU (số 2)", "", date(2020, 8, 1), date(2020, 8, 2), SEA_ONLY),
    SimDisruption("storm", "Bão NOUL (số 5)", "", date(2020, 9, 17), date(2020, 9, 19)),
    SimDisruption("storm", "Bão LINFA (số 6)", "", date(2020, 10, 9), date(2020, 10, 12)),
    SimDisruption("storm", "Bão NANGKA (số 7)", "", date(2020, 10, 13), date(2020, 10, 14), SEA_ONLY),
    SimDisruption("storm", "Bão SAUDEL (số 8)", "", date(2020, 10, 24), date(2020, 10, 25), SEA_ONLY),
    SimDisruption("storm", "Bão MOLAVE (số 9)", "", date(2020, 10, 26), date(2020, 10, 30)),
    SimDisruption("storm", "Bão GONI (số 10)", "", date(2020, 11, 5), date(2020, 11, 6), SEA_ONLY),
    SimDisruption("storm", "Bão VAMCO (số 13)", "", date(2020, 11, 13), date(2020, 11, 15), SEA_ONLY),
)

DAMAGES = (
    SimDamage(
        marker="698",
        kind="court",
        cause="tree",
        degree="Nứt mép bệ 0,3 m do cây đổ",
        since=local(2020, 3, 9, 8),
        repaired=local(2020, 3, 27, 7),
        repair="Trát lại mép bệ, phát quang quanh mốc",
    ),
    SimDamage(
        marker="709",
        kind="court",
        cause="landslide",
        degree="Sân lở góc tây 0,4 m",
        since=local(2020, 7, 10, 6),
        repaired=local(2020, 8, 2, 7),
        repair="Kè đá sân mốc, có đại diện hai bên",
    ),
    SimDamage(
        marker="688",
        kind="court",
        cause="landslide",
        degree="Sân lở 1,1 m, chưa tới chân mốc",
        since=local(2020, 10, 29, 4),
        repaired=None,
        repair="",
    ),
)

CHECKS_ORDERED = (
    ("698", local(2020, 3, 12, 8)),
    ("698", local(2020, 3, 27, 8)),
    ("709", local(2020, 7, 11, 8)),
    ("709", local(2020, 8, 2, 8)),
    ("709", local(2020, 8, 19, 8)),
    ("CD5", local(2020, 8, 20, 8)),
    ("731", local(2020, 8, 7, 8)),
    ("688", local(2020, 11, 5, 8)),
)
"""Patrols sent outside the plan to look at one marker (after a report, for a repair, after a storm)."""

LAST_INSPECTION = {"709": local(2020, 8, 20), "731": local(2020, 8, 8), "CD5": local(2020, 8, 21)}
"""Markers that nobody inspected after this moment: the trail is cut, or the patrols pass by without a record."""


@dataclass(frozen=True, slots=True)
class BrokenTrail:
    """Between two chainages one cannot walk along the line; from `since` on patrols go round, far from it."""

    from_m: float
    to_m: float
    since: datetime


ALWAYS = local(1900, 1, 1)
ROUND_ABOUT_M = 150.0
"""How far a broken trail keeps away from the markers that can still be reached."""


def broken_trails(markers: Sequence[SimMarker]) -> tuple[BrokenTrail, ...]:
    """The broken trails of the year, laid out between the markers so that only the neglected ones are cut off."""
    places = sorted(marker.chainage_m for marker in markers)
    at = {marker.number: marker.chainage_m for marker in markers}
    cliff = [place for place in places if at["704"] <= place <= at["706"]]
    start, end = max(pairwise(cliff), key=lambda gap: gap[1] - gap[0])
    middle = (start + end) / 2
    half = min(500.0, (end - start) / 2 - 2 * ROUND_ABOUT_M)
    return (
        BrokenTrail(middle - half, middle + half, ALWAYS),
        BrokenTrail(middle + half, end - ROUND_ABOUT_M, local(2020, 6, 30)),
        *(_cut_off(at[number], places, since) for number, since in LAST_INSPECTION.items() if number != "CD5"),
    )


def _cut_off(marker: float, places: Iterable[float], since: datetime) -> BrokenTrail:
    before = max(place for place in places if place < marker)
    after = min(place for place in places if place > marker)
    return BrokenTrail(before + ROUND_ABOUT_M, after - ROUND_ABOUT_M, since)


def damage_at(marker: str, moment: datetime) -> SimDamage | None:
    """The damage that a visitor of `marker` would find at `moment`."""
    for damage in DAMAGES:
        if damage.marker == marker and damage.since <= moment and (damage.repaired is None or moment < damage.repaired):
            return damage
    return None


def disrupted_share(disruption: SimDisruption, start: date, end: date) -> float:
    """How much of the days from `start` to `end`, both included, lies inside the disruption."""
    shared = (min(end, disruption.until) - max(start, disruption.since)).days + 1
    return max(0, shared) / ((end - start).days + 1)
