"""Coordinates as people and lists write them, to degrees WGS84, with the original and the way kept beside.

Lists in Vietnam give degrees, minutes and seconds with a decimal comma, or metres in VN-2000: UTM zones 48 and 49
(EPSG:3405, 3406) or three-degree zones by the central meridian of the province (Quảng Nam 107°45').
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from pyproj import CRS, Transformer
from pyproj.crs import ProjectedCRS
from pyproj.crs.coordinate_operation import TransverseMercatorConversion
from pyproj.exceptions import CRSError
from pyproj.transformer import TransformerGroup

from cotmoc.geo.faults import Fault

WGS84 = "EPSG:4326"
VN2000 = 4756
TM3_SCALE = 0.9999
"""Scale on the central meridian of the three-degree zones; UTM has 0.9996."""

NORTH_FROM_M, NORTH_TO_M = 850_000, 2_650_000
"""Northings of Vietnam with its islands, 8° to 24° N. Eastings of one zone are all below."""

SIDES = {
    "n": 1, "s": -1, "e": 1, "w": -1,
    "b": 1, "bac": 1, "nam": -1, "d": 1, "dong": 1, "t": -1, "tay": -1,
    "north": 1, "south": -1, "east": 1, "west": -1,
}  # fmt: skip
MARKS = str.maketrans(
    {"º": "°", "˚": "°", "′": "'", "’": "'", "‘": "'", "´": "'", "″": '"', "”": '"', "“": '"', "−": "-", "–": "-"}
)
SIDE_WORDS = "|".join(sorted(SIDES, key=len, reverse=True))
NUMBER = r"\d+(?:[.,]\d+)?"
ANGLE = re.compile(
    rf"(?P<sign>-)?\s*(?P<before>{SIDE_WORDS})?\s*(?P<minus>-)?(?P<degrees>{NUMBER})\s*(?:°|do\b|\s|$)?\s*"
    rf"(?:(?P<minutes>{NUMBER})\s*(?:'(?!')|phut\b|\s|$)\s*(?:(?P<seconds>{NUMBER})\s*(?:\"|''|giay\b)?\s*)?)?"
    rf"(?P<after>{SIDE_WORDS})?"
)
NAMES = re.compile(r"^vn-?\s*2000|utm|zone|mui(?: 3)?(?: do)?|tm-?3|kinh tuyen truc|ktt|[/;:()]|,(?!\d)")
"""What stands around the zone or meridian in the name of a VN-2000 system."""
LONGEST = 80
"""Characters; no coordinate is longer, and patterns on longer texts would cost time."""
DECIMAL = re.compile(r"[-+]?\d+(?:[.,]\d+)?")
POINTED_THOUSANDS = re.compile(r"[-+]?\d{1,3}(?:\.\d{3})+(?:,\d+)?")
COMMA_THOUSANDS = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
ZONE = re.compile(r"48|49")


class BadCoordinate(ValueError):
    """A coordinate that cannot be read or lies outside its system; `fault` says which."""

    def __init__(self, code: str, **values: object) -> None:
        self.fault = Fault(code, "", values)
        super().__init__(f"{code} {values}")


@dataclass(frozen=True, slots=True)
class Coordinate:
    """A place in WGS84 and where it comes from."""

    lon: float
    lat: float
    original: str
    """As it was written."""
    crs: str
    """The system of the original: an authority code or a name."""
    note: str = ""
    """The transformation used and its stated accuracy; empty for WGS84."""


def parse_number(text: str) -> float:
    """`15,541592`, `15.541592`, `1.700.000,25`, `1 700 000`. BadCoordinate for anything else.

    A single comma or point is the decimal one; thousands come in groups of three.
    """
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text[:LONGEST])).translate(MARKS)
    if DECIMAL.fullmatch(plain):
        return float(plain.replace(",", "."))
    if POINTED_THOUSANDS.fullmatch(plain):
        return float(plain.replace(".", "").replace(",", "."))
    if COMMA_THOUSANDS.fullmatch(plain):
        return float(plain.replace(",", ""))
    raise BadCoordinate("coordinate.unreadable", text=text)


def parse_angle(text: str) -> float:
    """Degrees of `15,541592`, `22°56'12,943" N`, `W 107 45 30`, `107°45'`, `22 độ 56 phút Bắc`.

    South and west are negative. A lone N is north, as everywhere; south in Vietnamese is written out: Nam.
    BadCoordinate for anything else.
    """
    match = ANGLE.fullmatch(_folded(text)) if len(text) < LONGEST else None
    if not match or (match["before"] and match["after"]):
        raise BadCoordinate("coordinate.unreadable", text=text)
    minutes, seconds = (float((match[part] or "0").replace(",", ".")) for part in ("minutes", "seconds"))
    if minutes >= 60 or seconds >= 60:
        raise BadCoordinate("coordinate.unreadable", text=text)
    degrees = float(match["degrees"].replace(",", ".")) + minutes / 60 + seconds / 3600
    side = match["before"] or match["after"]
    negative = bool(match["sign"] or match["minus"])
    if negative and side:
        raise BadCoordinate("coordinate.unreadable", text=text)
    return -degrees if negative or SIDES.get(side or "", 1) < 0 else degrees


def read_coordinate(lat_or_north: str, lon_or_east: str, crs: str | int = WGS84) -> Coordinate:
    """The place that two texts mean in the given system (see `crs_of`).

    Vietnamese lists call the northing X and print it first, others the easting: in projected systems the two are told
    apart by size, since every northing of Vietnam is above every easting.
    """
    system = crs_of(crs)
    original = f"{lat_or_north.strip()}; {lon_or_east.strip()}"
    if system.is_geographic:
        y, x = parse_angle(lat_or_north), parse_angle(lon_or_east)
    else:
        y, x = parse_number(lat_or_north), parse_number(lon_or_east)
        if y < NORTH_FROM_M <= x <= NORTH_TO_M:
            y, x = x, y
    return to_wgs84(x, y, crs, original)


def to_wgs84(x: float, y: float, crs: str | int = WGS84, original: str = "") -> Coordinate:
    """x is longitude or easting, y latitude or northing, in degrees or metres of the system."""
    name = crs_name(crs)
    original = original or f"{y}; {x}"
    transformer = _transformer(crs)
    lon, lat = (x, y) if transformer is None else transformer.transform(x, y)
    if not (abs(lon) <= 180 and abs(lat) <= 90):  # also for inf and NaN
        raise BadCoordinate("coordinate.out_of_range", text=original, crs=name)
    return Coordinate(lon, lat, original, name, "" if transformer is None else _note(transformer))


@lru_cache(maxsize=64)
def crs_of(name: str | int) -> CRS:
    """The system of a code or name.

    `EPSG:3405`, `3405`, `VN-2000` (degrees), `VN-2000 / UTM 48N`, `VN-2000 48`, `VN-2000 107°45'` (three-degree zone by
    central meridian), or anything else that PROJ knows. BadCoordinate for the rest.
    """
    text = str(name).strip()
    if text.isdigit():
        return _known(int(text))
    plain = _folded(text).replace("_", "-")
    if not re.match(r"vn-?\s*2000", plain) or text.upper().startswith(("PROJCRS", "GEOGCRS", "PROJCS", "GEOGCS")):
        return _known(text)
    rest = NAMES.sub(" ", plain).strip().rstrip("n").strip()
    if not rest:
        return _known(VN2000)
    if ZONE.fullmatch(rest):
        return _known(3357 + int(rest))  # 48 -> EPSG:3405, 49 -> EPSG:3406
    meridian = _meridian(rest, text)
    degrees, minutes = divmod(round(meridian * 60), 60)
    zone = f"TM-3 {degrees}°{minutes:02d}'"
    conversion = TransverseMercatorConversion(0, meridian, 500_000, 0, TM3_SCALE).to_json_dict() | {"name": zone}
    return ProjectedCRS(conversion, name=f"VN-2000 / {zone}", geodetic_crs=_known(VN2000))


def crs_name(name: str | int) -> str:
    """The authority code where there is one, else the name of the system."""
    system = crs_of(name)
    authority = system.to_authority(min_confidence=100)
    return ":".join(authority) if authority else system.name


@lru_cache(maxsize=64)
def _transformer(crs: str | int) -> Transformer | None:
    """The best known way to WGS84, one and the same for every place; None when there is nothing to do.

    For VN-2000 that is EPSG:6960, the seven parameters of Decision 05/2007/QĐ-BTNMT. PROJ itself would change to an older
    set by the area of each point.
    """
    system = crs_of(crs)
    if system.to_epsg() == 4326 or system.name.startswith("WGS 84 (CRS84)"):
        return None
    ways = TransformerGroup(system, CRS.from_epsg(4326), always_xy=True).transformers
    if not ways:
        raise BadCoordinate("coordinate.unknown_crs", crs=str(crs))
    return ways[0]


def transformer_to_wgs84(crs: str | int) -> Transformer | None:
    """For whole geometries: takes and gives x before y; None when they are in WGS84 already."""
    return _transformer(crs)


def _note(transformer: Transformer) -> str:
    steps = (transformer.description or "").replace("axis order change (2D)", "").strip(" +")
    accuracy = transformer.accuracy
    return f"{steps}, ±{accuracy:g} m" if accuracy is not None and accuracy >= 0 else steps


def _meridian(rest: str, text: str) -> float:
    """Central meridian in degrees, also as `107-45` and `107.45'`-less `107,75`."""
    try:
        meridian = parse_angle(re.sub(r"^(\d{3})-(\d{2})$", r"\1 \2", rest))
    except BadCoordinate as error:
        raise BadCoordinate("coordinate.unknown_crs", crs=text) from error
    if not 100 <= meridian <= 120:
        raise BadCoordinate("coordinate.unknown_crs", crs=text)
    return meridian


def _known(name: str | int) -> CRS:
    if "init=" in str(name):  # would make PROJ look for a file of that name
        raise BadCoordinate("coordinate.unknown_crs", crs=str(name))
    try:
        return CRS.from_user_input(name)
    except CRSError as error:
        raise BadCoordinate("coordinate.unknown_crs", crs=str(name)) from error


def _folded(text: str) -> str:
    """Lower case without Vietnamese marks, the many signs for degrees, minutes and seconds made one."""
    plain = unicodedata.normalize("NFD", text.strip().translate(MARKS).lower().replace("đ", "d"))
    bare = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return re.sub(r"(?:vi do|kinh do)\s*", "", bare).strip(" :")
