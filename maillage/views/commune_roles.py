"""What a commune is to a territory, and its colour on the map."""

from __future__ import annotations

from dataclasses import dataclass

from maillage import catalog
from maillage.language import text
from maillage.language.text import escape
from maillage.views.legend import badge
from maillage.views.map.leaflet import View


@dataclass(frozen=True)
class Standing:
    label: str
    colour: str
    dark: str  # on the dark theme, where a pale colour would outshine the territory


STANDINGS = (
    Standing("dans le territoire", "#8D82CF", "#9A8FE6"),
    Standing("dans une autre CPTS", "#CFCBE6", "#48436E"),
    Standing("dans aucune CPTS", "#FFF3D6", "#574A2C"),
    Standing("enclave ou commune laissée seule", "#E0792B", "#E0792B"),
    Standing("CPTS non toutes recensées ici", "#E4E4E0", "#262A31"),  # the ground of map.js, by the mark GROUND
)
MEMBER, OTHER, FREE, ENCLAVE, UNKNOWN = range(len(STANDINGS))


def legend(view: View, compared: bool) -> str:
    """What the colours and the lines mean, with the number of communes of each; the symbols drawn."""
    if all(part.level == "departement" for part in view.parts):
        return '<section class="legend">Cliquez un département : ses communes apparaissent.</section>'
    swatches = "".join(
        f'<li><i class="swatch standing" style="--light:{standing.colour};--dark:{standing.dark}"></i>{escape(standing.label)} '
        f'<span class="count">{text.number(count)}</span></li>'
        for standing, count in zip(STANDINGS, view.classes.counts, strict=True)
        if count
    )
    held = any(line == "solid" for line, _ in view.drafts)
    lines = '<li><i class="line"></i>territoire</li>' * held + (
        '<li><i class="line dashed"></i>version B</li>' if compared else ""
    )
    drawn = [] if view.sites is None else [kind for kind in catalog.SITE_TYPES if kind.code in set(view.sites["type"])]
    marks = "".join(f'<li title="{escape(kind.label)}">{badge(kind)}{kind.code}</li>' for kind in drawn)
    hint = "<li>Symbole creux : en préparation</li>" if drawn else ""
    return (
        f'<section class="legend" aria-label="Légende"><ul class="classes">{swatches}{lines}</ul>'
        f'<ul class="marks">{marks}{hint}</ul></section>'
    )
