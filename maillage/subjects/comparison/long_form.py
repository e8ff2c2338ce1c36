"""The figures compared, and the same in long form: what a spreadsheet or a reader of tables wants."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pandas as pd

from maillage.catalog.indicators import Indicator
from maillage.language import figures as language_figures
from maillage.methods.classes import classify
from maillage.queries import indicators
from maillage.records.map_view import Classes
from maillage.subjects.atlas import map as atlas_map
from maillage.subjects.comparison.figures import MISSING, NS, Figures, figures
from maillage.subjects.comparison.selection import Comparison
from maillage.warehouse import Ask

READINGS = {NS: "NS", MISSING: "manquant"}


def of(ask: Ask, comparison: Comparison, code: str) -> Figures:
    """The figures of one indicator of a comparison."""
    return ask.keep(figures, code, comparison.selection.statuses, comparison.threshold)


def year_of(comparison: Comparison, indicator: Indicator) -> int:
    """The year chosen is that of the main indicator: the others show their latest."""
    return comparison.year if indicator == comparison.main else 0


def classed(ask: Ask, indicator: Indicator, rows: pd.DataFrame) -> tuple[str, Classes]:
    """(marks, classes) of départements on the scale of the large map, whatever the year."""
    breaks, _ = ask(indicators.scale, indicator.code, "departement")
    return classify(rows["value"].round(indicator.decimals), breaks, indicator.palette, rows["state"] == "ns")


def tidy(
    ask: Ask,
    comparison: Comparison,
    wanted: Sequence[Indicator],
    codes: Collection[str],
    rows: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Figures in long form, for spreadsheets: a row per département and indicator, its unit, year, reading, method and source
    beside it. `rows` replace those of the one indicator given."""
    frames = []
    for indicator in wanted:
        table = of(ask, comparison, indicator.code).at(year_of(comparison, indicator)) if rows is None else rows
        table = table[table["code"].isin(list(codes))]
        values = table["value"].round(indicator.decimals)
        absent = table["state"].map(READINGS)
        reading = language_figures.words(table).mask(absent.notna(), absent)
        both = table["low"].notna() & table["high"].notna()
        frames.append(
            pd.DataFrame(
                {
                    "Département": table["name"],
                    "Code": table["code"],
                    "Indicateur": indicator.label,
                    "Unité": indicator.unit,
                    "Année": table["year"].astype("Int64"),
                    "Valeur": values,
                    "Lecture": reading,
                    "Borne basse": table["low"].where(both).round(indicator.decimals + 1),
                    "Borne haute": table["high"].where(both).round(indicator.decimals + 1),
                    "Rang": table["label"],
                    "Méthode": table["method"].fillna(""),
                    "Source": table["source"].fillna(""),
                    "Millésime": table["vintage"].fillna(""),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def mapped(ask: Ask, comparison: Comparison) -> pd.DataFrame:
    """The figures of the small maps, in long form."""
    if comparison.choices.maps == "indicateurs":
        return tidy(ask, comparison, [comparison.main, *comparison.beside], comparison.names)
    values = of(ask, comparison, comparison.main.code)
    return pd.concat(
        [
            tidy(ask, comparison, [comparison.main], comparison.names, values.at(year))
            for year in comparison.years or (0,)
        ],
        ignore_index=True,
    )


def when(ask: Ask, rows: pd.DataFrame, indicator: Indicator) -> str:
    """« 2023 (Mayotte : 2017) » of the figures of départements."""
    return atlas_map.vintage(ask, indicator, rows)
