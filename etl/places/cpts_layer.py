"""A layer of CPTS outlines, whatever its fields are called, read into one LayerCpts each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import numpy as np
import shapely

from etl.formats import fields
from etl.formats.cpts_names import plain
from etl.formats.cpts_statuses import status_of
from etl.formats.geojson import Features, Placed
from etl.places.geo import shapes_of
from etl.places.perimeters import Overlay, overlay, polygons, residences
from etl.source import Inputs, Note, SourceError
from maillage.language.names import slug

ALL_INSIDE = 0.95  # of an outline in the communes at hand: less, and it goes on in départements that were not asked for
POPULATION, COMMUNES = 0.25, 0.2  # how far from ours a declared figure may be, and still be recognised

# Of what a date is, by the words of the field's name.
DATES = {
    "aci_signe": r"\baci\b|\bsign|\bcontrat",
    "projet_sante_valide": r"\bprojet\b|\bps\b",
    "lettre_intention_validee": r"\bintention\b|\blettre\b|\bli\b",
    "constitution": r"\bassociation\b|\bconstitution\b",
    "as_of": r"\bmaj\b|\bmise jour\b|\bactualis|\bmodif|\bupdate",
}


@dataclass(frozen=True)
class LayerCpts:
    """A CPTS as a layer gives it; `members` are communes of the build, arrondissements in Paris, Lyon and Marseille."""

    cpts_id: str  # what it is called if nobody knew it
    name: str
    line: str
    departements: tuple[str, ...]
    members: tuple[str, ...]
    perimeter: str  # complet, partiel, inconnu
    status: str = "inconnu"
    status_date: str | None = None
    steps: tuple[tuple[str, str], ...] = ()  # (status, date) of its life
    population: int | None = None
    communes: int | None = None
    as_of: str | None = None
    finess: str | None = None  # of its seat
    note: str = ""


@dataclass(frozen=True)
class Meaning:
    """Which field is what; None for what the layer does not say."""

    name: str
    finess: str | None
    identifier: str | None
    status: str | None
    members: str | None
    departement: str | None
    dates: dict[str, str]

    @property
    def spent(self) -> set[str]:
        fields_used = (
            self.name,
            self.finess,
            self.identifier,
            self.status,
            self.members,
            self.departement,
            *self.dates,
        )
        return {field for field in fields_used if field}


@dataclass(frozen=True)
class Country:
    """The communes of the build, arrondissements in Paris, Lyon and Marseille (`parts`: the city -> its own)."""

    codes: np.ndarray
    contours: np.ndarray  # in degrees
    population: dict[str, int]
    parts: dict[str, list[str]]


@dataclass(frozen=True)
class Layer:
    """A layer of CPTS as it was read: its fields, and what each means."""

    table: fields.Table
    meaning: Meaning
    homes: Sequence[set[str]]  # the département where each object mostly lies; empty without a geometry

    def text(self, field: str | None, number: int) -> str | None:
        return next(iter(fields.texts([self.table[field][number]])), None) if field else None


def read(
    connection: duckdb.DuckDBPyConnection, features: Features, placed: Placed, title: str, inputs: Inputs
) -> tuple[list[LayerCpts], list[Note], set[str]]:
    """One LayerCpts each, what deserves a word, and the départements that the layer reaches, even those not built.

    Raises SourceError when no field holds names.
    """
    table = fields.tabulate(features.properties)
    homes = _homes(placed.geometries, inputs)
    seats = connection.execute("SELECT finess FROM site WHERE finess IS NOT NULL").fetchall()
    layer = Layer(table, understand(table, homes, {finess for (finess,) in seats}, title, inputs), homes)
    outlines, country = polygons(placed.geometries), _country(connection)
    rows, notes = _rows(layer, outlines, country, inputs)
    communities, doubled = _one_each(rows)
    communities, spent = _with_figures(communities, layer, country)
    notes = [
        *_geometry_notes(layer, features, placed, outlines),
        *notes,
        *doubled,
        *_not_understood(table, layer.meaning.spent | spent),
    ]
    return communities, notes, set().union(*homes)


def understand(table: fields.Table, homes: Sequence[set[str]], seats: set[str], title: str, inputs: Inputs) -> Meaning:
    """What each field of a layer means, by its name and by what it holds."""
    name = fields.name_field(table)
    if name is None:
        raise SourceError(
            f"La source « {title} » n'a aucun champ où reconnaître le nom des CPTS (champs : {', '.join(table) or 'aucun'}). "
            "Le service a changé : voyez sa page."
        )
    rest = {field: values for field, values in table.items() if field != name}
    finess = fields.finess_field(rest, homes, seats)
    members = fields.member_field(rest, inputs.known_communes.keys() | inputs.successors.keys())
    status = fields.status_field(rest, status_of)
    departement = fields.departement_field(rest, homes, inputs.known_departements)
    dates = fields.date_fields(rest, DATES)
    taken = {name, finess, members, status, departement, *dates}
    return Meaning(name, finess, fields.id_field(table, taken), status, members, departement, dates)


# -- places ---------------------------------------------------------------------------------------------------------


def _homes(geometries: np.ndarray, inputs: Inputs) -> list[set[str]]:
    """The département of most town halls inside, else of the nearest one; in the whole country, whatever is built."""
    codes, points = _town_halls(inputs.data / "snapshot" / "communes.parquet")
    tree, valid = shapely.STRtree(points), polygons(geometries)
    inside: list[Counter[str]] = [Counter() for _ in geometries]
    for number, hall in zip(*tree.query(valid, predicate="contains"), strict=True):
        inside[number][codes[hall]] += 1
    return [
        {counts.most_common(1)[0][0] if counts else codes[tree.nearest(shapely.point_on_surface(geometry))]}
        if geometry is not None
        else set()
        for geometry, counts in zip(geometries, inside, strict=True)
    ]


def _town_halls(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Département and position of every town hall of France."""
    query = "SELECT departement_code, lon, lat FROM read_parquet(?) WHERE level = 'commune' ORDER BY code"
    with duckdb.connect() as connection:
        halls = connection.execute(query, [str(path)]).fetchdf()
    return halls["departement_code"].to_numpy(dtype=object), shapely.points(halls["lon"], halls["lat"])


