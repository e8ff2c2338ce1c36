"""What the panels of a page share: tabs in the address, headings with their note, charts, downloads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

import pandas as pd
import streamlit as st

from maillage import address
from maillage.address.selection import Selection
from maillage.exports import geo
from maillage.language import text
from maillage.queries import indicators
from maillage.screen import binding, questions
from maillage.screen.panels import share
from maillage.screen.questions import ask
from maillage.screen.tables import LISTED, data_table, take
from maillage.subjects.gaps.territory import Ground
from maillage.views import compared, coverage_curve
from maillage.views.chart_frame import Axis


def tabs(labels: Mapping[str, str], field: str, chosen) -> Iterator[str]:
    """The code of the open tab, inside it. Which one is open is one of the page's own choices: the address holds it."""
    key, codes = f"volets_{field}", {label: code for code, label in labels.items()}
    st.session_state[key] = labels[getattr(chosen, field)]

    def changed() -> None:
        binding.change(type(chosen), **{field: codes[st.session_state[key]]})

    for code, tab in zip(labels, st.tabs(list(labels.values()), key=key, on_change=changed), strict=True):
        if tab.open:
            with tab:
                yield code


def heading(title: str, reading: str, key: str) -> None:
    """A title, and beside it the note that says how to read what follows."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", gap="small"):
        st.subheader(title, anchor=False, width="content")
        with st.popover("Comment lire", icon=":material/help:", key=f"lire_{key}", type="tertiary"):
            st.markdown(reading)


def curves(lines: coverage_curve.Curves, axis: Axis, threshold: float, title: str, source: str, key: str) -> None:
    """The shares of inhabitants beyond each threshold, with their source, their button and their table."""
    with share.place(key, title):
        st.html(coverage_curve.image(lines, axis, threshold, st.context.theme.type == "dark"))
        st.html(compared.credit(f"Source : {source}"))
        share.sheet(title, key, partial(coverage_curve.on_sheet, lines, axis, threshold, title, source), wide=True)
    listed("Tableau : seuil après seuil", lambda: pd.DataFrame(coverage_curve.table(lines, axis)), key)


def listed(title: str, make: Callable[[], pd.DataFrame], name: str, level: str = "", open_first: bool = False) -> None:
    """A table behind its title, made when it is opened, with its downloads; `level` of its codes, where it has contours."""
    with st.expander(title, open_first, key=f"table_{name}", on_change="rerun") as box:
        if not box.open:
            return
        table = make()
        if table.empty:
            st.caption("Rien à lister ici.")
            return
        data_table(table.head(LISTED))
        downloads(table, name, level)


def downloads(table: pd.DataFrame, name: str, level: str = "") -> None:
    """CSV, XLSX, and GeoPackage where the rows have contours; made when they are asked for."""
    edition = questions.edition()
    with st.container(horizontal=True):
        take(lambda: table, f"maillage_{name}", name, icon=":material/download:")
        if level:
            st.download_button(
                "GeoPackage",
                partial(geo.geopackage, edition.answer, table, name, level),
                f"maillage_{name}.gpkg",
                "application/geopackage+sqlite3",
                key=f"gpkg_{name}",
                on_click="ignore",
                icon=":material/layers:",
            )


def named(ground: Ground) -> str:
    """The territory of a ground, as a title says it."""
    here = ground.territory
    return text.territory_name(here.level, here.code, here.name)


def inside(ground: Ground) -> tuple[str, ...]:
    """The communes of the territory itself."""
    return tuple(ground.places["code"][ground.inside].tolist())


def sources(codes: Sequence[str], departements: tuple[str, ...] = ()) -> tuple[str, str]:
    """What these indicators are made from, in these départements or everywhere: their vintages (« 2023 ; mars 2022 »), their producers."""
    rows = [row for code in codes for row in ask(indicators.sources, code, departements)]
    when = text.dated(" ; ".join(dict.fromkeys(vintage for *_, vintage in rows)))
    return when or "absentes ici", " ; ".join(dict.fromkeys(producer for _, producer, _ in rows))


def credit(codes: Sequence[str], departements: tuple[str, ...] = ()) -> str:
    """« Données 2023 ; mars 2022 · Insee »."""
    return "Données " + " · ".join(filter(None, sources(codes, departements)))


def source(codes: Sequence[str], departements: tuple[str, ...] = ()) -> str:
    """« Insee, 2023 ; mars 2022 », for what leaves the page."""
    when, who = sources(codes, departements)
    return f"{who}, {when}" if who else when


def switch(field: str, chosen, code: str) -> None:
    """Choose a commune, or leave it when it was the one."""
    before = getattr(chosen, field)
    binding.change(type(chosen), **{field: () if before == (code,) else (code,)})


def unanswered(error: Exception, selection: Selection) -> None:
    """Why no number is given, what is published instead, and the way to complete it."""
    st.warning(str(error), icon=":material/info:")
    completing(selection)


def completing(selection: Selection) -> None:
    """The way to complete what is not known."""
    st.page_link(
        "pages/importer.py",
        label="Importer une liste",
        icon=":material/upload_file:",
        query_params=address.query(selection),
    )
