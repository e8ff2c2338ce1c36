"""Départements side by side: table, distribution, scatter, small maps, years, intervals and funnel where they exist."""

import streamlit as st

from maillage import settings
from maillage.address.comparison import VIEWS, Choices
from maillage.screen import controls, ui
from maillage.screen.panels import comparing
from maillage.subjects.comparison import selection as comparison_selection
from maillage.subjects.comparison import table as comparison_table
from maillage.views import compared, legend

selection = ui.frame("Comparer")
st.html(ui.VIEWS / "compare.css")
st.html(f"<script>{(ui.VIEWS / 'compare.js').read_text(encoding='utf-8')}</script>", unsafe_allow_javascript=True)
chosen = ui.choices(Choices)
threshold, mistaken = settings.secrecy()
shown = comparison_selection.compose(ui.ask, selection, chosen, threshold)

with st.sidebar:
    controls.place(selection)
    comparing.choose(shown)

st.html(legend.title(["France", "Comparer les départements"]))
if said := [*filter(None, [mistaken]), *shown.notes]:
    st.html(legend.notes(said))
if stands := comparison_table.headline(ui.ask, shown):
    st.html(compared.headline(stands))
comparing.alike(shown)
ui.choice(
    st.segmented_control, "view", shown.choices, "Vue", list(VIEWS), format_func=VIEWS.get, required=True,
    label_visibility="collapsed",
)  # fmt: skip
comparing.PANELS[shown.choices.view](shown)
