"""Archives to measure with: made once, file by file on two processes, and kept.

    python -m tests.speed.coverage.archives FOLDER FIXES [--interval 5] [--line fractal] [--seed 1] [--files N]

Every file has a seed of its own, so no fixes are copies of others; a file is there whole or not at all.
"""

import argparse
import itertools
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from cotmoc.measure.engine.values import GroupTrack
from tests.speed.coverage.generator import FIXES_PER_PATROL, line_named, patrols

PER_FILE = 10_000_000
PROCESSES = 2


@dataclass(frozen=True)
class Wanted:
    """What an archive holds. The default cut is files of at most PER_FILE fixes."""

    line: str
    fixes: int
    interval_s: int = 5
    seed: int = 1
    files: int | None = None

    @property
    def name(self) -> str:
        size = f"{self.fixes:.0e}" if self.fixes == float(f"{self.fixes:.0e}") else str(self.fixes)
        cut = f"-{self.files}files" if self.files else ""
        return f"{self.line}-{size}-{self.interval_s}s-{self.seed}{cut}"

    def parts(self) -> list[int]:
        """The fixes of each file, whole patrols."""
        total = -(-self.fixes // FIXES_PER_PATROL)
        count = self.files or -(-self.fixes // PER_FILE)
        cuts = [total * number // count for number in range(count + 1)]
        return [(end - begin) * FIXES_PER_PATROL for begin, end in itertools.pairwise(cuts)]


def made(folder: Path, wanted: Wanted) -> Path:
    """The folder of an archive; what is missing of it is made."""
    archive = folder / wanted.name
    missing = [
        (archive / f"part-{number:03}.parquet", wanted, fixes, wanted.seed + number)
        for number, fixes in enumerate(wanted.parts())
        if not (archive / f"part-{number:03}.parquet").exists()
    ]
    if missing:
        with ProcessPoolExecutor(min(PROCESSES, len(missing)), get_context("spawn")) as pool:
            list(pool.map(_write, *zip(*missing, strict=True)))
    return archive


def _write(path: Path, wanted: Wanted, fixes: int, seed: int) -> None:
    from cotmoc.measure.archive.fixes import write  # brings numba, which only the writer needs

    line = line_named(wanted.line)
    write(path, ([GroupTrack(str(i), w, "gpx")] for i, w in enumerate(patrols(line, fixes, wanted.interval_s, seed))))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("fixes", type=float)
    parser.add_argument("--interval", type=int, default=5)
    parser.add_argument("--line", choices=["fractal", "openstreetmap", "crossing"], default="fractal")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--files", type=int)
    args = parser.parse_args()
    print(made(args.folder, Wanted(args.line, int(args.fixes), args.interval, args.seed, args.files)))


if __name__ == "__main__":
    main()
