"""Coverage on bare files, without a database: `cotmoc measure coverage --line L.geojson [--markers M.geojson] FILES...`.

Three steps: read every file and tell what could not be used; find the walks the fixes belong to, however files cut them;
ask the engine. The answer is plain data with lengths in metres and times in ISO 8601 UTC.
"""

import argparse
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from tqdm import tqdm

from cotmoc.base.problems import Problem, sentence
from cotmoc.base.text import path_text
from cotmoc.geo.faults import Fault, Unreadable
from cotmoc.geo.fixes import NO_TIME, Fixes
from cotmoc.geo.layers import Feature, read_features
from cotmoc.geo.line import Line
from cotmoc.geo.readers import Limits, read_tracks
from cotmoc.measure import archived, tables
from cotmoc.measure.engine.cleaning import breaks_of, right_times
from cotmoc.measure.engine.coverage import cover
from cotmoc.measure.engine.pieces import continued, whole_walks
from cotmoc.measure.engine.smoothing import Walked, walked_each
from cotmoc.measure.engine.spans import covered, visited
from cotmoc.measure.engine.survey import Posts
from cotmoc.measure.engine.values import DAY_MS, GroupTrack, Intervals, MarkerVisits, Rules
from cotmoc.measure.engine.visits import marker_visits, nearest_m
from cotmoc.measure.engine.walked import group_walked_m
from cotmoc.measure.tables import iso, km

MARKER_NAMES = ("code", "number", "id", "name")
LINE_NAMES = ("id", "code", "version", "name")
METRE_DIGITS = tables.METRE_DIGITS


@dataclass(frozen=True, slots=True, eq=False)
class Marker:
    id: str
    lon: float
    lat: float


