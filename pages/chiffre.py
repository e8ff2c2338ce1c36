"""« D'où vient ce chiffre ? »: for any territory and any indicator, its meaning, formula, numbers, source and checksum."""

import streamlit as st

from maillage.queries import territories
from maillage.screen import controls
from maillage.screen.frame import frame
from maillage.screen.panels import data_menu, tracing
from maillage.screen.questions import ask
from maillage.subjects.atlas import map as atlas_map
from maillage.views import legend, trace

selection = frame(trace.TITLE)
data_menu.links(selection, "chiffre")
here = ask(territories.territory, selection.level, selection.code)
st.html(legend.title([*atlas_map.way(ask, here), trace.TITLE]))
tracing.panel(selection, selection.indicator)

with st.sidebar:
    controls.find()
    controls.place(selection)
    controls.coloured(selection)
    controls.statuses(selection)
