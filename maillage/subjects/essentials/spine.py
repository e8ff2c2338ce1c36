"""Where a territory stands on each indicator, among its peers: bounds are kept apart and never ranked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median

import numpy as np

from maillage import catalog
from maillage.records.essentials import Dot, SpineLine, SpineMark
from maillage.records.figure import DEPARTEMENTS, Figure, IndicatorLine
from maillage.subjects.essentials.findings import among
from maillage.subjects.essentials.rules import ENOUGH_DOTS


def line(compared: IndicatorLine, name: str, peers: Sequence[Dot], plural: str) -> SpineLine | None:
    """One line; nothing where neither the territory nor a peer has a figure."""
    indicator = catalog.INDICATOR[compared.indicator]
    dots = tuple(dot for dot in peers if dot.figure.rankable)
    apart = tuple(dot for dot in peers if dot.figure.known and not dot.figure.rankable)
    own = SpineMark("own", name, compared.own) if compared.own is not None and compared.own.known else None
    if own is None and not dots and not apart:
        return None
    marks = tuple(_marks(compared, dots))
    place = position = ""
    ranked = own is not None and own.figure.rankable and bool(compared.against)  # France is not one of its départements
    if ranked and compared.scope != DEPARTEMENTS:
        position = among(round(own.figure.value, compared.decimals), peers, compared.decimals, plural)
    if ranked:
        place = quarter(own.figure.value, [dot.figure.value for dot in dots], indicator.direction, compared.decimals)
    return SpineLine(
        compared.indicator,
        compared.label,
        compared.unit,
        compared.decimals,
        indicator.direction,
        indicator.ratio,
        own,
        compared.scope,
        marks,
        dots,
        apart,
        compared.year,
        place,
        position,
    )


def _marks(compared: IndicatorLine, dots: Sequence[Dot]) -> Iterable[SpineMark]:
    france = next((f for level, _, _, f in compared.against if level == "france" and f and f.rankable), None)
    if france is not None:
        yield SpineMark("benchmark", "France", france)
    elif len(dots) >= ENOUGH_DOTS:
        yield SpineMark("benchmark", "médiane", Figure(median(dot.figure.value for dot in dots)))
    for level, _, name, figure in compared.against:
        if level == "region" and figure is not None and figure.rankable:
            yield SpineMark("region", name, figure)


def quarter(value: float, others: Sequence[float], direction: str, decimals: int) -> str:
    """better, worse or middle: beyond the first or third quarter of the others, seen from the better end. Empty without a
    direction, or among too few. Values are as they are given: no finer."""
    if not direction or len(others) < ENOUGH_DOTS:
        return ""
    low, high = np.quantile(np.round(others, decimals), [0.25, 0.75])
    rounded = round(value, decimals)
    if low <= rounded <= high:
        return "middle"
    return "better" if (rounded > high) == (direction == "more") else "worse"
