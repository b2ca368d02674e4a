"""Which engine answers: the compiled one where it stands compiled already, else the reference, which gives the same rows.

Compiling takes about half a minute, so it is done at set-up (`prepare`) and never while somebody waits for an answer. What
was compiled is kept in a folder named after all that it depends on: sources, numba, Python, processor. So whether it is there
is one look at the disk without loading numba, and code compiled from older sources is never taken for the present one.
"""

import hashlib
import importlib.util
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from cotmoc.measure.engine import fast, survey
from cotmoc.measure.engine.survey import Surveyor

Progress = Callable[[int, int], None]
ROOT = Path(__file__).resolve().parents[3]
COMPILED = ROOT / "cotmoc" / "measure" / "engine" / "fast"
BESIDE = COMPILED / "__pycache__"
BUILT_ON = ("numba", "llvmlite", "numpy")
IMPORT = re.compile(r"^from (cotmoc[\w.]+) import", re.MULTILINE)
READY = "ready"
COMPILING = "cotmoc.measure.engine.compiling"


def surveyor() -> Surveyor:
    """The engine to ask now. Ask each time: set-up may end while the program runs."""
    return _compiled() if is_ready() else survey.survey


def is_ready() -> bool:
    """Whether the compiled engine can be used here at once."""
    return fast.available() and (folder() / READY).exists()


def use_folder() -> None:
    """Let numba keep what it compiles in `folder`: call it before the first module of the compiled engine is loaded."""
    from numba import config

    folder().mkdir(parents=True, exist_ok=True)
    config.CACHE_DIR = str(folder())  # type: ignore[attr-defined]


def prepare(progress: Progress | None = None) -> bool:
    """Compile, where that was not done yet; whether the compiled engine is ready. `progress(done, about)` in functions.

    Another process does it, so that neither the compiler nor its memory stay in this one. Where it fails, as where numba is
    not installed, the program goes by the reference. COTMOC_COMPILE=no leaves it out.
    """
    if is_ready():
        return True
    if not fast.available() or os.environ.get("COTMOC_COMPILE") == "no":
        return False
    command = [sys.executable, "-m", COMPILING]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:  # noqa: S603 (our own module)
        for line in child.stdout or ():
            done, about = map(int, line.split())
            if progress is not None:
                progress(done, about)
    if child.returncode != 0 or not is_ready():
        return False
    for other in folder().parent.iterdir():
        if other != folder():
            shutil.rmtree(other, ignore_errors=True)
    return True


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


@lru_cache(maxsize=1)
def _compiled() -> Surveyor:
    use_folder()
    return importlib.import_module("cotmoc.measure.engine.fast.survey").survey
