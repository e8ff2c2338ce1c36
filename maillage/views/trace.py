"""« D'où vient ce chiffre ? », as HTML."""

from __future__ import annotations

from maillage.language import text
from maillage.views import html

TITLE = "D'où vient ce chiffre ?"
NONE = "Aucun chiffre de cet indicateur n'est connu ici : ni zéro, ni secret, il n'est dans aucune des sources lues."


def trace(figure) -> str:
    """A figure: what it says, what it means, how it is made, from which file: a `subjects.provenance.figure_trace.Trace`."""
    place = text.territory_name(figure.place.level, figure.place.code, figure.place.name)
    return html.macro("trace.html", "trace", figure, place, TITLE)
