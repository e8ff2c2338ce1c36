"""Questions about what came when."""

from __future__ import annotations

import pandas as pd

from maillage.warehouse import Cursor


def registered(cursor: Cursor, subject: str) -> list[tuple[str, int, str]]:
    """(département, open sites listed, date) where the list of a type is whole and dated, in code order."""
    return cursor.execute(
        """
        SELECT departement_code, listed, as_of FROM inventory
        WHERE subject = ? AND extent = 'complet' AND as_of IS NOT NULL ORDER BY departement_code
        """,
        [subject],
    ).fetchall()


def signatures(cursor: Cursor) -> pd.DataFrame:
    """One row per CPTS with a dated signature of its ACI, the earliest date. Columns: cpts_id, year, deduced."""
    return cursor.execute(
        """
        SELECT cpts_id, left(min(date), 4)::INTEGER AS year, arg_min(deduced, date) AS deduced FROM cpts_event
        WHERE status = 'aci_signe' GROUP BY cpts_id ORDER BY cpts_id
        """
    ).fetchdf()


def standing(cursor: Cursor) -> tuple[int, int]:
    """How many CPTS have signed by their status, and how many are listed."""
    return cursor.execute("SELECT count(*) FILTER (status = 'aci_signe'), count(*) FROM cpts").fetchone()