def _country(connection: duckdb.DuckDBPyConnection) -> Country:
    frame = connection.execute(
        """
        SELECT r.code, r.commune_code, r.population, ST_AsWKB(t.geometry) AS wkb
        FROM residence r JOIN territory t ON t.level = r.level AND t.code = r.code ORDER BY r.code
        """
    ).fetchdf()
    parts = frame[frame["code"] != frame["commune_code"]].groupby("commune_code")["code"].agg(list).to_dict()
    people = dict(zip(frame["code"], frame["population"], strict=True))
    return Country(frame["code"].to_numpy(dtype=object), shapes_of(frame["wkb"]), people, parts)


# -- rows -----------------------------------------------------------------------------------------------------------


def _rows(layer: Layer, outlines: np.ndarray, country: Country, inputs: Inputs) -> tuple[list[LayerCpts], list[Note]]:
    """One LayerCpts an object that has a name; its identifier is the one the layer gives, or empty."""
    meaning = layer.meaning
    numbers = range(len(outlines))
    names = [layer.text(meaning.name, number) for number in numbers]
    listed = [fields.codes(layer.table[meaning.members][number] or []) if meaning.members else [] for number in numbers]
    drawn = [number for number in numbers if outlines[number] is not None and not listed[number]]
    laid = dict(zip(drawn, overlay(outlines[drawn], country.codes, country.contours), strict=True))
    unread: Counter[str] = Counter()
    rows, notes = [], []
    for number, name in enumerate(names):
        if name is None or not plain(name):
            sentence = "Cet objet n'a pas de nom de CPTS : il est laissé de côté. Signalez-le au producteur."
            notes.append(Note(_line(number), "refuse", "sans nom", sentence))
            continue
        row = _identified(LayerCpts("", name, _line(number), (), (), "inconnu"), layer, number, unread)
        if number in laid:
            row, more = _by_overlay(row, laid[number], inputs)
        else:
            row, more = _by_codes(row, listed[number], country, inputs)
        notes += more
        rows.append(replace(row, departements=_departements(row, listed[number], layer, number, inputs)))
    for word, count in unread.items():
        sentence = f"Le statut « {word} » ({count} fois) n'est pas reconnu : ces CPTS ont un statut inconnu."
        notes.append(Note(f"champ {meaning.status}", "ambigu", "statut non reconnu", sentence))
    return rows, notes


