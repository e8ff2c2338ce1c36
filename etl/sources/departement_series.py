"""MSP and multi-professional health centres by département at the end of each year since 2017."""

from __future__ import annotations

import duckdb
import pandas as pd

from etl.formats import figures, rows
from etl.resolve.precedence import FILLING
from etl.source import Inputs, Source, Tally
from maillage import catalog

SOURCE = Source(
    source_id="departement_series",
    title="MSP et centres de santé pluriprofessionnels par département depuis 2017",
    producer="DITP, Baromètre des résultats de l'action publique (collecte des ARS)",
    page="data/reference/departement_figures_SOURCES.md",
    licence="Licence Ouverte 2.0",
    vintage="2017 à 2023",
    retrieved_at="2026-11-22",
    files=("reference/departement_series_msp_cds.csv",),
    doubts="Seules les fins d'année sont reprises (les relevés de juin restent dans le fichier). Centres de santé : 26 "
    "départements manquent de 2017 à 2019.",
    writes="figure",
    tier=FILLING,
)


def load(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> Tally:
    """Stage figures of the ends of years."""
    columns = ("code_departement", "indicateur", "mois", "valeur", "source")
    listed = rows.read(inputs.data / "reference" / "departement_series_msp_cds.csv", columns, key=columns[:3])
    records = []
    for row in listed:
        name, month = row.choice("indicateur", catalog.INDICATOR), row.date("mois")
        code = row.departement("code_departement", inputs)
        if month is None or len(month) != len("AAAA-MM"):
            raise row.refuse(f"« {month or ''} » n'est pas un mois", "Écrivez AAAA-MM.")
        year = int(month[:4])
        record = (code, name, year, row.number("valeur"), f"{row.required('source')} (31/12/{year})")
        if month.endswith("-12") and inputs.wants(code):
            records.append(record)
    frame = pd.DataFrame(records, columns=["code", "indicator", "year", "value", "method"])
    figures.stage(connection, SOURCE, frame.assign(level="departement", sex="all"))
    return Tally(len(listed))
