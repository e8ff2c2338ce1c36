"""Contours and whole layers, for files that a GIS reads."""

from __future__ import annotations

import pandas as pd
import shapely

from maillage.warehouse import Cursor


def contours(cursor: Cursor, codes: list[str], level: str) -> pd.DataFrame:
    """The contours known of these codes: code, wkb (degrees). `level`: residence (communes, arrondissements in Paris, Lyon and
    Marseille), epci, departement, region."""
    where = "level IN ('commune', 'arrondissement_municipal')" if level == "residence" else "level = $level"
    return cursor.execute(
        f"""
        SELECT code, ST_AsWKB(geometry) AS wkb FROM territory
        WHERE {where} AND code IN (SELECT unnest($codes)) AND geometry IS NOT NULL AND $level IS NOT NULL
        """,
        {"codes": codes, "level": level},
    ).fetchdf()


def extents(cursor: Cursor, level: str) -> pd.DataFrame:
    """One row per territory of a level that has a contour, in code order. Columns: code, west, south, east, north (degrees)."""
    rows = cursor.execute(
        "SELECT code, ST_AsWKB(geometry) FROM territory WHERE level = ? AND geometry IS NOT NULL ORDER BY code", [level]
    ).fetchall()
    bounds = shapely.bounds(shapely.from_wkb([wkb for _, wkb in rows])).reshape(-1, 4)
    frame = pd.DataFrame(bounds, columns=["west", "south", "east", "north"])
    frame.insert(0, "code", [code for code, _ in rows])
    return frame


def territories(cursor: Cursor, level: str) -> pd.DataFrame:
    """One row per territory of a level that has a contour (`wkb`, degrees), in code order."""
    return cursor.execute(
        """
        SELECT code, name, departement_code, region_code, epci_code, population, population_year, area_km2,
               population / area_km2 AS density_km2, ST_AsWKB(geometry) AS wkb
        FROM territory WHERE level = ? AND geometry IS NOT NULL ORDER BY code
        """,
        [level],
    ).fetchdf()


def sites(cursor: Cursor) -> pd.DataFrame:
    """One row per site that has a place, every column of the table."""
    return cursor.execute("SELECT * FROM site WHERE lon IS NOT NULL ORDER BY site_id").fetchdf()


def unplaced_sites(cursor: Cursor) -> pd.DataFrame:
    """One row per site that has no place, every column of the table but its position."""
    return cursor.execute(
        "SELECT * EXCLUDE (lon, lat, precision) FROM site WHERE lon IS NULL ORDER BY site_id"
    ).fetchdf()


def unbounded_cpts(cursor: Cursor) -> pd.DataFrame:
    """One row per CPTS without a known member, every column of the table."""
    return cursor.execute(
        "SELECT * FROM cpts WHERE cpts_id NOT IN (SELECT cpts_id FROM cpts_commune) ORDER BY cpts_id"
    ).fetchdf()


def cpts(cursor: Cursor) -> pd.DataFrame:
    """One row per CPTS with a known member, every column of the table."""
    return cursor.execute("SELECT * FROM cpts WHERE cpts_id IN (SELECT cpts_id FROM cpts_commune)").fetchdf()


def cpts_members(cursor: Cursor) -> pd.DataFrame:
    """One row per CPTS and member commune: cpts_id, wkb (degrees), population."""
    return cursor.execute(
        """
        SELECT m.cpts_id, ST_AsWKB(t.geometry) AS wkb, t.population FROM cpts_commune m
        JOIN territory t ON t.level IN ('commune', 'arrondissement_municipal') AND t.code = m.commune_code
        WHERE t.geometry IS NOT NULL ORDER BY m.cpts_id, m.commune_code
        """
    ).fetchdf()
