"""What can be seen on the map. The map knows layers only by their registration here.

    layers.add(Layer("line-age", _("Tuổi lượt đi"), build_line_age, slot="ages", order=30))

A verb that has something to show registers it in its AppConfig.ready(); `picture` never imports that verb. How a layer is drawn
is its slot (see static/cotmoc/map.js):

    base:   abroad land water (areas)   admin (lines)   labels (points: label, rank country|district|commune)
    border: treaty ticks tracks (lines)   ages (lines: age a0…a4|never, from_m, to_m)
    things: posts (points: label, sign post|gate)   markers (points: state, label, kind marker|stake)

Every feature may carry `title`, `text`, `url` (a popup with a link) or `evidence` (opens the drawer), and `cells` (its row in
the table twin of the map).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from cotmoc.base.figures import Question

GeoJson = dict[str, Any]
OSM = "© OpenStreetMap contributors (ODbL)"


def collection(features: list[GeoJson]) -> GeoJson:
    """A FeatureCollection; empty is an ordinary case."""
    return {"type": "FeatureCollection", "features": features}


def feature(geometry: GeoJson, **properties: Any) -> GeoJson:
    """A feature; its properties as the slot wants them."""
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def point(lon: float, lat: float, **properties: Any) -> GeoJson:
    """A feature of one point, to 1e-6 degree (0.1 m)."""
    return feature({"type": "Point", "coordinates": [round(lon, 6), round(lat, 6)]}, **properties)


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer: its rows are scoped by `build` itself, which gets the asking user."""

    id: str
    label: str | Promise
    build: Callable[[Question, Any], GeoJson]
    slot: str = ""
    """How it is drawn; empty: as its id says. Layers shown in one slot are drawn together, a later one over an earlier one."""
    order: int = 50
    """From below to above."""
    shown: bool = True
    """Switched on when the map opens."""
    attribution: str = ""
    columns: tuple[str | Promise, ...] = ()
    """Heads of the table twin; empty: the layer is ground and has no rows."""
    replaces: str = ""
    """Id of a layer that this one says better: that one is not shown while this one is."""


_layers: dict[str, Layer] = {}


def add(layer: Layer) -> Layer:
    """Register a layer. Raises ValueError for an id that is taken."""
    if layer.id in _layers:
        raise ValueError(f"layer {layer.id} is added twice")
    _layers[layer.id] = layer
    return layer


def layers() -> list[Layer]:
    """All layers, from below to above."""
    return sorted(_layers.values(), key=lambda layer: layer.order)


def layer(layer_id: str) -> Layer | None:
    return _layers.get(layer_id)
