"""The evidence store: bytes under their own SHA-256, written once, never changed.

A file is on disk (and flushed) before the database says that it was received, so a kill between the two loses nothing:
the next delivery of the same bytes finds them there. Layout: `evidence/ab/abcdef…`.
"""

from __future__ import annotations

import hashlib
import mimetypes
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

from cotmoc.base import ledger
from cotmoc.base.models import EvidenceFile, Quarantine, Unit
from cotmoc.base.problems import Problem


def store_folder() -> Path:
    return Path(settings.COTMOC_HOME) / "evidence"


def _path(sha256: str) -> Path:
    return store_folder() / sha256[:2] / sha256


def put(data: bytes) -> str:
    """Keep bytes; returns their SHA-256. Safe to repeat, safe to be killed in."""
    sha256 = hashlib.sha256(data).hexdigest()
    path = _path(sha256)
    if path.exists():
        return sha256
    return put_pieces([data])[0]


def put_pieces(pieces: Iterable[bytes]) -> tuple[str, int]:
    """Keep bytes that come in pieces, without holding them in memory; returns their SHA-256 and their number."""
    store_folder().mkdir(parents=True, exist_ok=True)
    sha256, size = hashlib.sha256(), 0
    descriptor, temporary = tempfile.mkstemp(dir=store_folder(), prefix=".new-")
    with os.fdopen(descriptor, "wb") as file:
        for piece in pieces:
            sha256.update(piece)
            size += file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    path = _path(sha256.hexdigest())
    path.parent.mkdir(exist_ok=True)
    os.replace(temporary, path)
    return sha256.hexdigest(), size


def get(sha256: str) -> bytes:
    """The bytes kept under a SHA-256, checked against it. Raises Problem `evidence.missing` or `evidence.changed`."""
    path = _path(sha256)
    if not path.exists():
        raise Problem("evidence.missing", sha=sha256[:12])
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != sha256:
        raise Problem("evidence.changed", sha=sha256[:12])
    return data


def receive(name: str, data: bytes, unit: Unit, by: ledger.Author) -> tuple[EvidenceFile, bool]:
    """Keep a file as it came; returns its row and whether it is new. The same bytes twice are one file."""
    return _received(name, put(data), len(data), unit, by)


def receive_pieces(name: str, pieces: Iterable[bytes], unit: Unit, by: ledger.Author) -> tuple[EvidenceFile, bool]:
    """The same for a file that is too large to be held in memory."""
    return _received(name, *put_pieces(pieces), unit, by)


def _received(name: str, sha256: str, size: int, unit: Unit, by: ledger.Author) -> tuple[EvidenceFile, bool]:
    known = EvidenceFile.objects.filter(sha256=sha256).first()
    if known is not None:
        return known, False
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    row = EvidenceFile(unit=unit, sha256=sha256, size=size, name=Path(name).name[:255], media_type=media_type)
    ledger.write([row], by)
    return row, True


def quarantine(file: EvidenceFile, code: str, values: dict[str, object], by: ledger.Author) -> Quarantine:
    """Put a kept file aside with the reason why it could not be used. One waiting row per file and reason."""
    known = Quarantine.objects.filter(evidence=file, code=code, state=Quarantine.State.WAITING).first()
    if known is not None:
        return known
    row = Quarantine(unit_id=file.unit_id, evidence=file, code=code, case={k: str(v) for k, v in values.items()})
    ledger.write([row], by)
    return row
