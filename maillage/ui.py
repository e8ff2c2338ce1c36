"""The screen: the frame of every page, its controls, the questions it asks. The only module here that knows Streamlit."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import threading
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NoReturn

import streamlit as st
from streamlit_folium import st_folium

from maillage import assets, catalog, state
from maillage.queries import cpts, territories
from maillage.scene import resolve
from maillage.state import Selection
from maillage.views import legend, maps, text
from maillage.warehouse import Edition, Unavailable, Warehouse

ROOT = Path(__file__).parents[1]
DATABASE = ROOT / "data" / "maillage.duckdb"
VIEWS = Path(__file__).parent / "views"
PINNED = "_edition"

MENU = (("app.py", "Carte", ":material/map:"), ("pages/donnees.py", "Données", ":material/database:"))

BRAND = (
    f'<div class="brand"><img src="data:image/svg+xml;base64,{b64encode((VIEWS / "mark.svg").read_bytes()).decode()}" '
    'width="36" height="36" alt=""><div><strong>Maillage</strong><small>Atlas ouvert des soins coordonnés</small></div></div>'
)


# -- questions ------------------------------------------------------------------------------------------------------


@st.cache_resource
def warehouse() -> Warehouse:
    return Warehouse(DATABASE)


def edition() -> Edition:
    """The build that this run reads from end to end, with its gestures, its fragments and its downloads.

    A download made later must keep it: it runs where there is no session.
    """
    if PINNED not in st.session_state:
        st.session_state[PINNED] = warehouse().edition()
    return st.session_state[PINNED]


@st.cache_resource(max_entries=512, show_spinner=False)
def _answer(version: str, name: str, _edition: Edition, _question: Callable, arguments: tuple):
    return _edition.answer(_question, *arguments)


def ask(question: Callable, *arguments):
    """The answer to a question of `maillage.queries`, kept for this build and shared: never change it in place."""
    frozen = tuple(tuple(a) if isinstance(a, list) else a for a in arguments)
    name = f"{question.__module__}.{question.__qualname__}"
    try:
        return _answer(edition().version, name, edition(), partial(_thawed, question, arguments), frozen)
    except Unavailable as error:
        refuse(error)


def _thawed(question: Callable, arguments: tuple, cursor, *_frozen):
    return question(cursor, *arguments)


# -- the frame of a page --------------------------------------------------------------------------------------------


def frame(title: str) -> Selection:
    """Begin a page: its title, style and menu, the database at hand, and the selection of its address."""
    st.set_page_config(page_title=f"{title} · Maillage", page_icon=str(VIEWS / "mark.svg"), layout="wide")
    st.html(VIEWS / "page.css")
    selection, problems = state.parse(st.query_params.to_dict())
    with st.sidebar:
        # Streamlit writes its pages as English: screen readers and translators must know better.
        st.html(BRAND + "<script>document.documentElement.lang = 'fr'</script>", unsafe_allow_javascript=True)
        for page, label, icon in MENU:
            st.page_link(page, label=label, icon=icon, query_params=dict(selection.query()))
    ready()
    selection, more = resolve(ask, selection)
    if sentences := problems + more:
        st.html(legend.notes(sentences, alert=True))
    return selection


def ready() -> None:
    """Take the build in place for this run; build it first when there is none, stop with a sentence when it is no use."""
    st.session_state.pop(PINNED, None)
    try:
        try:
            edition()
        except Unavailable as error:
            if not error.missing:
                raise
            first_build()
            edition()
    except Unavailable as error:
        refuse(error)


def refuse(error: Unavailable) -> NoReturn:
    """Stop the page with the sentence that says why there is no database."""
    st.error(str(error), icon=":material/error:")
    st.stop()


@st.cache_resource
def _building() -> threading.Lock:
    return threading.Lock()


def first_build() -> None:
    """Build the database in a process of its own and show how far it is; visitors who come meanwhile wait for it."""
    bar = st.progress(0.0, "Première ouverture : construction de la base à partir des données embarquées…")
    with _building():
        if not DATABASE.exists():
            command = [sys.executable, "-m", "etl", "build", "--progress", "lines", "--output", str(DATABASE)]
            with subprocess.Popen(
                command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
            ) as process:
                for line in process.stdout:
                    share, _, step = line.strip().partition("\t")
                    if step:
                        bar.progress(float(share), f"Construction de la base : {step}")
                sentence = process.stderr.read().strip()
            if process.returncode:
                raise Unavailable(sentence.splitlines()[-1] if sentence else "La base n'a pas pu être construite.")
    bar.empty()


# -- gestures -------------------------------------------------------------------------------------------------------


def visit(selection: Selection) -> None:
    """Write a selection in the address: what a gesture does, before the page runs again."""
    st.query_params.from_dict(selection.query())


def _current() -> Selection:
    return state.parse(st.query_params.to_dict())[0]


def _chosen(field: str, key: str) -> None:
    value = st.session_state[key]
    visit(replace(_current(), **{field: tuple(value) if isinstance(value, list) else value}))


def _widget(widget: Callable, field: str, selection: Selection, *arguments, **options):
    """A widget whose value is always the address's, and whose change rewrites the address."""
    key = f"choix_{field}"
    held = getattr(selection, field)
    st.session_state[key] = list(held) if isinstance(held, tuple) else held
    return widget(*arguments, key=key, on_change=_chosen, args=(field, key), **options)


