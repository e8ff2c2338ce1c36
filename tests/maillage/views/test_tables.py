"""Tables for the screen and for spreadsheets."""

import csv
import io

import numpy as np
import pandas as pd
import pytest

from maillage import catalog
from maillage.language import spreadsheet as language_spreadsheet
from maillage.views import tables

DANGEROUS = ["=1+1", "+33 1", "-2", "@SUM(A1)", "\tx", "\rx", "\nx", "=cmd|' /C calc'!A0"]


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_a_csv_is_what_a_french_spreadsheet_opens():
    content = language_spreadsheet.csv(
        pd.DataFrame({"Nom": ["L'Haÿ; « é »", None], "Valeur": [1234.5, np.nan], "An": [2023, 2017]})
    )
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.endswith(b"\r\n") and content.count(b"\n") == content.count(b"\r\n") == 3
    assert read(content) == [["Nom", "Valeur", "An"], ["L'Haÿ; « é »", "1234,5", "2023"], ["", "", "2017"]]


@pytest.mark.parametrize("text", DANGEROUS)
def test_formulas_are_made_harmless_in_cells_and_headings(text):
    (heading,), (cell,) = read(language_spreadsheet.csv(pd.DataFrame({text: [text]})))
    assert heading == cell == f"'{text}"


def test_numbers_are_left_alone():
    frame = pd.DataFrame({"a": [-1.5, -2.0], "b": pd.array([-1, None], dtype="Int64"), "c": [True, False]})
    assert read(language_spreadsheet.csv(frame))[1:] == [["-1,5", "-1", "True"], ["-2,0", "", "False"]]


def test_codes_keep_their_zeros_and_lists_are_harmless():
    frame = pd.DataFrame({"code": ["08", "2A"], "aliases": [["CPTS A", "=B"], []]})
    assert [row[0] for row in read(language_spreadsheet.csv(frame))] == ["code", "08", "2A"]


def test_the_frame_itself_does_not_change():
    frame = pd.DataFrame({"=a": ["=b"]})
    language_spreadsheet.csv(frame)
    assert frame.equals(pd.DataFrame({"=a": ["=b"]}))


def test_the_table_under_the_map_tells_minimum_maximum_missing_and_withheld():
    table = pd.DataFrame(
        {
            "code": list("abcde"),
            "name": list("ABCDE"),
            "departement_code": ["08"] * 5,
            "population": [1, 2, 3, 4, 5],
            "value": [1.26, 2, 3, np.nan, np.nan],
            "low": [np.nan, 2, np.nan, np.nan, np.nan],
            "high": [np.nan, np.nan, 3, np.nan, np.nan],
            "year": [2023, 2023, 2017, np.nan, 2023],
            "bound": ["exact", "at_least", "at_most", None, "exact"],
            "basis": ["computed"] * 3 + [None, "withheld"],
            "method": ["m", "m", "m", None, "m"],
            "source": [None, "Insee", None, None, None],
            "vintage": [None, "2023", None, None, None],
        }
    )
    indicator = catalog.INDICATOR["densite"]
    table_shown = tables.figures(table, indicator)
    value = f"{indicator.label} ({indicator.unit})"
    assert table_shown["Source"].tolist() == ["", "Insee", "", "", ""] and table_shown["Millésime"][1] == "2023"
    assert table_shown["Lecture"].tolist() == ["", "minimum", "maximum", "manquant", "NS"]
    assert (
        table_shown[value].tolist()[:3] == [1.3, 2, 3]
        and table_shown[value].isna().tolist() == [False] * 3 + [True] * 2
    )
    assert table_shown["Code"].tolist() == list("abcde") and table_shown["Nom"].tolist() == list("ABCDE")
    assert table_shown["Population"].tolist() == [1, 2, 3, 4, 5]
    assert table_shown["Année"].isna().tolist() == [False] * 3 + [True, False]


def test_claims_show_the_difference_where_both_are_known():
    claim = pd.DataFrame(
        {
            "place": ["Ardennes (08)", "X", "Y"],
            "subject": ["population", "y", "MSP"],
            "claimed": [210000.0, 3.5, 23],
            "computed": [265893.0, np.nan, 12],
            "bound": ["exact", None, "at_least"],
            "computed_as": ["z", None, "MSP : au moins, sites ouverts recensés"],
            "unit": ["habitants", "%", "MSP"],
            "date": ["2022-09", None, None],
            "note": [None, None, None],
            "citation": ["seed:001_db12b54bc2ddebdb.txt", "autre", "autre"],
        }
    )
    table_shown = tables.claims(claim)
    assert table_shown["Écart"][0].startswith("26,6") and table_shown["Écart"][1] == "–"
    assert table_shown["Calculé"][2] == "≥\u00a012" and table_shown["Écart"][2] == "–"  # a minimum is no difference
    assert table_shown["Calculé"][1] == "–" and table_shown["Déclaré"][1] == "3,5"
    assert table_shown["Date"].tolist() == ["09/2022", "–", "–"]
    assert table_shown["Référence"][0].startswith("dossier de presse sur l'offre de soins dans les Ardennes")


def test_the_dictionary_of_one_table_or_of_all():
    columns = pd.DataFrame(
        {
            "table_name": ["a", "b"],
            "column_name": ["x", "y"],
            "data_type": ["V", "V"],
            "comment": ["1", "2"],
            "table_comment": ["A", "B"],
        }
    )
    assert len(tables.dictionary(columns)) == 2
    assert tables.dictionary(columns, "b")["Colonne"].tolist() == ["y"]
