"""Tables as French spreadsheets read them, with nothing in them that a spreadsheet would run."""

from __future__ import annotations

import numpy as np
import pandas as pd


def csv(frame: pd.DataFrame) -> bytes:
    """A table for French spreadsheets: UTF-8 with BOM, semicolons, decimal commas, formulas made harmless."""
    safe = frame.rename(columns=neutral)
    for column in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[column]):
            safe[column] = safe[column].map(_cell, na_action="ignore")
    return safe.to_csv(index=False, sep=";", decimal=",", lineterminator="\r\n").encode("utf-8-sig")


def _cell(cell):
    """A list becomes one text, its items apart by « | » and its numbers with decimal commas."""
    if isinstance(cell, (list, np.ndarray)):
        cell = " | ".join(str(item).replace(".", ",") if isinstance(item, float) else str(item) for item in cell)
    return neutral(cell)


def neutral(cell):
    """A text that a spreadsheet would run as a formula gets an apostrophe; anything else is left alone."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") else cell
