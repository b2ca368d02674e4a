"""An archive kept as it should be: a file per month, and only those written whose content changed.

Each file names the digest of what it holds, so the archive itself is the list of what is done: stopped at any point, the
next run goes on from there.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cotmoc.measure.archive.fixes import FORMAT, UNDATED, content_of, month_of_moment, write
from cotmoc.measure.engine import accuracy
from cotmoc.measure.engine.coverage import ALGORITHM
from cotmoc.measure.engine.values import GroupTrack

Progress = Callable[[int, int], None]
MONTH = re.compile(rf"\d{{4}}-\d{{2}}|{UNDATED}")
"""The names of its files; one that is called otherwise, say of another installation, is left alone."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A group that belongs into the archive, before its fixes are read."""

    name: str
    begin: datetime | None
    """Of its first fix that has a time; None where none has."""
    digest: str
    """Of its fixes: other fixes, other digest."""
    read: Callable[[], Sequence[GroupTrack]]


@dataclass(frozen=True, slots=True)
class Filled:
    """What was done: months in the archive, those written now, those removed; groups and fixes written."""

    months: int
    written: tuple[str, ...]
    removed: tuple[str, ...]
    groups: int
    fixes: int


def fill(archive: Path, entries: Sequence[Entry], progress: Progress | None = None) -> Filled:
    """Bring the archive to hold these groups, each in the month of its first fix (UTC). `progress` is told groups.

    Files that `fill` did not make are left alone.
    """
    archive.mkdir(parents=True, exist_ok=True)
    for unfinished in archive.glob("*.part"):
        unfinished.unlink()
    months: dict[str, list[Entry]] = defaultdict(list)
    for entry in sorted(entries, key=lambda entry: (entry.begin is not None, entry.begin, entry.name)):
        months[UNDATED if entry.begin is None else month_of_moment(entry.begin.timestamp())].append(entry)
    there = {path.stem: content_of(path) for path in archive.glob("*.parquet") if MONTH.fullmatch(path.stem)}
    written = {month: mine for month, mine in sorted(months.items()) if there.get(month) != _content(mine)}
    removed = sorted(month for month, content in there.items() if content and month not in months)
    told = _Told(sum(map(len, written.values())), progress)
    fixes = sum(
        write(archive / f"{month}.parquet", told.read(mine), content=_content(mine)) for month, mine in written.items()
    )
    for month in removed:
        (archive / f"{month}.parquet").unlink()
    return Filled(len(months), tuple(written), tuple(removed), told.done, fixes)


def _content(entries: Sequence[Entry]) -> str:
    """Names what the file of a month holds: whose fixes, and by which rules they were put together."""
    digest = hashlib.sha256(f"{FORMAT} {ALGORITHM} {accuracy.AS_OF}\n".encode())
    for entry in entries:
        digest.update(f"{entry.name}\0{entry.digest}\n".encode())
    return digest.hexdigest()


class _Told:
    """Reads groups one by one and tells how many."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self.done, self.total, self.progress = 0, total, progress

    def read(self, entries: Sequence[Entry]) -> Iterator[Sequence[GroupTrack]]:
        for entry in entries:
            yield entry.read()
            self.done += 1
            if self.progress is not None:
                self.progress(self.done, self.total)
