"""The figures of the benchmark as rows of a Markdown table."""

import statistics
from typing import Any

HEAD = (
    "| fixes | engine | cold s | warm s | warm CPU s | Mfix/s | Mfix per CPU s | MiB | off m | CPU, times the first |",
    "|---|---|---|---|---|---|---|---|---|---|",
)

NAMES = {
    "fast": "fast, all cores",
    "fast-1": "fast, 1 thread",
    "survey": "fast, 3 reaches, markers",
    "duckdb": "DuckDB",
    "sedonadb": "SedonaDB",
    "postgis": "PostGIS",
}


def label(engine: str) -> str:
    """An engine, or a form of one ("duckdb/places"), as people write it."""
    name, _, form = engine.partition("/")
    return f"{NAMES.get(name, name)}, {form}" if form else NAMES.get(name, name)


def warm(figures: dict[str, Any], what: str) -> float:
    """Median of the warm runs; the cold one where there is no other."""
    return statistics.median(figures[what][1:] or figures[what])


def row(figures: dict[str, Any], first: dict[str, Any]) -> str:
    """One engine at one size. MiB: the processes of any size, each with the most it held."""
    fixes, wall, cpu = figures["fixes"], warm(figures, "wall"), warm(figures, "cpu")
    once = len(figures["wall"]) == 1
    cells = [
        f"{fixes:.0e}".replace("e+0", "e"),
        label(figures["engine"]),
        f"{figures['wall'][0]:.2f}",
        "–" if once else f"{wall:.3f}",
        f"{cpu:.3f}{' cold' if once else ''}",
        f"{fixes / wall / 1e6:.2f}",
        f"{fixes / cpu / 1e6:.2f}",
        " + ".join(f"{mib:.0f}" for mib in figures["mib"] if mib > 100),
        f"{figures['off_m']:.2f}",
        f"{cpu / warm(first, 'cpu'):.1f}",
    ]
    return f"| {' | '.join(cells)} |"
