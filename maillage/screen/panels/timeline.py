"""« Dans le temps »: the map of the years, the curves, the signatures, and the table that says the same."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from maillage.screen.panels import share
from maillage.screen.questions import ask
from maillage.screen.tables import data_table, take
from maillage.subjects import timeline
from maillage.subjects.comparison.table import outlines
from maillage.views import html
from maillage.views import timeline as drawn


def panel(own: str | None) -> None:
    """MSP and CPTS year after year: a map that plays, small curves, signatures."""
    played, signed = ask.keep(timeline.played), ask.keep(timeline.signatures)
    dark = st.context.theme.type == "dark"
    shapes, grounds = ask.keep(outlines), timeline.grounds(signed)
    st.html(drawn.section(played, shapes, timeline.sentence, signed, grounds, own, dark))
    st.html(html.script("timeline.js"), unsafe_allow_javascript=True)
    rows = pd.DataFrame(
        [
            {"Département": f"{one.name} ({one.code})"}
            | {str(year): value for year, value in one.points}
            | ({"Registre": one.registered.count, "Date du registre": one.registered.as_of} if one.registered else {})
            for one in played.series
        ]
    )
    with st.expander("Tableau des mêmes valeurs", key="valeurs_temps", on_change="rerun") as box:
        if box.open:
            data_table(rows)
    take(lambda: rows, "maillage_msp_annees", "temps")
    with st.container(horizontal=True):
        for title, key, make in (
            ("La carte des maisons de santé", "temps_carte", partial(drawn.map_on_sheet, played, shapes)),
            (
                "Les courbes des départements",
                "temps_courbes",
                partial(drawn.curves_on_sheet, played, timeline.sentence),
            ),
            ("Les signatures de CPTS", "temps_cpts", partial(drawn.bars_on_sheet, signed, grounds)),
        ):
            with st.container(width="content"):
                st.caption(title)
                share.sheet(title, key, make)
