"""Class breaks of the maps: one scale for the whole of France at each level, so that two maps can be compared."""

from __future__ import annotations

import duckdb
import mapclassify
import numpy as np
import pandas as pd

from etl.frames import insert
from maillage import catalog

CLASSES = 5
MAPPED = ("commune", "departement", "region")


def run(connection: duckdb.DuckDBPyConnection) -> None:
    rows = []
    for indicator in catalog.INDICATORS:
        for level in MAPPED:
            values = connection.execute(
                """
                SELECT value FROM indicator_value WHERE indicator = ? AND level = ? AND value IS NOT NULL
                QUALIFY year = max(year) OVER ()
                """,
                [indicator.code, level],
            ).fetchnumpy()["value"]
            if len(values):
                rows.append((indicator.code, level, *breaks(np.asarray(values, float), indicator)))
    insert(connection, "indicator_scale", pd.DataFrame(rows, columns=["indicator", "level", "breaks", "method"]))


def breaks(values: np.ndarray, indicator: catalog.Indicator) -> tuple[list[float], str]:
    """Increasing limits at the indicator's own precision, and how they were chosen.

    Declared limits win. Else quantiles, which mapclassify computes; limits that fall together are merged.
    """
    if indicator.breaks:
        return list(indicator.breaks), "limites fixes"
    distinct = np.unique(values)
    limits = distinct[1:] if len(distinct) <= CLASSES else mapclassify.Quantiles(values, k=CLASSES).bins[:-1]
    rounded = sorted({significant(limit, indicator.decimals) for limit in limits})
    inside = [limit for limit in rounded if distinct[0] < limit <= distinct[-1]]
    return inside, f"quantiles en {CLASSES} classes, arrondis"


def significant(value: float, decimals: int) -> float:
    """The value at the indicator's precision, and at three significant figures when it is larger."""
    if value == 0:
        return 0.0
    digits = min(decimals, 2 - int(np.floor(np.log10(abs(value)))))
    return float(round(value, digits))
