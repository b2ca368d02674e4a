"""Overdue is what should have been visited by now, and was not."""

import numpy as np

from cotmoc.geo.fixes import NO_TIME
from cotmoc.measure.engine.overdue import overdue, overdue_since


def test_overdue():
    last = [NO_TIME, 100, 101, 250, 300]
    assert overdue(last, 200, 100).tolist() == [True, False, False, True, True]  # visits after the moment are not seen
    assert overdue(last, 201, 100).tolist() == [True, True, False, True, True]
    assert overdue(last, 201, [1, 200, 99, 0, 0]).tolist() == [True, False, True, True, True]


def test_overdue_since():
    assert overdue_since([NO_TIME, 100, 101], 201, 100).tolist() == [NO_TIME, 200, NO_TIME]


def test_nothing_is_an_ordinary_case():
    assert overdue([], 0, 0).tolist() == []
    assert overdue_since(np.empty(0, np.int64), 0, 0).tolist() == []
