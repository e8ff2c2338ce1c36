"""The map: what the browser needs to draw a view, as a folium map that never changes and one layer that does.

The base map is the same for every view, so that it is mounted once; all that varies travels in one feature group, which
streamlit-folium exchanges without touching the view. Contours are not in it: maillage/views/map/map.js fetches them.
"""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import cos, pi, sin

import folium
import pandas as pd
from branca.element import MacroElement
from jinja2 import Template

from maillage import catalog
from maillage.catalog.symbols import SHAPES, letter_size
from maillage.language import text
from maillage.records.map_view import LEVELS, Demand, MapView, crowded
from maillage.views import html

LEAFLET_CDN = "https://cdn.jsdelivr.net/npm/leaflet@1.9.4/dist"
PLAN_IGN = (
    "https://data.geopf.fr/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=GEOGRAPHICALGRIDSYSTEMS.PLANIGNV2"
    "&STYLE=normal&TILEMATRIXSET=PM&FORMAT=image/png&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}"
)
CPTS_COLOUR_DARK = "#B7ABFF"
UPON = ("cpts", "kinds", "sites", "dots")  # of a description: what stands on the coloured ground


# -- the description sent to the browser ----------------------------------------------------------------------------


def describe(view: MapView) -> dict:
    """What map.js draws, as plain JSON-ready data."""
    base, paint, over = view.base, view.paint, view.overlays
    west, south, east, north = base.frame
    return {
        "base": base.contours,
        "view": base.key,
        "label": base.label,
        "bounds": [[round(south, 4), round(west, 4)], [round(north, 4), round(east, 4)]],
        "mesh": [
            {"file": p.file, "level": p.level, "classes": p.marks, "values": p.values}
            | ({"bounds": p.bounds} if p.bounds.strip() else {})
            | ({"levels": p.levels} if p.levels.strip("0") else {})
            for p in paint.parts
        ],
        "levels": LEVELS,
        "colours": paint.classes.colours,
        "unit": paint.unit,
        "decimals": paint.decimals,
        **({"words": paint.words} if paint.words else {}),
        "ground": {"file": base.neighbours, "level": "departement", "skip": base.inside} if base.neighbours else None,
        "borders": ["departements"] if base.borders else [],
        "inside": base.inside,
        "selected": over.selected,
        **({"night": paint.dark} if paint.dark else {}),
        **({"drafts": [{"line": line, "codes": codes} for line, codes in over.drafts]} if over.drafts else {}),
        "cpts": {
            "files": over.cpts_files,
            "colour": catalog.CPTS_COLOUR,
            "dark": CPTS_COLOUR_DARK,
            "shown": [] if over.cpts is None else [_cpts(row, over.focus) for row in over.cpts.itertuples()],
        },
        "kinds": {
            kind: _symbol((t := catalog.SITE_TYPE[kind]).shape, t.symbol, t.colour, t.label)
            for kind in (() if over.sites is None else over.sites["type"].unique())
        }
        | {_kind(row): _drawn(row) for row in _rows(over.proposals)},
        "sites": ([] if over.sites is None or crowded(view) else _sites(over.sites))
        + [_proposal(row) for row in _rows(over.proposals)],
        **({"demand": _demand(over.demand)} if over.demand else {}),
        "dots": _dots(over.sites) if crowded(view) else [],
        "background": PLAN_IGN if base.background else None,
    }


def _dots(sites: pd.DataFrame) -> list[dict]:
    """The sites of each type: longitudes and latitudes in thousandths of a degree, in turn."""
    return [
        {"type": kind, "at": group[["lon", "lat"]].mul(1000).round().astype(int).to_numpy().ravel().tolist()}
        for kind, group in sites.groupby("type", sort=False)
    ]


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
    return _symbol("small_square", row.symbol, row.colour)


def _symbol(shape: str, letters: str, colour: str, label: str = "") -> dict:
    """What map.js draws a site of a kind with; lengths in units of `symbols.WIDTH` across."""
    outline = SHAPES[shape]
    return {
        **({"label": label} if label else {}),
        "path": outline.path,
        "drop": outline.drop,
        "symbol": letters,
        "size": letter_size(letters),
        "colour": colour,
    }


def _proposal(row) -> dict:
    """A site that somebody imagines: larger than those that exist, and numbered."""
    place = {"lon": round(row.lon, 5), "lat": round(row.lat, 5), "dx": 0, "dy": 0, "scale": 1.35}
    over = {"front": True} | ({"from": row.code, "place": row.name} if row.movable else {})
    return {
        "id": _kind(row),
        "type": _kind(row),
        **place,
        "hollow": False,
        "exact": False,
        "lines": list(row.lines),
        **over,
    }


def _demand(demand: Demand) -> dict:
    """As few digits as there can be: metres from the corner of the territory, x and y in turn."""
    return {
        "codes": demand.codes,
        "at": (demand.points - demand.points.min(axis=0)).ravel().tolist(),
        "people": demand.people.tolist(),
        "reach": demand.reach,
    }


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


@dataclass(frozen=True)
class PackedView:
    """A view as it travels, in two parts: what a change of indicator changes, and what stands upon it, which stays.

    `key` says the content of the latter, and the former names it.
    """

    ground: str
    upon: str
    key: str


class _Draw(MacroElement):
    """One call to map.js. The description travels compressed, as letters and digits: half the bytes, and nothing in it
    that folium, which compiles its scripts as templates, or a browser could take for code."""

    _template = Template(
        '{% macro script(this, kwargs) %}maillage.receive(map_div, "{{ this.packed }}");{% endmacro %}'
    )

    def __init__(self, packed: str):
        super().__init__()
        self._name = "Draw"
        self.packed = packed


def pack(description: Mapping) -> str:
    """JSON, gzip, base64; the same description gives the same text."""
    plain = json.dumps(description, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return b64encode(gzip.compress(plain.encode(), compresslevel=6, mtime=0)).decode()


def base_map(static: str, leaflet: bool, fingerprint: str) -> folium.Map:
    """The empty map, always the same: our Leaflet when it is published, else the CDN's.

    `static` is the address of our static folder; `fingerprint` changes with what is in it, so that browsers reload it.
    """
    origin, mark = (f"{static}leaflet", f"?{fingerprint}") if leaflet else (LEAFLET_CDN, "")
    result = folium.Map(location=[46.6, 2.4], zoom_start=6, tiles=None, prefer_canvas=True, zoom_control=False)
    # Ours first: it says so when Leaflet does not come.
    result.default_js = [("maillage", f"{static}map.js?{fingerprint}"), ("leaflet", f"{origin}/leaflet.js{mark}")]
    result.default_css = [("leaflet", f"{origin}/leaflet.css{mark}"), ("maillage", f"{static}map.css?{fingerprint}")]
    return result


def packed(view: MapView) -> PackedView:
    """A view as it travels."""
    whole = describe(view)
    upon = pack({part: whole.pop(part) for part in UPON})
    key = sha256(upon.encode()).hexdigest()[:12]
    return PackedView(pack(whole | {"upon": key}), upon, key)


def beside(view: PackedView) -> str:
    """What stands on the map, as an element of the page around, where map.js looks for it: Streamlit sends again what changed."""
    return html.macro("page.html", "upon_map", view.key, view.upon)


def layer(packed: str) -> folium.FeatureGroup:
    """The feature group that draws a packed description on the base map."""
    group = folium.FeatureGroup(name="maillage")
    group.add_child(_Draw(packed))
    return group
