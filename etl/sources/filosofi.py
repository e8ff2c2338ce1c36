"""Insee's Filosofi: the poverty rate of communes and intercommunalités; small ones are withheld."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd

from etl.formats import archives, figures, observations, sheets
from etl.intake import brought
from etl.resolve.precedence import REGISTER
from etl.source import Inputs, Remote, Source, Tally

SOURCE = Source(
    source_id="filosofi",
    title="Filosofi, taux de pauvreté par commune",
    producer="Insee",
    page="https://www.insee.fr/fr/statistiques/8984752",
    licence="Licence Ouverte 2.0",
    vintage="2023",
    remote=Remote("https://www.insee.fr/fr/statistiques/fichier/8984752/FILOSOFI_CC_csv.zip", "zip", most_mb=60),
    local="*",
    doubts="Le taux des petites communes est retenu par le secret, ou n'est pas calculé. Une commune réunie depuis n'a de taux que si "
    "ses parties ont le même.",
    writes="figure",
    tier=REGISTER,
)

INDICATOR, MEASURE = "taux_pauvrete_local", "PR_MD60"
METHOD = "Insee, Filosofi, part des habitants sous 60 % du niveau de vie médian"


def mine(path: Path) -> bool:
    """Whether a file has the columns of Filosofi."""
    return "filosofi_measure" in archives.columns(path)


def load(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> Tally:
    """Stage figures: the rate of each commune, arrondissement and EPCI, as it is published."""
    path = brought(SOURCE, inputs, mine)
    try:
        rows = observations.read(path, {"filosofi_measure": (MEASURE,)})
        if not rows["value"].dropna().between(0, 100).all():
            raise sheets.SheetError("un taux de pauvreté n'est pas entre 0 et 100")
        twice = rows.duplicated(["level", "code", "year"])
        if twice.any():
            raise sheets.SheetError(f"le territoire {rows.loc[twice, 'code'].iloc[0]} figure deux fois")
    except sheets.SheetError as error:
        raise figures.trouble(SOURCE, path.name, error) from None
    rows = rows[rows["year"] == rows["year"].max()].assign(name="", line=rows["code"])
    rows["basis"] = rows["withheld"].map({True: "withheld", False: "published"})
    placed, strangers = figures.on_todays_map(SOURCE, path.name, rows[rows["level"] != "epci"], inputs)
    whole, torn = figures.agreed(path.name, placed, ["value", "basis"])
    local = whole.assign(code=whole["today"], level=whole["today"].map(figures.levels(connection)).fillna("commune"))
    values = pd.concat([local, rows[rows["level"] == "epci"]])
    values = values[["level", "code", "year", "value", "basis"]].assign(indicator=INDICATOR, sex="all", method=METHOD)
    figures.stage(connection, SOURCE, values)
    notes = (*strangers, *torn)
    return Tally(len(rows), len(rows) - sum(note.outcome == "refuse" for note in notes), notes, str(rows["year"].max()))
