"""Files that a page makes when they are asked for: made here, after the page's run is over, as the browser has them made."""

import io
import json
from csv import reader

import openpyxl
import pytest
from streamlit.elements.widgets.button import ButtonMixin

ARDENNES = {"territoire": "departement-08"}
TEXTS = (".csv", ".json", ".geojson", ".svg")
SEDAN = {"communes": "08409,08105", "nom": "Sedan"}


@pytest.fixture
def downloads(open_page, monkeypatch):
    """A function that opens a page and gives what its text files hold, by name."""
    asked = {}
    button = ButtonMixin._download_button

    def noted(self, label, data, file_name=None, *arguments, **options):
        asked[file_name] = data
        return button(self, label, data, file_name, *arguments, **options)

    monkeypatch.setattr(ButtonMixin, "_download_button", noted)

    def made(page, query, **state):
        asked.clear()
        open_page(page, query, **state)
        wanted = {name: data for name, data in asked.items() if name.endswith((*TEXTS, ".xlsx"))}
        made = {name: data() if callable(data) else data for name, data in wanted.items()}
        return {
            name: data.decode("utf-8-sig") if name.endswith(TEXTS) and isinstance(data, bytes) else data
            for name, data in made.items()
        }

    return made


@pytest.mark.parametrize("view", ["tableau", "distribution", "nuage", "cartes", "evolution"])
def test_each_view_of_comparer_leaves_with_its_build(downloads, cursor, view):
    (version,) = cursor.execute("SELECT version FROM build").fetchone()
    files = downloads(
        "pages/comparer.py",
        ARDENNES | {"groupe": "region", "vue": view, "indicateur": "msp_nombre", "cartes": "annees"},
    )
    tables = {name: text.splitlines() for name, text in files.items() if name.endswith(".csv")}
    assert tables
    for name, lines in tables.items():
        assert lines[0].endswith(";Base Maillage") and len(lines) >= 10, name
        assert all(version in line for line in lines[1:]), name


@pytest.mark.parametrize(
    ("page", "query", "state", "rows"),
    [
        ("app.py", ARDENNES, {"tableau": True}, {"maillage_densite_departement_08.csv": 447}),
        (
            "pages/ecarts.py",
            ARDENNES | {"volet": "blanches"},
            {"table_communes_cpts": True},
            {"maillage_communes_cpts.csv": 447},
        ),
        ("pages/ecarts.py", ARDENNES | {"volet": "acces"}, {"table_acces": True}, {"maillage_acces.csv": 447}),
        ("pages/composer.py", SEDAN, {"rubrique": "Partager, enregistrer, exporter"}, {"territoire_sedan.csv": 2}),
        ("pages/importer.py", {}, {}, {"structures.csv": 0}),
    ],
)
def test_a_table_leaves_whole(downloads, page, query, state, rows):
    files = downloads(page, query, **state)
    for name, count in rows.items():
        assert len(files[name].splitlines()) == 1 + count


@pytest.mark.parametrize(
    ("page", "query", "state"),
    [
        ("app.py", ARDENNES, {"tableau": True}),
        ("pages/ecarts.py", ARDENNES | {"volet": "acces"}, {"table_acces": True}),
        ("pages/comparer.py", ARDENNES | {"groupe": "region", "vue": "tableau"}, {}),
        ("pages/composer.py", SEDAN, {"rubrique": "Partager, enregistrer, exporter"}),
        ("pages/comparer.py", ARDENNES | {"groupe": "region", "vue": "evolution", "indicateur": "msp_nombre"}, {}),
    ],
)
def test_a_workbook_stands_beside_every_csv(downloads, page, query, state):
    """The same rows and headings; every column with a date and a source."""
    files = downloads(page, query, **state)
    tables = [name.removesuffix(".csv") for name in files if name.endswith(".csv")]
    assert tables and {f"{name}.xlsx" for name in tables} == {name for name in files if name.endswith(".xlsx")}
    for name in tables:
        rows = list(reader(io.StringIO(files[f"{name}.csv"], newline=""), delimiter=";"))
        book = openpyxl.load_workbook(io.BytesIO(files[f"{name}.xlsx"]))
        data = list(book["Données"].iter_rows(values_only=True))
        assert list(data[0]) == rows[0] and len(data) == len(rows), name
        if "Code" in rows[0]:
            place = rows[0].index("Code")
            assert [row[place] or "" for row in data] == [row[place] for row in rows], name
        sources = list(book["Sources"].iter_rows(min_row=2, max_row=1 + len(rows[0]), values_only=True))
        assert [row[0] for row in sources] == rows[0] and all(row[3] and row[4] for row in sources), name


def test_a_draft_leaves_as_it_will_come_back(downloads):
    files = downloads("pages/composer.py", SEDAN, rubrique="Partager, enregistrer, exporter")
    kept, drawn = json.loads(files["territoire_sedan.json"]), json.loads(files["territoire_sedan.geojson"])
    assert [each["code"] for each in kept["communes"]] == ["08105", "08409"] and kept["nom"] == "Sedan"
    assert [each["properties"]["code"] for each in drawn["features"]] == ["08105", "08409"]
