"""CPTS listed by a reader in data/local, and their perimeters: they correct what is known, and complete it."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import duckdb

from etl import frames
from etl.formats import purposes, structure_columns
from etl.formats.cpts_statuses import status_of
from etl.formats.lists import TITLE, Column, ListRow, RefusedRow, in_order, read_all, spellings
from etl.intake import local_files
from etl.places import claimed_perimeters
from etl.places.claimed_perimeters import Claim, ClaimsReading, read
from etl.places.gazetteer import Gazetteer
from etl.resolve.cpts.columns import COUNTS
from etl.resolve.precedence import LOCAL
from etl.source import Inputs, Source, SourceError, Tally
from etl.sources import cpts
from maillage import catalog
from maillage.language.names import plain

SOURCE = Source(
    source_id="local_cpts",
    title="CPTS et périmètres ajoutés par les listes locales",
    producer="Listes locales : référence à chaque ligne",
    page="docs/modeles/LISEZMOI.md",
    licence="Celle de chaque liste",
    vintage="date à chaque ligne",
    local="*",
    doubts="Ce que disent les listes déposées, qui l'emportent sur ce qui était connu de la même CPTS.",
    writes="cpts",
    tier=LOCAL,
)

COLUMNS = (
    Column("cpts_id", ("id cpts", "identifiant", "id")),
    Column(
        "nom", ("nom cpts", "nom de la cpts", "cpts", "libelle", "denomination", "intitule"), required="nom", prose=True
    ),
    Column("alias", ("autres noms", "autre nom", "aliases", "sigle"), prose=True),
    Column("statut", ("etat", "avancement", "stade")),
    Column("statut_date", ("date statut", "date du statut", "date aci", "date de signature", "date signature aci")),
    Column("population_declaree", ("population", "habitants", "nombre d habitants", "population couverte")),
    Column("n_communes_declare", ("nombre de communes", "nb communes", "n communes", "communes")),
    Column("professionnels_declares", ("professionnels", "nombre de professionnels", "nb professionnels", "adherents")),
    Column("departements", ("departement", "dept", "dep", "code departement"), code=True),
    Column("source", ("reference", "references"), prose=True),
    Column("source_date", ("date source", "date de la source", "mise a jour", "maj", "date")),
    Column("remarque", ("remarques", "commentaire", "commentaires", "observation", "observations", "note"), prose=True),
    Column("exhaustif", ("liste complete", "exhaustive")),
)
STATUSES = spellings(catalog.CPTS_STATUSES)
_COUNTS = dict(zip(COUNTS, ("population_declaree", "n_communes_declare", "professionnels_declares"), strict=True))


def mine(path: Path) -> bool:
    """Whether a file is a list of CPTS."""
    return purposes.by_name(path) == purposes.CPTS or _tells_members(path)


def _tells_members(path: Path) -> bool:
    """Named for perimeters, or of a name that says nothing and with the headings of a list of members."""
    purpose = purposes.by_name(path)
    if purpose is None and not purposes.has_headings(path, structure_columns.COLUMNS):
        return purposes.has_headings(path, claimed_perimeters.COLUMNS)
    return purpose == purposes.PERIMETERS


def load(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> Tally:
    """Stage the rows of CPTS and the perimeters that are understood; one note a row that is refused."""
    paths = local_files(SOURCE, inputs.data, mine)
    gazetteer, troubles, lost = Gazetteer(inputs), [], []
    listings, notes, reading = [], [], ClaimsReading()
    try:
        listings, notes = read_all([path for path in paths if not _tells_members(path)], COLUMNS)
    except SourceError as error:
        troubles.append(str(error))
        lost += error.notes
    try:
        reading = read([path for path in paths if _tells_members(path)], gazetteer)
    except SourceError as error:
        troubles.append(str(error))
        lost += error.notes
    if troubles and not listings and not reading.rows_read:
        raise SourceError(" ".join(troubles), lost)
    notes += lost + reading.notes
    records = []
    for listing in listings:
        notes += listing.notes
        for row in listing.rows:
            try:
                records.append(_record(row, gazetteer))
            except RefusedRow as refused:
                notes.append(row.note("refuse", refused.reason, f"Refusée : {refused}", row["nom"] or ""))
    whole = reading.whole and all(listing.whole for listing in listings)
    lost_rows = any(note.outcome == "refuse" and note.reason != TITLE for note in notes)
    if not whole or lost_rows or inputs.unread:  # what is lost may be one more CPTS of theirs
        records = [record | {"exhaustive": False} for record in records]
    cpts.stage(connection, SOURCE, records, [])
    frames.insert_rows(connection, "staging.cpts_perimeter", [_perimeter(claim) for claim in reading.claims])
    kept = len(records) + sum(bool(claim.communes) for claim in reading.claims)
    return Tally(sum(listing.rows_read for listing in listings) + reading.rows_read, kept, in_order(notes))


def _perimeter(claim: Claim) -> dict:
    return {
        "cpts_id": claim.cpts_id,
        "name": claim.name,
        "members": [commune.code for commune in claim.communes],
        "title": claim.communes[0].title if len(claim.communes) == 1 else None,
        "words": claim.words,
        "coverage": claim.coverage,
        "how": claim.how,
        "doubts": list(claim.doubts),
        "file": claim.row.path.name,
        "line": claim.row.label,
        "source_id": SOURCE.source_id,
    }


def _record(row: ListRow, gazetteer: Gazetteer) -> dict:
    """A row as it is staged; None for what it does not say."""
    doubts: list[str] = []
    name = row.named("nom")
    status = STATUSES.get(plain(row["statut"])) or (status_of(row["statut"]) if row["statut"] else None)
    if row["statut"] and status is None:
        raise row.refuse(
            f"le statut « {row['statut']} » n'est pas connu",
            f"Statuts admis : {', '.join(status.label for status in catalog.CPTS_STATUSES)}.",
            "statut inconnu",
        )
    return {
        # numbers count rows
        "cpts_id": row["cpts_id"] if row["cpts_id"] and re.search("[^0-9]", row["cpts_id"]) else None,
        "name": name,
        "aliases": [alias.strip() for alias in re.split(r"[|;]", row["alias"] or "") if alias.strip()],
        "status": status,
        "status_date": row.spare(row.date, "statut_date", doubts),
        "departement_codes": _departements(row, gazetteer, doubts),
        **{column: row.spare(partial(row.integer, least=1), cell, doubts) for column, cell in _COUNTS.items()},
        "note": row["remarque"],
        "citation": row["source"] or f"{row.path.name}, {row.label}",
        "as_of": row.spare(row.date, "source_date", doubts),
        "exhaustive": row.spare(row.says, "exhaustif", doubts) or False,
        "file": row.path.name,
        "line": row.label,
        "doubts": doubts,
    }


def _departements(row: ListRow, gazetteer: Gazetteer, doubts: list[str]) -> list[str]:
    departements: set[str] = set()
    for text in re.split(r"[|;,/]", row["departements"] or ""):
        codes = gazetteer.departements(text)
        departements |= codes
        if text.strip() and not codes:
            doubts.append(f"laissé de côté : le département « {text.strip()} » n'existe pas")
    return sorted(departements)
