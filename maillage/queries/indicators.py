"""Questions about figures."""

from __future__ import annotations

import pandas as pd

from maillage import catalog
from maillage.warehouse import Cursor


def by_residence(
    cursor: Cursor,
    indicator: str,
    statuses: tuple[str, ...] | None = None,
    departements: list[str] | None = None,
) -> pd.DataFrame:
    """One row per commune (arrondissement in Paris, Lyon, Marseille) of the départements (none: all), in code order:
    the order of the contours in static/geo. Its latest figure, NaN where there is none.

    With `statuses`, the indicator is the share of the population in a CPTS of these statuses.
    Columns: code, level, name, departement_code, population, value, low, high, bound, basis, method, year, source (title), vintage.
    """
    some = departements is not None
    figures = _SOURCED if statuses is not None else LATEST.format("AND code IN (SELECT code FROM here)" if some else "")
    return cursor.execute(
        f"""
        WITH here AS (FROM residence {"WHERE list_contains($departements, departement_code)" if some else ""}),
        figure AS ({figures})
        SELECT r.code, r.level, t.name, r.departement_code, r.population, f.value, f.low, f.high, f.bound, f.basis, f.method, f.year,
               s.title AS source, s.vintage
        FROM here r
        JOIN territory t ON t.level = r.level AND t.code = r.code
        LEFT JOIN figure f ON f.level = r.level AND f.code = r.code LEFT JOIN source s USING (source_id)
        ORDER BY r.code
        """,
        _bound(indicator, statuses) | ({"departements": departements} if some else {}),
    ).fetchdf()


def by_departement(cursor: Cursor, indicator: str, statuses: tuple[str, ...] | None = None) -> pd.DataFrame:
    """The same for every département."""
    return cursor.execute(
        f"""
        WITH figure AS ({_SOURCED if statuses is not None else LATEST.format("")})
        SELECT t.code, t.level, t.name, t.code AS departement_code, t.population, f.value, f.low, f.high, f.bound, f.basis, f.method, f.year,
               s.title AS source, s.vintage
        FROM territory t LEFT JOIN figure f ON f.level = t.level AND f.code = t.code LEFT JOIN source s USING (source_id)
        WHERE t.level = 'departement' ORDER BY t.code
        """,
        _bound(indicator, statuses),
    ).fetchdf()


# The latest figure of each territory (of some, by one more condition), and coverage by any choice of statuses, in the same columns.
LATEST = """
    SELECT level, code, value, low, high, bound, basis, method, year, source_id FROM indicator_value v WHERE v.indicator = $indicator {}
    QUALIFY v.year = max(v.year) OVER (PARTITION BY v.level, v.code)
"""
COVERAGE = """
    SELECT level, code, value, CASE WHEN NOT exact THEN value END AS low, NULL::DOUBLE AS high,
           CASE WHEN exact THEN 'exact' ELSE 'at_least' END AS bound, 'computed' AS basis,
           CASE WHEN exact THEN 'communes membres de CPTS' ELSE 'minimum : périmètres connus seulement' END AS method,
           (SELECT max(year) FROM indicator_value v WHERE v.indicator = $indicator) AS year
    FROM coverage($statuses)
"""
_SOURCED = f"FROM ({COVERAGE}) LEFT JOIN (SELECT level, code, source_id FROM ({LATEST.format('')})) USING (level, code)"


def _bound(indicator: str, statuses: tuple[str, ...] | None) -> dict:
    return {"indicator": indicator} | ({} if statuses is None else {"statuses": list(statuses)})


def coverage(cursor: Cursor, statuses: tuple[str, ...], level: str) -> pd.DataFrame:
    """Share of the population in a CPTS of these statuses, per territory of the level where something is known.

    Columns: level, code, value, low, high, bound, basis, method, year.
    """
    return cursor.execute(
        f"SELECT * FROM ({COVERAGE}) WHERE level = $level ORDER BY code",
        _bound("couverture_cpts", statuses) | {"level": level},
    ).fetchdf()


def scale(cursor: Cursor, indicator: str, level: str) -> tuple[list[float], str]:
    """Class limits of an indicator at a level, and how they were chosen; ([], "") where nothing is mapped."""
    row = cursor.execute(
        "SELECT breaks, method FROM indicator_scale WHERE indicator = ? AND level = ?",
        [indicator, "commune" if level == "arrondissement_municipal" else level],
    ).fetchone()
    return (list(row[0]), row[1]) if row else ([], "")


