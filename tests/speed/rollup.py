"""Roll-ups from the rows of a year: bins with months, overdue stretches, share per stretch and period. Median of some runs.

    scripts/bench rollup [--rows 58000] [--length-km 160] [--runs 9]

The rows are like those of hour-long pieces of walks: groups of some eight rows that touch, from some hundred metres to three
kilometres each. `bins` for 58,000 rows is to take 10 ms.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np

from cotmoc.measure.engine.ages import last_visits, metres_by_age, month_edges, overdue_spans
from cotmoc.measure.engine.bins import bins
from cotmoc.measure.engine.spans import covered_each
from cotmoc.measure.engine.through import Through, newest_rows
from cotmoc.measure.engine.values import DAY_MS, HOUR_MS, Intervals

ROWS_OF_A_WALK = 8
MONTHS = month_edges(date(2020, 1, 1), 12, "Asia/Ho_Chi_Minh")


def year(rows: int, length_m: float, seed: int = 1) -> Intervals:
    """Rows of one certainty; each walk goes on from hour to hour, one way."""
    chance = np.random.default_rng(seed)
    walks = -(-rows // ROWS_OF_A_WALK)
    start = chance.uniform(0, length_m, walks)
    way = np.cumsum(chance.gamma(2.0, 600.0, (walks, ROWS_OF_A_WALK)), axis=1) * chance.choice([-1, 1], (walks, 1))
    ends = np.column_stack([start, start[:, None] + way]).clip(0, length_m)
    begin = chance.integers(MONTHS[0], MONTHS[-1] - DAY_MS, walks)[:, None] + np.arange(ROWS_OF_A_WALK) * HOUR_MS
    low, high = np.minimum(ends[:, :-1], ends[:, 1:]), np.maximum(ends[:, :-1], ends[:, 1:])
    group = np.repeat(np.arange(walks), ROWS_OF_A_WALK)
    columns = [group, low.ravel(), high.ravel(), begin.ravel(), begin.ravel() + HOUR_MS, np.ones(low.size, bool)]
    return Intervals.of([str(walk) for walk in range(walks)], *(column[:rows] for column in columns))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=58_000)
    parser.add_argument("--length-km", type=float, default=160.0)
    parser.add_argument("--runs", type=int, default=9)
    args = parser.parse_args()
    length = args.length_km * 1000
    rows, now = year(args.rows, length), int(MONTHS[-1])
    stretches = [(low, low + length / 10) for low in np.arange(10) * length / 10]
    limits = [days * DAY_MS for days in (7, 15, 30)]
    visits = last_visits(rows, length, now)
    questions: dict[str, Callable[[], Any]] = {
        "bins: last visit, 12 months, longest gap": lambda: bins(rows, length, MONTHS),
        "last visits, exact pieces": lambda: last_visits(rows, length, now),
        "newest row of each piece": lambda: newest_rows(rows, length),
        "overdue: 3 limits x 10 stretches": lambda: [
            overdue_spans(visits, now, limit, part) for limit in limits for part in stretches
        ],
        "metres by age": lambda: metres_by_age(visits, now, limits),
        "share: 10 stretches x 12 months": lambda: [
            covered_each(rows.during(int(low), int(high)), stretches) for low, high in pairwise(MONTHS)
        ],
        "last visits at 366 days' ends": lambda: sum(
            len(last) for last in Through(rows, length, int(MONTHS[0])).at(range(int(MONTHS[0]), now, DAY_MS))
        ),
    }
    print(f"{len(rows):,} rows, load {os.getloadavg()[0]:.1f}")
    for name, ask in questions.items():
        wall, cpu = zip(*(_seconds(ask) for _ in range(args.runs)), strict=True)
        print(
            f"{name:42} {statistics.median(wall) * 1e3:9.1f} ms {statistics.median(cpu) * 1e3:9.1f} CPU ms", flush=True
        )


def _seconds(ask: Callable[[], Any]) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    ask()
    return time.perf_counter() - wall, time.process_time() - cpu


if __name__ == "__main__":
    main()
