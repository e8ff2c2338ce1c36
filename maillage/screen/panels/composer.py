"""The gestures of the page « Composer »: each rewrites the address and can be undone. Screens only: drafts are in draft.py."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from urllib.parse import urlencode

import streamlit as st

from maillage import address
from maillage.address import links
from maillage.address.draft import NAME_LETTERS, Draft, DraftChoices
from maillage.address.selection import Selection
from maillage.exports import territory, workbook
from maillage.language import text
from maillage.language.names import slug
from maillage.methods import pasting
from maillage.records.territory import Dossier
from maillage.screen import binding, questions, search
from maillage.screen.binding import bind
from maillage.screen.controls import pick
from maillage.screen.questions import ask
from maillage.subjects.territory import draft
from maillage.views import legend

PAST, FUTURE, MESSAGES, QUESTIONS, EPOCH = "brouillons_passes", "brouillons_annules", "dit", "questions", "cadre"
MOST_UNDONE, MOST_QUESTIONS = 50, 10


def now() -> DraftChoices:
    """The draft of the address."""
    return binding.current(DraftChoices)


def change(moves: bool = False, **fields) -> None:
    """Write another draft in the address; what it was can be had back. `moves`: the map frames it anew."""
    before = now()
    after = replace(before, **fields)
    if after != before:
        st.session_state.setdefault(PAST, []).append(before)
        del st.session_state[PAST][:-MOST_UNDONE]
        st.session_state[FUTURE] = []
        binding.write(after)
    if moves:
        st.session_state[EPOCH] = st.session_state.get(EPOCH, 0) + 1


def epoch() -> str:
    """How often the map was asked to frame the draft anew."""
    return str(st.session_state.get(EPOCH, 0))


def say(sentence: str) -> None:
    """Told once, at the top of the next run."""
    st.session_state.setdefault(MESSAGES, []).append(sentence)


def messages() -> None:
    """What the last change has to say, once."""
    # Always a place of its own: what appears above the map would otherwise mount it anew.
    with st.container(key="paroles"):
        if sentences := st.session_state.pop(MESSAGES, []):
            st.html(legend.notes(sentences, alert=True))


# -- communes in and out --------------------------------------------------------------------------------------------------------


def toggle(level: str, code: str) -> None:
    """A click on the map: a commune comes in or goes out, a département opens."""
    if level not in ("commune", "arrondissement_municipal"):
        binding.write(binding.current().go(level, code))
        return
    codes = set(now().codes)
    keep(codes ^ {code})


def keep(codes: Iterable[str], moves: bool = False, **more) -> None:
    """Make these communes the draft; refused in words where they are too many for a territory."""
    codes = tuple(sorted(set(codes)))
    if len(codes) > links.MOST:
        say(
            f"{text.count(len(codes), 'commune')} : un territoire en a {text.number(links.MOST)} au plus. Rien n'a changé."
        )
        return
    change(moves, codes=codes, **more)


def _bring(codes: Iterable[str], name: str = "", **more) -> None:
    """Add communes to the draft, or put them in its place, as the reader chose."""
    before, codes = now(), set(codes)
    if st.session_state.get("maniere") == "Remplacer" or not before.codes:
        keep(codes, moves=True, **({"name": name[:NAME_LETTERS]} if name else {}), **more)
    else:
        keep(codes | set(before.codes), moves=True)


def bar(chosen: DraftChoices) -> None:
    """Undo, redo, empty; keep a version aside, exchange the two, forget it."""
    past, future = st.session_state.get(PAST, []), st.session_state.get(FUTURE, [])
    with st.container(horizontal=True, key="barre"):
        st.button("Annuler", icon=":material/undo:", on_click=_undo, args=(PAST, FUTURE), disabled=not past)
        st.button("Rétablir", icon=":material/redo:", on_click=_undo, args=(FUTURE, PAST), disabled=not future)
        st.button(
            "Vider",
            icon=":material/delete:",
            on_click=change,
            kwargs={"codes": (), "name": ""},
            disabled=not chosen.codes,
        )
        st.button(
            "Garder comme version B",
            icon=":material/content_copy:",
            disabled=not chosen.codes or chosen.codes == chosen.other,
            on_click=change,
            kwargs={"other": chosen.codes, "other_name": chosen.name},
        )
        if chosen.other:
            swapped = {
                "codes": chosen.other,
                "name": chosen.other_name,
                "other": chosen.codes,
                "other_name": chosen.name,
            }
            st.button("Échanger A et B", icon=":material/swap_horiz:", on_click=change, kwargs=swapped)
            st.button("Oublier B", icon=":material/close:", on_click=change, kwargs={"other": (), "other_name": ""})


def _undo(back: str, forth: str) -> None:
    if st.session_state.get(back):
        st.session_state.setdefault(forth, []).append(now())
        binding.write(st.session_state[back].pop())


# -- the sidebar ----------------------------------------------------------------------------------------------------------------


def controls(selection: Selection, chosen: DraftChoices) -> None:
    """The sidebar of Composer."""
    with st.sidebar:
        bind(st.text_input, "name", chosen, "Nom du territoire", max_chars=NAME_LETTERS, placeholder="Sans nom")
        st.segmented_control("Ce qui suit", ["Ajouter", "Remplacer"], default="Ajouter", key="maniere", required=True)
        _start()
        _paste()
        _load()
        bind(st.toggle, "perimeters", selection, "Périmètres des CPTS")


def _start() -> None:
    words = search.field("Partir de", "depart", "EPCI, CPTS, commune…")
    if not words:
        return
    minutes = st.slider("Autour d'une commune (minutes)", 5, 60, 15, 5, key="minutes", help=text.travel())

    def around(rank: int, kind: str, code: str) -> None:
        if kind in ("commune", "arrondissement_municipal"):
            st.button(
                f":small[et les communes à moins de {minutes} min]",
                key=f"autour_{rank}",
                type="tertiary",
                width="stretch",
                on_click=_around,
                args=(code, minutes),
            )

    search.answers(words, "depart", _begin, draft.STARTS, 6, around)


def _begin(kind: str, code: str, name: str) -> None:
    codes = draft.members(ask, kind, code)
    if codes:
        _bring(codes, name if kind in ("epci", "cpts") else "")
        st.session_state["depart"] = ""
    else:
        say(f"Le périmètre de « {name} » est inconnu : aucune commune membre n'est nommée par les sources.")


def _around(code: str, minutes: int) -> None:
    _bring(draft.within(ask, code, minutes))
    st.session_state["depart"] = ""


def _paste() -> None:
    with st.form("coller", border=False, clear_on_submit=False):
        st.text_area(
            "Coller une liste",
            key="liste",
            height=90,
            placeholder="08409, Bazeilles\n08105 Charleville-Mézières…",
            help="Codes Insee ou noms, un par ligne, en colonnes ou séparés par des virgules. Les anciens codes sont suivis.",
        )
        st.form_submit_button("Lire la liste", on_click=_read, icon=":material/content_paste:")
    for rank, question in enumerate(st.session_state.get(QUESTIONS, [])[:MOST_QUESTIONS]):
        asked = text.markdown(question.asked)
        if not question.candidates:
            st.markdown(f":small[« {asked} » : rien ne lui ressemble.]")
            continue
        why = "plusieurs communes portent ce nom" if question.homonyms else "voulez-vous dire"
        st.markdown(f":small[« {asked} » : {why}]")
        with st.container(horizontal=True, key=f"question_{rank}"):
            for commune in question.candidates[: pasting.OFFERED]:
                st.button(
                    f"{text.markdown(commune.name)} ({commune.departement_code})",
                    key=f"reponse_{rank}_{commune.code}",
                    on_click=_answer,
                    args=(question, commune.code),
                )
    more = len(st.session_state.get(QUESTIONS, [])) - MOST_QUESTIONS
    if more > 0:
        st.markdown(f":small[Et {text.count(more, 'autre nom non compris', 'autres noms non compris')}.]")


def _read() -> None:
    pasted = st.session_state.get("liste") or ""
    if not pasted.strip():
        return
    known = ask.keep(draft.directory)
    near = {known.communes[code].departement_code for code in now().codes if code in known.communes}
    reading = pasting.read(pasted, known, near)
    if reading.refusal:
        say(reading.refusal)
        return
    for sentence in reading_sentences(reading, known):
        say(sentence)
    st.session_state[QUESTIONS] = reading.questions
    if reading.codes:
        _bring(reading.codes)
    st.session_state["liste"] = ""


def reading_sentences(reading: pasting.Pasted, known: pasting.Directory) -> list[str]:
    """What became of a pasted list, in sentences."""
    lines = [
        f"{text.count(len(reading.codes), 'commune lue', 'communes lues')}"
        + (
            f", {text.count(reading.duplicates, 'répétition laissée', 'répétitions laissées')} de côté."
            if reading.duplicates
            else "."
        )
    ]
    if reading.followed:
        moved = [
            f"{old} est aujourd'hui {known.communes[new].name} ({new})"
            for old, new in list(reading.followed.items())[:8]
        ]
        rest = len(reading.followed) - len(moved)
        lines.append(f"Anciens codes ou noms suivis : {' ; '.join(moved)}{f' ; {text.others(rest)}' if rest else ''}.")
    if reading.expanded:
        lines.append(f"Prise arrondissement par arrondissement : {', '.join(reading.expanded)}.")
    if reading.ignored:
        ignored = ", ".join(dict.fromkeys(reading.ignored[:12]))
        lines.append(
            f"Laissé de côté dans les lignes du tableau : {ignored}{'…' if len(reading.ignored) > 12 else ''}."
        )
    if reading.questions:
        lines.append(
            f"{text.count(len(reading.questions), 'nom à préciser', 'noms à préciser')}, à gauche sous la liste."
        )
    return lines


def _answer(question: pasting.Undecided, code: str) -> None:
    st.session_state[QUESTIONS] = [each for each in st.session_state.get(QUESTIONS, []) if each != question]
    known = ask.keep(draft.directory)
    keep({*now().codes, *known.parts.get(code, (code,))})


def _load() -> None:
    with st.popover("Ouvrir un fichier", icon=":material/upload_file:", width="stretch"):
        st.file_uploader("Territoire enregistré par cette page", type=["json"], key="fichier", on_change=_opened)


def _opened() -> None:
    file = st.session_state.get("fichier")
    if file is None:
        return
    try:
        name, written = draft.from_file(file.getvalue())
    except ValueError as error:
        say(str(error))
        return
    known = ask.keep(draft.directory)
    reading = pasting.read("\n".join(written), known)
    for sentence in reading_sentences(reading, known):
        say(sentence)
    keep(reading.codes, moves=True, name=name)


# -- what is taken away ---------------------------------------------------------------------------------------------------------


def remove(dossier: Dossier) -> None:
    """Take a commune out without the map."""
    communes = dossier.communes
    names = {code: f"{name} ({code})" for code, name in zip(communes["code"], communes["name"], strict=True)}
    pick("Retirer une commune", names, "retirer", "Choisir", _removed)


def _removed(code: str | None) -> None:
    st.session_state["retirer"] = None
    if code:
        keep(set(now().codes) - {code})


def away(chosen: DraftChoices, dossier: Dossier) -> None:
    """The link to share, and the files."""
    query = address.query(Draft(chosen.codes, chosen.name))
    link = f"{(st.context.url or '').split('?')[0]}?{urlencode(query)}"
    st.markdown("**Partager**")
    st.code(link, language=None, wrap_lines=True)
    if len(link) > 2000:
        st.caption("Ce lien est long : certaines messageries le coupent. Préférez le fichier.")
    st.page_link(
        "pages/ceremonie.py",
        label="Diagnostic territorial et cérémonie",
        icon=":material/celebration:",
        query_params=query,
    )
    reading = questions.edition()
    stem = "territoire_" + (slug(dossier.name) or "sans-nom")
    with st.container(horizontal=True, key="fichiers"):
        for label, make, ending, mime in (
            ("Enregistrer", lambda: draft.to_file(dossier, date.today()), "json", "application/json"),
            ("CSV", lambda: territory.csv(dossier), "csv", "text/csv"),
            ("XLSX", lambda: workbook.of_page(reading.ask, territory.table(dossier)), "xlsx", workbook.MIME),
            ("GeoJSON", lambda: territory.geojson(dossier), "geojson", "application/geo+json"),
            ("GeoPackage", lambda: territory.geopackage(dossier), "gpkg", "application/geopackage+sqlite3"),
        ):
            st.download_button(label, make, f"{stem}.{ending}", mime, key=f"prendre_{ending}", on_click="ignore")
