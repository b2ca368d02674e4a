"""PDF by Typst: the same content and layout always give the same bytes, so a printed page can be checked later."""

from __future__ import annotations

import io
import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import typst
from PIL import Image

from cotmoc.review.engine.chapter import Chapter
from cotmoc.review.formats.content import Document, document
from cotmoc.review.packs.layouts import Layout

HERE = Path(__file__).parent
FONTS = HERE / "fonts"
# Tinos has the widths of Times New Roman, the official face; Libertinus is built into Typst.
FAMILIES = ["Tinos", "Times New Roman", "Libertinus Serif"]


def pdf(chapter: Chapter, layout: Layout) -> bytes:
    """The chapter as PDF. Raises Problem `review.contradicted` while a sentence stands against the records."""
    return _compile(document(chapter, layout), layout, chapter.freeze.as_of, "pdf")[0]


def pages(chapter: Chapter, layout: Layout, ppi: float = 96) -> list[bytes]:
    """The pages as PNG pictures, the same setting as the file, in the few greys that print needs."""
    return [_greys(page) for page in _compile(document(chapter, layout), layout, chapter.freeze.as_of, "png", ppi=ppi)]


def _greys(page: bytes) -> bytes:
    """The picture in 16 greys: a third of its size, for lines that are slow."""
    out = io.BytesIO()
    Image.open(io.BytesIO(page)).convert("L").quantize(16).save(out, "PNG", optimize=True)
    return out.getvalue()


def _compile(
    doc: Document, layout: Layout, moment: datetime, form: Literal["pdf", "png"], ppi: float | None = None
) -> list[bytes]:
    compiler = typst.Compiler(
        HERE / "report.typ",
        root=HERE,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        sys_inputs={"document": _json(asdict(doc)), "layout": _json(asdict(layout) | {"fonts": FAMILIES})},
    )
    made = compiler.compile(format=form, timestamp=moment.astimezone(UTC).replace(microsecond=0), ppi=ppi)
    assert made is not None  # None only where an output path is given
    return made if isinstance(made, list) else [made]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=sorted)
