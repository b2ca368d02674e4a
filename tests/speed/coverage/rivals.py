"""The rivals in one process: shapely, DuckDB, SedonaDB. PostGIS is in `postgis`.

A rival is made ready for a line once per process (its indexes and tables count in the cold run), then measures parts: the
possible metres of each patrol of a part. Every one runs on as many processes as there are cores, each with parts of its own,
as our engine does on threads; inside a process it gets one thread, so that they do not stand in each other's way.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import numpy as np
import pyarrow as pa
import shapely

from cotmoc.geo.line import Line
from tests.speed.coverage.forms import FORMS
from tests.speed.coverage.shapes import LADDER_M, RADIUS_M, Floats, Index, Part, Shapes, ladder, ways_of

RUN = 64
"""Steps in a run, of 16, 32, 64 and 128 tried."""
Found = tuple[Index, Floats]
"""Patrols (by their number in the file) and their metres."""


class Rival(Protocol):
    """An engine made ready for a line."""

    def measure(self, part: Part) -> Found: ...


class ByShapely:
    """Whole patrols as prepared geometries, asked for pieces of the line from coarse to fine."""

    WIDTHS_M = (128.0, 32.0, 8.0, 2.0)

    def __init__(self, line: Line) -> None:
        self.line = line
        self.rungs = ladder(line, self.WIDTHS_M)
        self.children = [
            np.searchsorted(finer.parent, np.arange(len(rung) + 1))
            for rung, finer in zip(self.rungs, self.rungs[1:], strict=False)
        ]
        self.tree = shapely.STRtree(self.rungs[0].middle)

    def measure(self, part: Part) -> Found:
        patrols, shapes = ways_of(self.line, part).patrols()
        shapely.prepare(shapes)
        metres = np.zeros(len(patrols))
        shape, piece = self.tree.query(shapes, predicate="dwithin", distance=RADIUS_M + self.WIDTHS_M[0] / 2)
        for number, rung in enumerate(self.rungs):
            last = number == len(self.rungs) - 1
            half, middle = rung.half_m[piece], rung.middle[piece]
            if number and not last:
                maybe = shapely.dwithin(shapes[shape], middle, RADIUS_M + half)
                shape, piece, half, middle = shape[maybe], piece[maybe], half[maybe], middle[maybe]
            whole = shapely.dwithin(shapes[shape], middle, RADIUS_M - (0 if last else half))
            metres += np.bincount(shape[whole], 2 * half[whole], minlength=len(patrols))
            if not last:
                shape, piece = self._finer(number, shape[~whole], piece[~whole])
        return patrols, metres

    def _finer(self, number: int, shape: Index, piece: Index) -> tuple[Index, Index]:
        """The pieces one rung down of each."""
        begin, size = self.children[number][piece], np.diff(self.children[number])[piece]
        at = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)
        return np.repeat(shape, size), np.repeat(begin, size) + at


class ByShapelyPlaces:
    """An STRtree of places every 2 m, asked with dwithin by runs."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.places = ladder(line)[-1]
        self.tree = shapely.STRtree(self.places.middle)

    def measure(self, part: Part) -> Found:
        patrol, shapes = ways_of(self.line, part).runs(RUN)
        run, place = self.tree.query(shapes, predicate="dwithin", distance=RADIUS_M)
        found = np.unique(patrol[run] * len(self.places) + place)
        owner, place = found // len(self.places), found % len(self.places)
        numbers, row = np.unique(owner, return_inverse=True)
        return numbers, np.bincount(row, 2 * self.places.half_m[place], minlength=len(numbers))


def run_table(patrol: Index, shapes: Shapes) -> pa.Table:
    wkb = pa.array(shapely.to_wkb(shapes), pa.binary())
    return pa.table({"id": np.arange(len(patrol)), "patrol": patrol, "wkb": wkb})


def rung_tables(line: Line) -> dict[str, pa.Table]:
    return {
        f"rung{number}": pa.table(
            {
                "id": np.arange(len(rung)),
                "parent": rung.parent,
                "half": rung.half_m,
                "wkb": pa.array(shapely.to_wkb(rung.middle), pa.binary()),
            }
        )
        for number, rung in enumerate(ladder(line, LADDER_M))
    }


class ByDuckDB:
    """DuckDB with its spatial extension: its spatial join, one thread."""

    def __init__(self, line: Line, form: str = "ladder") -> None:
        import duckdb
        import duckdb_extension_spatial

        extension = next(Path(duckdb_extension_spatial.__file__).parent.rglob("spatial.duckdb_extension"))
        self.line, self.steps = line, FORMS[form]()
        self.base = duckdb.connect()
        self.base.execute(f"LOAD '{extension}'")
        self.base.execute("SET threads = 1")
        for name, table in rung_tables(line).items():
            self._load(name, table)

    def _load(self, name: str, table: pa.Table) -> None:
        self.base.register("given", table)
        self.base.execute(
            f"CREATE OR REPLACE TABLE {name} AS SELECT * EXCLUDE wkb, ST_GeomFromWKB(wkb) AS shape FROM given"
        )
        self.base.unregister("given")

    def measure(self, part: Part) -> Found:
        self._load("run", run_table(*ways_of(self.line, part).runs(RUN)))
        for name, query in self.steps:
            self.base.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}")
        found = self.base.execute("FROM answer").to_arrow_table()
        return found.column("patrol").to_numpy(), found.column("metres").to_numpy()


class BySedonaDB:
    """SedonaDB: its spatial join."""

    def __init__(self, line: Line, form: str = "ladder") -> None:
        import sedonadb

        self.line, self.steps = line, FORMS[form]()
        self.base = sedonadb.connect()
        for name, table in rung_tables(line).items():
            self._load(name, table)

    def _load(self, name: str, table: pa.Table) -> None:
        self.base.create_data_frame(table).to_view("given", overwrite=True)
        columns = ", ".join(column for column in table.column_names if column != "wkb")
        self._make(name, f"SELECT {columns}, ST_GeomFromWKB(wkb) AS shape FROM given")

    def _make(self, name: str, query: str) -> None:
        self.base.sql(query).to_memtable().to_view(name, overwrite=True)

    def measure(self, part: Part) -> Found:
        self._load("run", run_table(*ways_of(self.line, part).runs(RUN)))
        for name, query in self.steps[:-1]:
            self._make(name, query)
        found = pa.table(self.base.sql(self.steps[-1][1]))
        return found.column("patrol").to_numpy(), found.column("metres").to_numpy()


RIVALS: dict[str, Callable[[Line], Rival]] = {
    "shapely": ByShapely,
    "shapely/places": ByShapelyPlaces,
    "duckdb": ByDuckDB,
    "duckdb/places": lambda line: ByDuckDB(line, "places"),
    "sedonadb": BySedonaDB,
    "sedonadb/places": lambda line: BySedonaDB(line, "places"),
}
