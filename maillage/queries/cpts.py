"""Questions about CPTS."""

from __future__ import annotations

import duckdb
import pandas as pd


def around(cursor: duckdb.DuckDBPyConnection, statuses: tuple[str, ...], departements: list[str]) -> pd.DataFrame:
    """One row per CPTS of these statuses with a member or an address in these départements, in name order.

    Columns: cpts_id, name, status, status_date, perimeter, population and communes (of known members),
    declared_population, declared_communes, departement_codes, note, declared_professionals, as_of, citation, member_departements
    (of known members).
    """
    return cursor.execute(
        """
        WITH member AS (
            SELECT m.cpts_id, sum(r.population) AS population, count(*) AS communes,
                   list_distinct(list(r.departement_code)) AS departements
            FROM cpts_commune m JOIN residence r ON r.code = m.commune_code GROUP BY m.cpts_id
        )
        SELECT c.cpts_id, c.name, c.status, c.status_date, c.perimeter, m.population::INTEGER AS population,
               m.communes::INTEGER AS communes, c.declared_population, c.declared_communes, c.departement_codes, c.note,
               c.declared_professionals, c.as_of, c.citation,
               coalesce(m.departements, []) AS member_departements
        FROM cpts c LEFT JOIN member m USING (cpts_id)
        WHERE c.status IN (SELECT unnest($statuses))
          AND list_has_any(list_concat(c.departement_codes, coalesce(m.departements, [])), $departements)
        ORDER BY lower(strip_accents(c.name))
        """,
        {"statuses": list(statuses), "departements": departements},
    ).fetchdf()


def of_commune(cursor: duckdb.DuckDBPyConnection, statuses: tuple[str, ...], code: str) -> list[tuple[str, str, str]]:
    """(id, name, status) of the CPTS of these statuses that a commune or arrondissement belongs to (any arrondissement of a city)."""
    return cursor.execute(
        """
        SELECT DISTINCT c.cpts_id, c.name, c.status FROM cpts_commune m JOIN cpts c USING (cpts_id)
        JOIN residence r ON r.code = m.commune_code
        WHERE (r.code = $code OR r.commune_code = $code) AND c.status IN (SELECT unnest($statuses)) ORDER BY c.name
        """,
        {"code": code, "statuses": list(statuses)},
    ).fetchall()


def bounds(cursor: duckdb.DuckDBPyConnection, cpts_id: str) -> tuple[float, float, float, float] | None:
    """(west, south, east, north) of the towns of its known members, in degrees, with a margin; None without any."""
    west, south, east, north = cursor.execute(
        """
        SELECT min(t.lon), min(t.lat), max(t.lon), max(t.lat) FROM cpts_commune m
        JOIN residence r ON r.code = m.commune_code JOIN territory t ON t.level = r.level AND t.code = r.code
        WHERE m.cpts_id = ?
        """,
        [cpts_id],
    ).fetchone()
    return None if west is None else (west - 0.08, south - 0.05, east + 0.08, north + 0.05)


def home(cursor: duckdb.DuckDBPyConnection, cpts_id: str) -> tuple[str, str] | None:
    """The département where most members of a CPTS live, else the first it names; and its status."""
    row = cursor.execute(
        """
        SELECT coalesce(
            (SELECT r.departement_code FROM cpts_commune m JOIN residence r ON r.code = m.commune_code
             WHERE m.cpts_id = c.cpts_id GROUP BY 1 ORDER BY sum(r.population) DESC, 1 LIMIT 1),
            c.departement_codes[1]), c.status
        FROM cpts c WHERE c.cpts_id = ?
        """,
        [cpts_id],
    ).fetchone()
    return row


def survey(cursor: duckdb.DuckDBPyConnection, departements: list[str]) -> tuple[int, int]:
    """How many of these départements have a whole list of their CPTS, and how many a part of it."""
    return cursor.execute(
        """
        SELECT count(*) FILTER (extent = 'complet'), count(*) FILTER (extent = 'partiel') FROM inventory
        WHERE subject = 'CPTS' AND departement_code IN (SELECT unnest(?))
        """,
        [departements],
    ).fetchone()
