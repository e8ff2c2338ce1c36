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


def of(ask: Ask, shown: Comparison, code: str) -> Figures:
    return ask.keep(figures, code, shown.selection.statuses, shown.threshold)


def year_of(shown: Comparison, indicator: Indicator) -> int:
    """The year chosen is that of the main indicator: the others show their latest."""
    return shown.year if indicator == shown.main else 0


def classed(ask: Ask, indicator: Indicator, rows: pd.DataFrame) -> tuple[str, Classes]:
    """(marks, classes) of départements on the scale of the large map, whatever the year."""
    breaks, _ = ask(indicators.scale, indicator.code, "departement")
    return classify(rows["value"].round(indicator.decimals), breaks, indicator.palette, rows["state"] == "ns")


def tidy(
    ask: Ask,
    shown: Comparison,
    wanted: Sequence[Indicator],
    codes: Collection[str],
    rows: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Figures in long form, for spreadsheets: a row per département and indicator, its unit, year, reading, method and source
    beside it. `rows` replace those of the one indicator given."""
    frames = []
    for indicator in wanted:
        found = of(ask, shown, indicator.code).at(year_of(shown, indicator)) if rows is None else rows
        found = found[found["code"].isin(list(codes))]
        values = found["value"].round(indicator.decimals)
        absent = found["state"].map(READINGS)
        reading = language_figures.words(found).mask(absent.notna(), absent)
        both = found["low"].notna() & found["high"].notna()
        frames.append(
            pd.DataFrame(
                {
                    "Département": found["name"],
                    "Code": found["code"],
                    "Indicateur": indicator.label,
                    "Unité": indicator.unit,
                    "Année": found["year"].astype("Int64"),
                    "Valeur": values,
                    "Lecture": reading,
                    "Borne basse": found["low"].where(both).round(indicator.decimals + 1),
                    "Borne haute": found["high"].where(both).round(indicator.decimals + 1),
                    "Rang": found["label"],
                    "Méthode": found["method"].fillna(""),
                    "Source": found["source"].fillna(""),
                    "Millésime": found["vintage"].fillna(""),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def mapped(ask: Ask, shown: Comparison) -> pd.DataFrame:
    """The figures of the small maps, in long form."""
    if shown.choices.maps == "indicateurs":
        return tidy(ask, shown, [shown.main, *shown.beside], shown.names)
    found = of(ask, shown, shown.main.code)
    return pd.concat(
        [tidy(ask, shown, [shown.main], shown.names, found.at(year)) for year in shown.years or (0,)], ignore_index=True
    )


def when(ask: Ask, rows: pd.DataFrame, indicator: Indicator) -> str:
    """« 2023 (Mayotte : 2017) » of the figures of départements."""
    return atlas_map.vintage(ask, indicator, rows)
