"""PDF and DOCX carry the same sentences, notes, limits and codes; neither prints a sentence against the records."""

from __future__ import annotations

import io
import re
from datetime import date

import pytest
from docx import Document
from docx.shared import Mm
from pypdf import PdfReader

from cotmoc.base.problems import Problem
from cotmoc.review.engine.chapter import Said
from cotmoc.review.engine.sentence import own
from cotmoc.review.engine.verdict import Verdict
from cotmoc.review.formats.content import NOT_SIGNED, UNCHECKED, document, place_date
from cotmoc.review.formats.docx import docx
from cotmoc.review.formats.pdf import pages, pdf
from cotmoc.review.packs.layouts import Layout, layout_on
from tests.review.sample import chapter

DAY = date(2020, 11, 24)
STATE = layout_on("state", DAY)
PARTY = layout_on("party", DAY)


def pdf_text(layout: Layout) -> list[str]:
    """Text of each page, white space folded."""
    reader = PdfReader(io.BytesIO(pdf(chapter(), layout)))
    return [re.sub(r"\s+", " ", page.extract_text()) for page in reader.pages]


def docx_text(layout: Layout) -> str:
    """All text of body and tables, white space folded."""
    file = Document(io.BytesIO(docx(chapter(), layout)))
    texts = [node.text or "" for node in file.element.body.iter() if node.tag.endswith("}t")]
    return re.sub(r"\s+", " ", "".join(texts))


def bare(text: str) -> str:
    """Without white space and note numbers, which formats break and place differently."""
    return re.sub(r"\s|\[\d+\]", "", text)


@pytest.mark.parametrize("layout", [STATE, PARTY], ids=["state", "party"])
def test_every_sentence_stands_in_both_formats(layout: Layout) -> None:
    in_pdf, in_docx = bare("".join(pdf_text(layout))), bare(docx_text(layout))
    sentences = [bare(said.sentence.text).removesuffix(".") for said in chapter().said]
    assert len(sentences) > 8
    for sentence in sentences:
        assert sentence in in_pdf
        assert sentence in in_docx


def test_every_figure_is_a_note_with_its_result_and_verdict() -> None:
    made = document(chapter(), STATE)
    used = {run.note for block in made.body for run in block.runs if run.note}
    assert used == set(range(1, len(made.notes.rows) + 1))
    annex = bare(pdf_text(STATE)[1])
    for _, name, result, rows, verdict in made.notes.rows:
        assert bare(f"{name}{result}{rows}{verdict}") in annex
    assert bare("Mốc, cọc dấu được kiểm tra 67 412 Đủ căn cứ") in annex


def test_what_is_not_proven_is_listed_with_reason_and_author() -> None:
    annex = bare(pdf_text(STATE)[1])
    assert bare("Giữ câu này theo ý kiến của Trung tá Lê Văn A: theo báo cáo của các đồn.") in annex
    assert bare("Không có căn cứ") in annex


def test_the_state_head() -> None:
    first = pdf_text(STATE)[0]
    for line in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "/BC-BCH", "Quảng Nam, ngày 24"):
        assert line in first
    assert "./." in first
    assert "ĐẢNG CỘNG SẢN" not in first


def test_the_party_head() -> None:
    first = " ".join(pdf_text(PARTY))
    assert "ĐẢNG CỘNG SẢN VIỆT NAM" in first
    assert "-BC/BCH" in first
    assert "Số:" not in first
    assert "CỘNG HÒA" not in first
    assert "./." not in first


def test_each_page_carries_code_moment_and_marks() -> None:
    for text in pdf_text(STATE):
        assert "Mã chốt BG2020-7f3a91c2 · số liệu tính đến 24/11/2020 06:00" in text
        assert f"{UNCHECKED[0].upper()}{UNCHECKED[1:]}; số liệu minh họa" in text
    assert "7f3a91c2 7f3a91c2" in pdf_text(STATE)[1], "the digest of the evidence file"


def test_page_numbers_start_on_the_second_page() -> None:
    texts = pdf_text(STATE)
    assert not texts[0].startswith("1 ")
    assert texts[1].startswith("2 ")


def test_a_demonstration_is_never_to_be_signed() -> None:
    assert NOT_SIGNED in pdf_text(STATE)[0]
    assert "BẢN MINH HỌA" in pdf_text(STATE)[0]
    real = document(chapter(illustration=False), STATE)
    assert (real.stamp, real.sign_note) == ("", "")
    assert "minh họa" not in real.foot_right


def test_before_the_freeze_the_code_is_called_otherwise() -> None:
    assert document(chapter(frozen=False), STATE).foot_left.startswith("Mã số liệu")


@pytest.mark.parametrize("make", [pdf, docx, pages], ids=["pdf", "docx", "pages"])
def test_nothing_is_printed_while_a_sentence_is_against_the_records(make: object) -> None:
    false = Said("S99", own("Không có mốc nào hư hỏng."), Verdict.CONTRADICTED)
    with pytest.raises(Problem) as caught:
        make(chapter((false,)), STATE)  # type: ignore[operator]
    assert caught.value.code == "review.contradicted"
    assert "S99" in caught.value.sentence("vi")


def test_the_same_chapter_gives_the_same_pdf() -> None:
    assert pdf(chapter(), STATE) == pdf(chapter(), STATE)


def test_paper_margins_and_face() -> None:
    reader = PdfReader(io.BytesIO(pdf(chapter(), STATE)))
    width, height = (float(side) / 72 * 25.4 for side in reader.pages[0].mediabox[2:])
    assert (round(width), round(height)) == (210, 297)
    names = {font["/BaseFont"] for page in reader.pages for font in _fonts(page)}
    assert names
    assert all("Tinos" in name for name in names)
    section = Document(io.BytesIO(docx(chapter(), STATE))).sections[0]
    sides = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(side / Mm(1)) for side in sides] == [20, 20, 30, 15]


def _fonts(page: object) -> list[dict[str, str]]:
    return [font.get_object() for font in page["/Resources"]["/Font"].values()]  # type: ignore[index]


def test_pages_are_pictures_of_the_same_setting() -> None:
    made = pages(chapter(), STATE, ppi=40)
    assert len(made) == len(PdfReader(io.BytesIO(pdf(chapter(), STATE))).pages)
    assert all(page.startswith(b"\x89PNG") for page in made)


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2020, 11, 24), "Quảng Nam, ngày 24 tháng 11 năm 2020"),
        (date(2020, 2, 4), "Quảng Nam, ngày 04 tháng 02 năm 2020"),
        (date(2020, 3, 10), "Quảng Nam, ngày 10 tháng 3 năm 2020"),
        (None, "Quảng Nam, ngày … tháng … năm 2020"),
    ],
)
def test_dates_are_padded_as_the_decree_says(day: date | None, text: str) -> None:
    assert place_date("Quảng Nam", day, 2020) == text
