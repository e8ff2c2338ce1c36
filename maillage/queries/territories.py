"""Questions about territories. Each receives a cursor and answers with plain rows or a data frame."""

from __future__ import annotations

from dataclasses import dataclass

from maillage.warehouse import Cursor


@dataclass(frozen=True)
class Territory:
    level: str
    code: str
    name: str
    departement_code: str | None
    region_code: str | None
    epci_code: str | None
    parent_code: str | None
    population: int
    population_year: int
    area_km2: float
    point_origin: str
    geometry_origin: str | None


def territory(cursor: Cursor, level: str, code: str) -> Territory | None:
    """The territory, or None when there is none of that level and code."""
    row = cursor.execute(
        """
        SELECT level, code, name, departement_code, region_code, epci_code, parent_code, population, population_year,
               area_km2, point_origin, geometry_origin
        FROM territory WHERE level = ? AND code = ?
        """,
        [level, code],
    ).fetchone()
    return Territory(*row) if row else None


def successor(cursor: Cursor, code: str) -> tuple[str, str] | None:
    """(code, name) of the commune that a former code became, if it is a former code."""
    return cursor.execute(
        """
        SELECT t.code, t.name FROM commune_change c JOIN territory t ON t.level = 'commune' AND t.code = c.new_code
        WHERE c.old_code = ? LIMIT 1
        """,
        [code],
    ).fetchone()


def departements(cursor: Cursor) -> list[tuple[str, str, str, str]]:
    """(code, name, region code, region name) of every département, in code order."""
    return cursor.execute(
        """
        SELECT d.code, d.name, d.region_code, r.name FROM territory d
        JOIN territory r ON r.level = 'region' AND r.code = d.region_code
        WHERE d.level = 'departement' ORDER BY d.code
        """
    ).fetchall()


def regions(cursor: Cursor) -> list[tuple[str, str]]:
    """(code, name) of every région, in name order."""
    return cursor.execute(
        "SELECT code, name FROM territory WHERE level = 'region' ORDER BY strip_accents(name)"
    ).fetchall()


def bounds(cursor: Cursor, level: str, code: str) -> tuple[float, float, float, float]:
    """(west, south, east, north) of the towns of a territory, in degrees, widened by a commune's breadth."""
    column = {"france": "'FR'", "epci": "epci_code"}.get(level, f"{level}_code")
    if level in ("commune", "arrondissement_municipal"):
        where = "level = $level AND code = $code"
    else:
        where = f"level = 'commune' AND {column} = $code AND $level = $level"
    # The whole of France is framed on its metropolitan part: overseas départements are drawn beside it.
    west, south, east, north = cursor.execute(
        f"""
        SELECT min(lon), min(lat), max(lon), max(lat) FROM territory
        WHERE {where} AND ($level <> 'france' OR NOT starts_with(code, '97'))
        """,
        {"level": level, "code": code},
    ).fetchone()
    return west - 0.06, south - 0.04, east + 0.06, north + 0.04


def reach(cursor: Cursor, level: str, code: str) -> list[str]:
    """The départements that hold a commune of the territory, in code order."""
    column = {
        "france": "'FR'", "region": "region_code", "departement": "departement_code", "epci": "epci_code",
        "commune": "commune_code", "arrondissement_municipal": "code",
    }[level]  # fmt: skip
    rows = cursor.execute(f"SELECT DISTINCT departement_code FROM residence WHERE {column} = ? ORDER BY 1", [code])
    return [departement for (departement,) in rows.fetchall()]


def members(cursor: Cursor, level: str, code: str) -> list[str]:
    """Codes of the communes (arrondissements) that make a commune, an arrondissement or an intercommunalité."""
    column = {"commune": "commune_code", "arrondissement_municipal": "code", "epci": "epci_code"}[level]
    return [
        code
        for (code,) in cursor.execute(f"SELECT code FROM residence WHERE {column} = ? ORDER BY code", [code]).fetchall()
    ]


def search(cursor: Cursor, text: str, limit: int = 12) -> list[tuple[str, str, str, str]]:
    """(kind, code, name, detail) of what bears this name: territories, CPTS (by any name), structures.

    Accents, case, hyphens and ligatures do not matter; what begins with the text comes first, then the most
    populated. `kind` is a level, `cpts`, or `site`; the code of a site is its commune's (or its département's when
    it has no commune).
    """
    return cursor.execute(
        r"""
        WITH asked AS (
            SELECT replace(lower(strip_accents(trim(regexp_replace($text, '[\s''’-]+', ' ', 'g')))), 'œ', 'oe') AS word
        ),
        place AS (
            SELECT level AS kind, code, name, departement_code AS detail, population AS weight, name AS known_as
            FROM territory WHERE level <> 'france'
            UNION ALL
            SELECT 'cpts', cpts_id, name, array_to_string(departement_codes, ', '), 1e9,
                   unnest(list_append(aliases, name))
            FROM cpts
            UNION ALL
            SELECT 'site', coalesce('commune-' || commune_code, 'departement-' || departement_code), name,
                   type || ', ' || departement_code, 0, name
            FROM site
        ),
        matched AS (
            SELECT p.*, word,
                   replace(lower(strip_accents(regexp_replace(known_as, '[\s''’-]+', ' ', 'g'))), 'œ', 'oe') AS plain
            FROM place p, asked WHERE length(word) >= 2
        )
        SELECT kind, code, any_value(name), any_value(detail) FROM matched
        WHERE contains(plain, word) OR (kind NOT IN ('cpts', 'site') AND code = upper(word))
        GROUP BY kind, code, name
        ORDER BY min(CASE WHEN plain = word OR code = upper(word) THEN 0 WHEN starts_with(plain, word) THEN 1
                          WHEN contains(plain, ' ' || word) THEN 2 ELSE 3 END),
                 max(weight) DESC, name
        LIMIT $limit
        """,
        {"text": text, "limit": limit},
    ).fetchall()
