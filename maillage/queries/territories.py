"""Questions about territories. Each receives a cursor and answers with plain rows or a data frame."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import pandas as pd
import shapely

from maillage import catalog
from maillage.language import names
from maillage.warehouse import Cursor


@dataclass(frozen=True)
class Territory:
    """A territory as the base knows it: level, code, name, inhabitants, km², parents."""

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


def every(cursor: Cursor) -> pd.DataFrame:
    """One row per territory, in the order of levels then of codes.

    Columns: level, code, name, departement_code, region_code, epci_code, parent_code, population, population_year, area_km2,
    lon, lat.
    """
    return cursor.execute(
        """
        SELECT level, code, name, departement_code, region_code, epci_code, parent_code, population, population_year, area_km2,
               lon, lat
        FROM territory ORDER BY list_position($levels, level), code
        """,
        {"levels": [level.code for level in catalog.LEVELS]},
    ).fetchdf()


def regions(cursor: Cursor) -> list[tuple[str, str]]:
    """(code, name) of every région, in name order."""
    return cursor.execute(
        "SELECT code, name FROM territory WHERE level = 'region' ORDER BY strip_accents(name)"
    ).fetchall()


def bounds(cursor: Cursor, level: str, code: str) -> tuple[float, float, float, float]:
    """(west, south, east, north) of the contour of a territory, in degrees; where it has none, of its towns widened by a
    commune's breadth. The whole of France is its metropolitan part: overseas départements are drawn beside it.
    """
    if level == "france":
        where = "level = 'departement' AND NOT starts_with(code, '97') AND $level = $level AND $code = $code"
    else:
        where = "level = $level AND code = $code"
    rows = cursor.execute(
        f"SELECT ST_AsWKB(geometry) FROM territory WHERE geometry IS NOT NULL AND {where}",
        {"level": level, "code": code},
    ).fetchall()
    if rows:
        return tuple(map(float, shapely.total_bounds(shapely.from_wkb([wkb for (wkb,) in rows]))))
    column = {"commune": "code", "arrondissement_municipal": "code"}.get(level, f"{level}_code")
    towns = level if column == "code" else "commune"
    west, south, east, north = cursor.execute(
        f"SELECT min(lon), min(lat), max(lon), max(lat) FROM territory WHERE level = $towns AND {column} = $code",
        {"towns": towns, "code": code},
    ).fetchone()
    return west - 0.06, south - 0.04, east + 0.06, north + 0.04


def reach(cursor: Cursor, level: str, code: str) -> list[str]:
    """The départements that hold a commune of the territory, in code order."""
    column = {
        "france": "'FR'",
        "region": "region_code",
        "departement": "departement_code",
        "epci": "epci_code",
        "commune": "commune_code",
        "arrondissement_municipal": "code",
    }[level]
    rows = cursor.execute(f"SELECT DISTINCT departement_code FROM residence WHERE {column} = ? ORDER BY 1", [code])
    return [departement for (departement,) in rows.fetchall()]


def members(cursor: Cursor, level: str, code: str) -> list[str]:
    """Codes of the communes (arrondissements) that make a commune, an arrondissement or an intercommunalité."""
    column = {"commune": "commune_code", "arrondissement_municipal": "code", "epci": "epci_code"}[level]
    return [
        code
        for (code,) in cursor.execute(f"SELECT code FROM residence WHERE {column} = ? ORDER BY code", [code]).fetchall()
    ]


def search(cursor: Cursor, text: str, limit: int = 12, kinds: tuple[str, ...] = ()) -> list[tuple[str, str, str, str]]:
    """(kind, code, name, detail) of what bears this name: territories, CPTS (by any name), structures (by name or type).

    Accents, case, signs, ligatures and small words do not matter, nor whether a type (of structure, of intercommunalité) is in
    full words or in letters; what is the very name comes first, then what begins with the text, then the most populated. `kind` is a level, `cpts`, or `site`;
    the code of a site is its commune's (or its département's when it has no commune). `kinds`: only these; none, all.
    """
    loose = names.loose(text) or names.spelled(text)
    _compared(cursor)
    return cursor.execute(
        f"""
        WITH matched AS (
            SELECT * FROM memory.main.bearer  -- « Métropole de Dijon » is « Dijon Métropole »: the words of an intercommunalité have no order
            WHERE (len($kinds::VARCHAR[]) = 0 OR list_contains($kinds::VARCHAR[], kind)) AND length($loose) >= 2 AND (
                contains(loose, $loose) OR {_abbreviated} OR {_community}
                OR (kind NOT IN ('cpts', 'site') AND code = upper($loose))
            )
        )
        SELECT kind, code, any_value(name), any_value(detail) FROM matched
        GROUP BY kind, code, name
        ORDER BY min(CASE WHEN lower(strip_accents(name)) = $plain OR code = upper($loose) THEN 0
                          WHEN loose = $loose OR short = $short THEN 1
                          WHEN starts_with(loose, $loose) OR starts_with(short, $short) THEN 2
                          WHEN contains(loose, ' ' || $loose) OR contains(short, ' ' || $short) THEN 3 ELSE 4 END),
                 max(weight) DESC, name
        LIMIT $limit
        """,
        {
            "loose": loose,
            "short": names.short(text) or loose,
            "plain": names.spelled(text),
            "limit": limit,
            "kinds": list(kinds),
        },
    ).fetchall()


_COMPARING = threading.Lock()


def _compared(cursor: Cursor) -> None:
    """All names of a build made comparable, once: beside it in memory, for the build itself is read only."""
    with _COMPARING:  # two readers who began together would both write it
        if cursor.execute("FROM duckdb_tables() WHERE database_name = 'memory' AND table_name = 'bearer'").fetchone():
            return
        labels = " ".join(
            f"WHEN '{kind.code}' THEN '{kind.label.replace(chr(39), chr(39) * 2)}'" for kind in catalog.SITE_TYPES
        )
        cursor.execute(
            f"""
            CREATE TABLE memory.main.bearer AS
            SELECT level AS kind, code, name, departement_code AS detail, population AS weight, {_loose("name")} AS loose,
                   CASE level WHEN 'epci' THEN {_short("name")} END AS short
            FROM territory WHERE level <> 'france'
            UNION ALL
            SELECT 'cpts', cpts_id, name, array_to_string(departement_codes, ', '), 1e9, {_loose("alias")}, {_short("alias")}
            FROM (SELECT *, unnest(list_append(aliases, name)) AS alias FROM cpts)
            UNION ALL
            SELECT 'site', coalesce('commune-' || commune_code, 'departement-' || departement_code), name,
                   type || ', ' || departement_code, 0, {_loose("full_name")}, {_short("full_name")}
            FROM (SELECT *, unnest([name, type || ' ' || name, CASE type {labels} ELSE '' END || ' ' || name]) AS full_name FROM site)
            """
        )


# Letters alone (« esp ») are a whole word: « espace » is no team of primary care.
_abbreviated = """CASE WHEN contains($short, ' ') THEN contains(short, $short)
                         ELSE contains(' ' || short || ' ', ' ' || $short || ' ') END"""

_community = """(kind = 'epci' AND regexp_matches($short, '\\b(cc|ca|cu|metropole)\\b')
                 AND list_has_all(string_split(short, ' '), string_split($short, ' ')))"""


def _replaced(column: str, rules: tuple[tuple[str, str], ...]) -> str:
    """The rules of `language.names` in SQL: they are ours, not a reader's."""
    for pattern, replacement in rules:
        column = f"regexp_replace({column}, '{pattern}', '{replacement}', 'g')"
    return f"trim({column})"


def _loose(column: str) -> str:
    return _replaced(f"replace(lower(strip_accents({column})), 'œ', 'oe')", names.LOOSE)


def _short(column: str) -> str:
    return _replaced(_loose(column), names.LETTERS)
