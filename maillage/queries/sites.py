"""Questions about structures of care."""

from __future__ import annotations

import pandas as pd

from maillage.warehouse import Cursor


def placed(cursor: Cursor, types: tuple[str, ...], departements: list[str]) -> pd.DataFrame:
    """One row per site with a position, of these types, in these départements, in catalogue and name order.

    Columns: site_id, type, name, status, commune_code, commune, departement_code, address, lon, lat, precision,
    places, opened_on, note, as_of.
    """
    return cursor.execute(
        """
        SELECT s.site_id, s.type, s.name, s.status, s.commune_code, t.name AS commune, s.departement_code, s.address,
               s.lon, s.lat, s.precision, s.places, s.opened_on, s.note, s.as_of
        FROM site s LEFT JOIN territory t ON t.level IN ('commune', 'arrondissement_municipal') AND t.code = s.commune_code
        WHERE s.lon IS NOT NULL AND s.status <> 'ferme'
          AND s.type IN (SELECT unnest($types)) AND s.departement_code IN (SELECT unnest($departements))
        ORDER BY list_position($types, s.type), s.commune_code, s.name, s.site_id
        """,
        {"types": list(types), "departements": departements},
    ).fetchdf()


def every(cursor: Cursor) -> pd.DataFrame:
    """One row per site, closed ones and those without a place included, in identifier order.

    Columns: site_id, type, subtype, name, status, departement_code, commune_code, commune (name), epci_code, address, lon, lat,
    precision, places, finess, opened_on, note, citation, as_of, seen_in, source_id, source (title).
    """
    return cursor.execute(
        """
        SELECT s.site_id, s.type, s.subtype, s.name, s.status, s.departement_code, s.commune_code, t.name AS commune, t.epci_code,
               s.address, s.lon, s.lat, s.precision, s.places, s.finess, s.opened_on, s.note, s.citation, s.as_of, s.seen_in,
               s.source_id, o.title AS source
        FROM site s JOIN source o USING (source_id)
        LEFT JOIN territory t ON t.level IN ('commune', 'arrondissement_municipal') AND t.code = s.commune_code
        ORDER BY s.site_id
        """
    ).fetchdf()


def counts(cursor: Cursor, level: str, code: str) -> pd.DataFrame:
    """One row per site type: how many are open, in preparation, not placed, how many places; and whether it was looked
    for. Columns: type, open, preparing, unplaced, places, published (the official count, where every département has one), surveyed (départements with a list), whole (départements with a
    whole list: none there is a true zero), departements.

    A commune, an arrondissement or an intercommunalité counts only sites whose commune is known.
    """
    column, residents = {
        "france": ("'FR'", "'FR'"),
        "region": ("d.region_code", "region_code"),
        "departement": ("s.departement_code", "departement_code"),
        "epci": ("t.epci_code", "epci_code"),
        "commune": ("coalesce(t.parent_code, s.commune_code)", "commune_code"),  # a city has its arrondissements' sites
        "arrondissement_municipal": ("s.commune_code", "code"),
    }[level]
    return cursor.execute(
        f"""
        WITH here AS (
            SELECT s.* FROM site s
            LEFT JOIN territory t ON t.level IN ('commune', 'arrondissement_municipal') AND t.code = s.commune_code
            LEFT JOIN territory d ON d.level = 'departement' AND d.code = s.departement_code
            WHERE {column} = $code
        ),
        reach AS (SELECT DISTINCT departement_code FROM residence WHERE {residents} = $code)
        SELECT k.code AS type,
               count(h.site_id) FILTER (h.status = 'ouvert') AS open,
               count(h.site_id) FILTER (h.status IN ('en_ouverture', 'en_construction', 'en_projet')) AS preparing,
               count(h.site_id) FILTER (h.lon IS NULL) AS unplaced,
               sum(h.places) FILTER (h.status = 'ouvert') AS places,
               (SELECT CASE WHEN count(*) = count(published) THEN sum(published) END FROM inventory i
                JOIN reach USING (departement_code) WHERE i.subject = k.code) AS published,
               (SELECT count(*) FROM inventory i JOIN reach USING (departement_code)
                WHERE i.subject = k.code AND i.extent <> 'inconnu') AS surveyed,
               (SELECT count(*) FROM inventory i JOIN reach USING (departement_code)
                WHERE i.subject = k.code AND i.extent = 'complet') AS whole,
               (SELECT count(*) FROM reach) AS departements
        FROM site_type k LEFT JOIN here h ON h.type = k.code
        GROUP BY k.code ORDER BY k.code
        """,
        {"code": code},
    ).fetchdf()


def nearest(cursor: Cursor, commune: str) -> list[tuple[str, str, str, float, float]]:
    """(type, site, commune of the site, km, minutes) of the nearest listed open site, for each type that has one on the
    map in the commune's own département or is wholly listed there: elsewhere nobody looked, and the nearest known site
    would say nothing."""
    return cursor.execute(
        """
        SELECT a.site_type, s.name, t.name, a.distance_km, a.minutes
        FROM access a
        JOIN site s ON s.site_id = a.nearest_site_id
        JOIN territory t ON t.level IN ('commune', 'arrondissement_municipal') AND t.code = s.commune_code
        JOIN residence r ON r.code = a.commune_code
        WHERE a.commune_code = $code AND EXISTS (
            FROM site here SELECT 1 WHERE here.type = a.site_type AND here.departement_code = r.departement_code
                AND here.status = 'ouvert' AND here.lon IS NOT NULL
            UNION ALL
            FROM inventory i SELECT 1 WHERE i.subject = a.site_type AND i.departement_code = r.departement_code
                AND i.extent = 'complet')
        ORDER BY a.distance_km
        """,
        {"code": commune},
    ).fetchall()
