"""Compile the engine: `python -m cotmoc.measure.engine.compiling`, which `choice.prepare` runs in a process of its own.

It asks small questions of every kind, so that all that real questions need is compiled for them and kept. On standard
output it tells "done about" after each function.
"""

import gc
import os
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from cotmoc.geo.fixes import NO_TIME, Fixes
from cotmoc.geo.line import Line
from cotmoc.measure.engine.choice import READY
from cotmoc.measure.engine.compiled import folder
from cotmoc.measure.engine.survey import Posts
from cotmoc.measure.engine.values import GroupTrack, Rules

ENGINE = "cotmoc.measure.engine.fast."
OTHERS = 1.3
"""So many functions for each of the engine's: numba compiles some of its own."""
START_MS = 1_600_000_000_000


def main() -> None:
    os.environ.setdefault("NUMBA_OPT", "1")  # as quick in the end, a fifth less to compile; read when numba is loaded
    gc.disable()  # a third of the compiler's time, and this process soon ends
    from numba.core import event

    counted = _counter(event.Listener)
    with event.install_listener("numba:compile", counted):
        _small_surveys()
        if find_spec("pyarrow") is not None:
            _small_archive()
    (folder() / READY).touch()
    counted.tell(last=True)


def _counter(listener: Any) -> Any:
    """A listener that counts compiled functions; numba is not loaded with this module."""

    class Counter(listener):
        done = 0

        def on_start(self, event: Any) -> None:
            pass

        def on_end(self, event: Any) -> None:
            self.done += 1
            self.tell()

        def tell(self, last: bool = False) -> None:
            about = self.done if last else max(self.done + 1, round(OTHERS * _functions()))
            print(self.done, about, flush=True)

    return Counter()


def _functions() -> int:
    """How many functions the loaded modules of the engine have for the compiler."""
    modules = [module for name, module in sys.modules.items() if name.startswith(ENGINE)]
    return sum(
        hasattr(thing, "py_func") and thing.__module__ == module.__name__
        for module in modules
        for thing in vars(module).values()
    )


def _small_surveys() -> None:
    from cotmoc.measure.engine.fast.survey import survey

    line, walks = _line(), _walks()
    for tracks in (walks, walks[:1], walks[1:], []):
        for posts in (Posts(np.array([107.003, 107.2]), np.array([15.0, 15.0]), 50.0), Posts.none()):
            survey(line, tracks, Rules(), (25.0, 100.0), posts)


def _small_archive() -> None:
    from cotmoc.measure.archive import fixes, months

    with tempfile.TemporaryDirectory() as folder:
        for number, tracks in enumerate(([_walks()[0]], _walks())):
            fixes.write(Path(folder) / f"2020-0{number + 1}.parquet", [tracks])
        months.cover_archive(_line(), Path(folder), Rules(), (25.0, 100.0), threads=1)


def _line() -> Line:
    lon = np.linspace(107.0, 107.05, 200)
    return Line.from_lonlat([np.column_stack([lon, 15 + 2e-4 * np.sin(np.arange(200))])])


def _walks() -> list[GroupTrack]:
    """A plain walk that comes and goes, one with a gap and a far hop, one without times, one of a single fix."""
    at = np.arange(600)
    lon, lat = 107 + 4e-5 * at, 15 + 3e-3 * np.sin(at / 60)
    plain = Fixes.of(START_MS + 5000 * at, lon, lat)
    broken = Fixes.of(START_MS + 5000 * at + 400_000 * (at > 200), lon + 0.01 * (at > 400), lat, np.full(600, 80.0))
    untimed = Fixes.of(np.full(600, NO_TIME), lon, lat)
    named = (("plain", plain), ("broken", broken), ("untimed", untimed), ("one", plain.take(slice(0, 1))))
    return [GroupTrack(name, fixes, "gpx") for name, fixes in named]


if __name__ == "__main__":
    main()
