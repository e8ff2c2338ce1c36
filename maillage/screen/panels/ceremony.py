"""The sections of the page « Cérémonie »: whom it is for, what is typed, the presentation, the files to take away."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import streamlit as st

from maillage import address
from maillage.address.draft import Draft
from maillage.address.selection import Selection
from maillage.exports import diagnostic, offline, poster, slides
from maillage.exports.typesetting import Unset
from maillage.language import names, text
from maillage.queries import cpts, territories
from maillage.records.print_frame import Vicinity
from maillage.records.territory import Dossier
from maillage.screen import binding, controls
from maillage.screen.questions import ask, edition
from maillage.subjects.ceremony import Ceremony
from maillage.subjects.territory import print_frame, territory
from maillage.warehouse import Ask

MADE = "_ceremonie_fichiers"
POWERPOINT = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


@dataclass(frozen=True)
class CeremonyFile:
    """A document to take away: how it is made from (dossier, vicinity, ceremony)."""

    title: str
    kind: str
    what: str
    extension: str
    mime: str
    make: Callable[[Dossier, Vicinity, Ceremony], bytes]


PRESENTATION = CeremonyFile(
    "Présentation hors ligne",
    "HTML",
    "Un seul fichier : s'ouvre sur tout ordinateur, sans réseau.",
    "html",
    "text/html",
    offline.html,
)
FILES = (
    CeremonyFile(
        "Diapositives",
        "PowerPoint",
        "Communes, symboles et tableaux s'y modifient un à un.",
        "pptx",
        POWERPOINT,
        slides.pptx,
    ),
    CeremonyFile("Affiche A3", "PDF", "Se lit du fond de la salle.", "pdf", "application/pdf", poster.pdf),
    CeremonyFile(
        "Diagnostic territorial A4",
        "PDF",
        "Chiffres, structures, écarts, priorités à écrire, sources.",
        "pdf",
        "application/pdf",
        lambda territory, around, _: diagnostic.pdf(territory, around),
    ),
)


def subject(selection: Selection, draft: Draft) -> Dossier | None:
    """The CPTS of the address, else the draft that it carries, else nothing."""
    if selection.cpts:
        return ask.keep(territory.of_cpts, selection.cpts)
    if draft.codes:
        return territory.dossier(ask, draft.codes, name=draft.name, statuses=selection.statuses)
    return None


def drawing(ask: Ask, cpts_id: str) -> str:
    """The map of the presentation of a CPTS: drawn once a build, and not at each word that is typed."""
    dossier = ask.keep(territory.of_cpts, cpts_id)
    return offline.drawn(dossier, print_frame.around(ask, dossier))


def chooser(selection: Selection) -> None:
    """Which CPTS, by any of its names; or a territory composed on the other page."""
    everywhere = [code for code, *_ in ask(territories.departements)]
    known = ask(cpts.around, selection.statuses, everywhere)
    names = {row.cpts_id: f"{row.name} ({', '.join(row.departement_codes)})" for row in known.itertuples(index=False)}
    controls.pick("CPTS", names, "ceremonie_cpts", "Choisir une CPTS", choose)
    st.caption("Ou composez un territoire, puis revenez ici par « Préparer la cérémonie ».")
    st.page_link(
        "pages/composer.py",
        label="Composer un territoire",
        icon=":material/draw:",
        query_params=address.query(selection),
    )


def choose(cpts_id: str | None) -> None:
    """Take this CPTS, or none: what the address held of a draft goes."""
    binding.write(Draft())
    binding.write(replace(binding.current(), cpts=cpts_id or ""))
    st.session_state.pop(MADE, None)


def ways(selection: Selection, draft: Draft) -> None:
    """Back to the sheet or to the composer, or to another choice."""
    with st.container(horizontal=True, vertical_alignment="center", key="suites"):
        st.button("Choisir une autre CPTS", icon=":material/arrow_back:", on_click=choose, args=(None,))
        if selection.cpts:
            st.page_link(
                "pages/cpts.py",
                label="Fiche de la CPTS",
                icon=":material/diversity_3:",
                query_params=address.query(selection),
            )
        else:
            query = address.query(selection) | address.query(draft)
            st.page_link(
                "pages/composer.py", label="Reprendre ce territoire", icon=":material/draw:", query_params=query
            )


def preview(selection: Selection, territory: Dossier, around: Vicinity, texts: Ceremony) -> None:
    """The presentation itself, in its frame, and its file."""
    try:
        kept = ask.keep(drawing, selection.cpts) if selection.cpts else ""
        page = offline.html(territory, around, texts, kept)
    except Unset as error:
        st.error(str(error), icon=":material/error:")
        return
    st.iframe(offline.preview(page).decode(), height=440, alt=f"Aperçu de la présentation : {territory.name}")
    st.caption(
        "Cliquez dans l'aperçu, puis : flèches, espace ou télécommande pour avancer, « Plein écran » pour projeter. Une fois projetée : B pour un écran noir, F pour en sortir."
    )
    _row(PRESENTATION, territory, page, None)


def files(territory: Dossier, around: Vicinity, texts: Ceremony) -> None:
    """The other files, each made when it is asked for, and again when what it is made of has changed."""
    stamp = hashlib.sha256(repr((edition().version, territory.name, territory.codes, texts)).encode()).hexdigest()
    made = st.session_state.setdefault(MADE, {})
    for file in FILES:
        kept, content = made.get(file.title, ("", b""))
        _row(file, territory, content if kept == stamp else None, partial(_make, file, territory, around, texts, stamp))


def _make(file: CeremonyFile, territory: Dossier, around: Vicinity, texts: Ceremony, stamp: str) -> None:
    try:
        with st.spinner(f"{file.title} : composition…"):
            content = file.make(territory, around, texts)
    except Unset as error:
        st.error(str(error), icon=":material/error:")
        return
    st.session_state[MADE][file.title] = (stamp, content)
    st.rerun()


def _row(file: CeremonyFile, territory: Dossier, content: bytes | None, make: Callable[[], None] | None) -> None:
    words, action = st.columns([1.6, 1], vertical_alignment="center")
    words.markdown(f"**{file.title}** :small[{file.kind}]  \n:small[{file.what}]")
    with action:
        if content is not None:
            st.download_button(
                f"Télécharger ({size(content)})",
                content,
                f"{name(file, territory)}.{file.extension}",
                file.mime,
                on_click="ignore",
                key=f"prendre_{file.title}",
                icon=":material/download:",
                type="primary",
                width="stretch",
            )
        elif st.button("Préparer", key=f"faire_{file.title}", icon=":material/build:", width="stretch"):
            make()


def size(content: bytes) -> str:
    """« 441 ko », « 1,2 Mo »."""
    kilo = len(content) / 1000
    return text.quantity(kilo / 1000, "Mo", 1) if kilo >= 1000 else text.quantity(max(kilo, 1), "ko")


def name(file: CeremonyFile, territory: Dossier) -> str:
    """« maillage_affiche-a3_cpts-centre-saone-et-loire »: letters that every system takes."""
    return "_".join(["maillage", names.slug(file.title), names.slug(territory.name) or "territoire"])
