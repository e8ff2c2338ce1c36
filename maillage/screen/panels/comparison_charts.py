"""The drawings of the page « Comparer », each with the table that says the same and the sentences it needs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from maillage import catalog
from maillage.address.comparison import RATIOS
from maillage.catalog.indicators import Indicator
from maillage.language import figures as language_figures
from maillage.language import text
from maillage.methods import comparing, quadrants
from maillage.queries import territories
from maillage.subjects.atlas import map as atlas_map
from maillage.subjects.comparison.chance import Chance, chance, pooled, trends, verdict
from maillage.subjects.comparison.figures import MISSING, NS, Figures
from maillage.subjects.comparison.long_form import classed, of, tidy, when, year_of
from maillage.subjects.comparison.selection import Comparison
from maillage.views import annotated_scatter, charts, funnel_plot
from maillage.views.chart_frame import Axis, Caption
from maillage.warehouse import Ask

SIZE = 2  # decimals of a correlation


@dataclass(frozen=True)
class ComparisonChart:
    """A chart (none where there is nothing to draw: the notes say why), its title and line under it, the table that
    says the same, sentences, and the name of its files."""

    title: str
    subtitle: str
    figure: go.Figure | None
    table: pd.DataFrame
    notes: tuple[str, ...]
    name: str
    credit: str = ""  # the source, as the chart itself says it


def caption(ask: Ask, indicator: Indicator, rows: pd.DataFrame, subtitle: str = "") -> Caption:
    """Title, source and year of a chart of one indicator."""
    return Caption(indicator.label, atlas_map.source(ask, indicator.code), when(ask, rows, indicator), subtitle)


def credit(words: Caption) -> str:
    """Who and when, under a chart."""
    return f"Source : {words.source}, {words.year}" if words.year else f"Source : {words.source}"


def axis(indicator: Indicator, plain: bool = False) -> Axis:
    """The axis of an indicator: label, unit, decimals."""
    log = indicator.code in RATIOS and not plain
    return Axis(indicator.label, indicator.unit, indicator.decimals, log)


def named(comparison: Comparison, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of départements under their whole names."""
    return rows.assign(name=rows["code"].map(comparison.names))


def benchmark(of_main: Figures, year: int) -> tuple[str, float] | None:
    """France's figure, where it is known whole (a bound would not be the country's) and is no sum of départements."""
    if of_main.indicator.summed:
        return None
    rows = of_main.above(year)
    rows = rows[(rows["level"] == "france") & language_figures.rankable(rows)]
    return ("France", float(rows["value"].iloc[0])) if len(rows) else None


def remarks(comparison: Comparison, indicator: Indicator, rows: pd.DataFrame) -> list[str]:
    """What must be known to read these figures: withheld, missing, bounds, provisional, precision, statuses counted."""
    sentences = []
    states = rows["state"].value_counts()
    if hidden := int(states.get(NS, 0)):
        sentences.append(
            f"{text.count(hidden, 'département')} sans chiffre montré : NS, retenu par le secret (ni zéro, ni manquant)."
        )
    if lacking := int(states.get(MISSING, 0)):
        sentences.append(f"Donnée manquante pour {text.count(lacking, 'département')} : ce n'est pas zéro.")
    if rows["bound"].isin(language_figures.BOUNDS).any():
        sentences.append(
            "Les chiffres marqués ≥ sont des minimums, ≤ des maximums, faute d'une liste exhaustive : ils n'ont pas de rang."
        )
    if rows["provisional"].any():
        sentences.append("Chiffres provisoires, que leur source révise.")
    tied = rows["tied"].dropna()
    if len(tied) and tied.max() > 1:
        sentences.append(
            f"Donné à {text.count(indicator.decimals, 'décimale')} : les rangs ne vont pas plus loin, et jusqu'à "
            f"{int(tied.max())} départements partagent le même."
        )
    if indicator.by_status:
        counted = ", ".join(catalog.CPTS_STATUS[status].label for status in comparison.selection.statuses) or "aucun"
        sentences.append(f"Statuts de CPTS comptés : {counted}.")
    return sentences


