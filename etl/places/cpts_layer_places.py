"""Where the objects of a layer of CPTS lie, drawn or not: coordinates in columns, points that are seats or communes one by one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import shapely

from etl.formats import fields, structure_columns
from etl.formats.geojson import Features
from etl.formats.headings import places_of, without_brackets
from etl.formats.tables import spelled
from etl.places import points, positions
from etl.places.geo import shapes_of
from etl.places.perimeters import polygons

PUNCTUAL = (0, 4)  # what shapely calls Point and MultiPoint
COORDINATES = tuple(column for column in structure_columns.COLUMNS if column.name in ("lon", "lat", "point"))
HALL_DEGREES = 0.02  # about two kilometres: a point so near the town hall, or the middle, stands for its commune
MOSTLY = 0.9


@dataclass(frozen=True)
class Town:
    """A commune, or an arrondissement of Paris, Lyon or Marseille, that a point lies in; `own`: it stands for the whole of it."""

    code: str
    name: str
    departement: str
    own: bool

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


def with_points(features: Features) -> Features:
    """The features of a layer without any geometry, with the points that its columns tell; these columns are then understood."""
    if not shapely.is_missing(features.geometries).all() or features.unreadable.any():
        return features
    headings = list(dict.fromkeys(name for row in features.properties for name in row))
    ranks = places_of(spelled(headings), COORDINATES, without_brackets(headings))
    columns = {name: headings[rank] for name, rank in ranks.items()}
    if not {"lon", "lat"} <= columns.keys():
        columns = {name: column for name, column in columns.items() if name == "point"}
    if not columns:
        return features
    geometries = np.array([_point(row, columns) for row in features.properties] + [None], dtype=object)[:-1]
    if shapely.is_missing(geometries).all():
        return features
    spent = set(columns.values())
    rest = [{name: value for name, value in row.items() if name not in spent} for row in features.properties]
    return replace(features, properties=rest, geometries=geometries)


def _point(row: dict, columns: dict[str, str]) -> shapely.Point | None:
    if "point" in columns:
        written = row.get(columns["point"])
        pair = points.lon_lat(_written(written)) if written is not None else None
    else:
        pair = row.get(columns["lon"]), row.get(columns["lat"])
    lon, lat = map(positions.number, pair or (None, None))
    return shapely.Point(lon, lat) if np.isfinite([lon, lat]).all() and (lon or lat) else None


def _written(value: object) -> str:
    """{"lon": 4.9, "lat": 49.7} and [49.7, 4.9] as JSON."""
    return re.sub("'", '"', str(value)) if isinstance(value, dict) else str(value)


def towns(geometries: np.ndarray, snapshot: Path) -> list[Town | None]:
    """Where each point lies in the whole of France, whatever is built; None for what is no point, or lies at sea."""
    homes: list[Town | None] = [None] * len(geometries)
    punctual = np.flatnonzero(np.isin(shapely.get_type_id(geometries), PUNCTUAL))
    if not len(punctual):
        return homes
    places, tree = contours(snapshot)
    middles = shapely.centroid(geometries[punctual])
    for rank, place in tree.query(middles, predicate="intersects").T:
        row = places.iloc[place]
        marks = [shapely.Point(row["lon"], row["lat"]), shapely.centroid(tree.geometries[place])]
        own = bool(shapely.distance(middles[rank], marks).min() <= HALL_DEGREES)
        homes[punctual[rank]] = Town(row["code"], row["name"], row["departement_code"], own)
    return homes


def contours(snapshot: Path) -> tuple[pd.DataFrame, shapely.STRtree]:
    """The communes of France by arrondissement where there are some: code, name, département, town hall; and their contours."""
    query = """
        SELECT code, name, departement_code, lon, lat, ST_AsWKB(geometry) AS wkb FROM read_parquet($path)
        WHERE code NOT IN (SELECT parent_code FROM read_parquet($path) WHERE parent_code IS NOT NULL)
    """
    with duckdb.connect() as connection:
        communes = connection.execute(query, {"path": str(snapshot / "communes.parquet")}).fetchdf()
    return communes, shapely.STRtree(shapes_of(communes.pop("wkb")))


def homes_of(geometries: np.ndarray, placed: Sequence[Town | None], snapshot: Path) -> list[set[str]]:
    """The département of a point's commune; for an outline, of most town halls inside, else of the nearest one; whatever is built."""
    (codes, tree), valid = town_halls(snapshot), polygons(geometries)
    inside: list[Counter[str]] = [Counter() for _ in geometries]
    for number, hall in zip(*tree.query(valid, predicate="contains"), strict=True):
        inside[number][codes[hall]] += 1
    homes = []
    for geometry, counts, town in zip(geometries, inside, placed, strict=True):
        if town:
            homes.append({town.departement})
        elif geometry is None:
            homes.append(set())
        else:
            nearest = codes[tree.nearest(shapely.point_on_surface(geometry))]
            homes.append({counts.most_common(1)[0][0] if counts else nearest})
    return homes


def town_halls(snapshot: Path) -> tuple[np.ndarray, shapely.STRtree]:
    """The town halls of France, and the département of each, by code of the commune."""
    query = "SELECT departement_code, lon, lat FROM read_parquet(?) WHERE level = 'commune' ORDER BY code"
    with duckdb.connect() as connection:
        halls = connection.execute(query, [str(snapshot / "communes.parquet")]).fetchdf()
    departements = halls["departement_code"].to_numpy(dtype=object)
    return departements, shapely.STRtree(shapely.points(halls["lon"], halls["lat"]))


def stand_for_communes(names: Sequence, placed: Sequence[Town | None]) -> bool:
    """Whether points are the communes of CPTS one by one, and no seats: names come back, a commune hardly ever does, and each
    point is where a commune is shown.
    """
    named = [(name, town) for name, town in zip(names, placed, strict=True) if isinstance(name, str) and town]
    if len(named) < fields.PIECES * len({name for name, _ in named}) or not named:
        return False
    once = len({town.code for _, town in named}) >= MOSTLY * len(named)
    return once and sum(town.own for _, town in named) >= MOSTLY * len(named)
