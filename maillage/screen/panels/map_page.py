"""The page of the map: France, a région, a département, a commune; one indicator coloured, structures and CPTS upon it."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from maillage import catalog
from maillage.address.selection import Selection
from maillage.screen import atlas, controls
from maillage.screen.frame import frame
from maillage.screen.panels import essentials, importing, share, tracing
from maillage.screen.questions import ask
from maillage.screen.tables import data_table, take
from maillage.subjects.atlas import map as atlas_map
from maillage.subjects.atlas import profile as atlas_profile
from maillage.subjects.atlas.map import Scene
from maillage.subjects.territory import claims as territory_claims
from maillage.views import claims, legend, profile, tables
from maillage.views.map import leaflet as maps
from maillage.views.map.leaflet import PackedView
from maillage.warehouse import Ask


@dataclass(frozen=True)
class Pieces:
    """What stands around the map, as HTML: the same for every visitor of a view."""

    title: str
    extent: str  # of the table, in words
    legend: str
    marks: str  # apart: they stay when the indicator changes
    notes: str
    headline: str
    profile: str
    claims: str
    packed: PackedView  # the map


def page() -> None:
    """The map, its legend and its table, the profile beside."""
    selection = frame("Carte")
    scene, pieces = ask.keep(view, selection, atlas.contours())
    if importing.kept() is not None:
        scene = importing.beside(scene)
        pieces = around(ask, scene)

    st.html(pieces.title)
    left, right = st.columns([1.7, 1], gap="medium")
    with left:
        with share.place("carte"):
            atlas.draw(pieces.packed)
            st.html(pieces.legend)
            if pieces.marks:
                st.html(pieces.marks)
            share.scene(scene)
        if pieces.notes:
            st.html(pieces.notes)
        with st.expander(f"Tableau : {pieces.extent}", key="tableau", on_change="rerun") as table:
            if table.open:
                indicator = catalog.INDICATOR[selection.indicator]
                figures = tables.figures(scene.table, indicator)
                data_table(figures)
                name = f"maillage_{indicator.code}_{scene.territory.level}_{scene.territory.code}"
                take(lambda: figures, name, "carte", "Télécharger en CSV", "Télécharger en XLSX")
    with right:
        st.html(pieces.headline)
        essentials.beside(selection)
        st.html(pieces.profile)
        if pieces.claims:
            st.html(pieces.claims)
        tracing.drawer(selection)

    # Last, though they stand first: the browser begins the map while the controls are on their way.
    controls.controls(selection)


def view(ask: Ask, selection: Selection, contours: str) -> tuple[Scene, Pieces]:
    """The map of a selection and what stands around it. Kept: every visitor of a view is shown the same."""
    scene = atlas_map.compose(ask, selection, contours)
    return scene, around(ask, scene)


def around(ask: Ask, scene: Scene) -> Pieces:
    """What stands around a map."""
    indicator = catalog.INDICATOR[scene.selection.indicator]
    source, portrait = atlas_map.source(ask, indicator.code), atlas_profile.profile(ask, scene)
    classes, here = scene.view.paint.classes, scene.territory
    return Pieces(
        title=legend.title(atlas_map.trail(ask, scene)),
        extent=atlas_map.extent(scene),
        legend=legend.legend(indicator, classes, scene.mesh, scene.when, source),
        marks=legend.marks(*atlas_map.drawn(scene)),
        notes=legend.notes(scene.notes) if scene.notes else "",
        headline=profile.headline(portrait),
        profile=profile.profile(portrait),
        claims=claims.section(territory_claims.of_territory(ask, here.level, here.code)),
        packed=maps.packed(scene.view),
    )
