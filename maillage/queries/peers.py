"""Questions about territories of one level, side by side."""

from __future__ import annotations

import pandas as pd

from maillage.warehouse import Cursor

# The column of `territory` that says which peers share a larger place.
WITHIN = {"": "", "region_code": "region_code", "departement_code": "departement_code"}


def every(cursor: Cursor, level: str, names: tuple[str, ...], within: str = "", code: str = "") -> pd.DataFrame:
    """One row per territory of a level (of one région or département, where `within` is its column) and indicator of
    `names`: its latest figure, in indicator then code order. Columns: indicator, code, name, value, low, high, bound,
    basis, method, year, source (title), vintage.
    """
    where = f"AND t.{WITHIN[within]} = $code" if within else "AND $code = $code"
    return cursor.execute(
        f"""
        SELECT v.indicator, v.code, t.name, v.value, v.low, v.high, v.bound, v.basis, v.method, v.year,
               s.title AS source, s.vintage
        FROM indicator_value v JOIN territory t ON t.level = v.level AND t.code = v.code JOIN source s USING (source_id)
        WHERE v.level = $level AND v.indicator IN (SELECT unnest($names)) {where}
        QUALIFY v.year = max(v.year) OVER (PARTITION BY v.indicator, v.code)
        ORDER BY v.indicator, v.code
        """,
        {"level": level, "names": list(names), "code": code},
    ).fetchdf()
