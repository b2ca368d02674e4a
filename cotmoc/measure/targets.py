"""What walks are measured against: every drawing of every line, the markers with its newest one, the rules in force."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

import numpy as np

from cotmoc.base.border import BEST_FIRST
from cotmoc.base.models import BorderMarker, LineVersion, MarkerPosition
from cotmoc.geo.line import Line
from cotmoc.measure.engine import accuracy, smoothing
from cotmoc.measure.engine.coverage import ALGORITHM
from cotmoc.measure.engine.survey import Posts
from cotmoc.measure.engine.values import Rules
from cotmoc.measure.kept import Stamp, stamp
from cotmoc.measure.settings import MAX_GAP_S, MAX_HOP_M, REACHES, Chosen, rules_params
from cotmoc.record.areas.border.models import PatrolTrack

MARGIN_DEG = 0.02
"""A line whose box is further than this from a track's box (about 2 km) cannot be within reach of it."""
MARKERS = "markers"
WALKED = "walked"
"""The part of a walk's rows that are its visits to markers; the other parts are named "version/reach"."""
Parts = dict[str, str]
"""The parts of a walk's rows, each with the digest of what it depends on besides the tracks."""


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """A drawing of a line that walks are measured against, with the markers that stand on it."""

    version: UUID
    line: Line
    box: tuple[float, float, float, float]
    markers: tuple[UUID, ...]
    lon: np.ndarray
    lat: np.ndarray
    drawing: str
    """Digest of the line as drawn."""
    places: str
    """Digest of the markers' places and of the drawing, in whose plane they are judged."""

    def meets(self, row: PatrolTrack) -> bool:
        """Whether a track can come near."""
        west, south, east, north = self.box
        return row.west <= east and row.east >= west and row.south <= north and row.north >= south


@dataclass(frozen=True, slots=True, eq=False)
class Ask:
    """What a walk is to be asked about one target."""

    target: Target
    reaches: tuple[int, ...]
    posts: Posts


class Basis:
    """All that figures depend on besides the tracks."""

    def __init__(self, values: Chosen) -> None:
        self.targets = targets()
        self.marker_reach_m = values.marker_reach_m
        self.rules = Rules(max_gap_s=MAX_GAP_S, max_hop_m=MAX_HOP_M)
        self.params: dict[str, Any] = rules_params(values) | {
            "algorithm": ALGORITHM,
            "assumed_accuracy": accuracy.AS_OF,
        }
        self.versions = {str(target.version) for target in self.targets}

    def near(self, rows: Sequence[PatrolTrack]) -> list[Target]:
        return [target for target in self.targets if any(target.meets(row) for row in rows)]

    def parts(self, near: Sequence[Target]) -> Parts:
        """The parts that a walk near these targets has rows for."""
        found = {_part(one, reach): self._digest(one.drawing, reach) for one in near for reach in REACHES}
        places = [one.places for one in near if one.markers]
        found[WALKED] = self._digest(smoothing.ALGORITHM)
        return found | ({MARKERS: self._digest(*places, self.marker_reach_m)} if places else {})

    def asks(self, near: Sequence[Target], parts: set[str]) -> list[Ask]:
        """What to ask for the rows of some of the parts."""
        asked = []
        for one in near:
            reaches = tuple(reach for reach in REACHES if _part(one, reach) in parts)
            marked = MARKERS in parts and bool(one.markers)
            if reaches or marked:
                posts = Posts(one.lon, one.lat, float(self.marker_reach_m)) if marked else Posts.none()
                asked.append(Ask(one, reaches, posts))
        return asked

    def _digest(self, *what: object) -> str:
        how = (ALGORITHM, accuracy.AS_OF, self.rules.max_gap_s, self.rules.max_hop_m, self.rules.pause_s)
        return hashlib.sha256(repr((*how, *what)).encode()).hexdigest()[:24]


def _part(target: Target, reach_m: int) -> str:
    return f"{target.version}/{reach_m}"


def targets() -> tuple[Target, ...]:
    """Every drawing of every line; the markers stand with its newest drawing."""
    return _targets(stamp(LineVersion), stamp(BorderMarker), stamp(MarkerPosition))


@lru_cache(maxsize=2)
def _targets(*_: Stamp) -> tuple[Target, ...]:
    positions = sorted(
        MarkerPosition.objects.in_force(), key=lambda row: (-BEST_FIRST.index(row.source), row.valid_from)
    )
    best = {row.marker_id: row for row in positions}
    on_line: dict[UUID, list[MarkerPosition]] = defaultdict(list)
    for marker, line in BorderMarker.objects.in_force().order_by("pk").values_list("pk", "line_id"):
        if marker in best:
            on_line[line].append(best[marker])
    versions = list(LineVersion.objects.in_force().order_by("valid_from", "recorded_at"))
    newest = {version.line_id: version.pk for version in versions}
    return tuple(
        _target(version, on_line[version.line_id] if newest[version.line_id] == version.pk else [])
        for version in versions
    )


def _target(version: LineVersion, markers: Sequence[MarkerPosition]) -> Target:
    line = Line.from_geojson(version.geometry)
    vertices = np.concatenate(line.parts)
    lon, lat = np.array([row.lon for row in markers], float), np.array([row.lat for row in markers], float)
    drawing = hashlib.sha256(json.dumps(version.geometry, sort_keys=True).encode())
    places = drawing.copy()
    for row in markers:
        places.update(f"{row.marker_id} {row.lon:.7f} {row.lat:.7f}\n".encode())
    west, south = vertices.min(axis=0) - MARGIN_DEG
    east, north = vertices.max(axis=0) + MARGIN_DEG
    return Target(
        version.pk, line, (float(west), float(south), float(east), float(north)),
        tuple(row.marker_id for row in markers), lon, lat, drawing.hexdigest(), places.hexdigest(),
    )  # fmt: skip
