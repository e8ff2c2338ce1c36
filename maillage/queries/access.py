"""Questions about who is far from what, and what nobody looked for."""

from __future__ import annotations

import pandas as pd

from maillage.warehouse import Cursor

MEASURES = ("minutes", "distance_km")


def residences(cursor: Cursor) -> pd.DataFrame:
    """One row per commune (arrondissement in Paris, Lyon and Marseille), in code order: that of the contours.

    Columns: code, level, name, commune_code, departement_code, region_code, epci_code, population, lon, lat.
    """
    return cursor.execute(
        """
        SELECT r.code, r.level, t.name, r.commune_code, r.departement_code, r.region_code, r.epci_code, r.population,
               t.lon, t.lat
        FROM residence r JOIN territory t ON t.level = r.level AND t.code = r.code ORDER BY r.code
        """
    ).fetchdf()


def nearest(cursor: Cursor, types: tuple[str, ...], by: str) -> pd.DataFrame:
    """One row per commune (arrondissement) from which a listed open site of these types can be reached, in code order.

    `by` is minutes or distance_km: which of the types' sites is the nearest. Whether anybody looked for such sites around
    is for `listed` to say. Columns: code, minutes, distance_km, method, type, site, commune (of the site).
    """
    if by not in MEASURES:
        raise ValueError(by)
    return cursor.execute(
        f"""
        WITH best AS (
            FROM access WHERE site_type IN (SELECT unnest($types)) AND commune_code IN (SELECT code FROM residence)
            QUALIFY row_number() OVER (PARTITION BY commune_code ORDER BY {by}, site_type) = 1
        )
        SELECT a.commune_code AS code, a.minutes, a.distance_km, a.minutes_method AS method, a.site_type AS type,
               s.name AS site, t.name AS commune
        FROM best a
        JOIN site s ON s.site_id = a.nearest_site_id
        LEFT JOIN territory t ON t.level IN ('commune', 'arrondissement_municipal') AND t.code = s.commune_code
        ORDER BY a.commune_code
        """,
        {"types": list(types)},
    ).fetchdf()


# A list concludes where it is whole, or where it holds half of what is published (or nothing is) and has a site on the map.
INVENTORIES = """
    SELECT i.subject, i.departement_code, i.extent, i.listed, i.published, i.published_as_of, i.share, i.as_of,
           count(s.site_id)::INTEGER AS placed,
           i.extent = 'complet' OR (i.extent = 'partiel' AND coalesce(i.share, 1) >= 0.5 AND count(s.site_id) > 0) AS usable
    FROM inventory i
    LEFT JOIN site s ON s.type = i.subject AND s.departement_code = i.departement_code AND s.status = 'ouvert'
        AND s.lon IS NOT NULL
    WHERE i.subject IN (SELECT unnest($types))
    GROUP BY i.subject, i.departement_code, i.extent, i.listed, i.published, i.published_as_of, i.share, i.as_of
"""


def inventories(cursor: Cursor, types: tuple[str, ...]) -> pd.DataFrame:
    """One row per type and département, in code then type order: how far its list goes.

    Columns: subject, departement_code, extent, listed, published, published_as_of, share, as_of (of
    the list), placed (open sites on the map),
    usable (a figure may be concluded from the list, exact where it is whole, a bound elsewhere).
    """
    return cursor.execute(f"{INVENTORIES} ORDER BY departement_code, subject", {"types": list(types)}).fetchdf()


def dated_inventories(cursor: Cursor, types: tuple[str, ...]) -> pd.DataFrame:
    """The same with where and when each list was seen: as_of, source_id, source (title), nothing where there is no list."""
    return cursor.execute(
        f"""
        SELECT l.*, i.as_of, i.source_id, s.title AS source FROM ({INVENTORIES}) l
        JOIN inventory i USING (subject, departement_code) LEFT JOIN source s ON s.source_id = i.source_id
        ORDER BY departement_code, subject
        """,
        {"types": list(types)},
    ).fetchdf()


def listed(cursor: Cursor, types: tuple[str, ...]) -> pd.DataFrame:
    """One row per département where a distance to these types means something, in code order.

    There, the list of one of the types is usable. Columns: departement_code, types (those), complete (every type asked
    for is wholly listed: a distance is no longer a maximum, as far as the département goes).
    """
    return cursor.execute(
        f"""
        SELECT departement_code, list(subject ORDER BY subject) FILTER (usable) AS types,
               count(*) FILTER (extent = 'complet') = len($types) AS complete
        FROM ({INVENTORIES}) GROUP BY 1 HAVING bool_or(usable) ORDER BY 1
        """,
        {"types": list(types)},
    ).fetchdf()


def supply(cursor: Cursor, types: tuple[str, ...]) -> pd.DataFrame:
    """One row per open site of these types that is on the map, whole country, in identifier order.

    Columns: site_id, type, name, commune_code, departement_code, lon, lat, places.
    """
    return cursor.execute(
        """
        SELECT site_id, type, name, commune_code, departement_code, lon, lat, places FROM site
        WHERE type IN (SELECT unnest($types)) AND status = 'ouvert' AND lon IS NOT NULL ORDER BY site_id
        """,
        {"types": list(types)},
    ).fetchdf()


