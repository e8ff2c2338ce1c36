"""What deserves doubt: what is missing, where sources contradict each other, approximate positions, old states, claims."""

import streamlit as st

from maillage.queries import provenance, quality
from maillage.screen import ui
from maillage.screen.panels import data_menu
from maillage.views import provenance as told
from maillage.views import quality as doubts
from maillage.views import tables

selection = ui.frame("Qualité des données")
data_menu.links(selection, "qualite")
st.html(told.head("Qualité", "Ce qui manque, ce qui est approché, ce que deux sources disent autrement."))
gaps, contradictions, sites, claims = st.tabs(doubts.TABS, key="qualite", on_change="rerun")

if gaps.open:
    with gaps:
        st.html(told.gaps(ui.ask(provenance.gaps)))
        st.subheader("Chiffres publiés manquants à la source")
        ui.table(tables.missing_figures(ui.ask(provenance.missing_figures)))

if contradictions.open:
    with contradictions:
        st.html(told.lead(doubts.CONTRADICTIONS))
        ui.listing(doubts.contradictions(ui.ask(quality.contradictions)), "contradictions", "Sujet")

if sites.open:
    with sites:
        st.html(told.lead(doubts.DOUBTS))
        ui.listing(doubts.doubtful_sites(ui.ask(quality.doubtful_sites)), "doutes", "Doute", "Département", "Type")
        st.subheader("Lignes refusées ou douteuses à la lecture des sources")
        read = doubts.ambiguous_rows(ui.ask(quality.ambiguous_rows))
        if read.empty:
            st.caption("Aucune dans cette construction.")
        ui.listing(read, "lectures_douteuses", "Source", "Motif")

if claims.open:
    with claims:
        st.html(told.lead(told.CLAIMS))
        ui.table(tables.claims(ui.ask(provenance.claims)), height=560)
