"""The country as a process holds it, shared by all readers: communes, their contours, their points laid flat.

What is cut from these needs no question to the database, so that a draft answers at each click.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from maillage import catalog
from maillage.methods import plane
from maillage.queries import communes
from maillage.warehouse import Ask


@dataclass(frozen=True)
class Towns:
    """Every commune of France and its town hall (else a point inside), in km as `plane.lay` gives them."""

    codes: np.ndarray
    points: np.ndarray


def every(ask: Ask) -> pd.DataFrame:
    """Every commune, as `queries.communes.every`."""
    return ask(communes.every, *catalog.EVOLUTION)


def members(ask: Ask, codes: Iterable[str]) -> pd.DataFrame:
    """The communes of these codes that exist, in code order, with their contours (shapely, degrees) as `geometry`."""
    whole = every(ask)
    kept = whole.loc[[code for code in sorted(set(codes)) if code in whole.index]].reset_index(drop=True)
    shapes = {}
    for departement in kept["departement_code"].unique():
        shapes |= ask.keep(contours, departement)
    return kept.assign(geometry=np.array([shapes[code] for code in kept["code"]], dtype=object))


def contours(ask: Ask, departement: str) -> dict:
    """The contours of a département's communes by code: kept."""
    rows = ask(communes.contours, departement)
    return dict(zip([code for code, _ in rows], shapely.from_wkb([bytes(wkb) for _, wkb in rows]), strict=True))


def towns(ask: Ask) -> Towns:
    """The town halls, laid flat once for all readers."""
    whole = every(ask)
    return Towns(whole["code"].to_numpy(dtype=object), plane.lay(whole["code"], whole["lon"], whole["lat"]))
