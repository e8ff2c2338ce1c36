"""Where figures come from, what they mean, what is missing, what others published, and everything to take away."""

from functools import partial

import streamlit as st

from maillage import ui
from maillage.exports import tables as files
from maillage.queries import news, provenance, sites
from maillage.views import news as fresh
from maillage.views import provenance as told
from maillage.views import tables

ui.frame("Données")
edition, build = ui.edition(), ui.ask(provenance.build)
st.html(told.build(build))
sources, changes, readings, dictionary, gaps, claims, downloads = st.tabs(told.TABS, key="rubrique", on_change="rerun")

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

if gaps.open:
    with gaps:
        st.html(told.gaps(ui.ask(provenance.gaps)))
        st.subheader("Chiffres publiés manquants à la source")
        ui.table(tables.missing_figures(ui.ask(provenance.missing_figures)))
        st.subheader("Structures connues seulement au département")
        ui.table(tables.unplaced(ui.ask(sites.unplaced)))

if claims.open:
    with claims:
        st.caption(told.CLAIMS)
        ui.table(tables.claims(ui.ask(provenance.claims)), height=560)

if downloads.open:
    with downloads:
        name = f"maillage_{build['version']}.duckdb"
        st.download_button("Toute la base", edition.read_bytes, name, icon=":material/download:", on_click="ignore")
        st.caption("Base : DuckDB. CSV : UTF-8 avec BOM, point-virgule, virgule décimale. Parquet : types d'origine.")
        for table in ui.ask(provenance.tables).itertuples():
            ui.table_row(table, *(partial(edition.answer, make, table.name) for make in (files.csv, files.parquet)))