def profile(cursor: Cursor, places: list[tuple[str, str]], names: list[str]) -> pd.DataFrame:
    """Latest value of each named indicator for each (level, code) that has one.

    Columns: indicator, level, code, year, value, low, high, bound, basis, method, source (title), producer, vintage.
    """
    return cursor.execute(
        """
        WITH place AS (SELECT unnest($levels) AS level, unnest($codes) AS code)
        SELECT v.indicator, v.level, v.code, v.year, v.value, v.low, v.high, v.bound, v.basis, v.method, s.title AS source, s.producer, s.vintage
        FROM indicator_value v
        JOIN place p ON p.level = v.level AND p.code = v.code
        JOIN source s ON s.source_id = v.source_id
        WHERE v.indicator IN (SELECT unnest($names))
        QUALIFY v.year = max(v.year) OVER (PARTITION BY v.indicator, v.level, v.code)
        ORDER BY v.indicator, list_position($levels, v.level)
        """,
        {"levels": [level for level, _ in places], "codes": [code for _, code in places], "names": names},
    ).fetchdf()


def values(cursor: Cursor, indicator: str, level: str, year: int | None = None) -> pd.DataFrame:
    """One row per territory of a level that has a figure of the indicator that year (none: its latest), in code order.

    Columns: level, code, name, departement_code, region_code, epci_code, parent_code, year, value, low, high, bound, basis, method, source_id, source
    (title), as_of (vintage of the source).
    """
    return cursor.execute(
        """
        SELECT v.level, v.code, t.name, t.departement_code, t.region_code, t.epci_code, t.parent_code, v.year, v.value, v.low, v.high, v.bound, v.basis,
               v.method, v.source_id, s.title AS source, s.vintage AS as_of
        FROM indicator_value v JOIN territory t ON t.level = v.level AND t.code = v.code JOIN source s USING (source_id)
        WHERE v.indicator = $indicator AND v.level = $level AND ($year IS NULL OR v.year = $year)
        QUALIFY v.year = max(v.year) OVER (PARTITION BY v.code)
        ORDER BY v.code
        """,
        {"indicator": indicator, "level": level, "year": year},
    ).fetchdf()


def years(cursor: Cursor, indicator: str) -> dict[str, list[int]]:
    """The years that have a figure of an indicator, the latest first, by level."""
    rows = cursor.execute(
        """
        SELECT level, list(DISTINCT year ORDER BY year DESC) FROM indicator_value WHERE indicator = $indicator
        GROUP BY level ORDER BY list_position($levels, level)
        """,
        {"indicator": indicator, "levels": [level.code for level in catalog.LEVELS]},
    ).fetchall()
    return dict(rows)


def area_gaps(cursor: Cursor) -> dict[str, float]:
    """How far the area of our contours is from the published one, in percent, by département; not of those where none is published.

    The published area is the estimated population ÷ the published density of the same year: the cadastre's, without waters.
    """
    return dict(
        cursor.execute(
            """
            SELECT t.code, 100 * (t.area_km2 * d.value / p.value - 1) FROM territory t
            JOIN indicator_value d ON d.level = t.level AND d.code = t.code AND d.indicator = 'densite_publiee'
            JOIN indicator_value p ON p.level = t.level AND p.code = t.code AND p.indicator = 'population_estimee' AND p.year = d.year
            WHERE t.level = 'departement' AND p.value > 0 QUALIFY d.year = max(d.year) OVER (PARTITION BY t.code)
            """
        ).fetchall()
    )


def sources(cursor: Cursor, indicator: str, departements: tuple[str, ...] = ()) -> list[tuple[str, str, str]]:
    """(title, producer, vintage) of what an indicator is made from: everywhere, or in these départements."""
    here = "AND (v.level, v.code) IN (SELECT (level, code) FROM territory WHERE list_contains($departements, departement_code))"
    return cursor.execute(
        f"""
        SELECT DISTINCT title, producer, vintage FROM source WHERE source_id IN (
            SELECT v.source_id FROM indicator_value v WHERE v.indicator = $indicator {here if departements else ""})
        ORDER BY title
        """,
        {"indicator": indicator} | ({"departements": list(departements)} if departements else {}),
    ).fetchall()


def known(cursor: Cursor) -> frozenset[str]:
    """Indicators with at least one figure in this build."""
    return frozenset(code for (code,) in cursor.execute("SELECT DISTINCT indicator FROM indicator_value").fetchall())


def latest_method(cursor: Cursor, indicator: str) -> tuple[int, str] | None:
    """(year, method) of the indicator's latest figures: for a published one, the method names its producer."""
    return cursor.execute(
        """
        SELECT year, mode(method) FROM indicator_value
        WHERE indicator = $indicator AND level IN ('departement', 'commune')
          AND year = (SELECT max(year) FROM indicator_value WHERE indicator = $indicator)
        GROUP BY year
        """,
        {"indicator": indicator},
    ).fetchone()