def preparing(cursor: Cursor, kind: str, statuses: tuple[str, ...]) -> pd.DataFrame:
    """One row per site of a type in preparation that is on the map, in identifier order. Columns: departement_code, lon, lat."""
    return cursor.execute(
        """
        SELECT departement_code, lon, lat FROM site
        WHERE type = $kind AND status IN (SELECT unnest($statuses)) AND lon IS NOT NULL ORDER BY site_id
        """,
        {"kind": kind, "statuses": list(statuses)},
    ).fetchdf()


def unplaced(cursor: Cursor, types: tuple[str, ...], departements: tuple[str, ...]) -> int:
    """How many open sites of these types, in these départements, are in no figure: their commune is not known."""
    return cursor.execute(
        """
        SELECT count(*) FROM site WHERE type IN (SELECT unnest($types)) AND status = 'ouvert' AND lon IS NULL
            AND departement_code IN (SELECT unnest($departements))
        """,
        {"types": list(types), "departements": list(departements)},
    ).fetchone()[0]


def methods(cursor: Cursor) -> list[tuple[str, int]]:
    """(method, rows) of the minutes of this build, the most used first: the estimate, a router, or some of both."""
    return cursor.execute("SELECT minutes_method, count(*) FROM access GROUP BY 1 ORDER BY 2 DESC, 1").fetchall()


# -- coverage by CPTS -----------------------------------------------------------------------------------------------


def standing(cursor: Cursor, statuses: tuple[str, ...]) -> pd.DataFrame:
    """What is known of CPTS in every commune (arrondissement), in code order: couverte, blanche, inconnue.

    Blanche: in no CPTS of these statuses, where the whole list of the département's CPTS is known, and in none whose stage is
    not known. Elsewhere, unknown. Columns: code, status.
    """
    return cursor.execute(
        """
        SELECT code, CASE WHEN covered THEN 'couverte' WHEN known THEN 'blanche' ELSE 'inconnue' END AS status
        FROM cpts_standing($statuses) ORDER BY code
        """,
        {"statuses": list(statuses)},
    ).fetchdf()


def borders(cursor: Cursor) -> pd.DataFrame:
    """Every border between two communes, arrondissements in place of Paris, Lyon and Marseille. Columns: a, b, border_km."""
    return cursor.execute(
        """
        SELECT a, b, border_km FROM adjacency
        WHERE a IN (SELECT code FROM residence) AND b IN (SELECT code FROM residence) ORDER BY a, b
        """
    ).fetchdf()


def members(cursor: Cursor, statuses: tuple[str, ...]) -> pd.DataFrame:
    """One row per CPTS of these statuses and known member. Columns: cpts_id, name, status, perimeter, commune_code, population."""
    return cursor.execute(
        """
        SELECT c.cpts_id, c.name, c.status, c.perimeter, m.commune_code, r.population
        FROM cpts_commune m JOIN cpts c USING (cpts_id) JOIN residence r ON r.code = m.commune_code
        WHERE c.status IN (SELECT unnest($statuses)) ORDER BY c.cpts_id, m.commune_code
        """,
        {"statuses": list(statuses)},
    ).fetchdf()


def nameless(cursor: Cursor, statuses: tuple[str, ...], departements: tuple[str, ...]) -> list[tuple[str, str]]:
    """(name, perimeter) of the CPTS of these départements whose members are not all known, in name order."""
    return cursor.execute(
        """
        SELECT name, perimeter FROM cpts
        WHERE perimeter <> 'complet' AND status IN (SELECT unnest($statuses))
          AND list_has_any(departement_codes, $departements)
        ORDER BY lower(strip_accents(name))
        """,
        {"statuses": list(statuses), "departements": list(departements)},
    ).fetchall()


# -- figures beside access ------------------------------------------------------------------------------------------


def figures(cursor: Cursor, level: str, names: tuple[str, ...]) -> pd.DataFrame:
    """Latest figures of all territories of a level: one row a territory, in code order, one column a name (NaN: unknown).

    `level` is epci, departement, or residence: communes with the arrondissements of Paris, Lyon and Marseille.
    First columns: code, name, departement_code, region_code, population.
    """
    if level not in ("epci", "departement", "residence"):
        raise ValueError(level)
    columns = "".join(f', max(v.value) FILTER (v.indicator = ${i}) AS "{i}"' for i in range(1, len(names) + 1))
    frame = cursor.execute(
        f"""
        WITH place AS ({"FROM residence" if level == "residence" else f"FROM territory WHERE level = '{level}'"}),
        latest AS (
            FROM indicator_value WHERE indicator IN ({", ".join(f"${i}" for i in range(1, len(names) + 1)) or "''"})
            QUALIFY year = max(year) OVER (PARTITION BY indicator, level, code)
        )
        SELECT p.code, t.name, p.departement_code, p.region_code, p.population{columns}
        FROM place p JOIN territory t ON t.level = p.level AND t.code = p.code
        LEFT JOIN latest v ON v.level = p.level AND v.code = p.code
        GROUP BY ALL ORDER BY p.code
        """,
        list(names),
    ).fetchdf()
    return frame.rename(columns={str(i): name for i, name in enumerate(names, 1)})
