"""Where compiled code is kept: in a folder named after all that it depends on.

So whether it is there is one look at the disk, without loading numba, and code compiled from older sources is never taken
for the present one: numba itself looks only at the file of the function, not at those that the function calls.
"""

import hashlib
import os
import platform
import re
import sys
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
COMPILED = ROOT / "cotmoc" / "measure" / "engine" / "fast"
BESIDE = COMPILED / "__pycache__"
BUILT_ON = ("numba", "llvmlite", "numpy")
IMPORT = re.compile(r"^from (cotmoc[\w.]+) import", re.MULTILINE)


def use_folder() -> None:
    """Let numba keep what it compiles in `folder`: call it before the first compiled function is defined."""
    from numba import config

    folder().mkdir(parents=True, exist_ok=True)
    config.CACHE_DIR = str(folder())  # type: ignore[attr-defined]


def folder() -> Path:
    """Where this program's compiled code is kept: beside its modules, else in the data folder; NUMBA_CACHE_DIR goes first."""
    given = os.environ.get("NUMBA_CACHE_DIR")
    if given:
        return Path(given) / "compiled" / compiled_name()
    home = Path(os.environ.get("COTMOC_HOME") or Path.home() / ".cotmoc")
    return (BESIDE if _writable(BESIDE) else home) / "compiled" / compiled_name()


def _writable(place: Path) -> bool:
    """Whether a file can be made in a folder, or the folder in the one above it. numba asks for that even to read."""
    return os.access(place if place.exists() else place.parent, os.W_OK)


@lru_cache(maxsize=1)
def compiled_name() -> str:
    """Names what the compiled code depends on."""
    digest = hashlib.sha256()
    for path in _sources():
        digest.update(f"{path.relative_to(ROOT).as_posix()}\0".encode() + path.read_bytes())
    digest.update(repr([*map(version, BUILT_ON), sys.version, _processor()]).encode())
    return digest.hexdigest()[:20]


def _sources() -> list[Path]:
    """The modules of the compiled engine and those that they import: a constant of these is compiled in."""
    own = set(COMPILED.glob("*.py"))
    named = {name for path in own for name in IMPORT.findall(path.read_text())}
    imported = (ROOT / f"{name.replace('.', '/')}.py" for name in named)
    return sorted(own | {path for path in imported if path.exists()})


def _processor() -> list[str]:
    """The kind of processor, and what it can do where that is told."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text().splitlines() if told.exists() else []
    wanted = ("model name", "flags", "Features", "CPU part")
    found = {line for line in lines if line.startswith(wanted)}
    return [platform.machine(), platform.processor(), os.environ.get("NUMBA_CPU_NAME", ""), *sorted(found)]
