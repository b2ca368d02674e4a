"""The invented province on the real line: units, people, markers, stretches, gates.

Facts (names of the land posts, marker numbers 676-735 and their split, seven stakes, the class of the gates by date) follow
DOMAIN section 1. Every position, every person, the spread of marker sizes and the stretches on the coast are invented.
A second and further province is the same one moved to the west under names that nobody can take for real.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cotmoc.demo.engine import names
from cotmoc.demo.engine.course import Course
from cotmoc.demo.engine.values import SimGate, SimMarker, SimPerson, SimProvince, SimStretch, SimUnit, Terrain
from cotmoc.geo.line import Line

Floats = NDArray[np.float64]

SHIFT_DEGREES = -2.5
"""How far to the west each further province is moved."""


BAY_M = 14_000.0


@dataclass(frozen=True, slots=True)
class Ground:
    """The lines a province lives on."""

    border: Course
    coast: Course
    island: Course
    lane: Course
    """The coast without its bays and spits: what a boat some kilometres out goes along."""

    def course(self, terrain: Terrain) -> Course:
        return {Terrain.LAND: self.border, Terrain.COAST: self.coast, Terrain.ISLAND: self.island}[terrain]


def ground(border: Floats, coast: Floats, island: Floats, number: int = 1) -> Ground:
    """Courses from arrays (n, 2) of degrees; the island's ring is turned clockwise, so that its left is the sea."""
    shift = np.array([SHIFT_DEGREES * (number - 1), 0.0])
    ring = island if _clockwise(island) else island[::-1]
    lane = _without_bays(Line.from_lonlat([coast]))
    return Ground(*(Course(Line.from_lonlat([part + shift])) for part in (border, coast, ring, lane)))


def _without_bays(coast: Line) -> Floats:
    """The coast averaged over the length of its bays, degrees."""
    at = np.arange(0.0, coast.length_m, 500.0)
    window = np.arange(-BAY_M / 2, BAY_M / 2 + 1, 500.0)
    lon, lat = coast.point_at(np.clip(at[:, None] + window, 0, coast.length_m).ravel())
    return np.column_stack([column.reshape(len(at), -1).mean(axis=1) for column in (lon, lat)])


def _clockwise(ring: Floats) -> bool:
    x, y = ring.T
    return bool(np.sum((x[1:] - x[:-1]) * (y[1:] + y[:-1])) > 0)


@dataclass(frozen=True, slots=True)
class Post:
    code: str
    name: str
    short_name: str
    kind: str
    locality: str
    first: str | None = None
    """First marker of a land post."""
    coast: tuple[float, float] | None = None
    """Share of the coast held by a sea post."""
    partner: str = ""
    local_names: tuple[str, ...] = ()


CO_TU, GIE_TRIENG = names.CO_TU_FAMILY, names.GIE_TRIENG_FAMILY
POSTS = (
    Post("AN", "Đồn Biên phòng A Nông", "Đồn A Nông", "land_post", "H-TG", "676", None, "533", CO_TU),
    Post("AX", "Đồn Biên phòng A Xan", "Đồn A Xan", "land_post", "H-TG", "684", None, "533", CO_TU),
    Post("GR", "Đồn Biên phòng Ga Ry", "Đồn Ga Ry", "land_post", "H-TG", "691", None, "533", CO_TU),
    Post("LE", "Đồn Biên phòng La Êê", "Đồn La Êê", "land_post", "H-NG", "703", None, "533", CO_TU),
    Post(
        "NG",
        "Đồn Biên phòng Cửa khẩu Nam Giang",
        "Đồn Nam Giang",
        "gate_post",
        "H-NG",
        "713",
        None,
        "534",
        GIE_TRIENG,
    ),
    Post(
        "DP",
        "Đồn Biên phòng Đắc Pring",
        "Đồn Đắc Pring",
        "land_post",
        "H-NG",
        "727",
        None,
        "534",
        GIE_TRIENG,
    ),
    Post("CD", "Đồn Biên phòng Cửa Đại", "Đồn Cửa Đại", "sea_post", "H-HA", None, (0.0, 0.30)),
    Post("CLC", "Đồn Biên phòng Cù Lao Chàm", "Đồn Cù Lao Chàm", "sea_post", "H-HA"),
    Post("BM", "Đồn Biên phòng Bình Minh", "Đồn Bình Minh", "sea_post", "H-TB", None, (0.30, 0.50)),
    Post("TTH", "Đồn Biên phòng Tam Thanh", "Đồn Tam Thanh", "sea_post", "H-TK", None, (0.50, 0.67)),
    Post("KHA", "Đồn Biên phòng Cửa khẩu cảng Kỳ Hà", "Đồn Kỳ Hà", "gate_post", "H-NT", None, (0.67, 1.0)),
    Post("HD2", "Hải đội Biên phòng 2", "Hải đội 2", "squadron", "H-NT"),
)
LOCALITIES = {
    "H-TG": "Huyện Tây Giang",
    "H-NG": "Huyện Nam Giang",
    "H-HA": "Thành phố Hội An",
    "H-TB": "Huyện Thăng Bình",
    "H-TK": "Thành phố Tam Kỳ",
    "H-NT": "Huyện Núi Thành",
}
PARTNERS = {"533": "Đại đội 533 (Sê Kông)", "534": "Đại đội 534 (Sê Kông)"}

