"""The words and small figures of the page « Écarts », as HTML."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from maillage import catalog
from maillage.language import text
from maillage.records.map_view import Classes
from maillage.views import html, legend

OUTLINES = {"solid": "ACI signé", "dashed": "en préparation", "dotted": "stade non précisé"}


def keys(figures: Sequence[tuple[str, str, str]]) -> str:
    """Figures in large, each with its label and a line under it: (value, label, more)."""
    return html.macro("gaps.html", "keys", figures)


def words_legend(
    title: str, words: Sequence[str], classes: Classes, unknown: str, source: str, statuses: Sequence[str] = ()
) -> str:
    """Categories with their colours and counts, and what is not known, hatched."""
    entries = list(zip(words, classes.colours, classes.counts, strict=False))
    lines = legend.outlines(statuses, OUTLINES)
    return html.macro("legend.html", "words", title, entries, classes.missing, unknown, source, lines)


def card(title: str, lines: Sequence[str]) -> str:
    """Sentences about one place."""
    return html.macro("gaps.html", "card", title, lines)


def marks(best: bool, mine: bool, colours: tuple[str, str], kind: str) -> str:
    """The symbols of sites that do not exist, beside those that do."""
    proposals = [("1", colours[0], "proposé par le calcul")] * best + [
        ("A", colours[1], "posé par vous : il se glisse")
    ] * mine
    return html.macro("legend.html", "proposals", catalog.SITE_TYPE[kind], proposals)


def ranking(rows: pd.DataFrame, reasons: Sequence[str], level: str) -> str:
    """The first ranks in words: rank and how far it moves, name, reason. Columns as in `subjects.gaps.need.Ranked.table`."""
    lines = []
    for row, reason in zip(rows.itertuples(), reasons, strict=True):
        span = f"de {text.number(row.lowest)} à {text.number(row.highest)} selon les poids"
        lines.append(
            {
                "rank": row.rank,
                "name": row.name if level == "departement" else f"{row.name} ({row.departement_code})",
                "people": text.count(row.population, "habitant"),
                "reason": reason,
                "moves": "ne bouge pas" if row.lowest == row.highest else span,
            }
        )
    return html.macro("gaps.html", "ranking", lines)


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
