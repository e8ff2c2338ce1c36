"""Structures listed by a reader (an ARS, a conseil départemental) in data/local: how PASS and ESP get on the map."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import count
from pathlib import Path

import duckdb

from etl import frames
from etl.formats import purposes, site_types
from etl.formats.headings import FILE, HEADING, Above
from etl.formats.lists import TITLE, Listing, ListRow, RefusedRow, in_order, read_all
from etl.formats.site_types import SiteKind
from etl.formats.structure_columns import COLUMNS
from etl.intake import local_files
from etl.network import ban
from etl.places import place, points
from etl.places.gazetteer import Gazetteer, Where
from etl.resolve.sites.local import SiteEntry
from etl.source import Inputs, Note, Source, Tally
from maillage import catalog
from maillage.language.names import plain

SOURCE = Source(
    source_id="local_structures",
    title="Structures ajoutées par les listes locales",
    producer="Listes locales : référence à chaque ligne",
    page="docs/modeles/LISEZMOI.md",
    licence="Celle de chaque liste",
    vintage="date à chaque ligne",
    local="*",
    writes="site",
    tier="local",
    doubts="Ce que disent les listes déposées, qui l'emportent sur les fichiers nationaux au même numéro FINESS.",
)

_CATEGORY = re.compile(r"\s*([0-9]{3})(?![0-9])")  # of the register: « 603 », « 603 - Maison de santé »
_TITLES = """
    nom noms intitule libelle denomination liste listes listing tableau fichier export extraction recensement recensees recense annuaire inventaire repertoire suivi etat lieux
    structure structures site sites etablissement etablissements feuil feuille sheet onglet base donnees ars dt dd cpam region
    departement departements dept dep dpt departemental departementale territoire toutes tous les le la l de des du d au aux en et a par sur
    janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre jour mise maj date final finale finales vf
    grand est hauts france ile bretagne normandie occitanie nouvelle aquitaine pays loire centre val bourgogne franche comte auvergne
    provence alpes cote azur corse def v version copie nouveau nouvelle complet complete exhaustif exhaustive projet projets ok nombre
