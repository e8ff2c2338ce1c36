"""Where figures come from and what they mean: sources, what is new, how lists were read, the dictionary. Other rooms: see rooms."""

import streamlit as st

from maillage.queries import news, provenance
from maillage.screen.frame import frame
from maillage.screen.panels import data_menu
from maillage.screen.questions import ask
from maillage.screen.tables import data_table, listing
from maillage.views import news as fresh
from maillage.views import provenance as told
from maillage.views import tables

selection = frame("Données")
build = ask(provenance.build)
data_menu.links(selection, "donnees")
st.html(told.build(build))
sources, changes, readings, dictionary = st.tabs(told.TABS, key="rubrique", on_change="rerun")

if sources.open:
    with sources:
        st.html(told.sources(ask(provenance.sources)))

if changes.open:
    with changes:
        found = ask(news.changes)
        st.html(fresh.summary(build, found))
        if len(found):
            data_table(fresh.by_departement(found))
        listing(fresh.table(found), "changements", "Sujet", "Changement", "Département", "Type")

if readings.open:
    with readings:
        rows = ask(news.rows)
        st.html(fresh.tally(rows))
        listing(fresh.readings(rows), "lecture", "Source", "Lecture", "Motif")

if dictionary.open:
    with dictionary:
        listing(tables.dictionary(ask(provenance.dictionary)), "dictionnaire", "Table")
