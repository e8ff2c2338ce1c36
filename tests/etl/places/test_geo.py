from __future__ import annotations

import numpy as np
import pyproj
import pytest
import shapely

from etl.places import geo


@pytest.mark.parametrize(
    ("code", "zone"),
    [("08105", "metropole"), ("2A004", "metropole"), ("08", "metropole"), ("97411", "974"), ("976", "976")],
)
def test_zone(code, zone):
    assert geo.zone_of(code) == zone


@pytest.mark.parametrize(
    ("zone", "lon", "lat"),
    [
        ("metropole", 2.3, 48.8),
        ("971", -61.5, 16.2),
        ("972", -61.0, 14.6),
        ("973", -53, 4),
        ("974", 55.5, -21.1),
        ("976", 45.1, -12.8),
    ],
)
def test_lengths_and_areas_are_those_of_the_ellipsoid(zone, lon, lat):
    """A tenth of a degree square, measured on the ellipsoid by another route: no projection is off by 0.3 %."""
    square = shapely.box(lon, lat, lon + 0.1, lat + 0.1)
    ellipsoid = pyproj.Geod(ellps="GRS80")
    area = abs(ellipsoid.geometry_area_perimeter(square)[0]) / 1e6
    assert geo.area_km2(np.array([square]), zone)[0] == pytest.approx(area, rel=0.003)
    (x0, y0), (x1, y1) = geo.project([lon, lon + 0.1], [lat, lat + 0.1], zone)
    length = ellipsoid.inv(lon, lat, lon + 0.1, lat + 0.1)[2]
    assert np.hypot(x1 - x0, y1 - y0) == pytest.approx(length, rel=0.002)
