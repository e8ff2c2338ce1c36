"""The panels of « Comparer »: who and what is compared, then one view of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pandas as pd
import streamlit as st

from maillage import catalog
from maillage.address.comparison import GROUPS, MAPS, Choices
from maillage.address.selection import Selection
from maillage.exports import figures as files
from maillage.language import text
from maillage.queries import comparison as comparison_queries
from maillage.screen import binding, questions
from maillage.screen.panels import comparison_charts, share, timeline
from maillage.screen.panels.comparison_charts import Drawing
from maillage.screen.questions import ask
from maillage.screen.tables import data_table, take
from maillage.subjects.comparison import long_form
from maillage.subjects.comparison import selection as comparison_selection
from maillage.subjects.comparison import table as comparison_table
from maillage.subjects.comparison.selection import Comparison
from maillage.views import chart_frame, compared, legend, multiples

LATEST = "La plus récente"


FIRST = {"indicateur": "mortalite_prematuree_0_64", "croise": "apl_mg"}


def first_scatter(selection: Selection, chosen: Choices) -> tuple[Selection, Choices]:
    """A scatter asked for without its figures opens on premature mortality beside access, and the address says so."""
    if chosen.view != "nuage" or FIRST.keys() & st.query_params.keys():
        return selection, chosen
    selection = replace(selection, indicator=FIRST["indicateur"])
    chosen = replace(chosen, across=FIRST["croise"])
    binding.write(selection)
    binding.write(chosen)
    return selection, chosen


def choose(shown: Comparison) -> None:
    """Who is compared, by what, which year: in the sidebar, under the territory."""
    held, offered = shown.choices, [indicator.code for indicator in shown.offered]
    binding.bind(st.selectbox, "group", held, "Comparer avec", list(GROUPS), format_func=GROUPS.get)
    if held.group == "choisis":
        binding.bind(
            st.multiselect, "departements", held, "Ma liste", list(shown.names), format_func=shown.names.get,
            placeholder="Ajouter un département",
        )  # fmt: skip
    if held.group == "semblables":
        binding.bind(
            st.multiselect, "alike", held, "Ressemblance mesurée par", _with(offered, held.alike), format_func=_label,
            placeholder="Ajouter une variable",
        )  # fmt: skip
        binding.bind(st.slider, "count", held, "Combien", 2, 20)
    binding.bind(
        st.selectbox, "indicator", shown.selection, "Indicateur principal", offered, format_func=_label,
        help=shown.main.definition,
    )  # fmt: skip
    if len(shown.years) > 1:
        years = [0, *reversed(shown.years)]
        binding.bind(st.selectbox, "year", held, "Année", years, format_func=lambda year: str(year or LATEST))


def _label(code: str) -> str:
    return catalog.INDICATOR[code].label


def _with(offered: list[str], held: tuple[str, ...]) -> list[str]:
    return [*offered, *(code for code in held if code not in offered)]


def beside(shown: Comparison) -> None:
    """The other indicators, of the table and of the maps."""
    offered = [indicator.code for indicator in shown.offered if indicator != shown.main]
    held = replace(shown.choices, beside=tuple(indicator.code for indicator in shown.beside))
    binding.bind(
        st.multiselect, "beside", held, "Autres indicateurs", offered,
        format_func=_label, placeholder="Ajouter un indicateur",
    )  # fmt: skip


def alike(shown: Comparison) -> None:
    """Why those alike are: distances and gaps, behind their title."""
    if shown.alike is None:
        return
    with st.expander("Pourquoi ceux-là : distances et écarts", key="semblables", on_change="rerun") as box:
        if box.open:
            st.caption(text.markdown(comparison_selection.likeness_method(shown)))
            frame = comparison_selection.likeness(ask, shown)
            data_table(frame)
            _table_files(lambda: frame, f"semblables_{shown.reference}")


# -- the views ------------------------------------------------------------------------------------------------------------


def table(shown: Comparison) -> None:
    beside(shown)
    columns, above = comparison_table.columns(ask, shown), [name for *_, name in comparison_table.foot(shown)]
    picked = {shown.reference} if shown.everyone else {shown.reference, *shown.choices.departements}
    st.html(compared.table(columns, shown.listed, shown.names, above, picked, shown.reference))
    said = [
        f"{column.indicator.label} : {remark}"
        for column in columns
        for remark in comparison_charts.remarks(
            shown, column.indicator, column.rows[column.rows["code"].isin(shown.listed)]
        )
    ]
    frame = partial(long_form.tidy, questions.edition().ask, shown, [shown.main, *shown.beside], shown.listed)
    _table_files(frame, f"comparaison_{shown.main.code}")
    if said:
        with st.expander("À savoir pour lire ces chiffres", key="remarques"):
            st.html(legend.notes(said))


def distribution(shown: Comparison) -> None:
    draw(comparison_charts.distribution(ask, shown))


def scatter(shown: Comparison) -> None:
    offered = [indicator.code for indicator in shown.offered]
    binding.bind(
        st.selectbox,
        "across",
        shown.choices,
        "En abscisse",
        _with(offered, (shown.choices.across,)),
        format_func=_label,
    )
    known = replace(shown.choices, spotted=tuple(code for code in shown.choices.spotted if code in shown.names))
    binding.bind(
        st.multiselect, "spotted", known, "Repérer un département", list(shown.names), format_func=shown.names.get,
        placeholder="Son nom, ou son numéro", max_selections=12,
    )  # fmt: skip
    draw(comparison_charts.scatter(ask, shown))


def maps(shown: Comparison) -> None:
    binding.bind(
        st.segmented_control, "maps", shown.choices, "Cartes", list(MAPS), format_func=MAPS.get, required=True,
        label_visibility="collapsed",
    )  # fmt: skip
    if shown.choices.maps == "indicateurs":
        beside(shown)
    outlines, (panels, notes) = ask.keep(comparison_table.outlines), comparison_table.panels(ask, shown)
    dark = _dark()
    drawn = [
        (panel.title, multiples.image(outlines, panel, shown.marked, dark), multiples.key(panel)) for panel in panels
    ]
    st.html(compared.small_maps(drawn))
    if notes:
        st.html(legend.notes(notes))
    title = shown.main.label if shown.choices.maps == "annees" else "Départements de France"
    sheet = partial(multiples.sheet, outlines, panels, title, shown.marked)
    name = f"maillage_cartes_{shown.main.code}"
    with st.container(horizontal=True):
        st.download_button(
            "Image PNG", lambda: files.png(sheet()), f"{name}.png", "image/png", key="png_cartes", on_click="ignore"
        )
        st.download_button(
            "Image SVG", lambda: sheet().encode(), f"{name}.svg", "image/svg+xml", key="svg_cartes", on_click="ignore"
        )
        _table_files(partial(long_form.mapped, questions.edition().ask, shown), f"cartes_{shown.main.code}")


def evolution(shown: Comparison) -> None:
    if len(shown.years) > 2:
        years = [0, *shown.years[:-1]]
        binding.bind(
            st.selectbox,
            "since",
            shown.choices,
            "Depuis",
            years,
            format_func=lambda year: str(year or "La première année"),
        )
    draw(comparison_charts.evolution(ask, shown))


def chance(shown: Comparison) -> None:
    for drawing in filter(None, comparison_charts.by_chance(ask, shown)):
        draw(drawing)


def years(shown: Comparison) -> None:
    timeline.panel(shown.reference)


PANELS = {
    "temps": years,
    "tableau": table, "distribution": distribution, "nuage": scatter, "cartes": maps, "evolution": evolution, "hasard": chance,
}  # fmt: skip


# -- what views share -------------------------------------------------------------------------------------------------------


def draw(drawing: Drawing) -> None:
    """A chart under its title, its sentences, its files, and the table that says the same."""
    st.html(compared.heading(drawing.title, drawing.subtitle))
    if drawing.figure is not None:
        with st.container(key=f"graphe_{drawing.name}"):
            figure = chart_frame.on_page(drawing.figure, _dark())
            figure.update_annotations(selector={"name": "source"}, visible=False)  # said below, where it folds
            st.plotly_chart(figure, theme=None, config=chart_frame.CONFIG, key=f"plot_{drawing.name}")
        st.html(compared.credit(drawing.credit))
    if drawing.notes:
        st.html(legend.notes(drawing.notes))
    with st.container(horizontal=True):
        if drawing.figure is not None:
            st.html(files.buttons(drawing.figure, drawing.name), width="content")
        if len(drawing.table):
            _table_files(lambda: drawing.table, drawing.name)
        share.button(drawing.title, drawing.name)
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
