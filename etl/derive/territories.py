"""Areas of communes; population, area and contour of intercommunalités, départements, régions and France."""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd
import shapely

from etl.places.geo import area_km2, shapes_of, zone_of

GROUPS = {"epci": "epci_code", "departement": "departement_code", "region": "region_code", "france": "'FR'"}


def run(connection: duckdb.DuckDBPyConnection) -> None:
    communes = connection.execute(
        """
        SELECT level, code, departement_code, region_code, epci_code, ST_AsWKB(geometry) AS wkb FROM territory
        WHERE level IN ('commune', 'arrondissement_municipal') ORDER BY level, code
        """
    ).fetchdf()
    geometries = shapes_of(communes["wkb"])
    communes["area"] = measure(communes["code"], geometries)
    connection.register("areas", communes[["level", "code", "area"]])
    connection.execute(
        """
        UPDATE territory SET area_km2 = areas.area FROM areas
        WHERE territory.level = areas.level AND territory.code = areas.code
        """
    )
    only = (communes["level"] == "commune").to_numpy()
    contours = [dissolve(communes[only], geometries[only], level, column) for level, column in GROUPS.items()]
    connection.register("contours", pd.concat(contours, ignore_index=True))
    connection.execute(
        """
        UPDATE territory SET geometry = ST_GeomFromWKB(contours.wkb), lon = contours.lon, lat = contours.lat,
               point_origin = 'interieur'
        FROM contours WHERE territory.level = contours.level AND territory.code = contours.code
        """
    )
    for level, column in GROUPS.items():
        connection.execute(
            f"""
            WITH whole AS (
                SELECT {column} AS code, sum(population) AS population, max(population_year) AS population_year,
                       sum(area_km2) AS area_km2
                FROM territory WHERE level = 'commune' GROUP BY ALL
            )
            UPDATE territory SET population = whole.population, population_year = whole.population_year,
                   area_km2 = whole.area_km2
            FROM whole WHERE territory.level = '{level}' AND territory.code = whole.code
            """
        )
    connection.execute(
        """
        WITH share AS (
            SELECT epci_code AS code, departement_code, region_code, sum(population) AS people
            FROM territory WHERE level = 'commune' AND epci_code IS NOT NULL GROUP BY ALL
        ),
        seat AS (
            SELECT code, arg_max(departement_code, people) AS d, arg_max(region_code, people) AS r
            FROM share GROUP BY code
        )
        UPDATE territory SET departement_code = seat.d, region_code = seat.r FROM seat
        WHERE territory.level = 'epci' AND territory.code = seat.code
        """
    )


def measure(codes: pd.Series, geometries: np.ndarray) -> np.ndarray:
    """Areas in km², each in the projection of its zone."""
    areas = np.empty(len(codes))
    zones = codes.map(zone_of).to_numpy()
    for zone in np.unique(zones):
        areas[zones == zone] = area_km2(geometries[zones == zone], zone)
    return areas


def dissolve(communes: pd.DataFrame, geometries: np.ndarray, level: str, column: str) -> pd.DataFrame:
    """One row per group: its contour as WKB and a point inside it."""
    codes = communes[column] if column in communes else pd.Series("FR", index=communes.index)
    rows = []
    for code, index in pd.Series(range(len(codes))).groupby(codes.to_numpy()).groups.items():
        contour = shapely.coverage_union_all(geometries[index])
        inside = shapely.point_on_surface(contour)
        rows.append((level, code, shapely.to_wkb(contour), inside.x, inside.y))
    return pd.DataFrame(rows, columns=["level", "code", "wkb", "lon", "lat"])
