"""The compiled engine answers only where it stands compiled already; nobody waits for a compiler."""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from cotmoc.measure.engine import choice, compiled, fast, survey


@pytest.fixture
def kept_in(tmp_path, monkeypatch):
    """numba is here, and nothing is compiled yet."""
    monkeypatch.setattr(fast, "available", lambda: True)
    monkeypatch.setattr(compiled, "compiled_name", lambda: "present")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    monkeypatch.setenv("COTMOC_COMPILE", "yes")
    return tmp_path / "compiled" / "present"


def child(monkeypatch, tmp_path, text):
    """What runs instead of the compiler."""
    (tmp_path / "instead.py").write_text(text)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(choice, "COMPILING", "instead")


def test_before_it_is_compiled_the_reference_answers(kept_in):
    assert not choice.is_ready()
    assert choice.surveyor() is survey.survey


def test_without_numba_the_reference_answers(kept_in, monkeypatch):
    kept_in.mkdir(parents=True)
    (kept_in / choice.READY).touch()
    assert choice.is_ready()
    monkeypatch.setattr(fast, "available", lambda: False)
    assert not choice.is_ready()
    assert choice.surveyor() is survey.survey
    assert choice.prepare() is False


def test_setting_up_tells_how_far_it_is_and_clears_what_is_old(kept_in, monkeypatch, tmp_path):
    old = kept_in.parent / "older"
    old.mkdir(parents=True)
    child(
        monkeypatch,
        tmp_path,
        f"import os\nos.makedirs({str(kept_in)!r})\nopen({str(kept_in / 'ready')!r}, 'w')\nprint('1 3\\n3 3')",
    )
    told = []
    assert choice.prepare(lambda done, about: told.append((done, about))) is True
    assert told == [(1, 3), (3, 3)]
    assert choice.is_ready()
    assert not old.exists()
    child(monkeypatch, tmp_path, "raise SystemExit(1)")
    assert choice.prepare() is True, "what is compiled is not compiled again"


def test_set_up_can_leave_it_out(kept_in, monkeypatch):
    monkeypatch.setenv("COTMOC_COMPILE", "no")
    assert choice.prepare() is False


def test_a_compiler_that_fails_leaves_the_reference(kept_in, monkeypatch, tmp_path):
    child(monkeypatch, tmp_path, "print('1 3')\nraise SystemExit(1)")
    assert choice.prepare() is False
    assert not choice.is_ready()
    assert choice.surveyor() is survey.survey


def test_the_name_changes_with_sources_and_machine(monkeypatch, tmp_path):
    monkeypatch.setattr(compiled, "ROOT", tmp_path)
    monkeypatch.setattr(compiled, "COMPILED", tmp_path / "fast")
    monkeypatch.setattr(compiled, "version", lambda name: "1")
    (tmp_path / "fast").mkdir()
    (tmp_path / "cotmoc").mkdir()
    kernel, constants = tmp_path / "fast" / "kernel.py", tmp_path / "cotmoc" / "constants.py"
    kernel.write_text("from cotmoc.constants import REACH\n")
    constants.write_text("REACH = 1\n")
    names = [compiled.compiled_name.__wrapped__()]
    for change in (
        lambda: kernel.write_text("from cotmoc.constants import REACH  # changed\n"),
        lambda: constants.write_text("REACH = 2\n"),
        lambda: monkeypatch.setattr(compiled, "version", lambda name: "2"),
        lambda: monkeypatch.setattr(compiled, "_processor", lambda: ["another"]),
    ):
        change()
        names.append(compiled.compiled_name.__wrapped__())
    assert len(set(names)) == 5
    assert compiled.compiled_name.__wrapped__() == names[-1]


def test_where_the_program_is_read_only_it_is_kept_in_the_data_folder(monkeypatch, tmp_path):
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setenv("COTMOC_HOME", str(tmp_path))
    monkeypatch.setattr(compiled, "compiled_name", lambda: "present")
    assert compiled.folder() == compiled.BESIDE / "compiled" / "present"
    monkeypatch.setattr(compiled, "BESIDE", Path("/nowhere/beside/__pycache__"))
    assert compiled.folder() == tmp_path / "compiled" / "present"


def said(script: str) -> str:
    """What a program of its own prints."""
    run = [sys.executable, "-c", textwrap.dedent(script)]
    return subprocess.run(run, capture_output=True, text=True, check=True).stdout.strip()


def test_the_server_starts_without_loading_the_compiler():
    assert (
        said("import sys, cotmoc.site.asgi; print('numba' in sys.modules, 'pyarrow' in sys.modules)") == "False False"
    )


def test_nothing_is_left_to_compile_for_a_request():
    """Tracks as the records keep them, of every kind, on a line that set-up never saw."""
    if not choice.is_ready():
        pytest.skip("NOT COMPILED HERE: run `cotmoc init`; whether requests find everything compiled was not tested")
    script = """
        from numba.core import event
        from cotmoc.measure.engine import choice, fast
        import numpy as np
        from cotmoc.geo.fixes import Fixes
        from cotmoc.measure.engine.survey import Posts
        from cotmoc.measure.engine.values import Rules
        from tests.measure.engine.walks import fixes, line, track, untimed
        survey = choice.surveyor()
        way = [(-900 + 6 * i, 40 * np.sin(i / 9)) for i in range(400)]
        kinds = [fixes(way), fixes(way, [20 * i + 900 * (i > 90) for i in range(400)]), untimed(way), fixes(way[:1])]
        kinds = [Fixes.from_bytes(one.to_bytes()) for one in kinds] + [fixes(way[::-1])]
        with event.install_recorder("numba:compile") as compiled:
            for tracks in [[track(one)] for one in kinds] + [[track(one) for one in kinds]]:
                for posts in (Posts(np.array([107.5]), np.array([15.6]), 50), Posts.none()):
                    survey(line([(-800, 0), (0, 90), (800, 0)]), tracks, Rules(), (25, 50, 100, 200), posts)
        print(survey.__module__, len(compiled.buffer))
    """
    assert said(script) == "cotmoc.measure.engine.fast.survey 0"
