"""Need and access side by side: a map of two figures, and a ranked list whose reasons and weights can be seen.

Every figure is taken at the level it is given: a figure of a département ranks départements. Nothing here spreads it over
communes, nor should a caller.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

EN_CLAIR = (
    "Besoin et accès, côte à côte",
    "Deux chiffres sont coupés chacun en tiers, puis croisés : un territoire où le besoin est dans le tiers haut et "
    "l'accès dans le tiers bas ressort. La liste ordonnée pondère ces chiffres ; les poids sont à l'écran et se "
    "règlent. Un chiffre connu par département seulement n'est jamais attribué à ses communes.",
)

CLASSES = 3
MISSING = -1


@dataclass(frozen=True)
class Thirds:
    """A figure cut in three: class 0, 1 or 2 of each place (MISSING where unknown), and the two limits.

    A limit is the value that leaves nearest to a third, or two, below it. It is in the class above, with all its equals:
    classes may be uneven, and the middle one empty. Where all values are equal, they are in the middle and the limits
    are infinite.
    """

    classes: np.ndarray  # (n,)
    limits: tuple[float, float]
    counts: tuple[int, int, int]

    @property
    def even(self) -> bool:
        """Whether ties left every class at least half of its share: otherwise say so beside the map."""
        return min(self.counts) >= sum(self.counts) / (2 * CLASSES)


def thirds(values: np.ndarray, population: np.ndarray | None = None) -> Thirds:
    """Cut at the terciles: of places, or of inhabitants when `population` is given. Raises ValueError if all is unknown."""
    values = np.asarray(values, float)
    known = ~np.isnan(values)
    weights = np.ones(len(values)) if population is None else np.asarray(population, float)
    if not weights[known].sum() > 0:
        raise ValueError(
            "Aucune valeur connue sur ce territoire : choisissez une autre donnée ou un territoire plus grand."
        )
    opening, place = np.unique(values[known], return_inverse=True)
    below = np.cumsum(np.bincount(place, weights[known]))[:-1] / weights[known].sum()
    low = high = np.inf
    if len(below):
        low, high = (float(opening[1:][np.abs(below - share).argmin()]) for share in (1 / 3, 2 / 3))
        classes = np.where(known, (values >= low).astype(int) + (values >= high), MISSING)
    else:
        classes = np.where(known, 1, MISSING)
    counts = tuple(int((classes == third).sum()) for third in range(CLASSES))
    return Thirds(classes, (low, high), counts)


def bivariate(need: Thirds, access: Thirds) -> np.ndarray:
    """One of nine classes: 3 × need + access, MISSING where either is unknown. Shape (n,)."""
    known = (need.classes != MISSING) & (access.classes != MISSING)
    return np.where(known, CLASSES * need.classes + access.classes, MISSING)


# -- the ranked list ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Component:
    """A figure that counts in the score."""

    code: str
    label: str  # with its article: « la distance à la MSP la plus proche »
    high_is_worse: bool
    weight: float


def scores(figures: pd.DataFrame, components: Sequence[Component]) -> pd.DataFrame:
    """How each place stands for each component: the share (0–100) of the others that are better off, ties half counted.

    `figures` has one column per component code, one row per place; an unknown value stays unknown (NaN). A rank is used
    rather than a z-score: one commune of 40 000 inhabitants per km² would flatten all the others.
    """
    columns = {}
    for component in components:
        values = figures[component.code].to_numpy(float)
        known = ~np.isnan(values)
        worse = values[known] if component.high_is_worse else -values[known]
        columns[component.code] = np.full(len(values), np.nan)
        others = max(known.sum() - 1, 1)
        columns[component.code][known] = 100 * (pd.Series(worse).rank().to_numpy() - 1) / others
    return pd.DataFrame(columns, index=figures.index)


def composite(
    standing: pd.DataFrame, components: Sequence[Component], people: np.ndarray | None = None
) -> pd.DataFrame:
    """score (0–100, weighted mean of the components), concerned, rank (1 is the greatest need) and missing, a row a place.

    With `people` (inhabitants, (n,)), places rank by the people concerned, score ÷ 100 × inhabitants: a hamlet far from
    everything does not come before a town nearly as far. Without, `concerned` is the score. A place that lacks a component that weighs is not ranked: `missing` names what it lacks. Equals share the least rank.
    """
    weights = _weights([component.weight for component in components])
    counted = [component for component, weight in zip(components, weights, strict=True) if weight > 0]
    table = standing[[component.code for component in counted]]
    score = table.to_numpy() @ weights[weights > 0]
    labels = np.array([component.label for component in counted], dtype=object)
    missing = [", ".join(labels[lacks]) for lacks in table.isna().to_numpy()]
    concerned = score if people is None else score / 100 * people
    rank = pd.Series(concerned.round(9), standing.index).rank(ascending=False, method="min").astype("Int64")
    return pd.DataFrame(
        {"score": score, "concerned": concerned, "rank": rank, "missing": missing}, index=standing.index
    )


def _weights(weights: Sequence[float]) -> np.ndarray:
    """Shares of one. Raises ValueError when nothing weighs."""
    weights = np.asarray(weights, float)
    if not np.isfinite(weights).all() or (weights < 0).any() or weights.sum() <= 0:
        raise ValueError("Aucun critère ne compte : donnez un poids à l'un d'eux au moins.")
    return weights / weights.sum()


def reasons(
    standing: pd.Series, components: Sequence[Component], places: str = "communes", by_people: bool = False
) -> str:
    """Why a place ranks where it does, in French: what weighs most in its score first.

    `standing` is its row of `scores`. « Surtout la distance à la MSP la plus proche (plus défavorable que pour 93 % des
    communes) et … ; en revanche l'évolution de la population (plus favorable que pour 60 % des communes). »
    `by_people` where places rank by the people concerned: a large one may come first for its people alone.
    """
    known = [component for component in components if component.weight > 0 and not np.isnan(standing[component.code])]
    if not known:
        return "Aucun critère connu."
    ordered = sorted(known, key=lambda component: -component.weight * (standing[component.code] - 50))
    against = [component for component in ordered if standing[component.code] > 50]
    helping = [component for component in reversed(ordered) if standing[component.code] <= 50]
    parts = []
    if against:
        words = [f"{c.label} (plus défavorable que pour {_percent(standing[c.code])} % des {places})" for c in against]
        parts.append(f"Surtout {_join(words)}")
    elif by_people:
        parts.append("Par le nombre de ses habitants")
    if helping:
        words = [
            f"{c.label} (plus favorable que pour {_percent(100 - standing[c.code])} % des {places})" for c in helping
        ]
        parts.append(f"{'en revanche' if parts else 'Rien de défavorable :'} {_join(words)}")
    return " ; ".join(parts) + "."


def _percent(share: float) -> int:
    """Never 100 %: nobody is worse off than themselves."""
    return min(int(np.floor(share)), 99)


def _join(parts: list[str]) -> str:
    return " et ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]


# -- how far a rank moves -------------------------------------------------------------------------------------------


def weights_around(weights: Sequence[float], move: float = 0.2, steps: int = 10) -> np.ndarray:
    """Every share-out of one in `steps` parts where no weight is further than `move` from its own, shape (k, c).

    The weights themselves come first; a weight of zero stays zero. All are tried: no draw, no seed.
    """
    own = _weights(weights)
    counted = own > 0
    shares = np.array(list(_shares(steps, int(counted.sum()))), float) / steps
    grid = np.zeros((len(shares), len(own)))
    grid[:, counted] = shares
    return np.vstack([own, grid[np.abs(grid - own).max(axis=1) <= move + 1e-9]])


def _shares(parts: int, count: int):
    """Every way to share whole parts between `count` components."""
    if count == 1:
        yield (parts,)
        return
    for first in range(parts + 1):
        for rest in _shares(parts - first, count - 1):
            yield (first, *rest)


def rank_range(
    standing: pd.DataFrame, components: Sequence[Component], move: float = 0.2, people: np.ndarray | None = None
) -> pd.DataFrame:
    """How far each rank goes when weights move: rank, lowest and highest, one row per place, and `weightings` tried.

    The places ranked are those that `composite` ranks; the others have no rank.
    """
    tried = weights_around([component.weight for component in components], move)
    counted = tried[0] > 0
    tried = tried[:, counted]
    table = standing[[component.code for component, kept in zip(components, counted, strict=True) if kept]]
    known = table.notna().all(axis=1).to_numpy()
    worth = table.to_numpy()[known] @ tried.T
    if people is not None:
        worth = worth / 100 * people[known, None]
    worth = worth.round(9)
    ranks = pd.DataFrame(worth).rank(ascending=False, method="min").to_numpy()
    frame = pd.DataFrame(index=standing.index, columns=["rank", "lowest", "highest"], dtype="Int64")
    if known.any():
        frame.loc[known, "rank"] = ranks[:, 0]
        frame.loc[known, "lowest"] = ranks.min(axis=1)
        frame.loc[known, "highest"] = ranks.max(axis=1)
    return frame.assign(weightings=len(tried))
