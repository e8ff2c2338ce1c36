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
from maillage.language import text as french
from maillage.language.names import plain
from maillage.language.places import iris

OUTSIDE = "commune sans CPTS"  # why a row that is understood gives no claim
_WHOLE = frozenset(["toute", "tout", "toute la commune", "entiere", "commune entiere", "totalite", "en totalite"])
_PLACES = {column.name: column for column in structure_columns.COLUMNS}  # headings of places are those of any list
_COMMUNE = _PLACES["commune"]
COLUMNS = (
    Column("cpts_id", ("id cpts", "identifiant cpts", "id"), required="cpts"),
    Column(
        "cpts",
        tells=lambda text: bool(_community(text)),
        aliases=("nom cpts", "nom de la cpts", "cpts nom", "nm cpts", "libelle cpts", "lib cpts", "nom"),
        required="cpts",
        prose=True,
    ),
    replace(_PLACES["code_commune"], required="commune"),
    replace(_COMMUNE, aliases=(*_COMMUNE.aliases, "communes"), required="commune"),
    Column("iris", ("code iris", "iris code", "dcomiris", "codes iris", "cod iris"), required="commune", code=True),
    Column("quartier", ("quartiers", "lib iris", "nom iris", "libelle iris", "libiris", "secteur", "partie")),
    _PLACES["code_postal"],
    Column(
        "epci",
        (
            "siren epci",
            "code epci",
            "siren",
            "epci siren",
            "intercommunalite",
            "nom epci",
            "epci nom",
            "libelle epci",
            "libepci",
            "nom de l epci",
        ),
        required="commune",
        code=True,
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
_PART = re.compile(r"[\s,(-]*\b(?:(?:en|pour) partie|partie|partiel(?:lement)?|quartier|secteur)\b.*$", re.IGNORECASE)
_COMMUNITY = re.compile(r"\bCPTS\b.*?(?=$|[-–, ]*\b(?:communes?|membres?|p[ée]rim[èe]tre|20\d\d)\b)", re.IGNORECASE)
_NONE = frozenset(
    ["aucune", "hors cpts", "sans cpts", "pas de cpts", "neant", "aucune cpts", "non couverte", "zone blanche"]
)
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
    part: str = ""  # of its only commune: « l'IRIS 084090101 », « Torcy »


@dataclass
class ClaimsReading:
    """What lists and outlines claim of perimeters, and what could not be read."""

    claims: list[Claim] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    rows_read: int = 0
    whole: bool = True  # no sheet of a list was left aside

    def refuse(self, row: ListRow, refused: RefusedRow) -> None:
        """Note a refused row, and keep that its CPTS lost one: its perimeter is not whole."""
        if refused.reason == OUTSIDE:
            self.notes.append(row.note("compris", OUTSIDE, f"Laissée : {refused.problem}."))
            return
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
        for row in map(_named, listing.rows):
            try:
                reading.claims.append(_claim(row, gazetteer))
            except RefusedRow as refused:
                reading.refuse(row, refused)
        if not listing.whole or any(note.outcome == "refuse" for note in listing.notes):
            named = {(claim.cpts_id, claim.name): claim for claim in reading.claims[first:]}
            reading.claims += [
                replace(claim, communes=()) for claim in named.values()
            ]  # each may lack what was not read
    reading.claims = _unite(reading.claims, reading)
    _claim_outlines([outline for path in outlined for outline in _outlines(path, reading)], gazetteer, reading)
    return reading


def _community(text: str) -> str:
    """« CPTS Sud Ardennes », of a title or of the name of a sheet or of a file; empty when it names none."""
    named = _COMMUNITY.search(text)
    return named[0].strip() if named and len(plain(named[0]).split()) > 1 else ""


def _named(row: ListRow) -> ListRow:
    """With the CPTS that its sheet or its file names, where no column does."""
    above = row.above.get("cpts")
    if not above or above.instead or row["cpts_id"]:
        return row
    return replace(row, cells=row.cells | {"cpts": _community(above.text)})


def _unite(claims: list[Claim], reading: ClaimsReading) -> list[Claim]:
    """One claim for the parts of a commune (IRIS, quartiers) that a CPTS has: it counts whole, which is to be checked."""
    united: dict[tuple, Claim] = {}
    parts: dict[tuple, list[str]] = {}
    for rank, claim in enumerate(claims):
        if not claim.part:
            united[rank,] = claim
            continue
        key = (claim.cpts_id or plain(claim.name), claim.communes[0].code)
        if key in united:
            sentence = f"Comprise : {claim.communes[0].title}, {claim.part}, réunie à la {united[key].row.label}."
            reading.notes.append(claim.row.note("compris", "partie réunie", sentence, claim.name or "", claim.how))
        united.setdefault(key, claim)
        parts.setdefault(key, []).append(claim.part)
    for key, names in parts.items():
        few = ", ".join(names[:3]) + (f" {french.others(len(names) - 3)}" if len(names) > 3 else "")
        doubt = f"cité pour {few} : la commune est comptée entière"
        united[key] = replace(united[key], doubts=(*united[key].doubts, doubt))
    return list(united.values())


def _parts(row: ListRow, gazetteer: Gazetteer) -> tuple[ListRow, str]:
    """A row whose commune is that of its IRIS, and the part of it that the row names, if any."""
    code, name = row["iris"] or row["code_commune"] or row["commune"] or "", row["commune"] or ""
    if (cut := iris(code)) and gazetteer.today(cut[0]):
        part = f"l'IRIS {''.join(cut)}" if cut[1] != "0000" else ""
        return replace(row, cells=row.cells | {"code_commune": cut[0], "commune": None}), part
    if re.fullmatch("[0-9]{9}", code.replace(" ", "")):  # the SIREN of an intercommunalité
        return replace(row, cells=row.cells | {"epci": code, "code_commune": None, "commune": None}), ""
    if row["iris"] and not (row["code_commune"] or row["commune"]):
        raise row.refuse(f"l'IRIS « {row['iris']} » n'est d'aucune commune connue", "Donnez ses neuf chiffres.")
    if half := _PART.search(name):
        whole = name[: half.start()].strip()
        return replace(row, cells=row.cells | {"commune": whole or name}), f"« {name} »" if whole else ""
    part = row["iris"] or row["quartier"] or ""
    whole = not part or plain(part) in COVERAGE or plain(part) in _WHOLE
    return row, "" if whole else f"« {part} »"


def _several(row: ListRow, gazetteer: Gazetteer) -> list[Commune]:
    """The communes that one cell lists, when all of them are known; none when it is no list."""
    text = row["commune"] or row["code_commune"] or ""
    pieces = [piece.strip() for piece in re.split(r"[,;|/]|\bet\b", text)]
    if len(pieces) < 2 or not all(pieces):
        return []
    communes = []
    for piece in pieces:
        stated = gazetteer.stated(tidy(Where(commune=piece, departement=row["departement"])))
        if stated is None or stated.doubts:
            return []
        communes.append(stated.commune)
    return communes


def _claim(row: ListRow, gazetteer: Gazetteer) -> Claim:
    row.refuse_title()
    if plain(row["cpts"]) in _NONE:
        raise row.refuse(f"« {row['cpts']} » dit que la commune n'est d'aucune CPTS", "", OUTSIDE)
    if not (row["cpts_id"] or row["cpts"]):
        raise row.refuse("la CPTS n'est pas nommée", "Donnez son identifiant ou son nom.", "CPTS inconnue")
    if row["cpts"]:
        row.named("cpts")
    coverage = row.pick("couverture", COVERAGE, "complet, partiel")
    row, part = _parts(row, gazetteer)
    where = tidy(Where(row["code_commune"], row["commune"], row["code_postal"], departement=row["departement"]))
    if row["epci"] and not (where.code or where.commune):
        communes = gazetteer.of_epci(row["epci"], row["departement"])
        words = f"les {len(communes)} communes de l'intercommunalité {row['epci']}"
        return Claim(row, row["cpts_id"], row["cpts"], tuple(communes), words, coverage, "commune")
    try:
        stated = gazetteer.stated(where)
    except RefusedRow:
        if several := _several(row, gazetteer):
            words = f"{len(several)} communes"
            return Claim(row, row["cpts_id"], row["cpts"], tuple(several), words, coverage, "nom")
        raise
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
        row,
        row["cpts_id"],
        row["cpts"],
        (stated.commune,),
        stated.commune.title,
        coverage,
        stated.how,
        stated.doubts,
        part,
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
        if not (cells["cpts_id"] or cells["cpts"]):
            cells["cpts"] = _community(path.stem.replace("_", " ")) or None
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
    if not outlines:
        return
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
