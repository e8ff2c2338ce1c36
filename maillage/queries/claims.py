"""Questions about what actors publish of a territory or of a CPTS."""

from __future__ import annotations

import pandas as pd

from maillage.warehouse import Cursor

_COLUMNS = "subject, claimed, unit, date, year, computed, computed_as, bound, note, citation, code"


def of_territory(cursor: Cursor, level: str, code: str) -> pd.DataFrame:
    """One row per figure published of a territory, or of a CPAM's district inside this département, in the order of the list.

    Columns: subject, claimed, unit, date, year, computed, computed_as, bound (exact, at_least, NA), note, citation, code.
    """
    return cursor.execute(
        f"""
        SELECT {_COLUMNS} FROM claim
        WHERE (level = $level AND code = $code) OR ($level = 'departement' AND departement_code = $code) ORDER BY claim_id
        """,
        {"level": level, "code": code},
    ).fetchdf()


def of_cpts(cursor: Cursor, cpts_id: str) -> pd.DataFrame:
    """The same rows for a CPTS."""
    return cursor.execute(f"SELECT {_COLUMNS} FROM claim WHERE cpts_id = ? ORDER BY claim_id", [cpts_id]).fetchdf()
