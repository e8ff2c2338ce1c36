"""Tables wherever their header stands, cells for what they say, and nothing that would fill the memory."""

from __future__ import annotations

import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.formats import sheets, workbook
from etl.formats.sheets import SheetError, Value
from maillage.language.names import plain
from tests.etl.published import book

THIN, HARD = "\u202f", "\u00a0"


# -- cells ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("0", 0.0),
        ("0,0", 0.0),
        ("3,47", 3.47),
        ("3.47", 3.47),
        (" 12 ", 12.0),
        (f"1{THIN}234,5", 1234.5),
        (f"68{HARD}350{HARD}798", 68_350_798.0),
        ("-0,3", -0.3),
        ("\u22120,3", -0.3),
        ("1e-05", 0.00001),
    ],
)
def test_a_number_as_french_or_a_workbook_writes_it(cell, value):
    assert sheets.figure(cell) == Value(value)


@pytest.mark.parametrize("cell", ["NS", "ns", " NS ", "s", "secret statistique", "N/A - secret statistique"])
def test_a_withheld_figure_is_neither_zero_nor_missing(cell):
    assert sheets.figure(cell) == Value(None, withheld=True)


@pytest.mark.parametrize(
    "cell", ["", " ", HARD, "nd", "n.d.", "///", "N/A", "N/A - résultat non disponible", "–", "..."]
)
def test_a_missing_figure_is_not_zero(cell):
    assert sheets.figure(cell) == Value(None)


@pytest.mark.parametrize(
    "cell", ["douze", "1,2,3", "1 2", "12 34", "1.234,5", "0x10", "inf", "nan", "12 %", "9" * 50, "=1+1"]
)
def test_anything_else_is_refused(cell):
    with pytest.raises(SheetError, match="n'est pas un nombre"):
        sheets.figure(cell)


@given(st.integers(-(10**9), 10**9), st.integers(0, 99))
def test_what_french_writes_is_read_back(whole, cents):
    text = f"{whole:,}".replace(",", THIN) + f",{cents:02d}"
    assert sheets.figure(text).value == pytest.approx(whole + (cents if not text.startswith("-") else -cents) / 100)


@pytest.mark.parametrize(
    ("cell", "digits", "code"),
    [
        ("1001", 5, "01001"),
        ("01001", 5, "01001"),
        ("2a004", 5, "2A004"),
        (" 971 ", 2, "971"),
        ("1", 2, "01"),
        ("Ain", 2, "AIN"),
    ],
)
def test_a_code_gets_its_zeros_back(cell, digits, code):
    assert sheets.code(cell, digits) == code


def test_two_spellings_of_a_heading_are_one():
    assert plain("Espérance  de\nvie") == plain("ESPERANCE DE VIE ")
    assert plain("4_Tres_dotee") == plain("4 très dotée")
    assert plain("sur-dotée") == "sur dotee"


# -- tables ---------------------------------------------------------------------------------------------------------

ROWS = [
    ["Un titre", ""],
    ["", ""],
    ["Code", "Libellé"],
    ["", "(unité)"],
    ["01", "Ain"],
    ["Total", ""],
    ["", ""],
    ["02", "Aisne"],
    ["Source", ""],
]


def test_a_table_begins_below_its_header_wherever_it_stands():
    for above in range(5):
        table = sheets.table([["Un titre", ""]] * above + ROWS, "CODE", "libelle")
        assert table.columns == ("Code", "Libellé")
        assert table.banner == ("Un titre",) * (above + 1)
        good, others = table.coded("Code", "[0-9]{2}")
        assert [line["Libellé"] for line in good] == ["Ain", "Aisne"]
        assert [line.number for line in good] == [5 + above, 8 + above]
        assert [line["Code"] for line in others] == ["Total"]  # neither units nor notes


def test_a_missing_column_names_those_found():
    with pytest.raises(SheetError, match="« Population » ; la plus remplie a : Code, Libellé"):
        sheets.table(ROWS, "Code", "Population")
    with pytest.raises(SheetError, match="« Population » est absente ; colonnes trouvées : Code, Libellé"):
        sheets.table(ROWS, "Code").column("Population")


def test_a_heading_that_stands_twice_is_refused():
    with pytest.raises(SheetError, match="deux fois : Code"):
        sheets.table([["Code", "Libellé", "Code"]], "Code")


def test_a_table_without_a_code_is_refused():
    with pytest.raises(SheetError, match="aucune ligne n'a un code"):
        sheets.table(ROWS[:4], "Code").coded("Code", "[0-9]{2}")


