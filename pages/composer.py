"""A territory made of communes: by clicks, by a list, from what exists; what it is worth at each change; a link and files."""

import streamlit as st

from maillage.address.draft import DraftChoices
from maillage.screen import atlas, binding
from maillage.screen.frame import frame
from maillage.screen.panels import composer, share, sheet
from maillage.screen.questions import ask
from maillage.screen.tables import data_table
from maillage.subjects.territory import draft, members, territory
from maillage.subjects.territory import map as territory_map
from maillage.views import commune_roles, legend, territory_html, versions

selection = frame("Composer")
chosen = binding.read(DraftChoices)
dossier = territory.dossier(ask, chosen.codes, name=chosen.name, statuses=selection.statuses)
view = territory_map.view(ask, selection, dossier, atlas.contours(), composer.epoch(), chosen.other)

st.html(territory_html.title(dossier.name, "Composer un territoire"))
composer.messages()
composer.bar(chosen)
left, right = st.columns([1.7, 1], gap="medium")
with left:
    with share.place("carte_composee"):
        atlas.draw(view, clicked=composer.toggle, key="composer")
        st.html(commune_roles.legend(view, bool(chosen.other)))
        if chosen.codes:
            sheet.shared_map(dossier, view, "carte_composee")
    if sentences := dossier.notes:
        st.html(legend.notes(sentences))
with right:
    if chosen.codes:
        sheet.headline(dossier)
        sheet.shape(dossier)
        sheet.structures(dossier)
    else:
        st.html(territory_html.blank())
if chosen.other:
    against = territory.dossier(ask, chosen.other, name=chosen.other_name, statuses=selection.statuses)
    st.html(versions.compared(draft.compare(dossier, against)))
if chosen.codes:
    rubrics = ["Chiffres et comparaisons", "Communes", "Partager, enregistrer, exporter"]
    figures, communes, away = st.tabs(rubrics, key="rubrique", on_change="rerun")
    if figures.open:
        with figures:
            sheet.figures(dossier)
            sheet.nearest(dossier)
    if communes.open:
        with communes:
            data_table(members.table(dossier))
            composer.remove(dossier)
    if away.open:
        with away:
            composer.away(chosen, dossier)
    sheet.built(dossier)

composer.controls(selection, chosen)
