"""`cotmoc measure coverage --archive DIR` on the command line."""

import json

import pytest

from cotmoc.measure.engine import fast
from cotmoc.site.cli import main
from tests.measure.engine.walks import lonlat


@pytest.fixture
def border(tmp_path):
    path = tmp_path / "line.geojson"
    path.write_text(json.dumps({"type": "LineString", "coordinates": lonlat([(-3000, 0), (3000, 0)]).tolist()}))
    return path


def asked(border, folder, capsys):
    code = main(["measure", "coverage", "--line", str(border), "--archive", str(folder), "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_an_archive_is_measured(border, tmp_path, capsys):
    pytest.importorskip("numba", reason="the fast engine is not installed (extra `fast`)")
    from cotmoc.measure.archive import fixes as archive_fixes
    from tests.measure.engine.walks import fixes, track

    walk = fixes([(-1000 + 5 * i, 20) for i in range(100)])
    archive_fixes.write(tmp_path / "months" / "2020-09.parquet", [[track(walk, "p1")], [track(walk, "p2")]])
    code, answer = asked(border, tmp_path / "months", capsys)
    assert code == 0
    assert answer["groups"] == 2
    assert answer["covered_m"]["sure"] == pytest.approx(495 + 2 * (90**2 - 20**2) ** 0.5, abs=0.1)
    assert [row["visits"] for row in answer["intervals"]] == [2]
    assert main(["measure", "coverage", "--line", str(border), "--archive", str(tmp_path / "months")]) == 0
    assert capsys.readouterr().out == "Bao phủ chắc chắn 0,7 km, có thể 0,7 km, trên 6,0 km đường; kho có 2 chuyến.\n"


def test_a_folder_without_fixes_is_told(border, tmp_path, capsys):
    pytest.importorskip("numba", reason="the fast engine is not installed (extra `fast`)")
    code, answer = asked(border, tmp_path, capsys)
    assert code != 0
    assert str(tmp_path) in json.dumps(answer, ensure_ascii=False)


def test_without_the_fast_engine_it_says_what_to_install(border, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(fast, "available", lambda: False)
    code, answer = asked(border, tmp_path, capsys)
    assert code != 0
    assert "cotmoc[fast]" in json.dumps(answer, ensure_ascii=False)
