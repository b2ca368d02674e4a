"""The throughput of every engine by size as an SVG, both axes by powers of ten, readable on light and dark ground."""

from collections.abc import Sequence
from html import escape
from math import ceil, floor, log10
from pathlib import Path
from typing import Any

from tests.speed.coverage.table import label, warm

WIDTH, HEIGHT = 720, 440
LEFT, RIGHT, TOP, BOTTOM = 64, 150, 58, 52
LABEL = 18
COLOURS = ("#1f7a4d", "#b3541e", "#2f6db3", "#8a4fb0", "#9a7b00", "#b0305c", "#4a7f86", "#7a6a58")
STYLE = """
    text { font: 14px system-ui, sans-serif; fill: #1d2520 } .soft { fill: #5d6a62 }
    .ground { fill: #ffffff } .grid { stroke: #dfe5e1 } .ring { stroke: #ffffff }
    @media (prefers-color-scheme: dark) {
        text { fill: #e8ede9 } .soft { fill: #a3b0a8 } .ground { fill: #161b18 } .grid { stroke: #313a35 }
        .ring { stroke: #161b18 }
        .line { filter: brightness(1.45) }
    }
"""
Point = tuple[float, float]


def drawn(rows: Sequence[dict[str, Any]], subtitle: str) -> str:
    """The figures of the table as a picture: warm runs, wall seconds."""
    lines: dict[str, list[Point]] = {}
    for row in rows:
        lines.setdefault(row["engine"], []).append((log10(row["fixes"]), log10(row["fixes"] / warm(row, "wall") / 1e6)))
    every = [point for line in lines.values() for point in line]
    low_x, high_x = floor(min(x for x, _ in every)), max(ceil(max(x for x, _ in every)), floor(every[0][0]) + 1)
    low_y, high_y = floor(min(y for _, y in every)), ceil(max(y for _, y in every))

    def at(point: Point) -> Point:
        x = LEFT + (point[0] - low_x) / (high_x - low_x) * (WIDTH - LEFT - RIGHT)
        y = HEIGHT - BOTTOM - (point[1] - low_y) / max(1, high_y - low_y) * (HEIGHT - TOP - BOTTOM)
        return round(x, 1), round(y, 1)

    ends = {name: at(max(line)) for name, line in lines.items()}
    heights = _apart({name: y for name, (_, y) in ends.items()})
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">',
        f"<style>{STYLE}</style>",
        f'<rect class="ground" width="{WIDTH}" height="{HEIGHT}"/>',
        f'<text x="{LEFT}" y="24" font-weight="600">Million fixes per second, files to metres, warm</text>',
        f'<text class="soft" x="{LEFT}" y="44">{escape(subtitle)}</text>',
        f'<text class="soft" x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 10}" text-anchor="middle">fixes</text>',
    ]
    for power in range(low_x, high_x + 1):
        (x, y), (_, top) = at((power, low_y)), at((power, high_y))
        parts.append(f'<line class="grid" x1="{x}" y1="{y}" x2="{x}" y2="{top}"/>')
        parts.append(f'<text class="soft" x="{x}" y="{y + 20}" text-anchor="middle">{_power(power)}</text>')
    for power in range(low_y, high_y + 1):
        (x, y), (end, _) = at((low_x, power)), at((high_x, power))
        parts.append(f'<line class="grid" x1="{x}" y1="{y}" x2="{end}" y2="{y}"/>')
        parts.append(f'<text class="soft" x="{x - 8}" y="{y + 5}" text-anchor="end">{10.0**power:g}</text>')
    for (name, line), colour in zip(lines.items(), COLOURS * len(lines), strict=False):
        parts += _curve(name, [at(point) for point in sorted(line)], colour, heights[name], WIDTH - RIGHT + 14)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _power(power: int) -> str:
    return f'10<tspan dy="-6" font-size="10">{power}</tspan>'


def _curve(name: str, places: list[Point], colour: str, height: float, label_x: float) -> list[str]:
    """A line with its places, and a thin one that leads to its name on the right."""
    way = " ".join(f"{x},{y}" for x, y in places)
    x, y = places[-1]
    drawn = [
        f'<g class="line"><polyline points="{way}" fill="none" stroke="{colour}" stroke-width="2.5"/>',
        f'<line x1="{x}" y1="{y}" x2="{label_x - 4}" y2="{height}" stroke="{colour}" stroke-dasharray="1 4"/>',
    ]
    drawn += [f'<circle class="ring" cx="{x}" cy="{y}" r="5" fill="{colour}" stroke-width="2"/>' for x, y in places]
    return [*drawn, f'<text x="{label_x}" y="{height + 5}" style="fill: {colour}">{escape(label(name))}</text></g>']


def _apart(wanted: dict[str, float]) -> dict[str, float]:
    """Heights near those wanted, a label's height apart, none below the axis."""
    placed: dict[str, float] = {}
    below = TOP - LABEL
    for name, height in sorted(wanted.items(), key=lambda item: item[1]):
        placed[name] = below = max(height, below + LABEL)
    limit = HEIGHT - BOTTOM + LABEL
    for name, height in reversed(placed.items()):
        placed[name] = limit = min(height, limit - LABEL)
    return placed


def draw(rows: Sequence[dict[str, Any]], subtitle: str, path: Path) -> None:
    path.write_text(drawn(rows, subtitle), encoding="utf-8")
