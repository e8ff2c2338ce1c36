"""A visitor's own list: brought, told row by row, kept for the visit, given back clean."""

from __future__ import annotations

from functools import partial

import streamlit as st

from maillage.exports import workbook
from maillage.language import text
from maillage.language.spreadsheet import csv
from maillage.queries import territories
from maillage.screen import atlas, questions
from maillage.screen.questions import ask, edition
from maillage.screen.tables import listing
from maillage.subjects import visitor_list
from maillage.subjects.atlas import map as atlas_map
from maillage.subjects.visitor_list import Brought
from maillage.views import visitor_list as page_views

READING, KEPT = "_liste_lue", "_liste_gardee"


def kept() -> Brought | None:
    """The list that this visitor keeps for the visit."""
    return st.session_state.get(KEPT)


def beside(scene: atlas_map.Scene) -> atlas_map.Scene:
    """What the map shows, with the visitor's list upon it."""
    return visitor_list.beside(scene, kept(), ask(territories.reach, scene.territory.level, scene.territory.code))


def bring() -> Brought | None:
    """The list dropped on the page, read once; else the one kept."""
    file = st.file_uploader(
        page_views.LABEL,
        list(page_views.ENDINGS),
        key="depot",
        max_upload_size=visitor_list.MOST_MB,
        help=page_views.NOTHING,
    )
    if file is None:
        st.session_state.pop(READING, None)
        return kept()
    reading = st.session_state.get(READING)
    if reading is None or reading[0] != (file.file_id, edition().version):
        bar = st.progress(0.0, "Lecture de votre liste…")
        try:
            reading = visitor_list.read(
                file.name, file.getvalue(), questions.DATABASE, lambda step, share: bar.progress(share, step)
            )
        except visitor_list.UnusableList as refused:
            reading = refused
        bar.empty()
        st.session_state[READING] = reading = ((file.file_id, edition().version), reading)
    if isinstance(reading[1], visitor_list.UnusableList):
        st.error(text.markdown(str(reading[1])), icon=":material/error:")
        return None
    return reading[1]


def keeping(brought: Brought) -> None:
    """Keep the list for the visit or let it go, take it away clean, leave it to the operator where they allow it."""
    with st.container(horizontal=True):
        if kept() is brought:
            st.button("Ne plus la montrer sur la carte", icon=":material/location_off:", on_click=_forget)
        else:
            st.button(
                "Garder pour la visite",
                icon=":material/push_pin:",
                type="primary",
                on_click=_keep,
                args=(brought,),
                disabled=brought.understood.empty,
                help="Posée sur la carte pour vous seul, jusqu'à la fermeture de la page.",
            )
        st.download_button(
            "Liste au propre (CSV)",
            partial(_cleaned, brought),
            visitor_list.file_name(brought),
            "text/csv",
            on_click="ignore",
            icon=":material/download:",
            disabled=brought.understood.empty,
            key="propre",
            help="Les lignes comprises, placées, dans les colonnes du modèle : à garder, ou à transmettre à l'administrateur de l'atlas.",
        )
        reading = edition()
        st.download_button(
            "Liste au propre (XLSX)",
            lambda: workbook.of_list(reading.ask, visitor_list.cleaned(brought), brought.name),
            visitor_list.file_name(brought).replace(".csv", ".xlsx"),
            workbook.MIME,
            on_click="ignore",
            icon=":material/download:",
            disabled=brought.understood.empty,
            key="propre_xlsx",
        )
        if visitor_list.folder() and st.button(
            "Déposer pour la prochaine construction", icon=":material/move_to_inbox:"
        ):
            try:
                st.toast(f"Déposée : {visitor_list.deposit(brought)}", icon=":material/check:")
            except visitor_list.UnusableList as refused:
                st.error(text.markdown(str(refused)), icon=":material/error:")


def placed(brought: Brought) -> None:
    """The rows on a map, over départements shaded by how many stand there."""
    view = visitor_list.view(ask, brought, atlas.contours())
    atlas.draw(view, lambda level, code: None, key="carte_liste", height=420)
    st.html(page_views.marks(visitor_list.kinds(brought)))


def listed(brought: Brought) -> None:
    """Every row and what became of it; those refused first."""
    frame = page_views.rows(brought)
    listing(
        frame.sort_values("Issue", key=lambda column: column != "Refusée", kind="stable"),
        "liste",
        "Issue",
        "Placée",
        "Motif",
    )


def _cleaned(brought: Brought) -> bytes:
    return csv(visitor_list.cleaned(brought))


def _keep(brought: Brought) -> None:
    st.session_state[KEPT] = brought


def _forget() -> None:
    st.session_state.pop(KEPT, None)
