"""Which communes and municipal arrondissements touch, and along how many kilometres.

The contours are a valid coverage: two neighbours share the very same segments, end to end. A border is the sum of
the segments that two contours have in common, so nothing is approximated and nothing is intersected.
"""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd
import shapely

from etl.frames import insert
from etl.places.geo import project, shapes_of, zone_of


def run(connection: duckdb.DuckDBPyConnection) -> None:
    """Fill `adjacency`: communes with communes, and in Paris, Lyon and Marseille arrondissements with what they touch."""
    places = connection.execute(
        """
        SELECT code, level, level = 'arrondissement_municipal' OR code IN (SELECT code FROM residence) AS resident,
               ST_AsWKB(geometry) AS wkb
        FROM territory WHERE level IN ('commune', 'arrondissement_municipal') AND geometry IS NOT NULL ORDER BY code
        """
    ).fetchdf()
    geometries = shapes_of(places.pop("wkb"))
    codes = places["code"].to_numpy()
    # A city and its arrondissements cover one another: each map is a coverage of its own, and the second adds only what is
    # beside an arrondissement.
    quarters = shapely.box(*shapely.bounds(geometries[(places["level"] != "commune").to_numpy()]).T)
    beside = np.zeros(len(places), bool)
    beside[shapely.STRtree(geometries).query(quarters)[1]] = True
    maps = [(places["level"] == "commune").to_numpy(), places["resident"].to_numpy() & beside]
    frames = [borders(codes[here], geometries[here]) for here in maps]
    insert(connection, "adjacency", pd.concat(frames).drop_duplicates(["a", "b"]))


def borders(codes: np.ndarray, geometries: np.ndarray) -> pd.DataFrame:
    """One row per two neighbours: a, b (a < b in code order) and border_km, of a valid coverage in degrees.

    `codes` are in order.

    Two places that meet at a point only share no border. The two sides of one commune's own enclave are not a border.
    """
    polygons, place = shapely.get_parts(geometries, return_index=True)
    rings, polygon = shapely.get_rings(polygons, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    del polygons, rings
    inside = ring[1:] == ring[:-1]  # from the last point of a ring to the first of the next there is no segment
    segments, owner = np.hstack([points[:-1][inside], points[1:][inside]]), place[polygon[ring[1:][inside]]]
    del points, ring
    start, end = segments[:, :2], segments[:, 2:]
    backwards = (start[:, 0] > end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1]))
    segments[backwards] = segments[backwards][:, [2, 3, 0, 1]]
    order = np.lexsort(segments.T)
    segments, owner = segments[order], owner[order]
    shared = np.flatnonzero((segments[1:] == segments[:-1]).all(axis=1) & (owner[1:] != owner[:-1]))
    one, other = owner[shared], owner[shared + 1]
    zones = np.array([zone_of(code) for code in codes])
    lengths = pd.Series(_lengths(segments[shared], zones[one]))
    # Numbers are grouped many times faster than pairs of codes, which are in the same order.
    pairs = np.minimum(one, other).astype(np.int64) * len(codes) + np.maximum(one, other)
    summed = lengths.groupby(pairs).sum()
    first, second = np.divmod(summed.index.to_numpy(), len(codes))
    return pd.DataFrame({"a": codes[first], "b": codes[second], "border_km": summed.to_numpy()})


def _lengths(segments: np.ndarray, zones: np.ndarray) -> np.ndarray:
    """Kilometres of segments (x, y, x, y) in degrees, each in the projection of its part of France."""
    km = np.empty(len(segments))
    for zone in np.unique(zones):
        here = segments[zones == zone]
        ends = project(here[:, 2], here[:, 3], zone) - project(here[:, 0], here[:, 1], zone)
        km[zones == zone] = np.hypot(*ends.T) / 1000
    return km
