"""The sections of the page « CPTS »: the list with its filters, and the way from one CPTS to the rest of the atlas."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from maillage import address
from maillage.address.cpts import EXTENTS, SIZES, CptsChoices
from maillage.address.draft import NAME_LETTERS, Draft
from maillage.address.selection import Selection
from maillage.language import text
from maillage.queries import cpts
from maillage.records.territory import Dossier
from maillage.screen import binding, controls
from maillage.screen.questions import ask
from maillage.screen.tables import data_table
from maillage.subjects.cpts import list as cpts_list
from maillage.subjects.territory import members as territory_members
from maillage.views import legend

SHORT = 16  # rows that stand on a page whole


def filters(selection: Selection, chosen: CptsChoices) -> None:
    """In the sidebar: a name, a place, statuses, sizes, what is known of perimeters."""
    with st.sidebar:
        binding.bind(
            st.text_input,
            "words",
            chosen,
            "Nom ou autre nom",
            placeholder="PDLMS, Artois…",
            icon=":material/search:",
            max_chars=80,
        )
        controls.place(selection)
        binding.bind(st.pills, "sizes", chosen, "Classe de taille", SIZES, selection_mode="multi")
        binding.bind(st.pills, "extents", chosen, "Périmètre connu", EXTENTS, selection_mode="multi")
        controls.status_pills(selection, "Statuts retenus")


def listing(selection: Selection, chosen: CptsChoices) -> None:
    """The list: a row opens its CPTS; so does the selector above it, for the keyboard."""
    frame = cpts_list.listed(ask, chosen, selection.statuses, cpts_list.around(ask, selection.level, selection.code))
    ids = list(frame["cpts_id"])
    if not ids:
        st.info(
            "Aucune CPTS recensée ne répond à ces critères. Élargissez-les à gauche ; une absence est une inconnue, pas un zéro. "
            + cpts_list.extent(ask, selection.level, selection.code),
            icon=":material/info:",
        )
        return
    names = dict(zip(ids, frame["name"], strict=True))
    extent = cpts_list.extent(ask, selection.level, selection.code)
    controls.pick("Ouvrir une CPTS", names, "ouvrir", "Choisir, ou cliquer une ligne", open_cpts)
    st.caption(
        f"{text.count(len(frame), 'CPTS affichée', 'CPTS affichées')}. {extent} Population : calculée sur les communes membres quand elles sont toutes connues, "
        "sinon déclarée."
    )
    data_table(
        cpts_list.table(frame),
        key="liste_cpts",
        height="content" if len(ids) <= SHORT else 620,
        placeholder="–",
        selection_mode="single-row",
        on_select=lambda: _row(ids),
    )


def _row(ids: list[str]) -> None:
    rows = st.session_state["liste_cpts"].selection.rows
    if rows and rows[0] < len(ids):
        open_cpts(ids[rows[0]])


def open_cpts(cpts_id: str | None) -> None:
    """Open the page of a CPTS."""
    if cpts_id:
        binding.write(replace(binding.current(), cpts=cpts_id))


def open_at(level: str, code: str) -> None:
    """A click on the map of a CPTS opens the other one that the commune belongs to, when there is one."""
    selection = binding.current()
    if level in ("commune", "arrondissement_municipal"):
        others = [
            cpts_id for cpts_id, *_ in ask(cpts.of_commune, selection.statuses, code) if cpts_id != selection.cpts
        ]
        open_cpts(others[0] if others else None)


def close() -> None:
    """Back to the list."""
    binding.write(replace(binding.current(), cpts=""))


def members(dossier: Dossier) -> None:
    """Its known communes, or that none is named."""
    if dossier.codes:
        data_table(territory_members.table(dossier))
    else:
        st.html(
            legend.notes(
                ["Aucune commune membre n'est nommée par les sources : la liste reste vide, elle n'est pas devinée."]
            )
        )


def ways(selection: Selection, dossier: Dossier) -> None:
    """Back to the list; on to the composer with its communes, and to the ceremony."""
    query = address.query(replace(selection, cpts=""))
    with st.container(horizontal=True, vertical_alignment="center", key="suites"):
        st.button("Toutes les CPTS", icon=":material/arrow_back:", on_click=close)
        if dossier.codes:
            begun = query | address.query(Draft(dossier.codes, dossier.name[:NAME_LETTERS]))
            st.page_link(
                "pages/composer.py",
                label="Composer à partir de ses communes",
                icon=":material/draw:",
                query_params=begun,
            )
        else:
            place = dossier.departements[0] if dossier.departements else None
            there = replace(selection.go(place.level, place.code), cpts="") if place else replace(selection, cpts="")
            st.page_link(
                "pages/composer.py",
                label="Dessiner le périmètre",
                icon=":material/draw:",
                query_params=address.query(there) | {"nom": dossier.name[:NAME_LETTERS]},
                help="Composer, ouvert sur son département : cliquez les communes que vous connaissez.",
            )
        st.page_link(
            "pages/profil.py", label="L'essentiel", icon=":material/fact_check:", query_params=address.query(selection)
        )
        st.page_link(
            "pages/carte.py", label="Sur la carte", icon=":material/map:", query_params=address.query(selection)
        )
        st.page_link(
            "pages/ceremonie.py",
            label="Préparer la cérémonie",
            icon=":material/celebration:",
            query_params=address.query(selection),
            help="La présentation et ses fichiers, et le diagnostic territorial en PDF.",
        )
