"""Bytes to text: byte order marks, UTF-16 without one, a declared encoding, UTF-8, and last the Windows code page."""

import codecs
import re

from cotmoc.geo.faults import Fault

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark is a beginning of this one
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
LAST_RESORT = "cp1258"
"""The code page of Windows in Vietnamese; every byte that it lacks becomes U+FFFD."""


def decode(data: bytes) -> tuple[str, list[Fault]]:
    """The text and, where the encoding was none of the expected ones, what was assumed. Never fails."""
    for encoding in _candidates(data):
        try:
            return data.decode(encoding), _remark(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode(LAST_RESORT, errors="replace"), [
        Fault("text.encoding_assumed", "", {"encoding": LAST_RESORT}, "warning")
    ]


def _candidates(data: bytes) -> list[str]:
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return [encoding]
    if data[1:2] == b"\0" and data[:1] != b"\0":
        return ["utf-16-le"]
    if data[:1] == b"\0" and data[1:2] != b"\0":
        return ["utf-16-be"]
    declared = DECLARED.match(data[:200])
    return [declared[1].decode("ascii"), "utf-8"] if declared else ["utf-8"]


def _remark(encoding: str) -> list[Fault]:
    if encoding.lower().replace("_", "-") in {"utf-8", "utf8", "utf-8-sig", "us-ascii", "ascii"}:
        return []
    return [Fault("text.encoding", "", {"encoding": encoding}, "info")]
