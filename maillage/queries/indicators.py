"""Questions about figures."""

from __future__ import annotations

import duckdb
import pandas as pd


def values(
    cursor: duckdb.DuckDBPyConnection, indicator: str, level: str, codes: list[str] | None = None
) -> pd.DataFrame:
    """The latest figure of each territory of the level that has one, in code order.

    Columns: code, value (NaN: missing at the source), low, high, method, year. `codes` restricts the territories.
    """
    return cursor.execute(
        """
        SELECT v.code, v.value, v.low, v.high, v.method, v.year FROM indicator_value v
        WHERE v.indicator = $indicator AND v.level = $level
          AND ($all OR v.code IN (SELECT unnest($codes)))
        QUALIFY v.year = max(v.year) OVER (PARTITION BY v.code)
        ORDER BY v.code
        """,
        {"indicator": indicator, "level": level, "all": codes is None, "codes": codes or []},
    ).fetchdf()


def coverage(cursor: duckdb.DuckDBPyConnection, statuses: tuple[str, ...], level: str) -> pd.DataFrame:
    """Share of the population in a CPTS of these statuses, per territory of the level; same columns as `values`."""
    return cursor.execute(
        """
        SELECT code, value, CASE WHEN NOT exact THEN value END AS low, NULL::DOUBLE AS high,
               CASE WHEN exact THEN 'communes membres de CPTS' ELSE 'minimum : périmètres connus seulement' END AS method,
               2026 AS year
        FROM coverage($statuses) WHERE level = $level ORDER BY code
        """,
        {"statuses": list(statuses), "level": level},
    ).fetchdf()


def scale(cursor: duckdb.DuckDBPyConnection, indicator: str, level: str) -> tuple[list[float], str]:
    """Class limits of an indicator at a level, and how they were chosen; ([], "") where nothing is mapped."""
    row = cursor.execute(
        "SELECT breaks, method FROM indicator_scale WHERE indicator = ? AND level = ?",
        [indicator, "commune" if level == "arrondissement_municipal" else level],
    ).fetchone()
    return (list(row[0]), row[1]) if row else ([], "")


def profile(cursor: duckdb.DuckDBPyConnection, places: list[tuple[str, str]], names: list[str]) -> pd.DataFrame:
    """Latest value of each named indicator for each (level, code) that has one.

    Columns: indicator, level, code, year, value, low, high, method, source (title), producer.
    """
    return cursor.execute(
        """
        WITH place AS (SELECT unnest($levels) AS level, unnest($codes) AS code)
        SELECT v.indicator, v.level, v.code, v.year, v.value, v.low, v.high, v.method, s.title AS source, s.producer
        FROM indicator_value v
        JOIN place p ON p.level = v.level AND p.code = v.code
        JOIN source s ON s.source_id = v.source_id
        WHERE v.indicator IN (SELECT unnest($names))
        QUALIFY v.year = max(v.year) OVER (PARTITION BY v.indicator, v.level, v.code)
        """,
        {"levels": [level for level, _ in places], "codes": [code for _, code in places], "names": names},
    ).fetchdf()


def sources(cursor: duckdb.DuckDBPyConnection, indicator: str) -> list[tuple[str, str, int, int]]:
    """(title, producer, first year, last year) of what an indicator is made from."""
    return cursor.execute(
        """
        SELECT s.title, s.producer, min(v.year), max(v.year) FROM indicator_value v JOIN source s USING (source_id)
        WHERE v.indicator = ? GROUP BY s.title, s.producer ORDER BY max(v.year) DESC
        """,
        [indicator],
    ).fetchall()


def latest_method(cursor: duckdb.DuckDBPyConnection, indicator: str) -> tuple[int, str] | None:
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
