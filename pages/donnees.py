"""Where figures come from, what they mean, what is missing, what others published, and everything to take away."""

import streamlit as st

from maillage import ui
from maillage.exports import tables as files
from maillage.queries import provenance, sites
from maillage.views import provenance as told
from maillage.views import tables

ui.frame("Données")
edition, build = ui.edition(), ui.ask(provenance.build)
st.html(told.build(build))
sources, dictionary, gaps, claims, downloads = st.tabs(
    ["Sources", "Dictionnaire", "Ce qui manque", "Déclaré et calculé", "Téléchargements"],
    key="rubrique",
    on_change="rerun",
)

if sources.open:
    with sources:
        st.html(told.sources(ui.ask(provenance.sources)))

if dictionary.open:
    with dictionary:
        columns = ui.ask(provenance.dictionary)
        chosen = st.selectbox(
            "Table", list(dict.fromkeys(columns["table_name"])), index=None, placeholder="Toutes les tables"
        )
        ui.table(tables.dictionary(columns, chosen), height=520)

if gaps.open:
    with gaps:
        st.html(told.gaps(ui.ask(provenance.gaps)))
        st.subheader("Chiffres publiés manquants à la source")
        ui.table(tables.missing_figures(ui.ask(provenance.missing_figures)))
        st.subheader("Structures connues seulement au département")
        ui.table(tables.unplaced(ui.ask(sites.unplaced)))

if claims.open:
    with claims:
        st.caption(
            "Ce que des acteurs ont publié, à côté de ce que les données donnent ici. Un écart n'est pas une erreur : dates, "
            "périmètres et recensements diffèrent. « – » : les données ne permettent pas de le calculer."
        )
        ui.table(tables.claims(ui.ask(provenance.claims)), height=560)

if downloads.open:
    with downloads:
        st.download_button(
            "Toute la base (DuckDB)", edition.read_bytes, f"maillage_{build['version']}.duckdb",
            "application/octet-stream", icon=":material/download:", on_click="ignore",
        )  # fmt: skip
        st.caption("CSV : UTF-8 avec BOM, point-virgule, virgule décimale. Parquet : types et contours d'origine.")
        for table in ui.ask(provenance.tables).itertuples():
            ui.table_row(
                table,
                lambda name=table.name: files.csv(edition.cursor(), name),
                lambda name=table.name: files.parquet(edition.cursor(), name),
            )