def _identified(row: LayerCpts, layer: Layer, number: int, unread: Counter[str]) -> LayerCpts:
    """The row with its identifier, seat, status and dates; a status that is not understood is counted in `unread`."""
    meaning = layer.meaning
    days = {what: fields.day(layer.text(field, number) or "") for field, what in meaning.dates.items()}
    steps = tuple(sorted((what, day) for what, day in days.items() if day and what != "as_of"))
    word = layer.text(meaning.status, number)
    status = (status_of(word) if word else None) or "inconnu"
    if word and status == "inconnu":
        unread[word] += 1
    finess = layer.text(meaning.finess, number)
    return replace(
        row,
        cpts_id=layer.text(meaning.identifier, number) or finess or "",
        finess=finess,
        status=status,
        status_date=dict(steps).get(status),
        steps=steps,
        as_of=days.get("as_of"),
    )


def _by_overlay(row: LayerCpts, laid: Overlay, inputs: Inputs) -> tuple[LayerCpts, list[Note]]:
    cut = bool(inputs.departements) and laid.inside < ALL_INSIDE
    note = "Périmètre obtenu en superposant le contour publié aux communes."
    notes = []
    if laid.shared:
        note += f" Communes partagées : {laid.doubtful}."
        sentence = f"Le contour coupe des communes, retenues au-delà de la moitié de leur surface : {laid.doubtful}."
        notes.append(Note(row.line, "ambigu", "commune partagée", sentence, row.name))
    if not laid.members and not cut:
        sentence = "Aucune commune n'a plus de la moitié de sa surface dans le contour : le périmètre est inconnu."
        notes.append(Note(row.line, "ambigu", "contour plus petit qu'une commune", sentence, row.name))
    extent = "inconnu" if not laid.members else "partiel" if cut else "complet"
    return replace(row, members=laid.members, perimeter=extent, note=note), notes


def _by_codes(row: LayerCpts, listed: list[str], country: Country, inputs: Inputs) -> tuple[LayerCpts, list[Note]]:
    residence, lost = residences(listed, inputs.successors, country.parts, inputs.known_communes)
    members = tuple(sorted(country.population.keys() & residence))
    notes = []
    if lost:
        sentence = f"Codes de communes inconnus, laissés de côté : {', '.join(lost)}. Le périmètre est partiel."
        notes.append(Note(row.line, "ambigu", "commune inconnue", sentence, row.name))
    extent = "inconnu" if not members else "partiel" if lost or len(members) < len(residence) else "complet"
    note = "Communes listées par la source." if residence else "La source ne donne ni contour utilisable ni communes."
    return replace(row, members=members, perimeter=extent, note=note), notes


def _departements(row: LayerCpts, listed: list[str], layer: Layer, number: int, inputs: Inputs) -> tuple[str, ...]:
    """Of its communes, when they are all at hand; with that of its outline when not; else of the field that says it."""
    everywhere = [inputs.successors.get(code, code) for code in listed] or row.members
    departements = {inputs.known_communes[code] for code in everywhere if code in inputs.known_communes}
    written = layer.text(layer.meaning.departement, number)
    stated = {fields.departement(written)} & inputs.known_departements if written else set()
    if departements and inputs.departements:
        departements = departements | layer.homes[number]
    return tuple(sorted(departements or stated or layer.homes[number]))


