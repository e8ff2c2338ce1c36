"""Lists as people write them: whatever the program that saved them, the same rows; whatever else, one sentence."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from etl.formats import lists
from etl.formats.lists import Column, RefusedRow
from etl.source import SourceError

COLUMNS = (
    Column("nom", ("libelle", "nom de la structure"), required="nom"),
    Column("type", ("type de structure",), required="type"),
    Column("places", ("nombre de places", "capacite")),
    Column("ouverture", ("date d ouverture",)),
    Column("remarque", ("commentaires",), prose=True),
)
FRENCH = "aàâbcçdeéèêëfghiîïjklmnoôœpqrstuùûüvwxyzÿAÀÂÇÉÈÊËÎÏÔŒÙÛÜŸ '’«»-.;,|\t\"()°0123456789\n\u00a0"
cells = st.text(st.sampled_from(FRENCH), max_size=12)
same_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)


def tidy(text: str) -> str | None:
    words = " ".join(text.split())
    return re.sub("^'(?=[=+@-])", "", words) or None  # the mark that keeps a spreadsheet from computing a text


def read(path: Path) -> lists.Listing:
    return lists.read(path, COLUMNS)


def put(folder: Path, text: str | bytes, name: str = "structures.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def put_workbook(folder: Path, sheets: dict[str, list[list]], merged: str = "") -> Path:
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
        if merged and title == list(sheets)[-1]:
            sheet.merge_cells(merged)
    path = folder / "structures.xlsx"
    book.save(path)
    return path


def refusal(path: Path) -> RefusedRow:
    with pytest.raises(RefusedRow) as refused:
        read(path)
    sentence = str(refused.value)
    assert sentence.endswith(".") and "\n" not in sentence and len(sentence) < 1000
    return refused.value


@same_folder
@example([("", "\u00a0", "\n")], ";", "utf-8", csv.QUOTE_ALL, "\n")  # a blank row, whatever is blank
@example(
    [("", "", "-"), (":-", "--", "a")], ";", "utf-8", csv.QUOTE_MINIMAL, "\n"
)  # dashes alone are a rule under a heading
@given(
    st.lists(st.tuples(cells, cells, cells), max_size=6),
    st.sampled_from(";,\t|"),
    st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(["\r\n", "\n"]),
)
def test_what_a_program_wrote_is_read_back(tmp_path, rows, delimiter, encoding, quoting, end):
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=end)
    writer.writerow(("Libellé", "TYPE DE STRUCTURE", "Nombre de places"))
    writer.writerows(rows)
    content = text.getvalue().encode(encoding)
    if encoding == "cp1252":  # letters that happen to be UTF-8 cannot be told from it
        assume(content.decode("utf-8", errors="ignore").encode() != content or text.getvalue().isascii())
    lines = read(put(tmp_path, content)).rows
    expected = {
        line: row
        for line, row in enumerate((tuple(map(tidy, cells)) for cells in rows), 2)
        if any(cell and cell.strip(" -:") for cell in row)
    }
    assert [(row["nom"], row["type"], row["places"]) for row in lines] == list(expected.values())
    assert [row.line for row in lines] == list(expected)


@given(
    st.integers(-(10**6), 10**6),
    st.integers(0, 99),
    st.sampled_from(["", " ", "\u00a0", "\u202f"]),
    st.sampled_from(",."),
)
def test_numbers_are_read_as_french_writes_them(whole, cents, space, point):
    text = f"{whole:,}".replace(",", space) + f"{point}{cents:02}"
    row = lists.ListRow(Path("structures.csv"), 2, {"x": tidy(text)})
    assert row.number("x") == pytest.approx(float(f"{whole}.{cents:02}"))


@same_folder
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(tmp_path, content):
    for name in ("structures.csv", "structures.xlsx"):
        try:
            read(put(tmp_path, content, name))
        except RefusedRow as refused:
            assert str(refused).endswith(".")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12/06/2023", "2023-06-12"),
        ("1/2/2024", "2024-02-01"),
        ("12-06-2023", "2023-06-12"),
        ("2023-06-12", "2023-06-12"),
        ("2023-06-12 00:00:00", "2023-06-12"),
        ("06/2023", "2023-06"),
        ("2023", "2023"),
        ("45089", "2023-06-12"),
        (None, None),
    ],
)
def test_dates_are_read_as_spreadsheets_write_them(text, expected):
    assert lists.ListRow(Path("structures.csv"), 2, {"d": text}).date("d") == expected


@pytest.mark.parametrize("text", ["31/02/2023", "T1 2024", "31 février 2024", "12/06/23", "2023-13", "0", "99/99/9999"])
def test_what_is_no_date_is_refused_in_words(text):
    with pytest.raises(RefusedRow, match=rf"^« {re.escape(text)} » n'est pas une date .*JJ/MM/AAAA"):
        lists.ListRow(Path("structures.csv"), 2, {"d": text}).date("d")


def test_a_cell_of_little_weight_is_left_aside_and_its_row_kept():
    row, doubts = lists.ListRow(Path("structures.csv"), 2, {"places": "douze"}), []
    assert row.spare(row.integer, "places", doubts) is None
    assert doubts == ["laissé de côté : « douze » n'est pas un nombre (colonne « places »)"]


def test_the_header_may_stand_below_a_title(tmp_path):
    listing = read(
        put(tmp_path, "Structures de la région;;\n;;\nType de structure;Nom de la structure\nPASS;PASS de Sedan\n")
    )
    assert [(row.line, row["type"], row["nom"]) for row in listing.rows] == [(4, "PASS", "PASS de Sedan")]


def test_columns_that_nothing_needs_are_named_and_left(tmp_path):
    listing = read(put(tmp_path, "nom;type;Téléphone;Courriel;Responsable\nPASS de Sedan;PASS;0324000000;a@b.fr;X\n"))
    assert [note.sentence for note in listing.notes] == [
        "Colonnes laissées de côté : Téléphone, Courriel, Responsable."
    ]
    assert set(listing.rows[0].cells) == {column.name for column in COLUMNS}
    assert not any("0324" in str(value) or "@" in str(value) for value in listing.rows[0].cells.values())


def test_telephone_numbers_and_addresses_of_mail_are_not_carried_with_remarks(tmp_path):
    remark = "Appeler le 03 24 58 00 00 ou +33 324580000, accueil-pass@ch.example.fr, FINESS 080000615"
    listing = read(put(tmp_path, f'nom;type;remarque\nPASS;PASS;"{remark}"\n'))
    assert listing.rows[0]["remarque"] == "Appeler le ou , , FINESS 080000615"


def test_one_line_that_cannot_be_cut_does_not_stop_the_others(tmp_path):
    listing = read(put(tmp_path, 'nom;type\nA;MSP\n"B;MSP\nC;MSP;de trop\nD;MSP\n'))
    assert [(row.line, row["nom"]) for row in listing.rows] == [(2, "A"), (5, "D")]
    assert [(note.line, note.outcome) for note in listing.notes] == [("ligne 3", "refuse"), ("ligne 4", "refuse")]
    assert listing.rows_read == 4


def test_a_cell_of_ten_megabytes_is_refused_alone(tmp_path):
    listing = read(put(tmp_path, f"nom;type\nA;MSP\n{'x' * 10_000_000};MSP\n{'y' * 3000};MSP\nB;MSP\n"))
    assert [row["nom"] for row in listing.rows] == ["A", "B"]
    assert [note.line for note in listing.notes] == ["ligne 3", "ligne 4"]


def test_formulas_of_a_csv_stay_text(tmp_path):
    listing = read(put(tmp_path, 'nom;type\n"=HYPERLINK(""http://x"";""y"")";MSP\n+1+1;MSP\n'))
    assert [row["nom"] for row in listing.rows] == ['=HYPERLINK("http://x";"y")', "+1+1"]


def test_a_workbook_is_read_on_the_sheet_that_has_the_header(tmp_path):
    path = put_workbook(
        tmp_path,
        {
            "Lisez-moi": [["Mode d'emploi"], ["nom", "du service"]],
            "Liste": [
                ["Structures", None, None, None],
                ["Libellé", "Type", "Capacité", "Date d'ouverture"],
                ["PASS de Sedan", "PASS", 12, date(2012, 3, 1)],
                [None, None, None, None],
                ["=1+1", "MSP", 1.5, "2019"],
            ],
        },
        merged="A1:D1",
    )
    listing = read(path)
    assert [(row.label, row["nom"], row["places"], row.date("ouverture")) for row in listing.rows] == [
        ("feuille « Liste », ligne 3", "PASS de Sedan", "12", "2012-03-01"),
        ("feuille « Liste », ligne 5", None, "1.5", "2019"),  # a formula that no program computed has no value
    ]


def test_merged_cells_of_a_header_leave_the_others_readable(tmp_path):
    rows = [["Nom de la structure", None, "Type", "Capacité"], ["PASS de Sedan", "CH", "PASS", 3]]
    listing = read(put_workbook(tmp_path, {"Liste": rows}, merged="A1:B1"))
    assert [(row["nom"], row["type"], row["places"]) for row in listing.rows] == [("PASS de Sedan", "PASS", "3")]


def test_letters_that_another_program_lost_are_text_in_a_file_that_is_utf_8(tmp_path):
    listing = read(put(tmp_path, "nom;type\nRethel\ufffd Ã©;PASS\n"))
    assert listing.rows[0]["nom"] == "Rethel\ufffd Ã©"


HOSTILE = [
    (b"", "il est vide"),
    (b"\xef\xbb\xbf \r\n", "il est vide"),
    (b";;\n;;\n", "il n'a aucune ligne"),
    (b"<!DOCTYPE html><html><body>404", "c'est une page web"),
    (b"nom;type\nPASS\0;PASS\n", "la ligne 2 contient un octet nul"),
    ("nom;type\nPASS de Rethel é;PASS\n".encode() + "MSP é;MSP\n".encode("cp1252"), "ou mêle les deux (ligne 2)"),
    (b"nom;type\nx\x81;PASS\n", "ni en UTF-8 ni en Windows-1252"),
    (b"nom;adresse\nA;B\n", "colonne absente : type (colonnes trouvées : nom, adresse)"),
    (
        ";".join(f"colonne {n}" for n in range(200)).encode(),
        "colonne absente : nom, type (colonnes trouvées : colonne 0",
    ),
    (b"\xd0\xcf\x11\xe0" + bytes(600), "classeur Excel ancien"),
]


@pytest.mark.parametrize(("content", "reason"), HOSTILE)
def test_a_hostile_file_gets_one_sentence(tmp_path, content, reason):
    assert reason in str(refusal(put(tmp_path, content)))


def test_two_hundred_columns_are_told_in_a_line(tmp_path):
    header = ";".join(["nom", "type", *(f"colonne {n}" for n in range(198))])
    listing = read(put(tmp_path, f"{header}\nA;MSP\n"))
    assert listing.rows[0]["nom"] == "A"
    assert listing.notes[0].sentence.endswith("colonne 11 et 186\u00a0autres.")


def test_a_header_alone_is_a_list_without_rows(tmp_path):
    assert read(put(tmp_path, "nom;type\n")).rows == ()


@pytest.mark.parametrize("content", [b"<html>", b"nom;type\nA;MSP\n", b"PK\x03\x04" + bytes(100)])
def test_what_is_not_a_workbook_is_told(tmp_path, content):
    refusal(put(tmp_path, content, "structures.xlsx"))


def test_a_zip_bomb_is_refused_before_it_fills_the_memory(tmp_path):
    path = tmp_path / "structures.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as book:
        book.writestr("xl/worksheets/sheet1.xml", b"<worksheet>" + b"0" * 60_000_000)
    assert path.stat().st_size < 100_000
    assert "avant de remplir la mémoire" in str(refusal(path))


def test_a_lone_cell_at_the_far_corner_is_refused_before_it_fills_the_memory(tmp_path):
    path = put_workbook(tmp_path, {"Liste": [["nom", "type"], ["A", "MSP"]]})
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(
        b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    )
    with zipfile.ZipFile(path, "w") as book:
        for name, content in parts.items():
            book.writestr(name, content)
    assert "1048576 lignes" in str(refusal(path))


def test_a_file_too_big_is_not_opened(tmp_path, monkeypatch):
    monkeypatch.setattr(lists, "MOST_BYTES", 10)
    assert "il fait" in str(refusal(put(tmp_path, "nom;type\nA;MSP\n")))


def test_a_bad_file_does_not_stop_the_others(tmp_path):
    good, bad = put(tmp_path, "nom;type\nA;MSP\n"), put(tmp_path, "nom\nA\n", "structures2.csv")
    listings, notes = lists.read_all([good, bad], COLUMNS)
    assert [listing.name for listing in listings] == ["structures.csv"]
    assert [(note.file, note.outcome, note.reason) for note in notes] == [
        ("structures2.csv", "refuse", "colonne absente")
    ]
    with pytest.raises(SourceError, match=r"^« structures2\.csv » : Fichier refusé : colonne absente : type"):
        lists.read_all([bad], COLUMNS)
