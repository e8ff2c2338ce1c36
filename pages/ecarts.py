"""Who is in no CPTS, who is far from what, where need and access part, and where the next structure would serve most."""

import pandas as pd
import streamlit as st

from maillage.address.gaps import TABS, GapsChoices
from maillage.queries import access as asked
from maillage.screen import binding, controls
from maillage.screen.frame import frame
from maillage.screen.panels import access, need, shared, whatif, white
from maillage.screen.questions import ask
from maillage.screen.tables import data_table
from maillage.subjects.atlas import map as atlas_map
from maillage.subjects.gaps.territory import ground
from maillage.views import gaps, help_texts, legend

selection = frame("Écarts")
chosen = binding.read(GapsChoices)
here = ask.keep(ground, selection)
st.html(legend.title(atlas_map.trail(ask, here)))
if here.selection.level != selection.level:
    st.html(legend.notes(["Un écart se lit sur un ensemble de communes : le département de la commune est affiché."]))

for tab in shared.tabs(TABS, "tab", chosen):
    if tab == "blanches":
        white.panel(here, chosen)
    elif tab == "acces":
        access.panel(here, chosen)
    elif tab == "besoin":
        need.panel(here, chosen)
    elif tab == "et_si":
        whatif.panel(here, chosen)
    elif tab == "methodes":
        st.markdown(help_texts.methods())
        st.subheader("Erreur publiée de l'estimation des temps", anchor=False)
        data_table(pd.DataFrame(gaps.travel_errors()))
        st.caption(help_texts.travel(ask(asked.methods)))

# Last, though they stand first: the browser begins the map while the controls are on their way.
with st.sidebar:
    controls.find()
    controls.place(selection)
    controls.statuses(selection)
    controls.background(selection)
