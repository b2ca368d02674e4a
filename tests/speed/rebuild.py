"""`cotmoc measure rebuild`: patrols and fixes per second, from the evidence store to rows; and what one change costs.

    scripts/bench rebuild [--provinces 10] [--patrols 700] [--fixes 570] [--home DIR] [--markers 70]

A data folder is made (kept where `--home` names it, and then only measured): per province a fractal line of about 160 km with
markers, and patrols along it with a fix every 20 s. Then everything is measured from nothing, nothing is measured again, and
one track, one marker and one line version are changed in turn.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np

FOUNDED = datetime(2020, 1, 1, tzinfo=UTC)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--provinces", type=int, default=10)
    parser.add_argument("--patrols", type=int, default=700, help="of each province")
    parser.add_argument("--fixes", type=int, default=570, help="of each patrol")
    parser.add_argument("--markers", type=int, default=70, help="of each province")
    parser.add_argument("--home", default="", help="keep the data folder here")
    parser.add_argument("--make", action="store_true", help="only make the data folder")
    args = parser.parse_args()
    with _home(args.home) as home:
        os.environ |= {"COTMOC_HOME": str(home), "DJANGO_SETTINGS_MODULE": "cotmoc.site.settings"}
        is_new = not (home / "cotmoc.sqlite3").exists()
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        if is_new:
            _fill(args)
        if not args.make:
            _measure()


@contextmanager
def _home(named: str) -> Iterator[Path]:
    if named:
        Path(named).mkdir(parents=True, exist_ok=True)
        yield Path(named)
    else:
        with tempfile.TemporaryDirectory() as folder:
            yield Path(folder)


def _fill(args: argparse.Namespace) -> None:
    from cotmoc.base.models import Unit
    from tests.speed.coverage.generator import fractal_line

    for number in range(args.provinces):
        unit = Unit(code=f"P{number}", name=f"Tỉnh {number}", short_name=f"T{number}", kind=Unit.Kind.COMMAND)
        line = fractal_line(number + 1)
        _written([unit])
        _fill_line(unit, line, number, args)


def _fill_line(unit: Any, line: Any, number: int, args: argparse.Namespace) -> None:
    from cotmoc.base.models import BorderLine, BorderMarker, LineVersion, MarkerPosition
    from cotmoc.geo.line import Line
    from tests.speed.coverage.generator import patrols

    places = line.parts[0] + [0.0, number * 0.8]  # one province north of the other
    moved = Line.from_lonlat([places])
    border = BorderLine(unit=unit, code=f"L{number}", name=f"Đường {number}", kind=BorderLine.Kind.LAND)
    geometry = {"type": "LineString", "coordinates": places.round(7).tolist()}
    version = LineVersion(
        line=border, source="sinh", measured_m=moved.length_m, vertex_count=moved.vertex_count, geometry=geometry
    )
    markers, positions = [], []
    for at, (lon, lat) in enumerate(zip(*moved.point_at(np.linspace(0, moved.length_m, args.markers)), strict=True)):
        marker = BorderMarker(line=border, number=str(at + 1), sort_key=f"{at:04d}", kind=BorderMarker.Class.MAIN)
        markers.append(marker)
        positions.append(
            MarkerPosition(
                marker=marker,
                source=MarkerPosition.Source.TREATY,
                lon=float(lon),
                lat=float(lat),
                accuracy_m=1.0,
                crs="EPSG:4326",
                reference="sinh",
                valid_from=date(2008, 1, 1),
            )
        )
    _written([border, version, *markers, *positions])
    walks = patrols(moved, args.patrols * args.fixes, 20, number + 1, of=args.fixes)
    _written(row for at, fixes in enumerate(walks) for row in _patrol(unit, f"{number}-{at}", fixes))


def _patrol(unit: Any, code: str, fixes: Any) -> list[Any]:
    from cotmoc.base import evidence
    from cotmoc.base.models import EvidenceFile
    from cotmoc.record.areas.border.models import Patrol, PatrolTrack

    sha256 = evidence.put(fixes.to_bytes())
    started, ended = (datetime.fromtimestamp(int(fixes.time[at]) / 1000, UTC) for at in (0, -1))
    patrol = Patrol(unit=unit, code=code, kind="one_sided", started_at=started, ended_at=ended)
    file = EvidenceFile(unit=unit, name=code, sha256=sha256, size=len(fixes) * 8)
    track = PatrolTrack(
        unit=unit, patrol=patrol, file=file, name=code, source="gpx", fixes_sha256=fixes.digest(), blob_sha256=sha256,
        started_at=started, ended_at=ended, fix_count=len(fixes), west=float(fixes.lon.min()),
        south=float(fixes.lat.min()), east=float(fixes.lon.max()), north=float(fixes.lat.max()),
    )  # fmt: skip
    return [patrol, file, track]


def _written(rows: Any) -> None:
    from cotmoc.base import ledger

    for part in ledger.batches(rows, 600):
        ledger.write(part, ledger.Author("sinh", "bench", FOUNDED))


def _measure() -> None:
    from cotmoc.base import ledger
    from cotmoc.base.models import LineVersion, MarkerPosition
    from cotmoc.measure import run
    from cotmoc.measure.models import CoverageInterval, MarkerVisit, Walk
    from cotmoc.record.areas.border.models import PatrolTrack

    by = ledger.Author("sinh", "bench")
    CoverageInterval.objects.all().delete()
    MarkerVisit.objects.all().delete()
    Walk.objects.all().delete()
    fixes = sum(PatrolTrack.objects.in_force().values_list("fix_count", flat=True))
    seconds = _timed("from nothing", run.rebuild)
    rows = CoverageInterval.objects.count() + MarkerVisit.objects.count()
    print(f"  {Walk.objects.count():,} walks, {fixes:,} fixes, {rows:,} rows: {fixes / seconds:,.0f} fixes/s")
    _timed("nothing changed", run.rebuild)
    track, position = PatrolTrack.objects.filter(patrol__isnull=False)[0], MarkerPosition.objects.in_force()[0]
    version = LineVersion.objects.in_force()[0]
    track.patrol = None
    ledger.write([track], by, "Gỡ khỏi chuyến.")
    _timed("one track left its patrol, as when it comes in", lambda: run.remeasure_tracks([track]))
    position.lon += 1e-4
    ledger.write([position], by, "Đo lại.")
    _timed("one marker moved", run.rebuild)
    version.geometry["coordinates"][0][0] += 1e-4
    ledger.write([version], by, "Sửa bản vẽ.")
    _timed("one line version corrected", run.rebuild)


def _timed(what: str, do: Callable[[], Any]) -> float:
    wall, cpu = time.perf_counter(), time.process_time()
    told = do()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(f"{what:48} {wall:8.2f} s  {cpu:8.2f} CPU s  load {os.getloadavg()[0]:.1f}  {told}", flush=True)
    return wall


if __name__ == "__main__":
    main()