def controls(selection: Selection) -> None:
    """The map's controls, in the sidebar."""
    with st.sidebar:
        search()
        place(selection)
        coloured(selection)
        if selection.level == "france":
            _widget(
                st.segmented_control, "mesh", selection, "Maille", state.MESHES, required=True,
                format_func=lambda mesh: catalog.LEVEL[mesh].plural.capitalize(),
            )  # fmt: skip
        _widget(
            st.pills, "types", selection, "Structures", [kind.code for kind in catalog.SITE_TYPES],
            selection_mode="multi",
        )  # fmt: skip
        _widget(st.toggle, "perimeters", selection, "Périmètres des CPTS")
        filtered = set(selection.statuses) != set(catalog.DEFAULT_CPTS_STATUSES)
        with st.expander("Statuts de CPTS retenus", filtered, key="statuts", on_change="rerun") as filters:
            if filters.open:
                _widget(
                    st.pills, "statuses", selection, "Statuts de CPTS", [status.code for status in catalog.CPTS_STATUSES],
                    selection_mode="multi", format_func=lambda code: catalog.CPTS_STATUS[code].label,
                    label_visibility="collapsed",
                )  # fmt: skip
                st.caption("Le filtre vaut pour les contours, les listes et la couverture.")
        _widget(
            st.toggle, "background", selection, "Fond de carte IGN",
            help="Plan IGN v2, demandé à la Géoplateforme : la seule requête faite à un tiers, et seulement si vous l'activez.",
        )  # fmt: skip


def coloured(selection: Selection) -> None:
    """Theme, then indicator: choosing a theme colours its first indicator."""
    chosen = catalog.INDICATOR[selection.indicator]
    themes = {indicator.group: indicator.code for indicator in reversed(catalog.INDICATORS)}
    st.session_state["theme"] = chosen.group
    st.selectbox(
        "Thème", list(dict.fromkeys(indicator.group for indicator in catalog.INDICATORS)), key="theme",
        on_change=lambda: visit(replace(_current(), indicator=themes[st.session_state["theme"]])),
    )  # fmt: skip
    _widget(
        st.selectbox, "indicator", selection, "Indicateur coloré",
        [indicator.code for indicator in catalog.INDICATORS if indicator.group == chosen.group],
        format_func=lambda code: catalog.INDICATOR[code].label, help=chosen.definition,
    )  # fmt: skip


def place(selection: Selection) -> None:
    """Région, then département."""
    known = ask(territories.departements)
    here = ask(territories.territory, selection.level, selection.code)
    regions = dict(ask(territories.regions))
    st.session_state["region"] = here.region_code if here.region_code in regions else None
    st.selectbox(
        "Région", list(regions), index=None, format_func=regions.get, key="region", placeholder="Toute la France",
        on_change=lambda: _go("region", st.session_state["region"]),
    )  # fmt: skip
    names = {code: f"{code} {name}" for code, name, region, _ in known if here.region_code in (None, region)}
    st.session_state["departement"] = here.departement_code if here.level not in ("region", "france") else None
    st.selectbox(
        "Département", list(names), index=None, format_func=names.get, key="departement", placeholder="Tous",
        on_change=lambda: _go("departement", st.session_state["departement"]),
    )  # fmt: skip