# -- one indicator ------------------------------------------------------------------------------------------------------


def distribution(ask: Ask, comparison: Comparison) -> ComparisonChart:
    """Where the départements compared stand among all."""
    main, of_main = comparison.main, of(ask, comparison, comparison.main.code)
    rows = named(comparison, of_main.at(comparison.year))
    rows = rows.assign(value=rows["value"].where(language_figures.rankable(rows)))
    known = rows["value"].notna()
    cuts = comparing.quantiles(rows["value"])
    subtitle = f"{text.count(int(known.sum()), 'département')}"
    if known.any():
        middle, first, last = (text.number(cuts[i], main.decimals) for i in (2, 0, 4))
        subtitle += f" ; médiane {middle}, un sur dix à {first} ou moins, un sur dix au-delà de {last}"
    words = caption(ask, main, rows, subtitle)
    figure = None
    if known.any():
        figure = charts.distribution(rows, axis(main), words, comparison.marked, benchmark(of_main, comparison.year))
    table = tidy(ask, comparison, [main], comparison.names)
    return ComparisonChart(
        main.label,
        subtitle,
        figure,
        table,
        tuple(remarks(comparison, main, rows)),
        f"distribution_{main.code}",
        credit(words),
    )


def scatter(ask: Ask, comparison: Comparison) -> ComparisonChart:
    """Two indicators, département by département, and whether one goes with the other."""
    up, across = comparison.main, catalog.INDICATOR[comparison.choices.across]
    if across not in comparison.offered:
        empty = f"« {across.label} » n'a pas de valeur par département dans cette base : croisez avec un autre."
        return ComparisonChart(up.label, "", None, pd.DataFrame(), (empty,), "nuage")
    y, x = (of(ask, comparison, i.code).at(year_of(comparison, i)) for i in (up, across))
    up_to, along = (rows["value"].astype(float).where(language_figures.rankable(rows)) for rows in (y, x))
    rows = named(comparison, y).assign(y=up_to, x=along)[["code", "name", "x", "y"]]
    right, upward = axis(across), axis(up)
    fit = (rows["x"] > 0 if right.log else rows["x"].notna()) & (rows["y"] > 0 if upward.log else rows["y"].notna())
    drawn = rows[fit]
    line = comparing.trend_line(*(np.log10(drawn[n]) if a.log else drawn[n] for n, a in (("x", right), ("y", upward))))
    rho = comparing.spearman(drawn["x"], drawn["y"])
    sources = dict.fromkeys(f"{atlas_map.source(ask, i.code)}, {when(ask, r, i)}" for i, r in ((up, y), (across, x)))
    subtitle = f"n = {text.number(len(drawn))} départements"
    if rho.value is not None:
        low, high = (text.number(end, SIZE) for end in (rho.low, rho.high))
        subtitle += f" ; corrélation des rangs de Spearman {text.number(rho.value, SIZE)} [{low} ; {high}]"
    title = f"{up.label} et {across.label[0].lower()}{across.label[1:]}"
    words = Caption(title, " ; ".join(sources), "", subtitle)
    marked = tuple(dict.fromkeys((*comparison.marked, *comparison.choices.spotted)))
    figure = charts.scatter(rows, right, upward, words, marked, line)
    notes = [line.reason or _slope(line, up, right, upward)]
    if quarters := quadrants.quadrants(drawn, (across.direction, up.direction), (right.log, upward.log)):
        around = ask(territories.reach, "region", comparison.region) if comparison.region else ()
        annotated_scatter.annotate(figure, drawn, (right, upward), quarters, (comparison.region_name, around), marked)
        middle = f"{across.label} {right.write(quarters.cut[0])}, {up.label} {upward.write(quarters.cut[1])}"
        notes.append(
            f"Quatre quartiers, coupés aux médianes : {middle}. Nommés : à plus de {quadrants.FAR:g} écarts types robustes d'une médiane."
        )
    notes.append("Ce qui va ensemble entre départements ne dit ni la cause, ni ce qu'il en est des personnes.")
    notes += [
        f"{i.label} : {words}"
        for i, r in ((up, y), (across, x))
        for words in remarks(comparison, i, r)
        if "manquant" in words
    ]
    table = tidy(ask, comparison, [up, across], comparison.names)
    return ComparisonChart(
        title, subtitle, figure, table, tuple(notes), f"nuage_{up.code}_{across.code}", credit(words)
    )


