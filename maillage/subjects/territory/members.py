"""The communes of a territory, as a table of the page and of its files."""

from __future__ import annotations

import pandas as pd

from maillage.records.territory import Dossier


def table(dossier: Dossier) -> pd.DataFrame:
    """One row per member commune, in code order."""
    frame = dossier.communes
    return pd.DataFrame(
        {
            "Commune": frame["name"],
            "Code": frame["code"],
            "Département": frame["departement_code"],
            "Population": frame["population"],
            "Surface (km²)": frame["area_km2"].round(1),
            "Densité (hab./km²)": (frame["population"] / frame["area_km2"]).round(1),
            "Année": frame["population_year"],
            "CPTS": [" ; ".join(names) for names in frame["cpts"]],
        }
    )
