"""Cnam: how many patients a general practitioner is médecin traitant of, by département and year."""

from __future__ import annotations

import duckdb

from etl.source import Inputs, Tally
from etl.sources import cnam_ald

SOURCE = cnam_ald.source(
    "cnam_patientele",
    "Patientèle médecin traitant des généralistes, par département",
    "patientele-medecintraitant-generalistes-annuelle",
    "Moyenne par médecin généraliste libéral : les centres de santé n'y sont pas.",
)
MEASURE = cnam_ald.Measure(
    "patientele_medecin_traitant",
    ("nombre_patients_medecin_traitant_integer", "nombre_patients_medecin_traitant", "patientele_mt_moyenne"),
    most=20_000,
)


def load(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> Tally:
    """Stage figures: the mean of each département, région and of France, as it is published."""
    return cnam_ald.read(connection, inputs, SOURCE, MEASURE)
