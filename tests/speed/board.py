"""The server under load on SQLite: many readers and a stream of small GPX files at once, p50 and p99 as a reader feels them.

    COTMOC_HOME=… scripts/bench board [--rate 80] [--seconds 30] [--writes 0.2] [--threads 32]

A copy of the data folder is served by `cotmoc serve` on loopback. Requests are due at a fixed pace, whether the earlier ones
were answered or not, and are timed from the moment they were due: waiting for a stalled server counts. The readers are on
the same machine, so they take processor time from the server.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import shutil
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

READS = (
    "/measure/coverage", "/measure/coverage?unit=GR", "/measure/markers", "/picture/map", "/picture/markers/709",
    "/record/patrols/", "/record/marker-inspections/", "/review/2020/", "/e/line.coverage_sure_pct", "/search?q=moc+709",
)  # fmt: skip
TOKEN = "a" * 32
FIXES = 60
GIVE_UP_S = 20.0
"""A request that could not even be sent so long after it was due is counted as given up: the server is over its pace."""
GIVEN_UP = 0
POST = "/record/import"


@dataclass(slots=True)
class Told:
    """What the threads measured: seconds and status per kind."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    seconds: dict[str, list[float]] = field(default_factory=lambda: {"read": [], "ingest": []})
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)

    def add(self, kind: str, status: int, seconds: float) -> None:
        with self.lock:
            self.seconds[kind].append(seconds)
            self.statuses[kind, status] += 1


def copied(home: Path, to: Path) -> None:
    """The database as it stands, the key that signs the sessions, and the evidence (linked: its files never change)."""
    source, target = sqlite3.connect(home / "cotmoc.sqlite3"), sqlite3.connect(to / "cotmoc.sqlite3")
    with source, target:
        source.backup(target)
    shutil.copy(home / "secret.key", to)
    shutil.copytree(home / "static", to / "static")
    shutil.copytree(home / "evidence", to / "evidence", copy_function=os.link)


def signed_in(user: str) -> str:
    """The cookies of a signed-in reader."""
    import django

    django.setup()
    from django.contrib.auth import get_user_model
    from django.test import Client

    client = Client()
    client.force_login(get_user_model().objects.get(username=user), "django.contrib.auth.backends.ModelBackend")
    return "; ".join([*(f"{name}={one.value}" for name, one in client.cookies.items()), f"csrftoken={TOKEN}"])


def gpx(number: int) -> bytes:
    """A short walk that no other file holds."""
    began = datetime(2020, 11, 1, tzinfo=UTC) + timedelta(minutes=7 * number)
    chance = random.Random(number)
    lat, lon = 15.4 + chance.random() / 10, 107.5 + chance.random() / 10
    points = "".join(
        f'<trkpt lat="{lat + n * 1e-4:.6f}" lon="{lon:.6f}"><time>{began + timedelta(seconds=20 * n):%FT%TZ}</time></trkpt>'
        for n in range(FIXES)
    )
    head = '<gpx xmlns="http://www.topografix.com/GPX/1/1" version="1.1" creator="board">'
    return f"{head}<trk><trkseg>{points}</trkseg></trk></gpx>".encode()


def upload(number: int) -> tuple[bytes, dict[str, str]]:
    head = f'--board\r\nContent-Disposition: form-data; name="files"; filename="{number}.gpx"\r\n\r\n'.encode()
    named = {"Content-Type": "multipart/form-data; boundary=board", "X-CSRFToken": TOKEN, "Accept": "application/json"}
    return head + gpx(number) + b"\r\n--board--\r\n", named


def ask(port: int, cookies: str, kind: str, number: int) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        if kind == "read":
            connection.request("GET", READS[number % len(READS)], headers={"Cookie": cookies})
        else:
            body, named = upload(number)
            connection.request("POST", POST, body, {"Cookie": cookies, **named})
        response = connection.getresponse()
        response.read()
        return response.status
    finally:
        connection.close()


def work(due: Iterator[tuple[float, str, int]], lock: threading.Lock, port: int, cookies: str, told: Told) -> None:
    while True:
        with lock:
            turn = next(due, None)
        if turn is None:
            return
        moment, kind, number = turn
        if time.perf_counter() - moment > GIVE_UP_S:
            told.add(kind, GIVEN_UP, GIVE_UP_S)
            continue
        time.sleep(max(0.0, moment - time.perf_counter()))
        told.add(kind, ask(port, cookies, kind, number), time.perf_counter() - moment)


def run(args: argparse.Namespace, port: int, cookies: str) -> Told:
    """All requests at their pace."""
    chance, begin, lock, told = random.Random(1), time.perf_counter() + 0.5, threading.Lock(), Told()
    kinds = ("ingest" if chance.random() < args.writes else "read" for _ in range(int(args.rate * args.seconds)))
    due = ((begin + number / args.rate, kind, number) for number, kind in enumerate(kinds))
    threads = [threading.Thread(target=work, args=(due, lock, port, cookies, told)) for _ in range(args.threads)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def answering(port: int, seconds: float = 60) -> bool:
    """Waits until the server listens."""
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.2)
    return False


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=float, default=80.0, help="requests due per second")
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--writes", type=float, default=0.2, help="share of requests that bring a GPX file")
    parser.add_argument("--threads", type=int, default=32, help="requests under way at once, at most")
    parser.add_argument("--user", default="thammuu")
    args = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cotmoc.site.settings")
    with tempfile.TemporaryDirectory(prefix="board-", dir=Path(os.environ["COTMOC_HOME"]).parent) as folder:
        copied(Path(os.environ["COTMOC_HOME"]), Path(folder))
        os.environ["COTMOC_HOME"] = folder
        cookies = signed_in(args.user)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        server = subprocess.Popen([sys.executable, "-m", "cotmoc", "serve", "--port", str(port)])
        try:
            if not answering(port):
                raise SystemExit("the server did not start")
            for number in range(len(READS)):
                ask(port, cookies, "read", number)
            began = time.perf_counter()
            told = run(args, port, cookies)
            report(args, told, time.perf_counter() - began)
        finally:
            server.terminate()
            server.wait(20)


def report(args: argparse.Namespace, told: Told, seconds: float) -> None:
    done = sum(count for (_, status), count in told.statuses.items() if status != GIVEN_UP)
    print(f"{args.rate:.0f} requests/s due for {args.seconds:.0f} s; {done / seconds:.1f}/s answered")
    for kind, every in told.seconds.items():
        if len(every) > 1:
            cuts = statistics.quantiles(every, n=100, method="inclusive")
            print(f"{kind:>8}: {len(every)} due, p50 {cuts[49] * 1000:.0f} ms, p99 {cuts[98] * 1000:.0f} ms")
    print(
        ", ".join(f"{kind} {status or 'given up'}: {count}" for (kind, status), count in sorted(told.statuses.items()))
    )


if __name__ == "__main__":
    main()
