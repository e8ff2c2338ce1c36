"""Values cut in classes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from maillage.catalog.palettes import colours
from maillage.records.map_view import MISSING, WITHHELD, Classes


def classify(values: pd.Series, breaks: Sequence[float], palette: str, withheld: pd.Series | None = None):
    """(marks, Classes) of values in some order: a value on a limit belongs to the class above.

    NaN is missing; `withheld` (booleans) says which are kept secret.
    """
    numbers = values.to_numpy(dtype=float, na_value=np.nan)
    hidden = np.zeros(len(numbers), bool) if withheld is None else withheld.to_numpy(dtype=bool)
    empty = np.isnan(numbers) & ~hidden
    rank = np.digitize(np.nan_to_num(numbers), breaks)
    # One byte a territory: thirty-five thousand small strings would take longer than their classes.
    marks = np.where(
        hidden, WITHHELD.encode(), np.where(empty, MISSING.encode(), (rank + ord("0")).astype("u1").view("S1"))
    )
    known = rank[~(hidden | empty)]
    counts = np.bincount(known, minlength=len(breaks) + 1)
    classes = Classes(
        tuple(breaks), colours(palette, len(breaks) + 1), tuple(map(int, counts)), int(empty.sum()), int(hidden.sum())
    )
    return marks.astype("S1").tobytes().decode(), classes
