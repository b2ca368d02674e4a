"""The evidence file can be read without the program, and identifies itself."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import UTC, datetime

from cotmoc.review.engine.facts import Fact
from cotmoc.review.formats.evidence import FigureRows, digest, evidence_file

AT = datetime(2020, 11, 23, 23, 0, tzinfo=UTC)
INTACT = FigureRows(
    Fact("marker.intact_count", 63, "63/67", "63/67", rows=2, name_vi="Nguyên trạng"),
    "63 trên 67 mốc, cọc dấu nguyên trạng.",
    ("Số hiệu", "Biên bản cuối"),
    (("676", "12/09/2020"), ("677", "13/09/2020")),
    missing=("4 mốc chưa có biên bản đủ ảnh",),
)
COUNT = FigureRows(Fact("patrol.count", 2, "2", "2", rows=2), "2 chuyến.", ("Mã",), (("=1+1",), ("TT-2",)), hidden=3)


def test_rows_are_readable_as_json_and_csv() -> None:
    with zipfile.ZipFile(io.BytesIO(evidence_file([INTACT, COUNT], AT, "X-1"))) as archive:
        whole = json.loads(archive.read("can-cu.json"))
        text = archive.read("ban-ghi/marker.intact_count.csv").decode("utf-8-sig")
        formula = archive.read("ban-ghi/patrol.count.csv").decode("utf-8-sig")
    assert whole["code"] == "X-1"
    assert [figure["text"] for figure in whole["figures"]] == ["63/67", "2"]
    assert whole["figures"][0]["missing"] == ["4 mốc chưa có biên bản đủ ảnh"]
    assert whole["figures"][1]["hidden"] == 3
    assert list(csv.reader(io.StringIO(text))) == [
        ["Số hiệu", "Biên bản cuối"],
        ["676", "12/09/2020"],
        ["677", "13/09/2020"],
    ]
    assert list(csv.reader(io.StringIO(formula)))[1] == ["'=1+1"], "a cell never becomes a formula"


def test_the_same_evidence_has_the_same_digest_in_any_order() -> None:
    first, second = evidence_file([INTACT, COUNT], AT, "X-1"), evidence_file([COUNT, INTACT], AT, "X-1")
    assert digest(first) == digest(second)
    other = FigureRows(INTACT.fact, INTACT.said, INTACT.columns, INTACT.rows[:1])
    assert digest(evidence_file([other, COUNT], AT, "X-1")) != digest(first)
