"""A list of one's own: dropped, each row understood or refused, seen on the map, kept for the visit or taken away clean."""

import streamlit as st

from maillage.screen.frame import frame
from maillage.screen.panels import data_menu, importing
from maillage.subjects import visitor_list
from maillage.views import visitor_list as page_views

selection = frame(page_views.TITLE)
data_menu.links(selection, "importer")
st.html(page_views.head(deposits=visitor_list.folder() is not None))
brought = importing.bring()

if brought is None:
    st.info(page_views.NOTHING, icon=":material/info:")
    st.download_button(
        "Modèle vide (CSV)", page_views.MODEL, "structures.csv", "text/csv", icon=":material/table:", on_click="ignore"
    )
    st.stop()

st.html(page_views.tally(brought))
importing.keeping(brought)
left, right = st.columns([1, 1.4], gap="medium")
with left:
    importing.placed(brought)
with right:
    importing.listed(brought)
