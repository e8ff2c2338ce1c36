"""Tables on a page, and what is taken away of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd
import streamlit as st

from maillage.exports import workbook
from maillage.language import spreadsheet, text
from maillage.screen import questions

LISTED = 2000  # rows of a long table that are sent to the browser


def data_table(frame, **options) -> None:
    """A table whose numbers are written as the reader's language does."""
    numbers = {name: st.column_config.NumberColumn(format="localized") for name in frame.select_dtypes("number")}
    numbers.pop("Année", None)
    st.dataframe(frame, hide_index=True, column_config=numbers, **options)


def whole_table(frame: pd.DataFrame) -> None:
    """A short table of texts and whole numbers, no cell cut; names are shown as written, for its cells are Markdown."""
    cells = frame.map(lambda cell: text.markdown(cell) if isinstance(cell, str) else text.number(cell)).astype(str)
    st.table(cells, border="horizontal", hide_index=True)


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
    data_table(frame.head(LISTED))
    if len(frame) > LISTED:
        st.caption(f"Les {text.count(LISTED, 'première')} lignes sur {text.number(len(frame))} : le CSV les a toutes.")
    take(lambda: frame, f"maillage_{name}", name, "Télécharger en CSV", "Télécharger en XLSX")


def take(
    make: Callable[[], pd.DataFrame], stem: str, key: str, csv: str = "CSV", xlsx: str = "XLSX", **options
) -> None:
    """A table to take away as `stem`.csv and, with what each column is, as `stem`.xlsx. Both are made when they are asked for,
    where there is no session any more: from the edition of this run."""
    edition = questions.edition()
    with st.container(horizontal=True):
        st.download_button(
            csv,
            lambda: spreadsheet.csv(make()),
            f"{stem}.csv",
            "text/csv",
            key=f"csv_{key}",
            on_click="ignore",
            **options,
        )
        st.download_button(
            xlsx,
            lambda: workbook.of_page(edition.ask, make()),
            f"{stem}.xlsx",
            workbook.MIME,
            key=f"xlsx_{key}",
            on_click="ignore",
            **options,
        )


def table_row(table, csv: Callable[[], bytes], parquet: Callable[[], bytes]) -> None:
    """A table of the database with its downloads, made when they are asked for; no workbook of one too long to open."""
    words, buttons = st.columns([1.3, 1], vertical_alignment="center")
    words.markdown(f"**{table.name}** :small[{text.count(table.rows, 'ligne')}]  \n:small[{table.comment}]")
    row = buttons.container(horizontal=True, gap="xsmall")
    files = [("CSV", csv, "text/csv"), ("Parquet", parquet, None)]
    if table.rows <= workbook.LONGEST:
        files.insert(1, ("XLSX", partial(workbook.of_table, questions.edition().ask, table.name), workbook.MIME))
    else:
        words.caption(
            f"Pas de XLSX au-delà de {text.count(workbook.LONGEST, 'ligne')} : trop long à ouvrir. Le CSV a tout."
        )
    for label, make, mime in files:
        row.download_button(
            label, make, f"maillage_{table.name}.{label.lower()}", mime, key=f"{label}_{table.name}", on_click="ignore"
        )
