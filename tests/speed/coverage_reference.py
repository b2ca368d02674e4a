"""Coverage of the invented year: this engine beside shapely, by seconds and by metres.

    scripts/bench coverage_reference [--patrols 700] [--fix-interval 20] [--buffered 10]

All get the same tidied, broken pieces in flat metres and give the metres of line within the reach, per patrol; building
an index counts. The rivals:

- *sample*: the line as points every 2 m in an STRtree, asked with `dwithin` by chunks of 32 fixes. Approximate.
- *buffer*: the buffer of each piece cut with the line. Slow, and its facets and simplification move the ends by up to a
  metre; it is run on the first patrols only, and is no rival to boast of.

Nothing is asserted: a figure belongs to a machine and an hour.
"""

import argparse
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

import numpy as np
import shapely

from cotmoc.demo.engine.year import Year
from cotmoc.demo.geography import read_shipped
from cotmoc.geo.line import Line
from cotmoc.measure.engine.coverage import cover
from cotmoc.measure.engine.pieces import steps
from cotmoc.measure.engine.spans import union
from cotmoc.measure.engine.values import GroupTrack, Rules

RULES = Rules(accuracy_m=0)
SAMPLE_M = 2.0
CHUNK = 32


@dataclass(frozen=True)
class Result:
    name: str
    seconds: float
    fixes: int
    metres: list[float]


def walked_tracks(patrols: int, fix_interval: int) -> tuple[Line, list[GroupTrack]]:
    """The land border and the first patrols of the year that have a track."""
    shown = read_shipped()
    year = Year.of(shown.border, shown.coast, shown.island, date(2020, 1, 1), datetime(2021, 1, 1, tzinfo=UTC), 2020)
    tracks = []
    for patrol in year.patrols(fix_interval):
        if patrol.track is not None:
            fixes = patrol.track.fixes
            tracks.append(GroupTrack(patrol.code, type(fixes).of(fixes.time, fixes.lon, fixes.lat), "gpx"))
        if len(tracks) == patrols:
            break
    return Line.from_lonlat([shown.border]), tracks


def timed(name: str, tracks: list[GroupTrack], work: Callable[[list[GroupTrack]], list[float]]) -> Result:
    begin = time.perf_counter()
    metres = work(tracks)
    return Result(name, time.perf_counter() - begin, sum(len(track.fixes) for track in tracks), metres)


def by_capsules(line: Line, tracks: list[GroupTrack]) -> list[float]:
    rows = cover(line, tracks, RULES).certain(False)
    mine = [rows.of_group(track.group) for track in tracks]
    return [union(part.from_m, part.to_m).length_m for part in mine]


def pieces_of(line: Line, track: GroupTrack, chunk: int | None) -> Iterator[shapely.Geometry]:
    """Runs of unbroken steps as lines in flat metres, cut into chunks where asked."""
    walked = steps([track], line.projection, RULES)
    follows = (walked.bx[:-1] == walked.ax[1:]) & (walked.by[:-1] == walked.ay[1:])
    cuts = np.flatnonzero(~follows) + 1
    for run in np.split(np.arange(len(walked)), cuts):
        for part in np.array_split(run, max(1, -(-len(run) // chunk))) if chunk else [run]:
            if len(part):
                x, y = np.append(walked.ax[part], walked.bx[part[-1]]), np.append(walked.ay[part], walked.by[part[-1]])
                yield shapely.LineString(np.column_stack([x, y]))


def by_samples(line: Line, tracks: list[GroupTrack]) -> list[float]:
    at = np.arange(SAMPLE_M / 2, line.length_m, SAMPLE_M)
    tree = shapely.STRtree(shapely.points(*line.projection.to_metres(*line.point_at(at))))
    found = []
    for track in tracks:
        chunks = np.array(list(pieces_of(line, track, CHUNK)), object)
        _, sample = tree.query(chunks, predicate="dwithin", distance=RULES.reach_m)
        found.append(len(np.unique(sample)) * SAMPLE_M)
    return found


def by_buffers(line: Line, tracks: list[GroupTrack]) -> list[float]:
    border = shapely.linestrings(np.column_stack(line.projection.to_metres(*line.parts[0].T)))
    found = []
    for track in tracks:
        areas = shapely.buffer(np.array(list(pieces_of(line, track, None)), object), RULES.reach_m, quad_segs=16)
        found.append(float(shapely.length(shapely.intersection(border, shapely.union_all(areas)))))
    return found


def table(results: list[Result]) -> str:
    """One row per engine: time, throughput, how many times slower per fix, largest difference in metres of one patrol."""
    first = results[0]
    rows = [
        f"{'engine':<10}{'patrols':>9}{'fixes':>11}{'seconds':>10}{'Mfix/s':>9}{'times':>8}{'largest difference':>22}"
    ]
    for result in results:
        pace, own = result.fixes / result.seconds / 1e6, first.fixes / first.seconds / 1e6
        off = np.abs(np.array(result.metres) - np.array(first.metres[: len(result.metres)])).max(initial=0)
        rows.append(
            f"{result.name:<10}{len(result.metres):>9}{result.fixes:>11,}{result.seconds:>10.2f}{pace:>9.3f}"
            f"{own / pace:>8.1f}{off:>20.2f} m"
        )
    return "\n".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--patrols", type=int, default=700)
    parser.add_argument("--fix-interval", type=int, default=20)
    parser.add_argument("--buffered", type=int, default=10, help="patrols for the buffer rival (10)")
    args = parser.parse_args()
    line, tracks = walked_tracks(args.patrols, args.fix_interval)
    print(f"line {line.length_m / 1000:.2f} km, {line.vertex_count} vertices, a fix every {args.fix_interval} s")
    results = [
        timed("capsule", tracks, lambda given: by_capsules(line, given)),
        timed("sample", tracks, lambda given: by_samples(line, given)),
        timed("buffer", tracks[: args.buffered], lambda given: by_buffers(line, given)),
    ]
    print(table(results))


if __name__ == "__main__":
    main()
