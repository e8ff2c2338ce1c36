"""The page « Méthode », as HTML that reads on a screen and on paper."""

from __future__ import annotations

from maillage import catalog
from maillage.views import html

TITLE = "Méthode"
SECTIONS = (
    ("compte", "Ce qui est compté, et ce qui ne l'est pas"),
    ("signes", "Lire un chiffre"),
    ("indicateurs", "Les indicateurs"),
    ("essentiel", "L'essentiel d'un territoire : les seuils"),
    ("methodes", "Les méthodes"),
    ("temps", "Les temps de trajet et leur erreur"),
    ("secret", "Les petits nombres et le secret"),
    ("limites", "Ce que l'atlas ne dit pas"),
    ("mots", "Les mots et les sigles"),
)


def page(book, build: dict) -> str:
    """Head, contents, then every section. `book` is a `subjects.provenance.method_page.Handbook`."""
    badges = {catalog.short(kind.code): kind for kind in catalog.SITE_TYPES}
    return html.macro("method.html", "page", TITLE, SECTIONS, book, build, catalog.TRAVEL, badges)
