"""Curated CPTS with their member communes and dated steps."""

from __future__ import annotations

from collections import defaultdict

import duckdb

from etl import frames
from etl.formats import rows
from etl.resolve.precedence import CURATED
from etl.source import Inputs, Source, Tally
from maillage import catalog

SOURCE = Source(
    source_id="cpts",
    title="CPTS recensées dans les Ardennes, le Nord, le Pas-de-Calais, la Saône-et-Loire et la Vienne",
    producer="Maillage, d'après dossiers de presse, ARS, Assurance Maladie et presse : référence à chaque ligne",
    page="data/reference/SOURCES.md",
    licence="Licence Ouverte 2.0",
    vintage="2018 à 2025, date à chaque ligne",
    retrieved_at="2026-11-22",
    files=("reference/cpts.csv", "reference/cpts_communes.csv", "reference/cpts_evenements.csv"),
    doubts="« En fonctionnement » : la source ne dit pas le stade administratif. Trois périmètres complets, deux "
    "partiels, dix-sept inconnus. Des années sont déduites d'un jour de la semaine.",
    writes="cpts",
    tier=CURATED,
)

COLUMNS = (
    "cpts_id",
    "nom",
    "alias",
    "statut",
    "statut_date",
    "population_declaree",
    "n_communes_declare",
    "professionnels_declares",
    "departements",
    "source",
    "source_date",
    "remarque",
)


def load(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> Tally:
    """Stage the CPTS, their communes and their steps."""
    return read(connection, inputs, SOURCE)


def read(connection: duckdb.DuckDBPyConnection, inputs: Inputs, source: Source) -> Tally:
    """Stage a curated list, whose files are its CPTS, their communes, their steps, in that order."""
    cpts_file, member_file, event_file = (inputs.data / name for name in source.files)
    listed = rows.read(cpts_file, COLUMNS, key=("cpts_id",))
    known = {row["cpts_id"] for row in listed}
    members, extent = _members(rows.read(member_file, MEMBER_COLUMNS, key=MEMBER_KEY), known, inputs)
    communes: dict[str, list[str]] = defaultdict(list)
    for cpts_id, code in members:
        communes[cpts_id].append(code)
    records = []
    for row in listed:
        departements = row.departements("departements", inputs)
        records.append(
            {
                "cpts_id": row.required("cpts_id"),
                "name": row.required("nom"),
                "aliases": row["alias"].split("|") if row["alias"] else [],
                "status": row.choice("statut", catalog.CPTS_STATUS),
                "status_date": row.date("statut_date"),
                "departement_codes": departements,
                "declared_population": row.integer("population_declaree", least=1),
                "declared_communes": row.integer("n_communes_declare", least=1),
                "declared_professionals": row.integer("professionnels_declares", least=1),
                "perimeter": extent.get(row["cpts_id"], "inconnu"),
                "members": communes[row["cpts_id"]],
                "note": row["remarque"],
                "citation": row.required("source"),
                "as_of": row.date("source_date"),
            }
        )
    records = [record for record in records if any(map(inputs.wants, record["departement_codes"]))]
    kept = {record["cpts_id"] for record in records}
    events = steps(rows.read(event_file, EVENT_COLUMNS, key=EVENT_KEY), known)
    stage(connection, source, records, [event for event in events if event["cpts_id"] in kept])
    return Tally(len(listed))


def stage(connection: duckdb.DuckDBPyConnection, source: Source, records: list[dict], events: list[dict]) -> None:
    """Put CPTS (columns of `staging.cpts`) and their dated steps where they are resolved."""
    theirs = {"tier": source.tier, "source_id": source.source_id}
    frames.insert_rows(connection, "staging.cpts", [record | theirs for record in records])
    frames.insert_rows(connection, "staging.cpts_event", [event | theirs for event in events])


MEMBER_COLUMNS, MEMBER_KEY = ("cpts_id", "code_commune", "couverture"), ("cpts_id", "code_commune")


def _members(listed: list[rows.Row], known: set[str], inputs: Inputs) -> tuple[list[tuple[str, str]], dict[str, str]]:
    members: dict[tuple[str, str], None] = {}
    extent: dict[str, str] = {}
    for row in listed:
        cpts_id = row.required("cpts_id")
        if cpts_id not in known:
            raise row.refuse(f"la CPTS « {cpts_id} » n'est pas dans cpts.csv", "Ajoutez-la, ou corrigez l'identifiant.")
        members[cpts_id, row.commune("code_commune", inputs)] = None
        extent[cpts_id] = row.choice("couverture", ("complet", "partiel"))
    return list(members), extent


EVENT_COLUMNS = ("cpts_id", "statut", "date", "source", "precision", "remarque")
EVENT_KEY = EVENT_COLUMNS[:3]


def steps(listed: list[rows.Row], known: set[str]) -> list[dict]:
    """The dated steps of these CPTS, columns of `staging.cpts_event`. Raises BuildError on one of another CPTS."""
    events = []
    for row in listed:
        if row.required("cpts_id") not in known:
            raise row.refuse(
                f"la CPTS « {row['cpts_id']} » n'est pas dans cpts.csv",
                "Ajoutez-la, ou corrigez l'identifiant.",
            )
        events.append(
            {
                "cpts_id": row["cpts_id"],
                "status": row.choice("statut", catalog.CPTS_STEP),
                "date": row.date("date"),
                "deduced": (row["precision"] or "").endswith("deduite"),
                "note": row["remarque"],
                "citation": row.required("source"),
            }
        )
    return events
