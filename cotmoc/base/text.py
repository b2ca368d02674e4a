"""Folding of Vietnamese text: what people type without marks must find what is written with them."""

from __future__ import annotations

import unicodedata

_D = str.maketrans({"đ": "d", "Đ": "d"})
_APOSTROPHES = str.maketrans({"’": "'", "ʼ": "'", "‘": "'"})


def nfc(text: str) -> str:
    """Composed form with one kind of apostrophe: the form in which every text is stored."""
    return unicodedata.normalize("NFC", text).translate(_APOSTROPHES)


def fold(text: str) -> str:
    """Lower case, without marks, đ as d, single spaces: `Đắc  Pring` -> `dac pring`. SQLite's FTS does not fold đ."""
    plain = unicodedata.normalize("NFD", text.translate(_APOSTROPHES).lower().translate(_D))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())
