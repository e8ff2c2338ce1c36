"""Who is compared: any address gives a group, and says what it could not give."""

from dataclasses import replace

import numpy as np
import pytest

from maillage import address, catalog
from maillage.address.comparison import ComparisonChoices
from maillage.address.selection import Selection
from maillage.subjects.comparison import selection as comparison_selection
from maillage.subjects.comparison import table as comparison_table
from maillage.subjects.comparison.selection import MARKED

ARDENNES = {"territoire": "departement-08", "indicateur": "mortalite_prematuree_0_64"}


def compared(ask, query=ARDENNES, **choices):
    return comparison_selection.compose(ask, address.parse(Selection, query)[0], ComparisonChoices(**choices), 11)


def test_everyone_by_default_with_the_reference_first_and_marked(ask):
    comparison = compared(ask)
    assert (
        len(comparison.listed) == 101
        and comparison.listed[0] == "08"
        and comparison.marked == ("08",)
        and not comparison.notes
    )


def test_the_région_of_a_département_and_a_région_itself(ask):
    comparison = compared(ask, group="region")
    assert (
        set(comparison.listed) == {"08", "10", "51", "52", "54", "55", "57", "67", "68", "88"}
        and comparison.listed[0] == "08"
    )
    whole = compared(ask, {"territoire": "region-44"}, group="region")
    assert set(whole.listed) == set(comparison.listed) and whole.reference is None
    assert compared(ask, {"territoire": "commune-08409"}, group="region").listed == comparison.listed


@pytest.mark.parametrize("asked", ["region", "semblables"])
def test_a_group_that_wants_a_place_says_so_in_france(ask, asked):
    comparison = compared(ask, {}, group=asked)
    assert comparison.everyone and comparison.marked == () and "à gauche" in comparison.notes[0]


def test_a_list_keeps_what_exists(ask):
    comparison = compared(ask, group="choisis", departements=("51", "2B", "99"))
    assert comparison.listed == ("08", "51", "2B") == comparison.marked and "« 99 »" in comparison.notes[0]
    assert comparison.choices.departements == ("51", "2B")
    empty = compared(ask, {}, group="choisis", departements=())
    assert empty.everyone and empty.marked == ()


def test_a_crowd_is_not_all_marked(ask):
    comparison = compared(ask, group="choisis", departements=tuple(f"{n:02}" for n in range(1, 19)))
    assert len(comparison.marked) == MARKED and str(MARKED) in comparison.notes[0]


def test_those_alike_are_the_nearest_by_the_variables_said(ask, cursor):
    comparison = compared(ask, group="semblables", alike=("densite", "part_75_plus"), count=5)
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
    assert comparison.listed == ("08", *nearest)
    likeness = comparison_selection.likeness(ask, comparison)
    assert likeness["Distance"].tolist() == [0, *[round(distance[code], 2) for code in nearest]]
    assert "logarithme" in comparison_selection.likeness_method(
        comparison
    ) and "75 ans" in comparison_selection.likeness_method(comparison)


def test_likeness_without_a_variable_is_said(ask):
    comparison = compared(ask, group="semblables", alike=())
    assert comparison.everyone and comparison.alike is None and "variable" in comparison.notes[0]


def test_a_year_that_no_figure_has_is_said(ask):
    series = {"territoire": "departement-08", "indicateur": "msp_nombre"}
    assert compared(ask, series, year=2019).year == 2019 and not compared(ask, series, year=2019).notes
    late = compared(ask, series, year=1950, since=1960)
    assert late.year == 0 == late.choices.year == late.choices.since and "1950" in late.notes[0]
    assert compared(ask, series, year=2023).year == 0  # the latest is the latest, whatever its name


def test_an_indicator_of_communes_gives_way(ask):
    comparison = compared(ask, {"indicateur": "grille_densite"})
    assert comparison.main.code == "densite" and "Grille" in comparison.notes[0]
    assert comparison.main not in comparison.beside


def test_the_main_indicator_is_not_twice_in_the_table(ask):
    comparison = compared(ask)
    assert comparison.main.code in ComparisonChoices().beside and comparison.main not in comparison.beside
    others = set(ComparisonChoices().beside) - {comparison.main.code}
    assert [i.code for i in comparison.beside] == [i.code for i in catalog.INDICATORS if i.code in others]
    assert replace(comparison.choices) == ComparisonChoices()


def test_a_density_says_where_areas_are_far_from_the_published_ones(ask):
    isere = {"territoire": "departement-38", "indicateur": "densite"}
    notes = compared(ask, isere, group="region").notes
    assert any(note.startswith("Isère (38) : surface mesurée") and "de plus" in note for note in notes)
    assert not any("surface mesurée" in note for note in compared(ask, isere | {"indicateur": "msp_nombre"}).notes)


@pytest.mark.parametrize(
    ("code", "above"), [("08", ["Grand Est", "France"]), ("974", ["France"]), ("2B", ["Corse", "France"])]
)
def test_a_département_that_is_its_région_is_not_compared_with_itself(ask, code, above):
    comparison = compared(ask, {"territoire": f"departement-{code}"})
    assert [name for *_, name in comparison_table.foot(comparison)] == above
    assert [name for name, _ in comparison_table.headline(ask, comparison).beside] == above
