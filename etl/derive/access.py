"""The nearest open site of each type from every commune, across département borders: as the crow flies, or in a router's minutes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import scipy  # its parts come when they are used

from etl.frames import insert
from etl.network import router as routers
from etl.network.router import Router
from etl.places.geo import project, zone_of
from maillage import catalog
from maillage.catalog import TRAVEL

_WRONG = next(error for error in TRAVEL.errors if error.low == 10)
MINUTES_METHOD = (
    f"{TRAVEL.label} : {TRAVEL.factor:.2f} × km^{TRAVEL.exponent:.2f} "
    f"(erreur médiane {_WRONG.median_percent:.0f} % de {_WRONG.low} à {_WRONG.high} min en Isère)"
).replace(".", ",")
KEYS = ["commune_code", "site_type"]


def run(connection: duckdb.DuckDBPyConnection, data: Path | None = None) -> None:
    """Fill `access`. With `data`, a router set up there is asked; raises BuildError when its set-up is not understood."""
    places = connection.execute(
        "SELECT code, lon, lat FROM territory WHERE level IN ('commune', 'arrondissement_municipal') ORDER BY code"
    ).fetchdf()
    sites = connection.execute(
        "SELECT site_id, type, departement_code AS code, lon, lat FROM site "
        "WHERE status = 'ouvert' AND lon IS NOT NULL AND type IN (SELECT unnest(?)) ORDER BY site_id",
        [[kind.code for kind in catalog.SITE_TYPES if kind.indicators]],
    ).fetchdf()
    router = None if data is None else routers.configured(data)
    pairs = nearest_sites(places, sites, router.nearest if router else 1)
    if pairs.empty:
        return
    pairs["minutes"] = TRAVEL.minutes(pairs["distance_km"])
    pairs["minutes_method"] = MINUTES_METHOD
    if router:
        pairs = routed(pairs, places, sites, router, data / "raw" / router.engine)
    # A word said six hundred thousand times goes to the base as one number a row, and its few spellings.
    words = [column for column in pairs if not pd.api.types.is_numeric_dtype(pairs[column])]
    insert(
        connection,
        "access",
        pairs.astype(dict.fromkeys(words, "category")).rename(columns={"site_id": "nearest_site_id"}),
    )


def nearest_sites(places: pd.DataFrame, sites: pd.DataFrame, count: int = 1) -> pd.DataFrame:
    """The `count` nearest sites of each type from each place, within its part of France, the nearest first.

    `places` has code, lon, lat; `sites` has site_id, type, code, lon, lat. Columns: commune_code, site_type, site_id,
    distance_km, as the crow flies. Two parts of France are never compared.
    """
    frames = []
    place_zone, site_zone = places["code"].map(zone_of), sites["code"].map(zone_of)
    for zone in site_zone.unique():
        here = places[place_zone == zone]
        points = project(here["lon"], here["lat"], zone)
        for kind, group in sites[site_zone == zone].groupby("type"):
            many = min(count, len(group))
            metres, index = scipy.spatial.KDTree(project(group["lon"], group["lat"], zone)).query(
                points, k=range(1, many + 1)
            )
            frames.append(
                pd.DataFrame(
                    {
                        "commune_code": np.repeat(here["code"].to_numpy(), many),
                        "site_type": kind,
                        "site_id": group["site_id"].to_numpy()[index.ravel()],
                        "distance_km": metres.ravel() / 1000,
                    }
                )
            )
    columns = [*KEYS, "site_id", "distance_km"]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)


def routed(pairs: pd.DataFrame, places: pd.DataFrame, sites: pd.DataFrame, router: Router, cache: Path) -> pd.DataFrame:
    """One row per place and type: the nearest in the router's time, else the nearest by estimate, which says why."""
    wanted = pairs.groupby("commune_code")["site_id"].agg(lambda each: list(dict.fromkeys(each))).to_dict()
    answers, trouble = routers.ask(router, wanted, _points(places, "code"), _points(sites, "site_id"), cache)
    routes = [answers.get(pair) for pair in zip(pairs["commune_code"], pairs["site_id"], strict=True)]
    known = np.array([answer is not None and answer.minutes is not None for answer in routes], bool)
    method = pairs["minutes_method"].to_numpy(object)
    for row, answer in enumerate(routes):
        if known[row]:
            method[row] = (
                f"{router.name}, {date.fromisoformat(answer.day):%d/%m/%Y} ; le plus proche en temps parmi les "
                f"{router.nearest} plus proches à vol d'oiseau"
            )
        elif answer is not None:
            method[row] += f" ; {router.name} ne trouve pas de route"
        else:
            method[row] += f" ; {router.name} n'a pas répondu" + (f" : {trouble}" if trouble else " pour ce trajet")
    minutes = np.where(
        known, [answer.minutes if ok else 0.0 for answer, ok in zip(routes, known, strict=True)], pairs["minutes"]
    )
    pairs = pairs.assign(minutes=minutes, minutes_method=method, estimated=~known)
    # Of equal times, the nearest as the crow flies.
    ordered = pairs.sort_values([*KEYS, "estimated", "minutes", "distance_km", "site_id"], kind="stable")
    return ordered.drop_duplicates(KEYS).drop(columns="estimated")


def _points(frame: pd.DataFrame, key: str) -> dict[str, routers.Point]:
    return dict(zip(frame[key], zip(frame["lon"].tolist(), frame["lat"].tolist(), strict=True), strict=True))
