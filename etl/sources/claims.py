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
    "territoire",
    "sujet",
    "valeur",
    "unite",
    "date",
    "annee",
    "departement",
    "cpts_nommees",
    "source",
    "remarque",
)


def load(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> Tally:
    """Stage claims; what the data say is computed afterwards, in `derive/claims.py`."""
    cpts = {name for (name,) in connection.execute("SELECT cpts_id FROM cpts").fetchall()}
    levels = whole_places(connection)
    records = []
    listed = rows.read(inputs.data / "reference" / "declarations.csv", COLUMNS)
    for number, row in enumerate(listed, start=1):
        level, code, cpts_id = place(row, inputs)
        if inputs.departements and not (cpts_id in cpts or (level, code) in levels):
            continue
        if cpts_id and cpts_id not in cpts:
            raise row.refuse(f"la CPTS « {cpts_id} » n'est pas dans cpts.csv", "Ajoutez-la, ou corrigez l'identifiant.")
        if level and (level, code) not in levels:
            raise row.refuse(f"le territoire « {row['territoire']} » n'existe pas", "Vérifiez le code.")
        value = row.number("valeur")
        if value is None:
            raise row.refuse("la valeur est vide", "Elle doit être remplie.")
        records.append(
            (
                number,
                level,
                code,
                cpts_id,
                row.required("sujet"),
                value,
                row.required("unite"),
                row.date("date"),
                row.integer("annee"),
                row["departement"],
                _named(row, cpts),
                row["remarque"],
                row.required("source"),
            )
        )
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
    insert(connection, "staging.claim", frame)
    return Tally(len(listed))


def whole_places(connection: duckdb.DuckDBPyConnection) -> set[tuple[str, str]]:
    """(level, code) of the territories a claim may be on: one only built in part could not be held against it."""
    return set(
        connection.execute(
            "SELECT level, code FROM territory WHERE level <> 'commune' AND NOT ends_with(name, ' (partie)')"
        ).fetchall()
    )


def place(row: rows.Row, inputs: Inputs) -> tuple[str | None, str | None, str | None]:
    """(level, code, cpts_id) of the column `territoire`; a CPAM's district has a code without a level."""
    name = row.required("territoire")
    if name.startswith("cpts-"):
        return None, None, name
    if name in inputs.known_departements:
        return "departement", name, None
    if name == "FR":
        return "france", name, None
    if re.fullmatch(r"R\d{2}", name):
        return "region", name[1:], None
    if re.fullmatch(r"\d{9}", name):
        return "epci", name, None
    if name.startswith("CPAM-"):
        return None, name, None
    raise row.refuse(
        f"le territoire « {name} » est inconnu",
        "Département, R + région, FR, SIREN, CPAM-… ou identifiant de CPTS.",
    )


def _named(row: rows.Row, cpts: set[str]) -> list[str]:
    """The CPTS that the source names one by one."""
    named = (row["cpts_nommees"] or "").split("|") if row["cpts_nommees"] else []
    for cpts_id in named:
        if cpts_id not in cpts:
            raise row.refuse(f"la CPTS « {cpts_id} » n'est pas dans cpts.csv", "Ajoutez-la, ou corrigez l'identifiant.")
    return named
