"""Départements side by side: table, distribution, scatter, small maps, years, intervals and funnel where they exist."""

import streamlit as st

from maillage import settings
from maillage.address import comparison as comparison_address
from maillage.screen import binding, controls
from maillage.screen.binding import bind
from maillage.screen.frame import frame
from maillage.screen.panels import comparing
from maillage.screen.questions import ask
from maillage.subjects.comparison import selection as comparison_selection
from maillage.subjects.comparison import table as comparison_table
from maillage.views import compared, html, legend

selection = frame("Comparer")
st.html(html.script("compare.js"), unsafe_allow_javascript=True)
selection, chosen = comparing.first_scatter(selection, binding.read(comparison_address.ComparisonChoices))
threshold, mistaken = settings.secrecy()
comparison = ask.keep(comparison_selection.compose, selection, chosen, threshold)

with st.sidebar:
    controls.place(selection)
    comparing.choose(comparison)

st.html(legend.title(["France", "Comparer les départements"]))
if sentences := [*filter(None, [mistaken]), *comparison.notes]:
    st.html(legend.notes(sentences))
if stands := ask.keep(comparison_table.headline, comparison):
    st.html(compared.headline(stands))
comparing.alike(comparison)
bind(
    st.segmented_control,
    "view",
    comparison.choices,
    "Vue",
    list(comparison.views),
    format_func=comparison_address.VIEWS.get,
    required=True,
    label_visibility="collapsed",
)
comparing.PANELS[comparison.choices.view](comparison)
