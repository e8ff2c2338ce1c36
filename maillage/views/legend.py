"""The title, the notes and the legend of a map, as HTML."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from maillage import catalog
from maillage.language.classes import ranges
from maillage.records.map_view import Classes
from maillage.views import html

OUTLINES = {"solid": "CPTS, ACI signé", "dashed": "CPTS en préparation", "dotted": "CPTS, stade non précisé"}


def title(trail: Sequence[str]) -> str:
    """The way from France to the territory, then its name."""
    above = " › ".join(trail[:-1]) or "Soins coordonnés, population, mortalité prématurée"
    return html.macro("shared.html", "title", above, trail[-1])


def notes(sentences: Sequence[str], alert: bool = False) -> str:
    """What the reader must know; an alert is about what they asked and did not get."""
    return html.macro("shared.html", "notes", sentences, alert)


def legend(
    indicator: catalog.Indicator,
    classes: Classes,
    mesh: str,
    when: str,
    source: str,
    types: Sequence[str] = (),
) -> str:
    """Classes with their limits and counts, missing and withheld told apart, then the symbols on the map."""
    labels = indicator.categories or ranges(classes.breaks, indicator)
    edges = "" if indicator.categories else "borne haute exclue ; "
    counted = f"{edges}entre parenthèses, nombre de {catalog.LEVEL[mesh].plural}"
    credit = " · ".join(filter(None, [f"Données {when}", source, counted]))
    return html.macro("legend.html", "classes", indicator, classes, labels, credit) + marks(types)


def marks(types: Sequence[str], statuses: Sequence[str] = ()) -> str:
    """The symbols of these types of site and the outlines of these statuses of CPTS; nothing when there are none."""
    kinds, lines = [catalog.SITE_TYPE[kind] for kind in types], outlines(statuses, OUTLINES)
    return html.macro("legend.html", "marks", kinds, lines) if kinds or lines else ""


def outlines(statuses: Collection[str], labels: dict[str, str]) -> list[tuple[str, str]]:
    """(line, label) of each kind of line that these statuses of CPTS are drawn with."""
    lines = {catalog.CPTS_STATUS[status].line for status in statuses}
    return [(line, label) for line, label in labels.items() if line in lines]
