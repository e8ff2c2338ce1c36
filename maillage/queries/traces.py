"""Questions about figures one by one: the rows themselves and their sources, and the numbers they were made from."""

from __future__ import annotations

import pandas as pd

from maillage.warehouse import Cursor


def figures(cursor: Cursor, level: str, code: str) -> dict[str, dict[int, dict]]:
    """The figures of a territory with their sources, by indicator then by year, the latest first.

    Keys of each: year, sex, value, low, high, bound, basis, events, method, then the columns of `source`. All of a territory
    take as long to read as one.
    """
    rows = cursor.execute(
        """
        SELECT v.indicator, v.year, v.sex, v.value, v.low, v.high, v.bound, v.basis, v.events, v.method, s.*
        FROM indicator_value v JOIN source s USING (source_id)
        WHERE v.level = ? AND v.code = ? ORDER BY v.indicator, v.year DESC, v.sex
        """,
        [level, code],
    )
    names = [column[0] for column in rows.description[1:]]
    known: dict[str, dict[int, dict]] = {}
    for indicator, *row in rows.fetchall():
        known.setdefault(indicator, {}).setdefault(row[0], dict(zip(names, row, strict=True)))
    return known


def change(cursor: Cursor, level: str, code: str, first: int, last: int) -> tuple[int, int, int, int]:
    """Population of the first and of the last year over the communes that have both, how many they are, how many lack one."""
    return cursor.execute(
        f"""
        WITH place AS ({_COMMUNES}),
        pair AS (
            SELECT a.population AS before, b.population AS after
            FROM place p
            LEFT JOIN population_history a ON a.code = p.code AND a.year = $first
            LEFT JOIN population_history b ON b.code = p.code AND b.year = $last
        )
        SELECT coalesce(sum(before) FILTER (after IS NOT NULL), 0)::BIGINT,
               coalesce(sum(after) FILTER (before IS NOT NULL), 0)::BIGINT,
               count(*) FILTER (before IS NOT NULL AND after IS NOT NULL),
               count(*) FILTER (before IS NULL OR after IS NULL)
        FROM pair
        """,
        {"level": level, "code": code, "first": first, "last": last},
    ).fetchone()


def covered(cursor: Cursor, statuses: tuple[str, ...], level: str, code: str) -> tuple[int, int, float, bool] | None:
    """(inhabitants covered, inhabitants, share in percent, whether every perimeter is known) for CPTS of these statuses."""
    return cursor.execute(
        """
        SELECT covered_population::BIGINT, population::BIGINT, value, exact FROM coverage($statuses)
        WHERE level = $level AND code = $code
        """,
        {"statuses": list(statuses), "level": level, "code": code},
    ).fetchone()


def departements(cursor: Cursor, level: str, code: str, indicator: str, year: int) -> pd.DataFrame:
    """The figures of the départements of a région or of France one year. Columns: code, name, value, population, basis,
    method."""
    return cursor.execute(
        """
        SELECT t.code, t.name, v.value, t.population, v.basis, v.method
        FROM territory t
        JOIN indicator_value v ON v.level = 'departement' AND v.code = t.code AND v.indicator = $indicator AND v.year = $year
        WHERE t.level = 'departement' AND ($level = 'france' OR t.region_code = $code) ORDER BY t.code
        """,
        {"level": level, "code": code, "indicator": indicator, "year": year},
    ).fetchdf()


def nearest(cursor: Cursor, commune: str, site_type: str) -> tuple[str, str, float, str, str] | None:
    """(site, its commune, km, its position's precision, where the commune's point comes from) of the nearest listed site."""
    return cursor.execute(
        """
        SELECT s.name, t.name, a.distance_km, s.precision, o.point_origin
        FROM access a
        JOIN site s ON s.site_id = a.nearest_site_id
        JOIN territory o ON o.level IN ('commune', 'arrondissement_municipal') AND o.code = a.commune_code
        LEFT JOIN territory t ON t.level IN ('commune', 'arrondissement_municipal') AND t.code = s.commune_code
        WHERE a.commune_code = ? AND a.site_type = ? ORDER BY t.level LIMIT 1
        """,
        [commune, site_type],
    ).fetchone()


def far(cursor: Cursor, level: str, code: str, site_type: str) -> tuple[float, int, int]:
    """Σ km × inhabitants, inhabitants and number of the communes of a territory that have a nearest site."""
    return cursor.execute(
        f"""
        SELECT coalesce(sum(a.distance_km * t.population), 0), coalesce(sum(t.population), 0)::BIGINT, count(*)
        FROM access a JOIN ({_COMMUNES}) p ON p.code = a.commune_code
        JOIN territory t ON t.level = 'commune' AND t.code = p.code
        WHERE a.site_type = $site_type
        """,
        {"level": level, "code": code, "site_type": site_type},
    ).fetchone()


def communes(cursor: Cursor, level: str, code: str) -> int:
    """How many communes a territory has."""
    return cursor.execute(f"SELECT count(*) FROM ({_COMMUNES})", {"level": level, "code": code}).fetchone()[0]


# The communes of a territory at any level; an arrondissement is itself.
_COMMUNES = """
    SELECT code FROM territory
    WHERE CASE $level WHEN 'arrondissement_municipal' THEN level = $level AND code = $code
                      ELSE level = 'commune' END
      AND CASE $level WHEN 'commune' THEN code = $code WHEN 'epci' THEN epci_code = $code
                      WHEN 'departement' THEN departement_code = $code WHEN 'region' THEN region_code = $code ELSE true END
"""


def summary(cursor: Cursor) -> pd.DataFrame:
    """One row per indicator with a figure. Columns: indicator, first and last year, sources (titles), basis_of_france (of its latest figure, « » for none)."""
    return cursor.execute(
        """
        SELECT v.indicator, min(v.year) AS first, max(v.year) AS last, list(DISTINCT s.title ORDER BY s.title) AS sources,
               coalesce(max_by(v.basis, v.year) FILTER (v.level = 'france'), '') AS basis_of_france
        FROM indicator_value v JOIN source s USING (source_id) GROUP BY v.indicator ORDER BY v.indicator
        """
    ).fetchdf()
