"""One Parquet file of raw fixes: written group by group, read a row group at a time.

A group never crosses a row group, and a file holds whole groups only, so each row group can be measured by itself,
by anyone, in any order. Places are units of 1e-7 degree, whole numbers whose differences are small: about 3 bytes a fix.
"""

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from cotmoc.geo.fixes import PLACE_UNITS, Fixes
from cotmoc.measure.engine.fast.cover import Walks
from cotmoc.measure.engine.pieces import whole_walks
from cotmoc.measure.engine.values import GroupTrack, Rules

ROW_GROUP = 1_000_000
"""Fixes in a row group, about: what one thread holds in memory at a time. Smaller ones were measured to be slower."""
FORMAT = "cotmoc-fixes-1"
UNDATED = "undated"
"""The name of the file of groups without any time."""
COLUMNS = ("group", "time", "lon", "lat", "accuracy")
SCHEMA = pa.schema(
    [
        pa.field("group", pa.int32(), nullable=False),
        pa.field("walk", pa.int32(), nullable=False),
        pa.field("time", pa.int64(), nullable=False),
        pa.field("lon", pa.int32(), nullable=False),
        pa.field("lat", pa.int32(), nullable=False),
        pa.field("accuracy", pa.float32(), nullable=False),
    ]
)


@dataclass(frozen=True, slots=True)
class Part:
    """One row group of one file: the smallest piece of work."""

    path: str
    row_group: int


def month_of(tracks: Sequence[GroupTrack]) -> str:
    """The month (UTC, "2020-11") in which a group's first fix lies; "undated" where none has a time."""
    times = [int(track.fixes.time[track.fixes.timed].min()) for track in tracks if track.fixes.timed.any()]
    return month_of_moment(min(times) / 1000) if times else UNDATED


def month_of_moment(seconds: float) -> str:
    """The month (UTC) of a moment in seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m")


def write(path: Path, groups: Iterable[Sequence[GroupTrack]], rules: Rules | None = None, content: str = "") -> int:
    """Write the tracks of whole groups into one file; how many fixes. The file is there whole, or not at all.

    Copies are put together and every fix gets an accuracy (its own, that of the rules or of the kind of source), as the
    engines do it. `content` names what the file holds, for `content_of`.
    """
    names: list[str] = []
    total = 0
    unfinished = path.with_suffix(".part")
    path.parent.mkdir(parents=True, exist_ok=True)
    options = {"column_encoding": dict.fromkeys(("time", "lon", "lat"), "DELTA_BINARY_PACKED")}
    with pq.ParquetWriter(
        unfinished, SCHEMA, compression="lz4", use_dictionary=["group", "walk", "accuracy"], **options
    ) as writer:
        for table in _tables(groups, rules or Rules(), names):
            total += len(table)
            writer.write_table(table, row_group_size=max(1, len(table)))
        writer.add_key_value_metadata({"format": FORMAT, "groups": json.dumps(names), "content": content})
    with unfinished.open("rb+") as file:
        os.fsync(file.fileno())
    unfinished.replace(path)
    return total


def content_of(path: Path) -> str:
    """What `write` was told that the file holds; "" for a file that does not say, or that cannot be read."""
    try:
        metadata = pq.read_metadata(path).metadata or {}
    except (OSError, pa.ArrowInvalid):
        return ""
    return bytes(metadata.get(b"content", b"")).decode()


def _tables(groups: Iterable[Sequence[GroupTrack]], rules: Rules, names: list[str]) -> Iterator[pa.Table]:
    held: list[pa.Table] = []
    for tracks in groups:
        held.append(_table(len(names), whole_walks(tracks, rules)))
        names.append(tracks[0].group)
        if sum(map(len, held)) >= ROW_GROUP:
            yield pa.concat_tables(held).combine_chunks()
            held = []
    if held:
        yield pa.concat_tables(held).combine_chunks()


def _table(group: int, walks: Sequence[GroupTrack]) -> pa.Table:
    fixes = Fixes.join([walk.fixes for walk in walks])
    number = np.repeat(np.arange(len(walks), dtype=np.int32), [len(walk.fixes) for walk in walks])
    places = [np.rint(place * PLACE_UNITS).astype(np.int32) for place in (fixes.lon, fixes.lat)]
    columns = [np.full(len(fixes), group, np.int32), number, fixes.time, *places, fixes.accuracy]
    return pa.table([pa.array(column) for column in columns], schema=SCHEMA)


def opened(path: str | Path) -> pq.ParquetFile:
    """A file of fixes. ValueError that names it where it is damaged or something else."""
    try:
        file = pq.ParquetFile(path)
    except pa.ArrowInvalid as error:
        raise ValueError(f"{Path(path).name}: {error}") from error
    if (file.metadata.metadata or {}).get(b"format") != FORMAT.encode():
        raise ValueError(f"{Path(path).name} holds no fixes")
    return file


def parts(path: Path) -> list[Part]:
    """The row groups of a file."""
    return [Part(str(path), number) for number in range(opened(path).num_row_groups)]


def group_names(path: str | Path) -> list[str]:
    """The names of the groups of a file, by number. ValueError where the file is something else."""
    return list(json.loads(opened(path).metadata.metadata[b"groups"]))


class Room:
    """Memory for the places of a row group as the engine takes them, used again for the next one."""

    def __init__(self) -> None:
        self._places = np.empty((2, 0))

    def taken(self, u: np.ndarray, v: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Both columns, valid until the next call."""
        if len(u) > self._places.shape[1]:
            self._places = np.empty((2, len(u) + len(u) // 4))
        places = self._places[:, : len(u)]
        places[0], places[1] = u, v
        return places[0], places[1]


def read(file: pq.ParquetFile, row_group: int, room: Room | None = None) -> tuple[np.ndarray, Walks]:
    """The numbers of the groups of a row group, and their fixes one group after the other; valid while `room` is not used
    again."""
    table = file.read_row_group(row_group, columns=list(COLUMNS), use_threads=False)
    group, time, u, v, error = (table.column(name).chunk(0).to_numpy(zero_copy_only=True) for name in COLUMNS)
    begins = np.concatenate([[0], np.flatnonzero(group[1:] != group[:-1]) + 1])
    u, v = (room or Room()).taken(u, v)
    return group[begins].astype(np.int64), Walks.of(np.append(begins, len(group)), u, v, time, error)


def tracks_of(file: pq.ParquetFile, row_group: int, walks: Walks, number: int) -> list[GroupTrack]:
    """The walks of one group, as the engines take them."""
    rows = slice(int(walks.start[number]), int(walks.start[number + 1]))
    walk = file.read_row_group(row_group, columns=["walk"], use_threads=False).column("walk").to_numpy()[rows]
    u, v, time, error = (column[rows] for column in walks.fixes)
    fixes = Fixes.of(time, u / PLACE_UNITS, v / PLACE_UNITS, error)
    return [GroupTrack("", fixes.take(walk == one)) for one in np.unique(walk)]
