"""« D'où vient ce chiffre ? »: for any territory and any indicator, its meaning, formula, numbers, source and checksum."""

import streamlit as st

from maillage.queries import territories
from maillage.screen import controls, ui
from maillage.screen.panels import data_menu, tracing
from maillage.subjects.atlas import map as atlas_map
from maillage.views import legend, trace

selection = ui.frame(trace.TITLE)
data_menu.links(selection, "chiffre")
here = ui.ask(territories.territory, selection.level, selection.code)
st.html(legend.title([*atlas_map.way(ui.ask, here), trace.TITLE]))
tracing.shown(selection, selection.indicator)

with st.sidebar:
    controls.search()
    controls.place(selection)
    controls.coloured(selection)
    controls.statuses(selection)
