"""Folding of Vietnamese text: what people type without marks must find what is written with them."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

_D = str.maketrans({"đ": "d", "Đ": "d"})
_APOSTROPHES = str.maketrans({"’": "'", "ʼ": "'", "‘": "'"})


def nfc(text: str) -> str:
    """Composed form with one kind of apostrophe: the form in which every text is stored."""
    return unicodedata.normalize("NFC", text).translate(_APOSTROPHES)


def path_text(path: Path) -> str:
    """A path to be stored or printed: bytes in it that are no UTF-8 (a file system takes any) become �."""
    return os.fsencode(path).decode("utf-8", "replace")


def fold(text: str) -> str:
    """Lower case, without marks, đ as d, single spaces: `Đắc  Pring` -> `dac pring`. SQLite's FTS does not fold đ."""
    plain = unicodedata.normalize("NFD", text.translate(_APOSTROPHES).lower().translate(_D))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())
