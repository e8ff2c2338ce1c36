"""Every CPTS in a list; one CPTS: its perimeter, its life, what it declares beside what is computed, its figures and structures."""

import streamlit as st

from maillage.address.cpts import Choices
from maillage.screen import ui
from maillage.screen.panels import cpts
from maillage.subjects.territory import map as territory_map
from maillage.subjects.territory import territory
from maillage.views import commune_roles, legend, territory_html

selection = ui.frame("CPTS")

if not selection.cpts:
    st.html('<p class="crumbs">Communautés professionnelles territoriales de santé</p><h1 class="place">CPTS</h1>')
    chosen = ui.choices(Choices)
    cpts.listing(selection, chosen)
    cpts.filters(selection, chosen)
    st.stop()

told = territory.of_cpts(ui.ask, selection.cpts)
st.html(territory_html.title(told, "Communauté professionnelle territoriale de santé"))
cpts.ways(selection, told)
left, right = st.columns([1.7, 1], gap="medium")
with left:
    view = territory_map.view(ui.ask, selection, told, ui.contours(), selection.cpts)
    ui.atlas(view, clicked=cpts.open_at, key="fiche")
    st.html(commune_roles.legend(view, compared=False))
    st.html(legend.notes(territory_html.notes(told)))
with right:
    st.html(territory_html.headline(told) + territory_html.places(told))
    st.html(territory_html.card(told))
    st.html(territory_html.lifeline(told))
figures, structures, communes = st.tabs(
    ["Chiffres et comparaisons", "Structures", "Communes"], key="rubrique", on_change="rerun"
)
if figures.open:
    figures.html(territory_html.shape(told) + territory_html.figures(told))
    figures.html(territory_html.origins(told))
if structures.open:
    structures.html(territory_html.structures(told) + territory_html.nearest(told))
if communes.open:
    with communes:
        if told.codes:
            ui.table(territory_html.communes(told))
        else:
            st.html(
                legend.notes(
                    [
                        "Aucune commune membre n'est nommée par les sources : la liste reste vide, elle n'est pas devinée."
                    ]
                )
            )
st.html(territory_html.built(told))
