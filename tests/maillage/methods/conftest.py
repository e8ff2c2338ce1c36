"""Real communes and real sites for the methods, straight from the committed files."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from maillage.methods import plane

DATA = Path(__file__).parents[3] / "data"


@pytest.fixture(scope="session")
def every_commune() -> pd.DataFrame:
    """code, departement_code, population, lon, lat of today's communes, in code order."""
    columns = ["level", "code", "name", "departement_code", "population", "lon", "lat"]
    frame = pd.read_parquet(DATA / "snapshot" / "communes.parquet", columns=columns)
    return frame[frame["level"] == "commune"].sort_values("code", ignore_index=True)


@pytest.fixture(scope="session")
def communes(every_commune) -> pd.DataFrame:
    """The communes of the Nord and the Pas-de-Calais."""
    return every_commune[every_commune["departement_code"].isin(["59", "62"])].reset_index(drop=True)


@pytest.fixture(scope="session")
def flat(communes):
    return plane.lay(communes["code"], communes["lon"], communes["lat"])


@pytest.fixture(scope="session")
def sites(communes, flat):
    """Where the structures of these two départements are, all types, at their commune's point, shape (m, 2)."""
    listed = pd.read_csv(DATA / "reference" / "structures.csv", dtype=str)
    codes = listed.loc[listed["departement"].isin(["59", "62"]), "code_commune"].dropna()
    index = pd.Series(communes.index, communes["code"]).reindex(codes).dropna().astype(int)
    assert len(index) >= 20
    return flat[index]
