"""An indicator whose values are categories: named on the map, in its legend, the profile and the tables, and never averaged."""

import csv
import io
import re

import pytest

from etl import build as builder
from maillage import catalog
from maillage.address.selection import Selection
from maillage.language import spreadsheet as language_spreadsheet
from maillage.queries import indicators
from maillage.subjects.atlas import map as atlas_map
from maillage.subjects.atlas import profile as atlas_profile
from maillage.views import legend, profile, tables
from maillage.views.map import leaflet as maps
from maillage.warehouse import Warehouse

ZONING = catalog.INDICATOR["zonage_infirmiers"]
# In the layout of a CartoSanté export; the figures are made.
EXPORT = """\ufeffCartoSanté; ;\u0020
Référentiel géographique : France par commune et arrondissement mun.; ;\u0020
Code;Libellé;Zonage infirmiers
08409;Sedan;1_Tres_sous_dotee
08105;Charleville-Mézières;3_intermediaire
08081;Bogny-sur-Meuse;N/A - résultat non disponible
75101;Paris 1er Arrondissement;5_Sur_dotee
"""


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    folder = tmp_path_factory.mktemp("categories")
    (data := folder / "data").mkdir()
    for name in ("snapshot", "reference"):
        (data / name).symlink_to(builder.ROOT / "data" / name, target_is_directory=True)
    (data / "local").mkdir()
    (data / "local" / "zonage.csv").write_text(EXPORT, encoding="utf-8")
    database = folder / "maillage.duckdb"
    builder.build(database, data=data, static=folder / "static", departements=("08", "75"))
    edition = Warehouse(database).edition()
    yield edition.ask


@pytest.fixture
def view(ask):
    return atlas_map.compose(ask, Selection("departement", "08", indicator=ZONING.code), "/geo/")


def test_the_scale_has_a_class_for_each_category_even_the_absent(ask, view):
    assert ask(indicators.scale, ZONING.code, "commune") == ([1.5, 2.5, 3.5, 4.5], "une classe par catégorie")
    assert view.view.paint.classes.counts == (1, 0, 1, 0, 0)
    assert view.view.paint.classes.missing == 445  # of the 447, one is not available


def test_the_browser_is_told_the_words(view):
    sent = maps.describe(view.view)
    assert sent["words"] == ZONING.categories
    (part,) = sent["mesh"]
    values = dict(zip(view.table["code"], part["values"], strict=True))
    assert [sent["words"][int(values[code]) - 1] for code in ("08409", "08105")] == ["très sous-dotée", "intermédiaire"]
    assert values["08081"] is None and "bounds" not in part


def test_a_number_sends_no_words(ask):
    assert "words" not in maps.describe(atlas_map.compose(ask, Selection("departement", "08"), "/geo/").view)


def test_the_legend_names_categories_and_no_limits(view):
    fragment = legend.legend(ZONING, view.view.paint.classes, view.mesh, view.when, "ARS")
    places = [fragment.index(f"</i>{label} ") for label in ZONING.categories]
    assert places == sorted(places)
    assert "borne" not in fragment and "moins de" not in fragment
    assert "donnée manquante" in fragment


def test_france_is_drawn_by_commune_for_want_of_a_mean(ask):
    view = atlas_map.compose(ask, Selection(indicator=ZONING.code), "/geo/")
    assert view.mesh == "commune" and [part.file for part in view.view.paint.parts] == ["communes-france"]
    assert any("n'est connu que par commune" in note for note in view.notes)
    asked = atlas_map.compose(ask, Selection(indicator=ZONING.code, mesh="commune"), "/geo/")
    assert not any("n'est connu que" in note for note in asked.notes)


def test_the_profile_names_the_category_and_gives_no_mean(ask, view, plain):
    commune = atlas_map.compose(ask, Selection("commune", "08409", indicator=ZONING.code), "/geo/")
    profile_data = atlas_profile.profile(ask, commune)
    headline = plain(profile.headline(profile_data))
    assert "très sous-dotée" in headline and "Ardennes" not in headline.split("D'où")[0]
    assert 'class="word" colspan' in profile.profile(profile_data)
    assert "1,0" not in headline and "≈" not in headline
    assert "il se lit commune par commune" in plain(profile.headline(atlas_profile.profile(ask, view)))


def test_a_category_that_is_missing_is_a_dash(ask, plain):
    commune = atlas_map.compose(ask, Selection("commune", "08081", indicator=ZONING.code), "/geo/")
    assert "–Bogny-sur-Meuse" in plain(profile.headline(atlas_profile.profile(ask, commune)))


def test_tables_and_files_hold_the_words(ask, view):
    frame = tables.figures(view.table, ZONING)
    rows = list(csv.DictReader(io.StringIO(language_spreadsheet.csv(frame).decode("utf-8-sig")), delimiter=";"))
    named = {row["Code"]: (row["Zonage des infirmiers"], row["Lecture"]) for row in rows}
    assert named["08409"] == ("très sous-dotée", "")
    assert named["08105"] == ("intermédiaire", "")
    assert named["08081"] == named["08001"] == ("", "manquant")


def test_an_arrondissement_has_its_own(ask):
    view = atlas_map.compose(ask, Selection("departement", "75", indicator=ZONING.code), "/geo/")
    assert view.view.paint.classes.counts == (0, 0, 0, 0, 1)


@pytest.mark.parametrize(
    ("code", "words"),
    [("grille_densite", "fichier officiel"), ("apl_mg_drees", "fichier officiel"), ("zonage_dentistes", "export")],
)
def test_an_indicator_that_no_file_brought_says_which_does(ask, code, words):
    view = atlas_map.compose(ask, Selection("departement", "08", indicator=code), "/geo/")
    (sentence,) = [note for note in view.notes if "n'est pas dans cette base" in note]
    assert words in sentence and catalog.INDICATOR[code].label in sentence
    fragment = legend.legend(
        catalog.INDICATOR[code], view.view.paint.classes, view.mesh, view.when, atlas_map.source(ask, code)
    )
    assert "· ·" not in fragment


@pytest.fixture
def plain():
    """The text of a fragment, with plain spaces."""
    return lambda fragment: (
        re.sub("<[^>]+>", "", fragment).replace("\u00a0", " ").replace("\u202f", " ").replace("&#39;", "'")
    )
