"""Curated CPTS of the rest of France, from about 120 public pages: 42 with a whole perimeter."""

from __future__ import annotations

import duckdb

from etl.resolve.precedence import CURATED
from etl.source import Inputs, Source, Tally
from etl.sources import cpts

SOURCE = Source(
    source_id="cpts_france",
    title="CPTS citées par des pages publiques, hors Provence-Alpes-Côte d'Azur",
    producer="Maillage, d'après sites des CPTS, ARS, Assurance maladie et presse : référence à chaque ligne",
    page="data/reference/cpts_france_1_SOURCES.md",
    licence="Faits cités",
    vintage="2018 à 2026, date à chaque ligne",
    retrieved_at="2026-11-25",
    files=(
        "reference/cpts_france.csv",
        "reference/cpts_france_communes.csv",
        "reference/cpts_france_evenements.csv",
    ),
    doubts="158 CPTS sur environ 850 : 42 périmètres complets. Un statut ancien n'est pas celui d'aujourd'hui ; des années sont "
    "déduites. Les périmètres que la source ne dit pas ne sont pas comptés.",
    writes="cpts",
    tier=CURATED,
)


def load(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> Tally:
    """Stage the CPTS, their communes and their steps."""
    return cpts.read(connection, inputs, SOURCE)
