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
from typing import NoReturn, TypeVar

import streamlit as st
from streamlit_folium import st_folium

from maillage import address, assets, catalog
from maillage.address import selection as selection_address
from maillage.address.selection import Selection
from maillage.language import spreadsheet as language_spreadsheet
from maillage.language import text
from maillage.records.map_view import MapView
from maillage.subjects.atlas.map import resolve
from maillage.views import legend
from maillage.views.map import leaflet as maps
from maillage.warehouse import Edition, Unavailable, Warehouse

ROOT = Path(__file__).parents[2]
DATABASE = ROOT / "data" / "maillage.duckdb"
VIEWS = Path(__file__).parents[1] / "views"
PINNED = "_edition"
LISTED = 2000  # rows of a long table that are sent to the browser
T = TypeVar("T")

MENU = (
    ("app.py", "Carte", ":material/map:"),
    ("pages/ecarts.py", "Écarts", ":material/troubleshoot:"),
    ("pages/cpts.py", "CPTS", ":material/diversity_3:"),
    ("pages/composer.py", "Composer", ":material/draw:"),
    ("pages/ceremonie.py", "Cérémonie", ":material/celebration:"),
    ("pages/comparer.py", "Comparer", ":material/bar_chart:"),
    ("pages/donnees.py", "Données", ":material/database:"),
    ("pages/methode.py", "Méthode", ":material/school:"),
)

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


class _Asking:
    """The `Ask` of a page: the answers of the build of its run; the page stops with a sentence when there are none."""

    def __call__(self, query: Callable, *arguments):
        try:
            return edition().ask(query, *arguments)
        except Unavailable as error:
            refuse(error)

    def keep(self, function: Callable, *arguments):
        try:
            return edition().ask.keep(function, *arguments)
        except Unavailable as error:
            refuse(error)


ask = _Asking()


# -- the frame of a page --------------------------------------------------------------------------------------------


def frame(title: str) -> Selection:
    """Begin a page: its title, style and menu, the database at hand, and the selection of its address."""
    st.set_page_config(page_title=f"{title} · Maillage", page_icon=str(VIEWS / "mark.svg"), layout="wide")
    st.html(VIEWS / "page.css")
    if st.context.is_embedded:
        st.html(VIEWS / "embed.css")
    selection, problems = selection_address.parse(st.query_params.to_dict())
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
    """Write a selection in the address: what a gesture does, before the page runs again. The page's own choices stay."""
    own = {name: value for name, value in st.query_params.items() if name not in selection_address.NAMES}
    st.query_params.from_dict(selection.query() | own)


def current() -> Selection:
    return selection_address.parse(st.query_params.to_dict())[0]


def widget(draw: Callable, field: str, selection: Selection, *arguments, **options):
    """A widget whose value is always the address's, and whose change rewrites the address."""
    return _bound(draw, f"choix_{field}", getattr(selection, field), partial(_chosen, field), arguments, options)


def _chosen(field: str, value) -> None:
    visit(replace(current(), **{field: value}))


def choices(kind: type[T]) -> T:
    """The page's own choices, as the address says them (see maillage.address); what it misspells is told."""
    chosen, problems = address.parse(kind, st.query_params.to_dict())
    if problems:
        st.html(legend.notes(problems, alert=True))
    return chosen


def choose(chosen) -> None:
    """Write the page's own choices in the address, beside the selection."""
    own = address.names(type(chosen))
    kept = {name: value for name, value in st.query_params.items() if name not in own}
    st.query_params.from_dict(kept | address.query(chosen))


def choice(draw: Callable, field: str, chosen, *arguments, **options):
    """A widget for one of the page's own choices: its value is the address's, its change rewrites it."""
    change = partial(rechoose, type(chosen), field)
    return _bound(draw, f"propre_{field}", getattr(chosen, field), change, arguments, options)


def rechoose(kind: type, field: str, value) -> None:
    """Change one of the page's own choices in the address, as it is now."""
    choose(replace(address.parse(kind, st.query_params.to_dict())[0], **{field: value}))


def _bound(draw: Callable, key: str, held, change: Callable, arguments: tuple, options: dict):
    st.session_state[key] = list(held) if isinstance(held, tuple) else held
    return draw(*arguments, key=key, on_change=_changed, args=(key, change), **options)


def _changed(key: str, change: Callable) -> None:
    value = st.session_state[key]
    change(tuple(value) if isinstance(value, list) else value)


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
    ours = b"".join((VIEWS / "map" / name).read_bytes() for name in assets.OURS)
    return leaflet, hashlib.sha256(ours).hexdigest()[:8]


def atlas(
    view: MapView, clicked: Callable[[str, str], None] | None = None, key: str = "carte", height: int = 500
) -> None:
    """Draw the map; a click on a territory calls `clicked(level, code)`, by default it goes there."""
    leaflet, fingerprint = _published()
    if not leaflet:
        st.warning(
            "Leaflet n'est pas installé ici : la carte le demande à un serveur tiers (cdn.jsdelivr.net). Lancez « make "
            "assets » pour l'avoir sur place. Sans réseau, le tableau ci-dessous donne les mêmes chiffres.",
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
    visit(current().go(level, code))


# -- tables and downloads ------------------------------------------------------------------------------------------------------


def table(frame, **options) -> None:
    """A table whose numbers are written as the reader's language does."""
    numbers = {name: st.column_config.NumberColumn(format="localized") for name in frame.select_dtypes("number")}
    numbers.pop("Année", None)
    st.dataframe(frame, hide_index=True, column_config=numbers, **options)


def listing(frame, name: str, *filters: str) -> None:
    """A table that may be long: a filter for each of these headings, its first rows, the download of all that are chosen.

    Nothing at all when the table is empty: the page says why in words.
    """
    if frame.empty:
        return
    for column, heading in zip(st.columns(len(filters)), filters, strict=True):
        known = sorted(set(frame[heading]) - {""})
        chosen = column.selectbox(heading, known, index=None, placeholder="Tout", key=f"filtre_{name}_{heading}")
        if chosen is not None:
            frame = frame[frame[heading] == chosen]
    table(frame.head(LISTED))
    if len(frame) > LISTED:
        st.caption(f"Les {text.count(LISTED, 'première')} lignes sur {text.number(len(frame))} : le CSV les a toutes.")
    file = f"maillage_{name}.csv"
    st.download_button(
        "Télécharger en CSV",
        lambda: language_spreadsheet.csv(frame),
        file,
        "text/csv",
        key=f"csv_{name}",
        on_click="ignore",
    )


def table_row(table, csv: Callable[[], bytes], parquet: Callable[[], bytes]) -> None:
    """A table of the database with its two downloads, made when they are asked for."""
    words, buttons = st.columns([2, 1], vertical_alignment="center")
    words.markdown(f"**{table.name}** :small[{text.count(table.rows, 'ligne')}]  \n:small[{table.comment}]")
    row = buttons.container(horizontal=True, gap="xsmall")
    for label, make, mime in (("CSV", csv, "text/csv"), ("Parquet", parquet, None)):
        row.download_button(
            label, make, f"maillage_{table.name}.{label.lower()}", mime, key=f"{label}_{table.name}", on_click="ignore"
        )
