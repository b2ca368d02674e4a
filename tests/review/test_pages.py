"""The chapter through its doors: what stands, what it opens, what may be kept, frozen and printed."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from datetime import date
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from cotmoc.base import clock, ledger
from cotmoc.measure import run as measuring
from cotmoc.record.areas.border.models import MarkerInspection
from cotmoc.review.models import ReviewFreeze, ReviewSentence
from tests.province import Province, at

YEAR = "/review/2020/"


@pytest.fixture
def walked(province: Province) -> Province:
    """Three patrols over most of the line; every object inspected this autumn but 705, whose proof is old."""
    for unit, from_m, to_m, day in [
        ("GR", 0, 6_000, date(2020, 10, 20)),
        ("LE", 6_000, 16_000, date(2020, 11, 10)),
        ("DP", 16_000, 19_000, date(2020, 11, 2)),
    ]:
        province.walk(unit, from_m, to_m, day)
    for number in province.markers:
        province.inspect(number, date(2020, 3, 1) if number == "705" else date(2020, 11, 5), brush_cut_m=4)
    measuring.rebuild()
    return province


def signed_in(province: Province, unit: str = "BCH") -> Client:
    client = Client()
    client.force_login(province.users[unit])
    return client


def text_of(response: Any) -> str:
    """The page's text without tags, white space folded."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", response.content.decode()))


def test_the_chapter_says_what_the_records_carry(walked: Province) -> None:
    page = signed_in(walked).get(YEAR)
    assert page.status_code == 200
    text = text_of(page)
    assert "Tổ chức" in text
    assert "Qua kiểm tra 12/12 vị trí (đến ngày 24/11/2020), chưa phát hiện mốc, cọc dấu bị xâm hại" in text
    assert "1 vị trí chưa đủ căn cứ kết luận (705)" in text
    assert "Bảo đảm nguyên trạng" not in text.split("Các mức lời văn")[0], "the strong wording is not what stands"


def test_every_figure_of_every_sentence_opens_its_records(walked: Province) -> None:
    client = signed_in(walked)
    html = client.get(YEAR).content.decode()
    sentences = re.findall(r'<p class="text">(.*?)</p>', html, re.S)
    assert len(sentences) >= 4
    urls = {url for sentence in sentences for url in re.findall(r'<a class="fig[^"]*" href="([^"]+)"', sentence)}
    assert len(urls) >= 8
    for url in urls:
        assert client.get(url.replace("&amp;", "&")).status_code == 200, url
    for sentence in sentences:
        plain = re.sub(r"<a .*?</a>", "", sentence, flags=re.S)
        assert not re.search(r"\d", plain.replace("24/11/2020", "")), f"a number without a link: {plain}"


def test_the_panel_shows_why_the_stronger_wording_does_not_stand(walked: Province) -> None:
    panel = signed_in(walked).get(f"{YEAR}c/S21", headers={"HX-Request": "true"})
    text = text_of(panel)
    assert "<html" not in panel.content.decode()
    assert "Bảo đảm nguyên trạng 11 cột mốc, 1 cọc dấu." in text
    assert "Không bản ghi nào trái với câu này, nhưng chưa chứng minh đủ" in text
    assert panel.content.decode().count('class="verdict-') == 12, "one sign per object"
    assert panel.content.decode().count("Giữ mức này") == 1, "the wording that stands is not offered again"


def test_a_strong_wording_is_kept_only_with_a_reason_and_stays_marked(walked: Province) -> None:
    client = signed_in(walked)
    refused = client.post(f"{YEAR}c/S21/keep", {"strength": "3", "reason": " "})
    assert refused.status_code == 400
    assert "Ghi lý do giữ" in text_of(refused)
    assert ReviewSentence.objects.count() == 0
    client.post(f"{YEAR}c/S21/keep", {"strength": "3", "reason": "đã nghe đồn trưởng báo cáo"})
    text = text_of(client.get(f"{YEAR}?s=S21"))
    assert "Bảo đảm nguyên trạng 11 cột mốc, 1 cọc dấu." in text
    assert "Trần Văn Bình" in text
    assert "đã nghe đồn trưởng báo cáo" in text
    annex = "".join(
        page.extract_text() for page in PdfReader(io.BytesIO(client.get(f"{YEAR}report.pdf").content)).pages
    )
    assert "đã nghe đồn trưởng báo cáo" in re.sub(r"\s+", " ", annex)
    client.post(f"{YEAR}c/S21/offered")
    assert "Qua kiểm tra 12/12 vị trí" in text_of(client.get(YEAR))
    assert ledger.verify().sound


def test_own_words_with_a_refuted_word_block_printing(walked: Province) -> None:
    client = signed_in(walked)
    own = {"text": "Tuần tra 100 % chiều dài đường biên.", "reason": "ý kiến của ban chỉ huy"}
    client.post(f"{YEAR}c/S20/keep", own)
    text = text_of(client.get(f"{YEAR}?s=S20"))
    assert "Trái số liệu" in text
    assert '<span class="no-source">100 %</span>' in client.get(YEAR).content.decode()
    preview = text_of(client.get(f"{YEAR}print"))
    assert "Chưa in được" in preview
    for file in ("report.pdf", "report.docx", "page-1.png"):
        blocked = client.get(f"{YEAR}{file}")
        assert blocked.status_code == 409
        assert "trái số liệu" in text_of(blocked)
    client.post(f"{YEAR}c/S20/offered")
    assert client.get(f"{YEAR}report.pdf").status_code == 200


