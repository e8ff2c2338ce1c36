"""Funnel plots: where observations fall if every territory had the benchmark's rate, by chance alone and beyond it.

The limits are prediction limits around the benchmark, never intervals of a territory's own rate.
Spiegelhalter, Funnel plots for comparing institutional performance, Statistics in Medicine, 2005 (limits: appendix A.1);
Spiegelhalter et al., Statistical methods for healthcare regulation, J R Stat Soc A, 2012 (overdispersion, z on a root scale).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy  # its parts come when they are used: `stats` takes a second

EN_CLAIR = (
    "Graphique en entonnoir",
    "Si tous les territoires avaient le même risque, le hasard seul les disperserait : beaucoup quand ils sont "
    "petits, peu quand ils sont grands. L'entonnoir montre jusqu'où. Un point à l'intérieur ne se distingue pas de la "
    "moyenne ; un point dehors mérite qu'on cherche pourquoi. Quand presque tous en sortent, l'écart propre aux "
    "territoires est mesuré et l'entonnoir élargi.",
)

LEVELS = (0.95, 0.998)
WINSORISED = 0.1  # of the territories, at each end
ENOUGH_TERRITORIES = 10  # to tell overdispersion from chance


@dataclass(frozen=True)
class Limits:
    """Prediction limits at each exposure: 95 % and 99.8 %, low then high."""

    low95: np.ndarray
    high95: np.ndarray
    low998: np.ndarray
    high998: np.ndarray


@dataclass(frozen=True)
class Funnel:
    """Observed rates, and the limits at their exposures and along a curve, all × `per`.

    `sides`: 0 inside, ±1 beyond 95 %, ±2 beyond 99.8 %, by `adjusted` limits where there is overdispersion, else by chance
    alone. `phi` is the winsorised mean of z² (1: chance alone), `tau2` the variance between territories on the root scale.
    """

    kind: str  # poisson, binomial
    benchmark: float
    per: float
    exposure: np.ndarray
    values: np.ndarray
    limits: Limits
    adjusted: Limits | None
    sides: np.ndarray
    phi: float | None
    tau2: float
    grid: np.ndarray
    curve: Limits
    adjusted_curve: Limits | None
    method: str
    reason: str = ""  # why overdispersion was not looked for


def funnel(events, exposure, benchmark: float | None = None, per: float = 1, kind: str = "poisson") -> Funnel:
    """A funnel plot's numbers; `exposure` is what events are divided by.

    poisson: expected events of ratios (benchmark 1), or population of rates; binomial: people of whom `events` are a part.
    A directly standardised rate enters with the exposure events ÷ rate (PHE technical guidance). Without a benchmark, the
    rate of all territories together. Raises ValueError on unknown or impossible counts.
    """
    count, size = np.asarray(events, float), np.asarray(exposure, float)
    if kind not in ("poisson", "binomial"):
        raise ValueError("Un entonnoir est de Poisson ou binomial.")
    if count.shape != size.shape or count.ndim != 1 or not len(count):
        raise ValueError("Il faut autant d'événements que de populations, et au moins un territoire.")
    if not ((count >= 0) & (size > 0)).all() or (kind == "binomial" and (count > size).any()):
        raise ValueError("Un nombre d'événements ou une population est inconnu ou impossible : retirez ce territoire.")
    centre = float(count.sum() / size.sum()) if benchmark is None else float(benchmark)
    if not centre > 0 or (kind == "binomial" and centre >= 1):
        raise ValueError("La référence doit être positive (et sous 1 pour une proportion).")
    phi, tau2, reason = None, 0.0, ""
    if len(count) < ENOUGH_TERRITORIES:
        reason = f"Moins de {ENOUGH_TERRITORIES} territoires : la surdispersion n'est pas estimée."
    else:
        error = _error(size)
        phi, tau2 = overdispersion((_root(count / size, kind) - _root(centre, kind)) / error, 1 / error**2)
    grid = np.geomspace(max(size.min() * 0.8, 1e-9), size.max() * 1.1, 200)
    chance = _limits(size, centre, kind, per)
    adjusted = _widened(chance, size, centre, kind, per, tau2) if tau2 else None
    curve = _limits(grid, centre, kind, per)
    return Funnel(
        kind,
        centre * per,
        per,
        size,
        count / size * per,
        chance,
        adjusted,
        _sides(count / size * per, adjusted or chance),
        phi,
        tau2,
        grid,
        curve,
        _widened(curve, grid, centre, kind, per, tau2) if tau2 else None,
        f"Limites de prédiction exactes à 95 % et 99,8 % (loi {'de Poisson' if kind == 'poisson' else 'binomiale'})"
        + (
            f" ; surdispersion additive (τ²\u00a0=\u00a0{tau2:.3g}, φ\u00a0=\u00a0{phi:.2f})".replace(".", ",")
            if tau2
            else ""
        ),
        reason,
    )


def overdispersion(z, weights, winsorised: float = WINSORISED) -> tuple[float, float]:
    """(φ, τ²) of z-scores: the mean of their squares once the extremes are pulled in, and the variance to add.

    τ² = (Iφ − (I − 1)) ÷ (Σw − Σw²/Σw), 0 where φ leaves nothing to add: DerSimonian and Laird's moment estimator, as in
    Spiegelhalter 2012. `weights` are inverse variances. Pulling in a tenth at each end keeps outliers from hiding themselves
    and makes τ² about a third too small where there are none: a few more territories than 5 % then stand out.
    """
    score, weight = np.asarray(z, float), np.asarray(weights, float)
    pulled = np.clip(score, *np.quantile(score, (winsorised, 1 - winsorised)))
    phi = float(np.mean(pulled**2))
    spare = weight.sum() - np.sum(weight**2) / weight.sum()
    excess = len(score) * phi - (len(score) - 1)
    return phi, float(max(0.0, excess / spare)) if spare > 0 else 0.0


def exact_limit(size, centre: float, quantile: float, kind: str = "poisson") -> np.ndarray:
    """The quantile of the rate at each exposure, the count's steps interpolated: (r − α) ÷ exposure, where r is the least
    count with P(R ≤ r) ≥ quantile and α = (P(R ≤ r) − quantile) ÷ P(R = r)."""
    size = np.asarray(size, float)
    law = scipy.stats.poisson(size * centre) if kind == "poisson" else scipy.stats.binom(np.round(size), centre)
    count = law.ppf(quantile)
    share = (law.cdf(count) - quantile) / law.pmf(count)
    return np.maximum(count - share, 0) / size


def _limits(size: np.ndarray, centre: float, kind: str, per: float) -> Limits:
    tails = [tail for level in LEVELS for tail in ((1 - level) / 2, (1 + level) / 2)]
    return Limits(*(exact_limit(size, centre, tail, kind) * per for tail in tails))


def _widened(chance: Limits, size: np.ndarray, centre: float, kind: str, per: float, tau2: float) -> Limits:
    """Limits on the root scale, where chance and the variance between territories add up; never inside chance's."""
    spread = np.sqrt(_error(size) ** 2 + tau2)
    pairs = ((chance.low95, chance.high95), (chance.low998, chance.high998))
    wide = []
    for level, (low, high) in zip(LEVELS, pairs, strict=True):
        reach = scipy.special.ndtri((1 + level) / 2) * spread
        wide.append(np.minimum(_unroot(_root(centre, kind) - reach, kind) * per, low))
        wide.append(np.maximum(_unroot(_root(centre, kind) + reach, kind) * per, high))
    return Limits(*wide)


def _root(rate, kind: str):
    """The scale on which chance has the same variance everywhere: √ for counts, arcsin √ for proportions."""
    return np.sqrt(rate) if kind == "poisson" else np.arcsin(np.sqrt(rate))


def _unroot(scaled, kind: str):
    if kind == "poisson":
        return np.maximum(scaled, 0) ** 2
    return np.sin(np.clip(scaled, 0, np.pi / 2)) ** 2


def _error(size: np.ndarray) -> np.ndarray:
    """Standard error of a rate on that scale: 1 ÷ 2√exposure, whatever the rate."""
    return 1 / (2 * np.sqrt(size))


def _sides(values: np.ndarray, limits: Limits) -> np.ndarray:
    above = (values > limits.high95).astype(int) + (values > limits.high998)
    return above - (values < limits.low95).astype(int) - (values < limits.low998)
