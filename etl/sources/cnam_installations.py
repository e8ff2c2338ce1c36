"""Cnam: general practitioners who set up practice for the first time, by département and year."""

from __future__ import annotations

import duckdb

from etl.source import Inputs, Tally
from etl.sources import cnam_ald

SOURCE = cnam_ald.source(
    "cnam_installations",
    "Premières installations de généralistes, par département",
    "primo-installes-medgen-annuelle",
    "Médecins généralistes libéraux qui s'installent pour la première fois dans l'année.",
)
MEASURE = cnam_ald.Measure(
    "primo_installations_mg", ("effectif_primo_installe_integer", "effectif_primo_installe"), most=100_000
)


def load(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> Tally:
    """Stage figures: the number of each département, région and of France, as it is published."""
    return cnam_ald.read(connection, inputs, SOURCE, MEASURE)
