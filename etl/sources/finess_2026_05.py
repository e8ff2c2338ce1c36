"""Register of May 2026: every maison de santé and centre de santé of France, from an extraction of the FINESS CSV."""

from __future__ import annotations

import duckdb

from etl import register_files
from etl.source import Inputs, Source, Tally

SOURCE = Source(
    source_id="finess_2026_05",
    title="FINESS, maisons et centres de santé de toute la France (12 mai 2026)",
    producer="Agence du numérique en santé et ministère chargé de la santé",
    page="data/reference/registres_finess_SOURCES.md",
    licence="Licence Ouverte 2.0",
    vintage="2026-05-12",
    retrieved_at="2026-11-25",
    files=("reference/registres_finess.csv",),
    doubts="Numéro, nom et ville seulement : sans autre registre, la structure est posée sur sa commune. Le type des structures "
    "nouvelles depuis 2021 est déduit de leur nom (juste à 99,7 %). Quelques structures peuvent manquer.",
    writes="site",
    tier="register",
)


def load(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> Tally:
    """Stage every row seen in May 2026. The file holds MSP and CDS whole, but for a handful: what it lacks may be open."""
    file = register_files.RegisterFile(
        SOURCE.source_id,
        "extraction du 12/05/2026",
        "2026-05-12",
        also_seen="vu_en_2026_05",
        whole_types=("MSP", "CDS"),
    )
    return register_files.load(connection, inputs, file)
