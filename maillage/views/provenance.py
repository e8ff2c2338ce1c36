"""The page of data, as HTML: which build, which sources, what is missing."""

from __future__ import annotations

import pandas as pd

from maillage import catalog
from maillage.language import text
from maillage.views import html

TABS = ("Sources", "Quoi de neuf", "Lecture des listes", "Dictionnaire")
FORMATS = (
    "CSV : UTF-8 avec BOM, point-virgule, virgule décimale. XLSX : colonnes typées, codes en texte, sens et source de chaque colonne "
    "sur une seconde feuille. Parquet : types d'origine. GeoPackage : contours en WGS 84, pour un "
    "SIG. DuckDB : tout, dans un fichier."
)
CLAIMS = (
    "Ce que des acteurs ont publié, à côté de ce que les données donnent ici. Un écart n'est pas une erreur : dates, périmètres et "
    "recensements diffèrent. « – » : les données ne permettent pas de le calculer."
)


def head(title: str, lead: str) -> str:
    """The head of a room of the page of data."""
    return html.macro("shared.html", "title", "Données", title, lead)


def lead(words: str) -> str:
    """How to read what follows."""
    return html.macro("shared.html", "paragraph", words)


def build(row: dict) -> str:
    """Which build is being read."""
    mode = {"embedded": "données embarquées", "live": "sources officielles téléchargées"}[row["mode"]]
    return html.macro("data.html", "build", row, mode)


# What a source gave to this build: the word for it, and whether the reader must be warned.
OUTCOMES = {
    "embarquee": ("embarquée", False),
    "locale": ("liste locale", False),
    "nouvelle": ("nouveau fichier", False),
    "inchangee": ("à jour", False),
    "perimee": ("périmée", True),
    "ecartee": ("écartée", True),
    "absente": ("absente", True),
}


def sources(frame: pd.DataFrame) -> str:
    """One card per source: what, who, when, under which licence, what it gave, and what is doubtful."""
    return html.macro("data.html", "sources", list(frame.itertuples()), OUTCOMES)


def gaps(counts: dict[str, int]) -> str:
    """What is missing or approximate, in words."""
    wrong = " ; ".join(
        f"{text.number(error.median_percent)} % de {error.low} à {error.high} min" for error in catalog.TRAVEL.errors
    )
    return html.macro("data.html", "gaps", counts, catalog.TRAVEL, wrong)
