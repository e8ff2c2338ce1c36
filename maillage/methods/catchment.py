"""Floating catchment areas: how much supply a place may claim, once everyone who can reach it has claimed theirs.

Two steps (2SFCA: Luo and Wang 2003, doi:10.1068/b29120; with a decay, E2SFCA: Luo and Qi 2009,
doi:10.1016/j.healthplace.2009.06.002): R_j = S_j ÷ Σ_i P_i w(t_ij), then A_i = Σ_j R_j w(t_ij). Whatever the settings,
Σ_i P_i A_i = Σ S_j over the sites that somebody reaches. This is not the APL, which is DREES's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from maillage import catalog
from maillage.methods.plane import Pairs

EN_CLAIR = (
    "Accès par bassins flottants (2SFCA)",
    "L'offre de chaque site est d'abord partagée entre tous les habitants qui peuvent l'atteindre ; chaque commune "
    "additionne ensuite les parts auxquelles elle a droit. Un site loin compte moins, puis plus du tout. Rien ne se "
    "perd : la somme de ce que reçoivent les habitants est l'offre totale. Ce n'est pas l'APL de la DREES, qui tient "
    "compte de l'activité des médecins et de l'âge des habitants.",
)

PER = 100_000
WORST_SHARE = 0.2  # the worst fifth


@dataclass(frozen=True)
class Decay:
    """How the claim on a site fades with the time to it: a weight from 1 to 0, never rising, 0 beyond the threshold."""

    code: str
    label: str
    weight: Callable[[np.ndarray, float], np.ndarray]


def steps(minutes: np.ndarray, threshold: float) -> np.ndarray:
    """1 in the first third of the threshold, 0.3 in the second, 0.1 in the last: at 15 min, < 5, 5–10 and 10–15."""
    third = threshold / 3
    return np.select([minutes < third, minutes < 2 * third, minutes <= threshold], [1.0, 0.3, 0.1], 0.0)


def binary(minutes: np.ndarray, threshold: float) -> np.ndarray:
    """1 up to the threshold."""
    return (minutes <= threshold).astype(float)


def linear(minutes: np.ndarray, threshold: float) -> np.ndarray:
    """From 1 at the door to 0 at the threshold, in a straight line."""
    return np.clip(1 - minutes / threshold, 0, 1)


def gaussian(minutes: np.ndarray, threshold: float) -> np.ndarray:
    """(e^(−½(t/T)²) − e^(−½)) ÷ (1 − e^(−½)): 1 at the door, 0 at the threshold (Dai 2010,
    doi:10.1016/j.healthplace.2010.06.012).
    """
    edge = np.exp(-0.5)
    return np.where(minutes <= threshold, (np.exp(-0.5 * (minutes / threshold) ** 2) - edge) / (1 - edge), 0.0)


WEIGHTS = {"paliers": steps, "binaire": binary, "lineaire": linear, "gaussien": gaussian}
DECAYS = tuple(Decay(code, label, WEIGHTS[code]) for code, label in catalog.DECAYS.items())
DECAY = {decay.code: decay for decay in DECAYS}


@dataclass(frozen=True)
class Setting:
    """How far and how much distance counts, in minutes."""

    decay: Decay
    minutes: float  # the threshold


SETTINGS = tuple(Setting(decay, threshold) for decay in DECAYS for threshold in (10.0, 15.0, 20.0, 30.0))


@dataclass(frozen=True)
class Catchment:
    """Sites per 100,000 inhabitants within reach of each place, and the weights they rest on."""

    per_100k: np.ndarray  # (n,) supply that 100,000 inhabitants of each place may claim
    demand: np.ndarray  # (m,) inhabitants who claim each site, weighted; where it is 0, the supply is in no figure


def weights(pairs: Pairs, minutes: np.ndarray, shape: tuple[int, int], setting: Setting) -> sparse.csr_array:
    """The weights of every place on every site, sparse, of that `shape` (n places, m sites).

    `pairs` must hold all that lie within the threshold; `minutes`, one a pair, may come from the estimate or a router.
    """
    if not setting.minutes > 0:
        raise ValueError("Le seuil doit être de plus de zéro minute : choisissez-en un plus long.")
    value = setting.decay.weight(minutes, setting.minutes)
    kept = value > 0
    return sparse.csr_array((value[kept], (pairs.place[kept], pairs.site[kept])), shape=shape)


def two_step(population: np.ndarray, supply: np.ndarray, claims: sparse.sparray | np.ndarray) -> Catchment:
    """Access of each place, from inhabitants (n,), supply (m,) and weights (n, m), sparse or not.

    Raises ValueError when a population or a supply is unknown or negative.
    """
    population, supply = np.asarray(population, float), np.asarray(supply, float)
    if not (np.isfinite(population).all() and (population >= 0).all()):
        raise ValueError("La population d'un lieu est inconnue ou négative : retirez ce lieu du calcul et dites-le.")
    if not (np.isfinite(supply).all() and (supply >= 0).all()):
        raise ValueError("L'offre d'un site est inconnue ou négative : comptez les sites plutôt que leurs places.")
    demand = population @ claims
    ratio = np.divide(supply, demand, out=np.zeros_like(supply), where=demand > 0)
    return Catchment(PER * (claims @ ratio), demand)


def indices(
    population: np.ndarray,
    supply: np.ndarray,
    pairs: Pairs,
    minutes: np.ndarray,
    settings: Sequence[Setting] = SETTINGS,
) -> np.ndarray:
    """Access of each place by each setting, shape (n, k)."""
    shape = len(population), len(supply)
    columns = [two_step(population, supply, weights(pairs, minutes, shape, each)).per_100k for each in settings]
    # Two orders of summing leave two equal places a hair apart: that is a tie.
    return np.column_stack(columns).round(9)


def ranked(access: np.ndarray) -> pd.DataFrame:
    """Does a gap survive other settings? One row per place, in order, of access (n, k) by k settings, as `indices` gives it.

    Columns: `settings`, how many were tried; `worst_fifth`, in how many the place is in the worst fifth of places (fewer
    than 20 % do worse, and some do better); `below_half_median`, in how many it has less than half the median place;
    `lowest_rank` and `highest_rank`, its least and greatest rank, 1 being the worst access and ties sharing the least.
    """
    rank = pd.DataFrame(access).rank(method="min").to_numpy()
    worst = ((rank - 1) < WORST_SHARE * len(rank)) & (access < access.max(axis=0, initial=0))
    poor = access < np.median(access, axis=0) / 2 if len(access) else worst
    return pd.DataFrame(
        {
            "settings": access.shape[1],
            "worst_fifth": worst.sum(axis=1),
            "below_half_median": poor.sum(axis=1),
            "lowest_rank": rank.min(axis=1).astype(int),
            "highest_rank": rank.max(axis=1).astype(int),
        }
    )


def verdict(worst_fifth: int, settings: int) -> str:
    """The answer in words, to « cet écart résiste-t-il à d'autres réglages ? »."""
    if worst_fifth == settings:
        return f"Oui : dans le cinquième le moins bien desservi quel que soit le réglage ({settings} sur {settings})."
    if worst_fifth == 0:
        return f"Non : jamais dans le cinquième le moins bien desservi (0 réglage sur {settings})."
    answer = "Plutôt oui" if 2 * worst_fifth >= settings else "Plutôt non"
    plural = "s" if worst_fifth > 1 else ""
    return f"{answer} : dans le cinquième le moins bien desservi pour {worst_fifth} réglage{plural} sur {settings}."
