"""« D'où vient ce chiffre ? »: for any territory and any indicator, its meaning, formula, numbers, source and checksum."""

import streamlit as st

from maillage import controls, scene, ui
from maillage.panels import rooms, tracing
from maillage.queries import territories
from maillage.views import legend, trace

selection = ui.frame(trace.TITLE)
rooms.links(selection, "chiffre")
here = ui.ask(territories.territory, selection.level, selection.code)
st.html(legend.title([*scene.way(ui.ask, here), trace.TITLE]))
tracing.shown(selection, selection.indicator)

with st.sidebar:
    controls.search()
    controls.place(selection)
    controls.coloured(selection)
    controls.statuses(selection)
