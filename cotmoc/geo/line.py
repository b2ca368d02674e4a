"""A border or coast line: chainage along it, distance to it, and the flat metres in which both are judged.

Two lengths live here, each for one purpose. *Distances* (reach, hop, offset) are flat metres of one local transverse
Mercator on the ellipsoid with scale 1 at the line's centre: every threshold is judged in that one metric, since 299.98
read as 300.20 elsewhere once moved whole pieces. *Chainage* is geodesic metres on WGS84: each segment's flat length is
scaled to its geodesic length, so a line that runs far to the east or west still has its true length. The two differ by
1 part in 30,000 at 50 km from the centre, 1 in 8,000 at 100 km.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import Geod, Proj

from cotmoc.geo.faults import Unreadable

Floats = NDArray[np.float64]
GEOD = Geod(ellps="WGS84")
FAR_M = 1e9


class LocalProjection:
    """WGS84 degrees to flat metres around one centre and back: transverse Mercator on the ellipsoid, scale 1."""

    def __init__(self, lon: float, lat: float) -> None:
        self.centre = (lon, lat)
        self._plane = Proj(proj="tmerc", lat_0=lat, lon_0=lon, k=1, ellps="WGS84")

    def to_metres(self, lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
        """x to the east and y to the north of the centre, in metres.

        A quarter of the globe away there are none: such a place is put `FAR_M` off, beyond any reach.
        """
        x, y = self._plane(np.asarray(lon, np.float64), np.asarray(lat, np.float64))
        return _finite(x), _finite(y)

    def to_degrees(self, x: ArrayLike, y: ArrayLike) -> tuple[Floats, Floats]:
        """Longitude and latitude of flat metres."""
        lon, lat = self._plane(np.asarray(x, np.float64), np.asarray(y, np.float64), inverse=True)
        return np.asarray(lon, np.float64), np.asarray(lat, np.float64)


def _finite(metres: ArrayLike) -> Floats:
    return np.nan_to_num(np.asarray(metres, np.float64), nan=FAR_M, posinf=FAR_M, neginf=-FAR_M)


@dataclass(frozen=True, slots=True, eq=False)
class Segments:
    """The straight pieces of a line in order of chainage: flat ends (metres), chainage of both ends, part number."""

    ax: Floats
    ay: Floats
    bx: Floats
    by: Floats
    from_m: Floats
    to_m: Floats
    part: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.ax)


class Line:
    """One version of a border or coast line, of one or several parts.

    Chainage runs on over the parts; the gap between two parts has no length. Repeated vertices, crossings of the line
    with itself, parts of one point and a line without any part are ordinary cases.
    """

    def __init__(self, parts: Sequence[Floats]) -> None:
        self.parts = tuple(parts)
        self.projection = LocalProjection(*_centre(self.parts))
        self.segments = _segments(self.parts, self.projection)
        self.length_m = float(self.segments.to_m[-1]) if len(self.segments) else 0.0

    @classmethod
    def from_lonlat(cls, parts: Iterable[ArrayLike]) -> "Line":
        """From arrays of shape (n, 2), degrees WGS84. ValueError where a part has another shape or no finite place."""
        arrays = [np.array(part, np.float64).reshape(-1, 2) if np.size(part) == 0 else _pairs(part) for part in parts]
        return cls([array for array in arrays if len(array)])

    @classmethod
    def from_geojson(cls, content: Mapping[str, Any]) -> "Line":
        """All lines of a GeoJSON object, in its order; points and areas beside them are passed over.

        Unreadable `line.none` where there is no line at all, `line.geometry` where a geometry is broken.
        """
        try:
            parts = [_places(line) for geometry in _geometries(content) for line in _lines(geometry)]
            if not parts:
                raise Unreadable("line.none")
            return cls.from_lonlat(parts)
        except (IndexError, KeyError, TypeError, ValueError) as error:
            raise Unreadable("line.geometry") from error

    @property
    def vertex_count(self) -> int:
        return sum(len(part) for part in self.parts)

    @cached_property
    def tree(self) -> shapely.STRtree:
        """An index of the segments, in flat metres."""
        return shapely.STRtree(_linestrings(self.segments))

    def locate(self, lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
        """Chainage of the nearest point of the line and the distance to it, both in metres.

        Where several points are equally near, the one with the smallest chainage. NaN for a line without segments.
        """
        x, y = self.projection.to_metres(np.atleast_1d(lon), np.atleast_1d(lat))
        chainage, offset = np.full(x.shape, np.nan), np.full(x.shape, np.nan)
        if not len(self.segments) or not len(x):
            return chainage, offset
        point, segment = self.tree.query_nearest(shapely.points(x, y), all_matches=True)
        along, away = nearest_on(self.segments, segment, x[point], y[point])
        order = np.lexsort((along, away, point))
        points, first = np.unique(point[order], return_index=True)
        chainage[points], offset[points] = along[order][first], away[order][first]
        return chainage, offset

    def point_at(self, chainage: ArrayLike) -> tuple[Floats, Floats]:
        """Longitude and latitude at each chainage; beyond the ends, the ends. NaN for a line without segments."""
        wanted = np.atleast_1d(np.asarray(chainage, np.float64))
        if not len(self.segments):
            return np.full(wanted.shape, np.nan), np.full(wanted.shape, np.nan)
        s = self.segments
        index = np.clip(np.searchsorted(s.to_m, wanted, side="left"), 0, len(s) - 1)
        share = np.clip((wanted - s.from_m[index]) / (s.to_m[index] - s.from_m[index]), 0, 1)
        x = s.ax[index] + share * (s.bx[index] - s.ax[index])
        y = s.ay[index] + share * (s.by[index] - s.ay[index])
        return self.projection.to_degrees(x, y)

    def cut(self, from_m: float, to_m: float) -> list[Floats]:
        """The line between two chainages as arrays (n, 2) of degrees, one per part that it touches with some length."""
        s = self.segments
        inside = np.flatnonzero((s.to_m > from_m) & (s.from_m < to_m))
        pieces = []
        for part in np.unique(s.part[inside]):
            rows = inside[s.part[inside] == part]
            start, end = max(from_m, s.from_m[rows[0]]), min(to_m, s.to_m[rows[-1]])
            pieces.append(self._between(rows, start, end))
        return pieces

    def _between(self, rows: NDArray[np.int64], start: float, end: float) -> Floats:
        """One piece: interpolated ends and the vertices between them."""
        s = self.segments
        share_from = (start - s.from_m[rows[0]]) / (s.to_m[rows[0]] - s.from_m[rows[0]])
        share_to = (end - s.from_m[rows[-1]]) / (s.to_m[rows[-1]] - s.from_m[rows[-1]])
        x, y = np.append(s.ax[rows], s.bx[rows[-1]]), np.append(s.ay[rows], s.by[rows[-1]])
        first = (x[0] + share_from * (s.bx[rows[0]] - x[0]), y[0] + share_from * (s.by[rows[0]] - y[0]))
        last = (x[-2] + share_to * (x[-1] - x[-2]), y[-2] + share_to * (y[-1] - y[-2]))
        (x[0], y[0]), (x[-1], y[-1]) = first, last
        return np.column_stack(self.projection.to_degrees(x, y))


def nearest_on(segments: Segments, row: NDArray[np.int64], x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Chainage of the point of segment `row` nearest to (x, y), and its distance; all arrays of one length."""
    ax, ay = segments.ax[row], segments.ay[row]
    dx, dy = segments.bx[row] - ax, segments.by[row] - ay
    share = np.clip(((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy), 0, 1)
    along = segments.from_m[row] + share * (segments.to_m[row] - segments.from_m[row])
    return along, np.hypot(x - ax - share * dx, y - ay - share * dy)


def _pairs(part: ArrayLike) -> Floats:
    array = np.array(part, np.float64)
    if array.ndim != 2 or array.shape[1] != 2 or not np.isfinite(array).all():
        raise ValueError("a part of a line needs finite pairs of longitude and latitude")
    return array


def _centre(parts: Sequence[Floats]) -> tuple[float, float]:
    """Centre of the box around all parts; (0, 0) for none."""
    if not parts:
        return 0.0, 0.0
    places = np.concatenate(parts)
    lon, lat = (places.min(axis=0) + places.max(axis=0)) / 2
    return float(lon), float(lat)


def _segments(parts: Sequence[Floats], projection: LocalProjection) -> Segments:
    """All segments with some length, their chainage summed over the parts."""
    starts = np.concatenate([part[:-1] for part in parts] or [np.empty((0, 2))])
    ends = np.concatenate([part[1:] for part in parts] or [np.empty((0, 2))])
    number = np.repeat(np.arange(len(parts)), [len(part) - 1 for part in parts])
    ax, ay = projection.to_metres(starts[:, 0], starts[:, 1])
    bx, by = projection.to_metres(ends[:, 0], ends[:, 1])
    _, _, length = GEOD.inv(starts[:, 0], starts[:, 1], ends[:, 0], ends[:, 1])
    some = (np.asarray(length) > 0) & (np.hypot(bx - ax, by - ay) > 0)
    reached = np.concatenate([[0.0], np.cumsum(np.asarray(length)[some])])
    return Segments(ax[some], ay[some], bx[some], by[some], reached[:-1], reached[1:], number[some])


def _linestrings(segments: Segments) -> NDArray[np.object_]:
    ends = np.stack([segments.ax, segments.ay, segments.bx, segments.by], axis=1)
    return np.asarray(shapely.linestrings(ends.reshape(-1, 2, 2)))


def _lines(geometry: Mapping[str, Any]) -> Sequence[Any]:
    """The coordinate lists of a LineString or MultiLineString, none of any other geometry."""
    if geometry["type"] == "LineString":
        return [geometry["coordinates"]]
    return geometry["coordinates"] if geometry["type"] == "MultiLineString" else []


def _places(coordinates: Sequence[Any]) -> Floats:
    """Longitude and latitude; a height, which any position may have or lack, is left out."""
    return np.array([[position[0], position[1]] for position in coordinates], np.float64).reshape(-1, 2)


def _geometries(content: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The geometries of a GeoJSON object at any depth of collection; features without one are passed over."""
    kind = content.get("type") if isinstance(content, Mapping) else None
    if kind == "FeatureCollection":
        return [geometry for feature in content.get("features") or [] for geometry in _geometries(feature)]
    if kind == "GeometryCollection":
        return [geometry for member in content.get("geometries") or [] for geometry in _geometries(member)]
    if kind == "Feature":
        return _geometries(content["geometry"]) if content.get("geometry") else []
    return [content] if kind else []
