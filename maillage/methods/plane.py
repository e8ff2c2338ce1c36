"""Points of France laid flat, in kilometres, and the distances between them.

Each part of France is measured in its own official projection. The parts are laid far from one another in one plane,
so that a distance between two of them is no distance: it comes out infinite, or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyproj
import scipy  # its parts come when they are used

from maillage.catalog import ZONES, zone_of

EN_CLAIR = (
    "Mesurer des distances",
    "Chaque partie de la France est mise à plat dans sa projection officielle, où les distances sont justes. Rien "
    "n'est mesuré d'un territoire d'outre-mer à un autre, ni à la métropole.",
)

APART_KM = 100_000.0


@dataclass(frozen=True)
class Pairs:
    """Places and sites within reach of each other, one pair a row: their indices and the distance in km."""

    place: np.ndarray
    site: np.ndarray
    km: np.ndarray


def lay(codes: Sequence[str], lon, lat) -> np.ndarray:
    """Degrees to kilometres, shape (n, 2). `codes` are of communes or départements: they tell the part of France.

    Raises ValueError where a coordinate is unknown.
    """
    degrees = np.column_stack([np.asarray(lon, float), np.asarray(lat, float)])
    if not np.isfinite(degrees).all():
        raise ValueError("Un lieu n'a pas de coordonnées : retirez-le du calcul et dites-le.")
    codes = np.asarray(codes, dtype=object).tolist()
    zones = {code: zone_of(code) for code in set(codes)}
    flat = np.empty_like(degrees)
    for rank, zone in enumerate(ZONES):
        if zone in zones.values():
            alone = len(set(zones.values())) == 1  # the points of a contour are many
            here = slice(None) if alone else np.fromiter((zones[code] == zone for code in codes), bool, len(degrees))
            metres = np.column_stack(_transformer(zone).transform(degrees[here, 0], degrees[here, 1]))
            flat[here] = metres / 1000 + (rank * APART_KM, 0)
    return flat


@cache
def _transformer(zone: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(4326, ZONES[zone], always_xy=True)


def distances(places: np.ndarray, sites: np.ndarray) -> np.ndarray:
    """Every distance in km, shape (n, m); infinite between two parts of France."""
    km = scipy.spatial.distance.cdist(places, sites)
    return np.where(km < APART_KM / 2, km, np.inf)


def pairs(places: np.ndarray, sites: np.ndarray, within_km: float) -> Pairs:
    """The pairs at `within_km` or less, in place then site order. Points are (n, 2) and (m, 2), as `lay` gives them."""
    if not 0 <= within_km < APART_KM / 2:
        raise ValueError("Le seuil de distance est négatif ou démesuré : choisissez-en un autre.")
    if not len(places) or not len(sites):
        return Pairs(np.empty(0, int), np.empty(0, int), np.empty(0))
    near = scipy.spatial.KDTree(places).sparse_distance_matrix(
        scipy.spatial.KDTree(sites), within_km, output_type="ndarray"
    )
    near = near[np.lexsort((near["j"], near["i"]))]
    return Pairs(near["i"].astype(int), near["j"].astype(int), near["v"].copy())
