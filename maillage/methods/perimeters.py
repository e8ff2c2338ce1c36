"""The shape of a set of communes: its pieces, what it surrounds, whom it leaves alone."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from maillage import catalog
from maillage.methods.patches import contiguous
from maillage.records.territory import Piece

EN_CLAIR = (
    "Forme d'un territoire",
    "Un ensemble de communes est d'un seul tenant quand on passe de l'une à l'autre par des frontières communes ; se "
    "toucher par un coin ne suffit pas. Les communes entourées ou laissées seules sont signalées.",
)


def pieces(communes: pd.DataFrame, borders: pd.DataFrame) -> tuple[Piece, ...]:
    """The contiguous groups of a set, the most populous first.

    `communes` has code, name, population; `borders` a, b (those that leave the set join nothing). An island is a piece.
    """
    if communes.empty:
        return ()
    ordered = communes.sort_values("code", ignore_index=True)
    groups = contiguous(pd.Index(ordered["code"]), borders)
    parts = [
        Piece(rows.loc[rows["population"].idxmax(), "name"], tuple(rows["code"]), int(rows["population"].sum()))
        for _, rows in ordered.groupby(groups)
    ]
    return tuple(sorted(parts, key=lambda piece: (-piece.population, piece.codes)))


def holes(contour: BaseGeometry) -> np.ndarray:
    """What a contour surrounds without holding it, as polygons: also where two parts close a ring by touching at points."""
    lines = shapely.union_all(shapely.get_parts(shapely.boundary(contour)))
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    if not len(faces):
        return faces
    return faces[~shapely.contains_properly(contour, shapely.point_on_surface(faces))]


def in_holes(surrounded: np.ndarray, geometries: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Whether each commune of a coverage lies wholly, or else in part, in the holes. Two arrays of booleans, shape (n,)."""
    ground = shapely.coverage_union_all(surrounded)
    return shapely.covers(ground, geometries), shapely.overlaps(ground, geometries)


def orphans(white: Collection[str], borders: pd.DataFrame, taken: Collection[str]) -> list[str]:
    """Communes of `white` that have a neighbour, and whose every neighbour is in `taken`; in code order.

    `borders` has a, b and every border of the communes of `white`, in any order.
    """
    white, taken = set(white), set(taken)
    neighbours: dict[str, set[str]] = {}
    for a, b in zip(borders["a"].tolist(), borders["b"].tolist(), strict=True):
        neighbours.setdefault(a, set()).add(b)
        neighbours.setdefault(b, set()).add(a)
    return sorted(code for code in white if neighbours.get(code) and neighbours[code] <= taken)


def together(members: pd.DataFrame) -> pd.Series:
    """Which members stand in the part of France where most of their inhabitants live: the others fit no plan of them."""
    zones = members["code"].map(catalog.zone_of)
    return zones == members["population"].fillna(0).groupby(zones, sort=False).sum().idxmax()
