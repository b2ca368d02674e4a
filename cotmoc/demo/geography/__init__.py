"""The geography that the demonstration shows: © OpenStreetMap contributors, ODbL 1.0, made by scripts/geography."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FOLDER = Path(__file__).parent
LAYERS = ("border_line", "border_context", "coast_line", "islands", "land")


@dataclass(frozen=True, slots=True)
class Shipped:
    """Arrays (n, 2) of degrees: the land border and the coast from north to south, and the ring of the largest island."""

    border: NDArray[np.float64]
    coast: NDArray[np.float64]
    island: NDArray[np.float64]


def layer(name: str) -> dict[str, Any]:
    """One of LAYERS as GeoJSON, with its attribution, licence and source."""
    content: dict[str, Any] = json.loads((FOLDER / f"{name}.geojson").read_text(encoding="utf-8"))
    return content


def read_shipped() -> Shipped:
    islands = layer("islands")["features"]
    largest = max(islands, key=lambda feature: feature["properties"]["area_km2"])
    return Shipped(
        border=_points(layer("border_line")["features"][0]["geometry"]["coordinates"]),
        coast=_points(layer("coast_line")["features"][0]["geometry"]["coordinates"]),
        island=_points(largest["geometry"]["coordinates"][0]),
    )


def _points(coordinates: list[list[float]]) -> NDArray[np.float64]:
    return np.array(coordinates, np.float64)
