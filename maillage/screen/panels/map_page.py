"""The page of the map: France, a région, a département, a commune; one indicator coloured, structures and CPTS upon it."""

from __future__ import annotations

import streamlit as st

from maillage import catalog
from maillage.screen import atlas, controls
from maillage.screen.frame import frame
from maillage.screen.panels import essentials, importing, tracing
from maillage.screen.questions import ask
from maillage.screen.tables import data_table, take
from maillage.subjects.atlas import map as atlas_map
from maillage.subjects.atlas import profile as atlas_profile
from maillage.subjects.territory import claims as territory_claims
from maillage.views import claims, legend, profile, tables


def page() -> None:
    selection = frame("Carte")
    shown = importing.beside(atlas_map.compose(ask, selection, atlas.contours()))
    indicator = catalog.INDICATOR[selection.indicator]

    st.html(legend.title(atlas_map.trail(ask, shown)))
    left, right = st.columns([1.7, 1], gap="medium")
    with left:
        atlas.draw(shown.view)
        source = atlas_map.source(ask, indicator.code)
        st.html(
            legend.legend(indicator, shown.view.paint.classes, shown.mesh, shown.when, source, *atlas_map.drawn(shown))
        )
        if shown.notes:
            st.html(legend.notes(shown.notes))
        with st.expander(f"Tableau : {atlas_map.extent(shown)}", key="tableau", on_change="rerun") as table:
            if table.open:
                figures = tables.figures(shown.table, indicator, source)
                data_table(figures)
                name = f"maillage_{indicator.code}_{shown.territory.level}_{shown.territory.code}"
                take(lambda: figures, name, "carte", "Télécharger en CSV", "Télécharger en XLSX")
    with right:
        told = atlas_profile.profile(ask, shown)
        st.html(profile.headline(told))
        essentials.beside(selection)
        st.html(profile.profile(told))
        if published := claims.section(territory_claims.of_territory(ask, shown.territory.level, shown.territory.code)):
            st.html(published)
        tracing.drawer(selection)

    # Last, though they stand first: the browser begins the map while the controls are on their way.
    controls.controls(selection)