NUMBERS = tuple(str(number) for number in range(676, 736))
LARGE = "717"
MEDIUM_COUNT = 17
STAKE_AFTER = {"CD1": "728", "CD2": "707", "CD3": "733", "CD4": "719", "CD5": "692", "CD6": "718", "CD7": "690"}
"""Between which marker and its next one a stake stands (invented; 2 in Tây Giang, 5 in Nam Giang)."""
LAST_OF_TAY_GIANG = 702

LAND_STAFF, SEA_STAFF = 32, 22
LOCAL_SHARE = 0.3
SEAT_DRAWS = 12


def build_province(on: Ground, rng: Generator, number: int = 1) -> SimProvince:
    """The province on these courses; the same generator state gives the same province."""
    markers = tuple(place_markers(on.border, rng))
    stretches = tuple(_stretches(on, markers))
    units = tuple(_units(on, stretches, rng))
    people = tuple(_people(units, rng))
    gates = tuple(_gates(on.border, markers))
    partners = {post.code: f"LAO-{post.partner}" for post in POSTS if post.partner}
    province = SimProvince(number, "BCH", units, people, markers, stretches, gates, partners)
    return province if number == 1 else _renamed(province)


def place_markers(border: Course, rng: Generator) -> Iterator[SimMarker]:
    """60 markers with uneven gaps from north to south and seven stakes between them, a few metres beside the line."""
    gaps = rng.uniform(0.55, 1.6, len(NUMBERS) - 1)
    first, last = 1100.0, border.length_m - 1600.0
    chainage = first + np.concatenate([[0.0], np.cumsum(gaps / gaps.sum())]) * (last - first)
    at = dict(zip(NUMBERS, chainage.tolist(), strict=True))
    others = [number for number in NUMBERS if number != LARGE]
    medium = set(rng.choice(others, MEDIUM_COUNT, replace=False).tolist())
    places = [(number, at[number]) for number in NUMBERS]
    for stake, before in STAKE_AFTER.items():
        start, end = at[before], at[str(int(before) + 1)]
        places.append((stake, start + rng.uniform(0.35, 0.65) * (end - start)))
    offsets = rng.normal(0, 4, len(places))
    lon, lat = border.degrees([place for _, place in places], offsets)
    for index, (name, place) in enumerate(places):
        is_stake = name in STAKE_AFTER
        size = "none" if is_stake else "large" if name == LARGE else "medium" if name in medium else "small"
        base = int(STAKE_AFTER.get(name, name))
        district = "H-TG" if base <= LAST_OF_TAY_GIANG else "H-NG"
        yield SimMarker(
            name, is_stake, size, district, place, float(offsets[index]), round(lon[index], 6), round(lat[index], 6)
        )


def _stretches(on: Ground, markers: Sequence[SimMarker]) -> Iterator[SimStretch]:
    at = {marker.number: marker.chainage_m for marker in markers}
    land = [post for post in POSTS if post.first]
    for index, post in enumerate(land):
        start = post.first if index else None  # the first stretch begins where the line begins
        end = land[index + 1].first if index + 1 < len(land) else None
        yield SimStretch(
            post.code,
            Terrain.LAND,
            at[start] if start else 0.0,
            at[end] if end else on.border.length_m,
            start,
            end,
        )
    for post in POSTS:
        if post.coast:
            start_m, end_m = (share * on.coast.length_m for share in post.coast)
            yield SimStretch(post.code, Terrain.COAST, start_m, end_m)
    yield SimStretch("CLC", Terrain.ISLAND, 0.0, on.island.length_m)


def _units(on: Ground, stretches: Sequence[SimStretch], rng: Generator) -> Iterator[SimUnit]:
    yield SimUnit("BCH", "Bộ Chỉ huy Bộ đội Biên phòng tỉnh Quảng Nam", "BĐBP Quảng Nam", "command", "")
    held = {stretch.unit: stretch for stretch in stretches}
    for post in POSTS:
        lon = lat = None
        if post.code in held:
            lon, lat = _seat(on, held[post.code], rng)
        yield SimUnit(post.code, post.name, post.short_name, post.kind, "BCH", lon, lat)
    for code, name in LOCALITIES.items():
        yield SimUnit(code, name, name, "locality", "")
    for number, name in PARTNERS.items():
        yield SimUnit(f"LAO-{number}", name, f"Đại đội {number}", "partner", "")


