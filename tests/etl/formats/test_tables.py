"""Files as people keep them: sheets, hidden or merged, totals, texts of any name, objects of JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.formats import lists
from etl.formats.lists import Column, RefusedRow
from maillage.language.names import plain
from tests.etl import books

COLUMNS = (
    Column("type", required="type"),
    Column("nom", ("raison sociale",), required="nom"),
    Column("departement", ("dep",), code=True),
    Column("finess", ("n finess et",), code=True),
    Column("lon"),
    Column("lat", ("latitude",)),
)
HEAD = ["Type", "Nom", "Dép"]
BOOKS = {"structures.xlsx": books.excel, "structures.ods": books.opendocument}


def read(content: bytes | str, name: str = "structures.csv") -> lists.Listing:
    return lists.read(Path(name), COLUMNS, content.encode() if isinstance(content, str) else content)


def rows(listing: lists.Listing) -> list[tuple]:
    return [(row.label, row["nom"]) for row in listing.rows]


@pytest.mark.parametrize("name", BOOKS)
def test_every_sheet_with_the_heading_is_read_under_its_own_name(name):
    listing = read(
        BOOKS[name](
            {
                "08 Ardennes": [HEAD, ["PASS", "A", "08"], ["MSP", "B", "08"]],
                "51 Marne": [["Liste de la Marne"], ["Dép", "Nom", "Type"], ["51", "C", "PASS"]],
                "Lisez-moi": [["À lire"], ["Mise à jour en mars"]],
            }
        ),
        name,
    )
    assert rows(listing) == [
        ("feuille « 08 Ardennes », ligne 2", "A"),
        ("feuille « 08 Ardennes », ligne 3", "B"),
        ("feuille « 51 Marne », ligne 3", "C"),
    ]
    assert [(note.line, note.outcome) for note in listing.notes] == [("feuille « Lisez-moi »", "compris")]
    assert listing.whole


@pytest.mark.parametrize("name", BOOKS)
def test_a_hidden_sheet_is_left_and_named_and_the_list_is_not_whole(name):
    old, new = [HEAD, ["PASS", "Ancienne", "08"]], [HEAD, ["PASS", "A", "08"]]
    listing = read(BOOKS[name]({"2019 archive": old, "Liste 2026": new}, hidden=["2019 archive"]), name)
    assert rows(listing) == [("feuille « Liste 2026 », ligne 2", "A")]
    assert [(note.line, note.reason) for note in listing.notes] == [("feuille « 2019 archive »", "feuille masquée")]
    assert "affichez-la" in listing.notes[0].sentence
    assert not listing.whole


def test_a_hidden_sheet_of_choices_takes_nothing_from_the_list():
    sheets = {"Liste": [HEAD, ["PASS", "A", "08"]], "choix": [["PASS", "ouvert"], ["MSP", "fermé"]]}
    listing = read(books.excel(sheets, hidden=["choix"]))
    assert listing.whole and listing.notes[0].line == "feuille « choix »"


def test_a_sheet_that_goes_on_without_the_heading_is_a_doubt():
    listing = read(books.excel({"1": [HEAD, ["PASS", "A", "08"]], "2": [["PASS", "B", "08"], ["PASS", "C", "08"]]}))
    assert len(listing.rows) == 1 and not listing.whole
    assert [(note.line, note.outcome, note.reason) for note in listing.notes] == [
        ("feuille « 2 »", "ambigu", "feuille non lue")
    ]


def test_a_sheet_of_one_row_without_the_heading_is_a_doubt_and_a_title_is_not():
    one = books.excel({"1": [HEAD, ["PASS", "A", "08"]], "2": [["PASS", "B", "08"]], "3": [["Source", "ARS"]]})
    listing = read(one)
    assert [(note.line, note.outcome) for note in listing.notes] == [
        ("feuille « 2 »", "ambigu"),
        ("feuille « 3 »", "compris"),
    ]
    assert not listing.whole


@pytest.mark.parametrize("mark", ";,\t|")
@pytest.mark.parametrize("ends", [0, 1, 3])
def test_rows_may_end_with_more_marks_than_their_heading(mark, ends):
    text = "\n".join(["type;nom", f"PASS;A{';' * ends}", "PASS;B"]).replace(";", mark)
    assert [row["nom"] for row in read(text).rows] == ["A", "B"]


def test_a_row_with_more_cells_than_its_heading_is_refused_alone():
    listing = read("type;nom\nPASS;A;;x\nPASS;B\n")
    assert [row["nom"] for row in listing.rows] == ["B"]
    assert [(note.line, note.reason) for note in listing.notes] == [("ligne 2", "ligne illisible")]


def test_a_list_all_hidden_is_refused_in_words():
    with pytest.raises(RefusedRow, match=r"« Liste », est masquée\. Affichez-la\."):
        read(books.excel({"Accueil": [["Bonjour"]], "Liste": [HEAD, ["PASS", "A", "08"]]}, hidden=["Liste"]))


def test_the_only_sheet_of_a_book_needs_no_name():
    assert rows(read(books.excel({"Liste": [HEAD, ["PASS", "A", "08"]]}))) == [("ligne 2", "A")]


MERGED = [HEAD, ["PASS", "A", "08"], ["PASS", "B", None], ["PASS", "C", None], [None, None, None], ["MSP", "D", "51"]]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsx", books.excel({"L": MERGED}, merged={"L": "C2:C5"})),
        ("a.ods", books.opendocument({"L": MERGED}, spans={("L", 1, 2): 4})),
    ],
)
def test_what_rows_share_in_a_merged_cell_is_said_of_each(name, content):
    assert [(row["nom"], row["departement"]) for row in read(content, name).rows] == [
        ("A", "08"),
        ("B", "08"),
        ("C", "08"),
        ("D", "51"),
    ]


TOTALS = [
    "Total;;3",
    "TOTAL 08;;",
    ";Total;",
    "PASS;Total;",
    "PASS;Sous-total;2",
    "Sous-total Ardennes;2;",
    ";;Total général",
    "Total PASS;12;",
    "PASS;Total PASS;12",
    ";3;Ardennes Total",
    "Nombre total de structures : 3;;",
    "NBVAL PASS;;3",
    "Total général;;",
    "TOTAL GÉNÉRAL;3;",
    "Sous-total Marne;;3",
    "S/Total;;3",
    "TOTAL;;",
]


@pytest.mark.parametrize("line", TOTALS)
def test_totals_and_subtotals_are_no_rows(line):
    listing = read(f"type;nom;dep\nPASS;A;08\n{line}\nPASS;B;08\n")
    assert [row["nom"] for row in listing.rows] == ["A", "B"]
    assert [note.reason for note in listing.notes] == ["lignes de total"]
    assert ": 3." in listing.notes[0].sentence and listing.whole and listing.rows_read == 2


@pytest.mark.parametrize(
    "line", ["Ardennes;;", ";;3", "MSP en projet;;", ";Source : ARS Grand Est, mars 2026;", ";* provisoire;"]
)
def test_a_title_or_a_footnote_is_known_from_a_row(line):
    listing = read(f"type;nom;dep\nPASS;A;08\n{line}\nPASS;B;08\n")
    assert [bool(row.title) for row in listing.rows] == [False, True, False]
    with pytest.raises(RefusedRow, match="est seul sur sa ligne") as refused:
        listing.rows[1].refuse_title()
    assert refused.value.reason == lists.TITLE


def test_a_name_without_a_type_is_a_row_that_lacks_something():
    assert [row.title for row in read("type;nom;dep\n;Maison de santé;\n").rows] == [""]


@pytest.mark.parametrize(
    "line", ["PASS;Total Santé;08", "MSP;Ensemble pour la santé;08", "MSP;Totaleau;", "MSP;Somme;80"]
)
def test_a_name_that_begins_like_a_total_is_a_name(line):
    assert len(read(f"type;nom;dep\n{line}\n").rows) == 1


def test_a_heading_written_again_on_each_page_is_no_row():
    assert rows(read("type;nom\nPASS;A\nType;Nom\nPASS;B\n")) == [("ligne 2", "A"), ("ligne 4", "B")]


SERVED, PLANNED = ["Type", "Nom", "Dép"], ["Nom", "Type", "Latitude"]


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("between", [[], [[None]], [["MSP en projet"], [None]]])
def test_tables_one_under_the_other_are_read_each_under_its_own_headings(between, turned):
    """Whichever of them has the most columns that are known."""
    served, planned = [SERVED, ["PASS", "A", "08"]], [[*PLANNED, "Dép"], ["B", "MSP", "49,7", "51"]]
    one, other = (planned, served) if turned else (served, planned)
    listing = read(books.excel({"L": [["MSP en service"], *one, *between, *other]}))
    assert sorted((row["nom"], row["type"], row["departement"]) for row in listing.rows) == [
        ("A", "PASS", "08"),
        ("B", "MSP", "51"),
    ]
    assert [row.line for row in listing.rows] == [3, 5 + len(between)]


def test_tables_side_by_side_are_both_read():
    listing = read("type;nom;dep;;type;nom\nPASS;A;08;;MSP;B\n;;;;MSP;C\nPASS;D;51;;;\nTotal;2;;;Total;2\n")
    assert [(row.label, row["nom"], row["departement"]) for row in listing.rows] == [
        ("ligne 2", "A", "08"),
        ("2e tableau, ligne 2", "B", None),
        ("2e tableau, ligne 3", "C", None),
        ("ligne 4", "D", "51"),
    ]
    assert {note.reason for note in listing.notes} == {"lignes de total"} and listing.whole


def test_two_headings_of_one_meaning_are_no_second_table():
    listing = read("type;nom;raison sociale;type\nPASS;A;AA;x\n")
    assert [(row["type"], row["nom"]) for row in listing.rows] == [("PASS", "A")]


def test_a_heading_of_two_lines_is_read_on_the_second():
    listing = read(books.excel({"L": [["Type", "Nom", "Place"], ["Type", "Nom", "Latitude"], ["PASS", "A", "49,7"]]}))
    assert [(row.line, row["nom"], row["lat"]) for row in listing.rows] == [(3, "A", "49,7")] and listing.notes == ()


@pytest.mark.parametrize("above", [0, 1, 25, 50])
def test_the_heading_may_stand_far_below_a_preface(above):
    listing = read("Note\n" * above + "type;nom\nPASS;A\n")
    assert rows(listing) == [(f"ligne {above + 2}", "A")]


@pytest.mark.parametrize("name", ["liste.tsv", "liste.txt", "liste.csv", "liste"])
@pytest.mark.parametrize("mark", "\t;,|")
def test_a_text_is_cut_whatever_its_name(name, mark):
    assert rows(read(f"type{mark}nom\nPASS{mark}A\n", name)) == [("ligne 2", "A")]


OBJECTS = [
    {"type": "PASS", "nom": "A", "dep": "08", "lon": 4.94, "lat": 49.7},
    {"type": "MSP", "nom": "B", "dep": None},
]
POINT = {"type": "Point", "coordinates": [4.94, 49.7]}


@pytest.mark.parametrize(
    "document",
    [
        OBJECTS,
        {"total_count": 2, "results": OBJECTS},
        {"nhits": 2, "records": [{"recordid": "x", "fields": one} for one in OBJECTS]},
        {"data": {"items": OBJECTS}},
        {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "id": 1,
                    "properties": {"type": "PASS", "nom": "A", "dep": "08"},
                    "geometry": POINT,
                },
                {"type": "Feature", "id": 2, "properties": {"type": "MSP", "nom": "B"}, "geometry": None},
            ],
        },
    ],
)
def test_objects_of_a_json_are_rows(document):
    listing = read(json.dumps(document), "structures.json")
    assert [
        (row.label, row["type"], row["nom"], row["departement"], row["lon"], row["lat"]) for row in listing.rows
    ] == [
        ("objet 1", "PASS", "A", "08", "4.94", "49.7"),
        ("objet 2", "MSP", "B", None, None, None),
    ]


@pytest.mark.parametrize(
    ("geometry", "lon"),
    [
        (POINT, "4.94"),
        ({"type": "MultiPoint", "coordinates": [[4.94, 49.7]]}, "4.94"),
        ({"type": "MultiPoint", "coordinates": [[4.94, 49.7], [4.95, 49.7]]}, None),
        ({"type": "Point", "coordinates": [4.94, 49.7, 150]}, "4.94"),
        ({"type": "Point", "coordinates": []}, None),
        ({"type": "Point", "coordinates": None}, None),
    ],
)
def test_a_geometry_of_one_point_is_a_place(geometry, lon):
    feature = {"type": "Feature", "properties": {"type": "PASS", "nom": "A"}, "geometry": geometry}
    (row,) = read(json.dumps({"type": "FeatureCollection", "features": [feature]}), "structures.geojson").rows
    assert row["lon"] == lon


def test_objects_written_one_a_line_are_rows():
    assert rows(read('{"type": "PASS", "nom": "A"}\n\n{"type": "MSP", "nom": "B"}\n', "structures.json")) == [
        ("objet 1", "A"),
        ("objet 2", "B"),
    ]


def test_every_list_of_a_json_is_read_or_named():
    document = {"pass": OBJECTS[:1], "autres": {"msp": OBJECTS[1:]}, "facettes": [{"a": 1, "b": 2}, {"a": 3, "b": 4}]}
    listing = read(json.dumps(document), "structures.json")
    assert rows(listing) == [("feuille « pass », objet 1", "A"), ("feuille « autres msp », objet 1", "B")]
    assert [(note.line, note.reason) for note in listing.notes] == [("feuille « facettes »", "feuille non lue")]


@pytest.mark.parametrize("content", ["{", "[1, 2]", '{"a": 1}', "[" * 100_000, "null"])
def test_a_json_without_a_list_is_refused_in_words(content):
    with pytest.raises(RefusedRow, match=r"JSON|colonne absente"):
        read(content, "structures.json")


HOSTILE = (
    '<table:table-row table:number-rows-repeated="{}"><table:table-cell office:value-type="string" '
    'table:number-columns-repeated="{}"><text:p>x</text:p></table:table-cell></table:table-row>'
)


@pytest.mark.parametrize(("down", "across"), [(1_048_576, 16_384), (1, 10**9), (10**12, 1)])
def test_a_cell_repeated_a_million_times_is_refused_before_it_fills_the_memory(down, across):
    spaces = 'xmlns:office="o" xmlns:table="t" xmlns:text="x"'
    document = f'<a {spaces}><table:table table:name="L">{HOSTILE.format(down, across)}</table:table></a>'
    with pytest.raises(RefusedRow, match="avant de remplir la mémoire"):
        read(books.packed(document), "structures.ods")


@pytest.mark.parametrize("document", ["", "<a>", "<a><table:table-row table:number-rows-repeated='x'/></a>", "x" * 99])
def test_a_broken_opendocument_is_refused_in_words(document):
    with pytest.raises(RefusedRow, match="n'a pas pu être lu"):
        read(books.packed(document), "structures.ods")


@pytest.mark.parametrize("heading", ["Latitude (WGS84)", "latitude [degrés]", "LATITUDE (en degrés)"])
def test_what_a_heading_says_between_brackets_does_not_hide_it(heading):
    assert read(f"type;nom;{heading}\nPASS;A;49,7\n").rows[0]["lat"] == "49,7"


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("8409.0", "8409"),
        ('="08409"', "08409"),
        ("'08409", "08409"),
        ("80000615.0", "80000615"),
        ("80000615,00", "80000615"),
        ("8.0000615E7", "80000615"),
        ("8,0000615E+07", "80000615"),
        ("8,00E+07", "8,00E+07"),
        ("nan", None),
        ("2A004", "2A004"),
        ("<NA>", None),
        ("NaN", None),
    ],
)
def test_a_code_is_read_as_it_was_before_it_was_protected(cell, code):
    assert read(f"type;nom;finess\nPASS;A;{cell}\n").rows[0]["finess"] == code


@given(st.integers(0, 10**9), st.integers(1, 3), st.sampled_from(",."), st.sampled_from(["{}", '="{}"', "'{}", " {} "]))
def test_a_number_of_any_length_that_was_a_code_is_one_again(number, zeros, point, shape):
    assert lists.code(lists.code(f"{number}{point}{'0' * zeros}")) == str(number)
    cell = read(f"type;nom;n° finess et\nPASS;A;{shape.format(number)}\n").rows[0]["finess"]
    assert cell == str(number)


titles = (
    st.text(st.sampled_from("abcÀéî 0123456789-"), min_size=1, max_size=12)
    .map(lambda words: " ".join(words.split()))
    .filter(bool)
)
sheet = st.tuples(st.sampled_from(["list", "prose", "empty"]), st.booleans(), st.integers(1, 3))


@settings(max_examples=60)
@given(st.dictionaries(titles, sheet, min_size=1, max_size=5), st.sampled_from(sorted(BOOKS)))
def test_no_row_of_a_sheet_is_lost_without_a_word(sheets, name):
    """Every sheet that holds something is read whole under its name, or named."""
    sheets = {title: rows for title, rows in sheets.items() if plain(title)}
    sheets = {
        min(same): sheets[min(same)] for same in ([t for t in sheets if t.lower() == one.lower()] for one in sheets)
    }
    content = {
        title: {
            "list": [HEAD, *(["PASS", f"{title} {n}", "08"] for n in range(count))],
            "prose": [["Note"]] * count,
            "empty": [],
        }[kind]
        for title, (kind, _, count) in sheets.items()
    }
    unseen = [title for title, (_, hidden, _) in sheets.items() if hidden]
    seen = {title: count for title, (kind, hidden, count) in sheets.items() if kind == "list" and not hidden}
    if len(unseen) == len(sheets):  # no program keeps such a book
        return
    try:
        listing = read(BOOKS[name](content, hidden=unseen), name)
    except RefusedRow:
        assert not seen
        return
    assert [row["nom"] for row in listing.rows] == [
        " ".join(f"{title} {n}".split()) for title, count in seen.items() for n in range(count)
    ]
    named = {note.line for note in listing.notes}
    left = {title for title, (kind, hidden, _) in sheets.items() if title not in seen and kind != "empty"}
    assert named == {f"feuille « {title} »" for title in left}
    assert listing.whole == (not any(kind == "list" and hidden for kind, hidden, _ in sheets.values()))
