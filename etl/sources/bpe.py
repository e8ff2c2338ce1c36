"""Insee's permanent base of equipments: general practitioners, pharmacies, emergencies of each commune."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd

from etl.formats import archives, figures, observations, sheets
from etl.intake import brought
from etl.resolve.precedence import REGISTER
from etl.source import Inputs, Note, Remote, Source, Tally

SOURCE = Source(
    source_id="bpe",
    title="Base permanente des équipements, par commune",
    producer="Insee",
    page="https://www.insee.fr/fr/statistiques/8217527",
    licence="Licence Ouverte 2.0",
    vintage="2025",
    remote=Remote("https://www.insee.fr/fr/statistiques/fichier/8217527/DS_BPE_CSV_FR.zip", "zip", most_mb=60),
    local="*",
    doubts="Un équipement absent du fichier est compté zéro. Un médecin qui exerce en deux lieux y est compté deux fois.",
    writes="figure",
    tier=REGISTER,
)

TYPES = {"D265": "bpe_generalistes", "D307": "bpe_pharmacies", "D106": "bpe_urgences"}
METHOD, SUMMED = "Insee, BPE, équipements de la commune", "Insee, BPE, somme des communes"


def mine(path: Path) -> bool:
    """Whether a file has the columns of this base."""
    return {"facility_type", "geo_object"} <= archives.columns(path)


def load(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> Tally:
    """Stage figures: the equipments of each commune, zero where the file has none, and their sums above."""
    path = brought(SOURCE, inputs, mine)
    try:
        rows = observations.read(path, {"facility_type": tuple(TYPES)}, {"bpe_measure": "FACILITIES"})
        if not (rows["value"].dropna() >= 0).all() or (rows["value"].dropna() % 1).any():
            raise sheets.SheetError("un nombre d'équipements n'est pas un entier positif")
    except sheets.SheetError as error:
        raise figures.trouble(SOURCE, path.name, error) from None
    rows = rows[(rows["year"] == rows["year"].max()) & (rows["level"] != "epci")].assign(name="", line=rows["code"])
    year = int(rows["year"].max())
    placed, notes = figures.on_todays_map(SOURCE, path.name, rows, inputs)
    listed = set(rows["facility_type"])
    notes += [_absent(path.name, kind, name) for kind, name in TYPES.items() if kind not in listed]
    counted = placed.assign(indicator=placed["facility_type"].map(TYPES))
    counted = counted.groupby(["indicator", "today"])["value"].sum(min_count=1)
    figures.stage(connection, SOURCE, _everywhere(connection, counted).assign(year=year, sex="all"))
    return Tally(len(rows), len(placed), tuple(notes), f"{year}")


def _everywhere(connection: duckdb.DuckDBPyConnection, counted: pd.Series) -> pd.DataFrame:
    """Every commune and arrondissement, zero where nothing is counted, then what they add up to.

    A city whose arrondissements are not told has a figure, and they have none.
    """
    places = connection.execute(
        """
        SELECT level, code, code AS commune, departement_code, region_code, epci_code, parent_code FROM territory
        WHERE level IN ('commune', 'arrondissement_municipal')
        """
    ).fetchdf()
    frames = []
    for indicator, counts in counted.groupby("indicator"):
        here = places.assign(indicator=indicator, value=places["code"].map(counts.droplevel("indicator")))
        quarters = here[here["level"] == "arrondissement_municipal"]
        known = set(quarters.loc[quarters["value"].notna(), "parent_code"])
        parts = quarters[quarters["parent_code"].isin(known)].fillna({"value": 0})
        cities = here["code"].map(parts.groupby("parent_code")["value"].sum())
        communes = here[here["level"] == "commune"].assign(value=here["value"].fillna(cities).fillna(0), france="FR")
        frames += [each.assign(method=METHOD, basis="published") for each in (communes, parts)]
        for level, code in (
            ("epci", "epci_code"),
            ("departement", "departement_code"),
            ("region", "region_code"),
            ("france", "france"),
        ):
            sums = communes.groupby(code)["value"].sum().rename_axis("code").reset_index()
            frames.append(sums.assign(indicator=indicator, level=level, method=SUMMED, basis="computed"))
    columns = ["level", "code", "indicator", "value", "method", "basis"]
    return pd.concat([frame[columns] for frame in frames], ignore_index=True)


def _absent(file: str, kind: str, name: str) -> Note:
    sentence = f"Aucune commune n'a d'équipement {kind} : ce code a sans doute changé, et « {name} » n'est pas montré."
    return Note(f"équipement {kind}", "refuse", "équipement absent", sentence, file=file)
