"""A layer of CPTS outlines, whatever its fields are called, read into one LayerCpts each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import duckdb
import numpy as np
import shapely

from etl.formats import fields
from etl.formats.cpts_names import plain
from etl.formats.geojson import Features, PlacedLayer
from etl.places.cpts_layer_fields import Meaning, one_row, stage, today, understand
from etl.places.cpts_layer_places import Town, homes_of, stand_for_communes, towns
from etl.places.geo import shapes_of
from etl.places.perimeters import Overlay, overlay, polygons, residences
from etl.source import Inputs, Note, SourceError
from maillage.language.names import slug

ALL_INSIDE = 0.95  # of an outline in the communes at hand: less, and it goes on in départements that were not asked for
POPULATION, COMMUNES = 0.25, 0.2  # how far from ours a declared figure may be, and still be recognised
NEIGHBOURS = 0.1  # degrees, about ten kilometres: pieces of one name nearer than that are of one CPTS
MOST = 1500  # CPTS in France: a layer that gives more was not understood (the register knew 820 in August 2026)
MANY = 20  # notes of one reason: beyond, they are told as one


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
class BuildCommunes:
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
    towns: Sequence[Town | None]  # where each object lies that is a point
    by_commune: bool  # its points are the communes of CPTS, one by one, and no seats
    until: str  # AAAA-MM-JJ: the day it speaks of


@dataclass(frozen=True)
class Group:
    """The objects of one CPTS."""

    numbers: list[int]
    row: dict  # what they say together
    homes: set[str]
    outline: shapely.Geometry | None  # of all of them
    whole: bool  # none has an outline that could not be used

    def text(self, field: str | None) -> str | None:
        """What its objects say in a field; None when they say nothing, or there is no such field."""
        return next(iter(fields.texts([self.row[field]])), None) if field else None

    @property
    def line(self) -> str:
        """Where it is in the file, for a note."""
        return _line(self.numbers[0])


@dataclass(frozen=True)
class LayerReading:
    """What a layer holds: a LayerCpts each, what deserves a word, the départements reached, the objects without a name."""

    communities: list[LayerCpts]
    notes: list[Note]
    reached: set[str]  # even those that are not built
    nameless: int


def read(
    connection: duckdb.DuckDBPyConnection, features: Features, placed: PlacedLayer, title: str, inputs: Inputs
) -> LayerReading:
    """The CPTS of a layer, their objects united. Raises SourceError when no field holds names, or when it gives too many."""
    table = fields.tabulate(features.properties)
    here = towns(placed.geometries, inputs.data / "snapshot")
    homes = homes_of(placed.geometries, here, inputs.data / "snapshot")
    seats = connection.execute("SELECT finess FROM site WHERE finess IS NOT NULL").fetchall()
    meaning = understand(table, homes, {finess for (finess,) in seats}, title, inputs)
    by_commune = not meaning.members and stand_for_communes(table[meaning.name], here)
    layer = Layer(table, meaning, homes, here, by_commune, today(features.served_on))
    outlines, country = polygons(placed.geometries), _country(connection)
    lost = features.unreadable | placed.outside
    groups, nameless = _groups(layer, outlines, lost, placed.geometries)
    if len(groups) > MOST:
        raise SourceError(
            f"La source « {title} » donnerait {len(groups)} CPTS d'après son champ « {meaning.name} », alors que la France n'en a "
            f"pas {MOST} : ce champ n'est pas leur nom. Le service a changé : voyez sa page."
        )
    rows, notes = _rows(groups, layer, country, inputs)
    communities, spent = _with_figures(_identified(rows), groups, layer, country)
    sentence = "Cet objet n'a pas de nom de CPTS : il est laissé de côté. Signalez-le au producteur."
    notes = [
        *_geometry_notes(layer, features, placed, outlines),
        *(Note(_line(number), "refuse", "sans nom", sentence) for number in nameless),
        *notes,
        *_pieces_notes(groups, layer),
        *_not_understood(table, meaning.spent | spent),
    ]
    return LayerReading(communities, _gathered(notes), set().union(*homes), len(nameless))


# -- places ---------------------------------------------------------------------------------------------------------


def _country(connection: duckdb.DuckDBPyConnection) -> BuildCommunes:
    frame = connection.execute(
        """
        SELECT r.code, r.commune_code, r.population, ST_AsWKB(t.geometry) AS wkb
        FROM residence r JOIN territory t ON t.level = r.level AND t.code = r.code ORDER BY r.code
        """
    ).fetchdf()
    parts = frame[frame["code"] != frame["commune_code"]].groupby("commune_code")["code"].agg(list).to_dict()
    people = dict(zip(frame["code"], frame["population"], strict=True))
    return BuildCommunes(frame["code"].to_numpy(dtype=object), shapes_of(frame["wkb"]), people, parts)


# -- objects --------------------------------------------------------------------------------------------------------


def _groups(
    layer: Layer, outlines: np.ndarray, lost: np.ndarray, geometries: np.ndarray
) -> tuple[list[Group], list[int]]:
    """The objects of each CPTS, in the order of the first, and the objects without a name.

    Objects of one name are of one CPTS when they have one identifier, lie in one département, or side by side.
    """
    named: dict[str, list[int]] = {}
    nameless = []
    names, drawings = layer.table[layer.meaning.name], np.where(shapely.is_missing(outlines), geometries, outlines)
    for number, name in enumerate(names):
        key = plain(name) if isinstance(name, str) else ""
        (named.setdefault(key, []) if key else nameless).append(number)
    groups = []
    for numbers in named.values():
        for together in _together(numbers, layer, drawings):
            drawn = [number for number in together if outlines[number] is not None]
            groups.append(
                Group(
                    together,
                    one_row(layer.table, together),
                    set().union(*(layer.homes[number] for number in together)),
                    shapely.union_all(outlines[drawn]) if len(drawn) > 1 else outlines[drawn[0]] if drawn else None,
                    not lost[together].any(),
                )
            )
    return sorted(groups, key=lambda group: group.numbers[0]), nameless


def _together(numbers: list[int], layer: Layer, drawings: np.ndarray) -> list[list[int]]:
    """Objects of one name, apart when nothing says that they are of one CPTS."""
    first = {number: number for number in numbers}

    def root(number: int) -> int:
        while first[number] != number:
            number = first[number]
        return number

    def unite(pairs: Iterable[tuple[int, int]]) -> None:
        for one, other in pairs:
            low, high = sorted((root(one), root(other)))
            first[high] = low

    identifier, stated = layer.meaning.identifier, layer.meaning.departement
    met: dict = {}
    for number in numbers:
        written = layer.table[stated][number] if stated else None
        homes = layer.homes[number] or ({fields.departement(written)} if written is not None else {None})
        keys: list = [("département", home) for home in homes]
        keys += [("identifiant", layer.table[identifier][number])] if identifier else []
        unite((met.setdefault(key, number), number) for key in keys)
    if len({root(number) for number in numbers}) > 1:
        drawn = [number for number in numbers if drawings[number] is not None]
        tree = shapely.STRtree(drawings[drawn])
        near = tree.query(drawings[drawn], predicate="dwithin", distance=NEIGHBOURS) if drawn else np.empty((2, 0), int)
        unite((drawn[one], drawn[other]) for one, other in near.T)
    ordered = sorted(numbers, key=lambda number: (root(number), number))
    return [list(group) for _, group in groupby(ordered, key=root)]


# -- rows -----------------------------------------------------------------------------------------------------------


def _rows(
    groups: Sequence[Group], layer: Layer, country: BuildCommunes, inputs: Inputs
) -> tuple[list[LayerCpts], list[Note]]:
    """One LayerCpts a group, in order; its identifier is the one the layer gives, or empty."""
    listed = [_codes(group, layer) for group in groups]
    drawn = [number for number, group in enumerate(groups) if group.outline is not None and not listed[number]]
    outlines = np.array([groups[number].outline for number in drawn] + [None], dtype=object)[:-1]
    laid = dict(zip(drawn, overlay(outlines, country.codes, country.contours), strict=True))
    unread: Counter[str] = Counter()
    rows, notes = [], []
    for number, group in enumerate(groups):
        row = _told(group, layer, unread)
        if number in laid:
            row, more = _by_overlay(row, laid[number], group, inputs)
        elif not listed[number] and any(layer.towns[rank] for rank in group.numbers):
            row, more = _by_points(row, group, layer, country), []
        else:
            row, more = _by_codes(row, listed[number], country, inputs)
        notes += more
        rows.append(replace(row, departements=_departements(row, listed[number], group, layer, inputs)))
    for word, count in unread.items():
        sentence = (
            f"Le statut « {word} » ({count} fois) n'est pas reconnu : ces CPTS ont celui de leur dernière étape datée, ou un "
            "statut inconnu."
        )
        notes.append(Note(f"champ {layer.meaning.status}", "ambigu", "statut non reconnu", sentence))
    return rows, notes


def _codes(group: Group, layer: Layer) -> list[str]:
    """The communes that its objects list; none when one of them lists nothing, and has an outline or is nowhere."""
    if not layer.meaning.members:
        return []
    values = layer.table[layer.meaning.members]
    lists = [fields.codes(values[number]) if values[number] is not None else [] for number in group.numbers]
    return [code for codes in lists for code in codes] if all(lists) or group.outline is None else []


def _told(group: Group, layer: Layer, unread: Counter[str]) -> LayerCpts:
    """The CPTS with its identifier, seat, status and dates; a status that is not understood is counted in `unread`."""
    meaning, progress = layer.meaning, stage(group.row, layer.meaning, layer.until)
    if progress.unread:
        unread[progress.unread] += 1
    finess = group.text(meaning.finess)
    return LayerCpts(
        cpts_id=group.text(meaning.identifier) or finess or "",
        name=group.text(meaning.name),
        line=group.line,
        departements=(),
        members=(),
        perimeter="inconnu",
        status=progress.status,
        status_date=progress.status_date,
        steps=progress.steps,
        as_of=progress.as_of,
        finess=finess,
    )


def _by_overlay(row: LayerCpts, laid: Overlay, group: Group, inputs: Inputs) -> tuple[LayerCpts, list[Note]]:
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
    extent = "inconnu" if not laid.members else "partiel" if cut or not group.whole else "complet"
    return replace(row, members=laid.members, perimeter=extent, note=note), notes


def _by_codes(
    row: LayerCpts, listed: list[str], country: BuildCommunes, inputs: Inputs
) -> tuple[LayerCpts, list[Note]]:
    residence, lost = residences(listed, inputs.successors, country.parts, inputs.known_communes)
    members = tuple(sorted(country.population.keys() & residence))
    notes = []
    if lost:
        sentence = f"Codes de communes inconnus, laissés de côté : {', '.join(lost)}. Le périmètre est partiel."
        notes.append(Note(row.line, "ambigu", "commune inconnue", sentence, row.name))
    extent = "inconnu" if not members else "partiel" if lost or len(members) < len(residence) else "complet"
    note = "Communes listées par la source." if residence else "La source ne donne ni contour utilisable ni communes."
    return replace(row, members=members, perimeter=extent, note=note), notes


def _by_points(row: LayerCpts, group: Group, layer: Layer, country: BuildCommunes) -> LayerCpts:
    """The communes that its points stand for, which may not be all; else its seat alone."""
    here = {town.code: town for number in group.numbers if (town := layer.towns[number])}
    if not layer.by_commune:
        seats = ", ".join(map(str, here.values()))
        return replace(row, note=f"Siège : {seats}. La source ne donne pas son périmètre.")
    members = tuple(sorted(country.population.keys() & here.keys()))
    note = "Communes où la source pose un point : il peut y en avoir d'autres."
    return replace(row, members=members, perimeter="partiel" if members else "inconnu", note=note)


def _departements(row: LayerCpts, listed: list[str], group: Group, layer: Layer, inputs: Inputs) -> tuple[str, ...]:
    """Of its communes, when they are all at hand; with that of its outline when not; else of the field that says it."""
    everywhere = [inputs.successors.get(code, code) for code in listed] or row.members
    departements = {inputs.known_communes[code] for code in everywhere if code in inputs.known_communes}
    written = group.text(layer.meaning.departement)
    stated = {fields.departement(written)} & inputs.known_departements if written else set()
    if departements and inputs.departements:
        departements = departements | group.homes
    return tuple(sorted(departements or stated or group.homes))


def _identified(rows: list[LayerCpts]) -> list[LayerCpts]:
    """Each CPTS with an identifier that lasts from build to build: the layer's own or the FINESS number, unless two CPTS
    bear it; else the name and the département.
    """
    borne = Counter(slug(row.cpts_id) for row in rows)
    communities: dict[str, LayerCpts] = {}
    for row in rows:
        ending = slug(row.cpts_id)
        if not ending or borne[ending] > 1 or f"wfs-{ending}" in communities:
            ending = slug(f"{plain(row.name)} {' '.join(row.departements[:1])}")
        if f"wfs-{ending}" in communities:
            ending = f"objet-{len(communities) + 1}"
        communities[f"wfs-{ending}"] = replace(row, cpts_id=f"wfs-{ending}")
    return list(communities.values())


def _with_figures(
    communities: list[LayerCpts], groups: Sequence[Group], layer: Layer, country: BuildCommunes
) -> tuple[list[LayerCpts], set[str]]:
    """Add the population and the number of communes declared, in the fields closest to what whole perimeters give."""
    spent = layer.meaning.spent
    rest = {field: [group.row[field] for group in groups] for field in layer.table if field not in spent}
    whole = [one if one.perimeter == "complet" else None for one in communities]
    people = [one and int(sum(country.population[code] for code in one.members)) for one in whole]
    population = fields.figure_field(rest, people, POPULATION)
    kept = rest.pop(population, None)
    communes = fields.figure_field(rest, [one and len(one.members) for one in whole], COMMUNES)

    def figure(values: Sequence | None, number: int) -> int | None:
        return None if values is None or values[number] is None else fields.number(values[number])

    result = [
        replace(one, population=figure(kept, number), communes=figure(rest.get(communes), number))
        for number, one in enumerate(communities)
    ]
    return result, {field for field in (population, communes) if field}


# -- words ----------------------------------------------------------------------------------------------------------


def _geometry_notes(layer: Layer, features: Features, placed: PlacedLayer, outlines: np.ndarray) -> list[Note]:
    notes = []
    for number, outline in enumerate(outlines):
        if layer.by_commune and layer.towns[number]:
            continue
        if features.unreadable[number]:
            reason, sentence = "contour illisible", "Son contour n'a pas pu être lu"
        elif placed.outside[number]:
            reason, sentence = "contour hors de France", "Son contour n'est pas en France"
        elif town := layer.towns[number]:
            reason, sentence = "point sans contour", f"Un point, à {town}, ne dit pas son périmètre"
        elif placed.geometries[number] is not None and outline is None:
            reason, sentence = "contour sans surface", "Son contour est un point ou une ligne"
        else:
            continue
        name = next(iter(fields.texts([layer.table[layer.meaning.name][number]])), "")
        end = "il est inconnu" if layer.towns[number] else "il est laissé de côté"
        notes.append(Note(_line(number), "ambigu", reason, f"{sentence} : {end}.", name))
    return notes


def _pieces_notes(groups: Sequence[Group], layer: Layer) -> list[Note]:
    """That objects were united: of each CPTS, or of all when the layer is made so (an object a commune)."""
    several = [group for group in groups if len(group.numbers) > 1]
    if len(several) > len(groups) / 2 and len(groups) > 1:
        count = sum(len(group.numbers) for group in groups)
        sentence = f"La couche donne {count} objets pour {len(groups)} CPTS : ceux de chacune ont été réunis."
        return [Note("objets", "compris", "plusieurs objets par CPTS", sentence)]
    return [
        Note(
            group.line,
            "ambigu",
            "plusieurs objets pour une CPTS",
            f"{len(group.numbers)} objets portent ce nom au même endroit : ils ont été réunis en une seule CPTS.",
            group.text(layer.meaning.name) or "",
        )
        for group in several
    ]


def _gathered(notes: Sequence[Note]) -> list[Note]:
    """The notes, those of one reason told as one beyond MANY."""
    counts = Counter(note.reason for note in notes)
    first = {note.reason: note for note in reversed(notes)}
    gathered = [note for note in notes if counts[note.reason] <= MANY or note is first[note.reason]]
    return [
        note
        if counts[note.reason] <= MANY
        else replace(
            note,
            name="",
            sentence=f"{counts[note.reason]} fois, cette ligne la première : {note.sentence}",
        )
        for note in gathered
    ]


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
