"""Establishments of the national register, whatever the file they come from: placed, and put in `staging`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import duckdb
import numpy as np
import pandas as pd

from etl import frames
from etl.places import by_address, positions
from etl.resolve.precedence import REGISTER
from etl.source import Inputs, Note, SourceError
from maillage import catalog

# Establishments of all states that the register published in August 2026. A file with less than half of any of these counts
# is an excerpt: what it lacks may exist.
PUBLISHED = {"603": 3462, "604": 820, "124": 4796, "180": 257, "213": 71, "165": 290}
NATIONAL = 0.5
MOST_LOST = 0.2  # a larger share of unknown communes, or of positions refused, is a file that we no longer understand
FEW = 50  # under this many rows, a share says nothing
OUTSIDE = re.compile("975|97[78]|98|97123|97127")  # the last two: Saint-Barthélemy and Saint-Martin, until 2007
FAR = "position loin de la commune"
OLDEST = "1905"  # the register writes 1900-01-01, 1901-01-01 or 1904-04-04 when it does not know
CITIES = {"75056": "75", "69123": "69", "13055": "13"}  # communes that have arrondissements, and their postcodes


@dataclass(frozen=True)
class RegisterEdition:
    """The file that establishments were read from."""

    source_id: str
    words: str  # as a citation begins: « FINESS, fichier mensuel du 13/08/2026 »
    as_of: str  # its date, AAAA-MM-JJ


@dataclass(frozen=True)
class Establishment:
    """What both formats of the register say of an establishment of a category that the catalogue knows."""

    finess: str
    category: str
    name: str
    commune: str  # INSEE code as it is written, perhaps of long ago
    postcode: str = ""
    address: str | None = None
    pairs: tuple[positions.Pair, ...] = ()
    opened_on: str | None = None
    updated_on: str = ""
    closed: str = ""  # why it is left out: « inactif », « fermé »
    kind: str = ""  # the site type, where the file tells it and not a category
    departement: str = ""  # where the file tells it and not the commune
    raw_name: str = ""  # the name as the register writes it
    places: int | None = None


def is_national(counted: Counter[str]) -> bool:
    """Has the file at least half of the establishments published, all states, in each category that was?"""
    return all(counted[category] >= NATIONAL * published for category, published in PUBLISHED.items())


def day(text: str | None) -> str | None:
    """AAAA-MM-JJ from « 2021-10-18 00:00:00 »; None when there is none, or one that stands for « unknown »."""
    match = re.match(r"\d{4}-\d{2}-\d{2}", text or "")
    return match.group() if match and match.group() >= OLDEST else None


def latest(establishments: Iterable[Establishment]) -> tuple[list[Establishment], list[Note]]:
    """One establishment a FINESS number, the one updated last; a note for each other."""
    kept: dict[str, Establishment] = {}
    notes = []
    for one in establishments:
        other = kept.get(one.finess)
        if other is None or one.updated_on > other.updated_on:
            kept[one.finess] = one
        if other is not None:
            sentence = "figure plusieurs fois dans le fichier : la fiche mise à jour en dernier est gardée."
            notes.append(_note(one, "refuse", "numéro FINESS en double", sentence))
    return list(kept.values()), notes


def stage(
    connection: duckdb.DuckDBPyConnection,
    inputs: Inputs,
    establishments: list[Establishment],
    edition: RegisterEdition,
    national: bool,
    addresses: bool = False,
) -> tuple[int, list[Note]]:
    """Stage open establishments of the départements asked for; return how many, and notes.

    A national file lists every one of its types wholly, and `staging.inventory` says so. With `addresses`, what has no position
    is looked for by its address.
    Raises SourceError when too many communes or positions make no sense.
    """
    rows, notes = _in_communes(inputs, establishments)
    notes += _place(connection, rows, inputs if addresses else None)
    rows["site_id"] = "finess-" + rows["finess"]
    rows["status"], rows["as_of"], rows["source_id"] = "ouvert", edition.as_of, edition.source_id
    rows["tier"], rows["citation"] = REGISTER, edition.words + ", établissement " + rows["finess"]
    frames.insert(connection, "staging.site", rows.drop(columns=["pairs", "postcode"]).astype({"places": "Int32"}))
    if national:
        connection.execute(
            """
            INSERT INTO staging.inventory (subject, departement_code, extent, as_of, source_id, tier)
            SELECT unnest(?::VARCHAR[]), code, 'complet', ?, ?, 'register' FROM territory WHERE level = 'departement'
            """,
            [[kind.code for kind in catalog.SITE_TYPES if kind.finess], edition.as_of, edition.source_id],
        )
    return len(rows), notes


def _in_communes(inputs: Inputs, establishments: list[Establishment]) -> tuple[pd.DataFrame, list[Note]]:
    """The establishments of the départements asked for, with today's code of their commune; a note for each stranger."""
    records, notes, lost = [], [], 0
    for one in establishments:
        commune = inputs.successors.get(one.commune, one.commune)
        departement = inputs.known_communes.get(commune)
        if not one.commune and one.departement in inputs.known_departements:
            commune, departement = None, one.departement
        if departement is None and OUTSIDE.match(one.commune or one.departement):
            sentence = f"est dans une collectivité que l'atlas ne couvre pas (commune {one.commune})."
            notes.append(_note(one, "refuse", "hors des 101 départements", sentence))
        elif departement is None:
            lost += 1
            sentence = (
                f"porte un code de commune qui n'existe pas : « {one.commune} »."
                if one.commune
                else "ne porte ni code de commune ni département connu."
            )
            notes.append(_note(one, "refuse", "commune inconnue", sentence))
        elif inputs.wants(departement):
            kind = one.kind or catalog.FINESS_TYPE[one.category]
            name = one.name or catalog.SITE_TYPE[kind].label
            records.append(
                (
                    one.finess,
                    kind,
                    name,
                    one.raw_name or None,
                    commune,
                    departement,
                    one.postcode,
                    one.address,
                    one.pairs,
                    one.opened_on,
                    one.places,
                )
            )
    if lost > MOST_LOST * len(establishments) >= MOST_LOST * FEW:
        raise SourceError(
            f"FINESS : {lost} établissements sur {len(establishments)} ont un code de commune inconnu. La forme du fichier a "
            "sans doute changé : ce code est attendu sous la forme 08105 ou 2A004."
        )
    columns = [
        "finess",
        "type",
        "name",
        "register_name",
        "commune_code",
        "departement_code",
        "postcode",
        "address",
        "pairs",
        "opened_on",
        "places",
    ]
    return pd.DataFrame(records, columns=columns, dtype=object), notes


