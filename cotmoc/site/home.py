"""The data folder `COTMOC_HOME`: database, evidence, secrets, static files. One folder to back up."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def home() -> Path:
    """The data folder: `COTMOC_HOME`, else `~/.cotmoc`. It need not exist yet."""
    return Path(os.environ.get("COTMOC_HOME") or Path.home() / ".cotmoc").absolute()


def secret_key() -> str:
    """The signing key of this installation. Before `cotmoc init` made one: a key that lives as long as the process."""
    path = home() / "secret.key"
    return path.read_text().strip() if path.exists() else secrets.token_urlsafe(50)


def make_home() -> Path:
    """Create the folder and its secret, readable by the owner only. Safe to call again."""
    folder = home()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "secret.key"
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50))
    return folder