def _go(level: str, code: str | None) -> None:
    """Go to a territory; an emptied selector goes one level up."""
    selection = _current()
    if code is not None:
        visit(selection.go(level, code))
    elif level == "departement" and (region := st.session_state.get("region")):
        visit(selection.go("region", region))
    else:
        visit(selection.go("france", "FR"))


def search() -> None:
    """Find a territory, a CPTS or a structure by name."""
    words = st.text_input(
        "Rechercher", key="recherche", placeholder="Commune, CPTS, structure…", live=True, icon=":material/search:",
        max_chars=80,
    )  # fmt: skip
    if len((words or "").strip()) < 2:
        return
    found = ask(territories.search, words.strip(), 8)
    if not found:
        st.caption(f"Rien ne porte le nom « {text.markdown(words.strip())} ». Essayez un autre mot, ou un code Insee.")
    for index, (kind, code, name, detail) in enumerate(found):
        what = {"cpts": "CPTS", "site": "structure"}.get(kind) or catalog.LEVEL[kind].label
        st.button(
            f"{text.markdown(name)} :small[:gray[{what}, {text.markdown(detail)}]]" if detail else text.markdown(name),
            key=f"trouve_{index}", type="tertiary", on_click=_found, args=(kind, code), width="stretch",
        )  # fmt: skip


def _found(kind: str, code: str) -> None:
    selection = _current()
    st.session_state["recherche"] = ""
    if kind == "cpts":
        visit(replace(selection.go("departement", ask(cpts.home, code)[0]), cpts=code, perimeters=True))
    elif kind == "site":
        level, _, where = code.partition("-")
        visit(selection.go(level, where))
    else:
        visit(selection.go(kind, code))


# -- the map --------------------------------------------------------------------------------------------------------


def static_address() -> str:
    base = (st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}/app/static/" if base else "/app/static/"


def contours() -> str:
    """Where this build's contours are; stops the page when they were not written."""
    version = edition().version
    if not (ROOT / "static" / "geo" / version).is_dir():
        st.error(
            "Les contours de cette base ne sont pas dans static/geo. Reconstruisez-la avec « make data ».",
            icon=":material/error:",
        )
        st.stop()
    return f"{static_address()}geo/{version}/"


@st.cache_resource
def _published() -> tuple[bool, str]:
    """Whether our own Leaflet is there, and a fingerprint of our script and style."""
    leaflet = assets.publish(ROOT)
    ours = b"".join((VIEWS / name).read_bytes() for name in assets.OURS)
    return leaflet, hashlib.sha256(ours).hexdigest()[:8]


def atlas(view: maps.View) -> None:
    """Draw the map; a click on a territory goes there."""
    leaflet, fingerprint = _published()
    if not leaflet:
        st.warning(
            "Leaflet n'est pas installé ici : la carte le demande à un serveur tiers (cdn.jsdelivr.net). Lancez « make "
            "assets » pour l'avoir sur place. Sans réseau, le tableau ci-dessous donne les mêmes chiffres.",
            icon=":material/cloud_off:",
        )
    st_folium(
        maps.base_map(static_address(), leaflet, fingerprint),
        key="carte",
        height=500,
        use_container_width=True,
        returned_objects=[],
        feature_group_to_add=maps.layer(view),
        on_change=_clicked,
    )


def _clicked() -> None:
    click = st.session_state.get("carte") or {}
    level, code = click.get("level"), click.get("code")
    if level in catalog.LEVEL and isinstance(code, str) and code.isalnum():
        visit(_current().go(level, code))


# -- tables and downloads ------------------------------------------------------------------------------------------------------


def table(frame, **options) -> None:
    """A table whose numbers are written as the reader's language does."""
    numbers = {name: st.column_config.NumberColumn(format="localized") for name in frame.select_dtypes("number")}
    numbers.pop("Année", None)
    st.dataframe(frame, hide_index=True, column_config=numbers, **options)


def table_row(table, csv: Callable[[], bytes], parquet: Callable[[], bytes]) -> None:
    """A table of the database with its two downloads, made when they are asked for."""
    words, left, right = st.columns([6, 1, 1], vertical_alignment="center")
    words.markdown(f"**{table.name}** :small[{text.count(table.rows, 'ligne')}]  \n:small[{table.comment}]")
    for column, label, make, mime in ((left, "CSV", csv, "text/csv"), (right, "Parquet", parquet, None)):
        column.download_button(
            label, make, f"maillage_{table.name}.{label.lower()}", mime, key=f"{label}_{table.name}", on_click="ignore"
        )
