"""The map on a page: where its contours and scripts are, its component, its clicks."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import partial

import streamlit as st
from streamlit_folium import st_folium

from maillage import assets, catalog
from maillage.records.map_view import MapView
from maillage.screen import questions
from maillage.screen.binding import current, write
from maillage.screen.frame import VIEWS
from maillage.views.map import leaflet as maps
from maillage.warehouse import Unavailable


def static_address() -> str:
    base = (st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}/app/static/" if base else "/app/static/"


def contours() -> str:
    """Where this build's contours are; stops the page when they were not written."""
    version = questions.edition().version
    if not questions.contours(version).is_dir():
        questions.refuse(Unavailable(questions.NO_CONTOURS))
    return f"{static_address()}geo/{version}/"


@st.cache_resource
def _published() -> tuple[bool, str]:
    """Whether our own Leaflet is there, and a fingerprint of our script and style."""
    leaflet = assets.publish(questions.ROOT)
    ours = b"".join((VIEWS / "map" / name).read_bytes() for name in assets.OURS)
    return leaflet, hashlib.sha256(ours).hexdigest()[:8]


def draw(
    view: MapView, clicked: Callable[[str, str], None] | None = None, key: str = "carte", height: int = 500
) -> None:
    """Draw the map; a click on a territory calls `clicked(level, code)`, by default it goes there."""
    leaflet, fingerprint = _published()
    if not leaflet:
        questions.LOG.warning("Leaflet is not in static/: `make assets` fetches it.")
        st.warning(
            "Le programme qui dessine les cartes n'est pas installé sur cet atlas : il est demandé à un site tiers "
            "(cdn.jsdelivr.net). S'il ne répond pas, le tableau ci-dessous donne les mêmes chiffres. L'administrateur de cet "
            "atlas peut l'installer.",
            icon=":material/cloud_off:",
        )
    st_folium(
        maps.base_map(static_address(), leaflet, fingerprint),
        key=key,
        height=height,
        use_container_width=True,
        returned_objects=[],
        feature_group_to_add=maps.layer(view),
        on_change=partial(_clicked, key, clicked or _go),
    )


def _clicked(key: str, clicked: Callable[[str, str], None]) -> None:
    click = st.session_state.get(key) or {}
    level, code = click.get("level"), click.get("code")
    if level in catalog.LEVEL and isinstance(code, str) and code.isalnum():
        clicked(level, code)


def _go(level: str, code: str) -> None:
    write(current().go(level, code))
