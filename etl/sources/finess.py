"""Structures of the national register FINESS: the current monthly file, 751 MB of JSON read as a stream."""

from __future__ import annotations

import gzip
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import duckdb
import ijson

from etl import registers
from etl.formats import wording
from etl.places import positions
from etl.source import Inputs, Note, Remote, Source, SourceError, Tally
from maillage import catalog

SOURCE = Source(
    source_id="finess",
    title="FINESS, structures : maisons et centres de santé, LHSS, LAM, ACT, équipes mobiles, CSAPA, hôpitaux",
    producer="Agence du numérique en santé et ministère chargé de la santé",
    page="https://www.data.gouv.fr/datasets/finess-structures-1/",
    licence="Licence Ouverte 2.0",
    vintage="fichier mensuel",
    doubts="Environ un tiers des établissements n'ont pas de coordonnées, ou ont celles du centre de leur commune : une construction "
    "qui demande le réseau cherche leur adresse à la Base adresse nationale, et pose les autres sur leur commune. Une adresse par "
    "établissement : ses antennes n'y sont pas. Une date d'ouverture peut être celle de l'autorisation. FINESS ne connaît ni "
    "les ESP ni les PASS ; une CPTS n'y a qu'un siège.",
    remote=Remote(
        url="https://www.data.gouv.fr/api/1/datasets/finess-structures-1/",
        kind="json.gz",
        newest=r"^finess-structures-mensuel-\d{6}\.json\.gz$",
        most_mb=500,
    ),
    writes="site",
    tier="register",
)

# Names of fields in small letters: the file and its published schema do not write them with the same capitals.
GENERAL, CATEGORY, STATE, ADDRESSES = (
    "informationsgeneralesege",
    "categorieentitegeographiqueexercice",
    "etatobjet",
    "adresse",
)
NUMBER, COMMUNE = "numfinessege", "cogcommune"
NAMES = ("nomegelong", "nomegecourt")  # the first is whole, up to 60 characters; the second is cut at 38
REQUIRED = (GENERAL, CATEGORY, STATE, ADDRESSES, NUMBER, COMMUNE, NAMES[0])
ACTIVE, SITE_ADDRESS = "A", "03"  # etatObjet, usageAdresse
HEAD = 1_000_000  # generatedAt is written before this many characters


