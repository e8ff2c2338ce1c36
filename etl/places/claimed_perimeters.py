"""Perimeters as people give them: a list of communes or of intercommunalités beside the name of a CPTS, or an outline."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path

import shapely

from etl.formats import geojson, purposes, structure_columns
from etl.formats.lists import TITLE, Column, ListRow, RefusedRow, read_all
from etl.places import perimeters
from etl.places.gazetteer import WHOLE_CODES, Commune, Gazetteer, Where, tidy
from etl.source import Note, SourceError
from maillage.language.names import plain

_PLACES = {column.name: column for column in structure_columns.COLUMNS}  # headings of places are those of any list
_COMMUNE = _PLACES["commune"]
COLUMNS = (
    Column("cpts_id", ("id cpts", "identifiant cpts", "id"), required="cpts"),
    Column(
        "cpts",
        ("nom cpts", "nom de la cpts", "cpts nom", "nm cpts", "libelle cpts", "lib cpts", "nom"),
        required="cpts",
        prose=True,
    ),
    replace(_PLACES["code_commune"], required="commune"),
    replace(_COMMUNE, aliases=(*_COMMUNE.aliases, "communes"), required="commune"),
    _PLACES["code_postal"],
    Column(
        "epci", ("siren epci", "code epci", "siren", "epci siren", "intercommunalite"), required="commune", code=True
    ),
    _PLACES["departement"],
    Column("couverture", ("perimetre", "etendue")),
)
COVERAGE = {
    "complet": "complet",
    "complete": "complet",
    "entier": "complet",
    "oui": "complet",
    "partiel": "partiel",
    "partielle": "partiel",
    "non": "partiel",
}
INSIDE = 0.9  # less of an outline than this in known communes is worth a look


@dataclass(frozen=True)
class Claim:
    """One row, or one outline: these communes belong to that CPTS."""

    row: ListRow
    cpts_id: str | None
    name: str | None
    communes: tuple[Commune, ...]  # none: the row was refused, and the perimeter lacks something
    words: str = ""
    coverage: str | None = None  # complet, partiel, None when the row does not say
    how: str = ""  # as in Note.placed
    doubts: tuple[str, ...] = ()


@dataclass
class ClaimsReading:
    """What lists and outlines claim of perimeters, and what could not be read."""

    claims: list[Claim] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    rows_read: int = 0
    whole: bool = True  # no sheet of a list was left aside

    def refuse(self, row: ListRow, refused: RefusedRow) -> None:
        """Note a refused row, and keep that its CPTS lost one: its perimeter is not whole."""
        name = row["cpts"] or row["cpts_id"] or ""
        self.notes.append(row.note("refuse", refused.reason, f"Refusée : {refused}", name))
        if refused.reason != TITLE:
            self.claims.append(Claim(row, row["cpts_id"], row["cpts"], ()))


def read(paths: list[Path], gazetteer: Gazetteer) -> ClaimsReading:
    """Every claim of the files; a refused row gives an empty one. Raises SourceError when no list can be read."""
    reading = ClaimsReading()
    outlined = [path for path in paths if purposes.is_outlines(path)]
    listings, reading.notes = read_all([path for path in paths if path not in outlined], COLUMNS)
    for listing in listings:
        reading.notes += listing.notes
        reading.whole &= listing.whole
        reading.rows_read += listing.rows_read
        first = len(reading.claims)
        for row in listing.rows:
            try:
                reading.claims.append(_claim(row, gazetteer))
            except RefusedRow as refused:
                reading.refuse(row, refused)
        if not listing.whole or any(note.outcome == "refuse" for note in listing.notes):
            named = {(claim.cpts_id, claim.name): claim for claim in reading.claims[first:]}
            reading.claims += [
                replace(claim, communes=()) for claim in named.values()
            ]  # each may lack what was not read
    _claim_outlines([outline for path in outlined for outline in _outlines(path, reading)], gazetteer, reading)
    return reading


def _claim(row: ListRow, gazetteer: Gazetteer) -> Claim:
    row.refuse_title()
    if not (row["cpts_id"] or row["cpts"]):
        raise row.refuse("la CPTS n'est pas nommée", "Donnez son identifiant ou son nom.", "CPTS inconnue")
    if row["cpts"]:
        row.named("cpts")
    coverage = row.pick("couverture", COVERAGE, "complet, partiel")
    where = tidy(Where(row["code_commune"], row["commune"], row["code_postal"], departement=row["departement"]))
    if row["epci"] and not (where.code or where.commune):
        siren = re.sub(r"\D", "", row["epci"])
        communes = gazetteer.of_epci(siren) if siren else []
        if not communes:
            raise row.refuse(
                f"l'intercommunalité « {row['epci']} » n'est pas connue",
                "Donnez son numéro SIREN (neuf chiffres).",
                "intercommunalité inconnue",
            )
        words = f"les {len(communes)} communes de l'intercommunalité {siren}"
        return Claim(row, row["cpts_id"], row["cpts"], tuple(communes), words, coverage, "commune")
    stated = gazetteer.stated(where)
    if stated is None:
        raise row.refuse(
            "la commune n'est pas nommée", "Donnez son code Insee, ou son nom et son code postal.", "sans lieu"
        )
    if stated.commune.code in WHOLE_CODES:
        raise row.refuse(
            f"{stated.commune.title} est une ville à arrondissements",
            "Listez ses arrondissements membres (code Insee, ou code postal).",
            "ville à arrondissements",
        )
    return Claim(
        row, row["cpts_id"], row["cpts"], (stated.commune,), stated.commune.title, coverage, stated.how, stated.doubts
    )


def _outlines(path: Path, reading: ClaimsReading) -> list[tuple[ListRow, shapely.Geometry]]:
    """Each feature of a GeoJSON that names its CPTS and has a polygon; its properties are read as the columns of a list are."""
    try:
        features = geojson.read(path, path.name)
        placed = geojson.place(features, path.name)
    except SourceError as error:
        reading.notes.append(
            Note("fichier", "refuse", "GeoJSON illisible", f"Fichier refusé : {error}", file=path.name)
        )
        return []
    outlines = []
    for number, (properties, shape) in enumerate(
        zip(features.properties, perimeters.polygons(placed.geometries), strict=True), 1
    ):
        reading.rows_read += 1
        words = {plain(key): str(value).strip() for key, value in properties.items() if value not in (None, "")}
        cells = {
            c.name: next((words[plain(w)] for w in (c.name, *c.aliases) if plain(w) in words), None) for c in COLUMNS
        }
        row = ListRow(path, number, cells, unit="objet")
        try:
            if shape is None:
                raise row.refuse("il n'a pas de contour en France", "Vérifiez sa projection.", "sans contour")
            if not (row["cpts_id"] or row["cpts"]):
                raise row.refuse(
                    "aucune propriété ne nomme la CPTS", "Ajoutez « cpts_id » ou « cpts ».", "CPTS inconnue"
                )
            row.pick("couverture", COVERAGE, "complet, partiel")
            outlines.append((row, shape))
        except RefusedRow as refused:
            reading.refuse(row, refused)
    return outlines


def _claim_outlines(
    outlines: list[tuple[ListRow, shapely.Geometry]], gazetteer: Gazetteer, reading: ClaimsReading
) -> None:
    """One claim per CPTS: its outlines (IRIS, quartiers, parts of intercommunalités) are one before communes are counted."""
    groups = _by_cpts(outlines)
    codes, communes = gazetteer.outlines()
    united = [shapely.union_all([shape for _, shape in group]) for group in groups]
    for group, overlay in zip(groups, perimeters.overlay(united, codes, communes), strict=True):
        (first, _), *others = group
        try:
            if not overlay.members:
                raise first.refuse(
                    "son contour ne couvre la majorité d'aucune commune", "Vérifiez sa projection.", "sans commune"
                )
        except RefusedRow as refused:
            for row, _ in group:
                reading.refuse(row, refused)
            continue
        coverages = {row.pick("couverture", COVERAGE, "complet, partiel") or "complet" for row, _ in group}
        doubts = [f"communes coupées par le contour : {overlay.doubtful}"] if overlay.shared else []
        if overlay.inside < INSIDE:
            doubts.append(f"{1 - overlay.inside:.0%} du contour hors des communes connues".replace("%", " %"))
        words = f"{len(overlay.members)} commune{'s' if len(overlay.members) > 1 else ''} d'après son contour" + (
            f" en {len(group)} objets réunis" if others else ""
        )
        members = tuple(gazetteer.communes[code] for code in overlay.members)
        coverage = "partiel" if "partiel" in coverages else "complet"
        reading.claims.append(
            Claim(first, first["cpts_id"], first["cpts"], members, words, coverage, "coordonnees", tuple(doubts))
        )
        for row, _ in others:
            sentence = f"Comprise : contour réuni à celui de l'{first.label} de la même CPTS."
            reading.notes.append(
                row.note("compris", "contour réuni", sentence, row["cpts"] or row["cpts_id"], "coordonnees")
            )


def _by_cpts(outlines: list[tuple[ListRow, shapely.Geometry]]) -> list[list[tuple[ListRow, shapely.Geometry]]]:
    """Outlines of one CPTS together, by its name, and by its identifier when it has one of its own.

    What numbers the features of a name (a rank, the code of an IRIS) identifies no CPTS, and is left out.
    """
    named: dict[str, list[tuple[ListRow, shapely.Geometry]]] = {}
    for row, shape in outlines:
        named.setdefault(plain(row["cpts"] or ""), []).append((row, shape))
    groups: dict[str, list[tuple[ListRow, shapely.Geometry]]] = {}
    for name, features in named.items():
        identifiers = [row["cpts_id"] for row, _ in features if row["cpts_id"]]
        numbered = bool(name) and _number_features(identifiers, len(features))
        alone = bool(name) and len(set(identifiers)) == 1
        for row, shape in features:
            if numbered or alone:
                row = replace(row, cells=row.cells | {"cpts_id": None if numbered else identifiers[0]})
            groups.setdefault(row["cpts_id"] or f"nom {name}", []).append((row, shape))
    return list(groups.values())


def _number_features(identifiers: list[str], features: int) -> bool:
    """Are these the identifiers of features rather than of a CPTS: numbers, or another one each?"""
    another = 1 < features == len(set(identifiers)) and not any("cpts" in each.lower() for each in identifiers)
    return all(each.isdecimal() for each in identifiers) or another
