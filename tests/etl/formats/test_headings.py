"""Which line of a table is its header, and which of its columns a list knows."""

from __future__ import annotations

from etl.formats.headings import Column, header_of, headers_of, missing_of, places_of, spelled, without_brackets
from etl.formats.tables import LONGEST, Table

COLUMNS = (
    Column("nom", required="nom"),
    Column("finess", ("n° finess",), required="place"),
    Column("commune", ("ville",), required="place"),
    Column("lat", ("latitude",)),
)


def test_headings_are_compared_plain_and_a_sentence_is_none():
    assert spelled(['"N° FINESS"', "Dénomination", "x" * LONGEST]) == ["n finess", "denomination", ""]
    assert without_brackets(["Latitude (WGS84)", "Capacité [lits]"]) == ["latitude", "capacite"]


def test_a_column_takes_the_first_of_its_headings_and_no_column_takes_two_places():
    headings = spelled(["Ville", "Commune", "Nom"])
    assert places_of(headings, COLUMNS) == {"nom": 2, "commune": 1}
    assert places_of(["nom"], (Column("a", ("nom",)), Column("b", ("nom",)))) == {"a": 0}
    assert places_of(spelled(["Latitude (WGS84)"]), COLUMNS, without_brackets(["Latitude (WGS84)"])) == {"lat": 0}


def test_alternatives_lack_together():
    assert missing_of({"lat": 0}, COLUMNS) == ["nom", "finess ou commune"]
    assert missing_of({"nom": 0, "commune": 1}, COLUMNS) == []


def test_the_header_is_the_first_row_that_names_all_that_is_required():
    table = Table([["Nom de la liste"], ["Nom", "Latitude"], ["Nom", "Ville"], ["Maison", "Sedan"]])
    header = header_of(table, COLUMNS)
    assert (header.rank, header.places, header.missing) == (2, {"nom": 0, "commune": 1}, [])
    assert header_of(Table([["Nom", "Latitude"]]), COLUMNS).missing == ["finess ou commune"]
    assert header_of(Table([["rien"], None]), COLUMNS) is None


def test_tables_below_and_beside_have_their_own_headers():
    table = Table(
        [
            ["Nom", "Ville", "", "Nom", "Ville"],
            ["A", "Sedan", "", "B", "Rethel"],
            ["Deuxième liste"],
            ["Ville", "Nom", "Latitude"],
            ["Givet", "C", "50"],
        ]
    )
    first, second = headers_of(header_of(table, COLUMNS), COLUMNS)
    assert first.beside == ({"nom": 3, "commune": 4},) and first.end == 2
    assert (second.rank, second.places, second.end) == (3, {"nom": 1, "commune": 0, "lat": 2}, None)
