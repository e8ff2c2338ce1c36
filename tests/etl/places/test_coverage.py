"""A coverage has no hole, and says where its holes are."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely

from etl.places.coverage import clean_coverage, coverage_holes


def test_a_hole_goes_to_the_neighbour_with_the_longest_border():
    around = shapely.Polygon([(0, 0), (3, 0), (3, 3), (0, 3)], [[(1, 1), (2, 1), (2, 2), (1, 2)]])
    left, right = (
        shapely.intersection(around, shapely.box(0, 0, 1.2, 3)),
        shapely.intersection(around, shapely.box(1.2, 0, 3, 3)),
    )
    filled = clean_coverage(pd.Series(["08001", "08002"]), np.array([left, right]))
    assert coverage_holes(filled) == []
    assert shapely.area(filled).sum() == pytest.approx(9)
    assert filled[1].contains(shapely.Point(1.5, 1.5))
