"""Questions about counts of people: always of the build itself, never of what a veil shows of it."""

from __future__ import annotations

import pandas as pd

from maillage.warehouse import Cursor


def counts(cursor: Cursor, secret: tuple[str, ...], counted: tuple[str, ...]) -> pd.DataFrame:
    """Every figure of the `secret` indicators behind which the build holds counts of people: events, or the value itself for
    the `counted` ones. In indicator, year and sex order.

    Columns: indicator, year, sex, level, code, parent_code, epci_code, departement_code, region_code, count, withheld (by its
    source).
    """
    return cursor.execute(
        """
        WITH figure AS (
            SELECT *, CASE WHEN list_contains($counted, indicator) THEN coalesce(events, value) ELSE events END AS count
            FROM build.main.indicator_value WHERE list_contains($secret, indicator)
        )
        SELECT v.indicator, v.year, v.sex, v.level, v.code, t.parent_code, t.epci_code,
               coalesce(t.departement_code, CASE v.level WHEN 'departement' THEN v.code END) AS departement_code,
               coalesce(t.region_code, CASE v.level WHEN 'region' THEN v.code END) AS region_code,
               v.count::DOUBLE AS count, v.basis = 'withheld' AS withheld
        FROM figure v JOIN territory t ON t.level = v.level AND t.code = v.code
        WHERE v.indicator IN (SELECT indicator FROM figure WHERE count IS NOT NULL)
        ORDER BY v.indicator, v.year, v.sex, v.level, v.code
        """,
        {"secret": list(secret), "counted": list(counted)},
    ).fetchdf()


def small_events(cursor: Cursor, threshold: int) -> pd.DataFrame:
    """The départements and years of which a number of events by age is from 1 to `threshold` − 1, or withheld by its source.

    Columns: departement_code, year. Builds of before these events have none.
    """
    known = "SELECT count(*) FROM duckdb_tables() WHERE database_name = 'build' AND table_name = 'event_by_age'"
    if cursor.execute(known).fetchall() == [(0,)]:
        return pd.DataFrame(columns=["departement_code", "year"])
    return cursor.execute(
        """
        SELECT DISTINCT departement_code, year FROM build.main.event_by_age
        WHERE events BETWEEN 1 AND $threshold - 1 OR withheld ORDER BY ALL
        """,
        {"threshold": threshold},
    ).fetchdf()