@dataclass(slots=True)
class TrackInput:
    """What was read from the files: tracks, how many fixes the files held, and what to tell."""

    tracks: list[GroupTrack] = field(default_factory=list)
    files: int = 0
    fixes: int = 0
    problems: list[dict[str, Any]] = field(default_factory=list)
    refused: bool = False

    def tell(self, file: str, fault: Fault) -> None:
        self.problems.append(_problem(file, fault))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `run`; `--line` missing means that the records are asked instead of files."""
    rules = Rules()
    parser.add_argument(
        "files", nargs="*", metavar="FILE", help="tracks: GPX, KML, KMZ, FIT, NMEA, IGC, GeoJSON, CSV, SMART"
    )
    parser.add_argument("--line", default="", metavar="FILE", help="the line: GeoJSON, GeoPackage, KML, GPX")
    parser.add_argument("--pick", default="", metavar="NAME=VALUE", help="the line wanted of several, or all as parts")
    parser.add_argument("--archive", default="", metavar="DIR", help="a folder of fixes in Parquet, instead of files")
    parser.add_argument(
        "--markers", default="", metavar="FILE", help="the markers: points in GeoJSON, GeoPackage, CSV, XLSX"
    )
    parser.add_argument(
        "--reach",
        type=_amounts,
        default=(rules.reach_m,),
        metavar="M",
        help="reach in metres; several as 25,50,100 (100)",
    )
    parser.add_argument(
        "--accuracy", type=_amount, metavar="M", help="for fixes that carry none; by default their source's"
    )
    parser.add_argument(
        "--max-gap-s", type=_amount, default=rules.max_gap_s, metavar="S", help="longest gap (%(default)s)"
    )
    parser.add_argument(
        "--max-hop-m", type=_amount, default=rules.max_hop_m, metavar="M", help="longest hop (%(default)s)"
    )
    parser.add_argument(
        "--pause-s", type=_amount, default=rules.pause_s, metavar="S", help="pause of a visit (%(default)s)"
    )
    tables.add_arguments(parser)
    zone = "UTC unless it names its offset, e.g. 2020-10-08T06:00+07:00"
    parser.add_argument("--since", default="", metavar="D", help=f"only fixes from this day or moment on; {zone}")
    parser.add_argument(
        "--until", default="", metavar="D", help=f"only fixes up to this day, included, or before this moment; {zone}"
    )


def run(args: argparse.Namespace) -> tuple[dict[str, Any], int]:
    """The answer and the exit code: 1 when some file could not be used. Problem where line or markers cannot be."""
    rules = Rules(args.reach[0], args.max_gap_s, args.max_hop_m, args.accuracy, args.pause_s)
    line = line_from(Path(args.line), args.pick)
    markers = markers_from(Path(args.markers)) if args.markers else []
    since, until = moment_of("--since", args.since), moment_of("--until", args.until, last_day=True)
    if args.archive:
        lon, lat = np.array([m.lon for m in markers]), np.array([m.lat for m in markers])
        posts = Posts(lon, lat, rules.reach_m)
        answer, visits = archived.run(line, rules, Path(args.archive), args, posts, since, until)
        nearest = np.full(len(markers), np.inf)
        np.minimum.at(nearest, visits.marker, visits.nearest_m)
        met = [_marker_row(marker, visits, i, float(nearest[i])) for i, marker in enumerate(markers)]
        return answer | {"markers": met}, 0
    files = tqdm(
        args.files, desc="Đọc vết / reading", disable=getattr(args, "quiet", False) or len(args.files) < 2, unit=""
    )
    answer, refused = coverage_of_files(files, line, markers, rules, since, until, args)
    return answer, int(refused)


def coverage_of_files(
    paths: Iterable[str | Path],
    line: Line,
    markers: Sequence[Marker],
    rules: Rules,
    since: int | None = None,
    until: int | None = None,
    args: argparse.Namespace | None = None,
) -> tuple[dict[str, Any], bool]:
    """The answer for these track files, and whether any of them could not be used.

    What counts are the distinct fixes, so copies, split files and their order change nothing. `since` and `until` (ms)
    keep the fixes in [since, until); fixes without time are kept only when there is neither. `args` may ask for more
    reaches and tables (`tables.asked`).
    """
    read = read_files(paths, rules.accuracy_m)
    tracks = [replace(track, fixes=_cut(track.fixes, since, until)) for track in read.tracks]
    if any((track.fixes.time == NO_TIME).any() for track in read.tracks) and (since, until) != (None, None):
        read.tell("", Fault("track.untimed_cut", level="warning"))
    walks = _named(_distinct(whole_walks(tracks, rules)), line, rules)
    intervals = cover(line, walks, rules)
    part = covered(intervals, 0.0, line.length_m)
    gone = _walked(walks, tracks, rules)
    plain = sum(len(walk.fixes) for walk in _distinct(whole_walks(tracks, replace(rules, cleaning=None))))
    more = [(reach, cover(line, walks, replace(rules, reach_m=reach))) for reach in args.reach[1:]] if args else []
    asked = tables.asked(line, rules, [(rules.reach_m, intervals), *more], args, until) if args else {}
    return asked | {
        "said": _said(part.length_m, part.sure_m, part.possible_m, gone, read),
        "line": {"length_m": round(line.length_m, METRE_DIGITS), "vertices": line.vertex_count},
        "reach_m": rules.reach_m,
        **tables.metres(part),
        "walked_km": _kilometres(gone.metres),
        "walked_km_low": _kilometres(gone.low),
        "walked_km_high": _kilometres(gone.high),
        "raw_km": _kilometres(gone.raw_m),
        "intervals": _interval_rows(intervals.certain(True), rules),
        "possible_intervals": _interval_rows(intervals.certain(False), rules),
        "markers": _marker_rows(markers, walks, line, rules),
        "tracks": {
            "files": read.files,
            "fixes": plain,
            "duplicates": sum(len(track.fixes) for track in tracks) - plain,
        },
        "left_out": _left_out(walks, tracks, plain, rules),
        "problems": read.problems,
    }, read.refused


def read_files(paths: Iterable[str | Path], accuracy_m: float | None = None) -> TrackInput:
    """Read all files; one that cannot be used becomes a problem, and the rest goes on.

    Where the asker says what to assume (`accuracy_m`), an accuracy that a reader only inferred from HDOP gives way to it.
    """
    read = TrackInput()
    for path in map(Path, paths):
        read.files += 1
        try:
            file = read_tracks(path.name, _bytes_of(path))
        except Unreadable as refusal:
            read.refused = True
            read.tell(path_text(path), refusal.fault)
            continue
        for fault in file.faults:
            read.tell(path_text(path), fault)
        walked = [track for track in file.tracks if track.source != "route"]
        if len(walked) < len(file.tracks):  # a route is where somebody meant to go
            planned = len(file.tracks) - len(walked)
            read.tell(path_text(path), Fault("track.route_left_out", "", {"count": planned}, "warning"))
        read.tracks += [
            GroupTrack("", track.fixes if accuracy_m is None else track.stated(), file.format.lower())
            for track in walked
        ]
    return read


def line_from(path: Path, pick: str = "") -> Line:
    """The line of a file: all its line features as parts, or those that `pick` ("name=value") chooses.

    Problem where there is none, or where each has a name of its own and nothing says which: versions of one line side by
    side must not be added up. `pick` "all" takes them as parts nevertheless.
    """
    lines = [f for f in _features(path) if f.geometry.geom_type in {"LineString", "MultiLineString"}]
    names = [_name(f, LINE_NAMES) for f in lines]
    if pick and pick != "all":
        key, _, value = pick.partition("=")
        lines = [f for f in lines if str(f.properties.get(key, "")) == value]
    elif not pick and len(lines) > 1 and len(set(filter(None, names))) == len(lines):
        raise Problem("geodata.several_lines", count=len(lines), known=", ".join(names))
    if not lines:
        raise Problem("geodata.no_line")
    parts = [part for f in lines for part in shapely.get_parts(shapely.force_2d(f.geometry))]
    return Line.from_lonlat(shapely.get_coordinates(part) for part in parts)


def markers_from(path: Path) -> list[Marker]:
    """The points of a file, named by their code, number, id or name, else by their place in it. Problem for none."""
    points = [f for f in _features(path) if isinstance(f.geometry, shapely.Point) and not f.geometry.is_empty]
    if not points:
        raise Problem("geodata.nothing", name=path.name)
    places = shapely.get_coordinates([f.geometry for f in points]).tolist()
    return [
        Marker(_name(feature, MARKER_NAMES) or str(number), lon, lat)
        for number, (feature, (lon, lat)) in enumerate(zip(points, places, strict=True), start=1)
    ]


def moment_of(name: str, text: str, last_day: bool = False) -> int | None:
    """Milliseconds of an ISO day or moment, UTC unless it names its offset; None for "". Problem where unreadable.

    A day means its beginning, a `last_day` its end: it is included, as everywhere in the program.
    """
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        hint = "YYYY-MM-DD[THH:MM[+07:00]]"
        raise Problem("request.parameter", name=name, value=text, hint=hint) from error
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    is_day = len(text) <= len("2020-10-08")
    return round(aware.timestamp() * 1000) + (DAY_MS if is_day and last_day else 0)


def _amount(text: str) -> float:
    """A finite number of zero or more, for argparse."""
    amount = float(text)
    if not (math.isfinite(amount) and amount >= 0):
        raise argparse.ArgumentTypeError(f"needs a number of zero or more, not {text}")
    return amount


def _amounts(text: str) -> tuple[float, ...]:
    """One amount or several, each once, in the order given."""
    return tuple(dict.fromkeys(map(_amount, text.split(","))))


def _bytes_of(path: Path) -> bytes:
    """The file's content. Unreadable where there is none, or more than the readers take (before it is loaded)."""
    limit = Limits().bytes
    try:
        size = path.stat().st_size
        if size > limit:
            raise Unreadable("file.too_large", size_mb=size // 2**20, limit_mb=limit // 2**20)
        return path.read_bytes()
    except OSError as error:
        raise Unreadable("file.unavailable", reason=error.strerror) from error


def _features(path: Path) -> list[Feature]:
    try:
        return read_features(path.name, _bytes_of(path)).features
    except Unreadable as refusal:
        fault = refusal.fault
        values = {"file": path.name, "what": sentence(fault.code, "vi", fault.values)}
        raise Problem("file.refused", **values, what_en=sentence(fault.code, "en", fault.values)) from refusal


def _name(feature: Feature, names: Sequence[str]) -> str:
    return next((str(feature.properties[name]) for name in names if feature.properties.get(name) not in {None, ""}), "")


def _cut(fixes: Fixes, since: int | None, until: int | None) -> Fixes:
    if since is None and until is None:
        return fixes
    low = NO_TIME + 1 if since is None else since
    high = np.iinfo(np.int64).max if until is None else until
    return fixes.take((fixes.time >= low) & (fixes.time < high))


def _distinct(walks: Sequence[GroupTrack]) -> list[GroupTrack]:
    """Each walk once. Walks that share timed fixes are one already; this is for copies of those without times."""
    return list({walk.fixes.digest(): walk for walk in walks}.values())


def _named(walks: Sequence[GroupTrack], line: Line, rules: Rules) -> list[GroupTrack]:
    """Walks that follow each other belong to one group."""
    numbers = continued(walks, line.projection, rules)
    return [replace(walk, group=str(number)) for walk, number in zip(walks, numbers.tolist(), strict=True)]


def _walked(walks: Sequence[GroupTrack], tracks: Sequence[GroupTrack], rules: Rules) -> Walked:
    """How far all groups went together; the raw length is that of all distinct fixes."""
    groups: dict[str, list[GroupTrack]] = defaultdict(list)
    for walk in walks:
        groups[walk.group].append(walk)
    parts = walked_each(list(groups.values()), rules)
    metres, low, high = (sum(getattr(part, name) for part in parts) for name in ("metres", "low", "high"))
    return Walked(metres, low, high, group_walked_m(_distinct(tracks)))


def _left_out(walks: Sequence[GroupTrack], tracks: Sequence[GroupTrack], distinct: int, rules: Rules) -> dict[str, int]:
    """Counts of `cleaning`; gaps and jumps are those within a file or between files that share fixes."""
    if rules.cleaning is None:
        return {}
    _, counts = right_times([track.fixes for track in tracks])
    counts["outliers"] = distinct - sum(len(walk.fixes) for walk in walks)
    for walk in walks:
        counts += breaks_of(walk.fixes, rules.cleaning, rules.max_gap_s)
    return dict(+counts)


def _interval_rows(intervals: Intervals, rules: Rules) -> list[dict[str, Any]]:
    found = visited(intervals, rules.pause_s)
    columns = (found.spans.from_m, found.spans.to_m, found.first, found.last, found.visits)
    return [
        {
            "from_m": round(from_m, METRE_DIGITS),
            "to_m": round(to_m, METRE_DIGITS),
            "first": iso(first),
            "last": iso(last),
            "visits": visits,
        }
        for from_m, to_m, first, last, visits in zip(*(column.tolist() for column in columns), strict=True)
    ]


def _marker_rows(
    markers: Sequence[Marker], walks: Sequence[GroupTrack], line: Line, rules: Rules
) -> list[dict[str, Any]]:
    """One row per marker; the nearest distance is told for those never reached, too (None without any track)."""
    if not markers:
        return []
    lon, lat = np.array([m.lon for m in markers]), np.array([m.lat for m in markers])
    visits = marker_visits(lon, lat, walks, line.projection, rules)
    nearest = nearest_m(lon, lat, walks, line.projection, rules)
    return [_marker_row(marker, visits, i, float(nearest[i])) for i, marker in enumerate(markers)]


def _marker_row(marker: Marker, visits: MarkerVisits, number: int, nearest: float) -> dict[str, Any]:
    mine = visits.marker == number
    return {
        "id": marker.id,
        "visits": int(mine.sum()),
        "last": iso(int(visits.leave[mine].max())) if mine.any() else None,
        "nearest_m": round(nearest, METRE_DIGITS) if math.isfinite(nearest) else None,
        "dwell_s": round(float(visits.dwell_s[mine].sum()), 1),
        "sure": bool(visits.sure[mine].any()),
    }


def _problem(file: str, fault: Fault) -> dict[str, Any]:
    values = {"where": fault.where, **fault.values}
    return {
        "file": file,
        "code": fault.code,
        "level": fault.level,
        "where": fault.where,
        "message": sentence(fault.code, "vi", values),
        "message_en": sentence(fault.code, "en", values),
    }


def _said(length_m: float, sure_m: float, possible_m: float, gone: Walked, read: TrackInput) -> str:
    """The answer for a person: a sentence, then the files that could not be used."""
    first = (
        f"{tables.said(length_m, sure_m, possible_m)};"
        f" đã đi {km(gone.metres)} km (trong khoảng {km(gone.low)}–{km(gone.high)}, vết thô {km(gone.raw_m)});"
        f" {read.files} tệp vết."
    )
    refusals = [f"{row['file']}: {row['message']}" for row in read.problems if row["level"] == "error"]
    return "\n".join([first, *refusals])


def _kilometres(metres: float) -> float:
    return round(metres / 1000, METRE_DIGITS)
