"""What the map shows for a selection: figures in the order of the contours, and every gap said."""

import gzip
import math
import re
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from maillage import address, catalog
from maillage.address.selection import Selection
from maillage.queries import territories
from maillage.records.map_view import LEVELS, Overlays
from maillage.subjects import map_composer
from maillage.subjects.atlas import map as atlas_map
from maillage.subjects.atlas import profile as atlas_profile
from maillage.views import legend, profile, tables

ROOT = Path(__file__).parents[4]

PLACES = {
    "France by département": Selection(),
    "France by commune": Selection(mesh="commune"),
    "a département's figure, on France": Selection(indicator="mortalite_prematuree_0_64", mesh="commune"),
    "region 44": Selection("region", "44"),
    "region 93, coverage": Selection("region", "93", indicator="couverture_cpts"),
    "an overseas région": Selection("region", "06", indicator="population"),
    "Ardennes": Selection("departement", "08"),
    "Ardennes, mortality": Selection("departement", "08", indicator="mortalite_prematuree_0_64"),
    "Pas-de-Calais, coverage": Selection("departement", "62", indicator="couverture_cpts"),
    "Paris": Selection("departement", "75"),
    "Bouches-du-Rhône, distance": Selection("departement", "13", indicator="distance_lhss"),
    "Mayotte": Selection("departement", "976", indicator="evolution_population"),
    "Ain, no perimeter known": Selection("departement", "01", indicator="couverture_cpts"),
    "a commune": Selection("commune", "08409", indicator="distance_lhss"),
    "Marseille": Selection("commune", "13055", indicator="couverture_cpts"),
    "an arrondissement": Selection("arrondissement_municipal", "13201"),
    "an intercommunalité": Selection("epci", "247100290"),
    "an intercommunalité, by département": Selection("epci", "247100290", indicator="taux_pauvrete"),
    "a CPTS": Selection("departement", "71", cpts="cpts-71-centre-saone-et-loire"),
}


@pytest.fixture(scope="module")
def contours(warehouse):
    """The codes in a file of contours, in its order, as the browser receives them."""
    folder = ROOT / "static" / "geo" / warehouse.version
    if not folder.is_dir():
        pytest.fail("static/geo has no contours for data/maillage.duckdb: run `make data`.", pytrace=False)

    @cache
    def read(name):
        content = gzip.decompress((folder / f"{name}.json.gz").read_bytes()).decode()
        codes = re.findall(r'"type":"Feature","properties":\{"c": "([^"]+)"', content)
        assert len(codes) == content.count('"Feature"')
        return codes

    return read


@pytest.fixture(scope="module")
def composed(ask):
    """A function from a selection to its scene, composed once."""
    return cache(lambda selection: atlas_map.compose(ask, selection, "/geo/"))


@pytest.fixture(params=PLACES.values(), ids=PLACES)
def view(request, composed):
    return composed(request.param)


# -- figures and contours -------------------------------------------------------------------------------------------


def test_one_row_a_contour_in_the_same_order(view, contours):
    drawn = [contours(part.file) for part in view.view.paint.parts]
    table = view.table
    assert sorted(code for codes in drawn for code in codes) == list(table["code"])
    assert table["code"].is_unique and table["name"].notna().all()
    figures = dict(zip(table["code"], table["value"], strict=True))
    near = 0.5 * 10 ** -catalog.INDICATOR[view.selection.indicator].decimals + 1e-9
    for codes, part in zip(drawn, view.view.paint.parts, strict=True):
        assert len(codes) == len(part.marks) == len(part.values)
        for code, value in zip(codes, part.values, strict=True):
            known = figures[code]
            assert (value is None) == math.isnan(known)
            assert value is None or abs(value - known) <= near


def test_marks_agree_with_a_plain_classification(view):
    classes, decimals = view.view.paint.classes, view.view.paint.decimals
    expected = {}
    for row in view.table.itertuples():
        if row.basis == "withheld":
            expected[row.code] = "s"
        elif math.isnan(row.value):
            expected[row.code] = "x"
        else:
            expected[row.code] = str(sum(round(row.value, decimals) >= limit for limit in classes.breaks))
    marks = [expected[code] for code in view.table["code"]]
    assert sorted("".join(part.marks for part in view.view.paint.parts)) == sorted(marks)
    departements = view.table["departement_code"].to_numpy()
    for part in view.view.paint.parts:
        if part.file.startswith("communes-") and part.file != "communes-france":
            here = departements == part.file.removeprefix("communes-")
            assert list(part.marks) == list(np.array(marks)[here])
        else:
            assert list(part.marks) == marks
    assert [marks.count(str(rank)) for rank in range(len(classes.colours))] == list(classes.counts)
    assert (marks.count("x"), marks.count("s")) == (classes.missing, classes.withheld)


