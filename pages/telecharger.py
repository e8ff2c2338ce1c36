"""Everything to take away, and how to cite it."""

from functools import partial

import streamlit as st

from maillage.exports import geo
from maillage.queries import downloads, provenance
from maillage.screen.frame import frame
from maillage.screen.panels import data_menu
from maillage.screen.questions import ask, edition
from maillage.screen.tables import table_row
from maillage.views import citation
from maillage.views import provenance as page_views

selection = frame("Télécharger et citer")
reading, build, sources = edition(), ask(provenance.build), ask(provenance.sources)
data_menu.links(selection, "telecharger")
st.html(page_views.head("Télécharger et citer", page_views.FORMATS))

with st.container(horizontal=True):
    for label, make, kind, icon in (
        ("Toute la base (DuckDB)", reading.read_bytes, "duckdb", ":material/database:"),
        ("Territoires, sites, CPTS (GeoPackage)", partial(geo.whole, reading.answer), "gpkg", ":material/layers:"),
    ):
        name = f"maillage_{build['version']}.{kind}"
        st.download_button(label, make, name, key=kind, icon=icon, on_click="ignore")

tables, cite = st.columns([1.7, 1], gap="large")
with tables:
    st.subheader("Table par table", anchor=False)
    for table in ask(provenance.tables).itertuples():
        table_row(table, *(partial(reading.answer, make, table.name) for make in (downloads.csv, downloads.parquet)))
with cite:
    st.subheader("Citer", anchor=False)
    st.html(
        page_views.lead(
            "Cette construction, sa date, ses sources et leurs licences. L'icône de chaque cadre copie son texte."
        )
    )
    st.code(citation.sentence(build, sources), language=None, wrap_lines=True, height=420)
    st.code(citation.bibtex(build, sources), language="bibtex", height=420)