def test_an_own_sentence_has_no_evidence_until_it_goes(walked: Province) -> None:
    client = signed_in(walked)
    assert (
        client.post(f"{YEAR}add", {"point": "patrol", "text": "Các tổ tự quản hoạt động nền nếp."}).status_code == 400
    )
    client.post(f"{YEAR}add", {"point": "patrol", "text": "Các tổ tự quản hoạt động nền nếp.", "reason": "theo xã báo"})
    row = ReviewSentence.objects.get()
    assert "Các tổ tự quản hoạt động nền nếp." in text_of(client.get(f"{YEAR}c/own-{row.pk}"))
    client.post(f"{YEAR}c/own-{row.pk}/drop")
    assert "Các tổ tự quản" not in text_of(client.get(YEAR))


def test_a_freeze_holds_against_later_records(walked: Province) -> None:
    client = signed_in(walked)
    client.post(f"{YEAR}freeze")
    frozen = ReviewFreeze.objects.get()
    assert frozen.code == "KD2020-C1"
    assert frozen.figures["marker.unknown_count"] == "1"
    late = _proof_of_705(walked)
    ledger.write([late], ledger.Author("le", at=clock.now()))
    text = text_of(client.get(YEAR))
    assert "1 vị trí chưa đủ căn cứ kết luận (705)" in text
    assert "1 bản ghi đến sau khi chốt" in text
    assert "Tính lại tại" in (changed := text_of(client.get(f"{YEAR}changes")))
    assert "mọi số liệu bằng bản chốt" in changed
    assert re.search(r"Chưa đủ căn cứ ?1 ?0", changed), "one was unknown at the freeze, none is now"
    assert "Bảo đảm nguyên trạng 11 cột mốc, 1 cọc dấu." in text_of(client.get(f"{YEAR}?freeze=now"))
    client.post(f"{YEAR}freeze")
    assert "KD2020-C2" in text_of(client.get(YEAR))
    assert "1 vị trí chưa đủ căn cứ" in text_of(client.get(f"{YEAR}?freeze=KD2020-C1"))


def _proof_of_705(walked: Province) -> MarkerInspection:
    """A complete inspection made before the freeze and received after it."""
    checks = dict.fromkeys(MarkerInspection.CHECKS, True)
    row = MarkerInspection(
        unit=walked.units["LE"], code="BB-LATE", marker=walked.markers["705"], seen_at=at(date(2020, 11, 20)), state="intact",
        photo_count=4, **checks,
    )  # fmt: skip
    row.refold()
    return row


def test_the_printed_code_identifies_the_evidence_file(walked: Province) -> None:
    client = signed_in(walked)
    client.post(f"{YEAR}freeze")
    archive = client.get(f"{YEAR}evidence.zip").content
    digest = hashlib.sha256(archive).hexdigest()
    pages = PdfReader(io.BytesIO(client.get(f"{YEAR}report.pdf").content)).pages
    printed = re.sub(r"\s", "", "".join(page.extract_text() for page in pages))
    assert digest in printed
    assert "KD2020-C1" in printed
    with zipfile.ZipFile(io.BytesIO(archive)) as file:
        assert "ban-ghi/marker.unknown_count.csv" in file.namelist()


def test_a_past_moment_shows_the_past_and_cannot_be_changed(walked: Province) -> None:
    client = signed_in(walked)
    past = client.get(f"{YEAR}?at=2020-11-01T06:00")
    assert "Qua kiểm tra 12/12" not in text_of(past)
    assert client.post(f"{YEAR}c/S21/keep?at=2020-11-01T06:00", {"strength": "3", "reason": "x"}).status_code == 409
    assert client.post(f"{YEAR}freeze?at=2020-11-01T06:00").status_code == 409


@pytest.mark.parametrize("door", ["", "c/S21", "print", "report.pdf", "report.docx", "evidence.zip", "page-1.png"])
def test_a_post_sees_its_own_chapter_only(walked: Province, door: str) -> None:
    assert signed_in(walked, "GR").get(f"{YEAR}{door}").status_code == 200
    assert signed_in(walked, "GR").get(f"{YEAR}{door}?unit=LE").status_code == 403
    assert Client().get(f"{YEAR}{door}").status_code == 302


@pytest.mark.parametrize("door", ["c/S21/keep", "c/S21/offered", "add", "freeze"])
def test_a_post_decides_on_its_own_chapter_only(walked: Province, door: str) -> None:
    said = {"strength": "3", "reason": "x", "text": "x", "point": "patrol"}
    assert signed_in(walked, "GR").post(f"{YEAR}{door}?unit=BCH", said).status_code == 403
    assert ReviewSentence.objects.count() + ReviewFreeze.objects.count() == 0


def test_unknown_sentences_and_pages_are_told(walked: Province) -> None:
    client = signed_in(walked)
    for door in ("c/S99", "page-99.png", "changes"):
        assert client.get(f"{YEAR}{door}").status_code == 404
    assert client.get("/review/").status_code == 200


def test_english_says_the_same_figures(walked: Province) -> None:
    client = signed_in(walked)
    client.cookies["lang"] = "en"
    text = text_of(client.get(YEAR))
    assert "12/12 were inspected (up to 24/11/2020); no marker or stake was found harmed" in text
