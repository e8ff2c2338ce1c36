"""The frame of every page: its title, style and menu, the database at hand, the selection of its address."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import streamlit as st

from maillage import address
from maillage.address.selection import Selection
from maillage.screen import questions, served
from maillage.screen.questions import ask, refuse
from maillage.subjects.atlas.map import resolve
from maillage.views import html, legend, sharing
from maillage.warehouse import Unavailable

VIEWS = Path(__file__).parents[1] / "views"

MENU = (
    ("pages/carte.py", "Carte", ":material/map:"),
    ("pages/profil.py", "Profil", ":material/fact_check:"),
    ("pages/ecarts.py", "Écarts", ":material/troubleshoot:"),
    ("pages/cpts.py", "CPTS", ":material/diversity_3:"),
    ("pages/composer.py", "Composer", ":material/draw:"),
    ("pages/ceremonie.py", "Cérémonie", ":material/celebration:"),
    ("pages/comparer.py", "Comparer", ":material/bar_chart:"),
    ("pages/donnees.py", "Données", ":material/database:"),
    ("pages/methode.py", "Méthode", ":material/school:"),
    ("pages/reutiliser.py", "Réutiliser", ":material/code:"),
)


def frame(title: str) -> Selection:
    """Begin a page: its title, style and menu, the database at hand, and the selection of its address."""
    mark = served.address("mark.svg")
    st.set_page_config(page_title=f"{title} · Maillage", page_icon=mark, layout="wide")
    if st.context.is_embedded:
        st.html(VIEWS / "embed.css")
    if drawing := sharing.alone(st.query_params.to_dict(), bool(st.context.is_embedded)):
        st.html(sharing.style(drawing))
    selection, problems = address.parse(Selection, st.query_params.to_dict())
    with st.sidebar:
        st.html(html.macro("page.html", "brand", mark))
        st.button("Redessiner", key="redessiner")  # by page.js: what the server draws has the ink of a theme
        for page, label, icon in MENU:
            st.page_link(page, label=label, icon=icon, query_params=address.query(selection))
    ready()
    selection, more = resolve(ask, selection)
    if sentences := problems + more:
        st.html(legend.notes(sentences, alert=True))
    return selection


def ready() -> None:
    """Take the build in place for this run; build it first when there is none, stop with a sentence when it is no use."""
    try:
        try:
            questions.pin()
        except Unavailable as error:
            if not error.missing:
                raise
            first_build()
            questions.pin()
    except Unavailable as error:
        refuse(error)


@st.cache_resource
def _building() -> threading.Lock:
    return threading.Lock()


def first_build() -> None:
    """Build the database in a process of its own and show how far it is; visitors who come meanwhile wait for it."""
    bar = st.progress(0.0, "Première ouverture : construction de la base à partir des données embarquées…")
    with _building():
        if not questions.DATABASE.exists():
            command = [sys.executable, "-m", "etl", "build", "--progress", "lines", "--output", str(questions.DATABASE)]
            with subprocess.Popen(
                command, cwd=questions.ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
            ) as process:
                for line in process.stdout:
                    share, _, step = line.strip().partition("\t")
                    if step:
                        bar.progress(float(share), f"Construction de la base : {step}")
                sentence = process.stderr.read().strip()
            if process.returncode:
                raise Unavailable(sentence.splitlines()[-1] if sentence else "La base n'a pas pu être construite.")
    bar.empty()
