"""How many CPTS a territory is said to have, from France to the département."""

from __future__ import annotations

import duckdb
import pandas as pd

from etl.formats import rows
from etl.frames import insert
from etl.source import Inputs, Source, Tally
from etl.sources.claims import place, whole_places

SOURCE = Source(
    source_id="cpts_nombre",
    title="Nombre de CPTS publié par territoire",
    producer="ARS, Assurance maladie, fédération des CPTS, presse : référence à chaque ligne",
    page="data/reference/cpts_france_2_SOURCES.md",
    licence="Faits cités",
    vintage="2020 à 2026, date à chaque ligne",
    retrieved_at="2026-11-25",
    files=("reference/cpts_nombre_par_territoire.csv",),
    doubts="Chaque source compte à sa façon : contrats signés, CPTS constituées ou tous stades. Un nombre ancien n'est pas celui "
    "d'aujourd'hui.",
    writes="claim",
    reads=("declarations",),
)

COLUMNS = ("territoire", "sujet", "nombre", "portee", "date", "source", "remarque")


def load(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> Tally:
    """Add to `claim` what is published of each territory that is built whole."""
    listed = rows.read(inputs.data / "reference" / "cpts_nombre_par_territoire.csv", COLUMNS)
    whole = whole_places(connection)
    ((last,),) = connection.execute("SELECT coalesce(max(claim_id), 0) FROM staging.claim").fetchall()
    records = []
    for number, row in enumerate(listed, start=last + 1):
        level, code, _ = place(row, inputs)
        if (level, code) not in whole:
            if inputs.departements:
                continue
            raise row.refuse(f"le territoire « {row['territoire']} » n'existe pas", "Vérifiez le code.")
        value = row.integer("nombre", least=0)
        if value is None:
            raise row.refuse("le nombre est vide", "Il doit être rempli.")
        note = " ; ".join(filter(None, (row["portee"], row["remarque"])))
        records.append(
            (
                number,
                level,
                code,
                row.required("sujet"),
                value,
                "CPTS",
                row.date("date"),
                note or None,
                row.required("source"),
            )
        )
    columns = ["claim_id", "level", "code", "subject", "claimed", "unit", "date", "note", "citation"]
    frame = pd.DataFrame(records, columns=columns)
    insert(connection, "staging.claim", frame.assign(source_id=SOURCE.source_id, named=[[]] * len(frame)))
    return Tally(len(listed))