def load(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> Tally:
    """Stage the open establishments of our categories, and their inventory when the file is the national one.

    Raises SourceError when the file is not what was published: not gzip, cut short, not JSON, empty, a field gone.
    """
    made_on, counted, seen = generated_on(inputs.fetched), Counter(), Counter()
    written = [
        _establishment(fields, made_on)
        for fields in establishments(inputs.fetched, seen)
        if _counts(fields, counted) in catalog.FINESS_TYPE
    ]
    rows_read = sum(counted.values())
    if not rows_read:
        raise changed("aucun établissement n'y a été trouvé (dans « pmej », puis « ege »)")
    if missing := [name for name in REQUIRED if not seen[name]]:
        raise changed(f"le champ « {', '.join(missing)} » n'y est plus")
    numbered = [one for one in written if one.finess]
    ours, notes = registers.latest(numbered)
    national = registers.is_national(counted)
    words = f"fichier mensuel du {made_on[8:]}/{made_on[5:7]}/{made_on[:4]}"
    edition = registers.RegisterEdition(SOURCE.source_id, f"FINESS, {words}", made_on)
    still_open = [one for one in ours if not one.closed]
    kept, more = registers.stage(connection, inputs, still_open, edition, national, addresses=True)
    closed = Counter(one.closed for one in ours)
    balance = (
        f"{rows_read} établissements lus, {len(written)} des catégories de l'atlas, dont {closed['inactif']} inactifs, "
        f"{closed['fermé']} fermés et {len(written) - len(numbered)} sans numéro ; {kept} gardés."
        + ("" if national else " Le fichier est un extrait national : il ne dit rien de ce qui n'y est pas.")
    )
    return Tally(rows_read, kept, (Note("fichier", "compris", "bilan", balance), *notes, *more), words)


def generated_on(path: Path) -> str:
    """The date of the file, AAAA-MM-JJ, as it says it at its beginning."""
    try:
        with gzip.open(path) as file:
            match = re.search(rb'(?i)"generatedAt"\s*:\s*"(\d{4}-\d{2}-\d{2})', file.read(HEAD))
    except (OSError, EOFError, zlib.error) as error:
        raise changed("il n'est pas compressé en gzip, ou il est tronqué") from error
    if not match:
        raise changed("la date « generatedAt » n'est pas à son début")
    return match[1].decode()


def establishments(path: Path, seen: Counter[str]) -> Iterator[dict]:
    """Each `ege` of each `pmej`, read as a stream, its fields and those of its general part together, in small letters.

    `seen` counts the fields that have a value.
    """
    try:
        with gzip.open(path) as file:
            for item in ijson.items(file, "pmej.item.ege.item", use_float=True):
                fields = _lowered(item)
                fields |= _lowered(fields.get(GENERAL))
                seen.update(name for name, value in fields.items() if value is not None)
                for address in fields.get(ADDRESSES) or ():
                    seen.update(name for name in map(str.lower, address) if name == COMMUNE)
                yield fields
    except (OSError, EOFError, zlib.error) as error:
        raise changed("il est tronqué") from error
    except ijson.JSONError as error:
        raise changed("ce n'est pas du JSON, ou il est tronqué") from error


def changed(problem: str) -> SourceError:
    """The error for a file whose form is not the one we know."""
    return SourceError(
        f"Le fichier FINESS n'a pas la forme attendue : {problem}. Vérifiez le format publié sur data.gouv.fr ; en attendant, "
        "le fichier précédent peut servir."
    )


def code(value: object) -> str:
    """A code, whether it is written « 603 » or {"code": "603", "system": …}."""
    value = value.get("code") if isinstance(value, dict) else value
    return "" if value is None else str(value).strip()


def _counts(fields: dict, counted: Counter[str]) -> str:
    category = code(fields.get(CATEGORY))
    counted[category] += 1
    return category


def _establishment(fields: dict, made_on: str) -> registers.Establishment:
    """One of ours; telephones and letter boxes stay in the file."""
    addresses = [_lowered(address) for address in fields.get(ADDRESSES) or ()] or [{}]
    address = next((one for one in addresses if code(one.get("usageadresse")) == SITE_ADDRESS), addresses[0])
    place = _lowered(address.get("coordonneesgeographique"))
    cells = [code(address.get(name)) for name in ("numerovoie", "complementvoie", "typevoie", "libellevoie")]
    written = next(filter(None, (code(fields.get(name)) for name in NAMES)), "")
    closed_on = registers.day(code(fields.get("datefermeture")))
    updated_on = fields.get("datedernieremaj")
    return registers.Establishment(
        finess=code(fields.get(NUMBER)),
        category=code(fields.get(CATEGORY)),
        name=wording.name(written),
        raw_name=written,
        commune=code(address.get(COMMUNE)),
        postcode=code(address.get("codepostal")),
        address=wording.address(*cells, code(address.get("lieudit"))),
        pairs=()
        if _is_centroid(place)
        else positions.pair(place.get("coordonneex"), place.get("coordonneey"))
        + positions.pair(place.get("directionlongitude"), place.get("directionlatitude")),
        opened_on=registers.day(code(fields.get("dateouverture"))),
        updated_on=code(updated_on.get("dateEvenement") if isinstance(updated_on, dict) else updated_on),
        closed="inactif"
        if code(fields.get(STATE)) != ACTIVE
        else "fermé"
        if closed_on and closed_on <= made_on
        else "",
    )


def _is_centroid(place: dict) -> bool:
    """Whether a position is that of a whole commune: its key in the national address base is a commune's (« 08090 »)."""
    key = code(place.get("cleininteropban"))
    return bool(key) and "_" not in key


def _lowered(fields: dict | None) -> dict:
    return {name.lower(): value for name, value in fields.items()} if isinstance(fields, dict) else {}
