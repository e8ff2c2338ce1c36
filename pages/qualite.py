"""What deserves doubt: what is missing, where sources contradict each other, approximate positions, old states, claims."""

import streamlit as st

from maillage.queries import provenance, quality
from maillage.screen.frame import frame
from maillage.screen.panels import data_menu
from maillage.screen.questions import ask
from maillage.screen.tables import data_table, listing
from maillage.views import provenance as page_views
from maillage.views import quality as doubts
from maillage.views import tables

selection = frame("Qualité des données")
data_menu.links(selection, "qualite")
st.html(page_views.head("Qualité", "Ce qui manque, ce qui est approché, ce que deux sources disent autrement."))
gaps, contradictions, sites, claims = st.tabs(doubts.TABS, key="qualite", on_change="rerun")

if gaps.open:
    with gaps:
        st.html(page_views.gaps(ask(provenance.gaps)))
        st.subheader("Chiffres publiés manquants à la source")
        data_table(tables.missing_figures(ask(provenance.missing_figures)))

if contradictions.open:
    with contradictions:
        st.html(page_views.lead(doubts.CONTRADICTIONS))
        listing(doubts.contradictions(ask(quality.contradictions)), "contradictions", "Sujet")

if sites.open:
    with sites:
        st.html(page_views.lead(doubts.DOUBTS))
        listing(doubts.doubtful_sites(ask(quality.doubtful_sites)), "doutes", "Doute", "Département", "Type")
        st.subheader("Lignes refusées ou douteuses à la lecture des sources")
        ambiguous = doubts.ambiguous_rows(ask(quality.ambiguous_rows))
        if ambiguous.empty:
            st.caption("Aucune dans cette construction.")
        listing(ambiguous, "lectures_douteuses", "Source", "Motif")

if claims.open:
    with claims:
        st.html(page_views.lead(page_views.CLAIMS))
        data_table(tables.claims(ask(provenance.claims)), height=560)
