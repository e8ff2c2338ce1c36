"""One button on each map and chart: link, pictures, page, and the letters that show it elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

import plotly.graph_objects as go
import streamlit as st

from maillage.exports import picture
from maillage.language import text
from maillage.queries import provenance
from maillage.records.map_picture import MapPicture, MapWords
from maillage.records.map_view import MapView
from maillage.screen import questions
from maillage.screen.questions import ask
from maillage.subjects import map_picture
from maillage.subjects.atlas import picture as atlas_picture
from maillage.subjects.atlas.map import Scene
from maillage.views import chart_sheet, map_sheet, sharing


@contextmanager
def place(key: str, title: str = "") -> Iterator[None]:
    """Where a drawing stands with its legend and its button. An embed of it alone has its title, where it is not in the drawing."""
    with st.container(key=f"{sharing.PLACE}{key}"):
        if title and sharing.alone(st.query_params.to_dict(), bool(st.context.is_embedded)) == key:
            st.subheader(text.markdown(title), anchor=False)
        yield


def button(
    title: str, key: str, draw: Callable[[], str] | None = None, name: str = "", note: str = "", wide: bool = False
) -> None:
    """« Partager »: what is in it is drawn when it is opened, and files are made when they are asked for.

    `draw` gives the sheet, an SVG with its own title, legend, source and date; `wide`, where it is wider than high. It runs
    where there is no session: it asks the edition itself.
    """
    with st.popover("Partager", icon=":material/share:", key=f"partager_{key}", on_change="rerun") as box:
        if not box.open:
            return
        page, query = st.context.url or "", st.query_params.to_dict()
        st.caption("Le lien de cette vue")
        st.code(sharing.link(page, query), language=None, wrap_lines=True)
        if draw:
            files(title, key, draw, name or f"maillage_{key}", wide)
        if note:
            st.caption(note)
        st.caption("À insérer dans un site")
        st.code(sharing.embed(page, query, title, key), language=None, wrap_lines=True)


def files(title: str, key: str, draw: Callable[[], str], name: str, wide: bool) -> None:
    """The sheet as PNG, SVG and PDF."""
    made = ask(provenance.build)["built_at"]
    kinds = (
        ("PNG", lambda: picture.png(draw()), "png", "image/png"),
        ("SVG", lambda: picture.svg(draw()), "svg", "image/svg+xml"),
        ("PDF", lambda: picture.pdf(draw(), title, made, wide), "pdf", "application/pdf"),
    )
    with st.container(horizontal=True):
        for label, make, ending, kind in kinds:
            st.download_button(
                label,
                make,
                f"{name}.{ending}",
                kind,
                key=f"{label}_{key}",
                on_click="ignore",
                icon=":material/download:",
            )


def drawing(title: str, key: str, view: MapView, make: Callable[[], MapPicture], name: str = "") -> None:
    """The button of a map; `make` gives it as a file draws it."""
    if map_picture.drawable(view):
        button(title, key, lambda: map_sheet.svg(make()), name)
    else:
        button(title, key, note=map_picture.NOT_DRAWABLE)


def view(composed: MapView, words: MapWords, key: str, members: Collection[str] = (), own: bool = False) -> None:
    """The button of any map; `members` are the communes that it is about, `own` where they are a CPTS or a draft."""
    edition = questions.edition()
    drawing(
        words.title,
        key,
        composed,
        lambda: map_picture.picture(edition.ask, composed, words, members, own),
        f"maillage_{key}",
    )


def sheet(title: str, key: str, make: Callable[[str], str], wide: bool = False, name: str = "") -> None:
    """The button of any other drawing; `make` gives its sheet, of the line that says which atlas drew it."""
    edition = questions.edition()
    button(title, key, lambda: make(map_picture.imprint(edition.ask)), name, wide=wide)


def chart(figure: go.Figure, key: str) -> None:
    """The button of a chart."""
    title = chart_sheet.plain(figure.layout.title.text)
    sheet(title, key, lambda imprint: chart_sheet.svg(figure, imprint), chart_sheet.lying(figure))


def scene(here: Scene) -> None:
    """The button of the map of a selection."""
    edition = questions.edition()
    name = f"maillage_{here.selection.indicator}_{here.territory.level}_{here.territory.code}"
    title = here.view.base.label.partition(". ")[0]
    drawing(title, "carte", here.view, lambda: atlas_picture.picture(edition.ask, here), name)