def test_minimum_and_maximum_are_flagged(view):
    flags = {}
    for row in view.table.itertuples():
        flags[row.code] = "+" if not pd.isna(row.low) else "-" if not pd.isna(row.high) else " "
    assert sorted("".join(part.bounds for part in view.view.paint.parts)) == sorted(flags.values())
    if view.selection.indicator.startswith("distance"):
        assert list(flags.values()) == [" " if math.isnan(value) else "-" for value in view.table["value"]]
    if view.selection.indicator == "densite":
        assert set(flags.values()) == {" "}


def test_arrondissements_know_their_level(ask):
    view = atlas_map.compose(ask, Selection("departement", "13"), "/geo/")
    (part,) = view.view.paint.parts
    levels = dict(zip(view.table["code"], part.levels, strict=True))
    assert {code for code, level in levels.items() if level == "1"} == {str(code) for code in range(13201, 13217)}
    assert LEVELS == ("commune", "arrondissement_municipal")


def test_every_file_asked_for_exists(view, contours):
    overlays, base = view.view.overlays, view.view.base
    for name in (*overlays.cpts_files, *filter(None, [base.neighbours])):
        assert contours(name)
    if base.borders:
        assert contours("departements")


def test_everything_lands_inside_the_frame_or_the_country(view, ask):
    west, south, east, north = view.view.base.frame
    assert west < east and south < north
    here = territories.bounds
    if view.selection.level != "france" and not view.selection.cpts:
        level, code = view.territory.level, view.territory.code
        inner = ask(here, level, code)
        assert west <= inner[0] + 0.07 and inner[2] - 0.07 <= east
        assert south <= inner[1] + 0.05 and inner[3] - 0.05 <= north


def test_the_frame_does_not_move_inside_a_departement(ask):
    keys = {
        atlas_map.compose(ask, selection, "/geo/").view.base.key
        for selection in (
            Selection("departement", "08"),
            Selection("commune", "08409"),
            Selection("departement", "08", indicator="population", types=()),
        )
    }
    assert keys == {"departement-08"}


def test_every_indicator_can_be_drawn_everywhere(ask, contours):
    for indicator in catalog.INDICATOR:
        listed = {}  # by table: a table of all départements is that of each
        for level, code in (("france", "FR"), ("departement", "08"), ("departement", "976")):
            view = atlas_map.compose(ask, Selection(level, code, indicator=indicator), "/geo/")
            assert len(view.table) == sum(len(contours(part.file)) for part in view.view.paint.parts)
            source = atlas_map.source(ask, indicator)
            assert source or view.view.paint.classes.missing == len(view.table), indicator
            drawn = legend.legend(
                catalog.INDICATOR[indicator],
                view.view.paint.classes,
                view.mesh,
                view.when,
                source,
            ) + legend.marks(*atlas_map.drawn(view))
            assert drawn.count('class="legend"') == 1 and 'class="swatch' in drawn, indicator
            listed[id(view.table)] = view.table
            record = atlas_profile.profile(ask, view)
            assert profile.headline(record) and 'class="profile"' in profile.profile(record), indicator
        for table in listed.values():
            figures = tables.figures(table, catalog.INDICATOR[indicator])
            assert len(figures) == len(table), indicator
            known = figures[table["value"].notna().to_numpy()]
            assert indicator == "couverture_cpts" or (known[["Source", "Millésime"]] != "").all(axis=None), indicator


# -- what is selected -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("selection", "count", "one"),
    [
        (Selection("commune", "08409"), 1, "08409"),
        (Selection("commune", "13055"), 16, "13201"),
        (Selection("arrondissement_municipal", "13201"), 1, "13201"),
        (Selection("epci", "247100290"), 34, "71153"),
        (Selection("departement", "08", indicator="taux_pauvrete"), 1, "08"),
    ],
)
def test_what_is_chosen_is_outlined(ask, selection, count, one):
    chosen = atlas_map.compose(ask, selection, "/geo/").view.overlays.selected
    assert len(chosen) == count and one in chosen


