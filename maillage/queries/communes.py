"""Questions about any set of communes (arrondissements in Paris, Lyon and Marseille), given by their codes."""

from __future__ import annotations

import pandas as pd

from maillage.warehouse import Cursor


def every(cursor: Cursor, first: int, last: int) -> pd.DataFrame:
    """Every commune of France, indexed by code, in code order.

    Columns: code, name, level, commune_code (of the city, for an arrondissement), departement_code, region_code, population,
    population_year, area_km2, lon, lat, point_origin, before and after (inhabitants the first year and the last, NaN when not
    known), cpts (names, of all statuses).
    """
    return (
        cursor.execute(
            """
            WITH listed AS (
                SELECT m.commune_code, list(c.name ORDER BY c.name) AS cpts FROM cpts_commune m JOIN cpts c USING (cpts_id)
                GROUP BY 1
            )
            SELECT r.code, t.name, r.level, r.commune_code, r.departement_code, r.region_code, r.population,
                   t.population_year, t.area_km2, t.lon, t.lat, t.point_origin, a.population::DOUBLE AS before,
                   b.population::DOUBLE AS after, coalesce(l.cpts, []) AS cpts
            FROM residence r JOIN territory t ON t.level = r.level AND t.code = r.code
            LEFT JOIN listed l ON l.commune_code = r.code
            LEFT JOIN population_history a ON a.code = r.code AND a.year = $first
            LEFT JOIN population_history b ON b.code = r.code AND b.year = $last
            ORDER BY r.code
            """,
            {"first": first, "last": last},
        )
        .fetchdf()
        .set_index("code", drop=False)
    )


def contours(cursor: Cursor, departement: str) -> list[tuple[str, bytes]]:
    """(code, well-known bytes) of the communes of a département, in code order, in degrees."""
    return cursor.execute(
        """
        SELECT r.code, ST_AsWKB(t.geometry) FROM residence r JOIN territory t ON t.level = r.level AND t.code = r.code
        WHERE r.departement_code = ? ORDER BY r.code
        """,
        [departement],
    ).fetchall()


def neighbours(cursor: Cursor) -> dict[str, tuple[str, ...]]:
    """The communes that each commune of France touches, both in code order. A city that has arrondissements is left out."""
    rows = cursor.execute(
        """
        WITH city AS (SELECT DISTINCT parent_code FROM territory WHERE level = 'arrondissement_municipal'),
        side AS (SELECT a, b FROM adjacency UNION ALL SELECT b, a FROM adjacency)
        SELECT a, list(b ORDER BY b) FROM side WHERE a NOT IN (FROM city) AND b NOT IN (FROM city) GROUP BY a ORDER BY a
        """
    ).fetchall()
    return {code: tuple(others) for code, others in rows}


def standing(cursor: Cursor, statuses: tuple[str, ...]) -> pd.DataFrame:
    """What is known of CPTS in every commune of France, indexed by code, in code order.

    Columns: code, level, name, departement_code, population, covered (in a CPTS of these statuses), listed (every CPTS of
    its département is, and none that holds it is of a stage that nobody knows: not covered is then in none).
    """
    return (
        cursor.execute(
            """
            SELECT r.code, r.level, t.name, r.departement_code, r.population,
                   s.covered, s.known AND NOT s.covered OR coalesce(i.extent = 'complet', false) AND s.covered AS listed
            FROM residence r JOIN territory t ON t.level = r.level AND t.code = r.code
            JOIN cpts_standing($statuses) s ON s.code = r.code
            LEFT JOIN inventory i ON i.subject = 'CPTS' AND i.departement_code = r.departement_code
            ORDER BY r.code
            """,
            {"statuses": list(statuses)},
        )
        .fetchdf()
        .set_index("code", drop=False)
    )


def within(cursor: Cursor, west: float, south: float, east: float, north: float) -> pd.DataFrame:
    """Communes whose town hall (else a point inside) stands in a box of degrees. Columns: code, name, population, wkb."""
    return cursor.execute(
        """
        SELECT r.code, t.name, r.population, ST_AsWKB(t.geometry) AS wkb
        FROM residence r JOIN territory t ON t.level = r.level AND t.code = r.code
        WHERE t.lon BETWEEN $west AND $east AND t.lat BETWEEN $south AND $north ORDER BY r.code
        """,
        {"west": west, "south": south, "east": east, "north": north},
    ).fetchdf()


def memberships(cursor: Cursor, statuses: tuple[str, ...]) -> pd.DataFrame:
    """One row per member commune of the CPTS of these statuses, in name then code order.

    Columns: cpts_id, name, status, perimeter, commune_code, population.
    """
    return cursor.execute(
        """
        SELECT c.cpts_id, c.name, c.status, c.perimeter, m.commune_code, r.population
        FROM cpts_commune m JOIN cpts c USING (cpts_id) JOIN residence r ON r.code = m.commune_code
        WHERE c.status IN (SELECT unnest($statuses)) ORDER BY c.name, c.cpts_id, m.commune_code
        """,
        {"statuses": list(statuses)},
    ).fetchdf()


