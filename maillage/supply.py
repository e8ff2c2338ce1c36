"""Structures of care of a set of communes: those inside, counted with what was looked for, and the nearest outside."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from maillage import catalog
from maillage.methods import plane, reach
from maillage.queries import communes
from maillage.scene import Ask


def inside(found: pd.DataFrame, contour: BaseGeometry | None) -> pd.DataFrame:
    """Sites of the communes, and of a city's arrondissements those whose address is in the territory."""
    if not len(found) or found["whole"].all():
        return found.drop(columns=["whole"])
    exact = (found["precision"] == "adresse").to_numpy()
    near = shapely.contains_xy(contour, found["lon"].fillna(0), found["lat"].fillna(0))
    return found[found["whole"].to_numpy(bool) | (exact & near)].drop(columns=["whole"])


def counts(held: pd.DataFrame, surveys: pd.DataFrame, departements: int) -> pd.DataFrame:
    """Sites by type with the extent of their survey: « inconnu » where nobody looked in any of the départements."""
    rows = []
    for kind in catalog.SITE_TYPES:
        here, looked = held[held["type"] == kind.code], surveys[surveys["subject"] == kind.code]
        whole = departements > 0 and len(looked) == departements and (looked["extent"] == "complet").all()
        extent = (
            "inconnu"
            if looked.empty and here.empty
            else "complet"
            if whole and not looked["unplaced"].sum()
            else "partiel"
        )
        is_open = here["status"] == "ouvert"
        places = here.loc[is_open, "places"]
        rows.append(
            (kind.code, kind.label, int(is_open.sum()), int(here["status"].isin(catalog.SITE_PREPARING).sum()),
             int(places.sum()) if places.notna().any() else None, extent)
        )  # fmt: skip
    return pd.DataFrame(rows, columns=["type", "label", "open", "preparing", "places", "extent"]).astype(
        {"places": "Int64"}
    )


NEAREST = ["type", "label", "name", "commune_code", "commune", "departement_code", "km", "minutes", "method", "origin"]


def nearest(ask: Ask, members: pd.DataFrame, held: pd.DataFrame, surveys: pd.DataFrame) -> pd.DataFrame:
    """The open site outside that is nearest to a town hall of the territory, for each type looked for in its départements."""
    rows = []
    known = ask(communes.open_sites)
    known = known[~known["site_id"].isin(held["site_id"])] if len(members) else known.iloc[:0]
    towns = plane.lay(members["code"], members["lon"], members["lat"])
    for kind in catalog.SITE_TYPES:
        there = known[known["type"] == kind.code]
        if there.empty or kind.code not in set(surveys["subject"]):
            continue
        found = reach.nearest(towns, plane.lay(there["departement_code"], there["lon"], there["lat"]))
        best = int(np.argmin(found.km))
        if np.isfinite(found.km[best]):
            site, km = there.iloc[found.site[best]], float(found.km[best])
            rows.append(
                (kind.code, kind.label, site["name"], site["commune_code"], site["commune"], site["departement_code"], km,
                 float(catalog.TRAVEL.minutes(km)), catalog.TRAVEL.label, members["name"].iloc[best])
            )  # fmt: skip
    return pd.DataFrame(rows, columns=NEAREST)
