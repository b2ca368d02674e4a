"""What all tests share: a data folder of their own, the shared data if it is there, one invented unit tree."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

# Playwright's synchronous interface keeps an event loop in the process; Django would take later tests for asynchronous code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
os.environ.setdefault("COTMOC_COMPILE", "no")  # a test's `cotmoc init` would compile for a minute, and not need it
os.environ.setdefault("COTMOC_HOME", tempfile.mkdtemp(prefix="cotmoc-test-"))

import pytest
from hypothesis import settings as hypothesis_settings

from tests.province import province  # noqa: F401 – a fixture for all

hypothesis_settings.register_profile("unhurried", deadline=None)  # a busy machine is no error of the code
hypothesis_settings.load_profile("unhurried")

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of public sample data beside the checkout; the test is skipped, loudly, where it is absent."""
    if not SHARED.is_dir():
        pytest.skip(f"SHARED DATA ABSENT: {SHARED} is not there; tests on public samples were not run")
    return SHARED


@pytest.fixture(autouse=True)
def _home(tmp_path_factory: pytest.TempPathFactory, settings: object) -> None:
    """Each test keeps its evidence in a folder of its own."""
    settings.COTMOC_HOME = tmp_path_factory.mktemp("home")  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _quick_passwords(settings: object) -> None:
    """Argon2 is slow on purpose; no test is about the strength of a hash."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]
