"""What the sheet of a CPTS and a draft of the composer have in common: a territory's words, drawn."""

from __future__ import annotations

import streamlit as st

from maillage.catalog.commune_roles import STANDINGS
from maillage.records.map_picture import MapWords
from maillage.records.map_view import MapView
from maillage.records.territory import Dossier
from maillage.screen.panels import share, shared
from maillage.subjects.territory import checks, site_wording, wording
from maillage.views import claims as published
from maillage.views import territory_html


def headline(dossier: Dossier) -> None:
    """Who lives there, the size class, the départements."""
    st.html(
        territory_html.headline(wording.who(dossier), wording.size(dossier), wording.unsized(dossier))
        + territory_html.lead(wording.departements(dossier))
    )


def shared_map(dossier: Dossier, view: MapView, key: str) -> None:
    """The button of the map of a territory amid its neighbours."""
    words = MapWords(
        dossier.name,
        wording.extent(dossier),
        tuple(standing.label for standing in STANDINGS),
        shared.source(("couverture_cpts",)),
    )
    share.view(view, words, key, dossier.codes, own=bool(dossier.codes))


def shape(dossier: Dossier) -> None:
    """Continuity, enclaves, overlaps, communes left alone."""
    _draw(territory_html.shape(checks.checks(dossier)))


def figures(dossier: Dossier) -> None:
    """Every figure beside those of every larger place, then what each means."""
    grid = wording.comparisons(dossier, most=None)
    _draw(territory_html.figures(grid))
    st.html(territory_html.origins(wording.origins(dossier), grid.notes))


def structures(dossier: Dossier) -> None:
    """Sites inside, hospitals and seats included."""
    st.html(territory_html.structures(site_wording.structures(dossier, every=True), site_wording.lists(dossier)))


def nearest(dossier: Dossier) -> None:
    """The nearest sites outside."""
    _draw(territory_html.nearest(site_wording.nearest(dossier, every=True)))


def claims(dossier: Dossier) -> None:
    """What actors publish of a CPTS, beside ours."""
    if dossier.cpts:
        _draw(published.section(dossier.cpts.claims))


def built(dossier: Dossier) -> None:
    """The build that everything comes from."""
    st.html(territory_html.built(wording.dated(dossier), dossier.build.version))


def _draw(drawing: str) -> None:
    if drawing:  # Streamlit refuses to draw nothing
        st.html(drawing)
