"""A map as a file prints it: what it draws, and the words that must travel with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from maillage.records.map_view import Classes
from maillage.records.small_maps import DepartementShape, Panel


@dataclass(frozen=True)
class Outline:
    """Communes outlined together: a CPTS, another draft, a place chosen."""

    codes: tuple[str, ...]
    line: str  # solid, dashed, dotted
    colour: str
    name: str = ""  # written inside


@dataclass(frozen=True)
class CommunesMap:
    """Communes one by one, amid their neighbours: frames as `views.plan.plan` takes them."""

    members: pd.DataFrame
    ground: pd.DataFrame
    borders: pd.DataFrame
    sites: pd.DataFrame
    fills: Mapping[str, str]  # by code of commune
    outlines: tuple[Outline, ...] = ()
    proposals: pd.DataFrame | None = None  # as `records.map_view.Overlays`
    edge: str = ""  # the colour around the members, where it is not that of a CPTS


@dataclass(frozen=True)
class CountryMap:
    """All the départements, and those outlined."""

    shapes: tuple[DepartementShape, ...]
    panel: Panel
    chosen: tuple[str, ...]


@dataclass(frozen=True)
class MapWords:
    """What a map says of itself, beside what it draws."""

    title: str
    subtitle: str
    labels: tuple[str, ...]  # of the classes
    source: str  # with its date
    counted: str = ""  # what the legend counts, in brackets: « communes »; nothing where counts are not of the map
    missing: str = "manquant"
    proposals: tuple[tuple[str, str, str], ...] = ()  # (symbol, colour, label) of sites that do not exist


@dataclass(frozen=True)
class MapPicture:
    """A map to be drawn for a file: shapes, colours, symbols, words around it."""

    words: MapWords
    drawn: CommunesMap | CountryMap
    classes: Classes
    credit: str  # source, contours, edition
