"""A territory made of communes: by clicks, by a list, from what exists; what it is worth at each change; a link and files."""

import streamlit as st

from maillage import canvas, dossier, draft, ui
from maillage.panels import composer
from maillage.views import legend, sheet, standing, versions

selection = ui.frame("Composer")
chosen = ui.choices(draft.Choices)
told = dossier.dossier(ui.ask, chosen.codes, name=chosen.name, statuses=selection.statuses)
view = canvas.view(ui.ask, selection, told, ui.contours(), composer.epoch(), chosen.other)

st.html(sheet.title(told, "Composer un territoire"))
composer.said()
composer.bar(chosen)
left, right = st.columns([1.7, 1], gap="medium")
with left:
    ui.atlas(view, clicked=composer.toggle, key="composer")
    st.html(standing.legend(view, bool(chosen.other)))
    if sentences := sheet.notes(told):
        st.html(legend.notes(sentences))
with right:
    if chosen.codes:
        st.html(sheet.headline(told) + sheet.places(told))
        st.html(sheet.shape(told))
        st.html(sheet.structures(told))
    else:
        st.html(sheet.BLANK)
if chosen.other:
    against = dossier.dossier(ui.ask, chosen.other, name=chosen.other_name, statuses=selection.statuses)
    st.html(versions.compared(draft.compare(told, against), told.name, against.name))
if chosen.codes:
    rubrics = ["Chiffres et comparaisons", "Communes", "Partager, enregistrer, exporter"]
    figures, communes, away = st.tabs(rubrics, key="rubrique", on_change="rerun")
    if figures.open:
        figures.html(sheet.figures(told))
        figures.html(sheet.origins(told) + sheet.nearest(told))
    if communes.open:
        with communes:
            ui.table(sheet.communes(told))
            composer.remove(told)
    if away.open:
        with away:
            composer.away(chosen, told)
    st.html(sheet.built(told))

composer.controls(selection, chosen)
