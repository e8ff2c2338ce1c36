"""How far the nearest site is, and for how many people. Everything is weighted by inhabitants, and exact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy  # its parts come when they are used

from maillage.methods.plane import APART_KM

EN_CLAIR = (
    "Jusqu'où est le plus proche",
    "Pour chaque commune, le site recensé le plus proche, frontières départementales ignorées. Les moyennes et les "
    "déciles comptent des habitants, non des communes : une ville pèse plus qu'un hameau.",
)

NOWHERE = -1  # the index of the nearest site where there is none


@dataclass(frozen=True)
class Nearest:
    """The nearest site of each place: its rank, and km."""

    site: np.ndarray  # (n,) index of the nearest site, NOWHERE when its part of France holds none
    km: np.ndarray  # (n,) distance, infinite when there is none


@dataclass(frozen=True)
class Spread:
    """How a figure is spread over inhabitants."""

    population: int
    mean: float  # infinite as soon as somebody has no site in their part of France
    deciles: np.ndarray  # (9,) the 1st decile is the least value that at least 10 % of inhabitants do not exceed
    farthest: float


def nearest(places: np.ndarray, sites: np.ndarray) -> Nearest:
    """The nearest site of each place; points (n, 2) and (m, 2) as `plane.lay` gives them. Of sites at one point, the first."""
    if not len(sites) or not len(places):
        return Nearest(np.full(len(places), NOWHERE), np.full(len(places), np.inf))
    # Sites of one commune share a point: the tree would give any of them.
    points, first = np.unique(sites, axis=0, return_index=True)
    km, rank = scipy.spatial.KDTree(points).query(places, distance_upper_bound=APART_KM / 2)
    return Nearest(np.append(first, NOWHERE)[rank], km)


def beyond(values: np.ndarray, population: np.ndarray, thresholds: Sequence[float]) -> np.ndarray:
    """Share (%) of inhabitants whose value is strictly beyond each threshold, shape (k,).

    It is the exact step curve, read at the thresholds; an infinite value is beyond all of them.
    """
    values, population = _known(values, population)
    order = np.argsort(values)
    within = np.concatenate([[0.0], np.cumsum(population[order])])
    passed = within[np.searchsorted(values[order], thresholds, side="right")]
    return 100 * (within[-1] - passed) / within[-1]


def quantiles(values: np.ndarray, population: np.ndarray, shares: Sequence[float]) -> np.ndarray:
    """For each share of inhabitants (0 to 1), the least value that at least that share does not exceed, shape (k,)."""
    values, population = _known(values, population)
    order = np.argsort(values)
    people = np.cumsum(population[order])
    # Sums of whole numbers are exact, their shares are not: forgive the last bit.
    at = np.searchsorted(people, np.asarray(shares) * people[-1] * (1 - 1e-12), side="left")
    return values[order][np.minimum(at, len(order) - 1)]


def mean(values: np.ndarray, population: np.ndarray) -> float:
    """Mean weighted by inhabitants; infinite as soon as somebody's value is."""
    values, population = _known(values, population)
    return float(np.average(values, weights=population))


def spread(values: np.ndarray, population: np.ndarray) -> Spread:
    """Mean and deciles over inhabitants; deciles per inhabitant, not per commune."""
    known, people = _known(values, population)
    deciles = quantiles(known, people, np.arange(1, 10) / 10)
    return Spread(int(people.sum()), mean(known, people), deciles, float(known.max()))


def _known(values: np.ndarray, population: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The places where somebody lives. Raises ValueError when a figure is unknown or nobody lives anywhere."""
    values, population = np.asarray(values, float), np.asarray(population, float)
    if np.isnan(values).any() or not np.isfinite(population).all() or (population < 0).any():
        raise ValueError("Une valeur ou une population est inconnue : retirez ces lieux du calcul et dites combien.")
    lived = population > 0
    if not lived.any():
        raise ValueError("Personne n'habite le territoire choisi : choisissez-en un autre.")
    return values[lived], population[lived]
