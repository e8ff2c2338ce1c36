"""Two figures side by side: four quarters cut at the medians, what their sides are worth, and who stands apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from maillage.methods.comparing import robust_scale

EN_CLAIR = (
    "Un nuage de points en quatre quartiers",
    "Deux indicateurs coupés chacun à sa médiane font quatre quartiers ; un quartier est dit favorable quand le sens de "
    "l'indicateur est déclaré. Les territoires nommés sont ceux qui s'écartent d'une médiane de plus de deux écarts types robustes.",
)

FAR = 2.0  # robust standard deviations from a median
MOST = 8  # named, the furthest first


@dataclass(frozen=True)
class Quadrant:
    """A quarter: whether it is to the right and at the top, how many stand in it, and which sides are the better ones
    (None where an indicator has no direction)."""

    right: bool
    top: bool
    count: int
    better_x: bool | None
    better_y: bool | None


@dataclass(frozen=True)
class Quadrants:
    """Two figures crossed at their middles: where the lines stand, and how many places each quarter has."""

    cut: tuple[float, float]  # medians of x and y
    quarters: tuple[Quadrant, ...]
    far: tuple[str, ...]  # codes, the furthest first


def quadrants(
    table: pd.DataFrame, directions: tuple[str, str], log: tuple[bool, bool] = (False, False)
) -> Quadrants | None:
    """Of rows with code, x, y, both known (and positive where `log`); `directions` are those of the indicators: more, less or
    neither. A value on the median is on no side and is counted in no quarter. None under two rows."""
    if len(table) < 2:
        return None
    x, y = (table[name].to_numpy(float) for name in ("x", "y"))
    cut = float(np.median(x)), float(np.median(y))
    quarters = tuple(
        Quadrant(
            right,
            top,
            int((_side(x, cut[0], right) & _side(y, cut[1], top)).sum()),
            _better(directions[0], right),
            _better(directions[1], top),
        )
        for top in (True, False)
        for right in (False, True)
    )
    return Quadrants(cut, quarters, _far(table["code"], (x, y), log))


def _side(values: np.ndarray, cut: float, above: bool) -> np.ndarray:
    return values > cut if above else values < cut


def _better(direction: str, above: bool) -> bool | None:
    return above == (direction == "more") if direction else None


def _far(codes: pd.Series, axes: tuple[np.ndarray, np.ndarray], log: tuple[bool, bool]) -> tuple[str, ...]:
    gaps = np.zeros(len(codes))
    for values, ratio in zip(axes, log, strict=True):
        laid = np.log10(values) if ratio else values
        if scale := robust_scale(laid):
            gaps = np.maximum(gaps, np.abs(laid - np.median(laid)) / scale)
    order = np.argsort(-gaps, kind="stable")[:MOST]
    return tuple(codes.iloc[row] for row in order if gaps[row] > FAR)
