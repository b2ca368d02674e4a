"""Every end is at its reach, every place on its right side, every visit found again, by exact distance (the judge, in small)."""

import pytest

pytest.importorskip("numba", reason="the fast engine is not installed (extra `fast`)")

from cotmoc.measure.engine.fast.survey import survey
from tests.speed.coverage.generator import crossing_line, fractal_line
from tests.speed.coverage.judge import judge


@pytest.mark.parametrize("line", [fractal_line(levels=11), crossing_line()], ids=["fractal", "crossing"])
def test_the_judge_finds_nothing(line):
    verdict, _ = judge(line, 60, 2020, survey)
    assert verdict.wrong == []
    assert verdict.ends > 100
    assert verdict.worst_end_m < 1e-6
