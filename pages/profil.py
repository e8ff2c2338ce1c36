"""The profile of a territory or a CPTS: five findings in words, then every indicator on a line among its peers."""

import streamlit as st

from maillage.language import text
from maillage.queries import territories
from maillage.screen import controls
from maillage.screen.frame import frame
from maillage.screen.panels import essentials
from maillage.screen.questions import ask
from maillage.subjects.atlas import map as atlas_map
from maillage.views import legend
from maillage.views.essentials import TITLE

selection = frame(TITLE)
subject = essentials.subject(selection)
here = ask(territories.territory, selection.level, selection.code)
st.html(legend.title([*atlas_map.way(ask, here), subject.name] if selection.cpts else atlas_map.way(ask, here)))
st.caption(text.markdown(f"{subject.lead} · {subject.dated}"))
essentials.findings(selection, subject)
essentials.lines(subject)

with st.sidebar:
    controls.find()
    controls.place(selection)