def _one_each(rows: list[LayerCpts]) -> tuple[list[LayerCpts], list[Note]]:
    """Objects of one name, in one département or with one identifier, are one CPTS in several pieces.

    Each CPTS gets an identifier that lasts from build to build: the layer's own or the FINESS number, unless two CPTS bear it;
    else the name and the département.
    """
    groups: dict[tuple, list[LayerCpts]] = {}
    met: dict[tuple[str, str], tuple] = {}
    for row in rows:
        name = plain(row.name)
        key = met.get((name, row.cpts_id)) if row.cpts_id else None
        key = key or (name, row.departements[:1])
        met.setdefault((name, row.cpts_id), key)
        groups.setdefault(key, []).append(row)
    borne = Counter(slug(group[0].cpts_id) for group in groups.values())
    communities: dict[str, LayerCpts] = {}
    notes = []
    for (name, _), group in groups.items():
        one = group[0]
        if len(group) > 1:
            sentence = f"{len(group)} objets portent ce nom au même endroit : ils ont été réunis en une seule CPTS."
            notes.append(Note(one.line, "ambigu", "plusieurs objets pour une CPTS", sentence, one.name))
            one = _united(group)
        ending = slug(one.cpts_id)
        if not ending or borne[ending] > 1 or f"wfs-{ending}" in communities:
            ending = slug(f"{name} {' '.join(one.departements[:1])}") or f"objet-{len(communities) + 1}"
        communities[f"wfs-{ending}"] = replace(one, cpts_id=f"wfs-{ending}")
    return list(communities.values()), notes


def _united(group: list[LayerCpts]) -> LayerCpts:
    extents = {row.perimeter for row in group if row.members}
    return replace(
        group[0],
        members=tuple(sorted({code for row in group for code in row.members})),
        departements=tuple(sorted({code for row in group for code in row.departements})),
        perimeter="inconnu" if not extents else "complet" if extents == {"complet"} else "partiel",
    )


def _with_figures(communities: list[LayerCpts], layer: Layer, country: Country) -> tuple[list[LayerCpts], set[str]]:
    """Add the population and the number of communes declared, in the fields closest to what whole perimeters give."""
    rest = {field: values for field, values in layer.table.items() if field not in layer.meaning.spent}
    at = {one.line: one for one in communities}
    row_of = [at.get(_line(number)) for number in range(len(layer.homes))]
    whole = [one if one and one.perimeter == "complet" else None for one in row_of]
    people = [one and int(sum(country.population[code] for code in one.members)) for one in whole]
    population = fields.figure_field(rest, people, POPULATION)
    rest.pop(population, None)
    communes = fields.figure_field(rest, [one and len(one.members) for one in whole], COMMUNES)

    def figure(field: str | None, number: int) -> int | None:
        return fields.number(layer.table[field][number]) if field else None

    result = [
        replace(one, population=figure(population, number), communes=figure(communes, number))
        for number, one in enumerate(row_of)
        if one
    ]
    return result, {field for field in (population, communes) if field}


# -- words ----------------------------------------------------------------------------------------------------------


def _geometry_notes(layer: Layer, features: Features, placed: Placed, outlines: np.ndarray) -> list[Note]:
    notes = []
    for number, outline in enumerate(outlines):
        if features.unreadable[number]:
            reason, sentence = "contour illisible", "Son contour n'a pas pu être lu"
        elif placed.outside[number]:
            reason, sentence = "contour hors de France", "Son contour n'est pas en France"
        elif placed.geometries[number] is not None and outline is None:
            reason, sentence = "contour sans surface", "Son contour est un point ou une ligne"
        else:
            continue
        name = layer.text(layer.meaning.name, number) or ""
        notes.append(Note(_line(number), "ambigu", reason, f"{sentence} : il est laissé de côté.", name))
    return notes


def _not_understood(table: fields.Table, spent: Iterable[str]) -> list[Note]:
    return [
        Note(
            f"champ {field}",
            "ambigu",
            "champ non compris",
            f"Le champ « {field} » ({fields.kind(values)}) n'a pas été compris : il est laissé de côté.",
            field,
        )
        for field, values in table.items()
        if field not in spent and any(value is not None for value in values)
    ]


def _line(number: int) -> str:
    return f"objet {number + 1}"
