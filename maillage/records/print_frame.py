"""What a printed map draws around a territory."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

FAR_MINUTES = 20.0


@dataclass(frozen=True)
class Vicinity:
    """Tables are empty, never absent; shared by all readers: do not change them in place."""

    ground: pd.DataFrame  # communes around: code, name, population, geometry (shapely, degrees)
    borders: pd.DataFrame  # its départements and those around: code, name, geometry
    sites: pd.DataFrame  # those inside, then those in sight: commune_code, type, status, precision, name, lon, lat
    bounds: tuple[float, float, float, float] | None  # of the communes that one map can hold, in degrees
    apart: tuple[str, ...]  # the others, in another part of France
    far: pd.DataFrame  # as queries.vicinity.far says, at FAR_MINUTES
    far_minutes: float = FAR_MINUTES
    country: pd.DataFrame | None = None  # metropolitan départements, coarse: code, name, geometry; None overseas
