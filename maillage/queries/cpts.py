"""Questions about CPTS."""

from __future__ import annotations

import pandas as pd

from maillage.warehouse import Cursor


def around(cursor: Cursor, statuses: tuple[str, ...], departements: list[str]) -> pd.DataFrame:
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


def of_commune(cursor: Cursor, statuses: tuple[str, ...], code: str) -> list[tuple[str, str, str]]:
    """(id, name, status) of the CPTS of these statuses that a commune or arrondissement belongs to (any arrondissement of a city)."""
    return cursor.execute(
        """
        SELECT DISTINCT c.cpts_id, c.name, c.status FROM cpts_commune m JOIN cpts c USING (cpts_id)
        JOIN residence r ON r.code = m.commune_code
        WHERE (r.code = $code OR r.commune_code = $code) AND c.status IN (SELECT unnest($statuses)) ORDER BY c.name
        """,
        {"code": code, "statuses": list(statuses)},
    ).fetchall()


def bounds(cursor: Cursor, cpts_id: str) -> tuple[float, float, float, float] | None:
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


def home(cursor: Cursor, cpts_id: str) -> tuple[str, str] | None:
    """The département where most members of a CPTS live, else the first it names; and its status."""
    row = cursor.execute(
        """
        SELECT coalesce(
            (SELECT departement_code FROM residence WHERE code IN (SELECT commune_code FROM cpts_commune WHERE cpts_id = $id)
             GROUP BY 1 ORDER BY sum(population) DESC, 1 LIMIT 1),
            departement_codes[1]), status
        FROM cpts WHERE cpts_id = $id
        """,
        {"id": cpts_id},
    ).fetchone()
    return row


def survey(cursor: Cursor, departements: list[str]) -> tuple[int, int]:
    """How many of these départements have a whole list of their CPTS, and how many some perimeters only."""
    return cursor.execute(
        """
        SELECT count(*) FILTER (extent = 'complet'), count(*) FILTER (extent = 'partiel' AND departement_code IN (
                   SELECT r.departement_code FROM cpts_commune m JOIN residence r ON r.code = m.commune_code))
        FROM inventory
        WHERE subject = 'CPTS' AND departement_code IN (SELECT unnest(?))
        """,
        [departements],
    ).fetchone()


def card(cursor: Cursor, cpts_id: str) -> dict | None:
    """What the lists say of a CPTS: the columns of `cpts`, its source's title as `source`; None when there is no such CPTS."""
    rows = cursor.execute(
        "SELECT c.*, s.title AS source FROM cpts c JOIN source s USING (source_id) WHERE c.cpts_id = ?", [cpts_id]
    )
    names = [column[0] for column in rows.description]
    row = rows.fetchone()
    return dict(zip(names, row, strict=True)) if row else None


def members(cursor: Cursor, cpts_id: str) -> tuple[str, ...]:
    """Codes of its known communes, in code order."""
    rows = cursor.execute("SELECT commune_code FROM cpts_commune WHERE cpts_id = ? ORDER BY 1", [cpts_id]).fetchall()
    return tuple(code for (code,) in rows)


def counted_in(cursor: Cursor, cpts_id: str) -> int | None:
    """The year of the figure that is its declared population, where its source says one that is not its own."""
    (year,) = cursor.execute(
        """
        SELECT max(m.year) FROM claim m JOIN cpts c USING (cpts_id)
        WHERE m.cpts_id = ? AND m.subject = 'Population CPTS' AND m.claimed = c.declared_population
        """,
        [cpts_id],
    ).fetchone()
    return year


def perimeter(cursor: Cursor, cpts_id: str) -> pd.DataFrame:
    """One row per known member, in code order. Columns: code, level, name, departement_code, population."""
    return cursor.execute(
        """
        SELECT r.code, r.level, t.name, r.departement_code, r.population FROM cpts_commune m
        JOIN residence r ON r.code = m.commune_code JOIN territory t ON t.level = r.level AND t.code = r.code
        WHERE m.cpts_id = ? ORDER BY r.code
        """,
        [cpts_id],
    ).fetchdf()


def events(cursor: Cursor, cpts_id: str) -> list[tuple[str, str, str, bool, str | None, str]]:
    """(status, label, date, deduced, note, citation) of the steps of its life, the earliest first.

    A year alone stands where its events are known to the month at the earliest: before them.
    """
    return cursor.execute(
        """
        SELECT e.status, s.label, e.date, e.deduced, e.note, e.citation
        FROM cpts_event e JOIN cpts_status s ON s.code = e.status WHERE e.cpts_id = ? ORDER BY e.date, s.step_only, s.label
        """,
        [cpts_id],
    ).fetchall()


def every(cursor: Cursor) -> pd.DataFrame:
    """One row per CPTS, in name order.

    Columns: cpts_id, name, aliases, status, status_date, perimeter, communes and population (of known members, NA without
    any), declared_communes, declared_population, departement_codes (those of members first, the most inhabitants before), as_of.
    """
    return cursor.execute(
        """
        WITH home AS (
            SELECT m.cpts_id, r.departement_code, sum(r.population) AS people, count(*) AS communes
            FROM cpts_commune m JOIN residence r ON r.code = m.commune_code GROUP BY ALL
        ),
        member AS (
            SELECT cpts_id, sum(people)::INTEGER AS population, sum(communes)::INTEGER AS communes,
                   list(departement_code ORDER BY people DESC, departement_code) AS departements
            FROM home GROUP BY 1
        )
        SELECT c.cpts_id, c.name, c.aliases, c.status, c.status_date, c.perimeter, m.communes, m.population,
               c.declared_communes, c.declared_population,
               list_concat(coalesce(m.departements, []), list_filter(
                   c.departement_codes, lambda code: NOT list_contains(coalesce(m.departements, []), code)
               )) AS departement_codes, c.as_of
        FROM cpts c LEFT JOIN member m USING (cpts_id) ORDER BY lower(strip_accents(c.name)), c.cpts_id
        """
    ).fetchdf()
