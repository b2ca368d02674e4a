"""Photos from outside: judged before they are kept as photos, and shown without what a camera writes beside the picture.

The original lies sealed in the evidence store; what pages show is drawn anew from it, so no byte of a stranger's file reaches a
browser and no position of a phone leaves the unit with a picture.
"""

from __future__ import annotations

import warnings
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from cotmoc.base import clock
from cotmoc.base.problems import Problem

FORMATS = ("JPEG", "PNG", "WEBP")
LARGEST_PIXELS = 60_000_000
LARGEST_BYTES = 25_000_000
SHOWN_EDGE = 1600


@dataclass(frozen=True, slots=True)
class PhotoSize:
    """Of the picture as it is seen, upright; pixels. `taken_at` by the camera's clock, read as Vietnamese time."""

    width: int
    height: int
    taken_at: datetime | None


def check(name: str, data: bytes) -> PhotoSize:
    """Problem `photo.unreadable` for what is no whole JPEG, PNG or WebP, `photo.too_large` for one beyond the limits."""
    picture = _opened(name, data)
    taken = picture.getexif().get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal, "")
    upright = _drawn(name, picture)
    return PhotoSize(upright.width, upright.height, _camera_time(str(taken)))


def shown(name: str, data: bytes) -> bytes:
    """The picture as pages show it: JPEG, upright, longest edge 1600 px, no metadata."""
    upright = _drawn(name, _opened(name, data)).convert("RGB")
    upright.thumbnail((SHOWN_EDGE, SHOWN_EDGE))
    upright.info.clear()  # or a comment, a colour profile, XMP would be written into the new file, too
    out = BytesIO()
    upright.save(out, "JPEG", quality=82, optimize=True, exif=b"")
    return out.getvalue()


def _opened(name: str, data: bytes) -> Image.Image:
    if len(data) > LARGEST_BYTES:
        raise Problem("photo.too_large", file=name, limit=f"{LARGEST_BYTES // 1_000_000} MB")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit is stricter
            picture = Image.open(BytesIO(data), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise Problem("photo.too_large", file=name, limit=f"{LARGEST_PIXELS // 1_000_000} MP") from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise Problem("photo.unreadable", file=name) from error
    if picture.width * picture.height > LARGEST_PIXELS:
        raise Problem("photo.too_large", file=name, limit=f"{LARGEST_PIXELS // 1_000_000} MP")
    return picture


def _drawn(name: str, picture: Image.Image) -> Image.Image:
    """All pixels, turned upright; a cut-off file shows only here."""
    try:
        return ImageOps.exif_transpose(picture)
    except (OSError, ValueError, SyntaxError) as error:
        raise Problem("photo.unreadable", file=name) from error


def _camera_time(text: str) -> datetime | None:
    """EXIF writes `2020:11:22 10:02:11` without zone."""
    with suppress(ValueError):
        return datetime.strptime(text, "%Y:%m:%d %H:%M:%S").replace(tzinfo=clock.VIETNAM)
    return None
