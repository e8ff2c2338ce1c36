"""Comparing territories: who resembles whom, ranks as fine as the data, robust trends, quantiles, change over years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy  # its parts come when they are used: `stats`, half a second, with the first line that is drawn

from maillage.methods.rates import Estimate

EN_CLAIR = (
    "Comparer des territoires",
    "Les territoires « semblables » sont les plus proches par des variables qui sont dites (densité, âge…), ramenées "
    "à une même échelle. Un rang ne sépare jamais deux valeurs égales à la précision publiée : ils sont ex æquo. La "
    "tendance d'un nuage de points est tracée par une méthode que quelques territoires extrêmes ne font pas basculer.",
)

ENOUGH_POINTS = 8  # for a trend line or a correlation
NORMAL_MAD = 1.4826  # × the median absolute deviation: the standard deviation, were the values normal


# -- those alike ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Neighbours:
    """Territories nearest to one, by stated variables.

    `table`, nearest first: code, distance, known (variables known of both), then a column per variable: the gap in robust
    standard deviations, signed. `scales` is the unit of each gap. `left_out` says what could not be used, and why.
    """

    code: str
    table: pd.DataFrame
    variables: tuple[str, ...]
    scales: dict[str, float]
    left_out: tuple[str, ...]
    method: str


def neighbours(values: pd.DataFrame, code: str, count: int = 5, least_known: float = 0.5) -> Neighbours:
    """The `count` rows of `values` (index: codes; a column per variable; NaN: unknown) most like the row `code`.

    The distance is Euclidean on variables divided by a robust scale (median absolute deviation × 1.4826, else the
    interquartile range ÷ 1.349, else the standard deviation), averaged over the variables known of both: √(Σ gap² ÷ known).
    Rows that share less than `least_known` of the variables are left out. Ties go by code. Raises KeyError on an unknown code.
    """
    here = values.loc[code].astype(float)
    scales, left_out = {}, []
    for name in values.columns:
        if not np.isfinite(here[name]):
            left_out.append(f"{name} : inconnu pour le territoire choisi")
        elif (scale := robust_scale(values[name])) > 0:
            scales[name] = scale
        else:
            left_out.append(f"{name} : la même valeur partout")
    used = list(scales)
    others = values.drop(index=code)
    gaps = (others[used].astype(float) - here[used]) / pd.Series(scales, dtype=float)
    known = gaps.notna().sum(axis=1)
    near = gaps[known >= max(1, np.ceil(least_known * len(used)))]
    if away := len(gaps) - len(near):
        left_out.append(f"{away} territoire{'s' if away > 1 else ''} dont trop de variables sont inconnues")
    table = near.assign(known=known[near.index], distance=np.sqrt((near**2).sum(axis=1) / known[near.index]))
    table = table.rename_axis("code").reset_index().sort_values(["distance", "code"]).head(count)
    return Neighbours(
        code,
        table[["code", "distance", "known", *used]].reset_index(drop=True),
        tuple(used),
        scales,
        tuple(left_out),
        "distance euclidienne sur variables réduites par l'écart absolu médian",
    )


def robust_scale(values) -> float:
    """A spread that a few extremes do not move; 0 where all values are the same or none is known."""
    known = _known(values)
    if not len(known):
        return 0.0
    spreads = (
        NORMAL_MAD * np.median(np.abs(known - np.median(known))),
        float(np.subtract(*np.quantile(known, (0.75, 0.25)))) / 1.349,
        float(np.std(known)),
    )
    negligible = 1e-9 * max(1.0, float(np.abs(known).max()))
    return next((float(spread) for spread in spreads if spread > negligible), 0.0)


# -- ranks ------------------------------------------------------------------------------------------------------------


def ranks(values, decimals: int, highest_first: bool = True) -> pd.DataFrame:
    """Ranks that go no finer than the data: values equal once rounded share the same span of ranks.

    A row per value, in the order given: value (rounded), first, last (ranks, NA where unknown), tied (how many share
    them), label (« 3e à 7e ex æquo », « – » where unknown).
    """
    rounded = np.round(np.asarray(values, float), decimals) + 0.0
    order = pd.Series(-rounded if highest_first else rounded)
    first, last = order.rank(method="min").astype("Int64"), order.rank(method="max").astype("Int64")
    labels = [rank_label(*span) for span in zip(first, last, strict=True)]
    return pd.DataFrame({"value": rounded, "first": first, "last": last, "tied": last - first + 1, "label": labels})


def rank_label(first, last) -> str:
    """« 1er », « 12e », « 3e à 7e ex æquo »."""
    if pd.isna(first):
        return "–"
    return _ordinal(first) if first == last else f"{_ordinal(first)} à {_ordinal(last)} ex æquo"


def _ordinal(rank: int) -> str:
    return "1er" if rank == 1 else f"{rank}e"


# -- two variables ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FittedLine:
    """y = intercept + slope × x, with the interval of the slope; None where there are too few points."""

    slope: float | None
    intercept: float | None
    low: float | None
    high: float | None
    points: int
    method: str
    reason: str = ""


def trend_line(x, y, level: float = 0.95) -> FittedLine:
    """Theil and Sen's line: the median of the slopes between all pairs of points, which a few extremes do not move.

    Sen, Estimates of the regression coefficient based on Kendall's tau, JASA, 1968. Pairs where one is unknown are left out.
    """
    across, up = _both(x, y)
    method = f"droite de Theil-Sen, intervalle de la pente à {100 * level:g} %".replace(".", ",")
    if reason := _too_few(across, up):
        return FittedLine(None, None, None, None, len(across), method, reason)
    line = scipy.stats.theilslopes(up, across, level, method="joint")
    return FittedLine(*map(float, line), len(across), method)


def spearman(x, y, level: float = 0.95) -> Estimate:
    """Spearman's rank correlation, from −1 to 1; `events` is the number of pairs.

    Interval by Fisher's transformation with variance (1 + ρ²/2) ÷ (n − 3): Bonett and Wright, Psychometrika, 2000.
    """
    across, up = _both(x, y)
    method = f"corrélation des rangs de Spearman, intervalle de Bonett et Wright à {100 * level:g} %".replace(".", ",")
    if reason := _too_few(across, up):
        return Estimate(None, None, None, method, level, len(across), reason)
    rho = float(np.clip(pd.DataFrame({"x": across, "y": up}).corr("spearman").loc["x", "y"], -1, 1))
    reach = scipy.special.ndtri((1 + level) / 2) * np.sqrt((1 + rho**2 / 2) / (len(across) - 3))
    centre = np.arctanh(np.clip(rho, -1 + 1e-12, 1 - 1e-12))
    low, high = min(rho, float(np.tanh(centre - reach))), max(rho, float(np.tanh(centre + reach)))
    return Estimate(rho, low, high, method, level, len(across))


def _too_few(x: np.ndarray, y: np.ndarray) -> str:
    if len(x) < ENOUGH_POINTS:
        return f"Moins de {ENOUGH_POINTS} territoires où les deux valeurs sont connues."
    return "Une des deux valeurs est la même partout." if np.ptp(x) == 0 or np.ptp(y) == 0 else ""


# -- distribution -----------------------------------------------------------------------------------------------------


def quantiles(values, at: Sequence[float] = (0.1, 0.25, 0.5, 0.75, 0.9), weights=None) -> np.ndarray:
    """The least known value that has at least such a share of the territories (or of the weights, population say) at or
    below it: always one of the values. NaN where none is known."""
    number = np.asarray(values, float)
    weight = np.ones_like(number) if weights is None else np.asarray(weights, float)
    kept = np.isfinite(number) & (weight > 0)
    if not kept.any():
        return np.full(len(at), np.nan)
    return np.quantile(number[kept], at, weights=weight[kept], method="inverted_cdf")


# -- change over years ------------------------------------------------------------------------------------------------


def evolution(series: pd.DataFrame, first: int | None = None, last: int | None = None) -> pd.DataFrame:
    """Change between two years, for each territory that has both.

    `series`: code, year, value. By default its first and last years. A row per code, in code order: code, first_year,
    last_year, first, last, change (same unit), percent, percent_per_year (compound; NA where a value is not positive),
    reason (« pas de valeur en 2010 »: the figures are then NA).
    """
    first = int(series["year"].min()) if first is None else first
    last = int(series["year"].max()) if last is None else last
    if not first < last:
        raise ValueError("Une évolution va d'une année à une année plus tardive.")
    wide = series.pivot(index="code", columns="year", values="value").reindex(columns=[first, last]).astype(float)
    start, end = wide[first], wide[last]
    both = start.notna() & end.notna()
    ratio = (end / start).where(both & (start > 0) & (end > 0))
    absent = [
        " et ".join(str(year) for year, value in zip((first, last), row, strict=True) if np.isnan(value))
        for row in wide.to_numpy()
    ]
    return pd.DataFrame(
        {
            "code": wide.index,
            "first_year": first,
            "last_year": last,
            "first": start.where(both),
            "last": end.where(both),
            "change": end - start,
            "percent": 100 * (ratio - 1),
            "percent_per_year": 100 * (ratio ** (1 / (last - first)) - 1),
            "reason": [f"pas de valeur en {years}" if years else "" for years in absent],
        }
    ).reset_index(drop=True)


def _known(values) -> np.ndarray:
    number = np.asarray(values, float)
    return number[np.isfinite(number)]


def _both(x, y) -> tuple[np.ndarray, np.ndarray]:
    across, up = np.asarray(x, float), np.asarray(y, float)
    kept = np.isfinite(across) & np.isfinite(up)
    return across[kept], up[kept]
