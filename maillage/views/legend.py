"""The title, the notes and the legend of a map, as HTML. Every text that comes from a file is escaped."""

from __future__ import annotations

from collections.abc import Sequence

from maillage import catalog
from maillage.catalog.symbols import SHAPES, Shape, letter_size
from maillage.language import text
from maillage.language.classes import ranges
from maillage.language.text import escape
from maillage.records.map_view import Classes


def title(trail: Sequence[str]) -> str:
    """The way from France to the territory, then its name."""
    above = " › ".join(escape(name) for name in trail[:-1])
    return f'<p class="crumbs">{above or "Soins coordonnés, population, mortalité prématurée"}</p><h1 class="place">{escape(trail[-1])}</h1>'


def notes(sentences: Sequence[str], alert: bool = False) -> str:
    """What the reader must know; an alert is about what they asked and did not get."""
    kind = 'class="notes alert" role="alert"' if alert else 'class="notes"'
    return f"<ul {kind}>{''.join(f'<li>{escape(sentence)}</li>' for sentence in sentences)}</ul>"


def legend(
    indicator: catalog.Indicator,
    classes: Classes,
    mesh: str,
    when: str,
    source: str,
    types: Sequence[str] = (),
    statuses: Sequence[str] = (),
) -> str:
    """Classes with their limits and counts, missing and withheld told apart, then the symbols on the map."""
    swatches = [
        _swatch(f"background:{colour}", label, count)
        for colour, label, count in zip(
            classes.colours, indicator.categories or ranges(classes.breaks, indicator), classes.counts, strict=True
        )
    ]
    if classes.missing:
        swatches.append(_swatch("", "donnée manquante", classes.missing, "missing"))
    if classes.withheld:
        swatches.append(_swatch("", "NS : retenu par le secret", classes.withheld, "withheld"))
    level = catalog.LEVEL[mesh]
    edges = "" if indicator.categories else "borne haute exclue ; "
    told = " · ".join(filter(None, [f"Données {when}", source, f"{edges}entre parenthèses, nombre de {level.plural}"]))
    head = (
        f'<div class="head"><strong>{escape(indicator.label)}</strong>, {escape(indicator.unit)}'
        f'<span class="source">{escape(told)}</span></div>'
    )
    marks = "".join(_mark(catalog.SITE_TYPE[kind]) for kind in types)
    lines = {catalog.CPTS_STATUS[status].line for status in statuses}
    outlines = "".join(
        f'<li><i class="outline {line}"></i>{label}</li>'
        for line, label in (
            ("solid", "CPTS, ACI signé"),
            ("dashed", "CPTS en préparation"),
            ("dotted", "CPTS, stade non précisé"),
        )
        if line in lines
    )
    hint = "<li>Symbole creux : en préparation</li>" if types else ""
    below = f'<ul class="marks">{marks}{hint}{outlines}</ul>' if marks or outlines else ""
    return f'<section class="legend" aria-label="Légende">{head}<ul class="classes">{"".join(swatches)}</ul>{below}</section>'


def _swatch(style: str, label: str, count: int, kind: str = "") -> str:
    return f'<li><i class="swatch {kind}" style="{style}"></i>{escape(label)} <span class="count">{text.number(count)}</span></li>'


def _mark(kind: catalog.SiteType) -> str:
    return f'<li title="{escape(kind.label)}">{badge(kind)}{escape(kind.code)}</li>'


def badge(kind: catalog.SiteType) -> str:
    """The symbol of a site type, small."""
    return symbol(kind.shape, kind.colour, kind.symbol)


def symbol(shape: str, colour: str, letters: str) -> str:
    """A symbol beside words, as the map draws it."""
    outline = SHAPES[shape]
    below = outline.drop / Shape.drop  # of what a letter stands below the middle of a disc
    style = f"--c:{colour};--letters:{letter_size(letters) / 12:g};--below:{below - 1:.2f};{outline.css}"
    return f'<i class="badge" style="{style}"><b>{escape(letters)}</b></i>'
