"""Structures of FINESS in the CSV that was published until May 2026, when somebody put one in data/local/."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb

from etl import registers
from etl.formats import wording
from etl.intake import local_files
from etl.places import positions
from etl.source import Inputs, Note, Source, SourceError, Tally
from etl.sources.finess import SOURCE as CURRENT
from maillage import catalog

SOURCE = Source(
    source_id="finess_legacy",
    title="FINESS, ancien fichier CSV des structures (jusqu'en mai 2026)",
    producer="Ministère chargé de la santé (DREES)",
    page="https://www.data.gouv.fr/datasets/finess-extraction-du-fichier-des-etablissements/",
    licence="Licence Ouverte 2.0",
    vintage="fichier déposé",
    doubts="Fichier qui ne paraît plus : il complète le fichier actuel, et ne le remplace jamais.",
    local="etalab-cs11005*.csv",
    writes="site",
    tier="register",
    reads=("finess",),
)

# Columns by position, as the published format numbers them: no header in the file.
STRUCTURE, POSITION = "structureet", "geolocalisation"
COLUMNS = {STRUCTURE: 31, POSITION: 6}  # at least: an empty one may end the line
# Overseas départements by the register's code, and the digit that their communes begin with. « 9J », « 613 » is Wallis, and
# must not become 97613, which is in Mayotte.
OVERSEAS = {"9A": "1", "9B": "2", "9C": "3", "9D": "4", "9E": "5", "9F": "6"}


@dataclass
class Extract:
    """What one file holds."""

    name: str
    as_of: str = ""
    rows_read: int = 0
    counted: Counter[str] = field(default_factory=Counter)
    written: list[registers.Establishment] = field(default_factory=list)
    pairs: dict[str, tuple[positions.Pair, ...]] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)


def load(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> Tally:
    """Stage the establishments of our categories.

    Nothing is added to a current file that is the national one: what it lacks has closed since. Raises SourceError when a
    file is not in the published format.
    """
    extracts = sorted((read(path) for path in local_files(SOURCE, inputs.data)), key=lambda extract: extract.as_of)
    as_of, rows = extracts[-1].as_of, sum(extract.rows_read for extract in extracts)
    words = f"ancien fichier CSV du {as_of[8:]}/{as_of[5:7]}/{as_of[:4]}"
    notes = [note for extract in extracts for note in extract.notes]
    superseded = connection.execute(
        "SELECT count(*) > 0 FROM staging.inventory WHERE source_id = ? AND extent = 'complet'", [CURRENT.source_id]
    ).fetchone()[0]
    if superseded:
        sentence = "Le fichier FINESS actuel est complet et plus récent : cet ancien fichier n'y ajoute rien, vous pouvez le retirer."
        notes += [Note("fichier", "refuse", "remplacé par le fichier actuel", sentence, file=e.name) for e in extracts]
        return Tally(rows, 0, tuple(notes), words)
    ours: dict[str, registers.Establishment] = {}
    for extract in extracts:
        kept, doubles = registers.latest(extract.written)
        notes += [replace(note, file=extract.name) for note in doubles]
        ours |= {one.finess: one for one in kept}
    pairs = {number: pair for extract in extracts for number, pair in extract.pairs.items()}
    ours = [replace(one, pairs=pairs.get(one.finess, ())) for one in ours.values()]
    edition = registers.RegisterEdition(SOURCE.source_id, f"FINESS, {words}", as_of)
    national = any(registers.is_national(extract.counted) for extract in extracts)
    kept, more = registers.stage(connection, inputs, ours, edition, national)
    return Tally(rows, kept, (*notes, *more), words)


def read(path: Path) -> Extract:
    """The structures and positions of a file, in UTF-8 or Windows-1252."""
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    extract = Extract(path.name)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";")
    try:
        for cells in reader:
            _take(extract, [cell.strip() for cell in cells], reader.line_num)
    except csv.Error as error:
        raise _changed(path.name, f"la ligne {reader.line_num} n'est pas lisible ({error})") from error
    if not extract.rows_read:
        raise _changed(path.name, f"aucune ligne ne commence par « {STRUCTURE} »")
    if len(extract.notes) > registers.MOST_LOST * extract.rows_read:
        raise _changed(
            path.name, f"{len(extract.notes)} lignes sur {extract.rows_read} n'ont pas toutes leurs colonnes"
        )
    if not extract.as_of:
        raise _changed(path.name, "sa date n'est pas à la première ligne (« finess;etalab;111;2026-05-12 »)")
    return extract


def _take(extract: Extract, cells: list[str], line: int) -> None:
    section = cells[0] if cells else ""
    if section == "finess":
        extract.as_of = next((cell for cell in cells if re.fullmatch(r"\d{4}-\d{2}-\d{2}", cell)), "")
    elif section in COLUMNS:
        extract.rows_read += section == STRUCTURE
        if len(cells) < COLUMNS[section]:
            sentence = f"La ligne {line} a {len(cells)} colonnes au lieu de {COLUMNS[section]}."
            extract.notes.append(Note(f"ligne {line}", "refuse", "colonnes manquantes", sentence, file=extract.name))
        elif section == POSITION:
            epsg = re.search(r"EPSG:\s*([0-9]+)", cells[4])
            extract.pairs[cells[1]] = positions.pair(cells[2], cells[3], int(epsg[1]) if epsg else None)
        else:
            extract.counted[cells[18]] += 1
            if cells[18] in catalog.FINESS_TYPE:
                extract.written.append(_establishment(cells))


def _establishment(cells: list[str]) -> registers.Establishment:
    """One of ours; its telephones stay in the file."""
    number, way, street, repeat, place = cells[7:12]
    return registers.Establishment(
        finess=cells[1],
        category=cells[18],
        name=wording.name(cells[4] or cells[3]),
        raw_name=cells[4] or cells[3],
        commune=commune(cells[13], cells[12]),
        postcode=cells[15][:5],
        address=wording.address(number, repeat, way, street, place),
        opened_on=registers.day(cells[28]),
        updated_on=cells[30],
    )


def commune(departement: str, three: str) -> str:
    """INSEE code of a commune: « 01 », « 451 » → 01451; « 9A », « 127 » → 97127; « 9J », « 613 » → 98613."""
    if departement in OVERSEAS:
        return f"97{three}" if three.startswith(OVERSEAS[departement]) else f"{departement}{three}"
    return f"98{three}" if re.fullmatch("9[A-Z]", departement) else f"{departement}{three}"


def _changed(name: str, problem: str) -> SourceError:
    return SourceError(
        f"{name} n'est pas l'extraction des établissements de FINESS : {problem}. Téléchargez-le de nouveau, ou retirez-le."
    )
