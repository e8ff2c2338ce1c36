"""What a map draws: what it stands on, what colours it, what lies over it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

MISSING, WITHHELD, GROUND = "x", "s", "g"  # marks that are no class; the last is the grey of what surrounds a territory
LEVELS = ("commune", "arrondissement_municipal")  # those that a file of contours may mix, in the order of `Part.levels`


CROWD = 600  # sites


@dataclass(frozen=True)
class Classes:
    """An indicator cut in classes: limits, colours, and how many territories fall in each."""

    breaks: tuple[float, ...]
    colours: tuple[str, ...]
    counts: tuple[int, ...]
    missing: int
    withheld: int = 0


@dataclass(frozen=True)
class Part:
    """One file of contours and what colours it, in the file's order (code order)."""

    file: str
    level: str
    marks: str  # a character per contour: class number, x missing, s withheld
    values: list[float | None]
    bounds: str = ""  # a character per contour: + at least, - at most, a space otherwise; empty when none is
    levels: str = ""  # a character per contour, where a file mixes two levels: its rank in LEVELS


@dataclass(frozen=True)
class Base:
    """What a map stands on: where it looks, and what surrounds the territory."""

    contours: str  # the address of the folder of contours, ending with /
    label: str  # what the map shows, for those who hear it
    key: str  # names the frame: the map moves only when it changes
    frame: tuple[float, float, float, float]  # west, south, east, north, degrees
    neighbours: str = ""  # file of what surrounds the territory, in grey
    inside: tuple[str, ...] = ()  # départements of the territory: not in grey, and outlined where `borders`
    borders: bool = False
    background: bool = False


@dataclass(frozen=True)
class Paint:
    """What colours a map: its contours with a class and a value each, and how a value is said."""

    parts: list[Part]
    classes: Classes
    unit: str = ""
    decimals: int = 0
    words: tuple[str, ...] = ()  # what the values 1, 2, 3… are called, where they are categories
    dark: tuple[str, ...] = ()  # colours of the classes on the dark theme, where they are others


@dataclass(frozen=True, eq=False)
class Demand:
    """Whom a site gains wherever it is put among communes: what a browser needs to count them while it is dragged."""

    codes: tuple[str, ...]  # of the n communes where it may be put
    points: np.ndarray  # (n, 2) metres, whole, in the plane where distances are measured
    people: np.ndarray  # (n,) inhabitants who have no site within reach today
    reach: float  # metres


@dataclass(frozen=True)
class Overlays:
    """What lies over the colours."""

    selected: tuple[str, ...] = ()  # codes of contours outlined one by one
    drafts: tuple[tuple[str, tuple[str, ...]], ...] = ()  # (solid or dashed, communes): outlined together
    cpts: pd.DataFrame | None = None  # as `queries.cpts.around`
    cpts_files: tuple[str, ...] = ()
    focus: str = ""  # the CPTS sought: drawn stronger
    sites: pd.DataFrame | None = None  # as `queries.sites.placed`
    unlocated: pd.DataFrame | None = None  # sites of a city divided in arrondissements, nobody knows where in it
    proposals: pd.DataFrame | None = None  # sites that do not exist: code, lon, lat, symbol, colour, lines, movable
    demand: Demand | None = None  # of the proposals that are movable


@dataclass(frozen=True)
class MapView:
    """Everything a map shows."""

    base: Base
    paint: Paint
    overlays: Overlays = Overlays()


def site_types(view: MapView) -> list[str]:
    """The types of the sites on a map, in the order of its rows."""
    return [] if view.overlays.sites is None else view.overlays.sites["type"].unique().tolist()


def cpts_statuses(view: MapView) -> list[str]:
    """The statuses of the CPTS whose outline is on a map."""
    cpts = view.overlays.cpts
    return [] if cpts is None else cpts["status"][cpts["population"].notna()].unique().tolist()


def crowded(view: MapView) -> bool:
    """Whether symbols would hide one another, and the map: then each site is a dot, without a popup."""
    return view.overlays.sites is not None and len(view.overlays.sites) > CROWD