def by_commune(cursor: Cursor, indicator: str) -> pd.DataFrame:
    """The latest figure of an indicator in every commune that has one, indexed by code.

    Columns: value (NaN: missing or withheld), withheld, exact (neither a minimum nor a maximum), year, source (title), vintage.
    """
    return (
        cursor.execute(
            """
            SELECT v.code, v.value, v.basis = 'withheld' AS withheld, v.bound NOT IN ('at_least', 'at_most') AS exact, v.year, s.title AS source, s.vintage
            FROM indicator_value v JOIN residence r ON r.level = v.level AND r.code = v.code JOIN source s USING (source_id)
            WHERE v.indicator = $indicator QUALIFY v.year = max(v.year) OVER (PARTITION BY v.code) ORDER BY v.code
            """,
            {"indicator": indicator},
        )
        .fetchdf()
        .set_index("code")
    )


def sites(cursor: Cursor) -> pd.DataFrame:
    """Every site that is not closed and whose commune is known, in type, commune and name order.

    Columns: site_id, type, name, status, commune_code (of the city, for most sites of Paris, Lyon and Marseille), commune,
    departement_code, address, lon, lat, precision, places, opened_on, as_of, source_id, source (title).
    """
    return cursor.execute(
        """
        SELECT s.site_id, s.type, s.name, s.status, s.commune_code, t.name AS commune, s.departement_code, s.address,
               s.lon, s.lat, s.precision, s.places, s.opened_on, s.as_of, s.source_id, o.title AS source
        FROM site s JOIN source o USING (source_id)
        JOIN territory t ON t.level IN ('commune', 'arrondissement_municipal') AND t.code = s.commune_code
        WHERE s.status <> 'ferme' ORDER BY s.type, t.name, s.name, s.site_id
        """
    ).fetchdf()


def open_sites(cursor: Cursor) -> pd.DataFrame:
    """Every open site with a position. Columns: site_id, type, name, commune_code, commune, departement_code, lon, lat."""
    return cursor.execute(
        """
        SELECT s.site_id, s.type, s.name, s.commune_code, t.name AS commune, s.departement_code, s.lon, s.lat
        FROM site s LEFT JOIN territory t
          ON t.level IN ('commune', 'arrondissement_municipal') AND t.code = s.commune_code
        WHERE s.status = 'ouvert' AND s.lon IS NOT NULL ORDER BY s.site_id
        """
    ).fetchdf()


def surveys(cursor: Cursor, departements: tuple[str, ...]) -> pd.DataFrame:
    """What was looked for in these départements, and sites known to no commune there.

    Columns: subject, departement_code, extent, unplaced.
    """
    return cursor.execute(
        """
        SELECT i.subject, i.departement_code, i.extent,
               (SELECT count(*) FROM site s WHERE s.type = i.subject AND s.departement_code = i.departement_code
                    AND s.commune_code IS NULL AND s.status <> 'ferme') AS unplaced
        FROM inventory i WHERE i.extent <> 'inconnu' AND i.departement_code IN (SELECT unnest($codes)) ORDER BY ALL
        """,
        {"codes": list(departements)},
    ).fetchdf()


def history(cursor: Cursor, codes: tuple[str, ...]) -> list[tuple[int, int]]:
    """(year, inhabitants) of the set, for the years when every one of its communes is known; the earliest first."""
    return cursor.execute(
        """
        SELECT year, sum(population)::INTEGER FROM population_history WHERE code IN (SELECT unnest($codes))
        GROUP BY year HAVING count(*) = len($codes) ORDER BY year
        """,
        {"codes": list(codes)},
    ).fetchall()


def gazetteer(cursor: Cursor) -> tuple[list, list, list, list]:
    """What names and codes mean: (code, name, département, population) of every commune and municipal arrondissement;
    (old code, code of today); (city, arrondissement) in code order; (code, name) of every département."""
    every = """
        SELECT code, name, departement_code, population FROM territory
        WHERE level IN ('commune', 'arrondissement_municipal') ORDER BY code
    """
    parts = "SELECT parent_code, code FROM territory WHERE level = 'arrondissement_municipal' ORDER BY code"
    return (
        cursor.execute(every).fetchall(),
        cursor.execute("SELECT old_code, new_code FROM commune_change ORDER BY ALL").fetchall(),
        cursor.execute(parts).fetchall(),
        cursor.execute("SELECT code, name FROM territory WHERE level = 'departement' ORDER BY code").fetchall(),
    )


def former_names(cursor: Cursor) -> list[tuple[str, str, int | None]]:
    """(Name, code of today, last year) of names that communes had, or that parts of them still have (no last year)."""
    return cursor.execute("SELECT name, code, until FROM commune_name ORDER BY ALL").fetchall()
