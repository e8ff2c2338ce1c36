"""The words and small figures of the page « Écarts », as HTML. Every text that comes from a file is escaped."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from maillage import catalog
from maillage.language import text
from maillage.language.text import escape
from maillage.records.map_view import Classes
from maillage.views import legend


def keys(figures: Sequence[tuple[str, str, str]]) -> str:
    """Figures in large, each with its label and a line under it: (value, label, more)."""
    cells = "".join(
        f"<li><b>{escape(value)}</b><span>{escape(label)}</span>{f'<small>{escape(more)}</small>' if more else ''}</li>"
        for value, label, more in figures
    )
    return f'<ul class="keys">{cells}</ul>'


def words_legend(
    title: str, words: Sequence[str], classes: Classes, unknown: str, source: str, statuses: Sequence[str] = ()
) -> str:
    """Categories with their colours and counts, and what is not known, hatched."""
    swatches = "".join(
        f'<li><i class="swatch" style="background:{colour}"></i>{escape(word)} <span class="count">{text.number(count)}</span></li>'
        for word, colour, count in zip(words, classes.colours, classes.counts, strict=False)
    )
    if classes.missing:
        swatches += f'<li><i class="swatch missing"></i>{escape(unknown)} <span class="count">{text.number(classes.missing)}</span></li>'
    lines = {catalog.CPTS_STATUS[status].line for status in statuses}
    outlines = "".join(
        f'<li><i class="outline {line}"></i>{label}</li>'
        for line, label in (("solid", "ACI signé"), ("dashed", "en préparation"), ("dotted", "stade non précisé"))
        if line in lines
    )
    below = f'<ul class="marks"><li>Contours des CPTS{text.HARD}:</li>{outlines}</ul>' if outlines else ""
    return (
        f'<section class="legend" aria-label="Légende"><div class="head"><strong>{escape(title)}</strong>'
        f'<span class="source">{escape(source)}</span></div><ul class="classes">{swatches}</ul>{below}</section>'
    )


def card(title: str, lines: Sequence[str]) -> str:
    """Sentences about one place."""
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return f'<section class="profile"><div class="card"><h3>{escape(title)}</h3>{paragraphs}</div></section>'


def marks(best: bool, mine: bool, colours: tuple[str, str], kind: str) -> str:
    """The symbols of sites that do not exist, beside those that do."""
    symbols = [(best, colours[0], "1", "proposé par le calcul"), (mine, colours[1], "A", "posé par vous")]
    items = "".join(
        f"<li>{legend.symbol('small_square', colour, symbol)}{words}</li>"
        for here, colour, symbol, words in symbols
        if here
    )
    one = catalog.SITE_TYPE[kind]
    there = f"<li>{legend.badge(one)}{kind} recensé (creux : en projet)</li>"
    return f'<section class="legend"><ul class="marks">{there}{items}</ul></section>'


def ranking(rows: pd.DataFrame, reasons: Sequence[str], level: str) -> str:
    """The first ranks in words: rank and how far it moves, name, reason. Columns as in `gaps.needing.Ranked.table`."""
    lines = []
    for row, reason in zip(rows.itertuples(), reasons, strict=True):
        moves = (
            "ne bouge pas"
            if row.lowest == row.highest
            else f"de {text.number(row.lowest)} à {text.number(row.highest)} selon les poids"
        )
        where = "" if level == "departement" else f" ({escape(row.departement_code)})"
        lines.append(
            f'<tr><td><b>{text.number(row.rank)}</b></td><th scope="row">{escape(row.name)}{where}'
            f"<small>{text.count(row.population, 'habitant')}</small></th><td>{escape(reason)}</td><td>{moves}</td></tr>"
        )
    return (
        '<table class="ranking"><thead><tr><th scope="col">Rang</th><th scope="col">Territoire</th>'
        f'<th scope="col">Pourquoi</th><th scope="col">Le rang bouge</th></tr></thead><tbody>{"".join(lines)}</tbody></table>'
    )


def travel_errors() -> list[dict]:
    """The published error of the estimate, one row a band of real time."""
    return [
        {
            "Trajets réels": f"{error.low} à {error.high} min",
            "Erreur médiane (%)": round(error.median_percent, 1),
            "Erreur moyenne (min)": round(error.mean_minutes, 1),
            "Biais (min)": round(error.bias_minutes, 1),
        }
        for error in catalog.TRAVEL.errors
    ]