def _slope(line: comparing.FittedLine, up: Indicator, right: Axis, upward: Axis) -> str:
    """The trend in words; on logarithms a slope is an elasticity."""
    if right.log or upward.log:
        return f"Tendance robuste : {line.method}, sur {text.count(line.points, 'département')} ; ajustée sur les logarithmes."
    slope, low, high = (text.number(value, up.decimals + 2) for value in (line.slope, line.low, line.high))
    return (
        f"Tendance robuste : {slope} [{low} ; {high}] {up.unit} par unité de l'axe horizontal ({line.method}, sur "
        f"{text.count(line.points, 'département')})."
    )


def evolution(ask: Ask, comparison: Comparison) -> ComparisonChart:
    """The years of the main indicator, for the départements compared beside France."""
    main, of_main = comparison.main, of(ask, comparison, comparison.main.code)
    years = [year for year in of_main.years if year >= comparison.choices.since and year <= (comparison.year or 9999)]
    name = f"evolution_{main.code}"
    if len(years) < 2:
        known = ", ".join(map(str, of_main.years)) or "aucune"
        why = f"« {main.label} » : pas d'évolution à montrer, il faut deux années (connues dans cette base : {known})."
        return ComparisonChart(main.label, "", None, pd.DataFrame(), (why,), name)
    rows = of_main.rows[of_main.rows["year"].between(years[0], years[-1])]
    here = named(comparison, rows[(rows["level"] == "departement") & rows["code"].isin(comparison.marked)])
    here = here.sort_values(
        "code", key=lambda codes: codes.map({code: rank for rank, code in enumerate(comparison.marked)})
    )
    france = rows[rows["level"] == "france"].assign(name="France")
    beside = france if len(here) and france["value"].notna().any() and not main.summed else None
    subtitle = f"de {years[0]} à {years[-1]}" + (", à côté de la France (tirets)" if beside is not None else "")
    words = Caption(main.label, atlas_map.source(ask, main.code), f"{years[0]}-{years[-1]}", subtitle)
    notes = [] if len(here) else ["Choisissez un département à gauche, ou un groupe plus petit, pour voir ses courbes."]
    if flagged := sorted(map(int, rows.loc[rows["provisional"], "year"].unique())):
        notes.append(f"Années provisoires, que leur source révise : {', '.join(map(str, flagged))}.")
    if (here["state"] == NS).any():
        notes.append("Les années retenues par le secret (NS) ne sont pas tracées.")
    notes.append("Seules les années connues sont tracées : rien n'est deviné entre deux.")
    drawn = here if len(here) else france
    figure = charts.evolution(drawn, axis(main, True), words, beside) if drawn["value"].notna().any() else None
    table = _changes(of_main, here if len(here) else named(comparison, rows[rows["level"] == "departement"]), years)
    return ComparisonChart(f"{main.label} : évolution", subtitle, figure, table, tuple(notes), name, credit(words))