"""
_OF_TITLES = frozenset(_TITLES.split())  # words that say nothing of the structures of a list
_END = re.compile(r"\(([^()]+)\)\s*$|(?:[:,]| [-–])\s+([^-–:,()]+)$")  # of a name


def mine(path: Path) -> bool:
    """Named for structures, or of a name that says nothing and with the headings of a list of structures."""
    purpose = purposes.by_name(path)
    return purpose == purposes.STRUCTURES or (purpose is None and purposes.has_headings(path, COLUMNS))


@dataclass(frozen=True)
class Understood:
    """What lists say, before they are set beside what is known."""

    entries: list[SiteEntry]
    gazetteer: Gazetteer
    notes: list[Note]
    complete: set[tuple[str, str]]  # (type, département) where the lists say to be complete, and lost no row


def load(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> Tally:
    """Stage the rows understood, and the inventory of lists that are complete; one note a row that is refused."""
    listings, notes = read_all(local_files(SOURCE, inputs.data, mine), COLUMNS)
    understood = understand(inputs, listings)
    if notes or inputs.unread:  # a file that could not be read may hold more of them
        understood = replace(understood, complete=set())
    rows = [
        entry.site
        | {
            "tier": SOURCE.tier,
            "file": entry.file,
            "line": entry.line,
            "commune_name": entry.commune_name,
            "how": entry.how,
            "reason": entry.reason,
            "words": entry.words,
            "doubts": entry.doubts,
            "remarks": entry.remarks,
            "wanted": entry.wanted,
        }
        for entry in understood.entries
    ]
    frames.insert_rows(connection, "staging.site", rows)
    _take_stock(connection, understood)
    kept = sum(entry.wanted for entry in understood.entries)
    return Tally(sum(listing.rows_read for listing in listings), kept, in_order(notes + understood.notes))


def understand(
    inputs: Inputs, listings: list[Listing], progress: Callable[[int], None] = lambda rows: None
) -> Understood:
    """What each row says; `progress` hears how many rows were gone through, twice."""
    gazetteer, drafts, notes, done = Gazetteer(inputs), [], [], count(1)
    # (type, département) of what was not read, None where it may be any
    lost: set[tuple[str | None, str | None]] = set()
    for listing in listings:
        notes += listing.notes
        if not listing.whole or any(note.outcome == "refuse" for note in listing.notes):
            lost.add((None, None))
        for row in listing.rows:
            try:
                drafts.append(_draft(row, gazetteer))
            except RefusedRow as refused:
                notes.append(_refusal(row, refused))
                if refused.reason != TITLE:
                    lost |= {(None, departement) for departement in _departements(row, refused, gazetteer)}
            progress(next(done))
    questions = [draft.sought.question for draft in drafts if draft.sought.question]
    answers, trouble = ban.ask(questions, inputs.data / "raw" / "ban.json", offline=inputs.offline)
    if trouble:
        notes.append(Note("adresses", "ambigu", "géocodage incomplet", trouble))
    entries, exhaustive = [], defaultdict(list)
    for draft in drafts:
        row = draft.row
        try:
            placed = place.settle(gazetteer, draft.sought, answers)
        except RefusedRow as refused:
            refused.__traceback__ = None  # the draft keeps the refusal, whose frames would keep every row
            notes.append(_refusal(row, refused))
            lost |= {(draft.site["type"], departement) for departement in _departements(row, refused, gazetteer)}
        else:
            entries.append(_entry(draft, placed, inputs))
            group = draft.site["type"], placed.commune.departement
            exhaustive[group].append(draft.exhaustive)
        progress(next(done))
    complete = {
        (kind, departement)
        for (kind, departement), declarations in exhaustive.items()
        if all(declarations) and not {(one, place) for one in (kind, None) for place in (departement, None)} & lost
    }
    return Understood(entries, gazetteer, notes, complete)


@dataclass(frozen=True)
class UnplacedSite:
    """A row read, and not yet placed."""

    row: ListRow
    site: dict
    sought: place.Sought
    doubts: list[str]
    remarks: list[str]
    exhaustive: bool


def _entry(draft: UnplacedSite, placed: place.Placement, inputs: Inputs) -> SiteEntry:
    departement, point = placed.commune.departement, placed.lon is not None
    site = draft.site | {
        "departement_code": departement,
        "commune_code": placed.commune.code,
        "lon": placed.lon,
        "lat": placed.lat,
        "precision": "adresse" if point else None,
    }
    return SiteEntry(
        draft.row.path.name,
        draft.row.label,
        site,
        placed.commune.name,
        placed.how,
        placed.reason,
        placed.words,
        [*draft.doubts, *placed.doubts],
        draft.remarks,
        inputs.wants(departement),
        draft.row["code_postal"],
    )


def _departements(row: ListRow, refused: RefusedRow, gazetteer: Gazetteer) -> Iterable[str | None]:
    """The départements that a refused row says to be of; None, which is any of them, when it says none or two."""
    contradictory = "contradictoire" in refused.reason
    return (not contradictory and gazetteer.departements(row["departement"])) or (None,)


def _refusal(row: ListRow, refused: RefusedRow) -> Note:
    return row.note("refuse", refused.reason, f"Refusée : {refused}", row["nom"] or "")


def _draft(row: ListRow, gazetteer: Gazetteer) -> UnplacedSite:
    """What a row says of a site, and of its place."""
    row.refuse_title()
    _refuse_mark(row)
    doubts: list[str] = []
    remarks: list[str] = []
    kind = _type(row, gazetteer, remarks, doubts)
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
    if site["status"] is None and (site["opened_on"] or "") > date.today().isoformat():
        doubts.append(f"ouverture à venir ({site['opened_on']}), et aucune colonne ne dit son statut")
    lon, lat = row["lon"], row["lat"]
    if lon is None and lat is None and row["point"]:
        lon, lat = points.lon_lat(row["point"]) or (None, None)
        if lon is None:
            doubts.append(f"laissé de côté : « {row['point'][:60]} » n'est pas un point")
    where = Where(
        *(row[name] for name in ("code_commune", "commune", "code_postal", "adresse")), lon, lat, row["departement"]
    )
    exhaustive = row.spare(row.says, "exhaustif", doubts) or False
    return UnplacedSite(row, site, place.look(gazetteer, where), doubts, remarks, exhaustive)


def _type(row: ListRow, gazetteer: Gazetteer, remarks: list[str], doubts: list[str]) -> SiteKind:
    """« PASS », « PASS dentaire », « 603 - Maison de santé », « MSP (projet) »; the register's category says what words do not."""
    number = _CATEGORY.match(row["code_categorie"] or "")
    category = number[1] if number and row["type"] else None
    above = None if row["type"] or row["code_categorie"] else row.above.get("type")
    text = (
        site_types.without_numbers(above.text)
        if above
        else row["type"] or row["code_categorie"] or row.required("type")
    )
    by_category = catalog.FINESS_TYPE.get(category) if category else None
    try:
        kind = site_types.understand(text)
    except site_types.Denied as denied:
        raise row.refuse(str(denied), _types(), "type contradictoire") from None
    if above and kind:
        doubt = _doubt_above(row, above, kind, gazetteer)
        (doubts if doubt else remarks).append(f"type {kind.code} lu dans {above}{doubt}")
        return kind
    strange = kind.rest if kind else text
    chosen = by_category if by_category and strange else kind and kind.code
    words = f"type « {text} »" + f" de catégorie {category}" * bool(category)
    if chosen is None or (strange and category and not by_category):
        raise row.refuse(f"le {words} est inconnu", _types(), "type inconnu")
    status = kind and kind.status
    if kind and strange and chosen != by_category:
        doubts.append(f"{words} lu {chosen}, sans que « {strange} » soit compris")
    elif kind and category and by_category != kind.code and catalog.SITE_TYPE[kind.code].finess:
        other = f"celle de {catalog.short(by_category)}" if by_category else "d'aucun type de l'atlas"
        doubts.append(f"{words} lu {chosen}, alors que {kind.code} n'est pas de cette catégorie, qui est {other}")
    elif not (kind and kind.exact):
        remarks.append(f"{words} lu {chosen}{f', {catalog.SITE_STATUS[status].label}' if status else ''}")
    return SiteKind(chosen, status)


