"""Every CPTS in a list; one CPTS: its perimeter, its life, what it declares beside what is computed, its figures and structures."""

import streamlit as st

from maillage.address.cpts import CptsChoices
from maillage.screen import atlas, binding
from maillage.screen.frame import frame
from maillage.screen.panels import cpts, share, sheet
from maillage.screen.questions import ask
from maillage.subjects.territory import map as territory_map
from maillage.subjects.territory import territory, wording
from maillage.views import commune_roles, legend, territory_html

selection = frame("CPTS")

if not selection.cpts:
    st.html(legend.title(("Communautés professionnelles territoriales de santé", "CPTS")))
    chosen = binding.read(CptsChoices)
    cpts.listing(selection, chosen)
    cpts.filters(selection, chosen)
    st.stop()

dossier = territory.of_cpts(ask, selection.cpts)
st.html(territory_html.title(dossier.name, "Communauté professionnelle territoriale de santé"))
cpts.ways(selection, dossier)
left, right = st.columns([1.7, 1], gap="medium")
with left:
    view = territory_map.view(ask, selection, dossier, atlas.contours(), selection.cpts)
    with share.place("carte_cpts"):
        atlas.draw(view, clicked=cpts.open_at, key="fiche")
        st.html(commune_roles.legend(view, compared=False))
        sheet.shared_map(dossier, view, "carte_cpts")
    st.html(legend.notes(dossier.notes))
with right:
    sheet.headline(dossier)
    st.html(territory_html.card(wording.card(dossier)))
    st.html(territory_html.lifeline(wording.life(dossier)))
    sheet.claims(dossier)
figures, structures, communes = st.tabs(
    ["Chiffres et comparaisons", "Structures", "Communes"], key="rubrique", on_change="rerun"
)
if figures.open:
    with figures:
        sheet.shape(dossier)
        sheet.figures(dossier)
if structures.open:
    with structures:
        sheet.structures(dossier)
        sheet.nearest(dossier)
if communes.open:
    with communes:
        cpts.members(dossier)
sheet.built(dossier)
