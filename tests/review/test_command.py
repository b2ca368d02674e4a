"""The chapter on the command line: the same sentences and figures as the page, as JSON and as files."""

from __future__ import annotations

import io
import json
from datetime import date

from django.test import Client
from docx import Document
from pypdf import PdfReader

from cotmoc.base.figures import Question
from cotmoc.measure import run as measuring
from cotmoc.review import command
from cotmoc.review.paper import period_words
from tests.province import NOW, Province


def test_the_same_sentences_as_on_the_page(province: Province) -> None:
    province.walk("GR", 0, 6_000, date(2020, 10, 20))
    for number in province.markers:
        province.inspect(number, date(2020, 11, 5))
    measuring.rebuild()
    draft = command.chapter(province.question())
    said = json.loads(json.dumps(command.as_dict(draft)))
    by_claim = {sentence["claim"]: sentence for sentence in said["sentences"]}
    assert by_claim["S21"]["text"] == "Bảo đảm nguyên trạng 11 cột mốc, 1 cọc dấu."
    assert by_claim["S21"]["verdict"] == "supported"
    assert said["figures"]["marker.intact_count"]["value"] == 12
    assert set(by_claim["S21"]["figures"]) <= said["figures"].keys()
    client = Client()
    client.force_login(province.users["BCH"])
    page = client.get("/review/2020/", {"at": NOW.isoformat()}).content.decode()
    assert "Bảo đảm nguyên trạng" in page
    pdf = PdfReader(io.BytesIO(command.as_pdf(draft, "state-nd30-2020")))
    assert "CỘNG HÒA XÃ HỘI" in pdf.pages[0].extract_text()
    docx = Document(io.BytesIO(command.as_docx(draft, "party-hd36-2018")))
    assert "ĐẢNG CỘNG SẢN VIỆT NAM" in docx.tables[0].rows[0].cells[1].text


def test_a_period_is_named_as_a_year_or_by_its_days(province: Province) -> None:
    unit = province.units["BCH"]
    assert period_words(province.question()) == "năm 2020"
    assert period_words(Question(unit, date(2020, 1, 1), date(2021, 1, 1), NOW)) == "năm 2020"
    quarter = Question(unit, date(2020, 7, 1), date(2020, 10, 1), NOW)
    assert period_words(quarter) == "từ ngày 01/07/2020 đến ngày 30/09/2020"
