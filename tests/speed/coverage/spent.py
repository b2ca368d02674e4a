"""CPU seconds and memory of processes and all they started, on Linux."""

import os
import time
from collections import defaultdict
from pathlib import Path

TICK_S = 1 / os.sysconf("SC_CLK_TCK")


def family(roots: list[int]) -> list[int]:
    """The processes and their descendants that are alive."""
    children: dict[int, list[int]] = defaultdict(list)
    for folder in Path("/proc").glob("[0-9]*"):
        fields = _fields(int(folder.name))
        if fields:
            children[int(fields[1])].append(int(folder.name))
    found, waiting = [], list(roots)
    while waiting:
        found.append(waiting.pop())
        waiting += children[found[-1]]
    return found


def cpu_s(roots: list[int]) -> float:
    """User and system seconds: of the living to a microsecond, of children that ended in ticks of 10 ms."""
    return sum(
        _own_cpu_s(pid) + sum(map(int, fields[13:15])) * TICK_S for pid in family(roots) if (fields := _fields(pid))
    )


def _own_cpu_s(pid: int) -> float:
    """By the CPU clock that Linux keeps for each process (its number is made of the process's, see clock_getcpuclockid)."""
    try:
        return time.clock_gettime(~pid << 3 | 2)
    except OSError:
        return 0.0


def peaks_mib(roots: list[int], above: float = 40.0) -> list[float]:
    """The most memory each living process held, the largest first; what it shares with others counts in each."""
    peaks = []
    for pid in family(roots):
        try:
            status = Path(f"/proc/{pid}/status").read_text()
        except OSError:
            continue
        peaks += [int(row.split()[1]) / 1024 for row in status.splitlines() if row.startswith("VmHWM:")]
    return sorted((peak for peak in peaks if peak > above), reverse=True)


def _fields(pid: int) -> list[str]:
    """What follows the name in `stat`: state, parent, ...; empty for a process that is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
