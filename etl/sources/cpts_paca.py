"""The 70 CPTS of Provence-Alpes-Côte d'Azur with all their member communes (Marseille by arrondissement)."""

from __future__ import annotations

from collections import defaultdict

import duckdb

from etl.formats import rows
from etl.resolve.precedence import CURATED
from etl.source import Inputs, Source, Tally
from etl.sources import cpts

SOURCE = Source(
    source_id="cpts_paca",
    title="CPTS de Provence-Alpes-Côte d'Azur et leurs communes (janvier 2026)",
    producer="ARS Provence-Alpes-Côte d'Azur, lue à travers le dépôt GitHub SKHTay/Carto-Sante-PACA-T-l-med",
    page="data/reference/cpts_paca_SOURCE.md",
    licence="Aucune indiquée par le dépôt ; seuls des faits sont repris",
    vintage="2026-01",
    retrieved_at="2026-11-22",
    files=("reference/cpts_paca.csv", "reference/cpts_paca_communes.csv", "reference/cpts_paca_evenements.csv"),
    doubts="Lecture de seconde main : le classeur de l'ARS n'a pas été vu. La source ne dit pas le statut : « inconnu "
    "» ne veut pas dire « sans ACI ». Seules des communes de la région peuvent y figurer. Nice est dans trois CPTS et "
    "Toulon dans deux.",
    writes="cpts",
    tier=CURATED,
)

REGION = ("04", "05", "06", "13", "83", "84")
CITATION = "ARS PACA, listing de janvier 2026 (dépôt SKHTay/Carto-Sante-PACA-T-l-med, commit 62e8489)"


def load(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> Tally:
    """Stage the CPTS, their communes and the steps that others date, and that the region is wholly listed."""
    folder = inputs.data / "reference"
    listed = rows.read(
        folder / "cpts_paca.csv", ("cpts_id", "nom", "alias", "departements", "n_communes"), key=("cpts_id",)
    )
    counts = {row["cpts_id"]: row.integer("n_communes", least=1) for row in listed}
    departements = {row["cpts_id"]: row.departements("departements", inputs) for row in listed}
    # One a row: a former commune listed with the one it became counts twice, and is kept once.
    members: dict[str, list[str]] = defaultdict(list)
    for row in rows.read(folder / "cpts_paca_communes.csv", cpts.MEMBER_KEY, key=cpts.MEMBER_KEY):
        if row["cpts_id"] not in counts:
            raise row.refuse(
                f"la CPTS « {row['cpts_id']} » n'est pas dans cpts_paca.csv",
                "Ajoutez-la, ou corrigez l'identifiant.",
            )
        members[row["cpts_id"]].append(row.commune("code_commune", inputs))
    for row in listed:
        count = len(members[row["cpts_id"]])
        if count != counts[row["cpts_id"]]:
            raise row.refuse(
                f"{row.required('n_communes')} communes annoncées, {count} listées",
                "Complétez cpts_paca_communes.csv.",
            )
    records = [
        {
            "cpts_id": row.required("cpts_id"),
            "name": row.required("nom"),
            "aliases": row["alias"].split("|") if row["alias"] else [],
            "status": "inconnu",
            "status_date": None,
            "departement_codes": departements[row["cpts_id"]],
            "declared_population": None,
            "declared_communes": None,
            "declared_professionals": None,
            "perimeter": "complet",
            "members": list(dict.fromkeys(members[row["cpts_id"]])),
            "note": "La source ne dit pas le statut.",
            "citation": CITATION,
            "as_of": "2026-01",
        }
        for row in listed
        if any(inputs.wants(code) for code in departements[row["cpts_id"]])
    ]
    kept = {record["cpts_id"] for record in records}
    dated = rows.read(folder / "cpts_paca_evenements.csv", cpts.EVENT_COLUMNS, key=cpts.EVENT_KEY)
    events = [event for event in cpts.steps(dated, set(counts)) if event["cpts_id"] in kept]
    cpts.stage(connection, SOURCE, records, events)
    for code in REGION:
        if inputs.wants(code):
            connection.execute(
                "INSERT INTO staging.inventory (subject, departement_code, extent, as_of, source_id) VALUES ('CPTS', ?, 'complet', '2026-01', ?)",
                [code, SOURCE.source_id],
            )
    return Tally(len(listed) + sum(map(len, members.values())))
