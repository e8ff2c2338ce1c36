"""Territories: communes as the embedded map has them, with what official files replace; and the sets that they make.

Sets are measured once communes are settled: population, area and contour of intercommunalités, départements, régions, France.
"""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd
import shapely

from etl.places.geo import measure, shapes_of

GROUPS = {"epci": "epci_code", "departement": "departement_code", "region": "region_code", "france": "'FR'"}

# A file read later replaces what one read before said of the same commune; what it does not say stays.
COMMUNES = """
    SELECT t.* REPLACE (
        coalesce(p.population, t.population) AS population,
        CASE WHEN p.population IS NULL THEN t.population_year ELSE p.year END AS population_year,
        CASE WHEN m.code IS NULL THEN t.epci_code ELSE m.epci_code END AS epci_code,
        CASE WHEN c.code IS NULL THEN t.geometry ELSE c.geometry END AS geometry,
        CASE WHEN c.code IS NULL THEN t.geometry_origin ELSE 'source' END AS geometry_origin,
        coalesce(c.lon, t.lon) AS lon, coalesce(c.lat, t.lat) AS lat, coalesce(c.point_origin, t.point_origin) AS point_origin)
    FROM staging.territory t
    LEFT JOIN staging.population p ON p.level = t.level AND p.code = t.code
    LEFT JOIN staging.epci_member m ON m.code = t.code
    LEFT JOIN staging.contour c ON c.level = t.level AND c.code = t.code
    WHERE t.level IN ('commune', 'arrondissement_municipal')
"""

# An intercommunalité is where most of its people live; one that no commune belongs to any more leaves the map.
SETS = """
    WITH whole AS (
        SELECT level, code, sum(population) AS population, max(population_year) AS population_year, sum(area_km2) AS area_km2
        FROM ({members}) GROUP BY ALL
    ),
    share AS (
        SELECT epci_code AS code, departement_code, region_code, sum(population) AS people
        FROM staging.territory_resolved WHERE level = 'commune' AND epci_code IS NOT NULL GROUP BY ALL
    ),
    seat AS (
        SELECT 'epci' AS level, code, arg_max(departement_code, people) AS departement_code, arg_max(region_code, people) AS region_code
        FROM share GROUP BY code
    )
    SELECT t.* REPLACE (
        coalesce(seat.departement_code, t.departement_code) AS departement_code, coalesce(seat.region_code, t.region_code) AS region_code,
        whole.population AS population, whole.population_year AS population_year, whole.area_km2 AS area_km2, outlines.lon AS lon,
        outlines.lat AS lat, 'interieur' AS point_origin, ST_GeomFromWKB(outlines.wkb) AS geometry)
    FROM staging.territory t
    JOIN whole ON whole.level = t.level AND whole.code = t.code
    JOIN outlines ON outlines.level = t.level AND outlines.code = t.code
    LEFT JOIN seat ON seat.level = t.level AND seat.code = t.code
    ORDER BY t.rowid
""".replace(
    "{members}",
    " UNION ALL ".join(
        f"SELECT '{level}' AS level, {column} AS code, population, population_year, area_km2 "
        "FROM staging.territory_resolved WHERE level = 'commune'"
        for level, column in GROUPS.items()
    ),
)


def resolve(connection: duckdb.DuckDBPyConnection) -> None:
    """Fill `staging.territory_resolved`."""
    connection.execute("DELETE FROM staging.territory_resolved")
    connection.execute(f"INSERT INTO staging.territory_resolved BY NAME {COMMUNES} ORDER BY t.rowid")
    communes = connection.execute(
        "SELECT rowid, level, code, departement_code, region_code, epci_code, ST_AsWKB(geometry) AS wkb "
        "FROM staging.territory_resolved ORDER BY level, code"
    ).fetchdf()
    geometries = shapes_of(communes.pop("wkb"))
    communes["area"] = measure(communes["code"], geometries)
    connection.register("areas", communes[["rowid", "area"]])
    connection.execute(
        "UPDATE staging.territory_resolved t SET area_km2 = areas.area FROM areas WHERE t.rowid = areas.rowid"
    )
    connection.unregister("areas")
    only = (communes["level"] == "commune").to_numpy()
    connection.register("outlines", sets(communes[only], geometries[only]))
    connection.execute(f"INSERT INTO staging.territory_resolved BY NAME {SETS}")
    connection.unregister("outlines")


def sets(communes: pd.DataFrame, geometries: np.ndarray) -> pd.DataFrame:
    """One row per set: level, code, contour as WKB, lon and lat of a point inside. Régions are made of départements, France of régions."""
    departements = dissolve(geometries, communes["departement_code"])
    homes = communes.drop_duplicates("departement_code").set_index("departement_code")["region_code"]
    regions = dissolve(np.array(list(departements.values())), pd.Series(departements.keys()).map(homes))
    outlines = {
        "epci": dissolve(geometries, communes["epci_code"]),
        "departement": departements,
        "region": regions,
        "france": {"FR": shapely.coverage_union_all(list(regions.values()))},
    }
    rows = [
        (level, code, shapely.to_wkb(contour), inside.x, inside.y)
        for level, contours in outlines.items()
        for code, contour in contours.items()
        for inside in (shapely.point_on_surface(contour),)
    ]
    return pd.DataFrame(rows, columns=["level", "code", "wkb", "lon", "lat"])


def dissolve(geometries: np.ndarray, codes: pd.Series) -> dict[str, shapely.Geometry]:
    """The contour of each group of a coverage; what has no code is in none."""
    groups = pd.Series(range(len(codes))).groupby(codes.to_numpy()).groups
    return {code: shapely.coverage_union_all(geometries[index]) for code, index in groups.items()}
