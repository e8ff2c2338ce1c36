"""24 published indicators by département, one vintage and one producer each."""

from __future__ import annotations

import duckdb
import pandas as pd

from etl.formats import figures, rows
from etl.resolve.precedence import CURATED
from etl.source import Inputs, Source, Tally
from maillage import catalog

SOURCE = Source(
    source_id="departement_figures",
    title="Vingt-quatre indicateurs publiés par département",
    producer="Insee, DREES, DITP, Cnam, ARS : producteur de chaque chiffre dans sa méthode",
    page="data/reference/departement_figures_SOURCES.md",
    licence="Licence Ouverte 2.0 pour l'Insee et la DREES ; non indiquée pour les copies DITP et Cnam",
    vintage="2021 à 2025, année à chaque ligne",
    retrieved_at="2026-11-22",
    files=("reference/departement_figures.csv",),
    doubts="Lus dans des copies publiques et non chez les producteurs. Trois ans d'âge pour les MSP et les centres de "
    "santé. L'APL départementale est calculée par un tiers. Une valeur vide manque à la source : elle n'est pas nulle.",
    writes="figure",
    tier=CURATED,
)

# Two figures bear the name of ours with another meaning: estimates of 2025, where ours are legal populations.
RENAMED = {"population": "population_estimee", "densite_population": "densite_publiee"}
# Of Insee's estimates on 1 January, which later ones revise.
PROVISIONAL = frozenset({"population_estimee", "part_0_24", "part_25_59", "part_60_plus", "part_75_plus"})
COLUMNS = ("code_departement", "indicateur", "annee", "valeur", "unite", "source", "source_date")


def load(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> Tally:
    """Stage figures at département level; an empty value stays empty."""
    listed = rows.read(
        inputs.data / "reference" / "departement_figures.csv",
        COLUMNS,
        key=("code_departement", "indicateur", "annee"),
    )
    records = []
    for row in listed:
        code = row.departement("code_departement", inputs)
        name = RENAMED.get(row.required("indicateur"), row["indicateur"])
        if name not in catalog.INDICATOR:
            raise row.refuse(f"l'indicateur « {name} » est inconnu", "Déclarez-le au catalogue des indicateurs.")
        year = row.integer("annee")
        record = (code, name, year, catalog.INDICATOR[name].sex, row.number("valeur"), row.required("source"))
        if inputs.wants(code):
            records.append(record)
    frame = pd.DataFrame(records, columns=["code", "indicator", "year", "sex", "value", "method"])
    basis = frame["indicator"].isin(PROVISIONAL).map({True: "provisional", False: "published"})
    figures.stage(connection, SOURCE, frame.assign(level="departement", basis=basis))
    return Tally(len(listed))
