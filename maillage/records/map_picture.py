"""A map as a file prints it: what it draws, and the words that must travel with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from maillage.records.map_view import Classes
from maillage.records.small_maps import Panel, Shape


@dataclass(frozen=True)
class Ground:
    """Communes one by one, amid their neighbours: frames as `views.plan.plan` takes them."""

    members: pd.DataFrame
    ground: pd.DataFrame
    borders: pd.DataFrame
    sites: pd.DataFrame
    fills: Mapping[str, str]  # by code of commune


@dataclass(frozen=True)
class Country:
    """All the départements, and those outlined."""

    shapes: tuple[Shape, ...]
    panel: Panel
    chosen: tuple[str, ...]


@dataclass(frozen=True)
class MapPicture:
    """A map to be drawn for a file: shapes, colours, symbols, words around it."""

    title: str
    subtitle: str
    drawn: Ground | Country
    classes: Classes
    labels: tuple[str, ...]  # of the classes
    counted: str  # what the legend counts: « communes »
    credit: str  # source and date
    hollow: str = "symbole creux : en préparation"  # what such a symbol is here
