"""Register of January 2026 in the thirteen départements of Occitanie: every type, with places."""

from __future__ import annotations

import duckdb

from etl import register_files
from etl.source import Inputs, Source, Tally
from maillage import catalog

SOURCE = Source(
    source_id="finess_2026_occitanie",
    title="FINESS, tous les types en Occitanie (janvier 2026)",
    producer="Agence du numérique en santé et ministère chargé de la santé",
    page="data/reference/registres_finess_SOURCES.md",
    licence="Licence Ouverte 2.0",
    vintage="2026-01",
    retrieved_at="2026-11-25",
    files=("reference/registres_finess.csv",),
    doubts="Treize départements seulement.",
    writes="site",
    tier="register",
)

DEPARTEMENTS = ("09", "11", "12", "30", "31", "32", "34", "46", "48", "65", "66", "81", "82")


def load(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> Tally:
    """Stage the rows of Occitanie, listed wholly."""
    kinds = tuple(kind.code for kind in catalog.SITE_TYPES if kind.finess)
    file = register_files.RegisterFile(
        SOURCE.source_id, "Occitanie, janvier 2026", "2026-01", whole_types=kinds, departements=DEPARTEMENTS
    )
    return register_files.load(connection, inputs, file)
