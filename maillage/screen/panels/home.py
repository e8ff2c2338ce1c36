"""What opens at the bare address: a sentence, three doors, and the share of people in a CPTS on the map."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from maillage import address, catalog
from maillage.address.selection import Selection
from maillage.queries import cpts, territories
from maillage.screen import atlas, controls
from maillage.screen.frame import frame
from maillage.screen.panels import comparing, essentials, share
from maillage.screen.questions import ask
from maillage.subjects import home
from maillage.subjects.atlas import map as atlas_map
from maillage.views import home as words
from maillage.views import legend

FIRST = Selection(indicator=home.PUBLISHED, types=(), perimeters=False)


def wanted() -> bool:
    """At the bare address; any choice in it leads straight to the map, as links always did."""
    return not st.query_params and not st.context.is_embedded


def page() -> None:
    """The home: a sentence, three doors, a map."""
    selection = frame(words.TITLE)
    st.html(words.head(*ask.keep(home.opening)))
    doors()
    left, right = st.columns([1.7, 1], gap="medium")
    with left:
        first_map()
    with right:
        essentials.beside(FIRST)
    with st.sidebar:
        controls.find()
        controls.place(selection)


def doors() -> None:
    """Each is one choice away from its work."""
    delegation, board, analyst = st.columns(3, gap="medium")
    with delegation.container(border=True, key="porte_delegation"):
        st.html(words.door(*words.DELEGATION))
        names = {code: f"{code} {name}" for code, name, *_ in ask(territories.departements)}
        chosen = controls.pick(
            words.DELEGATION[0], names, "ma_delegation", "Mon département", label_visibility="collapsed"
        )
        if chosen:
            st.switch_page("pages/carte.py", query_params=address.query(Selection().go("departement", chosen)))
    with board.container(border=True, key="porte_cpts"):
        st.html(words.door(*words.CPTS))
        known = ask(cpts.every)
        ids = dict(zip(known["cpts_id"], known["name"], strict=True))
        mine = controls.pick(words.CPTS[0], ids, "ma_cpts", "Ma CPTS, par son nom", label_visibility="collapsed")
        if mine:
            st.switch_page("pages/cpts.py", query_params=address.query(replace(Selection(), cpts=mine)))
        st.page_link("pages/composer.py", label="La dessiner", icon=":material/draw:")
    with analyst.container(border=True, key="porte_analyse"):
        st.html(words.door(*words.ANALYST))
        st.page_link(
            "pages/comparer.py",
            label="Mortalité prématurée et accès",
            icon=":material/scatter_plot:",
            query_params={"vue": "nuage", **comparing.FIRST},
        )
        st.page_link("pages/comparer.py", label="Comparer les départements", icon=":material/bar_chart:")
        st.page_link("pages/telecharger.py", label="Télécharger et citer", icon=":material/download:")


def first_map() -> None:
    """The share of people in a CPTS, as published by département: the map that the data supports for the whole country."""
    scene = atlas_map.compose(ask, FIRST, atlas.contours())
    indicator = catalog.INDICATOR[FIRST.indicator]
    with share.place("carte"):
        atlas.draw(scene.view, key="accueil")
        source = atlas_map.source(ask, indicator.code)
        st.html(legend.legend(indicator, scene.view.paint.classes, scene.mesh, scene.when, source))
        share.scene(scene)