def _place(connection: duckdb.DuckDBPyConnection, rows: pd.DataFrame, asking: Inputs | None) -> list[Note]:
    """Give `rows` their position, and their arrondissement in Paris, Lyon and Marseille; a note for each one refused.

    With `asking`, those left without a position are looked for by their address.
    """
    arrondissements = connection.execute(
        "SELECT parent_code, list(code ORDER BY code) FROM territory WHERE parent_code IS NOT NULL GROUP BY 1"
    ).fetchall()
    cities = {city: codes for city, codes in arrondissements if city in CITIES}
    outlines = positions.outlines(
        connection, {*rows["commune_code"], *(code for codes in cities.values() for code in codes)}
    )
    points = positions.locate(list(zip(rows["commune_code"], rows["pairs"], strict=True)), outlines)
    trouble = ""
    if asking:
        lost = [number for number, point in enumerate(points) if point is None]
        answers, trouble = by_address.locate(connection, rows.iloc[lost], outlines, asking)
        for number, point in zip(lost, answers, strict=True):
            points[number] = point
    rows["lon"] = np.array([point[0] if point else np.nan for point in points], float)
    rows["lat"] = np.array([point[1] if point else np.nan for point in points], float)
    rows["precision"] = ["adresse" if point else None for point in points]
    notes = [Note("adresses", "ambigu", "géocodage incomplet", trouble)] if trouble else []
    written = rows["pairs"].map(len) > 0
    for row in rows[written & rows["lon"].isna()].to_dict("records"):
        sentence = f"a une position à plus de {positions.NEAR_KM:.0f} km de sa commune : il est posé sur la commune."
        notes.append(_note(row, "ambigu", FAR, sentence))
    away = sum(note.reason == FAR for note in notes)
    if away > MOST_LOST * written.sum() >= MOST_LOST * FEW:
        raise SourceError(
            f"FINESS : {away} positions sur {written.sum()} tombent loin de la commune écrite à côté. Les coordonnées ont "
            "sans doute changé de projection : elles sont attendues en degrés ou dans la projection officielle."
        )
    for index, row in rows[rows["commune_code"].isin(list(cities))].iterrows():
        code = _arrondissement(
            row["commune_code"], cities[row["commune_code"]], points[index], row["postcode"], outlines
        )
        if code:
            rows.loc[index, "commune_code"] = code
        else:
            sentence = "n'a ni position ni code postal d'arrondissement : il est posé sur la ville."
            notes.append(_note(row, "ambigu", "arrondissement inconnu", sentence))
    return notes


def _arrondissement(city: str, codes: list[str], point, postcode: str, outlines) -> str | None:
    """The arrondissement that holds the point, or the nearest; without a point, the one of the postcode, if it says one."""
    if point:
        lon, lat = np.full((2, len(codes)), [[point[0]], [point[1]]])
        return codes[int(np.argmin(positions.distances_km(lon, lat, codes, outlines)))]
    # 75016 and 75116 are the sixteenth of Paris, 69003 the third of Lyon, 13008 the eighth of Marseille.
    rank = int(postcode[3:]) if re.fullmatch(f"{CITIES[city]}[01][0-9]{{2}}", postcode) else 0
    return codes[rank - 1] if 1 <= rank <= len(codes) else None


def _note(one: Establishment | dict, outcome: str, reason: str, sentence: str) -> Note:
    finess, name = (one["finess"], one["name"]) if isinstance(one, dict | pd.Series) else (one.finess, one.name)
    placed = "commune" if outcome == "ambigu" else ""
    return Note(finess, outcome, reason, f"L'établissement {finess} {sentence}", name, placed)
