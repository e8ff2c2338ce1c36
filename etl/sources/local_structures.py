"""Structures listed by a reader (an ARS, a conseil départemental) in data/local: how PASS and ESP get on the map."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import count
from pathlib import Path

import duckdb

from etl.formats import site_types
from etl.formats.lists import Column, Listing, Refused, Row, in_order, read_all
from etl.formats.site_types import STATUSES, SiteKind
from etl.intake import local_files
from etl.merging.register import Entry, Register
from etl.network import ban
from etl.places import place
from etl.places.gazetteer import Gazetteer, Where
from etl.source import Inputs, Note, Source, Tally
from etl.sources.structures import place_at_communes
from maillage import catalog

SOURCE = Source(
    source_id="local_structures",
    title="Structures ajoutées par data/local",
    producer="Listes locales : référence à chaque ligne",
    page="docs/modeles/LISEZMOI.md",
    licence="Celle de chaque liste",
    vintage="date à chaque ligne",
    local="*",
    doubts="Ce que disent les listes déposées, qui l'emportent sur les fichiers nationaux au même numéro FINESS.",
)

COLUMNS = (
    Column("id", ("identifiant",)),
    Column("type", ("type de structure", "categorie", "type structure", "nature"), required="type"),
    Column("nom", ("libelle", "nom de la structure", "nom structure", "structure", "raison sociale", "denomination",
                   "intitule", "etablissement"), required="nom", prose=True),
    Column("statut", ("etat", "avancement", "stade")),
    Column("code_commune", ("code insee", "insee", "code insee commune", "code commune insee", "code insee de la commune",
                            "codgeo", "depcom", "com", "cog"), code=True),
    Column("commune", ("ville", "nom commune", "nom de la commune", "libelle commune", "localite", "libgeo")),
    Column("adresse", ("adresse postale", "adresse complete", "rue", "voie", "adresse 1"), prose=True),
    Column("code_postal", ("cp", "codepostal", "code post"), code=True),
    Column("places", ("nombre de places", "nb places", "nb de places", "capacite", "nbre de places", "lits", "nombre de lits")),
    Column("finess", ("n finess", "numero finess", "no finess", "finess et", "finess geographique", "numero finess et", "nofinesset"), code=True),
    Column("date_ouverture", ("date d ouverture", "ouverture", "ouvert le", "ouverte le")),
    Column("lon", ("longitude", "lng", "long", "x", "coord x", "coordonnee x", "coordx", "x lambert 93", "lambert x")),
    Column("lat", ("latitude", "y", "coord y", "coordonnee y", "coordy", "y lambert 93", "lambert y")),
    Column("source", ("reference", "references"), prose=True),
    Column("source_date", ("date source", "date de la source", "date", "mise a jour", "maj", "date de mise a jour")),
    Column("departement", ("dept", "dep", "code departement", "nom departement"), code=True),
    Column("remarque", ("remarques", "commentaire", "commentaires", "observation", "observations", "note"), prose=True),
    Column("exhaustif", ("liste complete", "exhaustive", "complet")),
)  # fmt: skip


def mine(path: Path) -> bool:
    return re.match(r"structures.*\.(csv|xlsx?)$", path.name, re.IGNORECASE) is not None


@dataclass(frozen=True)
class Understood:
    """What lists say, before anything is written."""

    register: Register
    gazetteer: Gazetteer
    notes: list[Note]
    unlisted: set[tuple[str, str | None]]

    @cached_property
    def complete(self) -> set[tuple[str, str]]:
        """(type, département) where the lists say to be complete, and lost no row: no other site is to be expected."""
        groups = defaultdict(list)
        for entry in self.register.entered:
            groups[entry.site["type"], entry.site["departement_code"]].append(entry)
        return {
            (kind, departement)
            for (kind, departement), entries in groups.items()
            if all(entry.exhaustive for entry in entries)
            and not {(entry.row.path.name, lost) for entry in entries for lost in (kind, None)} & self.unlisted
        }


def load(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> Tally:
    """Fill and correct `site`, and say in `inventory` which lists are complete; one note a row."""
    listings, notes = read_all(local_files(SOURCE, inputs.data, mine), COLUMNS)
    found = understand(connection, inputs, listings)
    kept = found.register.write(connection)
    place_at_communes(connection)
    _take_stock(connection, found.complete)
    return Tally(sum(listing.read for listing in listings), kept, in_order(notes + found.notes))


def understand(
    connection: duckdb.DuckDBPyConnection,
    inputs: Inputs,
    listings: list[Listing],
    progress: Callable[[int], None] = lambda rows: None,
) -> Understood:
    """Each row told beside the sites already known, nothing written; `progress` hears how many rows were gone through, twice."""
    gazetteer, drafts, notes, done = Gazetteer(inputs), [], [], count(1)
    unlisted: set[tuple[str, str | None]] = set()  # (file, type) of refused rows: their list is not complete here
    for listing in listings:
        notes += listing.notes
        if not listing.whole or any(note.outcome == "refuse" for note in listing.notes):
            unlisted.add((listing.name, None))
        for row in listing.rows:
            try:
                drafts.append(_draft(row, gazetteer))
            except Refused as refused:
                notes.append(_refusal(row, refused))
                unlisted.add((listing.name, None))
            progress(next(done))
    questions = [sought.question for _, sought in drafts if sought.question]
    answers, trouble = ban.ask(questions, inputs.data / "raw" / "ban.json", offline=inputs.offline)
    if trouble:
        notes.append(Note("adresses", "ambigu", "géocodage incomplet", trouble))
    register = Register(connection)
    for entry, sought in drafts:
        try:
            notes.append(register.enter(entry, place.settle(gazetteer, sought, answers), inputs))
        except Refused as refused:
            notes.append(_refusal(entry.row, refused))
            if refused.reason != "doublon":
                unlisted.add((entry.row.path.name, entry.site["type"]))
        progress(next(done))
    return Understood(register, gazetteer, notes, unlisted)


def _refusal(row: Row, refused: Refused) -> Note:
    return row.note("refuse", refused.reason, f"Refusée : {refused}", row["nom"] or "")


def _draft(row: Row, gazetteer: Gazetteer) -> tuple[Entry, place.Sought]:
    """What a row says of a site, and of its place."""
    doubts: list[str] = []
    remarks: list[str] = []
    kind = _type(row, remarks, doubts)
    site = {
        "site_id": row["id"] if row["id"] and re.search("[^0-9]", row["id"]) else None,  # numbers count rows
        "type": kind.code,
        "name": row.named("nom"),
        "status": _status(row, kind, doubts),
        "address": row["adresse"],
        "places": row.spare(partial(row.integer, least=1), "places", doubts),
        "finess": row.spare(partial(_finess, row), "finess", doubts),
        "opened_on": row.spare(row.date, "date_ouverture", doubts),
        "note": row["remarque"],
        "citation": row["source"] or f"{row.path.name}, {row.label}",
        "as_of": row.spare(row.date, "source_date", doubts),
        "seen_in": [SOURCE.source_id],
        "source_id": SOURCE.source_id,
    }
    where = Where(
        *(row[name] for name in ("code_commune", "commune", "code_postal", "adresse", "lon", "lat", "departement"))
    )
    exhaustive = row.spare(row.says, "exhaustif", doubts) or False
    return Entry(row, site, doubts, remarks, exhaustive), place.look(gazetteer, where)


def _type(row: Row, remarks: list[str], doubts: list[str] | None = None) -> SiteKind:
    """« PASS », « Permanences d'accès aux soins de santé », « PASS dentaire », « 603 - Maison de santé », « MSP (projet) »."""
    text = row.required("type")
    admitted = f"Types admis : {', '.join(kind.code for kind in catalog.SITE_TYPES)}, ou leur nom."
    try:
        kind = site_types.understand(text)
    except site_types.Denied as denied:
        raise row.refuse(str(denied), admitted, "type contradictoire") from None
    if kind is None:
        raise row.refuse(f"le type « {text} » est inconnu", admitted, "type inconnu")
    if kind.rest and doubts is not None:
        doubts.append(f"type « {text} » lu {kind.code}, sans que « {kind.rest} » soit compris")
    elif not kind.exact:
        status = f", {catalog.SITE_STATUS[kind.status].label}" if kind.status else ""
        remarks.append(f"type « {text} » lu {kind.code}{status}")
    return kind


