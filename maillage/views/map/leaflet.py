"""The map: what the browser needs to draw a view, as a folium map that never changes and one layer that does.

The base map is the same for every view, so that it is mounted once; all that varies travels in one feature group, which
streamlit-folium exchanges without touching the view. Contours are not in it: maillage/views/map/map.js fetches them.
"""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import cos, pi, sin

import folium
import numpy as np
import pandas as pd
from branca.element import MacroElement
from branca.utilities import color_brewer
from jinja2 import Template

from maillage import catalog
from maillage.language import text

LEAFLET_CDN = "https://cdn.jsdelivr.net/npm/leaflet@1.9.4/dist"
PLAN_IGN = (
    "https://data.geopf.fr/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=GEOGRAPHICALGRIDSYSTEMS.PLANIGNV2"
    "&STYLE=normal&TILEMATRIXSET=PM&FORMAT=image/png&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}"
)
MISSING, WITHHELD, GROUND = "x", "s", "g"  # marks that are no class; the last is the grey of what surrounds a territory
CPTS_COLOUR_DARK = "#B7ABFF"
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


# -- classes --------------------------------------------------------------------------------------------------------


def classify(values: pd.Series, breaks: Sequence[float], palette: str, withheld: pd.Series | None = None):
    """(marks, Classes) of values in some order: a value on a limit belongs to the class above.

    NaN is missing; `withheld` (booleans) says which are kept secret.
    """
    numbers = values.to_numpy(dtype=float, na_value=np.nan)
    hidden = np.zeros(len(numbers), bool) if withheld is None else withheld.to_numpy(dtype=bool)
    empty = np.isnan(numbers) & ~hidden
    rank = np.digitize(np.nan_to_num(numbers), breaks)
    # One byte a territory: thirty-five thousand small strings would take longer than their classes.
    marks = np.where(
        hidden, WITHHELD.encode(), np.where(empty, MISSING.encode(), (rank + ord("0")).astype("u1").view("S1"))
    )
    known = rank[~(hidden | empty)]
    counts = np.bincount(known, minlength=len(breaks) + 1)
    classes = Classes(
        tuple(breaks), colours(palette, len(breaks) + 1), tuple(map(int, counts)), int(empty.sum()), int(hidden.sum())
    )
    return marks.astype("S1").tobytes().decode(), classes


def colours(palette: str, count: int) -> tuple[str, ...]:
    """ColorBrewer colours, light to dark (the library has three classes at least)."""
    if count >= 3:
        return tuple(color_brewer(palette, count))
    chosen = color_brewer(palette, 3)
    return (chosen[0], chosen[2])[:count] if count == 2 else (chosen[1],)


# -- the description sent to the browser ----------------------------------------------------------------------------


def describe(view: View) -> dict:
    """What map.js draws, as plain JSON-ready data."""
    west, south, east, north = view.frame
    return {
        "base": view.base,
        "view": view.key,
        "label": view.label,
        "bounds": [[round(south, 4), round(west, 4)], [round(north, 4), round(east, 4)]],
        "mesh": [
            {"file": p.file, "level": p.level, "classes": p.marks, "values": p.values}
            | ({"bounds": p.bounds} if p.bounds.strip() else {})
            | ({"levels": p.levels} if p.levels.strip("0") else {})
            for p in view.parts
        ],
        "levels": view.levels,
        "colours": view.classes.colours,
        "unit": view.unit,
        "decimals": view.decimals,
        **({"words": view.words} if view.words else {}),
        "ground": {"file": view.ground, "level": "departement", "skip": view.inside} if view.ground else None,
        "borders": ["departements"] if view.borders else [],
        "inside": view.inside,
        "selected": view.selected,
        **({"night": view.dark} if view.dark else {}),
        **({"drafts": [{"line": line, "codes": codes} for line, codes in view.drafts]} if view.drafts else {}),
        "cpts": {
            "files": view.cpts_files,
            "colour": catalog.CPTS_COLOUR,
            "dark": CPTS_COLOUR_DARK,
            "shown": [] if view.cpts is None else [_cpts(row, view.focus) for row in view.cpts.itertuples()],
        },
        "kinds": {
            kind: {"shape": (t := catalog.SITE_TYPE[kind]).shape, "symbol": t.symbol, "colour": t.colour}
            for kind in (() if view.sites is None else view.sites["type"].unique())
        }
        | {_kind(row): _drawn(row) for row in _rows(view.proposals)},
        "sites": ([] if view.sites is None or crowded(view) else _sites(view.sites))
        + [_proposal(row) for row in _rows(view.proposals)],
        "dots": _dots(view.sites) if crowded(view) else [],
        "background": PLAN_IGN if view.background else None,
    }


def crowded(view: View) -> bool:
    """Whether symbols would hide one another, and the map: then each site is a dot, without a popup."""
    return view.sites is not None and len(view.sites) > CROWD


