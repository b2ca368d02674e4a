"""Which engine answers: the compiled one where it stands compiled already, else the reference, which gives the same rows.

Compiling takes some twenty seconds, so it is done at set-up (`prepare`) and never while somebody waits for an answer.
"""

import importlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import lru_cache

from cotmoc.measure.engine import fast, survey
from cotmoc.measure.engine.compiled import folder
from cotmoc.measure.engine.survey import Surveyor

Progress = Callable[[int, int], None]
READY = "ready"
COMPILING = "cotmoc.measure.engine.compiling"


def surveyor() -> Surveyor:
    """The engine to ask now. Ask each time: set-up may end while the program runs."""
    return _compiled() if is_ready() else survey.survey


def is_ready() -> bool:
    """Whether the compiled engine can be used here at once."""
    return fast.available() and (folder() / READY).exists()


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


@lru_cache(maxsize=1)
def _compiled() -> Surveyor:
    return importlib.import_module("cotmoc.measure.engine.fast.survey").survey
