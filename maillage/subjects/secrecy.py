"""Which figures of a build may not be shown: the one rule for maps, traces, documents and files (METHODS: « Petits nombres »).

`Warehouse` hides the rows named here from every question, so that nothing downstream can show them by oversight.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pandas as pd

from maillage import catalog
from maillage.methods import secrecy
from maillage.queries.secrecy import counts, small_events
from maillage.warehouse import EVENTS, FIGURE, Ask, Warehouse

SECRET = tuple(each.code for each in catalog.INDICATORS if each.secret)
COUNTED = tuple(each.code for each in catalog.INDICATORS if each.counted)


def veil(ask: Ask, threshold: int) -> dict[str, pd.DataFrame]:
    """The rows of each table that no question may see: figures, and all the deaths by age of a département and a year where
    one of them is small: the sum is told elsewhere."""
    events = ask(small_events, threshold) if threshold else pd.DataFrame(columns=list(EVENTS))
    return {"indicator_value": withheld(ask, threshold), "event_by_age": events}


def warehouse(path: Path, threshold: int) -> Warehouse:
    """The base as every reader of the atlas has it: without what the threshold withholds."""
    return Warehouse(path, partial(veil, threshold=threshold))


def withheld(ask: Ask, threshold: int) -> pd.DataFrame:
    """The figures to withhold, by the key of `indicator_value`; none where the build holds no count of people, or the
    threshold is 0. Both sexes go together: with their total, one would give the other."""
    if not threshold:
        return pd.DataFrame(columns=list(FIGURE))
    rows = ask(counts, SECRET, COUNTED)
    hidden = pd.Series(False, rows.index)
    for _, each in rows.groupby(["indicator", "year", "sex"]):
        hidden[each.index] = secrecy.concealed(each, threshold)
    by_sex = rows["sex"].ne("all")
    place = ["indicator", "year", "level", "code"]
    hidden |= by_sex & (hidden & by_sex).groupby([rows[name] for name in place]).transform("any").astype(bool)
    return rows.loc[hidden & ~rows["withheld"], list(FIGURE)].reset_index(drop=True)
