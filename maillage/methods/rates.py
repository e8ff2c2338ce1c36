"""Rates and ratios with the interval each one deserves, or the reason why it is not given.

z is the normal quantile of the level; O a number of events.
Intervals say what the true rate may be; the funnel's limits say where an observation may fall.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy  # its parts come when they are used

EN_CLAIR = (
    "Taux, et ce qu'ils valent",
    "Un taux standardisé est celui qu'aurait un territoire si sa population avait les mêmes âges qu'une population de "
    "référence : il se compare. L'intervalle dit où le vrai taux se trouve probablement. Sous dix événements, le taux "
    "n'est pas donné : le hasard l'emporterait. Un taux publié sans intervalle est montré sans intervalle.",
)

ENOUGH_EVENTS = 10  # below: no standardised rate, no trend (PHE technical guidance), and no approximate interval
PER = 100_000


@dataclass(frozen=True)
class Estimate:
    """A number and how it was made. `value` is None where it is withheld, and `reason` says why."""

    value: float | None
    low: float | None
    high: float | None
    method: str
    level: float = 0.95
    events: float | None = None
    reason: str = ""
    interval: str = ""  # which one


# -- intervals of a count ---------------------------------------------------------------------------------------------


def byar(events, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Byar's interval of Poisson counts: O(1 − 1/9O − z/3√O)³ and (O+1)(1 − 1/9(O+1) + z/3√(O+1))³.

    Within 0.2 % of the exact one from 10 events. Breslow and Day, Statistical Methods in Cancer Research II, 1987, p. 69.
    """
    count, z = _counts(events), _z(level)
    safe = np.where(count > 0, count, 1)
    low = np.where(count > 0, safe * np.maximum(1 - 1 / (9 * safe) - z / (3 * np.sqrt(safe)), 0) ** 3, 0.0)
    more = count + 1
    return low, more * (1 - 1 / (9 * more) + z / (3 * np.sqrt(more))) ** 3


def exact(events, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """The exact interval of Poisson counts, by the quantiles of χ². Garwood, Biometrika, 1936; Ulm, Am J Epidemiol, 1990.

    Half a quantile of χ² is one of the gamma law.
    """
    count, tail = _counts(events), (1 - level) / 2
    low = np.where(count > 0, scipy.special.gammaincinv(np.where(count > 0, count, 1), tail), 0.0)
    return low, scipy.special.gammaincinv(count + 1, 1 - tail)


def interval(events, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Byar's interval, or the exact one under ten events."""
    few = _counts(events) < ENOUGH_EVENTS
    return tuple(np.where(few, *pair) for pair in zip(exact(events, level), byar(events, level), strict=True))


# -- rates ------------------------------------------------------------------------------------------------------------


def crude_rate(events: float, population: float, per: float = PER, level: float = 0.95) -> Estimate:
    """Events ÷ population × per, with Byar's interval, or the exact one under ten events."""
    count = float(_counts(events))
    few = count < ENOUGH_EVENTS
    name = f"intervalle {'exact (χ²)' if few else 'de Byar'} à {_percent(level)}"
    method = f"taux brut, {name}"
    if not population > 0:
        return _withheld(method, level, count, "La population est nulle ou inconnue.")
    low, high = interval(count, level)
    scale = per / population
    return Estimate(count * scale, float(low) * scale, float(high) * scale, method, level, count, interval=name)


# -- trend over years -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Trend:
    """Change in % per year. `dispersion` is the variance against Poisson's (1: as by chance alone)."""

    percent_per_year: float | None
    low: float | None
    high: float | None
    p_value: float | None
    dispersion: float | None
    years: int
    method: str
    reason: str = ""


def trend(years, events, populations, level: float = 0.95) -> Trend:
    """Log-linear Poisson regression of the rate on the year, log(events) = a + b year + log(population).

    The test is Student's on b with n − 2 degrees of freedom, its error inflated by the Pearson dispersion where that
    exceeds 1 (quasi-likelihood: McCullagh and Nelder, Generalized Linear Models, 1989, chapter 6).
    Years where something is unknown are left out; withheld under five years or ten events.
    """
    year, count, people = (np.asarray(a, float) for a in (years, events, populations))
    kept = np.isfinite(year) & np.isfinite(count) & (people > 0)
    year, count, people = year[kept], _counts(count[kept]), people[kept]
    method = f"régression log-linéaire de Poisson, dispersion de Pearson, intervalle à {_percent(level)}"
    span = len(np.unique(year))
    if span < 5:
        return Trend(None, None, None, None, None, span, method, "Moins de cinq années : pas de test de tendance.")
    if count.sum() < ENOUGH_EVENTS:
        reason = f"Moins de {ENOUGH_EVENTS} événements : pas de test de tendance."
        return Trend(None, None, None, None, None, span, method, reason)
    slope, error, dispersion = _poisson_slope(year, count, people)
    error *= np.sqrt(max(1.0, dispersion))
    freedom = len(year) - 2
    reach = scipy.special.stdtrit(freedom, (1 + level) / 2) * error
    percent = [float(100 * np.expm1(b)) for b in (slope, slope - reach, slope + reach)]
    p_value = float(2 * scipy.special.stdtr(freedom, -abs(slope / error)))
    return Trend(*percent, p_value, float(dispersion), span, method)


def _poisson_slope(year: np.ndarray, count: np.ndarray, people: np.ndarray) -> tuple[float, float, float]:
    """(slope, its Poisson standard error, Pearson dispersion), by iteratively reweighted least squares."""
    design = np.column_stack([np.ones_like(year), year - year.mean()])
    offset = np.log(people)
    mean, before = count + 0.5, np.full(2, np.inf)
    for _ in range(100):
        target = np.log(mean) - offset + (count - mean) / mean
        covariance = np.linalg.inv(design.T @ (design * mean[:, None]))
        line = covariance @ design.T @ (mean * target)
        mean = np.exp(offset + design @ line)
        if np.abs(line - before).max() < 1e-10:
            break
        before = line
    pearson = np.sum((count - mean) ** 2 / mean) / (len(year) - 2)
    return float(line[1]), float(np.sqrt(covariance[1, 1])), float(pearson)


def _counts(events) -> np.ndarray:
    count = np.asarray(events, float)
    if not (count >= 0).all():
        raise ValueError("Un nombre d'événements est négatif ou inconnu.")
    return count


def _z(level: float) -> float:
    if not 0 < level < 1:
        raise ValueError("Le niveau d'un intervalle est entre 0 et 1.")
    return float(scipy.special.ndtri((1 + level) / 2))


def _percent(level: float) -> str:
    return f"{100 * level:g} %".replace(".", ",")


def _withheld(method: str, level: float, count: float, reason: str) -> Estimate:
    return Estimate(None, None, None, method, level, count, reason)
