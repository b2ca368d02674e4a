"""Every interval end is at the reach and every place on its right side, by exact distance (the judge, in small)."""

import pytest

pytest.importorskip("numba", reason="the fast engine is not installed (extra `fast`)")

from cotmoc.measure.engine.values import Rules
from tests.speed.coverage.generator import crossing_line, fractal_line
from tests.speed.coverage.judge import judge


@pytest.mark.parametrize("line", [fractal_line(levels=11), crossing_line()], ids=["fractal", "crossing"])
@pytest.mark.parametrize("reach_m", [50, 100])
def test_the_judge_finds_nothing(line, reach_m):
    verdict = judge(line, 40, 2020, Rules(reach_m=reach_m))
    assert verdict.wrong == []
    assert verdict.ends > 100
    assert verdict.worst_end_m < 1e-6
