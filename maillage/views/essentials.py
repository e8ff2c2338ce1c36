"""« L'essentiel » as HTML: five findings, each with its figure, its comparison, its doubt and the way to its evidence."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from maillage.language import text
from maillage.records.essentials import Essentials, Finding
from maillage.views import html, spine

TITLE = "Profil"
SIGNS = {"better": "▲", "worse": "▼", "neutral": "◆", "alike": "=", "unknown": "?"}
MEANINGS = {
    "better": "plus favorable",
    "worse": "moins favorable",
    "neutral": "s'écarte",
    "alike": "comparable",
    "unknown": "inconnu",
}


def findings(sheet: Essentials, ways: Callable[[Finding], list[tuple[str, str]]]) -> str:
    """The five findings; `ways` gives the (label, address) of each one's evidence."""
    return html.macro("essentials.html", "findings", sheet, SIGNS, MEANINGS, ways)


def brief(sheet: Essentials) -> str:
    """The five sentences alone, beside the map."""
    return html.macro("essentials.html", "brief", sheet, SIGNS, MEANINGS)


def table(sheet: Essentials) -> pd.DataFrame:
    """The spine as a table: what stands behind the drawing."""
    rows = []
    for line in sheet.spine:
        ranked = sorted((dot.figure.value for dot in line.dots), key=float)
        marks = {mark.role: spine.reading(mark.figure, line.decimals) for mark in line.marks}
        ends = [text.number(value, line.decimals) for value in (ranked[0], ranked[-1])] if ranked else ["–", "–"]
        rows.append(
            (
                line.label,
                line.unit,
                line.year,
                spine.value(line),
                marks.get("benchmark", "–"),
                marks.get("region", "–"),
                *ends,
                line.position or "–",
                spine.PLACES[line.place] or "–",
                str(len(line.apart)),
            )
        )
    return pd.DataFrame(
        rows,
        columns=[
            "Indicateur",
            "Unité",
            "Date",
            sheet.name,
            "France ou médiane",
            "Région",
            "Le plus bas",
            "Le plus haut",
            "Position",
            "Parmi les comparés",
            "Minimums et maximums, non rangés",
        ],
    )
