"""Workbooks read back with another library: types, codes, formulas, limits, and what is said of each column."""

import io
from datetime import date

import numpy as np
import openpyxl
import pandas as pd
import pytest

from maillage.exports import workbook
from maillage.records.heading import Heading

TABLE = pd.DataFrame(
    {
        "Commune": ["Sedan", "=1+1", "@x", ""],
        "Code": ["08409", "01001", "2A004", "-7"],
        "Habitants": pd.array([16193, 0, None, 4], dtype="Int64"),
        "Temps (min)": [12.5, np.nan, np.inf, -1.0],
        "Connu": [True, False, None, True],
        "Sites": [["a", "b"], [], None, ["=c"]],
        "Jour": [date(2026, 5, 12), None, None, date(2025, 1, 1)],
        "Lien": ["https://exemple.fr", "www.exemple.fr", "mailto:x", "1e5"],
    }
)


def read(content: bytes):
    return openpyxl.load_workbook(io.BytesIO(content))


@pytest.fixture(scope="module")
def book():
    return read(workbook.xlsx(TABLE, [Heading("Code", "Code Insee", "", "2026", "Insee")], "essai, construite le 1er"))


def test_cells_keep_their_types(book):
    heading, *rows = book["Données"].iter_rows(values_only=True)
    assert list(heading) == list(TABLE.columns)
    assert [row[1] for row in rows] == ["08409", "01001", "2A004", "-7"]
    assert [row[2] for row in rows] == [16193, 0, None, 4]
    assert [row[3] for row in rows] == [12.5, None, None, -1.0]
    assert [row[4] for row in rows] == [True, False, None, True]
    assert [row[5] for row in rows] == ["a | b", None, None, "=c"]
    assert rows[0][6].date() == date(2026, 5, 12) and rows[1][6] is None


def test_no_text_is_a_formula_a_link_or_a_number(book):
    cells = [cell for row in book["Données"].iter_rows(min_row=2) for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    assert {cell.value for cell in cells if cell.data_type == "s"} >= {"=1+1", "@x", "=c", "1e5", "08409"}
    assert all(cell.quotePrefix for cell in cells if cell.data_type == "s")


def test_a_second_sheet_says_what_each_column_is(book):
    rows = list(book["Sources"].iter_rows(values_only=True))
    assert book.sheetnames == ["Données", "Sources"]
    assert rows[0] == ("Colonne", "Sens", "Unité", "Date", "Source")
    assert rows[1] == ("Code", "Code Insee", None, "2026", "Insee")
    assert "essai, construite le 1er" in rows[-1][1]


def test_more_rows_than_a_sheet_holds_go_on_with_the_next(monkeypatch):
    monkeypatch.setattr(workbook, "ROWS", 4)
    sheets = read(workbook.xlsx(pd.DataFrame({"n": range(7)}), [], "x"))
    assert sheets.sheetnames == ["Données 1", "Données 2", "Données 3", "Sources"]
    numbers = [row[0] for name in sheets.sheetnames[:3] for row in sheets[name].iter_rows(min_row=2, values_only=True)]
    assert numbers == list(range(7))


def test_limits_of_the_format_are_kept():
    long = read(workbook.xlsx(pd.DataFrame({"contour": ["x" * 40_000]}), [], "x"))
    assert long["Données"]["A2"].value == workbook.TOO_LONG
    with pytest.raises(ValueError, match="16 384 colonnes".replace(" ", ".")):
        workbook.xlsx(pd.DataFrame(np.zeros((1, 16_385))), [], "x")
    empty = read(workbook.xlsx(TABLE.head(0), [], "x"))
    assert [cell.value for cell in empty["Données"][1]] == list(TABLE.columns)


def test_a_table_of_the_database_keeps_its_codes(ask, cursor):
    sheets = read(workbook.of_table(ask, "commune_change"))
    assert "01003" in {row[0] for row in sheets["commune_change"].iter_rows(min_row=2, values_only=True)}
    (count,) = cursor.execute("SELECT count(*) FROM commune_change").fetchone()
    assert sheets["commune_change"].max_row == count + 1
    assert sheets["Sources"]["B2"].value and sheets["Sources"]["E2"].value
    with pytest.raises(KeyError):
        workbook.of_table(ask, "duckdb_settings")
