"""Where a row comes from, in words: press kits by their author and date, addresses that a reader can open."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

# The press kits that the project began with, which `citation` calls « seed:NNN_….txt ».
PRESS_KITS = {
    "000": "dossier de presse de l'Assurance maladie des Ardennes, CPTS des Portes du Luxembourg, Sedanais et Meusien",
    "001": "dossier de presse sur l'offre de soins dans les Ardennes (vers 2024)",
    "002": "communiqué de presse de l'ARS Hauts-de-France et de la CPAM de l'Artois, « Trois nouvelles CPTS créées en Artois »",
    "003": "communiqué de presse de l'ARS Nouvelle-Aquitaine et de la CPAM de la Vienne (24/06/2021)",
    "004": "communiqué de presse de l'Assurance maladie de Saône-et-Loire et de l'ARS Bourgogne-Franche-Comté (18/10/2022)",
}
UNNAMED_KIT = "dossier de presse réuni au début de l'atlas"
# The first label of a host where a site is tried before it is open to all.
_TRIED = re.compile(r"(?:pre-?prod|staging|recette|dev|test|localhost|demo)\b[\w-]*", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://\S+")
NOTE = "notice de cette source, livrée avec l'atlas"


def reference(citation: str) -> str:
    """What a reader is told of a citation: its parts, « ; » between them, each in words or with an address that is open."""
    parts = [_part(part) for part in citation.split(" ; ")]
    opened = [part for part in parts if not part.startswith(_UNOPENED)]
    return " ; ".join(dict.fromkeys(opened or parts))


_UNOPENED = "page lue avant sa mise en ligne"


def _part(part: str) -> str:
    part = re.sub(r"seed:(\d+)_\w+\.txt", lambda kit: PRESS_KITS.get(kit[1], UNNAMED_KIT), part)
    if (address := _ADDRESS.fullmatch(part)) and _tried(address[0]):
        where = urlsplit(part)
        site = ".".join((where.hostname or "").split(".")[-2:])
        title = re.sub(r"[-_]+", " ", where.path.rstrip("/").rpartition("/")[2].removesuffix(".html")).strip()
        return f"{_UNOPENED} sur {site}" + (f", « {title} »" if title else "")
    return _repositories(part)


def _tried(address: str) -> bool:
    return bool(_TRIED.fullmatch((urlsplit(address).hostname or "").split(".")[0]))


def _repositories(part: str) -> str:
    """Public files read in somebody's repository: its name, without the marks of the index it was found by."""
    part = re.sub(r"\(copie sans adresse web dans l'index\)", "(lue dans une copie sans adresse)", part)
    part = re.sub(r"(?:, )?dépôt non nommé par l'index|index n° \d+(?:, )?", "", part).replace("(, ", "(")
    part = re.sub(r"\bvia github ([\w.-]+/[\w.-]+)@(\w{7})\w*", r"copie publique : GitHub, \1, version \2", part)
    part = re.sub(r", (?:[\w.-]+/)*[\w.-]+\.(?:json|csv|xlsx?), commit (\w{7})\w*", r", version \1", part)
    part = re.sub(r"\((\w+\.(?:csv|xlsx?|json)), ", "(", part)
    part = re.sub(
        r"^github, fichier public daté du (\d{4})-(\d\d)-(\d\d)", r"fichier public (GitHub) du \3/\2/\1", part
    )
    return re.sub(r"\s*\(\s*\)", "", part)


def page(where: str) -> str:
    """Where a source is found: an address as it is; a note that comes with the atlas is named as one."""
    return re.sub(r"(?<![\w/.])(?:voir )?data/[\w/]+\.md\b", NOTE, where)
