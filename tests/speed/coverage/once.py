"""One engine on one archive in a process of its own: python -m tests.speed.coverage.once ENGINE LINE ARCHIVE REPEATS OUT

Prints wall and CPU seconds of each repeat (the first is cold), and the most memory the process held; the metres of each
patrol go into OUT.
"""

import json
import resource
import sys
import time
from pathlib import Path

import numpy as np

from cotmoc.geo.line import Line
from tests.speed.coverage.rivals import ENGINES


def main(name: str, line_file: str, archive: str, repeats: str, out: str) -> None:
    line = Line.from_geojson(json.loads(Path(line_file).read_text()))
    wall, cpu = [], []
    for _ in range(int(repeats)):
        began, used = time.perf_counter(), time.process_time()
        metres = ENGINES[name](line, Path(archive))
        wall.append(time.perf_counter() - began)
        cpu.append(time.process_time() - used)
    np.save(out, metres)
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"wall": wall, "cpu": cpu, "mib": held}))


if __name__ == "__main__":
    main(*sys.argv[1:])
