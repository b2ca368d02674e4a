"""One engine on one archive in a process of its own.

    python -m tests.speed.coverage.once ENGINE LINE ARCHIVE REPEATS BEGAN OUT [SERVER]

Prints the seconds and CPU seconds of each repeat, and the most memory that each process held; the metres of each patrol
go into OUT. The first repeat is cold: its clock began at BEGAN, before the interpreter started, so that imports, caches
read, indexes and tables are in it. SERVER is a process that works for the engine; its CPU seconds count.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from tests.speed.coverage.generator import line_named
from tests.speed.coverage.spent import cpu_s, peaks_mib

Answer = Callable[[], "np.ndarray"]
"""The metres of each patrol, added up after the clock stopped."""


def measurer(name: str, line: str, archive: Path) -> Callable[[], Answer]:
    """What measures once. Imports no more than the engine needs."""
    if name in ("fast", "fast-1", "survey", "reference"):
        from tests.speed.coverage.ours import OURS

        known = line_named(line)
        return lambda: OURS[name](known, archive)
    from tests.speed.coverage.shapes import parts_of
    from tests.speed.coverage.workers import Workers

    workers = Workers(name, line, min(os.cpu_count() or 1, len(parts_of(archive))))

    def measure() -> Answer:
        metres = workers.measure(archive)
        return lambda: metres

    return measure


def main(name: str, line: str, archive: str, repeats: str, began: str, out: str, *servers: str) -> None:
    roots = [os.getpid(), *map(int, servers)]
    used = cpu_s(roots[1:])
    wall, cpu = [], []
    measure = measurer(name, line, Path(archive))
    start = float(began)
    for _ in range(int(repeats)):
        answer = measure()
        wall.append(time.time() - start)
        cpu.append(cpu_s(roots) - used)
        start, used = time.time(), cpu_s(roots)
    held = peaks_mib(roots)
    np.save(out, answer())
    print(json.dumps({"wall": wall, "cpu": cpu, "mib": held}))


if __name__ == "__main__":
    main(*sys.argv[1:])
