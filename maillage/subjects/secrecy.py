"""Which figures of a build may not be shown: the one rule for maps, traces, documents and files (METHODS: « Petits nombres »).

`Warehouse` hides the rows named here from every question, so that nothing downstream can show them by oversight.
"""

from __future__ import annotations

import pandas as pd

from maillage import catalog
from maillage.methods import secrecy
from maillage.queries.secrecy import counts
from maillage.warehouse import FIGURE, Ask

SECRET = tuple(each.code for each in catalog.INDICATORS if each.secret)
COUNTED = tuple(each.code for each in catalog.INDICATORS if each.counted)


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
