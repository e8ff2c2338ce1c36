"""Départements side by side: a column of the table, the headline above it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from maillage.catalog.indicators import Indicator
from maillage.records.map_view import Classes

ABSENT = {"ns": "NS", "manquant": "manquant"}


@dataclass(frozen=True)
class IndicatorColumn:
    """One indicator of the table.

    `rows`: code, value, low, high, state, label (rank), provisional, of every département; `above`: the same of France and
    of the région, whose order is that of `Table.above`. `classes` are those of its map.
    """

    indicator: Indicator
    rows: pd.DataFrame
    above: tuple[Mapping | None, ...]
    classes: Classes
    year: str
    source: str
    ratios: bool = False  # as an axis of logarithms would be: a dot, where a bar would be a lie

    @cached_property
    def provisional(self) -> bool:
        """Whether every figure is: it is then said once."""
        known = self.rows[self.rows["value"].notna()]
        return len(known) > 0 and bool(known["provisional"].all())


@dataclass(frozen=True)
class Headline:
    """A figure of the département looked at, beside those of the région and of France."""

    name: str
    value: str
    unit: str
    rank: str
    beside: tuple[tuple[str, str], ...]
    source: str
