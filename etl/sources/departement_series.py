"""MSP and multi-professional health centres by département at the end of each year since 2017."""

from __future__ import annotations

import duckdb
import pandas as pd

from etl import rows
from etl.source import Inputs, Source
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
)


def load(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> int:
    """Fill `indicator_value` for years that `departement_figures` does not already give."""
    columns = ("code_departement", "indicateur", "mois", "valeur", "source")
    listed = rows.read(inputs.data / "reference" / "departement_series_msp_cds.csv", columns, key=columns[:3])
    records = []
    for row in listed:
        name, month = row.choice("indicateur", catalog.INDICATOR), row.date("mois")
        code = row.required("code_departement")
        if month and month.endswith("-12") and inputs.wants(code):
            records.append((code, name, int(month[:4]), row.number("valeur"), row.required("source")))
    frame = pd.DataFrame(records, columns=["code", "indicator", "year", "value", "method"])
    connection.execute(
        """
        INSERT INTO indicator_value BY NAME
        SELECT 'departement' AS level, f.code, f.indicator, f.year, 'all' AS sex, f.value,
               f.method || ' (31/12/' || f.year || ')' AS method, ? AS source_id
        FROM frame f WHERE NOT EXISTS (
            FROM indicator_value v WHERE v.indicator = f.indicator AND v.code = f.code AND v.year = f.year)
        """,
        [SOURCE.source_id],
    )
    return len(listed)
