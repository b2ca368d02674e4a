"""Small drawn photos of markers for the demonstration: a silhouette with number, direction and date, marked MINH HỌA."""

from datetime import datetime
from functools import lru_cache
from io import BytesIO
from itertools import groupby
from pathlib import Path

from PIL import ExifTags, Image, ImageDraw, ImageFont

from cotmoc.base import clock

SIZE = (480, 360)
FONTS = Path(__file__).resolve().parents[1] / "base" / "static" / "vendor" / "noto-sans"
DIRECTIONS = {
    "north": ("BẮC", (214, 226, 222)),
    "east": ("ĐÔNG", (226, 226, 210)),
    "south": ("NAM", (222, 220, 206)),
    "west": ("TÂY", (210, 220, 228)),
    "sight": ("TẦM NHÌN", (204, 222, 208)),
    "detail": ("CHI TIẾT", (230, 216, 206)),
}
"""Caption and tint of each direction."""
INK, STONE, GROUND, BAD = (60, 72, 68), (152, 160, 155), (124, 132, 112), (176, 52, 7)


def photo(number: str, direction: str, taken_at: datetime, code: str, damaged: bool) -> bytes:
    """A JPEG of a few kilobytes; other markers, directions, moments and records give other bytes."""
    picture = _scene(number, direction, damaged).copy()
    draw = ImageDraw.Draw(picture)
    _write(
        draw, (16, SIZE[1] - 34), f"{DIRECTIONS[direction][0]} · {clock.local(taken_at):%d/%m/%Y %H:%M} · {code}", 18
    )
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = f"{clock.local(taken_at):%Y:%m:%d %H:%M:%S}"
    out = BytesIO()
    picture.save(out, "JPEG", quality=40, exif=exif, comment=f"MINH HOA {code} {direction}".encode())
    return out.getvalue()


def _scene(number: str, direction: str, damaged: bool) -> Image.Image:
    """Everything of the picture that does not change from visit to visit."""
    picture = Image.new("RGB", SIZE, DIRECTIONS[direction][1])
    draw = ImageDraw.Draw(picture)
    horizon = 150 + sum(map(ord, number + direction)) % 40
    hills = [(x, horizon + (x * (7 + len(direction)) // 9 + ord(number[-1]) * 13) % 34) for x in range(0, 481, 60)]
    draw.polygon([(0, 300), *hills, (480, 300)], fill=(178, 194, 178))
    draw.rectangle((0, 270, 480, 360), fill=GROUND)
    if number.startswith("CD"):
        _post(draw, number)
    else:
        _stone(draw, number)
    if damaged:
        draw.polygon([(300, 282), (352, 276), (366, 312), (316, 318)], fill=(92, 74, 58), outline=BAD, width=3)
    draw.rectangle((0, SIZE[1] - 44, *SIZE), fill=(240, 242, 238))
    draw.rectangle((346, 12, 468, 42), outline=(127, 83, 0), width=2, fill=(248, 238, 211))
    _write(draw, (354, 13), "MINH HỌA", 20, (127, 83, 0))
    return picture


def _stone(draw: ImageDraw.ImageDraw, number: str) -> None:
    draw.polygon([(150, 292), (330, 292), (350, 312), (130, 312)], fill=(166, 166, 158), outline=INK)
    draw.polygon([(196, 292), (196, 130), (240, 96), (284, 130), (284, 292)], fill=STONE, outline=INK, width=3)
    _write(draw, (212, 140), "VIỆT NAM", 13)
    _write(draw, (212, 176), number, 32)
    _write(draw, (222, 228), "2008", 16)


def _post(draw: ImageDraw.ImageDraw, number: str) -> None:
    draw.rectangle((222, 170, 258, 296), fill=STONE, outline=INK, width=3)
    _write(draw, (224, 190), number, 16)


def _write(
    draw: ImageDraw.ImageDraw, at: tuple[float, float], text: str, size: int, fill: tuple[int, int, int] = INK
) -> None:
    """The shipped font comes in two files, one with the Latin signs, one with the Vietnamese ones."""
    x, y = at
    for subset, signs in groupby(text, key=lambda sign: "latin" if ord(sign) < 256 else "vietnamese"):
        part, font = "".join(signs), _font(subset, size)
        draw.text((x, y), part, fill=fill, font=font)
        x += font.getlength(part)


@lru_cache(maxsize=32)
def _font(subset: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONTS / f"noto-sans-{subset}-600-normal.woff2"), size)
