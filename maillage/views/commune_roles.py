"""What a commune is to a territory, and its colour on the map."""

from __future__ import annotations

from maillage import catalog
from maillage.catalog.commune_roles import STANDINGS
from maillage.language import text
from maillage.language.text import escape
from maillage.records.map_view import MapView, site_types
from maillage.views.legend import badge


def legend(view: MapView, compared: bool) -> str:
    """What the colours and the lines mean, with the number of communes of each; the symbols drawn."""
    if all(part.level == "departement" for part in view.paint.parts):
        return '<section class="legend">Cliquez un département : ses communes apparaissent.</section>'
    swatches = "".join(
        f'<li><i class="swatch standing" style="--light:{standing.colour};--dark:{standing.dark}"></i>{escape(standing.label)} '
        f'<span class="count">{text.number(count)}</span></li>'
        for standing, count in zip(STANDINGS, view.paint.classes.counts, strict=True)
        if count
    )
    held = any(line == "solid" for line, _ in view.overlays.drafts)
    lines = '<li><i class="line"></i>territoire</li>' * held + (
        '<li><i class="line dashed"></i>version B</li>' if compared else ""
    )
    types = set(site_types(view))
    drawn = [kind for kind in catalog.SITE_TYPES if kind.code in types]
    marks = "".join(f'<li title="{escape(kind.label)}">{badge(kind)}{kind.code}</li>' for kind in drawn)
    hint = "<li>Symbole creux : en préparation</li>" if drawn else ""
    return (
        f'<section class="legend" aria-label="Légende"><ul class="classes">{swatches}{lines}</ul>'
        f'<ul class="marks">{marks}{hint}</ul></section>'
    )