def _seat(on: Ground, stretch: SimStretch, rng: Generator) -> tuple[float, float]:
    """An invented seat: some kilometres inside on land, a few hundred metres behind the beach on the coast.

    Of several draws the one furthest from the line: beside a sharp bend, inside may lie on the line again.
    """
    course = on.course(stretch.terrain)
    along = stretch.from_m + rng.uniform(0.35, 0.65, SEAT_DRAWS) * (stretch.to_m - stretch.from_m)
    inland = rng.uniform(2500, 5000) if stretch.terrain == Terrain.LAND else -rng.uniform(200, 500)
    lon, lat = course.degrees(along, inland)
    best = int(np.argmax(course.line.locate(lon, lat)[1]))
    return round(float(lon[best]), 5), round(float(lat[best]), 5)


def _people(units: Sequence[SimUnit], rng: Generator) -> Iterator[SimPerson]:
    post_of = {post.code: post for post in POSTS}
    made = names.people_names(rng)
    for index, (rank, duty) in enumerate(names.HEADQUARTERS, start=1):
        yield SimPerson(f"BCH-{index:03d}", next(made), "BCH", rank, duty)
    for unit in units:
        if unit.code not in post_of:
            continue
        local = post_of[unit.code].local_names
        crew = names.people_names(rng, local, LOCAL_SHARE)
        size = LAND_STAFF if local else SEA_STAFF
        for index, (rank, duty) in enumerate(names.post_ranks(size), start=1):
            if unit.kind == "squadron":
                duty = duty.replace("Đồn trưởng", "Hải đội trưởng").replace("Phó Hải đội trưởng", "Hải đội phó")
            yield SimPerson(f"{unit.code}-{index:03d}", next(crew), unit.code, rank, duty)


def _gates(border: Course, markers: Sequence[SimMarker]) -> Iterator[SimGate]:
    at = {marker.number: marker.chainage_m for marker in markers}
    lon, lat = border.degrees([at["717"] + 120, at["692"] + 80], [260.0, 180.0])
    yield SimGate(
        "CK-NG",
        "Cửa khẩu Nam Giang",
        "Đắc Tà Oọc (Sê Kông)",
        "NG",
        round(float(lon[0]), 5),
        round(float(lat[0]), 5),
        (
            ("main", date(1900, 1, 1), ""),
            ("international", date(2020, 12, 22), "Nghị quyết 183/NQ-CP ngày 22/12/2020"),
        ),
    )
    yield SimGate(
        "CK-TG",
        "Cửa khẩu Tây Giang",
        "Kà Lừm (Sê Kông)",
        "GR",
        round(float(lon[1]), 5),
        round(float(lat[1]), 5),
        (("secondary", date(2013, 4, 25), ""),),
    )


def _renamed(province: SimProvince) -> SimProvince:
    """The same province under an invented name: no unit, marker or gate of it can be taken for a real one."""
    k = province.number
    prefix, tag = f"T{k}", f"tỉnh minh họa {k}"
    codes = {unit.code: f"{prefix}-{unit.code}" for unit in province.units if unit.kind not in ("partner", "command")}
    codes |= {unit.code: unit.code for unit in province.units if unit.kind == "partner"} | {"BCH": prefix, "": ""}

    def unit_named(unit: SimUnit, number: int) -> SimUnit:
        if unit.kind == "command":
            return SimUnit(prefix, f"Bộ Chỉ huy Bộ đội Biên phòng {tag}", tag.capitalize(), unit.kind, "")
        word = {"locality": "Huyện", "squadron": "Hải đội"}.get(unit.kind, "Đồn")
        name = f"{word} {number}, {tag}"
        return SimUnit(
            codes[unit.code], name, f"{word} {number} (MH {k})", unit.kind, codes[unit.parent], unit.lon, unit.lat
        )

    units = tuple(unit_named(unit, i) for i, unit in enumerate(province.units) if unit.kind != "partner")
    people = tuple(SimPerson(f"{prefix}-{p.code}", p.name, codes[p.unit], p.rank, p.post) for p in province.people)
    stretches = tuple(
        SimStretch(codes[s.unit], s.terrain, s.from_m, s.to_m, s.start, s.end) for s in province.stretches
    )
    gates = tuple(
        SimGate(
            f"{prefix}-{g.code}", f"Cửa khẩu {i}, {tag}", "Bên kia (minh họa)", codes[g.unit], g.lon, g.lat, g.classes
        )
        for i, g in enumerate(province.gates, start=1)
    )
    markers = tuple(
        SimMarker(m.number, m.stake, m.size, codes[m.locality], m.chainage_m, m.offset_m, m.lon, m.lat)
        for m in province.markers
    )
    partners = {codes[post]: company for post, company in province.partners.items()}
    return SimProvince(k, prefix, units, people, markers, stretches, gates, partners)
