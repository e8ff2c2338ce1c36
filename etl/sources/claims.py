"""Figures that somebody published, kept to be held against the data."""

from __future__ import annotations

import re

import duckdb
import pandas as pd

from etl.formats import rows
from etl.frames import insert
from etl.source import Inputs, Source, Tally

SOURCE = Source(
    source_id="declarations",
    title="Chiffres publiés par les acteurs, à confronter aux données",
    producer="Dossiers de presse, ARS, Assurance Maladie, collectivités, presse : référence à chaque ligne",
    page="data/reference/SOURCES.md",
    licence="Faits cités",
    vintage="2018 à 2025, date à chaque ligne",
    retrieved_at="2026-11-22",
    files=("reference/declarations.csv",),
    writes="claim",
)

COLUMNS = (
    "territoire", "sujet", "valeur", "unite", "date", "annee", "departement", "cpts_nommees", "source", "remarque",
)  # fmt: skip


def load(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> Tally:
    """Fill `claim`; what the data say is computed afterwards, in `derive/claims.py`."""
    cpts = {name for (name,) in connection.execute("SELECT cpts_id FROM cpts").fetchall()}
    # A claim on a territory that is only built in part could not be held against it.
    levels = set(
        connection.execute(
            "SELECT level, code FROM territory WHERE level <> 'commune' AND NOT ends_with(name, ' (partie)')"
        ).fetchall()
    )
    records = []
    listed = rows.read(inputs.data / "reference" / "declarations.csv", COLUMNS)
    for number, row in enumerate(listed, start=1):
        place = row.required("territoire")
        level, code, cpts_id = None, place, None
        if place.startswith("cpts-"):
            code, cpts_id = None, place
        elif place in inputs.known_departements:
            level = "departement"
        elif re.fullmatch(r"R\d{2}", place):
            level, code = "region", place[1:]
        elif re.fullmatch(r"\d{9}", place):
            level = "epci"
        elif not place.startswith("CPAM-"):
            raise row.refuse(
                f"le territoire « {place} » est inconnu",
                "Département, R + région, SIREN, CPAM-… ou identifiant de CPTS.",
            )
        if inputs.departements and not (cpts_id in cpts or (level, code) in levels):
            continue
        if cpts_id and cpts_id not in cpts:
            raise row.refuse(f"la CPTS « {cpts_id} » n'est pas dans cpts.csv", "Ajoutez-la, ou corrigez l'identifiant.")
        if level and (level, code) not in levels:
            raise row.refuse(f"le territoire « {place} » n'existe pas", "Vérifiez le code.")
        value = row.number("valeur")
        if value is None:
            raise row.refuse("la valeur est vide", "Elle doit être remplie.")
        records.append(
            (number, level, code, cpts_id, row.required("sujet"), value, row.required("unite"), row.date("date"),
             row.integer("annee"), row["departement"], _named(row, cpts), row["remarque"], row.required("source"))
        )  # fmt: skip
    columns = (
        "claim_id",
        "level",
        "code",
        "cpts_id",
        "subject",
        "claimed",
        "unit",
        "date",
        "year",
        "departement_code",
        "named",
        "note",
        "citation",
    )
    frame = pd.DataFrame(records, columns=columns).assign(source_id=SOURCE.source_id).astype({"year": "Int64"})
    insert(connection, "claim", frame)
    return Tally(len(listed))


def _named(row: rows.Row, cpts: set[str]) -> list[str]:
    """The CPTS that the source names one by one."""
    named = (row["cpts_nommees"] or "").split("|") if row["cpts_nommees"] else []
    for cpts_id in named:
        if cpts_id not in cpts:
            raise row.refuse(f"la CPTS « {cpts_id} » n'est pas dans cpts.csv", "Ajoutez-la, ou corrigez l'identifiant.")
    return named
