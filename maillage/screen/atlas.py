"""The map on a page: where its contours and scripts are, its component, its clicks."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from types import FunctionType

import streamlit as st
from streamlit_folium import _component_func, st_folium

from maillage import catalog
from maillage.records.map_view import MapView
from maillage.screen import questions, served
from maillage.screen.binding import current, write
from maillage.views.map import leaflet as maps
from maillage.views.map.leaflet import PackedView
from maillage.warehouse import Unavailable

MARK = "MAILLAGE"


def contours() -> str:
    """Where this build's contours are; stops the page when they were not written."""
    version = questions.edition().version
    if not questions.contours(version).is_dir():
        questions.refuse(Unavailable(questions.NO_CONTOURS))
    return f"{served.folder()}geo/{version}/"


def draw(
    view: MapView | PackedView,
    clicked: Callable[[str, str], None] | None = None,
    key: str = "carte",
    height: int = 500,
    moved: Callable[[str, str], None] | None = None,
) -> None:
    """Draw the map of a view, or of one that is packed; a click on a territory calls `clicked(level, code)`, by default it goes
    there; a proposal dragged from a commune to another calls `moved(start, end)`."""
    leaflet, fingerprint = served.published()
    if not leaflet:
        questions.LOG.warning("Leaflet is not in static/: `make assets` fetches it.")
        st.warning(
            "Le programme qui dessine les cartes n'est pas installé sur cet atlas : il est demandé à un site tiers "
            "(cdn.jsdelivr.net). S'il ne répond pas, le tableau ci-dessous donne les mêmes chiffres. L'administrateur de cet "
            "atlas peut l'installer.",
            icon=":material/cloud_off:",
        )
    sent = _mounted(served.folder(), leaflet, fingerprint, key, height)
    packed = view if isinstance(view, PackedView) else maps.packed(view)
    st.html(maps.beside(packed))
    group = sent["feature_group"].replace(MARK, packed.ground)
    _component_func(
        **{**sent, "feature_group": group, "on_change": partial(_changed, sent["key"], key, clicked or _go, moved)},
    )


@st.cache_resource(max_entries=16)
def _mounted(static: str, leaflet: bool, fingerprint: str, key: str, height: int) -> dict:
    """What streamlit-folium sends for our map, with MARK where the view goes: it renders folium again at each run, a third of
    what a change of view cost, and all but the view is always the same. Its own function, stopped at its last call."""
    stopped = FunctionType(
        st_folium.__code__,
        st_folium.__globals__ | {"_component_func": lambda **sent: sent},
        argdefs=st_folium.__defaults__,
    )
    sent = stopped(
        maps.base_map(static, leaflet, fingerprint),
        key=key,
        height=height,
        use_container_width=True,
        returned_objects=[],
        feature_group_to_add=maps.layer(MARK),
    )
    brief = {part: re.sub(r"\s*\n\s*", "\n", sent[part]) for part in ("script", "header", "feature_group")}
    return (
        sent | brief | {"key": f"plan_{sent['key'][:12]}"}
    )  # a class of the page: its style holds the place of the map


def _changed(
    sent: str, key: str, clicked: Callable[[str, str], None], moved: Callable[[str, str], None] | None = None
) -> None:
    """As streamlit-folium does: what the component says, under our key."""
    st.session_state[key] = st.session_state.get(sent, {})
    _clicked(key, clicked, moved)


def _clicked(key: str, clicked: Callable[[str, str], None], moved: Callable[[str, str], None] | None = None) -> None:
    click = st.session_state.get(key) or {}
    level, code, start = click.get("level"), click.get("code"), click.get("from")
    if level not in catalog.LEVEL or not isinstance(code, str) or not code.isalnum():
        return
    if start is None:
        clicked(level, code)
    elif moved and isinstance(start, str) and start.isalnum():
        moved(start, code)


def _go(level: str, code: str) -> None:
    write(current().go(level, code))
