"""A rival on all cores, a process each: every one made ready once, then given parts as it is free."""

from concurrent.futures import ProcessPoolExecutor
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from tests.speed.coverage.generator import line_named
from tests.speed.coverage.postgis import POSTGIS
from tests.speed.coverage.rivals import RIVALS, Found, Rival
from tests.speed.coverage.shapes import Floats, Part, parts_of, patrol_count

MAKERS = {**RIVALS, **POSTGIS}
NEEDS = {"duckdb": ("duckdb", "duckdb_extension_spatial"), "sedonadb": ("sedonadb",), "postgis": ("psycopg",)}
_ready: list[Rival] = []


class Workers:
    """Forked, so that they need not import anew what is imported; they stay for the warm runs."""

    def __init__(self, rival: str, line: str, processes: int) -> None:
        for module in NEEDS.get(rival.partition("/")[0], ()):
            if find_spec(module) is None:
                raise ImportError(f"{module} is not installed")
        self.pool = ProcessPoolExecutor(processes, get_context("fork"), _make, (rival, line))

    def measure(self, archive: Path) -> Floats:
        """The metres of every patrol, files and patrols in their order."""
        parts = parts_of(archive)
        found = list(self.pool.map(_measure, parts))
        metres = []
        for path in sorted(archive.glob("*.parquet")):
            mine = [answer for part, answer in zip(parts, found, strict=True) if part.path == path]
            metres.append(_by_number(path, mine))
        return np.concatenate(metres)


def _by_number(path: Path, found: list[Found]) -> Floats:
    metres = np.zeros(patrol_count(path))
    for patrols, of_each in found:
        metres[patrols] += of_each
    return metres


def _make(rival: str, line: str) -> None:
    _ready.append(MAKERS[rival](line_named(line)))


def _measure(part: Part) -> Found:
    return _ready[0].measure(part)
