"""The page « Réutiliser »: how other programs ask the atlas, each with an example that can be run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from maillage.views import html

TITLE = "Réutiliser"
LEAD = (
    "Tout ce que montrent les pages se demande aussi par un programme : mêmes réponses, mêmes doutes. Chaque chiffre porte son unité, "
    "son année, sa date, sa source, et dit s'il est exact, un minimum, un maximum ou une estimation. Ce qui est retenu par le secret "
    "l'est ici aussi ; une valeur vide n'est jamais un zéro."
)
RECIPES = Path(__file__).parent / "recipes"
EXAMPLE = "https://atlas.exemple.fr"  # in recipes, in place of the address of this atlas


@dataclass(frozen=True)
class ReuseExample:
    """A way of asking: title, what must be known, the file of its example, the language it is written in."""

    title: str
    lead: str
    file: str
    language: str

    def code(self, address: str = EXAMPLE) -> str:
        """Its example, for the atlas at this address."""
        return (RECIPES / self.file).read_text(encoding="utf-8").strip().replace(EXAMPLE, address)


USES = (
    ReuseExample(
        "Par HTTP",
        "JSON, CSV (pour un tableur français), GeoJSON ou Parquet. Une erreur est un document qui dit quoi corriger, en français ou en "
        "anglais. Ces adresses répondent avec les pages.",
        "curl.sh",
        "bash",
    ),
    ReuseExample("Avec Python", "Pandas et GeoPandas lisent ces adresses telles quelles.", "python.txt", "python"),
    ReuseExample("Avec R", "Le CSV se lit avec la fonction des fichiers français, les contours avec sf.", "r.R", "r"),
    ReuseExample(
        "Dans QGIS et les SIG",
        "Ajoutez une connexion « WFS / OGC API – Features » à cette adresse, ou ouvrez le fichier de couches ci-dessous : communes, "
        "intercommunalités, départements, régions, structures et CPTS.",
        "qgis.txt",
        "text",
    ),
    ReuseExample(
        "Avec DuckDB",
        "La base entière s'attache sans être téléchargée : DuckDB n'en lit que les morceaux utiles. Sans son extension pour les "
        "adresses, téléchargez le fichier.",
        "duckdb.sql",
        "sql",
    ),
    ReuseExample(
        "Avec un assistant",
        "Un assistant qui parle le protocole MCP trouve un territoire, son profil, ses zones blanches, les structures proches, compare et "
        "remonte à la source d'un chiffre. Chaque réponse lui dit ses sources et ses doutes.",
        "assistant.json",
        "json",
    ),
    ReuseExample(
        "Dans une page d'un autre site",
        "« Partager » donne ce code pour toute vue. L'administrateur de l'atlas choisit quels sites peuvent la montrer.",
        "iframe.html",
        "html",
    ),
)


def head() -> str:
    """The head of the page."""
    return html.macro("shared.html", "title", "Pour les programmes", TITLE, LEAD)


def root(page: str) -> str:
    """The address of the atlas, from that of this page: « https://exemple.fr/atlas/reutiliser » → « https://exemple.fr/atlas »."""
    parts = urlsplit(page)
    if not parts.netloc:
        return EXAMPLE
    path = parts.path.rstrip("/")
    return f"{parts.scheme}://{parts.netloc}{path.removesuffix('/reutiliser')}"
