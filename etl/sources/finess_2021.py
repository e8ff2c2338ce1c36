"""Register of January 2021: every type that the register then had, with addresses and points."""

from __future__ import annotations

import duckdb

from etl import register_files
from etl.source import Inputs, Source, Tally

SOURCE = Source(
    source_id="finess_2021",
    title="FINESS, structures connues en janvier 2021",
    producer="Ministère chargé de la santé (DREES)",
    page="data/reference/registres_finess_SOURCES.md",
    licence="Licence Ouverte 2.0",
    vintage="2021-01-08",
    retrieved_at="2026-11-25",
    files=("reference/registres_finess.csv",),
    doubts="Registre de 2021 : des LHSS, LAM, ACT et sièges de CPTS ont ouvert depuis. Les maisons et centres de santé disparus en "
    "mai 2026 n'y sont plus.",
    writes="site",
    tier="register",
)

KINDS = ("HOP", "CSAPA", "CAARUD", "LHSS", "LAM", "ACT", "SIEGE_CPTS")


def load(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> Tally:
    """Stage the rows of 2021. It held these types whole; for those that move, etl/derive/inventory.py says it no longer does."""
    file = register_files.RegisterFile(SOURCE.source_id, "extraction du 08/01/2021", "2021-01-08", whole_types=KINDS)
    return register_files.load(connection, inputs, file)
