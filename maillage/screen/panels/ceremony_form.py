"""What a board types for its ceremony, and the logos that it brings. Its browser remembers the words; the atlas does not."""

from __future__ import annotations

from datetime import date, timedelta
from hashlib import sha256

import streamlit as st

from maillage.address.draft import Draft
from maillage.address.selection import Selection
from maillage.exports import logos
from maillage.records.logo import Logo
from maillage.subjects import ceremony
from maillage.subjects.ceremony import Ceremony, TypedWords
from maillage.views import ceremony as views
from maillage.views import html, legend

FIELDS = ("titre", "lieu", "date", "axes", "signataires")
SUBJECT, BEGUN, KEPT, LOGOS = "_ceremonie_sujet", "_ceremonie_commencee", "ceremonie_retenue", "_ceremonie_logos"
MOST_LETTERS = 4000  # of a field of several lines
YEARS = timedelta(days=3650)  # around today: what the calendar offers


def form(selection: Selection, draft: Draft) -> Ceremony:
    """The form, filled again with what this browser remembers of the same territory."""
    place = subject(selection, draft)
    if st.session_state.get(SUBJECT) != place or _key("titre") not in st.session_state:
        st.session_state[SUBJECT] = place
        _fill(TypedWords(), begun=False)
    st.subheader("La cérémonie", anchor=False)
    title = st.text_input("Titre", max_chars=120, key=_key("titre"), on_change=_begin)
    left, right = st.columns(2)
    where = left.text_input("Lieu", max_chars=80, key=_key("lieu"), on_change=_begin)
    today = date.today()
    day = right.date_input(
        "Date",
        format="DD/MM/YYYY",
        min_value=today - YEARS,
        max_value=today + YEARS,
        key=_key("date"),
        on_change=_begin,
    )
    axes, more = ceremony.axes(
        st.text_area(
            "Axes du projet de santé",
            key=_key("axes"),
            height=150,
            max_chars=MOST_LETTERS,
            on_change=_begin,
            placeholder="Améliorer l'accès aux soins : médecin traitant…",
            help="Un axe par ligne. Ce qui suit « : » est écrit plus petit.",
        )
    )
    people, others = ceremony.signatories(
        st.text_area(
            "Signataires",
            key=_key("signataires"),
            height=120,
            max_chars=MOST_LETTERS,
            on_change=_begin,
            placeholder="Prénom Nom, fonction",
            help="Un signataire par ligne. Ce qui suit la virgule est sa fonction.",
        )
    )
    brought, refused = _logos()
    if texts := more + others + refused:
        st.html(legend.notes(texts, alert=True))
    memory(place)
    return Ceremony(title.strip(), where.strip(), day, axes, people, brought)


def memory(place: str) -> None:
    """What the browser is given to remember, the field through which it says what it remembers, and how to forget."""
    with st.container(key="memoire"):
        st.text_input("Textes retenus par ce navigateur", key=KEPT, on_change=_remembered)
        words = TypedWords(*(st.session_state[_key(field)] for field in FIELDS))
        st.html(views.memory(place, words.packed() if words != TypedWords() else "", begun=st.session_state[BEGUN]))
    st.html(html.script("ceremony.js"), unsafe_allow_javascript=True)
    st.caption(
        "Ce que vous écrivez reste dans ce navigateur, sur cet ordinateur, et dans les fichiers que vous en tirez : l'atlas n'en garde rien, "
        "et l'adresse non plus. Les logos sont à déposer de nouveau quand la page est rechargée."
    )
    st.button("Effacer les textes", icon=":material/delete:", on_click=_fill, args=(TypedWords(), True))


def subject(selection: Selection, draft: Draft) -> str:
    """The territory that words belong to: those of one ceremony never come back in another's."""
    if selection.cpts:
        return selection.cpts
    return sha256(",".join(sorted(draft.codes)).encode()).hexdigest()[:16]


def _logos() -> tuple[tuple[Logo, ...], list[str]]:
    """The logos that can be drawn, each read once, and sentences about the others."""
    files = st.file_uploader(
        "Logos",
        list(logos.KINDS),
        accept_multiple_files=True,
        max_upload_size=logos.MOST_MB,
        key="ceremonie_logos",
        help=f"PNG, JPEG ou SVG, {logos.MOST} au plus, de {logos.MOST_MB} Mo au plus chacun. Ils sont redessinés : rien d'autre que l'image n'en est repris.",
    )
    before = st.session_state.get(LOGOS, {})
    known = {file.file_id: before.get(file.file_id) or _read(file) for file in files[: logos.MOST]}
    st.session_state[LOGOS] = known
    refused = [str(each) for each in known.values() if isinstance(each, logos.RefusedLogo)]
    if len(files) > logos.MOST:
        refused.append(f"{logos.MOST} logos au plus tiennent à l'écran : les suivants ne sont pas repris.")
    return tuple(each for each in known.values() if isinstance(each, Logo)), refused


def _read(file) -> Logo | logos.RefusedLogo:
    try:
        return logos.read(file.name, file.getvalue())
    except logos.RefusedLogo as refused:
        return refused


def _key(field: str) -> str:
    return f"ceremonie_{field}"


def _begin() -> None:
    st.session_state[BEGUN] = True


def _fill(words: TypedWords, begun: bool) -> None:
    """Write these words in the fields. `begun`: what the browser remembered is replaced by what they hold from now on."""
    for field, value in zip(FIELDS, (words.title, words.place, words.day, words.axes, words.signatories), strict=True):
        st.session_state[_key(field)] = value
    st.session_state[BEGUN] = begun


def _remembered() -> None:
    """What the browser remembers has arrived."""
    words = TypedWords.unpacked(st.session_state[KEPT])
    st.session_state[KEPT] = ""
    if words is not None and not st.session_state[BEGUN]:
        today = date.today()
        _fill(words if words.day is None or abs(words.day - today) <= YEARS else words.dated(None), begun=True)
