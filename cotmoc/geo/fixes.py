"""The fixes of one track as columns: time, place and accuracy, and their compact form for storage."""

import hashlib
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

NO_TIME = np.iinfo(np.int64).min
"""Stands in `Fixes.time` where the file had no time."""

PLACE_UNITS = 1e7
"""Places are stored and compared in ten-millionths of a degree (11 mm), finer than any receiver."""

MAGIC = b"CMF1"


@dataclass(frozen=True, slots=True, eq=False)
class Fixes:
    """One track's fixes, in the order of the file; all columns have one length, empty is an ordinary case."""

    time: NDArray[np.int64]
    """Milliseconds since 1970-01-01 UTC; `NO_TIME` where unknown."""
    lon: NDArray[np.float64]
    """Degrees WGS84."""
    lat: NDArray[np.float64]
    """Degrees WGS84."""
    accuracy: NDArray[np.float32]
    """Metres, radius of one sigma; NaN where unknown."""

    @classmethod
    def of(cls, time: ArrayLike, lon: ArrayLike, lat: ArrayLike, accuracy: ArrayLike | None = None) -> Self:
        """Build from anything numpy takes. ValueError where lengths differ or a place is not a finite number."""
        columns = (np.asarray(time, np.int64), np.asarray(lon, np.float64), np.asarray(lat, np.float64))
        size = columns[0].size
        precision = np.full(size, np.nan, np.float32) if accuracy is None else np.asarray(accuracy, np.float32)
        if any(column.shape != (size,) for column in (*columns, precision)):
            raise ValueError("time, lon, lat and accuracy need one length")
        if not (np.isfinite(columns[1]).all() and np.isfinite(columns[2]).all()):
            raise ValueError("every fix needs a finite place")
        return cls(*columns, precision)

    @classmethod
    def empty(cls) -> Self:
        return cls.of([], [], [])

    @classmethod
    def join(cls, parts: Sequence["Fixes"]) -> Self:
        """The fixes of all parts, one after the other."""
        if not parts:
            return cls.empty()
        return cls(
            np.concatenate([part.time for part in parts]),
            np.concatenate([part.lon for part in parts]),
            np.concatenate([part.lat for part in parts]),
            np.concatenate([part.accuracy for part in parts]),
        )

    def __len__(self) -> int:
        return len(self.time)

    @property
    def timed(self) -> NDArray[np.bool_]:
        """True where the fix has a time."""
        return self.time != NO_TIME

    def take(self, index: ArrayLike | slice) -> "Fixes":
        """The fixes at these positions, or where a mask is true."""
        chosen = index if isinstance(index, slice) else np.asarray(index)
        if isinstance(chosen, np.ndarray) and chosen.size == 0 and chosen.dtype != np.bool_:
            chosen = chosen.astype(np.int64)
        return Fixes(self.time[chosen], self.lon[chosen], self.lat[chosen], self.accuracy[chosen])

    def tidy(self) -> tuple["Fixes", Counter[str]]:
        """Sorted by time, without exact duplicates; counts of `duplicates`, `backward` steps and `untimed` fixes.

        A duplicate has the same time and the same place to 1e-7 degree; the first one stays. A fix without time keeps
        its place behind the fix it followed, and is a duplicate only of its direct predecessor: a path drawn there and
        back passes each point twice.
        """
        order = np.argsort(_filled(self.time), kind="stable")
        fixes = self.take(order)
        once = fixes.take(~_timed_repeats(fixes))
        kept = once.take(~_untimed_repeats(once))
        known = self.time[self.timed]
        counts = Counter(
            duplicates=len(self) - len(kept),
            backward=int(np.count_nonzero(known[1:] < known[:-1])),
            untimed=len(self) - len(known),
        )
        return kept, counts

    def digest(self) -> str:
        """SHA-256 of the tidied times and places: the same fixes from another file give the same digest.

        Accuracy is left out, since one program writes it and the next drops it.
        """
        fixes, _ = self.tidy()
        columns = [fixes.time, _units(fixes.lon), _units(fixes.lat)]
        if fixes.timed.all():  # then the file's order says nothing; without times the order is the path
            order = np.lexsort((columns[2], columns[1], columns[0]))
            columns = [column[order] for column in columns]
        return hashlib.sha256(b"".join(column.astype("<i8").tobytes() for column in columns)).hexdigest()

    def to_bytes(self) -> bytes:
        """Compact form: differences in ms and 1e-7 degree, small numbers' empty bytes put together, deflated."""
        columns = [_pack(column) for column in (self.time, _units(self.lon), _units(self.lat))]
        if not np.isnan(self.accuracy).all():
            columns.append(_shuffle(self.accuracy.astype("<f4")))
        return MAGIC + len(self).to_bytes(8, "little") + zlib.compress(b"".join(columns), 6)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The fixes of `to_bytes`, places to 1e-7 degree. ValueError for anything else."""
        if data[:4] != MAGIC:
            raise ValueError("not the stored form of fixes")
        size = int.from_bytes(data[4:12], "little")
        try:
            content = zlib.decompress(data[12:])
        except zlib.error as error:
            raise ValueError("the stored fixes are damaged") from error
        if len(content) not in (24 * size, 28 * size):
            raise ValueError("the stored fixes are damaged")
        time, lon, lat = (_unpack(content[start * size : (start + 8) * size]) for start in (0, 8, 16))
        accuracy = _unshuffle(content[24 * size :], "<f4") if len(content) > 24 * size else None
        return cls.of(time, lon / PLACE_UNITS, lat / PLACE_UNITS, accuracy)


def _units(degrees: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.rint(degrees * PLACE_UNITS).astype(np.int64)


def _filled(time: NDArray[np.int64]) -> NDArray[np.int64]:
    """Times where the missing ones are those of the last fix before that has one."""
    last_known = np.maximum.accumulate(np.where(time != NO_TIME, np.arange(len(time)), -1))
    return np.where(last_known >= 0, time[last_known], NO_TIME)


def _timed_repeats(fixes: Fixes) -> NDArray[np.bool_]:
    """True for each fix with a time that has been before, wherever."""
    columns = (_units(fixes.lat), _units(fixes.lon), fixes.time)
    order = np.lexsort(columns)  # stable: of equal fixes the first of the file comes first
    repeat = np.zeros(len(fixes), np.bool_)
    repeat[order[1:]] = _same_as_before([column[order] for column in columns])
    return repeat & fixes.timed


def _untimed_repeats(fixes: Fixes) -> NDArray[np.bool_]:
    """True for each fix without time at the place of the one before, which has none either."""
    repeat = np.zeros(len(fixes), np.bool_)
    repeat[1:] = _same_as_before([_units(fixes.lat), _units(fixes.lon), fixes.time])
    return repeat & ~fixes.timed


def _same_as_before(columns: list[NDArray[np.int64]]) -> NDArray[np.bool_]:
    return np.logical_and.reduce([column[1:] == column[:-1] for column in columns])


def _pack(values: NDArray[np.int64]) -> bytes:
    """Differences, zigzag so that small ones of both signs have empty high bytes; overflow wraps and unwraps."""
    step = np.diff(values, prepend=np.int64(0))
    return _shuffle(((step << 1) ^ (step >> 63)).astype("<i8"))


def _unpack(data: bytes) -> NDArray[np.int64]:
    coded = _unshuffle(data, "<u8")
    step = (coded >> np.uint64(1)).astype(np.int64) ^ -(coded & np.uint64(1)).astype(np.int64)
    return np.cumsum(step)


def _shuffle(values: NDArray[np.generic]) -> bytes:
    """All first bytes, then all second bytes, and so on."""
    return values.view(np.uint8).reshape(-1, values.itemsize).T.tobytes()


def _unshuffle(data: bytes, kind: str) -> NDArray:
    width = np.dtype(kind).itemsize
    return np.ascontiguousarray(np.frombuffer(data, np.uint8).reshape(width, -1).T).view(kind).reshape(-1)
