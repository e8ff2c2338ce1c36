"""Where figures come from and what they mean: sources, what is new, how lists were read, the dictionary. Other rooms: see rooms."""

import streamlit as st

from maillage.queries import news, provenance
from maillage.screen.frame import frame
from maillage.screen.panels import data_menu, list_reading
from maillage.screen.questions import ask
from maillage.screen.tables import data_table, listing
from maillage.views import news as fresh
from maillage.views import provenance as page_views
from maillage.views import tables

selection = frame("Données")
build = ask(provenance.build)
data_menu.links(selection, "donnees")
st.html(page_views.build(build))
sources, changes, readings, dictionary = st.tabs(page_views.TABS, key="rubrique", on_change="rerun")

if sources.open:
    with sources:
        st.html(page_views.sources(ask(provenance.sources)))

if changes.open:
    with changes:
        differences = ask(news.changes)
        st.html(fresh.summary(build, differences))
        if len(differences):
            data_table(fresh.by_departement(differences))
        listing(fresh.table(differences), "changements", "Sujet", "Changement", "Département", "Type")

if readings.open:
    with readings:
        list_reading.draw()

if dictionary.open:
    with dictionary:
        listing(tables.dictionary(ask(provenance.dictionary)), "dictionnaire", "Table")
