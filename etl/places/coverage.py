"""Communes that cover the country border to border: their holes, and how far a town hall may stand from its own."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from etl.places.geo import zone_of

# Degrees, about 500 m: polygons are simplified, so a town hall may stand a little outside. Farther, its address was
# placed in another town (three in Guadeloupe stand in Asia), and a point inside the commune serves better.
TOWN_HALL_TOLERANCE = 0.005

# Llívia belongs to Spain and lies inside the Pyrénées-Orientales: the one hole that is true.
LLIVIA = shapely.Point(1.98, 42.466)


def clean_coverage(codes: pd.Series, geometries: np.ndarray, snap: float = -1) -> np.ndarray:
    """The same polygons with shared borders node to node, zone by zone, and no hole but Llívia.

    Where borders do not meet, vertices nearer than `snap` (degrees) are made one; -1 leaves the distance to GEOS, which is tiny.
    The holes left are ponds and river mouths under 0.1 km²: each goes to the neighbour with the longest shared border.
    """
    geometries = geometries.copy()
    zones = codes.map(zone_of).to_numpy()
    for zone in np.unique(zones):
        here = zones == zone
        coverage = geometries[here]
        if not shapely.coverage_is_valid(coverage):
            coverage = shapely.coverage_clean(coverage, snapping_distance=snap)
        for hole in coverage_holes(coverage):
            if not hole.contains(LLIVIA):
                border = shapely.length(shapely.intersection(coverage, hole.exterior))
                coverage[border.argmax()] = coverage[border.argmax()].union(hole)
        geometries[here] = coverage
    return geometries


def coverage_holes(geometries: np.ndarray) -> list[shapely.Polygon]:
    """Interior holes of a coverage, as polygons (degrees)."""
    whole = shapely.coverage_union_all(geometries)
    return [shapely.Polygon(ring) for part in shapely.get_parts(whole) for ring in part.interiors]
