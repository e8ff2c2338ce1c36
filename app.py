"""The map: France, a région, a département, a commune; one indicator coloured, structures and CPTS upon it."""

import streamlit as st

from maillage import catalog, controls, portrait, scene, ui
from maillage.panels import importing, tracing
from maillage.views import legend, profile, tables

selection = ui.frame("Carte")
shown = importing.beside(scene.compose(ui.ask, selection, ui.contours()))
indicator = catalog.INDICATOR[selection.indicator]

st.html(legend.title(scene.trail(ui.ask, shown)))
left, right = st.columns([1.7, 1], gap="medium")
with left:
    ui.atlas(shown.view)
    source = scene.source(ui.ask, indicator.code)
    st.html(legend.legend(indicator, shown.view.classes, shown.mesh, shown.when, source, *scene.drawn(shown)))
    if shown.notes:
        st.html(legend.notes(shown.notes))
    with st.expander(f"Tableau : {scene.extent(shown)}", key="tableau", on_change="rerun") as table:
        if table.open:
            frame = tables.figures(shown.table, indicator, source)
            ui.table(frame)
            name = f"maillage_{indicator.code}_{shown.territory.level}_{shown.territory.code}.csv"
            st.download_button("Télécharger en CSV", lambda: tables.csv(frame), name, "text/csv", on_click="ignore")
with right:
    told = portrait.profile(ui.ask, shown)
    st.html(profile.headline(told))
    st.html(profile.profile(told))
    tracing.drawer(selection)

# Last, though they stand first: the browser begins the map while the controls are on their way.
controls.controls(selection)
