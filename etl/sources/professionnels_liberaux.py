"""Number and density of fifteen self-employed professions by département, on 31 December 2024."""

from __future__ import annotations

import duckdb
import pandas as pd

from etl.formats import figures, rows
from etl.resolve.precedence import FILLING
from etl.source import Inputs, Source, Tally
from maillage.catalog.indicators import PROFESSIONS

SOURCE = Source(
    source_id="professionnels_liberaux",
    title="Professionnels de santé libéraux par département : effectifs et densités",
    producer="Assurance maladie (Cnam)",
    page="data/reference/professionnels_liberaux_SOURCE.md",
    licence="Non indiquée par la copie : faits seuls",
    vintage="2024",
    retrieved_at="2026-11-25",
    files=("reference/professionnels_liberaux.csv",),
    doubts="Lus dans une copie publique. Les densités des sages-femmes, des pédiatres et des gynécologues ne sont pas pour 100 000 "
    "habitants : la source les rapporte à une partie de la population, que la copie ne nomme pas. Les salariés n'y sont pas.",
    writes="figure",
    tier=FILLING,
)

FILE = "professionnels_liberaux.csv"
COLUMNS = ("code_departement", "annee", "profession", "effectif", "densite")
METHOD = "Assurance maladie, professionnels libéraux actifs au 31 décembre"
# Of the catalogue, by profession: (number, density). General practitioners without « expertise particulière » came first, and
# by another file: these are only held against it.
INDICATORS = {
    "generalistes": ("mg_liberaux_nombre", "mg_liberaux_densite"),
    **{code: (f"liberaux_{code}_nombre", f"liberaux_{code}_densite") for code, *_ in PROFESSIONS},
}


def load(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> Tally:
    """Stage figures at département level; those that `departement_figures` gives are held against it."""
    listed = rows.read(inputs.data / "reference" / FILE, COLUMNS, key=("code_departement", "annee", "profession"))
    records = []
    for row in listed:
        code, year = row.departement("code_departement", inputs), row.integer("annee")
        names = INDICATORS[row.choice("profession", INDICATORS)]
        if inputs.wants(code):
            records += [
                (code, name, year, row.number(column))
                for name, column in zip(names, ("effectif", "densite"), strict=True)
            ]
    frame = pd.DataFrame(records, columns=["code", "indicator", "year", "value"])
    figures.stage(connection, SOURCE, frame.assign(level="departement", sex="all", method=METHOD))
    return Tally(len(listed))
