"""The table with bars, the headline above it and the small maps: figures with the classes and colours of their map."""

from __future__ import annotations

from collections.abc import Mapping

from maillage.address.comparison import RATIOS
from maillage.catalog.indicators import Indicator
from maillage.language import figures as language_figures
from maillage.language import text
from maillage.language.classes import ranges
from maillage.methods.outlines import shapes
from maillage.queries import comparison
from maillage.records.comparison import ABSENT, Headline, IndicatorColumn
from maillage.records.small_maps import DepartementShape, Panel
from maillage.subjects.atlas.map import source
from maillage.subjects.comparison.long_form import classed, of, when, year_of
from maillage.subjects.comparison.selection import Comparison
from maillage.warehouse import Ask

MAPS = 9  # small maps at most


def outlines(ask: Ask) -> tuple[DepartementShape, ...]:
    """Small contours of the départements: kept, so that they are cut once for all readers."""
    return shapes(ask(comparison.contours))


def columns(ask: Ask, comparison: Comparison) -> list[IndicatorColumn]:
    """The columns of the table: the main indicator, then those beside it."""
    columns = []
    for indicator in (comparison.main, *comparison.beside):
        figures = of(ask, comparison, indicator.code)
        year = year_of(comparison, indicator)
        rows = figures.at(year)
        _, classes = classed(ask, indicator, rows)
        above = tuple(figures.place(level, code, year) for level, code, _ in foot(comparison))
        years, whose = when(ask, rows, indicator), source(ask, indicator.code)
        columns.append(IndicatorColumn(indicator, rows, above, classes, years, whose, indicator.code in RATIOS))
    return columns


def foot(comparison: Comparison) -> list[tuple[str, str, str]]:
    """(level, code, name) of the rows under the table: the région looked at, unless it is the département itself, then France."""
    alone = comparison.names.get(comparison.reference) == f"{comparison.region_name} ({comparison.reference})"
    region = [("region", comparison.region, comparison.region_name)] if comparison.region and not alone else []
    return [*region, ("france", "FR", "France")]


def headline(ask: Ask, comparison: Comparison) -> Headline | None:
    """The main figure of the département looked at; None when the whole country is."""
    if comparison.reference is None:
        return None
    indicator, figures = comparison.main, of(ask, comparison, comparison.main.code)
    rows = figures.at(comparison.year)
    row = rows[rows["code"] == comparison.reference].iloc[0].to_dict()
    ranked = int(rows["first"].notna().sum())
    rank = (
        f"{row['label']} sur {ranked}, du plus haut au plus bas"
        if text.known(row["first"])
        else "sans rang : "
        + (
            "un minimum ou un maximum ne se classe pas"
            if row["bound"] in language_figures.BOUNDS
            else "le chiffre n'est pas montré"
        )
    )
    beside = [
        (name, label_of(place, indicator))
        for level, code, name in foot(comparison)
        if (place := figures.place(level, code, comparison.year)) is not None
    ]
    year = comparison.year or when(ask, rows, indicator)
    above = [figures.place(level, code, comparison.year) for level, code, _ in foot(comparison)]
    ours = any(each is not None and each["basis"] in language_figures.OURS for each in above)
    credit = f"{source(ask, indicator.code)}, données {year}" + " ; ≈ : moyenne calculée ici, non publiée" * ours
    return Headline(
        f"{comparison.names[comparison.reference]}, {indicator.label[0].lower()}{indicator.label[1:]}",
        label_of(row, indicator),
        indicator.unit if not row["state"] else "",
        rank,
        tuple(beside),
        credit,
    )


def label_of(row: Mapping, indicator: Indicator) -> str:
    """« ≥ 4,2 », « NS », « manquant »."""
    if row["state"]:
        return ABSENT[row["state"]]
    return language_figures.reading(row["value"], indicator.decimals, row["bound"], row["basis"])


# -- small maps ---------------------------------------------------------------------------------------------------------


def panels(ask: Ask, comparison: Comparison) -> tuple[list[Panel], list[str]]:
    """A small map per indicator, or per year of the main one; and sentences."""
    notes = []
    if comparison.choices.maps == "annees":
        wanted = [(comparison.main, year) for year in comparison.years]
        if len(wanted) < 2:
            notes.append(f"« {comparison.main.label} » n'est connu que pour une année.")
    else:
        wanted = [(indicator, year_of(comparison, indicator)) for indicator in (comparison.main, *comparison.beside)]
    if len(wanted) > MAPS:
        notes.append(f"{MAPS} cartes au plus sont dessinées.")
        wanted = wanted[-MAPS:] if comparison.choices.maps == "annees" else wanted[:MAPS]
    if comparison.choices.maps == "annees":
        notes.append("Toutes les années ont la même échelle, celle de la grande carte.")
    return [_panel(ask, comparison, indicator, year) for indicator, year in wanted], notes


def _panel(ask: Ask, comparison: Comparison, indicator: Indicator, year: int) -> Panel:
    rows = of(ask, comparison, indicator.code).at(year)
    marks, classes = classed(ask, indicator, rows)
    years = str(year) if year else when(ask, rows, indicator)
    title = f"{indicator.label}, {year}" if comparison.choices.maps == "annees" else indicator.label
    spoken = {
        row["code"]: f"{comparison.names[row['code']]} : {label_of(row, indicator)}"
        + ("" if row["state"] else f" {indicator.unit}")
        for row in rows.to_dict("records")
    }
    return Panel(
        title,
        indicator.unit,
        dict(zip(rows["code"], marks, strict=True)),
        spoken,
        classes,
        tuple(ranges(classes.breaks, indicator)),
        f"Source : {source(ask, indicator.code)}, {years}",
    )