def test_a_territory_chosen_whole_is_not_outlined(ask):
    assert atlas_map.compose(ask, Selection("departement", "08"), "/geo/").view.overlays.selected == ()
    assert atlas_map.compose(ask, Selection(), "/geo/").view.overlays.selected == ()


def test_neighbours_stay_visible_around_a_departement(ask):
    view = atlas_map.compose(ask, Selection("departement", "08"), "/geo/").view
    assert view.base.neighbours == "departements" and view.base.inside == ("08",)


def test_the_cpts_sought_is_framed(ask, cursor):
    view = atlas_map.compose(ask, PLACES["a CPTS"], "/geo/")
    assert view.view.overlays.focus == "cpts-71-centre-saone-et-loire"
    west, _, east, _ = view.view.base.frame
    wide = territories.bounds(cursor, "departement", "71")
    assert east - west < wide[2] - wide[0]


# -- what is said ---------------------------------------------------------------------------------------------------


def notes(ask, *arguments, **more):
    return atlas_map.compose(ask, Selection(*arguments, **more), "/geo/").notes


def test_a_type_never_looked_for_is_an_unknown(ask):
    types = ("ESP", "EMPP", "ESS")  # in no national register
    (sentence,) = [s for s in notes(ask, "departement", "01", types=types, perimeters=False) if "pas un zéro" in s]
    assert all(kind in sentence and catalog.SITE_TYPE[kind].label in sentence for kind in types)


def test_sites_known_only_to_the_departement_are_said(ask):
    sentences = " ".join(notes(ask, "departement", "08", types=("DAC", "MSP")))
    assert "DAC sans commune" in sentences and "MSP sans commune" not in sentences


def test_a_layer_without_any_value_says_why(ask):
    assert any("distance n'est pas calculée" in s for s in notes(ask, "departement", "976", indicator="distance_lhss"))
    assert any("pas un zéro" in s for s in notes(ask, "departement", "01", indicator="couverture_cpts"))
    assert any("Aucune valeur" in s for s in notes(ask, "departement", "976", indicator="evolution_population"))


def test_a_figure_of_the_departement_is_not_spread_and_says_so(ask):
    assert any("par département" in s for s in notes(ask, "departement", "08", indicator="taux_pauvrete"))
    assert any("par département" in s for s in notes(ask, "commune", "08409", indicator="taux_pauvrete"))
    assert not any("par département" in s for s in notes(ask, "france", "FR", indicator="taux_pauvrete"))


def test_no_perimeter_known_is_said_only_where_none_is(ask):
    assert any("périmètre" in s for s in notes(ask, "departement", "01"))
    assert not any("Aucun périmètre" in s for s in notes(ask, "departement", "13"))
    assert not any("Aucun périmètre" in s for s in notes(ask, "departement", "01", perimeters=False))


def test_sentences_are_sentences(view):
    assert all(sentence[0] in "«" or sentence[0].isupper() or sentence[0].isdigit() for sentence in view.notes)
    assert all(sentence.endswith(".") for sentence in view.notes)


def test_the_year_of_the_figures(ask):
    assert atlas_map.compose(ask, Selection(), "/geo/").when == "2023 (Mayotte : 2017)"
    assert atlas_map.compose(ask, Selection("departement", "08"), "/geo/").when == "2023"


@pytest.mark.parametrize(
    ("selection", "words"),
    [
        (Selection(), "101 départements"),
        (Selection("departement", "08"), "447 communes"),
        (Selection("departement", "13"), "118 communes, 16 arrondissements municipaux"),
        (Selection("departement", "75"), "20 arrondissements municipaux"),
    ],
)
def test_the_extent_of_a_map(ask, selection, words):
    assert atlas_map.extent(atlas_map.compose(ask, selection, "/geo/")).replace("\u00a0", " ") == words