def _changes(of_main: Figures, rows: pd.DataFrame, years: list[int]) -> pd.DataFrame:
    """Change from the first year to the last, by département; the tested trend where events are known."""
    main = of_main.indicator
    changed = comparing.evolution(rows[["code", "year", "value"]], years[0], years[-1])
    changes = pd.DataFrame(
        {
            "Département": changed["code"].map(dict(zip(rows["code"], rows["name"], strict=True))),
            f"{years[0]} ({main.unit})": changed["first"].round(main.decimals),
            f"{years[-1]} ({main.unit})": changed["last"].round(main.decimals),
            "Écart": changed["change"].round(main.decimals),
            "Écart (%)": changed["percent"].round(1),
            "Par an (%)": changed["percent_per_year"].round(2),
            "Remarque": changed["reason"],
        }
    )
    tested = trends(of_main, tuple(changed["code"]))
    if len(tested):
        tested = tested.set_index("code").reindex(changed["code"])
        changes["Tendance (% par an)"] = tested["percent"].round(2).tolist()
        changes["de"], changes["à"] = tested["low"].round(2).tolist(), tested["high"].round(2).tolist()
        changes["p"] = tested["p"].round(3).tolist()
        changes["Remarque"] = [
            " ; ".join(filter(None, pair))
            for pair in zip(changes["Remarque"], tested["reason"].fillna(""), strict=True)
        ]
    return changes


def by_chance(ask: Ask, comparison: Comparison) -> tuple[ComparisonChart, ComparisonChart | None]:
    """Bars with their intervals where there are some; the funnel where events and exposure are known, or why there is none."""
    main, of_main = comparison.main, of(ask, comparison, comparison.main.code)
    intervals = chance(of_main, comparison.year)
    rows = named(comparison, intervals.table)
    listed = rows[rows["code"].isin(comparison.listed)]
    sure = listed["low"].notna() & listed["high"].notna() & ~listed["bound"].isin(language_figures.BOUNDS)
    words = " ; ".join(dict.fromkeys(listed.loc[sure, "origin"])) if sure.any() else "sans intervalle"
    subtitle = f"{text.count(len(listed), 'département')} ; {words}"
    notes = [intervals.reason] if intervals.reason else []
    if together := pooled(of_main, comparison.listed, comparison.year):
        notes.append(together)
    notes += remarks(comparison, main, listed)
    credits = caption(ask, main, rows, subtitle)
    _, classes = classed(ask, main, rows)
    figure = charts.bars(listed, axis(main, True), credits, comparison.marked, classes)
    table = tidy(ask, comparison, [main], comparison.listed, intervals.table)
    first = ComparisonChart(
        main.label, subtitle, figure, table, tuple(notes), f"intervalles_{main.code}", credit(credits)
    )
    return first, _funnel(ask, comparison, intervals, rows) if intervals.funnel else None


def _funnel(ask: Ask, comparison: Comparison, intervals: Chance, rows: pd.DataFrame) -> ComparisonChart:
    main = comparison.main
    exposure = Axis("Population exposée (nombre d'événements ÷ taux)", "", 0)
    title = f"{main.label} : entonnoir"
    words = caption(
        ask,
        main,
        rows,
        f"référence : {text.quantity(intervals.funnel.benchmark, main.unit, main.decimals)}",
    )
    words = Caption(title, words.source, words.year, words.subtitle)
    names = [comparison.names[code] for code in intervals.codes]
    figure = funnel_plot.chart(
        intervals.funnel, intervals.codes, names, exposure, axis(main, True), words, comparison.marked
    )
    places = {
        0: "dans les limites",
        1: "au-dessus de 95 %",
        2: "au-dessus de 99,8 %",
        -1: "sous 95 %",
        -2: "sous 99,8 %",
    }
    table = pd.DataFrame(
        {
            "Département": names,
            f"{main.label} ({main.unit})": intervals.funnel.values.round(main.decimals),
            "Population exposée": intervals.funnel.exposure.round().astype(int),
            "Position": [places[side] for side in intervals.funnel.sides.tolist()],
        }
    )
    return ComparisonChart(
        title,
        words.subtitle,
        figure,
        table,
        tuple(verdict(intervals.funnel, comparison.threshold)),
        f"entonnoir_{main.code}",
        credit(words),
    )