def _dots(sites: pd.DataFrame) -> list[dict]:
    """The sites of each type: their colour, and longitudes and latitudes in thousandths of a degree, in turn."""
    return [
        {"colour": catalog.SITE_TYPE[kind].colour, "at": group[["lon", "lat"]].mul(1000).round().astype(int).to_numpy().ravel().tolist()}
        for kind, group in sites.groupby("type", sort=False)
    ]  # fmt: skip


def _cpts(row, focus: str) -> dict:
    status = catalog.CPTS_STATUS[row.status]
    lines = [f"CPTS, {status.label}" + (f" ({text.date(row.status_date)})" if text.known(row.status_date) else "")]
    if text.known(row.population):
        extent = "" if row.perimeter == "complet" else " connues (périmètre partiel)"
        lines.append(f"{text.count(row.communes, 'commune')}{extent}, {text.count(row.population, 'habitant')}")
    return {"id": row.cpts_id, "line": status.line, "lines": lines, "focus": row.cpts_id == focus}


def _sites(sites: pd.DataFrame) -> list[dict]:
    """One record per site, those at one place spread around it."""
    offsets = spread(list(zip(sites["lon"], sites["lat"], strict=True)))
    return [
        {
            "id": row.site_id,
            "type": row.type,
            "lon": round(row.lon, 5),
            "lat": round(row.lat, 5),
            "dx": dx,
            "dy": dy,
            "scale": 1 if not text.known(row.places) else round(1 + min(row.places, 30) / 50, 2),
            "hollow": row.status in catalog.SITE_PREPARING,
            "exact": row.precision == "adresse",
            **({"mine": True} if getattr(row, "mine", False) is True else {}),
            "lines": text.site(row),
        }
        for row, (dx, dy) in zip(sites.itertuples(), offsets, strict=True)
    ]


def _rows(proposals: pd.DataFrame | None):
    return () if proposals is None else proposals.itertuples()


def _kind(row) -> str:
    return f"projet {row.symbol} {row.colour}"


def _drawn(row) -> dict:
    return {"shape": "small_square", "symbol": row.symbol, "colour": row.colour}


def _proposal(row) -> dict:
    """A site that somebody imagines: larger than those that exist, and numbered."""
    place = {"lon": round(row.lon, 5), "lat": round(row.lat, 5), "dx": 0, "dy": 0, "scale": 1.35}
    return {"id": _kind(row), "type": _kind(row), **place, "hollow": False, "exact": False, "lines": list(row.lines)}


def spread(positions: Sequence[tuple[float, float]], step: float = 22) -> list[tuple[int, int]]:
    """Pixel offsets that keep symbols at one position apart: alone in the middle, else on rings of six, twelve…"""
    places: dict[tuple[float, float], list[int]] = {}
    for index, position in enumerate(positions):
        places.setdefault(position, []).append(index)
    offsets = [(0, 0)] * len(positions)
    for together in places.values():
        ring, first = 0, 0
        while first < len(together):
            seats = 1 if ring == 0 and len(together) == 1 else 6 * max(ring, 1)
            here = together[first : first + seats]
            radius = 0 if len(together) == 1 else step * max(ring, 1) * (0.6 if len(together) <= 3 else 1)
            for seat, index in enumerate(here):
                angle = 2 * pi * seat / len(here) - pi / 2
                offsets[index] = (round(radius * cos(angle)), round(radius * sin(angle)))
            first, ring = first + seats, max(ring, 1) + 1
    return offsets


# -- folium ---------------------------------------------------------------------------------------------------------


class _Draw(MacroElement):
    """One call to map.js. The description travels compressed, as letters and digits: half the bytes, and nothing in it
    that folium, which compiles its scripts as templates, or a browser could take for code."""

    _template = Template(
        '{% macro script(this, kwargs) %}maillage.receive(map_div, "{{ this.packed }}");{% endmacro %}'
    )

    def __init__(self, description: Mapping):
        super().__init__()
        self._name = "Draw"
        self.packed = pack(description)


def pack(description: Mapping) -> str:
    """JSON, gzip, base64; the same description gives the same text."""
    plain = json.dumps(description, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return b64encode(gzip.compress(plain.encode(), compresslevel=6, mtime=0)).decode()


def base_map(static: str, leaflet: bool, fingerprint: str) -> folium.Map:
    """The empty map, always the same: our Leaflet when it is published, else the CDN's.

    `static` is the address of our static folder; `fingerprint` changes when map.js does, so that browsers reload it.
    """
    origin = f"{static}leaflet" if leaflet else LEAFLET_CDN
    result = folium.Map(location=[46.6, 2.4], zoom_start=6, tiles=None, prefer_canvas=True, zoom_control=False)
    # Ours first: it says so when Leaflet does not come.
    result.default_js = [("maillage", f"{static}map.js?{fingerprint}"), ("leaflet", f"{origin}/leaflet.js")]
    result.default_css = [("leaflet", f"{origin}/leaflet.css"), ("maillage", f"{static}map.css?{fingerprint}")]
    return result


def layer(view: View) -> folium.FeatureGroup:
    """The feature group that draws a view on the base map."""
    group = folium.FeatureGroup(name="maillage")
    group.add_child(_Draw(describe(view)))
    return group
