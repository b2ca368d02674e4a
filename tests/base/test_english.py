"""English is complete: every text of the program has it, and a reader who chose it meets no Vietnamese interface word.

Names of units, people and places, and what people wrote, are data and stay Vietnamese.
"""

from __future__ import annotations

import html
import io
import re
import shutil
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from django.test import Client
from django.utils import translation

import cotmoc
from cotmoc.base import figures, translated, wording
from tests.province import Province
from tests.security.doors import doors
from tests.security.planted import plant_neighbour

ROOT = Path(cotmoc.__file__).parent.parent
CATALOGUE = ROOT / "cotmoc/locale/en/LC_MESSAGES/django.po"
HOLE = re.compile(r"%\(\w+\)[sd]|%%|\{\w*\}|<[^>]+>")
VIETNAMESE = re.compile(r"[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]", re.IGNORECASE)
SPOKEN_ATTRIBUTE = re.compile(r'\b(?:title|alt|placeholder|aria-label|data-label|data-confirm|content)="([^"]*)"')
KEPT = {"Minh họa"}
"""The source that the small province gives for its line."""
WORDS = (
    "bản ghi", "bản đồ", "biên bản", "biên nhận", "bộ lọc", "cách tính", "căn cứ", "cần bổ sung", "chất lượng", "chỉ huy trưởng",
    "cho đến", "chọn", "chuyến", "chưa có", "chưa đủ", "chưa rõ", "có thể", "còn lại", "còn thiếu", "đã nhận",
    "đã rút", "đã xử lý", "đánh giá", "đến ngày", "đoạn", "đơn vị đo", "đơn vị giữ", "đường biên", "ghi chú", "ghi nhận",
    "gián đoạn", "hạn chế", "hiện nay", "hư hỏng", "kế hoạch", "kết luận", "kết quả", "kiểm điểm", "kiểm tra", "km quá hạn",
    "lập biên", "lịch sử", "loại tuần tra", "lý do", "lý trình", "mục kiểm", "nguyên trạng", "nguồn", "phạm vi", "quá hạn",
    "quân nhân", "số liệu", "sửa lúc", "tất cả", "tệp", "thời điểm", "tình hình", "tình trạng", "tính đến", "trong hạn",
    "trong kỳ", "tuần tra", "vết", "vị trí", "xem tất cả",
)  # fmt: skip
"""Frequent words of the interface that no record of the small province holds."""


def catalogue() -> Any:
    with CATALOGUE.open("rb") as file:
        return [message for message in read_po(file) if message.id]


def both(value: Any) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (value,)


def test_every_text_of_the_program_has_english() -> None:
    if not shutil.which("xgettext"):
        pytest.skip("GNU GETTEXT ABSENT: texts were not collected")
    script = [sys.executable, str(ROOT / "scripts/translations"), "--check"]
    done = subprocess.run(script, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_holes_of_a_text_are_kept() -> None:
    broken = []
    for message in catalogue():
        holes = sorted(HOLE.findall(both(message.id)[0]))
        broken += [text for text in both(message.string) if sorted(HOLE.findall(text)) != holes]
    assert broken == []


def test_english_is_not_vietnamese() -> None:
    kept = [text for message in catalogue() for text in both(message.string) if VIETNAMESE.search(text)]
    assert set(kept) <= {"Cột Mốc"}


def test_units_and_examples_of_measures_are_translated() -> None:
    texts = {text for one in figures.measures().values() for text in (one.unit, one.example)}
    with translation.override("en"):
        kept = [text for text in texts if re.search(r"[^\W\d]{3}", text) and translation.gettext(text) == text]
    assert kept == []


@pytest.mark.parametrize(
    ("count", "said"), [(1, "1 day"), (1.9, "1 day"), (2, "2 days"), (0, "0 days"), (None, wording.MISSING)]
)
def test_days_are_counted_in_english(count: float | None, said: str) -> None:
    with translation.override("en"):
        assert translated.days(count) == said.replace(" ", wording.NBSP)


def test_months_are_named_by_number() -> None:
    said = {}
    for language in ("vi", "en"):
        with translation.override(language):
            said[language] = translated.month(11)
    assert said == {"vi": "Th.11", "en": "M11"}


def spoken(page: str) -> list[str]:
    """What a page says: its texts and the attributes that are read out; what a person wrote into fields is left out."""
    english = re.sub(r'<(\w+)\b[^>]*\blang="vi"[^>]*>.*?</\1>', " ", page, flags=re.DOTALL)
    attributes = SPOKEN_ATTRIBUTE.findall(english)
    bare = re.sub(r"<(script|textarea)\b.*?</\1>", " ", english, flags=re.DOTALL)
    texts = re.sub(r"<[^>]+>", "\n", bare).split("\n")
    return [html.unescape(text).strip() for text in (*texts, *attributes) if text.strip()]


def test_no_page_mixes_the_languages(province: Province) -> None:
    planted = plant_neighbour(province, shared=True)
    untranslated = {text for one in catalogue() for text in both(one.id) if text not in both(one.string)} - KEPT
    interface = re.compile(r"(?<!\w)(?:" + "|".join(WORDS) + r")(?!\w)", re.IGNORECASE)
    client = Client()
    client.force_login(province.users["BCH"])
    client.cookies["lang"] = "en"
    seen, mixed = 0, []
    for door in doors():
        for path in (door.path, *door.more) if door.expected().get("BCH") == 200 else ():
            answer = client.get(path.format(**planted.rows))
            if not answer.headers["Content-Type"].startswith("text/html"):
                continue
            seen += 1
            said = spoken(answer.content.decode())
            mixed += [f"{path}: {text}" for text in said if text in untranslated or interface.search(text)]
    assert seen > 30
    assert not mixed, "\n".join(mixed)


@pytest.mark.parametrize(
    "path",
    [
        "/review/2020/evidence.zip",
        "/review/2020/report.docx",
        "/record/marker-inspections/export.csv",
        "/record/marker-inspections/export.xlsx",
    ],
)
def test_files_have_the_same_words_for_every_reader(province: Province, path: str) -> None:
    province.inspect("703", date(2020, 11, 20), "damaged")
    said = {}
    for language in ("vi", "en"):
        client = Client()
        client.force_login(province.users["GR"])
        client.cookies["lang"] = language
        answer: Any = client.get(path)
        assert answer.status_code == 200
        said[language] = words(b"".join(answer.streaming_content) if answer.streaming else answer.content)
    assert said["en"] == said["vi"]


def words(data: bytes) -> list[bytes]:
    """The content of a file; of an archive its members' content, without the moment of their making."""
    if data[:2] != b"PK":
        return [data]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [archive.read(name) for name in archive.namelist() if not name.startswith("docProps/")]
