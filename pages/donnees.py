"""Where figures come from and what they mean: sources, what is new, how lists were read, the dictionary. Other rooms: see rooms."""

import streamlit as st

from maillage.queries import news, provenance
from maillage.screen import ui
from maillage.screen.panels import data_menu
from maillage.views import news as fresh
from maillage.views import provenance as told
from maillage.views import tables

selection = ui.frame("Données")
build = ui.ask(provenance.build)
data_menu.links(selection, "donnees")
st.html(told.build(build))
sources, changes, readings, dictionary = st.tabs(told.TABS, key="rubrique", on_change="rerun")

if sources.open:
    with sources:
        st.html(told.sources(ui.ask(provenance.sources)))

if changes.open:
    with changes:
        found = ui.ask(news.changes)
        st.html(fresh.summary(build, found))
        if len(found):
            ui.table(fresh.by_departement(found))
        ui.listing(fresh.table(found), "changements", "Sujet", "Changement", "Département", "Type")

if readings.open:
    with readings:
        rows = ui.ask(news.rows)
        st.html(fresh.tally(rows))
        ui.listing(fresh.readings(rows), "lecture", "Source", "Lecture", "Motif")

if dictionary.open:
    with dictionary:
        ui.listing(tables.dictionary(ui.ask(provenance.dictionary)), "dictionnaire", "Table")
