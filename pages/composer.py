"""A territory made of communes: by clicks, by a list, from what exists; what it is worth at each change; a link and files."""

import streamlit as st

from maillage.address.draft import Choices
from maillage.screen import ui
from maillage.screen.panels import composer
from maillage.subjects.territory import draft, territory
from maillage.subjects.territory import map as territory_map
from maillage.views import commune_roles, legend, territory_html, versions

selection = ui.frame("Composer")
chosen = ui.choices(Choices)
told = territory.dossier(ui.ask, chosen.codes, name=chosen.name, statuses=selection.statuses)
view = territory_map.view(ui.ask, selection, told, ui.contours(), composer.epoch(), chosen.other)

st.html(territory_html.title(told, "Composer un territoire"))
composer.said()
composer.bar(chosen)
left, right = st.columns([1.7, 1], gap="medium")
with left:
    ui.atlas(view, clicked=composer.toggle, key="composer")
    st.html(commune_roles.legend(view, bool(chosen.other)))
    if sentences := territory_html.notes(told):
        st.html(legend.notes(sentences))
with right:
    if chosen.codes:
        st.html(territory_html.headline(told) + territory_html.places(told))
        st.html(territory_html.shape(told))
        st.html(territory_html.structures(told))
    else:
        st.html(territory_html.BLANK)
if chosen.other:
    against = territory.dossier(ui.ask, chosen.other, name=chosen.other_name, statuses=selection.statuses)
    st.html(versions.compared(draft.compare(told, against), told.name, against.name))
if chosen.codes:
    rubrics = ["Chiffres et comparaisons", "Communes", "Partager, enregistrer, exporter"]
    figures, communes, away = st.tabs(rubrics, key="rubrique", on_change="rerun")
    if figures.open:
        figures.html(territory_html.figures(told))
        figures.html(territory_html.origins(told) + territory_html.nearest(told))
    if communes.open:
        with communes:
            ui.table(territory_html.communes(told))
            composer.remove(told)
    if away.open:
        with away:
            composer.away(chosen, told)
    st.html(territory_html.built(told))

composer.controls(selection, chosen)
