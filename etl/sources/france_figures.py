"""What the producers of département figures publish of France itself."""

from __future__ import annotations

import duckdb
import pandas as pd

from etl.formats import figures, rows
from etl.resolve.precedence import CURATED
from etl.source import Inputs, Source, Tally
from etl.sources.departement_figures import PROVISIONAL
from maillage import catalog

SOURCE = Source(
    source_id="france_figures",
    title="Chiffres publiés pour la France entière",
    producer="Insee, DREES, DITP, Cnam : producteur de chaque chiffre dans sa méthode",
    page="data/reference/departement_figures_SOURCES.md",
    licence="Licence Ouverte 2.0 pour l'Insee et la DREES ; non indiquée pour les copies DITP et Cnam",
    vintage="2023 à 2025, année à chaque ligne",
    retrieved_at="2026-11-25",
    files=("reference/france_figures.csv",),
    doubts="Lus dans des copies publiques et non chez les producteurs. L'APL de la France est calculée par un tiers, sans Mayotte. "
    "Où rien n'est publié pour la France entière (mortalité, espérance de vie, pauvreté, complémentaire santé solidaire), la moyenne "
    "est calculée ici et le dit.",
    writes="figure",
    tier=CURATED,
)

COLUMNS = ("indicateur", "annee", "valeur", "unite", "source", "source_date", "remarque")


def load(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> Tally:
    """Stage figures of France; nothing in a build of some départements, whose « France » is but a part."""
    listed = rows.read(inputs.data / "reference" / "france_figures.csv", COLUMNS, key=("indicateur", "annee"))
    records = []
    for row in listed:
        name = row.choice("indicateur", catalog.INDICATOR)
        value = row.number("valeur")
        if value is None:
            raise row.refuse("la valeur est vide", "Elle doit être remplie.")
        basis = "provisional" if name in PROVISIONAL else "published"
        records.append((name, row.integer("annee"), value, row.required("source"), basis))
    frame = pd.DataFrame(records, columns=["indicator", "year", "value", "method", "basis"])
    if inputs.departements:
        return Tally(len(listed), 0)
    figures.stage(connection, SOURCE, frame.assign(level="france", code="FR", sex="all"))
    return Tally(len(listed))
