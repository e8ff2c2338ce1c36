"""« D'où vient ce chiffre ? »: the drawer beside the map, and the page."""

from __future__ import annotations

import streamlit as st

from maillage import catalog
from maillage.address.selection import Selection
from maillage.queries import traces
from maillage.screen.questions import ask
from maillage.subjects.provenance import figure_trace
from maillage.views import legend
from maillage.views import trace as trace_view


def drawer(selection: Selection) -> None:
    """Folded away under a profile; nothing is asked until it is opened."""
    with st.expander(trace_view.TITLE, key="tracer", icon=":material/account_tree:", on_change="rerun") as box:
        if box.open:
            panel(selection, selection.indicator, compact=True)


def panel(selection: Selection, wanted: str, compact: bool = False) -> None:
    """Choose one of the territory's figures, then a year; read where it comes from."""
    figures = ask(traces.figures, selection.level, selection.code)
    offered = [indicator.code for indicator in catalog.INDICATORS if indicator.code in figures]
    if not offered:
        st.html(legend.notes([trace_view.NONE]))
        return
    key = f"trace_{selection.level}_{selection.code}"
    places = st.columns([3, 1]) if not compact else (st.container(), st.container())
    name = places[0].selectbox(
        "Chiffre",
        offered,
        offered.index(wanted) if wanted in offered else 0,
        key=f"{key}_{wanted}",
        format_func=lambda code: catalog.INDICATOR[code].label,
    )
    years = list(figures[name])
    year = years[0]
    if len(years) > 1:
        year = places[1].selectbox("Année", years, key=f"{key}_{name}_annee")
    trace = figure_trace.trace(ask, name, selection.level, selection.code, year, selection.statuses)
    st.html(trace_view.trace(trace) if trace else legend.notes([trace_view.NONE]))
