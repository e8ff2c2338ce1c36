"""Structures of care of a set of communes: those inside, counted with what was looked for, and the nearest outside."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from maillage import catalog
from maillage.methods import plane, reach
from maillage.queries import communes
from maillage.warehouse import Ask


def inside(ask: Ask, members: pd.DataFrame, contour: BaseGeometry | None) -> pd.DataFrame:
    """Sites of the communes, as `queries.communes.sites`. In a city that has arrondissements, those whose address is inside."""
    every = ask(communes.sites)
    whole = every["commune_code"].isin(members["code"]).to_numpy()
    cities = set(members["commune_code"]) - set(members["code"])
    split = every["commune_code"].isin(cities).to_numpy() & (every["precision"] == "adresse").to_numpy(
        dtype=bool, na_value=False
    )
    if split.any():
        split[split] = shapely.contains_xy(contour, every.loc[split, "lon"], every.loc[split, "lat"])
    return every[whole | split].reset_index(drop=True)


def counts(sites: pd.DataFrame, surveys: pd.DataFrame, departements: int) -> pd.DataFrame:
    """Sites by type with the extent of their survey: « inconnu » where nobody looked in any of the départements."""
    here: dict[str, list[tuple[str, object]]] = {}
    for kind, status, places in zip(sites["type"], sites["status"], sites["places"], strict=True):
        here.setdefault(kind, []).append((status, places))
    looked: dict[str, list[tuple[str, int]]] = {}
    for kind, extent, unplaced in zip(surveys["subject"], surveys["extent"], surveys["unplaced"], strict=True):
        looked.setdefault(kind, []).append((extent, unplaced))
    rows = [
        (kind.code, kind.label, *_state(here.get(kind.code, []), looked.get(kind.code, []), departements))
        for kind in catalog.SITE_TYPES
    ]
    return pd.DataFrame(rows, columns=["type", "label", "open", "preparing", "places", "extent"]).astype(
        {"places": "Int64"}
    )


def _state(sites: list[tuple], looked: list[tuple], departements: int) -> tuple[int, int, int | None, str]:
    """How many are open, in preparation, their places, and how far they were looked for: a site known to no commune may be here."""
    open_places = [places for status, places in sites if status == "ouvert"]
    known = [int(places) for places in open_places if not pd.isna(places)]
    preparing = sum(status in catalog.SITE_PREPARING for status, _ in sites)
    whole = 0 < departements == len(looked) and all(extent == "complet" and not unplaced for extent, unplaced in looked)
    extent = "complet" if whole else "partiel" if sites or looked else "inconnu"
    return len(open_places), preparing, sum(known) if known else None, extent


NEAREST = ["type", "label", "name", "commune_code", "commune", "departement_code", "km", "minutes", "method", "origin"]


@dataclass(frozen=True)
class Laid:
    """Open sites of one type, as rows of `queries.communes.open_sites`, with their points, as `plane.lay` gives them."""

    sites: tuple
    points: np.ndarray


def laid(ask: Ask) -> dict[str, Laid]:
    """Every open site by type, laid flat: kept, since it is the same for every reader."""
    every = ask(communes.open_sites)
    points = plane.lay(every["departement_code"], every["lon"], every["lat"])
    sites = tuple(every.itertuples(index=False))
    return {
        kind: Laid(tuple(sites[row] for row in rows), points[rows])
        for kind, rows in every.groupby("type").indices.items()
    }


def nearest(ask: Ask, members: pd.DataFrame, sites: pd.DataFrame, surveys: pd.DataFrame) -> pd.DataFrame:
    """The open site outside that is nearest to a town hall of the territory, for each type looked for in its départements."""
    rows = []
    towns = plane.lay(members["code"], members["lon"], members["lat"])
    ours, asked = set(sites["site_id"]), set(surveys["subject"])
    known = ask.keep(laid) if len(members) else {}
    for kind in catalog.SITE_TYPES:
        if kind.code not in known or kind.code not in asked:
            continue
        there = known[kind.code]
        outside = np.array([site.site_id not in ours for site in there.sites])
        reached = reach.nearest(towns, there.points[outside])
        best = int(np.argmin(reached.km))
        if np.isfinite(reached.km[best]):
            site, km = there.sites[np.flatnonzero(outside)[reached.site[best]]], float(reached.km[best])
            rows.append(
                (
                    kind.code,
                    kind.label,
                    site.name,
                    site.commune_code,
                    site.commune,
                    site.departement_code,
                    km,
                    float(catalog.TRAVEL.minutes(km)),
                    catalog.TRAVEL.label,
                    members["name"].iloc[best],
                )
            )
    return pd.DataFrame(rows, columns=NEAREST)
