"""Cnam: general practitioners who settled in under-served zones, by département and year."""

from __future__ import annotations

import duckdb

from etl.source import Inputs, Tally
from etl.sources import cnam_ald

SOURCE = cnam_ald.source(
    "cnam_zones",
    "Généralistes installés en zone sous-dotée, par département",
    "medgen-zones-sous-dotees-annuelle",
    "Le zonage change d'une année à l'autre : une hausse peut venir de lui.",
)
MEASURE = cnam_ald.Measure(
    "installations_zones_sous_dotees",
    ("effectif_medecin_install_zsd_integer", "effectif_medecin_install_zsd"),
    most=100_000,
)


def load(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> Tally:
    """Stage figures: the number of each département, région and of France, as it is published."""
    return cnam_ald.read(connection, inputs, SOURCE, MEASURE)
