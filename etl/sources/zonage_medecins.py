"""The zoning that health agencies decide for aid to general practitioners, by commune, about May 2025."""

from __future__ import annotations

import duckdb
import pandas as pd

from etl.formats import figures, rows
from etl.resolve.precedence import CURATED
from etl.source import Inputs, Note, Source, Tally

SOURCE = Source(
    source_id="zonage_medecins",
    title="Zonage des médecins généralistes par commune (ZIP, ZAC, ZAR, hors zonage)",
    producer="ARS, d'après les catégories : la copie lue ne nomme pas son producteur",
    page="data/reference/zonage_medecins_SOURCE.md",
    licence="Non indiquée par la copie : faits seuls",
    vintage="2025 (mai environ)",
    retrieved_at="2026-11-25",
    files=("reference/zonage_medecins.csv",),
    doubts="Copie sans producteur nommé, datée de mai 2025 environ, où les communes sont retrouvées par code postal et nom. La "
    "Réunion entière et une quarantaine de communes y manquent : leur zonage est inconnu, et non « hors zonage ». Une zone plus "
    "petite que la commune (quartier prioritaire) n'y paraît pas.",
    writes="figure",
    tier=CURATED,
)

FILE = "zonage_medecins.csv"
INDICATOR, YEAR = "zonage_medecins", 2025
RANKS = {"ZIP": 1, "ZAC": 2, "ZAR": 3, "HZ": 4}  # of the catalogue's categories
METHOD = (
    "zonage des ARS pour l'aide aux médecins généralistes, mai 2025 environ, d'après une copie sans producteur nommé"
)


def load(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> Tally:
    """Stage figures: the rank of each commune's category. A commune that the copy lacks gets none, and a note."""
    listed = rows.read(inputs.data / "reference" / FILE, ("code_commune", "zonage", "remarque"), key=("code_commune",))
    levels = figures.levels(connection)
    names = dict(connection.execute("SELECT code, name FROM territory WHERE level <> 'departement'").fetchall())
    records, notes = [], []
    for row in listed:
        code, rank = row.commune("code_commune", inputs), RANKS[row.choice("zonage", RANKS)]
        if code in levels:
            records.append((levels[code], code, float(rank)))
            if row["remarque"]:
                notes.append(doubt(f"ligne {row.line}", "commune réunie", f"{row['remarque']}.", names[code]))
    given = {code for _, code, _ in records}
    for code in sorted(set(levels) - given):
        sentence = f"« {names[code]} » ({code}) n'est pas dans la copie : son zonage est inconnu."
        notes.append(doubt(f"commune {code}", "commune sans zonage", sentence, names[code]))
    frame = pd.DataFrame(records, columns=["level", "code", "value"])
    figures.stage(connection, SOURCE, frame.assign(indicator=INDICATOR, year=YEAR, sex="all", method=METHOD))
    return Tally(len(listed), notes=tuple(notes))


def doubt(line: str, reason: str, sentence: str, name: str) -> Note:
    """The note for a commune whose zone is not sure."""
    return Note(line, "ambigu", reason, sentence[0].upper() + sentence[1:], name, file=FILE)
