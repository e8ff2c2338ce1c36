"""Who is in no CPTS, who is far from what, where need and access part, and where the next structure would serve most."""

import pandas as pd
import streamlit as st

from maillage import controls, scene, ui
from maillage.gaps.choices import TABS, Choices
from maillage.gaps.ground import ground
from maillage.panels import access, need, parts, whatif, white
from maillage.queries import access as asked
from maillage.views import gaps, legend, reading

selection = ui.frame("Écarts")
chosen = ui.choices(Choices)
here = ground(ui.ask, selection)
st.html(legend.title(scene.trail(ui.ask, here)))
if here.selection.level != selection.level:
    st.html(legend.notes(["Un écart se lit sur un ensemble de communes : le département de la commune est affiché."]))

for tab in parts.tabs(TABS, "tab", chosen):
    if tab == "blanches":
        white.panel(here, chosen)
    elif tab == "acces":
        access.panel(here, chosen)
    elif tab == "besoin":
        need.panel(here, chosen)
    elif tab == "et_si":
        whatif.panel(here, chosen)
    elif tab == "methodes":
        st.markdown(reading.methods())
        st.subheader("Erreur publiée de l'estimation des temps", anchor=False)
        ui.table(pd.DataFrame(gaps.travel_errors()))
        st.caption(reading.travel(ui.ask(asked.methods)))

# Last, though they stand first: the browser begins the map while the controls are on their way.
with st.sidebar:
    controls.search()
    controls.place(selection)
    controls.statuses(selection)
    controls.background(selection)
