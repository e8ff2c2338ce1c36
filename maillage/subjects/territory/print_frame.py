"""What a map or a document of a territory shows beside the territory: neighbours, limits, sites in sight, distances."""

from __future__ import annotations

from math import cos, radians

import pandas as pd
import shapely

from maillage import catalog
from maillage.methods.perimeters import together
from maillage.queries import communes, comparison
from maillage.queries import print_frame as print_frame_queries
from maillage.records.print_frame import FAR_MINUTES, Vicinity
from maillage.records.territory import Dossier
from maillage.warehouse import Ask

COARSE = 0.03  # degrees, of the country seen whole
EDGE = 0.15  # degrees: how far off the page a town hall may be whose commune is still seen
PRINTED = tuple(kind.code for kind in catalog.SITE_TYPES if kind.indicators)


def around(ask: Ask, dossier: Dossier) -> Vicinity:
    """What surrounds a territory; nothing where its communes are not known."""
    if dossier.communes.empty:
        nothing = pd.DataFrame({"code": [], "name": [], "population": [], "geometry": []})
        return Vicinity(nothing, nothing, sites_of(dossier), None, (), pd.DataFrame({"type": []}))
    here = together(dossier.communes)
    bounds = tuple(float(n) for n in shapely.total_bounds(dossier.communes.loc[here, "geometry"].to_numpy()))
    west, south, east, north = page(bounds)
    near = ask(communes.within, west - EDGE, south - EDGE, east + EDGE, north + EDGE)
    ground = near[~near["code"].isin(dossier.codes)]
    touched = {departement_of(code) for code in near["code"]}
    inside = sites_of(dossier)
    seen = ask(print_frame_queries.sites, PRINTED, west, south, east, north)
    outside = seen[~seen["commune_code"].isin(set(inside["commune_code"]) | set(dossier.codes))]
    return Vicinity(
        shaped(ground, shapely.box(west, south, east, north)),
        shaped(ask(print_frame_queries.departements, tuple(sorted(touched)))),
        pd.concat([inside, outside], ignore_index=True) if len(outside) else inside,
        bounds,
        tuple(dossier.communes.loc[~here, "name"]),
        ask(print_frame_queries.far, dossier.codes, PRINTED, FAR_MINUTES),
        country=ask.keep(country) if catalog.zone_of(dossier.codes[0]) == "metropole" else None,
    )


def country(ask: Ask) -> pd.DataFrame:
    """Metropolitan France by département, as coarse as a first look wants: kept."""
    every = shaped(ask(comparison.contours))
    metropole = every[every["code"].map(catalog.zone_of) == "metropole"]
    return metropole.assign(geometry=list(shapely.coverage_simplify(metropole["geometry"].to_numpy(), COARSE)))


def sites_of(dossier: Dossier) -> pd.DataFrame:
    """The territory's own sites, as a plan takes them."""
    known = dossier.sites[dossier.sites["type"].isin(PRINTED)]
    return known[["commune_code", "type", "status", "precision", "name", "lon", "lat"]].reset_index(drop=True)


def page(bounds: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """Degrees seen around these bounds, with a margin, on a page up to twice as wide as high, or a fifth higher than wide."""
    west, south, east, north = bounds
    shrink = cos(radians((south + north) / 2))
    width, height = (east - west) * shrink, north - south
    half_x, half_y = max(0.6 * width, 1.1 * height), max(0.6 * height, 0.7 * width)
    x, y = (west + east) / 2, (south + north) / 2
    return x - half_x / shrink, y - half_y, x + half_x / shrink, y + half_y


def departement_of(code: str) -> str:
    """The département in the code of a commune: 97105 is in 971."""
    return code[:3] if code[:2] == "97" else code[:2]


def shaped(rows: pd.DataFrame, within=None) -> pd.DataFrame:
    """The same rows with shapes instead of `wkb`; those that meet `within` only."""
    shapes = shapely.from_wkb([bytes(wkb) for wkb in rows["wkb"]])
    table = rows.drop(columns="wkb").assign(geometry=list(shapes))
    kept = slice(None) if within is None else shapely.intersects(shapes, within)
    return table[kept].reset_index(drop=True)
