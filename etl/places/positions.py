"""Where a row stands: what its coordinates mean is decided by the commune that the row names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import pyproj
import shapely

from etl.places.geo import ZONES, project, shapes_of, zone_of

NEAR_KM = 3.0  # from the outline of the commune, which is simplified: a position farther away is not believed


@dataclass(frozen=True)
class Pair:
    """Two coordinates as they are written: degrees or metres, in either order."""

    first: float
    second: float
    epsg: int | None = None  # the projection that the row names; none: the official one of that part of France


def number(text: object) -> float:
    """A coordinate as registers write them (5.254203, « 5,254203 », null); NaN when it is none."""
    try:
        return float(str(text).strip().replace(",", "."))
    except ValueError:
        return np.nan


def pair(first: object, second: object, epsg: int | None = None) -> tuple[Pair, ...]:
    """A pair if both are numbers and they are not two zeros, which mean nothing; nothing otherwise."""
    a, b = number(first), number(second)
    return (Pair(a, b, epsg),) if np.isfinite(a) and np.isfinite(b) and (a or b) else ()


def outlines(connection: duckdb.DuckDBPyConnection, codes: Iterable[str]) -> dict[str, shapely.Geometry]:
    """The outlines of communes and municipal arrondissements, in degrees."""
    rows = connection.execute(
        "SELECT code, ST_AsWKB(geometry) FROM territory "
        "WHERE level IN ('commune', 'arrondissement_municipal') AND code IN (SELECT unnest(?))",
        [list(codes)],
    ).fetchall()
    return dict(zip((code for code, _ in rows), shapes_of(shape for _, shape in rows), strict=True))


def locate(
    rows: Sequence[tuple[str, Sequence[Pair]]], outlines: Mapping[str, shapely.Geometry]
) -> list[tuple[float, float] | None]:
    """Longitude and latitude of each row (commune, its pairs); None when no reading falls near the commune.

    Every pair is read in both orders, as degrees when it can be, as metres otherwise; of the readings at NEAR_KM or less
    from the outline, the nearest wins, the first written if several are inside.
    """
    readings = [
        (row, first, second, np.nan if max(abs(first), abs(second)) <= 180 else p.epsg or ZONES[zone_of(commune)])
        for row, (commune, pairs) in enumerate(rows)
        for p in pairs
        for first, second in ((p.first, p.second), (p.second, p.first))
    ]
    points: list[tuple[float, float] | None] = [None] * len(rows)
    if not readings:
        return points
    row, first, second, epsg = np.array(readings, float).T
    row = row.astype(int)
    lon, lat = _degrees(first, second, epsg)
    km = distances_km(lon, lat, [rows[i][0] for i in row], outlines)
    for i in sorted(np.flatnonzero(km <= NEAR_KM), key=lambda i: (row[i], km[i])):
        if points[row[i]] is None:
            points[row[i]] = float(lon[i]), float(lat[i])
    return points


def distances_km(
    lon: np.ndarray, lat: np.ndarray, codes: Sequence[str], outlines: Mapping[str, shapely.Geometry]
) -> np.ndarray:
    """From each point to the outline of the territory named beside it, zero inside; NaN when that cannot be told."""
    km = np.full(len(lon), np.nan)
    zones = np.array([zone_of(code) if code in outlines else "" for code in codes])
    # A point on the other side of the world cannot be projected here, and is not near.
    possible = (np.abs(lon) <= 180) & (np.abs(lat) < 89)
    for zone in set(zones) - {""}:
        here = np.flatnonzero((zones == zone) & possible)
        names = sorted({codes[i] for i in here})
        planar = shapely.transform(
            [outlines[name] for name in names], lambda xy, zone=zone: project(xy[:, 0], xy[:, 1], zone)
        )
        shapes = dict(zip(names, planar, strict=True))
        xy = project(lon[here], lat[here], zone)
        flat = np.isfinite(xy).all(axis=1)
        here, xy = here[flat], xy[flat]
        km[here] = shapely.distance(shapely.points(xy), [shapes[codes[i]] for i in here]) / 1000
    return km


def _degrees(first: np.ndarray, second: np.ndarray, epsg: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Longitudes and latitudes of readings in degrees (epsg NaN) or in the metres of a projection; NaN if unknown to PROJ."""
    lon, lat = first.copy(), second.copy()
    for code in np.unique(epsg[np.isfinite(epsg)]):
        metres = epsg == code
        try:
            transformer = pyproj.Transformer.from_crs(int(code), 4326, always_xy=True)
        except pyproj.exceptions.CRSError:
            lon[metres] = lat[metres] = np.nan
            continue
        lon[metres], lat[metres] = transformer.transform(first[metres], second[metres])
    return lon, lat
