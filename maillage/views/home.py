"""The home as HTML: its sentence, and what stands behind each of its three doors."""

from __future__ import annotations

from maillage.views import html

TITLE = "Accueil"
DELEGATION = (
    "Ma délégation",
    "Ce qui distingue un département, ses communes sans CPTS, ses structures, en une page.",
)
CPTS = ("Ma CPTS", "Son périmètre, sa population, sa signature ; ou la dessiner, commune par commune.")
ANALYST = ("J'analyse", "Comparer les départements, croiser deux indicateurs, remonter à chaque source.")


def head(sentence: str, grounds: str) -> str:
    """The sentence of the home, and what it rests on."""
    return html.macro("home.html", "head", sentence, grounds)


def door(title: str, words: str) -> str:
    """A door of the home: its name, and where it leads."""
    return html.macro("home.html", "door", title, words)