def _status(row: Row, kind: SiteKind, doubts: list[str]) -> str | None:
    """The status that a row tells, in its own column first."""
    told = row.pick("statut", STATUSES, ", ".join(status.label for status in catalog.SITE_STATUSES))
    if told and kind.status and told != kind.status:
        doubts.append(f"le statut « {row['statut']} » n'est pas celui que dit le type « {row['type']} »")
    return told or kind.status


def _finess(row: Row, column: str) -> str | None:
    number = (row[column] or "").replace(" ", "").upper()
    number = number.zfill(9) if len(number) == 8 else number  # a spreadsheet ate the first zero
    if number and not re.fullmatch(r"[0-9][0-9AB][0-9]{7}", number):
        raise row.refuse(f"« {row[column]} » n'est pas un numéro FINESS", "Il a neuf chiffres.")
    return number or None


def _take_stock(connection, complete: set[tuple[str, str]]) -> None:
    for kind, departement in sorted(complete):
        connection.execute(
            """
            INSERT INTO staging.inventory BY NAME
            SELECT $kind AS subject, $departement AS departement_code, 'complet' AS extent, max(as_of) AS as_of, $source AS source_id
            FROM site WHERE type = $kind AND departement_code = $departement AND source_id = $source
            """,
            {"kind": kind, "departement": departement, "source": SOURCE.source_id},
        )
