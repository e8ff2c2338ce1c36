"""The nearest open site of each type from every commune, across département borders."""

from __future__ import annotations

import duckdb
import pandas as pd
import shapely

from etl.geo import project, zone_of
from maillage import catalog
from maillage.catalog import TRAVEL

_WRONG = next(error for error in TRAVEL.errors if error.low == 10)
MINUTES_METHOD = (
    f"{TRAVEL.label} : {TRAVEL.factor:.2f} × km^{TRAVEL.exponent:.2f} "
    f"(erreur médiane {_WRONG.median_percent:.0f} % de {_WRONG.low} à {_WRONG.high} min en Isère)"
).replace(".", ",")


def run(connection: duckdb.DuckDBPyConnection) -> None:
    places = connection.execute(
        "SELECT code, lon, lat FROM territory WHERE level IN ('commune', 'arrondissement_municipal') ORDER BY code"
    ).fetchdf()
    sites = connection.execute(
        "SELECT site_id, type, departement_code AS code, lon, lat FROM site "
        "WHERE status = 'ouvert' AND lon IS NOT NULL AND type IN (SELECT unnest(?)) ORDER BY site_id",
        [[kind.code for kind in catalog.SITE_TYPES if kind.indicators]],
    ).fetchdf()
    nearest = nearest_sites(places, sites)
    if len(nearest):
        nearest["minutes"] = TRAVEL.minutes(nearest["distance_km"])
        connection.execute(
            """
            INSERT INTO access
            SELECT commune_code, site_type, nearest_site_id, distance_km, minutes, ? FROM nearest
            """,
            [MINUTES_METHOD],
        )


def nearest_sites(places: pd.DataFrame, sites: pd.DataFrame) -> pd.DataFrame:
    """One row per place and site type that its zone holds: the nearest site and the straight-line distance in km.

    `places` has code, lon, lat; `sites` has site_id, type, code, lon, lat. Two parts of France are never compared.
    """
    frames = []
    place_zone, site_zone = places["code"].map(zone_of), sites["code"].map(zone_of)
    for zone in site_zone.unique():
        here = places[place_zone == zone]
        points = shapely.points(project(here["lon"], here["lat"], zone))
        for kind, group in sites[site_zone == zone].groupby("type"):
            tree = shapely.STRtree(shapely.points(project(group["lon"], group["lat"], zone)))
            (found, index), metres = tree.query_nearest(points, return_distance=True, all_matches=False)
            frames.append(
                pd.DataFrame(
                    {
                        "commune_code": here["code"].to_numpy()[found],
                        "site_type": kind,
                        "nearest_site_id": group["site_id"].to_numpy()[index],
                        "distance_km": metres / 1000,
                    }
                )
            )
    columns = ["commune_code", "site_type", "nearest_site_id", "distance_km"]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)
