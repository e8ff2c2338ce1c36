"""The limits of classes, in words."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from maillage import catalog
from maillage.language import text


def ranges(breaks: Sequence[float], indicator: catalog.Indicator) -> list[str]:
    """« moins de 20 », « 20 à 50 », … « 1 500 et plus »: the upper limit is not in the class."""
    limits = [text.number(limit, _digits(breaks, indicator)) for limit in breaks]
    if not limits:
        return ["toutes valeurs"]
    if tuple(breaks) == (100,):
        return ["non couvert", "couvert"]
    if indicator.unit.startswith("%") and breaks[-1] == 100:
        return [f"moins de {limits[0]}", *_between(limits), limits[-1]]
    return [f"moins de {limits[0]}", *_between(limits), f"{limits[-1]} et plus"]


def _between(limits: list[str]) -> list[str]:
    return [f"{low} à {high}" for low, high in pairwise(limits)]


def _digits(breaks: Sequence[float], indicator: catalog.Indicator) -> int:
    """As few decimals as tell the limits apart."""
    return next((d for d in range(indicator.decimals) if all(round(b, d) == b for b in breaks)), indicator.decimals)
