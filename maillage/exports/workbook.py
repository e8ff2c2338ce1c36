"""A table as a workbook (XLSX): typed columns, codes as text, and on a second sheet what each column is and where it comes from."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime

import numpy as np
import pandas as pd
import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from maillage.language import text
from maillage.queries import comparison, downloads
from maillage.records.heading import Heading
from maillage.subjects.provenance import headings
from maillage.warehouse import Ask

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What a workbook holds, as its format fixes it.
ROWS, COLUMNS, CHARACTERS = 1_048_576, 16_384, 32_767
LONGEST = 100_000  # rows of a whole table that are worth a workbook: made in half a minute, opened in as much
WIDEST, SAMPLE = 60, 200  # characters of the widest column; rows that its width is guessed from
SOURCES = "Sources"
TOO_LONG = "(texte trop long pour une cellule : voir le CSV)"


def xlsx(table: pd.DataFrame, headings: Sequence[Heading], build: str, sheet: str = "Données") -> bytes:
    """Sheet « Données » (more where there are more rows than a sheet holds) and sheet « Sources »; `build` says which data.

    A text is a text whatever it begins with: nothing is a formula, a link or a number that lost its zeros. NaN, NA and None are
    empty cells. Lists are one text, their items apart by « | ». Raises ValueError on more columns than a sheet holds.
    """
    if len(table.columns) > COLUMNS:
        raise ValueError(f"Un classeur n'a pas plus de {text.number(COLUMNS)} colonnes.")
    content = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(content, options) as book:
        book.set_properties({"title": sheet, "comments": f"Maillage, construction {build}"})
        formats = {
            "head": book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}),
            "text": book.add_format({"num_format": "@", "quote_prefix": True}),  # shown as written, never computed
            "wrapped": book.add_format({"text_wrap": True, "valign": "top", "quote_prefix": True}),
            "day": book.add_format({"num_format": "dd/mm/yyyy"}),
        }
        parts = range(0, max(len(table), 1), ROWS - 1)
        for number, first in enumerate(parts, 1):
            name = sheet if len(parts) == 1 else f"{sheet} {number}"
            _data(book.add_worksheet(name), table.iloc[first : first + ROWS - 1], formats)
        _sources(book.add_worksheet(SOURCES), headings, build, formats)
    return content.getvalue()


def of_page(ask: Ask, table: pd.DataFrame) -> bytes:
    """A table that a page shows, with the build it comes from."""
    return xlsx(table, headings.headings(ask, table), ask(comparison.stamp))


def of_list(ask: Ask, table: pd.DataFrame, name: str) -> bytes:
    """A visitor's own list: it is its own source."""
    return xlsx(table, [Heading(str(column), source=name) for column in table.columns], ask(comparison.stamp))


def of_table(ask: Ask, name: str) -> bytes:
    """A table of the database. Raises KeyError when there is no such table."""
    return xlsx(ask(downloads.rows, name), headings.of_table(ask, name), ask(comparison.stamp), name)


def _data(sheet: Worksheet, table: pd.DataFrame, formats: dict) -> None:
    """Headings, then the rows: in order, each written before the next, so that a long table takes no memory."""
    columns = [table.iloc[:, place] for place in range(len(table.columns))]
    for place, (name, column) in enumerate(zip(table.columns, columns, strict=True)):
        sheet.set_column(place, place, _width(column, str(name)))
        sheet.write_string(0, place, str(name), formats["head"])
    sheet.freeze_panes(1, 0)
    if table.size:
        sheet.autofilter(0, 0, len(table), len(columns) - 1)
        sheet.ignore_errors({"number_stored_as_text": f"A1:{xl_rowcol_to_cell(len(table), len(columns) - 1)}"})
    for row, cells in enumerate(zip(*map(_cells, columns), strict=True), 1):
        for place, cell in enumerate(cells):
            if isinstance(cell, str):
                if cell:
                    sheet.write_string(row, place, _fitting(cell), formats["text"])
            elif isinstance(cell, bool):
                sheet.write_boolean(row, place, cell)
            elif isinstance(cell, (datetime, date)):
                sheet.write_datetime(row, place, cell, formats["day"])
            elif cell is not None:
                sheet.write_number(row, place, cell)


def _cells(column: pd.Series) -> list:
    """What a workbook holds: numbers, texts, dates, yes or no; None where nothing is known."""
    if pd.api.types.is_numeric_dtype(column):
        column = column.replace([np.inf, -np.inf], np.nan)
    cells = column.astype(object).where(column.notna(), None).tolist()
    return cells if pd.api.types.is_numeric_dtype(column) else [_plain(cell) for cell in cells]


def _plain(cell):
    if isinstance(cell, (list, tuple, np.ndarray)):
        return " | ".join(map(str, cell))
    if isinstance(cell, np.generic):
        return cell.item()
    return cell if cell is None or isinstance(cell, (str, bool, int, float, date)) else str(cell)


def _fitting(words: str) -> str:
    return words if len(words) <= CHARACTERS else TOO_LONG


def _width(column: pd.Series, name: str) -> int:
    longest = max((len(str(cell)) for cell in column.head(SAMPLE)), default=0)
    return min(max(longest, min(len(name), 24), 8), WIDEST) + 2


def _sources(sheet: Worksheet, headings: Iterable[Heading], build: str, formats: dict) -> None:
    for place, (name, width) in enumerate((("Colonne", 34), ("Sens", 60), ("Unité", 24), ("Date", 24), ("Source", 70))):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, name, formats["head"])
    sheet.freeze_panes(1, 0)
    rows = [(each.name, each.meaning, each.unit, each.date, each.source) for each in headings]
    rows += [(), ("Base", f"Maillage, atlas ouvert des soins coordonnés, construction {build}.")]
    for row, cells in enumerate(rows, 1):
        for place, cell in enumerate(cells):
            if cell:
                sheet.write_string(row, place, _fitting(cell), formats["wrapped"])
