"""What browsers load from us as files: where it is, under addresses that change with what is in them."""

from __future__ import annotations

import streamlit as st

from maillage import assets
from maillage.screen import questions


@st.cache_resource
def published() -> tuple[bool, str]:
    """Whether our own Leaflet is there, and the fingerprint of all that is. Published once for a process."""
    leaflet = assets.publish(questions.ROOT)
    return leaflet, assets.fingerprint(questions.ROOT)


def folder() -> str:
    """Where static/ is, from the address that the reader came by."""
    base = (st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}/app/static/" if base else "/app/static/"


def address(name: str) -> str:
    """The address of a file of static/: browsers keep it until there is another."""
    return f"{folder()}{name}?{published()[1]}"
