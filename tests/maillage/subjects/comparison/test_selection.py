"""Who is compared: any address gives a group, and says what it could not give."""

from dataclasses import replace

import numpy as np
import pytest

from maillage import address, catalog
from maillage.address.comparison import ComparisonChoices
from maillage.address.selection import Selection
from maillage.subjects.comparison import selection as comparison_selection
from maillage.subjects.comparison.selection import MARKED

ARDENNES = {"territoire": "departement-08", "indicateur": "mortalite_prematuree_0_64"}


def compared(ask, query=ARDENNES, **choices):
    return comparison_selection.compose(ask, address.parse(Selection, query)[0], ComparisonChoices(**choices), 11)


def test_everyone_by_default_with_the_reference_first_and_marked(ask):
    shown = compared(ask)
    assert len(shown.listed) == 101 and shown.listed[0] == "08" and shown.marked == ("08",) and not shown.notes


def test_the_région_of_a_département_and_a_région_itself(ask):
    shown = compared(ask, group="region")
    assert set(shown.listed) == {"08", "10", "51", "52", "54", "55", "57", "67", "68", "88"} and shown.listed[0] == "08"
    whole = compared(ask, {"territoire": "region-44"}, group="region")
    assert set(whole.listed) == set(shown.listed) and whole.reference is None
    assert compared(ask, {"territoire": "commune-08409"}, group="region").listed == shown.listed


@pytest.mark.parametrize("asked", ["region", "semblables"])
def test_a_group_that_wants_a_place_says_so_in_france(ask, asked):
    shown = compared(ask, {}, group=asked)
    assert shown.everyone and shown.marked == () and "à gauche" in shown.notes[0]


def test_a_list_keeps_what_exists(ask):
    shown = compared(ask, group="choisis", departements=("51", "2B", "99"))
    assert shown.listed == ("08", "51", "2B") == shown.marked and "« 99 »" in shown.notes[0]
    assert shown.choices.departements == ("51", "2B")
    empty = compared(ask, {}, group="choisis", departements=())
    assert empty.everyone and empty.marked == ()


def test_a_crowd_is_not_all_marked(ask):
    shown = compared(ask, group="choisis", departements=tuple(f"{n:02}" for n in range(1, 19)))
    assert len(shown.marked) == MARKED and str(MARKED) in shown.notes[0]


def test_those_alike_are_the_nearest_by_the_variables_said(ask, cursor):
    shown = compared(ask, group="semblables", alike=("densite", "part_75_plus"), count=5)
    values = {}
    for name in ("densite", "part_75_plus"):
        rows = cursor.execute(
            "SELECT code, value FROM indicator_value WHERE indicator = ? AND level = 'departement'", [name]
        ).fetchall()
        values[name] = {code: np.log(value) if name == "densite" else value for code, value in rows}
    scale = {
        name: 1.4826 * np.median(np.abs(np.array(list(of.values())) - np.median(list(of.values()))))
        for name, of in values.items()
    }
    distance = {
        code: np.sqrt(np.mean([((values[name][code] - values[name]["08"]) / scale[name]) ** 2 for name in values]))
        for code in values["densite"]
        if code != "08"
    }
    nearest = sorted(distance, key=lambda code: (distance[code], code))[:5]
    assert shown.listed == ("08", *nearest)
    told = comparison_selection.likeness(ask, shown)
    assert told["Distance"].tolist() == [0, *[round(distance[code], 2) for code in nearest]]
    assert "logarithme" in comparison_selection.likeness_method(
        shown
    ) and "75 ans" in comparison_selection.likeness_method(shown)


def test_likeness_without_a_variable_is_said(ask):
    shown = compared(ask, group="semblables", alike=())
    assert shown.everyone and shown.alike is None and "variable" in shown.notes[0]


def test_a_year_that_no_figure_has_is_said(ask):
    series = {"territoire": "departement-08", "indicateur": "msp_nombre"}
    assert compared(ask, series, year=2019).year == 2019 and not compared(ask, series, year=2019).notes
    late = compared(ask, series, year=1950, since=1960)
    assert late.year == 0 == late.choices.year == late.choices.since and "1950" in late.notes[0]
    assert compared(ask, series, year=2023).year == 0  # the latest is the latest, whatever its name


def test_an_indicator_of_communes_gives_way(ask):
    shown = compared(ask, {"indicateur": "grille_densite"})
    assert shown.main.code == "densite" and "Grille" in shown.notes[0]
    assert shown.main not in shown.beside


def test_the_main_indicator_is_not_twice_in_the_table(ask):
    shown = compared(ask)
    assert shown.main.code in ComparisonChoices().beside and shown.main not in shown.beside
    others = set(ComparisonChoices().beside) - {shown.main.code}
    assert [i.code for i in shown.beside] == [i.code for i in catalog.INDICATORS if i.code in others]
    assert replace(shown.choices) == ComparisonChoices()


def test_a_density_says_where_areas_are_far_from_the_published_ones(ask):
    isere = {"territoire": "departement-38", "indicateur": "densite"}
    notes = compared(ask, isere, group="region").notes
    assert any(note.startswith("Isère (38) : surface mesurée") and "de plus" in note for note in notes)
    assert not any("surface mesurée" in note for note in compared(ask, isere | {"indicateur": "msp_nombre"}).notes)
