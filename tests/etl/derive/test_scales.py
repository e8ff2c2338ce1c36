from __future__ import annotations

from bisect import bisect_right
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.derive.scales import breaks, significant
from maillage import catalog

FREE = catalog.INDICATOR["population"]
FIXED = catalog.INDICATOR["densite"]


def test_declared_limits_win():
    assert breaks(np.array([1.0, 2.0]), FIXED) == (list(FIXED.breaks), "limites fixes")


def test_quantiles_of_one_to_a_hundred():
    limits, method = breaks(np.arange(1.0, 101.0), FREE)
    assert limits == [21.0, 41.0, 60.0, 80.0]
    assert method == "quantiles, arrondis (5 classes)"


@pytest.mark.parametrize(
    ("values", "limits"),
    [([3.0], []), ([3.0, 3.0], []), ([1.0, 2.0, 2.0], [2.0]), ([0.0] * 90 + list(range(1, 11)), [])],
)
def test_few_distinct_values(values, limits):
    assert breaks(np.array(values), FREE)[0] == limits


@given(st.lists(st.floats(0, 1e7), min_size=1, max_size=200))
def test_limits_increase_and_leave_no_class_outside_the_values(values):
    limits, _ = breaks(np.array(values), FREE)
    assert limits == sorted(set(limits))
    assert len(limits) <= 5
    assert all(min(values) < limit <= max(values) for limit in limits)


def test_classes_of_the_map_hold_about_a_fifth_each(cursor):
    values = [
        value for (value,) in cursor.execute("SELECT population FROM territory WHERE level = 'commune'").fetchall()
    ]
    limits = cursor.execute(
        "SELECT breaks FROM indicator_scale WHERE indicator = 'population' AND level = 'commune'"
    ).fetchone()[0]
    classes = Counter(bisect_right(limits, value) for value in values)
    assert len(classes) == 5
    assert all(count == pytest.approx(len(values) / 5, rel=0.03) for count in classes.values())


def test_every_mapped_indicator_has_a_scale(cursor):
    lacking = cursor.execute(
        """
        SELECT DISTINCT indicator, level FROM indicator_value
        WHERE value IS NOT NULL AND level IN ('commune', 'departement', 'region')
          AND (indicator, level) NOT IN (SELECT (indicator, level) FROM indicator_scale)
        """
    ).fetchall()
    assert lacking == []


@pytest.mark.parametrize(
    ("value", "decimals", "rounded"),
    [(0.0, 1, 0.0), (1234.5, 0, 1230.0), (1.25, 1, 1.2), (0.037, 2, 0.04), (-152.6, 1, -153.0)],
)
def test_significant(value, decimals, rounded):
    assert significant(value, decimals) == rounded
