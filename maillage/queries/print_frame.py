"""Questions about what surrounds a territory on a map, and how far its communes are from care."""

from __future__ import annotations

import pandas as pd

from maillage.warehouse import Cursor


def departements(cursor: Cursor, codes: tuple[str, ...]) -> pd.DataFrame:
    """Contours of départements, in code order. Columns: code, name, wkb."""
    return cursor.execute(
        """
        SELECT code, name, ST_AsWKB(geometry) AS wkb FROM territory
        WHERE level = 'departement' AND code IN (SELECT unnest(?)) ORDER BY code
        """,
        [list(codes)],
    ).fetchdf()


def sites(cursor: Cursor, types: tuple[str, ...], west: float, south: float, east: float, north: float) -> pd.DataFrame:
    """One row per site of these types placed in a box of degrees and not closed, in the order of the types.

    Columns: commune_code, type, status, precision, name, lon, lat.
    """
    return cursor.execute(
        """
        SELECT commune_code, type, status, precision, name, lon, lat FROM site
        WHERE lon BETWEEN $west AND $east AND lat BETWEEN $south AND $north AND status <> 'ferme'
          AND type IN (SELECT unnest($types)) ORDER BY list_position($types, type), name, site_id
        """,
        {"west": west, "east": east, "south": south, "north": north, "types": list(types)},
    ).fetchdf()


def far(cursor: Cursor, codes: tuple[str, ...], types: tuple[str, ...], minutes: float) -> pd.DataFrame:
    """How far these communes are from the nearest open site listed, inside or not, by type in the order of `types`.

    One row per type that is looked for, at least in part, in all their départements. Columns: type, whole (all those lists are
    complete: else the true distances may be shorter), population, mean_minutes (weighted by inhabitants), beyond (inhabitants at
    more than `minutes`), communes_beyond, farthest (a commune), farthest_km, farthest_minutes, method.
    """
    return cursor.execute(
        """
        WITH member AS (SELECT * FROM residence WHERE code IN (SELECT unnest($codes))),
        listed AS (
            SELECT k.type, bool_and(i.extent = 'complet') AS whole
            FROM (SELECT unnest($types) AS type) k CROSS JOIN (SELECT DISTINCT departement_code FROM member) d
            LEFT JOIN inventory i ON i.subject = k.type AND i.departement_code = d.departement_code AND i.extent <> 'inconnu'
            GROUP BY k.type HAVING count(*) = count(i.extent)
        )
        SELECT l.type, any_value(l.whole) AS whole, sum(m.population)::INTEGER AS population,
               sum(a.minutes * m.population) / nullif(sum(m.population), 0) AS mean_minutes,
               coalesce(sum(m.population) FILTER (a.minutes > $minutes), 0)::INTEGER AS beyond,
               count(*) FILTER (a.minutes > $minutes)::INTEGER AS communes_beyond,
               arg_max(t.name, a.minutes) AS farthest, max(a.distance_km) AS farthest_km,
               max(a.minutes) AS farthest_minutes, any_value(a.minutes_method) AS method
        FROM listed l JOIN access a ON a.site_type = l.type JOIN member m ON m.code = a.commune_code
        JOIN territory t ON t.level = m.level AND t.code = m.code
        GROUP BY l.type ORDER BY list_position($types, l.type)
        """,
        {"codes": list(codes), "types": list(types), "minutes": minutes},
    ).fetchdf()
