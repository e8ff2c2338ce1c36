"""Every CPTS in a list; one CPTS: its perimeter, its life, what it declares beside what is computed, its figures and structures."""

import streamlit as st

from maillage import canvas, dossier, registry, ui
from maillage.panels import cpts
from maillage.views import legend, sheet, standing

selection = ui.frame("CPTS")

if not selection.cpts:
    st.html('<p class="crumbs">Communautés professionnelles territoriales de santé</p><h1 class="place">CPTS</h1>')
    chosen = ui.choices(registry.Choices)
    cpts.listing(selection, chosen)
    cpts.filters(selection, chosen)
    st.stop()

told = dossier.of_cpts(ui.ask, selection.cpts)
st.html(sheet.title(told, "Communauté professionnelle territoriale de santé"))
cpts.ways(selection, told)
left, right = st.columns([1.7, 1], gap="medium")
with left:
    view = canvas.view(ui.ask, selection, told, ui.contours(), selection.cpts)
    ui.atlas(view, clicked=cpts.open_at, key="fiche")
    st.html(standing.legend(view, compared=False))
    st.html(legend.notes(sheet.notes(told)))
with right:
    st.html(sheet.headline(told) + sheet.places(told))
    st.html(sheet.card(told))
    st.html(sheet.lifeline(told))
figures, structures, communes = st.tabs(
    ["Chiffres et comparaisons", "Structures", "Communes"], key="rubrique", on_change="rerun"
)
if figures.open:
    figures.html(sheet.shape(told) + sheet.figures(told))
    figures.html(sheet.origins(told))
if structures.open:
    structures.html(sheet.structures(told) + sheet.nearest(told))
if communes.open:
    with communes:
        if told.codes:
            ui.table(sheet.communes(told))
        else:
            st.html(
                legend.notes(
                    [
                        "Aucune commune membre n'est nommée par les sources : la liste reste vide, elle n'est pas devinée."
                    ]
                )
            )
st.html(sheet.built(told))
