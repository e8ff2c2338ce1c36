"""Projections and measures: each part of France in its own official projection, in kilometres."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import numpy as np
import pandas as pd
import pyproj
import shapely

from maillage.catalog import ZONES
from maillage.catalog import zone_of as zone_of


@cache
def _transformer(zone: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(4326, ZONES[zone], always_xy=True)


def project(lon, lat, zone: str) -> np.ndarray:
    """Degrees to metres, shape (n, 2), in the projection of the zone."""
    return np.column_stack(_transformer(zone).transform(np.asarray(lon, float), np.asarray(lat, float)))


def area_km2(geometries, zone: str) -> np.ndarray:
    """Area of polygons in degrees, in km², in the projection of the zone."""
    planar = shapely.transform(geometries, lambda xy: project(xy[:, 0], xy[:, 1], zone))
    return shapely.area(planar) / 1e6


def measure(codes: pd.Series, geometries: np.ndarray) -> np.ndarray:
    """Areas in km², each in the projection of its zone."""
    areas = np.empty(len(codes))
    zones = codes.map(zone_of).to_numpy()
    for zone in np.unique(zones):
        areas[zones == zone] = area_km2(geometries[zones == zone], zone)
    return areas


def shapes_of(wkb: Iterable[bytes | bytearray]) -> np.ndarray:
    """Geometries from what DuckDB hands over (it gives bytearrays, which shapely refuses)."""
    return shapely.from_wkb([bytes(shape) for shape in wkb])
