"""One button on each map and chart: link, pictures, page, and the letters that show it elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from maillage.exports import map_picture
from maillage.queries import provenance
from maillage.screen import questions
from maillage.screen.questions import ask
from maillage.subjects.atlas import picture as atlas_picture
from maillage.subjects.atlas.map import Scene
from maillage.views import sharing

File = tuple[str, Callable[[], bytes], str, str]  # label, maker, name, type


def button(title: str, key: str, files: Sequence[File] = (), note: str = "") -> None:
    """« Partager »: what is in it is drawn when it is opened, and files are made when they are asked for."""
    with st.popover("Partager", icon=":material/share:", key=f"partager_{key}", on_change="rerun") as box:
        if not box.open:
            return
        page, query = st.context.url or "", st.query_params.to_dict()
        st.caption("Le lien de cette vue")
        st.code(sharing.link(page, query), language=None, wrap_lines=True)
        if files:
            with st.container(horizontal=True):
                for label, make, name, kind in files:
                    st.download_button(
                        label, make, name, kind, key=f"{label}_{key}", on_click="ignore", icon=":material/download:"
                    )
        if note:
            st.caption(note)
        st.caption("À insérer dans un site")
        st.code(sharing.embed(page, query, title), language=None, wrap_lines=True)


def scene(drawn: Scene) -> None:
    """The map of a page."""
    title, key = drawn.view.base.label.partition(". ")[0], "carte"
    if not atlas_picture.drawable(drawn):
        button(
            title,
            key,
            note="La France par commune ne tient pas sur une page : choisissez une région ou un département pour une image.",
        )
        return
    name = f"maillage_{drawn.selection.indicator}_{drawn.territory.level}_{drawn.territory.code}"
    edition, made = questions.edition(), ask(provenance.build)["built_at"]

    def picture():
        return atlas_picture.picture(edition.ask, drawn)

    files = (
        ("PNG", lambda: map_picture.png(picture()), f"{name}.png", "image/png"),
        ("SVG", lambda: map_picture.svg(picture()), f"{name}.svg", "image/svg+xml"),
        ("PDF", lambda: map_picture.pdf(picture(), made), f"{name}.pdf", "application/pdf"),
    )
    button(title, key, files)