def _types() -> str:
    return f"Types admis : {', '.join(catalog.short(kind.code) for kind in catalog.SITE_TYPES)}, ou leur nom."


def _refuse_mark(row: ListRow) -> None:
    """Refuse what stands under a type and is no name: « x », « 2 », « oui »."""
    above = row.above.get("type")
    if not above or above.where != HEADING:
        return
    name = plain(row["nom"])
    if name and (name in ("oui", "non") or not re.search("[a-z]{3}", name)):
        problem = f"« {row['nom']} » n'est pas un nom (colonne « {above.text} »)"
        raise row.refuse(problem, "Écrivez une structure par ligne.", "sans nom")


def _doubt_above(row: ListRow, above: Above, kind: SiteKind, gazetteer: Gazetteer) -> str:
    """What makes a type that the table does not say doubtful: words beside it, a sheet of another name, a cell left empty."""
    strange = [word for word in kind.rest.split() if word not in _OF_TITLES]
    if strange and not (gazetteer.departements(" ".join(strange)) or all(map(gazetteer.departements, strange))):
        return f", sans que « {' '.join(strange)} » soit compris"
    if above.where == FILE and set(plain(row.sheet).split()) - _OF_TITLES and not gazetteer.departements(row.sheet):
        return f", que sa feuille « {row.sheet} » ne dit pas"
    return ", sa cellule étant vide" if above.instead else ""


def _status(row: ListRow, kind: SiteKind, doubts: list[str]) -> str | None:
    """The status that a row tells, in its own column first."""
    text = row["statut"]
    if text is None:
        if kind.status is None and (words := _state_in_name(row["nom"] or "")):
            doubts.append(f"son nom dit « {words} », et aucune colonne son statut")
        return kind.status
    try:
        state = site_types.state(text)
    except site_types.Denied as denied:
        raise row.refuse(str(denied), _statuses(), "statut contradictoire") from None
    if state is None:
        raise row.refuse(f"« {text} » n'est pas admis dans la colonne « statut »", _statuses(), "statut inconnu")
    if state.rest:
        doubts.append(
            f"statut « {text} » lu {catalog.SITE_STATUS[state.code].label}, sans que « {state.rest} » soit compris"
        )
    if kind.status and state.code != kind.status:
        doubts.append(f"le statut « {text} » n'est pas celui que dit le type « {row['type']} »")
    return state.code


def _statuses() -> str:
    return f"Valeurs possibles : {', '.join(status.label for status in catalog.SITE_STATUSES)}."


def _state_in_name(name: str) -> str:
    """What a name tells at its end of a site that is not open: « MSP de Sedan (projet) »; empty when it tells nothing."""
    end = _END.search(name)
    words = (end[1] or end[2]).strip() if end else ""
    try:
        state = site_types.state(words)
    except site_types.Denied:
        return words
    return words if state and state.code != "ouvert" and not state.rest else ""


def _finess(row: ListRow, column: str) -> str | None:
    number = re.sub(r"^(?:N°?)?FINESS:?|[\s.]", "", (row[column] or "").replace(" ", "").upper())
    number = number.zfill(9) if len(number) == 8 else number  # a spreadsheet ate the first zero
    if number and not re.fullmatch(r"(?:[0-9]{2}|2[AB]|9[A-J])[0-9]{7}", number):
        raise row.refuse(f"« {row[column]} » n'est pas un numéro FINESS", "Il a neuf chiffres.")
    return number or None


def _take_stock(connection, understood: Understood) -> None:
    dates = defaultdict(list)
    for entry in understood.entries:
        dates[entry.site["type"], entry.site["departement_code"]].append(entry.site["as_of"])
    for kind, departement in sorted(understood.complete):
        known = [day for day in dates[kind, departement] if day]
        connection.execute(
            "INSERT INTO staging.inventory (subject, departement_code, extent, as_of, source_id) VALUES (?, ?, 'complet', ?, ?)",
            [kind, departement, max(known, default=None), SOURCE.source_id],
        )
