"""The benchmark itself: its judge catches a wrong engine, its rivals and its picture say what they should."""

from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree

import numpy as np
import pytest
import shapely

from cotmoc.measure.engine import survey as reference
from cotmoc.measure.engine.survey import Posts
from tests.speed.coverage.generator import crossing_line
from tests.speed.coverage.judge import judge
from tests.speed.coverage.plot import drawn
from tests.speed.coverage.shapes import ladder
from tests.speed.coverage.table import row

SEED = 9


def off_by(reach_m=0.0, post_m=0.0, **rules_more):
    """The reference with something a hair off."""

    def survey(line, tracks, rules, reaches_m, posts):
        rules = replace(rules, **{name: getattr(rules, name) + more for name, more in rules_more.items()})
        reaches = [reach + reach_m for reach in reaches_m]
        return reference.survey(line, tracks, rules, reaches, Posts(posts.lon, posts.lat, posts.reach_m + post_m))

    return survey


def test_the_judge_finds_nothing_wrong_with_the_reference():
    verdict, kinds = judge(crossing_line(), 120, SEED, off_by())
    assert verdict.wrong == []
    assert verdict.ends > 500
    assert verdict.visits > 20
    assert len(kinds) == 16, "every kind of walk is built"


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        ("graze", {"reach_m": 2e-6}),
        ("lone_edge", {"reach_m": -2e-6}),
        ("marker_graze", {"post_m": 5e-5}),
        ("hop", {"max_hop_m": 1.5e-5}),
        ("hop", {"max_hop_m": -1.5e-5}),
        ("gap", {"max_gap_s": 1e-3}),
        ("gap", {"max_gap_s": -1e-3}),
        ("marker_pause", {"pause_s": 1e-3}),
        ("marker_pause", {"pause_s": -1e-3}),
    ],
    ids=str,
)
def test_the_judge_catches_a_hair(kind, wrong):
    assert judge(crossing_line(), 20, SEED, off_by(), kind)[0].wrong == []
    assert judge(crossing_line(), 20, SEED, off_by(**wrong), kind)[0].wrong


def test_shapely_in_both_forms_gives_the_metres_of_the_reference(tmp_path):
    pytest.importorskip("numba", reason="archives need the extra fast")
    from tests.speed.coverage.archives import Wanted, _write
    from tests.speed.coverage.ours import reference as ours
    from tests.speed.coverage.rivals import ByShapely, ByShapelyPlaces
    from tests.speed.coverage.shapes import parts_of

    line = crossing_line()
    _write(tmp_path / "part-000.parquet", Wanted("crossing", 10_000), 10_000, 3)
    exact = ours(line, tmp_path)()
    assert exact.min() > 100
    (part,) = parts_of(tmp_path)
    (patrols, by_ladder), (same, places) = ByShapely(line).measure(part), ByShapelyPlaces(line).measure(part)
    assert patrols.tolist() == same.tolist() == [0, 1]
    np.testing.assert_allclose(by_ladder, places, atol=1e-6)
    np.testing.assert_allclose(by_ladder, exact, atol=20)


def test_the_pieces_of_every_rung_are_those_of_the_rung_above():
    line = crossing_line()
    rungs = ladder(line, (96.0, 12.0, 2.0))
    for above, rung in pairwise(rungs):
        np.testing.assert_allclose(2 * rung.half_m.sum(), line.length_m)
        np.testing.assert_allclose(np.bincount(rung.parent, rung.half_m), above.half_m, atol=1e-6)
        away = shapely.distance(rung.middle, above.middle[rung.parent])
        assert (away <= above.half_m[rung.parent] * 1.001).all()


def figures(engine, fixes, seconds):
    return {
        "engine": engine,
        "fixes": fixes,
        "wall": [9.0, seconds],
        "cpu": [9.0, seconds * 2],
        "mib": [300.0],
        "off_m": 0.5,
    }


def test_a_row_tells_the_warm_run_and_the_ratio_by_cpu():
    first = figures("fast", 10**7, 0.5)
    assert (
        row(figures("slow", 10**7, 5.0), first)
        == "| 1e7 | slow | 9.00 | 5.000 | 10.000 | 2.00 | 1.00 | 300 | 0.50 | 10.0 |"
    )


def test_the_labels_of_the_plot_stand_apart():
    rows = [figures(name, size, 1 + i / 100) for i, name in enumerate("abcdef") for size in (10**5, 10**6, 10**7)]
    tree = ElementTree.fromstring(drawn(rows, "a & b"))
    labels = [text for text in tree.iter("{http://www.w3.org/2000/svg}text") if (text.text or "") in set("abcdef")]
    heights = sorted(float(text.get("y")) for text in labels)
    assert len(heights) == 6
    assert min(np.diff(heights)) >= 17
