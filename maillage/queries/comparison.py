"""Questions about départements side by side."""

from __future__ import annotations

import pandas as pd

from maillage.warehouse import Cursor


def history(cursor: Cursor, indicator: str, sex: str) -> pd.DataFrame:
    """Every figure of an indicator for départements, régions and France: one row per territory and year, in level, code and
    year order.

    Columns: level, code, name, region_code, departement_code, year, value, low, high, bound, basis, events, method, source (title), vintage.
    """
    return cursor.execute(
        """
        SELECT v.level, v.code, t.name, t.region_code, t.departement_code, v.year, v.value, v.low, v.high, v.bound, v.basis, v.events,
               v.method, s.title AS source, s.vintage
        FROM build.main.indicator_value v
        JOIN territory t ON t.level = v.level AND t.code = v.code
        JOIN source s USING (source_id)
        WHERE v.indicator = $indicator AND v.sex = $sex AND v.level IN ('departement', 'region', 'france')
        ORDER BY v.level, v.code, v.year
        """,
        {"indicator": indicator, "sex": sex},
    ).fetchdf()


def known(cursor: Cursor) -> frozenset[str]:
    """Indicators with a figure of a département in this build, be it withheld."""
    return frozenset(
        code
        for (code,) in cursor.execute(
            "SELECT DISTINCT indicator FROM indicator_value WHERE level = 'departement' AND (value IS NOT NULL OR basis = 'withheld')"
        ).fetchall()
    )


def contours(cursor: Cursor) -> pd.DataFrame:
    """One row per département, in code order: code, name, wkb (degrees)."""
    return cursor.execute(
        """
        SELECT code, name, ST_AsWKB(geometry) AS wkb FROM territory
        WHERE level = 'departement' AND geometry IS NOT NULL ORDER BY code
        """
    ).fetchdf()


def stamp(cursor: Cursor) -> str:
    """The build that figures come from, for a file: « 20261122-070306-56cccf3e, construite le 22/11/2026 »."""
    version, day = cursor.execute("SELECT version, strftime(built_at, '%d/%m/%Y') FROM build").fetchone()
    return f"{version}, construite le {day}"
