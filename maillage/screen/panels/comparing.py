"""The panels of « Comparer »: who and what is compared, then one view of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pandas as pd
import streamlit as st

from maillage import catalog
from maillage.address.comparison import GROUPS, MAPS, ComparisonChoices
from maillage.address.selection import Selection
from maillage.language import text
from maillage.queries import comparison as comparison_queries
from maillage.screen import binding, questions
from maillage.screen.panels import comparison_charts, share, timeline
from maillage.screen.panels.comparison_charts import ComparisonChart
from maillage.screen.questions import ask
from maillage.screen.tables import data_table, take
from maillage.subjects.comparison import long_form
from maillage.subjects.comparison import selection as comparison_selection
from maillage.subjects.comparison import table as comparison_table
from maillage.subjects.comparison.selection import Comparison
from maillage.views import annotated_scatter, chart_frame, compared, legend, multiples
from maillage.warehouse import Ask

LATEST = "La plus récente"


FIRST = {"indicateur": "mortalite_prematuree_0_64", "croise": "apl_mg"}


def first_scatter(selection: Selection, chosen: ComparisonChoices) -> tuple[Selection, ComparisonChoices]:
    """A scatter asked for without its figures opens on premature mortality beside access, and the address says so."""
    if chosen.view != "nuage" or FIRST.keys() & st.query_params.keys():
        return selection, chosen
    selection = replace(selection, indicator=FIRST["indicateur"])
    chosen = replace(chosen, across=FIRST["croise"])
    binding.write(selection)
    binding.write(chosen)
    return selection, chosen


def choose(comparison: Comparison) -> None:
    """Who is compared, by what, which year: in the sidebar, under the territory."""
    choices, offered = comparison.choices, [indicator.code for indicator in comparison.offered]
    binding.bind(st.selectbox, "group", choices, "Comparer avec", list(GROUPS), format_func=GROUPS.get)
    if choices.group == "choisis":
        binding.bind(
            st.multiselect,
            "departements",
            choices,
            "Ma liste",
            list(comparison.names),
            format_func=comparison.names.get,
            placeholder="Ajouter un département",
        )
    if choices.group == "semblables":
        binding.bind(
            st.multiselect,
            "alike",
            choices,
            "Ressemblance mesurée par",
            _with(offered, choices.alike),
            format_func=_label,
            placeholder="Ajouter une variable",
        )
        binding.bind(st.slider, "count", choices, "Combien", 2, 20)
    binding.bind(
        st.selectbox,
        "indicator",
        comparison.selection,
        "Indicateur principal",
        offered,
        format_func=_label,
        help=comparison.main.definition,
    )
    if len(comparison.years) > 1:
        years = [0, *reversed(comparison.years)]
        binding.bind(st.selectbox, "year", choices, "Année", years, format_func=lambda year: str(year or LATEST))


def _label(code: str) -> str:
    return catalog.INDICATOR[code].label


def _with(offered: list[str], kept: tuple[str, ...]) -> list[str]:
    return [*offered, *(code for code in kept if code not in offered)]


def beside(comparison: Comparison) -> None:
    """The other indicators, of the table and of the maps."""
    offered = [indicator.code for indicator in comparison.offered if indicator != comparison.main]
    choices = replace(comparison.choices, beside=tuple(indicator.code for indicator in comparison.beside))
    binding.bind(
        st.multiselect,
        "beside",
        choices,
        "Autres indicateurs",
        offered,
        format_func=_label,
        placeholder="Ajouter un indicateur",
    )


def alike(comparison: Comparison) -> None:
    """Why those alike are: distances and gaps, behind their title."""
    if comparison.alike is None:
        return
    with st.expander("Pourquoi ceux-là : distances et écarts", key="semblables", on_change="rerun") as box:
        if box.open:
            st.caption(text.markdown(comparison_selection.likeness_method(comparison)))
            frame = comparison_selection.likeness(ask, comparison)
            data_table(frame)
            _table_files(lambda: frame, f"semblables_{comparison.reference}")


# -- the views ------------------------------------------------------------------------------------------------------------


def table(comparison: Comparison) -> None:
    """The view « Tableau »."""
    beside(comparison)
    html, sentences = ask.keep(written, comparison)
    st.html(html)
    frame = partial(
        long_form.tidy, questions.edition().ask, comparison, [comparison.main, *comparison.beside], comparison.listed
    )
    _table_files(frame, f"comparaison_{comparison.main.code}")
    if sentences:
        with st.expander("À savoir pour lire ces chiffres", key="remarques"):
            st.html(legend.notes(sentences))


def written(ask: Ask, comparison: Comparison) -> tuple[str, list[str]]:
    """The table as HTML, and what is to be known to read it: the same for all who compare these."""
    columns, above = comparison_table.columns(ask, comparison), [name for *_, name in comparison_table.foot(comparison)]
    picked = {comparison.reference} if comparison.everyone else {comparison.reference, *comparison.choices.departements}
    sentences = [
        f"{column.indicator.label} : {remark}"
        for column in columns
        for remark in comparison_charts.remarks(
            comparison, column.indicator, column.rows[column.rows["code"].isin(comparison.listed)]
        )
    ]
    table = compared.table(columns, comparison.listed, comparison.names, above, picked, comparison.reference)
    return table, sentences


def distribution(comparison: Comparison) -> None:
    """The view « Distribution »."""
    draw(comparison_charts.distribution(ask, comparison))


def scatter(comparison: Comparison) -> None:
    """The view « Nuage »."""
    offered = [indicator.code for indicator in comparison.offered]
    binding.bind(
        st.selectbox,
        "across",
        comparison.choices,
        "En abscisse",
        _with(offered, (comparison.choices.across,)),
        format_func=_label,
    )
    known = replace(
        comparison.choices, spotted=tuple(code for code in comparison.choices.spotted if code in comparison.names)
    )
    binding.bind(
        st.multiselect,
        "spotted",
        known,
        "Repérer un département",
        list(comparison.names),
        format_func=comparison.names.get,
        placeholder="Son nom, ou son numéro",
        max_selections=12,
    )
    draw(comparison_charts.scatter(ask, comparison))


def maps(comparison: Comparison) -> None:
    """The view « Cartes »."""
    binding.bind(
        st.segmented_control,
        "maps",
        comparison.choices,
        "Cartes",
        list(MAPS),
        format_func=MAPS.get,
        required=True,
        label_visibility="collapsed",
    )
    if comparison.choices.maps == "indicateurs":
        beside(comparison)
    outlines, (panels, notes) = ask.keep(comparison_table.outlines), comparison_table.panels(ask, comparison)
    dark = _dark()
    drawn = [
        (panel.title, multiples.image(outlines, panel, comparison.marked, dark), multiples.key(panel))
        for panel in panels
    ]
    with share.place("cartes"):
        st.html(compared.small_maps(drawn))
        if notes:
            st.html(legend.notes(notes))
        title = comparison.main.label if comparison.choices.maps == "annees" else "Départements de France"
        subtitle = f"Une carte {MAPS[comparison.choices.maps].removeprefix('Une ')}"
        marked = {code: comparison.names[code] for code in comparison.marked}
        with st.container(horizontal=True):
            _table_files(
                partial(long_form.mapped, questions.edition().ask, comparison), f"cartes_{comparison.main.code}"
            )
            share.sheet(
                title,
                "cartes",
                lambda imprint: multiples.on_sheet(outlines, panels, title, subtitle, imprint, marked),
                name=f"maillage_cartes_{comparison.main.code}",
            )


def evolution(comparison: Comparison) -> None:
    """The view « Évolution »."""
    if len(comparison.years) > 2:
        years = [0, *comparison.years[:-1]]
        binding.bind(
            st.selectbox,
            "since",
            comparison.choices,
            "Depuis",
            years,
            format_func=lambda year: str(year or "La première année"),
        )
    draw(comparison_charts.evolution(ask, comparison))


def chance(comparison: Comparison) -> None:
    """The view « Intervalles »."""
    for drawing in filter(None, comparison_charts.by_chance(ask, comparison)):
        draw(drawing)


def years(comparison: Comparison) -> None:
    """The view « MSP et CPTS dans le temps »."""
    timeline.panel(comparison.reference)


PANELS = {
    "temps": years,
    "tableau": table,
    "distribution": distribution,
    "nuage": scatter,
    "cartes": maps,
    "evolution": evolution,
    "hasard": chance,
}


# -- what views share -------------------------------------------------------------------------------------------------------


def draw(drawing: ComparisonChart) -> None:
    """A chart under its title, its sentences, its files, and the table that says the same."""
    with share.place(drawing.name):
        st.html(compared.heading(drawing.title, drawing.subtitle))
        if drawing.figure is not None:
            with st.container(key=f"graphe_{drawing.name}"):
                figure = chart_frame.on_page(drawing.figure, _dark())
                figure.update_annotations(selector={"name": "source"}, visible=False)  # said below, where it folds
                st.plotly_chart(figure, theme=None, config=chart_frame.CONFIG, key=f"plot_{drawing.name}")
                if style := annotated_scatter.on_phones(figure):
                    st.html(style)
            st.html(compared.credit(drawing.credit))
        if drawing.notes:
            st.html(legend.notes(drawing.notes))
        with st.container(horizontal=True):
            if len(drawing.table):
                _table_files(lambda: drawing.table, drawing.name)
            if drawing.figure is not None:
                share.chart(drawing.figure, drawing.name)
    if len(drawing.table):
        with st.expander("Tableau des mêmes valeurs", key=f"valeurs_{drawing.name}", on_change="rerun") as box:
            if box.open:
                data_table(drawing.table)


def _table_files(make: Callable[[], pd.DataFrame], name: str) -> None:
    """A table as spreadsheets read it, made when it is asked for, where there is no session any more: it asks the edition
    itself. The build it comes from is in its last column."""
    stamp = ask(comparison_queries.stamp)
    take(lambda: make().assign(**{"Base Maillage": stamp}), f"maillage_{name}", name)


def _dark() -> bool:
    return st.context.theme.type == "dark"
