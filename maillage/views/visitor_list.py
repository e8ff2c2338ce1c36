"""The page of imports in words: what to bring, what became of each row."""

from __future__ import annotations

import pandas as pd

from maillage import catalog
from maillage.catalog import structure_list
from maillage.views import html, provenance
from maillage.views.news import OUTCOMES, PLACED

TITLE = "Importer une liste"
ENDINGS = ("csv", "tsv", "txt", "xlsx", "xlsm", "xls", "ods", "json", "geojson")
LABEL = "Votre liste de structures : CSV, Excel (.xlsx, .xls), OpenDocument (.ods) ou GeoJSON, 30 Mo au plus"
NOTHING = (
    "Il faut au moins les colonnes **type** et **nom**, et de quoi placer chaque ligne : coordonnées, code Insee, ou commune et "
    "code postal. L'ordre, la casse, les accents et bien des noms usuels de colonnes sont admis. PASS et ESP n'ont pas de "
    "fichier national : ce sont elles que la carte attend. Une liste de CPTS ou de périmètres "
    "se transmet à l'administrateur de l'atlas."
)
MODEL = f"{';'.join(structure_list.COLUMNS)}\r\n".encode("utf-8-sig")


def head(deposits: bool) -> str:
    """The head of the page of imports; `deposits`, whether a list may be kept on this server."""
    kept = (
        "Elle n'est écrite sur ce serveur que si vous la déposez vous-même : l'administrateur de l'atlas a ouvert un dossier pour cela."
        if deposits
        else "Rien n'en est écrit sur ce serveur : elle est lue en mémoire, et oubliée quand vous fermez la page."
    )
    lead = f"Chaque ligne est comprise ou refusée, et dit pourquoi. {kept} Les adresses ne sont demandées à personne."
    return provenance.head(TITLE, lead)


def tally(brought) -> str:
    """How many rows were read, understood, doubtful, refused."""
    lines = len(brought.readings)
    counts = [(lines, "ligne lue" if lines < 2 else "lignes lues")]
    for code, one, many in (
        ("compris", "comprise", "comprises"),
        ("ambigu", "à vérifier", "à vérifier"),
        ("refuse", "refusée", "refusées"),
    ):
        number = brought.count(code)
        counts.append((number, one if number < 2 else many))
    return html.macro("data.html", "tally", brought.name, counts, brought.headings)


def rows(brought) -> pd.DataFrame:
    """One line per row: where it stands in the file, what became of it, in words."""
    frame = brought.readings
    return pd.DataFrame(
        {
            "Ligne": frame["line"],
            "Issue": frame["outcome"].map(OUTCOMES),
            "Nom": frame["name"].fillna(""),
            "En clair": frame["sentence"],
            "Motif": frame["reason"],
            "Placée": frame["placed"].map(PLACED).fillna(""),
        }
    )


def marks(kinds: list[str]) -> str:
    """The symbols of the types on the map."""
    return html.macro("legend.html", "types", [catalog.SITE_TYPE[kind] for kind in kinds])