@pytest.mark.parametrize(
    ("selection", "names"),
    [
        (Selection(), ["France"]),
        (Selection("departement", "08"), ["France", "Grand Est", "Ardennes (08)"]),
        (Selection("commune", "08409"), ["France", "Grand Est", "Ardennes (08)", "Sedan"]),
    ],
)
def test_the_way_from_france(ask, selection, names):
    assert atlas_map.trail(ask, atlas_map.compose(ask, selection, "/geo/")) == names


def test_the_legend_names_only_what_is_drawn(ask):
    types, statuses = atlas_map.drawn(
        atlas_map.compose(ask, Selection("departement", "71", types=("MSP", "CLAT")), "/geo/")
    )
    assert types == ["MSP"] and statuses == ["aci_signe"]
    nothing = Selection("departement", "71", types=(), perimeters=False)
    assert atlas_map.drawn(atlas_map.compose(ask, nothing, "/geo/")) == ([], [])


# -- what does not exist --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "territory",
    ["departement-99", "commune-08999", "region-8", "epci-123", "france-XX", "arrondissement_municipal-13217"],
)
def test_an_unknown_territory_is_said_and_france_shown(ask, territory):
    asked, _ = address.parse(Selection, {"territoire": territory, "indicateur": "population"})
    selection, (problem,) = atlas_map.resolve(ask, asked)
    assert selection == Selection(indicator="population")
    assert asked.code in problem and problem.endswith(".")


def test_a_former_commune_leads_to_todays(ask, cursor):
    old, new = cursor.execute("SELECT old_code, new_code FROM commune_change ORDER BY old_code LIMIT 1").fetchone()
    selection, (problem,) = atlas_map.resolve(ask, Selection("commune", old))
    assert (selection.level, selection.code) == ("commune", new)
    assert old in problem and new in problem


def test_an_unknown_cpts_is_said_and_the_rest_kept(ask):
    selection, (problem,) = atlas_map.resolve(ask, Selection("departement", "08", cpts="cpts-99-nulle-part"))
    assert selection == Selection("departement", "08")
    assert "cpts-99-nulle-part" in problem


def test_what_exists_is_left_alone(ask):
    for selection in PLACES.values():
        assert atlas_map.resolve(ask, selection) == (selection, [])


def test_none_is_told_from_unknown():
    counted = pd.DataFrame(
        {"type": ["MSP", "LHSS", "PASS"], "unplaced": [0, 0, 1], "whole": [1, 0, 0], "departements": [1, 1, 1]}
    ).set_index("type")
    none, unknown, unplaced = atlas_map.empty_types(counted, ("MSP", "LHSS", "PASS"), Overlays())
    assert none == "Aucun site ici, d'après un recensement complet : MSP."
    assert unknown.startswith("Aucun site recensé ici : LHSS. C'est une inconnue, pas un zéro")
    assert unknown.endswith("une liste complète (Lits halte soins santé).") and "data/local" not in unknown
    assert unplaced.startswith("1\u00a0site PASS sans commune connue")


def test_where_in_paris_is_unknown_is_said_and_not_drawn():
    rows = pd.DataFrame(
        {
            "name": ["Maison A", "Maison B", "Centre C"],
            "type": ["MSP", "MSP", "CDS"],
            "commune": ["Paris"] * 3,
            "commune_code": ["75056"] * 3,
            "precision": ["commune", "adresse", "commune"],
        }
    )
    placed, nowhere = map_composer.located(rows)
    assert list(placed["name"]) == ["Maison B"]
    (sentence,) = atlas_map.unlocated(nowhere)
    assert sentence.startswith("À Paris, lieu inconnu dans la ville : 1 MSP, 1 CDS, hors de la carte")
    assert sentence.endswith("Maison A ; Centre C.")
    elsewhere = rows.assign(commune_code="08105", precision="commune")
    assert len(map_composer.located(elsewhere)[0]) == 3


def test_a_departement_s_contours_have_one_level(ask):
    """A level that a file does not mix travels as nothing: the browser takes what is there for the rank of a level."""
    (part,) = atlas_map.compose(ask, Selection(), "/geo/").view.paint.parts
    assert part.levels == "" and part.level == "departement"


def test_paris_is_framed_whole(ask):
    west, south, east, north = atlas_map.compose(ask, Selection("departement", "75"), "/geo/").view.base.frame
    assert west < 2.2243 and south < 48.8159 and east > 2.4695 and north > 48.9019  # of its contours
