"""Class breaks of the maps: one scale for the whole of France at each level, so that two maps can be compared."""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd

from etl.frames import insert
from maillage import catalog

CLASSES = 5
MAPPED = ["commune", "departement", "region"]


def run(connection: duckdb.DuckDBPyConnection) -> None:
    """Fill `indicator_scale` from the latest value of each territory, as the maps show them."""
    latest = connection.execute(
        """
        SELECT indicator, level, list(value) FROM (
            SELECT indicator, level, value FROM indicator_value WHERE level IN (SELECT unnest(?))
            QUALIFY year = max(year) OVER (PARTITION BY indicator, level, code)
        ) WHERE value IS NOT NULL GROUP BY indicator, level ORDER BY indicator, level
        """,
        [MAPPED],
    ).fetchall()
    rows = [
        (indicator, level, *breaks(np.asarray(values, float), catalog.INDICATOR[indicator], level))
        for indicator, level, values in latest
    ]
    insert(connection, "indicator_scale", pd.DataFrame(rows, columns=["indicator", "level", "breaks", "method"]))


def breaks(values: np.ndarray, indicator: catalog.Indicator, level: str = "departement") -> tuple[list[float], str]:
    """Increasing limits at the indicator's own precision, and how they were chosen.

    Categories have one class each. Declared limits win. Else quantiles; limits that fall together are merged. A value equal to a limit is above it.
    """
    if indicator.categories:
        return list(indicator.limits), "une classe par catégorie"
    declared = (level == "commune" and indicator.commune_breaks) or indicator.breaks
    if declared:
        return list(declared), "limites fixes"
    distinct = np.unique(values)
    if len(distinct) <= CLASSES:
        limits, method = distinct[1:], "une classe par valeur"
    else:
        limits, method = np.quantile(values, np.arange(1, CLASSES) / CLASSES), "quantiles, arrondis"
    rounded = sorted({significant(limit, indicator.decimals) for limit in limits})
    inside = [limit for limit in rounded if distinct[0] < limit <= distinct[-1]]
    return inside, f"{method} ({len(inside) + 1} classe{'s' if inside else ''})"


def significant(value: float, decimals: int) -> float:
    """The value at the indicator's precision, and at three significant figures when it is larger."""
    if value == 0:
        return 0.0
    digits = min(decimals, 2 - int(np.floor(np.log10(abs(value)))))
    return float(round(value, digits))
