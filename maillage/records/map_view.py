"""Everything a map draws: frame, contours and what colours them, outlines, sites."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

MISSING, WITHHELD, GROUND = "x", "s", "g"  # marks that are no class; the last is the grey of what surrounds a territory


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
    levels: str = ""  # a character per contour, where a file mixes two levels: its rank in `View.levels`


@dataclass(frozen=True)
class View:
    """Everything a map shows."""

    base: str  # where contours are, ending with /
    label: str  # what the map shows, for those who hear it
    key: str  # names the frame: the map moves only when it changes
    frame: tuple[float, float, float, float]  # west, south, east, north
    parts: list[Part]
    classes: Classes
    unit: str
    decimals: int
    words: tuple[str, ...] = ()  # what the values 1, 2, 3… are called, where they are categories
    ground: str = ""  # file of the neighbours in grey
    inside: tuple[str, ...] = ()  # départements of the territory: not in grey, and outlined in a région
    borders: bool = False
    selected: tuple[str, ...] = ()
    dark: tuple[str, ...] = ()  # colours of the classes on the dark theme, where they are others
    drafts: tuple[tuple[str, tuple[str, ...]], ...] = ()  # (solid or dashed, communes): outlined together
    cpts: pd.DataFrame | None = None
    cpts_files: tuple[str, ...] = ()
    focus: str = ""  # the CPTS sought: drawn stronger
    sites: pd.DataFrame | None = None
    proposals: pd.DataFrame | None = None  # sites that do not exist: lon, lat, symbol, colour, lines
    background: bool = False
    levels: tuple[str, ...] = field(default=("commune", "arrondissement_municipal"))


def crowded(view: View) -> bool:
    """Whether symbols would hide one another, and the map: then each site is a dot, without a popup."""
    return view.sites is not None and len(view.sites) > CROWD