def test_a_short_row_lacks_cells_and_nothing_else():
    table = sheets.table([["Code", "A", "B"], ["01", "1"]], "Code")
    assert dict(table.lines[0].cells) == {"Code": "01", "A": "1", "B": ""}


# -- CSV ------------------------------------------------------------------------------------------------------------

TEXT = "Code;Libellé\r\n08;Ardennes, l'Œil\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_letters_survive_their_encoding(tmp_path, encoding):
    path = tmp_path / "a.csv"
    path.write_bytes(TEXT.encode(encoding))
    assert sheets.csv_rows(path) == [["Code", "Libellé"], ["08", "Ardennes, l'Œil"]]


@pytest.mark.parametrize("comma", [";", "\t", ","])
def test_the_delimiter_is_found(tmp_path, comma):
    path = tmp_path / "a.csv"
    path.write_text(f"Titre\nCode{comma}Valeur\n08{comma}4\n10{comma}5\n", encoding="utf-8")
    assert sheets.csv_rows(path)[1:] == [["Code", "Valeur"], ["08", "4"], ["10", "5"]]


def test_decimal_commas_are_no_delimiter(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("Code;Valeur\n08;4,1\n10;5,2\n", encoding="utf-8")
    assert sheets.csv_rows(path)[1] == ["08", "4,1"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "vide"),
        (b"\xef\xbb\xbf  \r\n", "vide"),
        (b"<!DOCTYPE html><html></html>", "page web"),
        (b"Code;A\n1;\x00\n", "pas un texte"),
        (b"Code;A\n1;\x81\x8d\n", "ni en UTF-8, ni en Windows-1252"),
        (b'Code;A\n1;"ab\n', "pas un CSV lisible"),
    ],
)
def test_what_is_no_csv_is_said(tmp_path, content, sentence):
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(SheetError, match=sentence):
        sheets.csv_rows(path)


# -- workbooks ------------------------------------------------------------------------------------------------------


def test_the_sheets_of_a_workbook(tmp_path):
    path = book(tmp_path / "a.xlsx", APL_2022=[["Code", "A"], ["01001", 3.5], [971, None]], Notes=[["x"]])
    assert sheets.workbook_rows(path) == {"APL 2022": [["Code", "A"], ["01001", "3.5"], ["971", ""]], "Notes": [["x"]]}


def test_what_is_no_workbook_is_said(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"\xef\xbb\xbf <html>introuvable</html>")
    with pytest.raises(SheetError, match="page web"):
        sheets.workbook_rows(path)
    path.write_bytes(b"Code;A\n")
    with pytest.raises(SheetError, match="classeur"):
        sheets.workbook_rows(path)
    whole = book(tmp_path / "b.xlsx", A=[["x"] * 5] * 50).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(SheetError, match=r"entier|abîmé"):
        sheets.workbook_rows(path)


def test_a_bomb_is_refused_before_it_fills_the_memory(tmp_path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(200_000_000))
    assert path.stat().st_size < 1_000_000
    with pytest.raises(SheetError, match="remplir la mémoire"):
        sheets.workbook_rows(path)


def test_cells_that_only_have_a_style_do_not_count(tmp_path, monkeypatch):
    """As spreadsheets leave them, in a column or to the end of a row: nothing is there, nothing is held in memory."""
    path = book(tmp_path / "a.xlsx", A=[["x", "y"], ["1", "2"]])
    with zipfile.ZipFile(path) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    styled = b'<row r="1048576"><c r="XFC1048576" s="0"/><c r="XFD1048576" s="0"></c></row></sheetData>'
    parts[sheet] = parts[sheet].replace(b"</sheetData>", styled)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert sheets.workbook_rows(path) == {"A": [["x", "y"], ["1", "2"]]}


@pytest.mark.parametrize("size", [1, 7, 64, 1 << 20])
def test_cells_are_counted_wherever_the_file_is_cut(size):
    text = (
        b'<row r="9"><c r="A9"><v>1</v></c><c r="ZZ9" s="1"/><c r="B9" s="1"></c><x:c t="s" r="C7"><v>2</v></x:c></row>'
    )
    pieces = (text[start : start + size] for start in range(0, len(text), size))
    columns, rows = zip(*workbook._references(pieces), strict=True)
    assert set().union(*columns) == {b"A", b"C"} and set().union(*rows) == {b"9", b"7"}


def test_a_lone_cell_at_the_far_corner_is_refused(tmp_path):
    path = book(tmp_path / "a.xlsx", A=[["x"]])
    with zipfile.ZipFile(path) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(b'r="A1"', b'r="XFD1048576"')
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    with pytest.raises(SheetError, match="remplir la mémoire"):
        sheets.workbook_rows(path)
