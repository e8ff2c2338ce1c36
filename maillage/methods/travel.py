"""Minutes by car guessed from a straight line, and how wrong the guess is on real car times.

The estimate in use is `catalog.TRAVEL`. Its numbers come from `calibrate`, which compares a few forms on real times:
each is fitted on the pairs among half of the communes and judged on the pairs among the other half.
"""

# What it found is kept in data/reference/travel_calibration.csv; `python -m docs.calibrate_travel` remakes that file.

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

EN_CLAIR = (
    "Temps de trajet estimés",
    "Sans calculateur d'itinéraires, les minutes sont estimées à partir de la distance à vol d'oiseau, par une "
    "formule réglée sur de vrais trajets en voiture entre la moitié des communes de l'Isère, et jugée sur l'autre "
    "moitié. L'erreur est publiée ci-dessous. Ailleurs en France, elle n'est pas connue.",
)

FIT_WITHIN_KM = 40.0  # chosen on the distance, which the estimate knows, never on the time, which it must guess
BANDS_MINUTES = (0, 5, 10, 20, 40, 60)
DECIMALS = 2  # of the parameters: the errors published are those of the numbers published


@dataclass(frozen=True)
class Form:
    """A way to guess minutes from km: increasing, with few parameters."""

    name: str
    formula: str
    minutes: Callable[[tuple[float, ...], np.ndarray], np.ndarray]
    start: tuple[float, ...]
    fitted: bool = True


FORMS = (
    Form("usage", "km × détour ÷ vitesse × 60", lambda p, km: km * p[0] / p[1] * 60, (1.3, 45.0), fitted=False),
    Form("vitesse_constante", "a × km", lambda p, km: p[0] * km, (1.7,)),
    Form("affine", "a + b × km", lambda p, km: p[0] + p[1] * km, (3.0, 1.5)),
    Form("puissance", "a × km^b", lambda p, km: p[0] * km ** p[1], (3.0, 0.8)),
)


def halves(codes: Sequence[str]) -> np.ndarray:
    """True for every other commune in code order: half of them, the same ones at every run. Shape (n,)."""
    return np.argsort(np.argsort(np.asarray(codes), kind="stable")) % 2 == 0


def fit(form: Form, km: np.ndarray, minutes: np.ndarray) -> tuple[float, ...]:
    """The parameters with the least mean |ln(guess ÷ real)|: no long trip outweighs a short one, no outlier the rest.

    `km` and `minutes` are positive, shape (n,). Raises ValueError otherwise.
    """
    from scipy.optimize import minimize  # slow to import, and only a calibration needs it

    if not len(km) or not (np.all(km > 0) and np.all(minutes > 0)):
        raise ValueError("L'étalonnage demande des trajets de distance et de durée positives.")
    if not form.fitted:
        return form.start

    def loss(parameters: np.ndarray) -> float:
        guess = form.minutes(tuple(parameters), km)
        return np.inf if np.any(guess <= 0) else float(np.mean(np.abs(np.log(guess / minutes))))

    optimum = minimize(loss, form.start, method="Nelder-Mead", options={"xatol": 1e-6, "fatol": 1e-10, "maxiter": 4000})
    return tuple(round(float(value), DECIMALS) for value in optimum.x)


def errors(guess: np.ndarray, real: np.ndarray, by: np.ndarray, limits: Sequence[float]) -> pd.DataFrame:
    """One row per band [low, high) of `by`: trips, median relative error (%), mean absolute error and bias (minutes).

    The bias is guess − real. A band without a trip has no figure (NaN). All arrays have shape (n,).
    """
    rows = []
    for low, high in pairwise(limits):
        band = (by >= low) & (by < high)
        gap = (guess - real)[band]
        known = bool(band.any())
        rows.append(
            {
                "low": low,
                "high": high,
                "trips": int(band.sum()),
                "median_relative_error_percent": 100 * np.median(np.abs(gap) / real[band]) if known else np.nan,
                "mean_absolute_error_minutes": np.abs(gap).mean() if known else np.nan,
                "bias_minutes": gap.mean() if known else np.nan,
            }
        )
    return pd.DataFrame(rows)


def calibrate(codes: Sequence[str], km: np.ndarray, minutes: np.ndarray) -> pd.DataFrame:
    """Every form, its parameters and its errors on the half it never saw; `chosen` marks the best.

    `km` and `minutes` have shape (n, n), from row to column. Errors are given by band of real time, by band of guessed
    time (what a reader sees), and over all pairs within `FIT_WITHIN_KM`: this last one chooses.
    """
    seen = halves(codes)
    apart = ~np.eye(len(seen), dtype=bool)
    learnt, tested = (np.outer(half, half) & apart for half in (seen, ~seen))
    near = learnt & (km <= FIT_WITHIN_KM)
    frames = []
    for form in FORMS:
        parameters = fit(form, km[near], minutes[near])
        guess = form.minutes(parameters, km[tested])
        for by, values, limits in (
            ("km", km[tested], (0, FIT_WITHIN_KM)),
            ("real_minutes", minutes[tested], BANDS_MINUTES),
            ("guessed_minutes", guess, BANDS_MINUTES),
        ):
            frame = errors(guess, minutes[tested], values, limits)
            frame.insert(0, "by", by)
            frame.insert(0, "parameters", " ; ".join(f"{value:g}" for value in parameters))
            frame.insert(0, "formula", form.formula)
            frame.insert(0, "form", form.name)
            frames.append(frame)
    table = pd.concat(frames, ignore_index=True)
    overall = table[table["by"] == "km"]
    best = overall.loc[overall["median_relative_error_percent"].idxmin(), "form"]
    table.insert(3, "chosen", np.where(table["form"] == best, "oui", "non"))
    return table.round({name: 2 for name in table.columns[-3:]})
