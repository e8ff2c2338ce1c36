"""An indicator touches one entry and one loader: one is added to a copy of the catalogue, and found everywhere."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

ROOT = Path(__file__).parents[2]
CODE, LABEL = "essai_du_catalogue", "Indicateur mis à l'essai"
ENTRY = f'''        _published("{CODE}", "{LABEL}", "% de la population", 1, _SOCIAL, "OrRd",
            "Part fabriquée pour un essai.", breaks=(20, 40, 60, 80),
            role=NEED, direction=LESS, per=100, documents=(PROFILE, TERRITORY, SLIDES, PREVENTION)),
'''
BEFORE = '        _published("taux_pauvrete"'

# What each room says of it, from a fresh interpreter on the copy.
SCRIPT = """
import json, sys
from pathlib import Path
from maillage import catalog
from maillage.address.comparison import ComparisonChoices
from maillage.address.selection import Selection
from maillage.exports import diagnostic
from maillage.subjects.atlas import map as atlas_map, profile as atlas_profile
from maillage.subjects.comparison import long_form, selection, table
from maillage.subjects.provenance import figure_trace, method_page
from maillage.subjects.territory import territory, wording
from maillage.views import compared, method_page as method_html, profile, tables, trace
from maillage.warehouse import Warehouse

code = sys.argv[1]
ask = Warehouse(Path(sys.argv[2])).edition().ask
here = Selection("departement", "08", indicator=code)
scene = atlas_map.compose(ask, here, "/geo/")
answer = atlas_profile.profile(ask, scene)
shown = selection.compose(ask, here, ComparisonChoices(), 11)
told = figure_trace.trace(ask, code, "departement", "08")
dossier = territory.of_cpts(ask, "cpts-71-centre-saone-et-loire")
print(json.dumps({
    "map": [scene.view.base.label, sum(scene.view.paint.classes.counts)],
    "profile": profile.profile(answer), "headline": profile.headline(answer),
    "compared": compared.table(table.columns(ask, shown), shown.listed, shown.names, ["France"], set()),
    "file": long_form.tidy(ask, shown, [shown.main], ["08"]).to_dict("records"),
    "map file": list(tables.figures(scene.table, catalog.INDICATOR[code]).columns),
    "trace": trace.trace(told), "formula": told.formula,
    "dictionary": [m.indicator.code for _, ms in method_page.handbook(ask).measures for m in ms],
    "territory": [line.indicator for line in dossier.figures],
    "slides": [row[0] for row in wording.comparisons(dossier, catalog.in_document("slides")).rows],
    "diagnostic": diagnostic.facts(dossier, catalog.in_document("prevention")),
}, default=str))
"""


@pytest.fixture(scope="module")
def rooms(database, tmp_path_factory):
    """What every room says of the new indicator."""
    folder = tmp_path_factory.mktemp("catalogue")
    shutil.copytree(ROOT / "maillage", folder / "maillage")  # with what is compiled: only the entry is new
    entries = folder / "maillage" / "catalog" / "indicators.py"
    source = entries.read_text(encoding="utf-8")
    assert source.count(BEFORE) == 1
    entries.write_text(source.replace(BEFORE, ENTRY + BEFORE), encoding="utf-8")
    shutil.copyfile(database, folder / "maillage.duckdb")
    with duckdb.connect(str(folder / "maillage.duckdb")) as connection:
        # The catalogue as a build copies it, then what a loader brings.
        connection.execute(f"INSERT INTO indicator VALUES ('{CODE}', 'essai', '%', 1, 'Essai.')")
        connection.execute(
            f"""
            INSERT INTO indicator_value BY NAME
            SELECT level, code, '{CODE}' AS indicator, 2023 AS year, 'all' AS sex, 12.5 AS value, 'published' AS basis,
                   'Producteur fabriqué' AS method, 'departement_figures' AS source_id
            FROM territory WHERE level = 'departement'
            """
        )
        connection.execute(
            f"INSERT INTO indicator_scale VALUES ('{CODE}', 'departement', [20, 40, 60, 80], 'limites fixes')"
        )
    command = [sys.executable, "-c", SCRIPT, CODE, str(folder / "maillage.duckdb")]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_it_is_on_the_map(rooms):
    label, coloured = rooms["map"]
    assert LABEL in label and coloured == 101


@pytest.mark.parametrize("room", ["profile", "headline", "compared", "trace"])
def test_it_is_on_screen(rooms, room):
    assert LABEL.replace("'", "&#39;") in rooms[room] and "12,5" in rooms[room]


def test_it_is_in_files(rooms):
    assert [row["Valeur"] for row in rooms["file"]] == [12.5]
    assert f"{LABEL} (% de la population)" in rooms["map file"]


def test_its_formula_is_the_recipe_declared(rooms):
    assert rooms["formula"] == "Chiffre publié, repris tel quel"


def test_it_is_in_the_dictionary(rooms):
    assert CODE in rooms["dictionary"]


def test_it_is_in_the_documents_declared(rooms):
    assert CODE in rooms["territory"]
    assert any(label.startswith(LABEL) for label in rooms["slides"])
    assert any(fact.startswith(LABEL) and "12,5" in fact for fact in rooms["diagnostic"])
